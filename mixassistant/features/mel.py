"""Mel powers per frame: what onsets and cepstral coefficients share."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.frames import FINE, SPECTRAL_RATE_HZ, Chunk, reduces

if TYPE_CHECKING:
    import torch

MEL_BANDS = 128
LINEAR_BELOW_HZ = 1000.0
HZ_PER_MEL = 200.0 / 3
LOG_STEP = np.log(6.4) / 27  # per mel above 1 kHz


def mel_edges_hz() -> NDArray[np.float64]:
    """Return the corner frequencies of the triangles, ``[shape=(130,)]``, from 0 Hz to half the sample rate (Slaney 1998)."""
    knee = LINEAR_BELOW_HZ / HZ_PER_MEL
    mels = np.linspace(0, knee + np.log(SPECTRAL_RATE_HZ / 2 / LINEAR_BELOW_HZ) / LOG_STEP, MEL_BANDS + 2)
    return np.where(mels < knee, mels * HZ_PER_MEL, LINEAR_BELOW_HZ * np.exp(LOG_STEP * (mels - knee)))


@functools.cache
def mel_weights() -> NDArray[np.float32]:
    """Return triangles of equal area, ``[shape=(bins, 128)]``, as Slaney's Auditory Toolbox and librosa have them."""
    edges = mel_edges_hz()
    hz = FINE.frequencies_hz[:, None]
    rising = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    weights = np.maximum(np.minimum(rising, falling), 0) * 2 / (edges[2:] - edges[:-2])
    return np.asarray(weights, dtype=np.float32)


@reduces("mel", FINE)
def mel(chunk: Chunk) -> torch.Tensor:
    """Return the mel powers, ``[shape=(count, 128)]``."""
    import torch

    return chunk.power @ torch.from_numpy(mel_weights()).to(chunk.power.device)
