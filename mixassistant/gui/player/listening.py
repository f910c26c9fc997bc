"""Which part of what plays is heard: one of four bands, and mid or side alone. Filters and gains as the kernel takes them; knows no Qt.

A band lies between two Linkwitz–Riley crossovers of the 4th order (two Butterworth filters of the 2nd each: 24 dB an octave, −6 dB at the
crossover). The kernel runs all bands all the time, so that one that is chosen is warm when it fades in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import BROAD_HZ

BANDS_HZ: dict[str, tuple[float, float]] = {
    "lows": (0.0, BROAD_HZ["low_mids"][0]),
    "low_mids": BROAD_HZ["low_mids"],
    "mids": (BROAD_HZ["mids"][0], BROAD_HZ["upper_mids"][1]),
    "highs": (BROAD_HZ["upper_mids"][1], float("inf")),
}
"""What each band holds in Hz: the broad bands of the measurements, where engineers part them."""
BANDS = tuple(BANDS_HZ)
SECTIONS = 4  # biquads of a band: two below and two above
GAINS = 1 + len(BANDS)  # of the whole sound, and of each band
SIDES = {"": (1.0, 0.0, 0.0, 1.0), "mid": (0.5, 0.5, 0.5, 0.5), "side": (0.5, -0.5, 0.5, -0.5)}
"""What goes to left and right: left to left, right to left, left to right, right to right."""
HIGHEST = 0.45  # of the sample rate: a crossover beyond it parts nothing
BUTTERWORTH_Q = float(np.sqrt(0.5))


@dataclass(frozen=True)
class Listening:
    """A band of `BANDS` (empty: all of them), and ``"mid"`` or ``"side"`` (empty: stereo). Mid and side come from both loudspeakers."""

    band: str = ""
    side: str = ""

    def mix(self) -> NDArray[np.float64]:
        """Return the gains of the whole and of each band, and what goes to left and right, ``[shape=(9,)]``."""
        gains = [float(name == self.band) for name in ("", *BANDS)]
        return np.array([*gains, *SIDES[self.side]])


def filters(sample_rate_hz: int) -> NDArray[np.float64]:
    """Return the biquads of each band, ``[shape=(4, 4, 5)]``: b0, b1, b2, a1, a2, with a0 = 1; what a band does not need passes all."""
    found = np.zeros((len(BANDS), SECTIONS, 5))
    found[..., 0] = 1.0
    for band, (low_hz, high_hz) in enumerate(BANDS_HZ.values()):
        if low_hz > 0:
            found[band, :2] = _butterworth(min(low_hz, HIGHEST * sample_rate_hz), sample_rate_hz, is_high_pass=True)
        if high_hz < HIGHEST * sample_rate_hz:
            found[band, 2:] = _butterworth(high_hz, sample_rate_hz, is_high_pass=False)
    return found


def _butterworth(corner_hz: float, sample_rate_hz: int, is_high_pass: bool) -> NDArray[np.float64]:
    """Return a Butterworth filter of the 2nd order (the RBJ cookbook's high pass and low pass)."""
    omega = 2 * np.pi * corner_hz / sample_rate_hz
    cosine, alpha = np.cos(omega), np.sin(omega) / (2 * BUTTERWORTH_Q)
    edge = (1 + cosine) / 2 if is_high_pass else (1 - cosine) / 2
    middle = -2 * edge if is_high_pass else 2 * edge
    return np.asarray(np.array([edge, middle, edge, -2 * cosine, 1 - alpha]) / (1 + alpha))
