"""What the beat networks hear: the spectrum in bands of a quarter tone, fifty times a second.

The bands are those that BeatNet was trained on: triangles of equal area whose corners lie 24 to the octave, as far as bins of 16 Hz
allow, from 30 Hz to 11 kHz.

References
----------
S. Böck, F. Krebs, G. Widmer, Joint beat and downbeat tracking with recurrent neural networks, ISMIR 2016 (bands and their difference);
M. Heydari, F. Cwitkowitz, Z. Duan, BeatNet, ISMIR 2021 (sizes).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.frames import Chunk, Resolution, reduces

if TYPE_CHECKING:
    import torch

BEATS = Resolution(2822, 882, 512)  # 64 ms every 20 ms
FRAMES_PER_S = BEATS.frames_per_s
BANDS_PER_OCTAVE, LOWEST_HZ, TUNED_HZ = 24, 30.0, 440.0
HIGHEST_BIN = 704  # below half of 22 050 Hz, the rate of what BeatNet learned from
BANDS = 136
LOUD_QUANTILE, PLAYING = 0.9, 0.01
LOUD_SUM = 700.0  # sum of the bands of a loud frame of a mastered song: median of ten genres


@functools.cache
def band_weights() -> NDArray[np.float32]:
    """Return triangles of area 1, ``[shape=(bins, 136)]``."""
    steps = np.arange(np.ceil(BANDS_PER_OCTAVE * np.log2(LOWEST_HZ / TUNED_HZ)), 6 * BANDS_PER_OCTAVE)
    hz = TUNED_HZ * 2 ** (steps / BANDS_PER_OCTAVE)
    corners = np.unique(np.clip(np.round(hz / BEATS.frequencies_hz[1]).astype(int), 1, HIGHEST_BIN))
    weights = np.zeros((BEATS.n_fft // 2 + 1, corners.size - 2))
    for band, (low, centre, high) in enumerate(zip(corners, corners[1:], corners[2:], strict=False)):
        if high - low < 2:
            weights[low, band] = 1.0
            continue
        weights[low:centre, band] = np.arange(centre - low) / (centre - low)
        weights[centre:high, band] = 1 - np.arange(high - centre) / (high - centre)
    # Twice as many samples as at 22 050 Hz add up to twice the magnitude.
    weights /= 2 * weights.sum(axis=0)
    assert weights.shape[1] == BANDS
    return weights.astype(np.float32)


@reduces("beat_bands", BEATS)
def beat_bands(chunk: Chunk) -> torch.Tensor:
    """Return the magnitude in each band, ``[shape=(count, 136)]``."""
    import torch

    return chunk.own @ torch.from_numpy(band_weights()).to(chunk.magnitude.device)


def loudness_factor(bands: NDArray[np.float32]) -> float:
    """Return the factor that brings bands to the level of a mastered song: what follows is logarithmic, and must not depend on gain."""
    sums = bands.sum(axis=1, dtype=np.float64)
    playing = sums[sums > PLAYING * sums.max(initial=0.0)]  # clicks are far apart
    loud = float(np.quantile(playing, LOUD_QUANTILE)) if playing.size else 0.0
    return LOUD_SUM / loud if loud > 0 else 0.0
