"""The 1/3-octave bands in which spectra are compared (IEC 61260-1, base-10 exact centres)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOMINAL_HZ: tuple[float, ...] = (
    20, 25, 31.5, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600,
    2000, 2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500, 16000, 20000,
)  # fmt: skip
COUNT = len(NOMINAL_HZ)  # 31
_RATIO: float = 10.0**0.1  # one third octave, IEC 61260-1 base 10

CENTRES_HZ: NDArray[np.float64] = 1000.0 * np.power(_RATIO, np.arange(-17, 14, dtype=np.float64))
"""Exact centres in Hz, ``[shape=(31,)]``."""
EDGES_HZ: NDArray[np.float64] = 1000.0 * np.power(_RATIO, np.arange(-17, 15, dtype=np.float64) - 0.5)
"""Exact edges in Hz, ``[shape=(32,)]``."""
CENTRES_HZ.flags.writeable = False
EDGES_HZ.flags.writeable = False
