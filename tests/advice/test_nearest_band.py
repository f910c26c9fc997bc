"""Where a move's evidence is read off a spectrum: in the band of its frequency, or the next one that the file can hold."""

import numpy as np

from mixassistant.advice.verification import nearest_band
from mixassistant.features.bands import CENTRES_HZ


def test_a_band_that_a_file_cannot_hold_is_not_read() -> None:
    known = CENTRES_HZ < 15_000
    assert CENTRES_HZ[nearest_band(19_000.0)] > 15_000
    assert nearest_band(19_000.0, known) == np.flatnonzero(known)[-1]
    assert nearest_band(1000.0, known) == nearest_band(1000.0)
