"""Frame by frame: one pass over the spectrogram of the mono downmix for all that is wanted of each frame.

A family declares what it wants of every frame as a reducer (`reduces`). The first time that any of them is asked for, one pass over
the audio computes all of the same resolution together, chunk by chunk, on any torch device, so that no spectrogram is ever
held whole and none is computed twice.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import Source
from mixassistant.audio.storage import blank

if TYPE_CHECKING:
    import torch

SPECTRAL_RATE_HZ = 44100
CONTEXT = 18  # frames that a reducer may look at on either side of its own


@dataclass(frozen=True)
class Resolution:
    """Size and step of a short-time Fourier transform with a periodic Hann window, in samples at 44.1 kHz.

    `chunk` is how many frames are transformed together on a processor; a graphics card takes many times as many.
    """

    n_fft: int
    hop: int
    chunk: int

    @property
    def frames_per_s(self) -> float:
        """Frames per second."""
        return SPECTRAL_RATE_HZ / self.hop

    @property
    def frequencies_hz(self) -> NDArray[np.float64]:
        """Centre of each bin in Hz, ``[shape=(n_fft // 2 + 1,)]``."""
        return np.arange(self.n_fft // 2 + 1, dtype=np.float64) * (SPECTRAL_RATE_HZ / self.n_fft)


FINE = Resolution(2048, 512, 768)  # 46 ms every 12 ms: onsets, timbre over time
TONAL = Resolution(8192, 2048, 192)  # 186 ms every 46 ms: pitch classes down to the bass


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some neighbouring frames of a spectrogram.

    Parameters
    ----------
    magnitude : torch.Tensor [shape=(before + count + after, bins)], float32
        Unnormalised magnitudes of the mono downmix (as librosa's), with up to `CONTEXT` frames of context on either side: fewer
        only where the audio begins or ends.
    before, count : int
        Frames of context before the chunk's own, and how many its own are.
    spectrum : torch.Tensor [shape=(before + count + after, bins)], complex64
        What the magnitudes are of.
    wave : torch.Tensor [shape=(samples,)], float32
        The samples from half a frame before the first frame's centre to half a frame after the last one's.
    """

    magnitude: torch.Tensor
    before: int
    count: int
    spectrum: torch.Tensor
    wave: torch.Tensor

    @functools.cached_property
    def own(self) -> torch.Tensor:
        """Magnitudes of the chunk's own frames, ``[shape=(count, bins)]``."""
        return self.magnitude[self.before : self.before + self.count]

    @functools.cached_property
    def power(self) -> torch.Tensor:
        """Power of the chunk's own frames, ``[shape=(count, bins)]``."""
        return self.own.square()


Reducer = Callable[[Chunk], "torch.Tensor | NDArray[np.float32]"]
"""Returns ``[shape=(count,)]`` or ``[shape=(count, values)]``: one row for each of the chunk's own frames."""

_REDUCERS: dict[str, tuple[Resolution, Reducer]] = {}


def reduces(name: str, resolution: Resolution) -> Callable[[Reducer], Reducer]:
    """Declare what a function takes from every frame at a resolution."""

    def register(function: Reducer) -> Reducer:
        if name in _REDUCERS:
            raise ValueError(f"frames {name!r} are declared twice")
        _REDUCERS[name] = (resolution, function)
        return function

    return register


def resolution_of(name: str) -> Resolution:
    """Return the resolution at which frames of a name are computed."""
    return _REDUCERS[name][0]


def reduce_frames(
    source: Source, resolution: Resolution, device: str, tick: Callable[[], None], at_once: int = 1
) -> dict[str, NDArray[np.float32]]:
    """Return everything that is declared at a resolution, one row per frame.

    Frame ``i`` is centred on sample ``i × hop`` (zeros beyond both ends), so that there are ``1 + length // hop``.

    Parameters
    ----------
    source : Source
        At 44.1 kHz.
    tick : callable
        Called for every chunk; it may raise.
    at_once : int
        How many chunks of the resolution are taken as one.
    """
    import torch

    reducers = {name: function for name, (found, function) in _REDUCERS.items() if found == resolution}
    gathered: dict[str, NDArray[np.float32]] = {}
    window = torch.hann_window(resolution.n_fft, device=device)
    total = 1 + source.length // resolution.hop
    step = resolution.chunk * at_once
    for start in range(0, total, step):
        tick()
        count = min(step, total - start)
        first, last = max(start - CONTEXT, 0), min(start + count + CONTEXT, total)
        wave = torch.from_numpy(mono_span(source, first, last, resolution)).to(device)
        spectrum = torch.fft.rfft(wave.unfold(0, resolution.n_fft, resolution.hop) * window)
        chunk = Chunk(spectrum.abs(), start - first, count, spectrum, wave)
        for name, function in reducers.items():
            rows = function(chunk)
            found = np.asarray(rows.cpu() if isinstance(rows, torch.Tensor) else rows, dtype=np.float32)
            if name not in gathered:
                gathered[name] = np.empty(total, np.float32) if found.ndim == 1 else blank(total, found.shape[1])
            gathered[name][start : start + count] = found
    return gathered


def mono_span(source: Source, first: int, last: int, resolution: Resolution) -> NDArray[np.float32]:
    """Return the mean of the channels over which frames `first` to before `last` reach, with zeros beyond the ends."""
    begin = first * resolution.hop - resolution.n_fft // 2
    end = (last - 1) * resolution.hop + resolution.n_fft // 2
    wave = source.read(begin, end)
    mono = wave[0] if wave.shape[0] == 1 else 0.5 * (wave[0] + wave[1])
    left = max(-begin, 0)
    return np.pad(mono, (left, end - begin - left - mono.size)).astype(np.float32, copy=False)
