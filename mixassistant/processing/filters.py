"""Equalizer curves: the biquads of the RBJ Audio EQ Cookbook, as coefficients and as closed-form responses.

Conventions: frequencies in Hz, gains in dB, ``Q`` as the cookbook defines it (a shelf with Q 0.71 is the steepest without
overshoot). A band at or above the Nyquist frequency, or with no gain, does nothing.

References
----------
R. Bristow-Johnson, Cookbook formulae for audio equalizer biquad filter coefficients,
https://www.w3.org/TR/audio-eq-cookbook/
"""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, pi, sin, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mixassistant.processing.moves import Band

Curve = NDArray[np.float64]


def does_nothing(band: Band, sample_rate_hz: float) -> bool:
    """Tell whether a band leaves audio of this sample rate as it is."""
    without_gain = band.gain_db == 0 and band.type not in ("high_pass", "low_pass")
    return without_gain or band.frequency_hz >= sample_rate_hz / 2


def sos(band: Band, sample_rate_hz: float) -> Curve:
    """Return a band's biquad as one second-order section ``[shape=(1, 6)]``: b0 b1 b2 1 a1 a2.

    Raises
    ------
    ValueError
        The frequency or Q is not positive, or the type is unknown.
    """
    if band.frequency_hz <= 0 or band.q <= 0:
        raise ValueError(f"a band needs a positive frequency and Q, not {band.frequency_hz} Hz and Q {band.q}")
    if does_nothing(band, sample_rate_hz):
        return np.array([[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]])
    w0 = 2 * pi * band.frequency_hz / sample_rate_hz
    c, alpha = cos(w0), sin(w0) / (2 * band.q)
    a = 10 ** (band.gain_db / 40)
    if band.type == "bell":
        numerator = (1 + alpha * a, -2 * c, 1 - alpha * a)
        denominator = (1 + alpha / a, -2 * c, 1 - alpha / a)
    elif band.type in ("low_shelf", "high_shelf"):
        # The two shelves are mirror images about a quarter of the sample rate: cos ω changes sign, and so do the odd terms.
        side = 1 if band.type == "low_shelf" else -1
        c, root = side * c, 2 * sqrt(a) * alpha
        numerator = (
            a * ((a + 1) - (a - 1) * c + root),
            side * 2 * a * ((a - 1) - (a + 1) * c),
            a * ((a + 1) - (a - 1) * c - root),
        )
        denominator = ((a + 1) + (a - 1) * c + root, side * -2 * ((a - 1) + (a + 1) * c), (a + 1) + (a - 1) * c - root)
    elif band.type == "high_pass":
        numerator, denominator = ((1 + c) / 2, -(1 + c), (1 + c) / 2), (1 + alpha, -2 * c, 1 - alpha)
    elif band.type == "low_pass":
        numerator, denominator = ((1 - c) / 2, 1 - c, (1 - c) / 2), (1 + alpha, -2 * c, 1 - alpha)
    else:
        raise ValueError(f"unknown band type {band.type!r}")
    return np.array([[*numerator, *denominator]]) / denominator[0]


def band_response_db(band: Band, frequencies_hz: ArrayLike, sample_rate_hz: float = 44100) -> Curve:
    """Return the magnitude response of one band in dB, in closed form.

    Parameters
    ----------
    band : Band
    frequencies_hz : array-like
        Where to evaluate it; from the Nyquist frequency on the response is that at the Nyquist frequency.
    sample_rate_hz : float

    Notes
    -----
    With φ = sin²(ω/2), |b0 + b1 z⁻¹ + b2 z⁻²|² = (b0 + b1 + b2)² − 4(b0 b1 + 4 b0 b2 + b1 b2)φ + 16 b0 b2 φ²: exact at
    low frequencies too, where a sum of cosines would cancel.
    """
    section = sos(band, sample_rate_hz)[0]
    frequency = np.clip(np.asarray(frequencies_hz, dtype=np.float64), 0, sample_rate_hz / 2)
    phi = np.sin(pi * frequency / sample_rate_hz) ** 2

    def power(c0: float, c1: float, c2: float) -> Curve:
        values: Curve = (c0 + c1 + c2) ** 2 - 4 * (c0 * c1 + 4 * c0 * c2 + c1 * c2) * phi + 16 * c0 * c2 * phi**2
        return np.maximum(values, 1e-30)

    response: Curve = 10 * np.log10(power(*section[:3]) / power(*section[3:]))
    return response


def response_db(bands: Iterable[Band], frequencies_hz: ArrayLike, sample_rate_hz: float = 44100) -> Curve:
    """Return the magnitude response in dB of bands in series: the sum of theirs."""
    total: Curve = np.zeros(np.shape(frequencies_hz), dtype=np.float64)
    for band in bands:
        total = total + band_response_db(band, frequencies_hz, sample_rate_hz)
    return total
