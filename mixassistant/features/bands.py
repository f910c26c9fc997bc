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

BROAD_HZ: dict[str, tuple[float, float]] = {
    "sub": (20.0, 60.0), "bass": (60.0, 250.0), "low_mids": (250.0, 500.0), "mids": (500.0, 2000.0), "upper_mids": (2000.0, 4000.0),
    "presence": (4000.0, 6000.0), "brilliance": (6000.0, 20_000.0),
}  # fmt: skip
"""The seven broad bands that engineers speak of, in Hz; by the centres of the 1/3-octave bands that lie in them."""
BROAD: tuple[str, ...] = tuple(BROAD_HZ)


def broad(spectrum: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power of a 1/3-octave spectrum in the seven broad bands in dB, ``[shape=(7,)]``.

    Parameters
    ----------
    spectrum : np.ndarray [shape=(31,)]
        In dB; bands that a file cannot hold are NaN and count as silence. A broad band of which nothing is known is NaN.
    """
    power = 10 ** (spectrum / 10)
    inside = [(low <= CENTRES_HZ) & (high > CENTRES_HZ) for low, high in BROAD_HZ.values()]
    inside[-1] = inside[-1] | (BROAD_HZ["brilliance"][1] <= CENTRES_HZ)  # 19,953 Hz is called 20 kHz
    sums = [np.nan if np.isnan(power[band]).all() else float(np.nansum(power[band])) for band in inside]
    return 10 * np.log10(np.maximum(np.array(sums), 1e-20))
