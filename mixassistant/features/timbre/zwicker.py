"""Specific loudness after Zwicker (DIN 45631, ISO 532 B), of stationary sound in a free field, window by window.

The method and its tables are those of the BASIC programme in E. Zwicker et al., "Program for calculating loudness according to DIN
45631 (ISO 532B)", J. Acoust. Soc. Jpn. (E) 12, 39–42, 1991, in the form that timbral_models gives it: every window is filtered from
rest, and its third octaves below 6.3 kHz come from halved sample rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mixassistant.features.timbre.signal import Signal

WINDOW = 4096  # samples
STEPS = 240  # of critical-band rate: 0.1 to 24 Bark
FULL_SCALE_DB = 100.0  # sound pressure level that a root mean square of full scale stands for
_BATCH = 64  # windows computed together
_HIGHEST = 2.0 ** (np.arange(8, 12) / 3) * 1000  # Hz: exact centres of the bands from 6.3 to 12.5 kHz

# Ranges of third-octave level in dB, and what is taken off below 315 Hz within each: equal loudness contours.
RAP = np.array([45.0, 55, 65, 71, 80, 90, 100, 120])
DLL = np.array(
    [
        [-32, -24, -16, -10, -5, 0, -7, -3, 0, -2, 0],
        [-29, -22, -15, -10, -4, 0, -7, -2, 0, -2, 0],
        [-27, -19, -14, -9, -4, 0, -6, -2, 0, -2, 0],
        [-25, -17, -12, -9, -3, 0, -5, -2, 0, -2, 0],
        [-23, -16, -11, -7, -3, 0, -4, -1, 0, -1, 0],
        [-20, -14, -10, -6, -3, 0, -4, -1, 0, -1, 0],
        [-18, -12, -9, -6, -2, 0, -3, -1, 0, -1, 0],
        [-15, -10, -8, -4, -2, 0, -3, -1, 0, -1, 0],
    ],
    dtype=np.float64,
)
# Per critical band: level at the threshold of hearing, transmission of the free field to the ear, third octave to critical band; dB.
LTQ = np.array([30.0, 18, 12, 8, 7, 6, 5, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3])
A0 = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.5, -1.6, -3.2, -5.4, -5.6, -4, -1.5, 2, 5, 12])
DCB = np.array([-0.25, -0.6, -0.8, -0.8, -0.5, 0, 0.5, 1.1, 1.5, 1.7, 1.8, 1.8, 1.7, 1.6, 1.4, 1.2, 0.8, 0.5, 0, -0.5])
ZUP = np.array([0.9, 1.8, 2.8, 3.5, 4.4, 5.4, 6.6, 7.9, 9.2, 10.6, 12.3, 13.8, 15.2, 16.7, 18.1, 19.3, 20.6, 21.8, 22.7, 23.6, 24])  # Bark
# Ranges of specific loudness in sone/Bark, and the steepness of the upper slope within each, by critical band.
RNS = np.array([21.5, 18, 15.1, 11.5, 9, 6.1, 4.4, 3.1, 2.13, 1.36, 0.82, 0.42, 0.30, 0.22, 0.15, 0.10, 0.035, 0])
USL = np.array(
    [
        [13.0, 8.2, 6.3, 5.5, 5.5, 5.5, 5.5, 5.5],
        [9.0, 7.5, 6.0, 5.1, 4.5, 4.5, 4.5, 4.5],
        [7.8, 6.7, 5.6, 4.9, 4.4, 3.9, 3.9, 3.9],
        [6.2, 5.4, 4.6, 4.0, 3.5, 3.2, 3.2, 3.2],
        [4.5, 3.8, 3.6, 3.2, 2.9, 2.7, 2.7, 2.7],
        [3.7, 3.0, 2.8, 2.35, 2.2, 2.2, 2.2, 2.2],
        [2.9, 2.3, 2.1, 1.9, 1.8, 1.7, 1.7, 1.7],
        [2.4, 1.7, 1.5, 1.35, 1.3, 1.3, 1.3, 1.3],
        [1.95, 1.45, 1.3, 1.15, 1.1, 1.1, 1.1, 1.1],
        [1.5, 1.2, 0.94, 0.86, 0.82, 0.82, 0.82, 0.82],
        [0.72, 0.67, 0.64, 0.63, 0.62, 0.62, 0.62, 0.62],
        [0.59, 0.53, 0.51, 0.50, 0.42, 0.42, 0.42, 0.42],
        [0.40, 0.33, 0.26, 0.24, 0.24, 0.22, 0.22, 0.22],
        [0.27, 0.21, 0.20, 0.18, 0.17, 0.17, 0.17, 0.17],
        [0.16, 0.15, 0.14, 0.12, 0.11, 0.11, 0.11, 0.11],
        [0.12, 0.11, 0.10, 0.08, 0.08, 0.08, 0.08, 0.08],
        [0.09, 0.08, 0.07, 0.06, 0.06, 0.06, 0.06, 0.05],
        [0.06, 0.05, 0.03, 0.02, 0.02, 0.02, 0.02, 0.02],
    ]
)


@dataclass(frozen=True, eq=False)
class Loudness:
    """Loudness of consecutive windows of `WINDOW` samples, the last one filled up with zeros.

    Parameters
    ----------
    specific : np.ndarray [shape=(windows, 240)], float32
        In sone/Bark, at 0.1, 0.2, … 24 Bark.
    total : np.ndarray [shape=(windows,)], float64
        In sone, rounded as the standard does.
    rms : np.ndarray [shape=(windows,)], float64
        Root mean square of the window; 1 is full scale.
    """

    specific: NDArray[np.float32]
    total: NDArray[np.float64]
    rms: NDArray[np.float64]


def _sections(sample_rate_hz: int) -> NDArray[np.float64]:
    """Return the four highest third-octave filters as ``(gain, a1, a2)`` of four biquads each, ``[shape=(4, 4, 3)]``.

    They are Butterworth band-passes of order 8, so that all zeros lie at 0 Hz and at half the sample rate.
    """
    from scipy.signal import butter

    found = np.empty((4, 4, 3))
    for index, centre in enumerate(_HIGHEST):
        edges = [2 ** (-1 / 6) * centre / (sample_rate_hz / 2), min(2 ** (1 / 6) * centre / (sample_rate_hz / 2), 0.9999999999)]
        zpk = butter(4, edges, "bandpass", output="zpk")
        poles = zpk[1][np.imag(zpk[1]) > 0]
        found[index, :, 0] = float(np.real(zpk[2])) ** 0.25
        found[index, :, 1] = -2 * poles.real
        found[index, :, 2] = np.abs(poles) ** 2
    return found


def loudness(signal: Signal) -> Loudness:
    """Return the loudness of every window of a signal."""
    from scipy.signal import cheby1

    from mixassistant.features.timbre import zwicker_kernels

    b, a = cheby1(2, 0.1, 0.4)
    halving = np.array([*b, *a[1:]])
    sections = _sections(signal.sample_rate_hz)
    # As in the original: there is always a remainder, if only of silence.
    count = signal.length // WINDOW + 1
    specific, total, rms = np.zeros((count, STEPS), dtype=np.float32), np.zeros(count), np.zeros(count)
    levels = np.empty((_BATCH, 28))
    for start in range(0, count, _BATCH):
        stop = min(start + _BATCH, count)
        windows = signal.read(start * WINDOW, stop * WINDOW).reshape(-1, WINDOW)
        rms[start:stop] = np.sqrt(np.einsum("ws,ws->w", windows, windows, dtype=np.float64) / WINDOW)
        zwicker_kernels.third_octave_levels(windows, sections, halving, FULL_SCALE_DB, levels)
        zwicker_kernels.specific_loudness(
            levels[: stop - start], RAP, DLL, LTQ, A0, DCB, ZUP, RNS, USL, specific[start:stop], total[start:stop]
        )
    return Loudness(specific, total, rms)
