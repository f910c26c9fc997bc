"""The spectra of mid and side, which the width per band and the average spectrum hold together; knows no Qt.

The mean power of both channels is that of mid, (L + R) / 2, and of side, (L − R) / 2, together; the width is their ratio.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import NOTHING_DB
from mixassistant.features.descriptor import vector
from mixassistant.features.stereo import WIDTH_FLOOR_DB

if TYPE_CHECKING:
    from mixassistant.features.descriptor import Values

Levels = NDArray[np.float64]


def mid_side(values: Values) -> tuple[Levels, Levels] | None:
    """Return the levels of mid and of side in the third octaves relative to the level of both together, ``[shape=(31,)]`` in dB each.

    Bands that hold nothing, and a side that is not there, are NaN; None where the width per band was not measured.
    """
    both, width = vector(values, "ltas"), vector(values, "width_bands")
    if both is None or width is None:
        return None
    ratio = 10 ** (width / 10)
    mid = both - 10 * np.log10(1 + ratio)
    side = mid + width
    return np.where(both > NOTHING_DB, mid, np.nan), np.where((both > NOTHING_DB) & (width > WIDTH_FLOOR_DB), side, np.nan)
