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
NOTHING_DB = -119.0
"""A band of a spectrum this low, relative to its own level, holds nothing: it lies beyond half the sample rate, or is digital silence."""

BROAD_HZ: dict[str, tuple[float, float]] = {
    "sub": (17.8, 56.2), "bass": (56.2, 141.0), "low_mids": (141.0, 355.0), "mids": (355.0, 891.0), "upper_mids": (891.0, 2239.0),
    "presence": (2239.0, 5623.0), "brilliance": (5623.0, 22_387.0),
}  # fmt: skip
"""The seven broad bands that engineers speak of, in Hz: four or more whole 1/3-octave bands each."""
BROAD: tuple[str, ...] = tuple(BROAD_HZ)


def broad(spectrum: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power of a 1/3-octave spectrum in the seven broad bands in dB, ``[shape=(7,)]``.

    Parameters
    ----------
    spectrum : np.ndarray [shape=(31,)]
        In dB; bands that a file cannot hold are NaN and count as silence. A broad band of which nothing is known is NaN.
    """
    power = 10 ** (spectrum / 10)
    inside = [power[(low < CENTRES_HZ) & (high > CENTRES_HZ)] for low, high in BROAD_HZ.values()]
    sums = [np.nan if np.isnan(band).all() else float(np.nansum(band)) for band in inside]
    return np.asarray(10 * np.log10(np.maximum(np.array(sums), 1e-20)))
