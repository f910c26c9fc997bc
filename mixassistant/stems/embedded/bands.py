"""Time-frequency grid of the separating network: frames of 93 ms, and bands that follow pitch above 650 Hz.

Up to 650 Hz every bin of a 4096-sample window at 44.1 kHz is a band of its own; above it there are 42 bands to the octave, so
that what is learned of a sound at one pitch holds at another. Bands are fixed in hertz: another sample rate has another number
of samples to its window, and the same bands.

Conventions: channels are mid and side, scaled to keep the energy: ``(left ± right) / √2``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44100  # of the music that the network learned from
WINDOW = 4096  # samples at RATE_HZ: 93 ms
OVERLAP = 4  # windows over each sample
BANDS = 256
LINEAR_BANDS = 60  # one bin each, from 0 Hz
BANDS_PER_OCTAVE = 42
HIGHEST_HZ = 96000.0  # the last band holds what is above 16 kHz


def hop_length(sample_rate_hz: int) -> int:
    """Return the samples from one frame to the next: 23 ms.

    As near as can be, rather than rounded to a length that transforms fast: bins half a percent off their bands cost 1 to 2 dB.
    """
    return max(16, round(WINDOW / OVERLAP * sample_rate_hz / RATE_HZ))


def band_edges_hz() -> NDArray[np.float64]:
    """Return the edges of the bands ``[shape=(BANDS + 1,)]`` in hertz, from 0."""
    spacing = RATE_HZ / WINDOW
    linear = (np.arange(LINEAR_BANDS + 1) - 0.5) * spacing
    ideal = linear[-1] * 2 ** (np.arange(1, BANDS - LINEAR_BANDS + 1) / BANDS_PER_OCTAVE)
    # Half-way between bins, so that at RATE_HZ each bin is in one band.
    edges = (np.round(ideal / spacing - 0.5) + 0.5) * spacing
    edges[-1] = HIGHEST_HZ
    return np.concatenate([[0.0], linear[1:], edges])


def band_centres_hz() -> NDArray[np.float64]:
    """Return the frequency that stands for each band ``[shape=(BANDS,)]``."""
    edges = np.minimum(band_edges_hz(), 20000.0)
    return np.asarray((edges[1:] + edges[:-1]) / 2)


def membership(window: int, sample_rate_hz: int) -> NDArray[np.float32]:
    """Return how much of each bin lies in each band ``[shape=(bins, BANDS)]``; every row sums to 1."""
    spacing = sample_rate_hz / window
    frequency = np.arange(window // 2 + 1) * spacing
    low = np.maximum(frequency - spacing / 2, 0)[:, np.newaxis]
    high = (frequency + spacing / 2)[:, np.newaxis]
    edges = band_edges_hz()
    overlap = np.clip(np.minimum(high, edges[1:]) - np.maximum(low, edges[:-1]), 0, None)
    return np.asarray(overlap / overlap.sum(axis=1, keepdims=True), dtype=np.float32)
