"""Roughness: beats between pairs of spectral peaks (P. Vassilakis, SRA, Sound and Music Computing 2007), as timbral_models has it."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.timbre.signal import Signal, spectra

FRAME_S = 0.05
PADDING = 512  # zeros before the signal, in samples
CONTRAST = 0.01  # of the largest magnitude in the whole spectrogram
LEAST = 0.01  # mean roughness below which the score is 0
_FRAMES = 512  # taken together
NEAR, FAR = 3.51, 5.75  # Plomp and Levelt's curve, in Sethares' form
REACH = 6.0  # of a pair's weighted distance: beyond it e^(−21) is left
STEPS = 8192  # of the tables


@functools.lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the curve of roughness over weighted distance 0…`REACH`, and that of the levels' ratio over v₂ / (v₁ + v₂) 0…1."""
    distance = np.linspace(0, REACH, STEPS + 1)
    share = np.linspace(0, 1, STEPS + 1)
    return np.exp(-NEAR * distance) - np.exp(-FAR * distance), 0.5 * (2 * share) ** 3.11


def roughness(signal: Signal) -> float:
    """Return how rough a sound is."""
    from mixassistant.features.timbre.spectral_kernels import largest_magnitude, pair_roughness

    rate = signal.sample_rate_hz
    frame = int(rate * FRAME_S)
    size = 2 ** int(np.log2(frame) + 1)
    length = signal.length + PADDING
    if length > frame:
        window = np.hamming(frame + 2)[1:-1].astype(np.float32)
        starts = (np.arange(2 * (length - frame) // frame + 1) * (frame / 2)).astype(np.int64)
        starts = starts[starts + frame <= length]
        # The original's mean takes in one or two frames of silence after the last.
        count = int(length / (frame / 2))
    else:
        window, starts, count = np.ones(length, dtype=np.float32), np.zeros(1, dtype=np.int64), max(int(length / (frame / 2)), 1)
    chunks = [starts[first : first + _FRAMES] for first in range(0, starts.size, _FRAMES)]

    def spans(chunk: NDArray[np.int64]) -> NDArray[np.float32]:
        return signal.read(int(chunk[0]) - PADDING, int(chunk[-1]) - PADDING + window.size)

    largest = max(largest_magnitude(some) for chunk in chunks for some in spectra(spans(chunk), chunk - chunk[0], window, size))
    curve, ratio = _tables()
    total = sum(
        pair_roughness(some, CONTRAST * largest, largest, rate / size, curve, STEPS / REACH, ratio)
        for chunk in chunks
        for some in spectra(spans(chunk), chunk - chunk[0], window, size)
    )
    mean = total / count
    return float(np.log10(mean) * 13.98779569 + 48.97606571545886) if mean >= LEAST else 0.0
