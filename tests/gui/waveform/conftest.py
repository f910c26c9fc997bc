"""What the tests of the waveforms share."""

from __future__ import annotations

import numpy as np
import pytest
from structured_songs import DURATION_S

from mixassistant.audio.audio import Audio
from mixassistant.audio.peaks import Peaks, build_peaks


@pytest.fixture(scope="module")
def peaks() -> Peaks:
    return build_peaks(Audio(np.random.default_rng(0).normal(0, 0.1, (1, int(DURATION_S * 4000))).astype(np.float32), 4000))
