"""Warmth, as timbral_models scores it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.timbre.envelope import Curve
from mixassistant.features.timbre.hardness import Parts
from mixassistant.features.timbre.loudness_models import logarithm, region_levels, weighted
from mixassistant.features.timbre.onsets import find_onsets
from mixassistant.features.timbre.peaks import refined, spectral_peaks
from mixassistant.features.timbre.signal import Signal, Undefined
from mixassistant.features.timbre.zwicker import Loudness

N_FFT, HOP = 8192, 7168
MARGIN = 4096  # samples: an attack before this one begins with the sound
CONTRAST = 0.2  # of the largest power: of peaks
HIGHEST_REGION_HZ = 12000.0
LOW_HZ = 260.0
_FRAMES = 32  # transformed together


def _spectrum(signal: Signal, start: int, stop: int) -> tuple[NDArray[np.float64], float]:
    """Return the power spectrum of a segment behind Tukey windows, its largest value 1, and the segment's root mean square."""
    from scipy.fft import rfft
    from scipy.signal import get_window

    size = min(N_FFT, stop - start)
    window = get_window(("tukey", 0.25), size)
    starts = range(start, stop - size + 1, HOP)
    total = np.zeros(N_FFT // 2 + 1)
    # In double precision and as they came: the decay toward high frequencies is fitted down to the noise of the arithmetic.
    for first in range(0, len(starts), _FRAMES):
        some = starts[first : first + _FRAMES]
        samples = signal.raw(some[0], some[-1] + size).astype(np.float64)
        frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::HOP]
        spectrum = rfft((frames - frames.mean(axis=1, keepdims=True)) * window, n=N_FFT)
        total += (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
    total[1:-1] *= 2
    if not total.max() > 0:
        raise Undefined("holds digital silence between its onsets")
    energy = 0.0
    for first in range(start, stop, 1 << 17):
        piece = signal.read(first, min(first + (1 << 17), stop))
        energy += float(np.dot(piece, piece))
    return np.asarray(total / total.max()), float(np.sqrt(energy / (stop - start)))


def _fit(power: NDArray[np.float64], frequency_hz: NDArray[np.float64]) -> float:
    """Return R² of the straight line through power over frequency, both logarithmic."""
    if not power.min() > 0:
        raise Undefined("has nothing above its fundamental")
    x, y = np.log10(frequency_hz), np.log10(power)
    x, y = x - x.mean(), y - y.mean()
    spread = (x @ x) * (y @ y)
    return float((x @ y) ** 2 / spread) if spread > 0 else 1.0


def warmth(signal: Signal, loudness: Loudness, parts: Parts, envelope: Curve) -> float:
    """Return how warm a sound is.

    Parameters
    ----------
    signal : Signal
    loudness : Loudness
    parts : Parts
        For their onset strength.
    envelope : Curve
        Decaying within 0.1 s.
    """
    rate = signal.sample_rate_hz
    high = weighted(region_levels(loudness, 80, 240), loudness.rms)
    region = float(region_levels(loudness, 10, 40).mean())
    onsets = find_onsets(parts.strength, envelope, rate, MARGIN)
    if len(onsets) == 1:
        onsets = [0]
    frequency = np.arange(N_FFT // 2 + 1, dtype=np.float64) * (rate / N_FFT)
    levels, ratios, centroids, fits = [], [], [], []
    for start, stop in zip(onsets, [*onsets[1:], signal.length], strict=True):
        power, level = _spectrum(signal, start, stop)
        bins = spectral_peaks(power, CONTRAST)
        fundamental = float(refined(power, bins).min()) * rate / N_FFT
        limit = min(fundamental * 3.5, HIGHEST_REGION_HZ)
        above = int(np.searchsorted(frequency, limit, side="right"))
        low = power[bins.min() : int(np.searchsorted(frequency, LOW_HZ, side="right"))].sum() if fundamental < LOW_HZ else 0.0
        levels.append(level)
        ratios.append(low / power.sum())
        centroids.append(power @ frequency / power.sum())
        fits.append(_fit(power[above:], frequency[above:]))
    return (
        -4.464258317026696 * logarithm(float(np.mean(centroids)), "centroid")
        - 0.08819320850778556 * high
        + 0.29156539973575546 * region
        + 17.274733561081554 * float(np.mean(fits))
        + 8.403340066029507 * weighted(np.array(ratios), np.array(levels))
        + 45.21212125085579
    )
