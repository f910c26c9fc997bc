"""What stems have in common: the real part of their cross-spectra per 1/3 octave and moment, in the frames of `fingerprint`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.source import at_rate
from mixassistant.features.bands import COUNT
from mixassistant.features.frames import SPECTRAL_RATE_HZ
from mixassistant.features.representations import HOP, N_FFT, band_weights

FRAMES_AT_ONCE = 64


def cross_powers(stems: Sequence[Audio], moments: NDArray[np.intp], device: str = "cpu", shift: int = 0) -> NDArray[np.float64]:
    """Return the powers of stems and of what they share: summed over both stems, the powers of their sum.

    Parameters
    ----------
    stems : sequence of Audio
        Of one sample rate, channel count and length.
    moments : np.ndarray [shape=(frames,)]
        Which frames: the n-th has its middle at n · 93 ms.
    device : str
        Torch device.
    shift : int
        By how many samples at 44.1 kHz all moments come later.

    Returns
    -------
    np.ndarray [shape=(stems, stems, 31, frames)]
        Mean square over the channels; the diagonal holds the stems' own powers.
    """
    import torch

    sources = [at_rate(stem, SPECTRAL_RATE_HZ) for stem in stems]
    window = torch.hann_window(N_FFT, device=device)
    weights = torch.from_numpy(band_weights().copy()).to(device)
    scale = 2.0 / (N_FFT * float((window**2).sum()) * sources[0].channels)
    powers = np.empty((len(stems), len(stems), COUNT, moments.size))
    for first in range(0, moments.size, FRAMES_AT_ONCE):
        some = moments[first : first + FRAMES_AT_ONCE]
        waves = np.zeros((len(sources), sources[0].channels, some.size, N_FFT), np.float32)
        for row, source in enumerate(sources):
            for column, moment in enumerate(some):
                begin = int(moment) * HOP + shift - N_FFT // 2
                piece = source.read(begin, begin + N_FFT)
                start = max(-begin, 0)
                waves[row, :, column, start : start + piece.shape[1]] = piece
        spectra = torch.fft.rfft(torch.from_numpy(waves).to(device) * window)
        for one in range(len(stems)):
            for other in range(one, len(stems)):
                shared = (spectra[one] * spectra[other].conj()).real.sum(dim=0) @ weights * scale
                powers[one, other, :, first : first + some.size] = powers[other, one, :, first : first + some.size] = shared.cpu().numpy().T
    return powers
