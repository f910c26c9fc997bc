"""What the extractors share, computed once and on any torch device.

Loudness and levels come from the audio at its own rate; spectra from one STFT at 44.1 kHz that is reduced at once to power per
1/3-octave band and frame, so that memory stays small however long the audio is. A mono file is measured as the two equal
channels that it plays on in a stereo mix.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.features.bands import COUNT, EDGES_HZ

if TYPE_CHECKING:
    import torch

SPECTRAL_RATE_HZ = 44100
N_FFT = 16384  # samples: 2.7 Hz per bin, so that the 20 Hz third octave (4.6 Hz wide) holds more than one
HOP = 4096  # samples: 93 ms
FRAMES_PER_S = SPECTRAL_RATE_HZ / HOP
STEP_S = 0.1  # of the loudness curves (BS.1770: 75 % overlap of 400 ms)
LEVEL_WINDOW_S = 0.05
ACTIVE_RANGE_DB = 40.0  # below the loud frames (95th percentile): gating must not depend on gain
SILENCE_DBFS = -90.0
_CHUNK_FRAMES = 128


@dataclass(frozen=True, eq=False)
class BandPowers:
    """Mean-square power per 1/3-octave band and frame, ``[shape=(31, frames)]`` each, float64.

    `left` and `right` are the channels' own, `cross` the real part of their cross-spectrum.
    """

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    cross: NDArray[np.float64]

    @property
    def total(self) -> NDArray[np.float64]:
        """Mean over the two channels."""
        return 0.5 * (self.left + self.right)


class Representations:
    """Shared intermediate results of one piece of audio.

    Parameters
    ----------
    audio : Audio
    device : str
        Torch device.
    """

    def __init__(self, audio: Audio, device: str = "cpu") -> None:
        self.audio = audio
        self.device = device

    @functools.cached_property
    def sample_peak(self) -> float:
        """Largest absolute sample, 1 is full scale."""
        return float(np.abs(self.audio.samples).max(initial=0.0))

    @functools.cached_property
    def is_silent(self) -> bool:
        """Whether there is nothing to measure."""
        return self.sample_peak < 10 ** (SILENCE_DBFS / 20)

    @functools.cached_property
    def level_frames(self) -> NDArray[np.float64]:
        """Mean square over both channels in 50 ms frames, ``[shape=(frames,)]``."""
        hop = round(LEVEL_WINDOW_S * self.audio.sample_rate_hz)
        count = max(self.audio.length // hop, 1)
        samples = self.audio.samples[:, : count * hop]
        if samples.shape[1] < hop:
            return np.array([np.mean(np.square(samples, dtype=np.float64)) if samples.size else 0.0])
        blocks = samples.reshape(self.audio.channels, count, hop)
        return np.asarray(np.einsum("cfh,cfh->f", blocks, blocks, dtype=np.float64) / (hop * self.audio.channels))

    @functools.cached_property
    def bands(self) -> BandPowers:
        """Band powers of both channels over the whole audio."""
        import torch

        audio = resample(self.audio, SPECTRAL_RATE_HZ)
        window = torch.hann_window(N_FFT, device=self.device)
        weights = torch.from_numpy(band_weights().copy()).to(self.device)
        scale = 2.0 / (N_FFT * float((window**2).sum()))
        samples = torch.from_numpy(np.pad(audio.samples, ((0, 0), (N_FFT // 2, N_FFT // 2 + HOP))))
        frames = 1 + audio.length // HOP
        powers: list[list[torch.Tensor]] = []
        for start in range(0, frames, _CHUNK_FRAMES):
            count = min(_CHUNK_FRAMES, frames - start)
            piece = samples[:, start * HOP : (start + count - 1) * HOP + N_FFT].to(self.device)
            spectrum = torch.fft.rfft(piece.unfold(1, N_FFT, HOP) * window)
            left, right = spectrum[0], spectrum[-1]
            first = left.real.square() + left.imag.square()
            # Mono: both channels are the same one, and so is what they share.
            parts = (
                [first]
                if audio.channels == 1
                else [first, right.real.square() + right.imag.square(), left.real * right.real + left.imag * right.imag]
            )
            reduced = [(p @ weights * scale).to("cpu", torch.float64) for p in parts]
            powers.append(reduced if len(reduced) == 3 else reduced * 3)
        left_all, right_all, cross_all = (torch.cat(p).T.numpy() for p in zip(*powers, strict=True))
        return BandPowers(np.ascontiguousarray(left_all), np.ascontiguousarray(right_all), np.ascontiguousarray(cross_all))

    @functools.cached_property
    def active(self) -> NDArray[np.bool_]:
        """Which spectral frames play: within 40 dB of the loud ones, ``[shape=(frames,)]``."""
        power = self.bands.total.sum(axis=0)
        floor = max(float(np.quantile(power, 0.95)) * 10 ** (-ACTIVE_RANGE_DB / 10), 1e-12)
        return np.asarray(power >= floor)

    @functools.cached_property
    def k_weighted_steps(self) -> NDArray[np.float64]:
        """K-weighted power, summed over channels, in steps of 100 ms, ``[shape=(steps,)]``."""
        from mixassistant.features.k_weighting import k_weighted_power

        return k_weighted_power(self.audio, STEP_S, self.device)


@functools.cache
def band_weights() -> NDArray[np.float32]:
    """Return the share of each FFT bin that falls into each 1/3-octave band, ``[shape=(bins, 31)]``."""
    width = SPECTRAL_RATE_HZ / N_FFT
    centre = np.arange(N_FFT // 2 + 1) * width
    low, high = centre - width / 2, centre + width / 2
    overlap = np.minimum(high[:, None], EDGES_HZ[None, 1:]) - np.maximum(low[:, None], EDGES_HZ[None, :-1])
    weights: NDArray[np.float32] = np.clip(overlap / width, 0.0, 1.0).astype(np.float32)
    assert weights.shape == (centre.size, COUNT)
    weights.flags.writeable = False
    return weights
