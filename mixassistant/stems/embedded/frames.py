"""Overlapping windowed frames of a wave, and back.

Conventions: spectra are ``[shape=(channels, frames, bins)]``; frame 0 starts ``OVERLAP − 1`` hops before the audio, so that every
sample lies under OVERLAP windows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OVERLAP = 4  # windows over each sample
SQUARES = 1.5  # what the squares of that many Hann windows sum to


def frame_count(length: int, hop: int) -> int:
    """Return how many frames cover every sample OVERLAP times."""
    return -(-length // hop) + OVERLAP - 1


def hann(window: int) -> NDArray[np.float32]:
    """Return a periodic Hann window."""
    return np.hanning(window + 1)[:-1].astype(np.float32)


def spectra(samples: NDArray[np.float32], first: int, last: int, window: int) -> NDArray[np.complex64]:
    """Return spectra of frames `first` to `last` of a wave ``[shape=(channels, samples)]``."""
    from scipy.fft import rfft

    hop = window // OVERLAP
    start = (first - OVERLAP + 1) * hop
    end = start + (last - first - 1) * hop + window
    length = samples.shape[1]
    inside = samples[:, max(start, 0) : min(end, length)]
    padded = np.pad(inside, ((0, 0), (max(-start, 0), max(end - max(length, start), 0))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window, axis=1)[:, ::hop]
    return np.asarray(rfft(frames * hann(window), axis=-1, workers=-1), dtype=np.complex64)


def add_frames(stem: NDArray[np.float32], spectra: NDArray[np.complex64], first: int, window: int) -> None:
    """Add spectra from frame `first` on back to a stem ``[shape=(channels, samples)]`` (weighted overlap-add)."""
    from scipy.fft import irfft

    hop = window // OVERLAP
    pieces = irfft(spectra, window, axis=-1, workers=-1) * (hann(window) / np.float32(SQUARES))
    channels, frames, _length = pieces.shape
    sums = np.zeros((channels, frames + OVERLAP - 1, hop), dtype=np.float32)
    for quarter in range(OVERLAP):
        sums[:, quarter : quarter + frames] += pieces[:, :, quarter * hop : (quarter + 1) * hop]
    wave = sums.reshape(channels, -1)
    start = (first - OVERLAP + 1) * hop
    end = min(start + wave.shape[1], stem.shape[1])
    stem[:, max(start, 0) : end] += wave[:, max(-start, 0) : end - start]
