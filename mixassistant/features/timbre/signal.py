"""The signal that all eight models hear: the channels' sum, brought to −24 LUFS, at 44.1 kHz or more, read piece by piece."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.crew import Stopped
from mixassistant.features.k_weighting import k_biquads

TARGET_LUFS = -24.0
LOWEST_RATE_HZ = 44100
BLOCK = 1 << 17  # samples read at once: a multiple of every hop but roughness's
LEAST_S = 0.1  # shorter sounds fill no more than a frame or two of each model
GATE_LUFS, RELATIVE_GATE_LU = -70.0, -10.0  # BS.1770-5
GATE_S, GATE_STEP_S = 0.4, 0.1


class Undefined(Exception):
    """A model has no value for this sound; the message says why."""


@dataclass(frozen=True, eq=False)
class Signal:
    """Normalised mono audio.

    Parameters
    ----------
    samples : np.ndarray [shape=(samples,)], float32
        As they came, at `sample_rate_hz`.
    sample_rate_hz : int
        44 100 or more.
    gain : float
        By which every sample is multiplied when read.
    stop : threading.Event
        Once set, reading raises `Stopped`.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int
    gain: float
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def length(self) -> int:
        """Number of samples."""
        return int(self.samples.size)

    def raw(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return samples as they came, a view, from `start` to before `stop` as far as there are any."""
        if self.stop.is_set():
            raise Stopped
        return self.samples[max(start, 0) : max(stop, 0)]

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return normalised samples from `start` to before `stop`, zeros beyond both ends."""
        inside = self.raw(start, stop) * np.float32(self.gain)
        left = min(max(-start, 0), stop - start)
        missing = stop - start - inside.size
        return np.pad(inside, (left, missing - left)) if missing else inside

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield the whole signal."""
        for start in range(0, self.length, BLOCK):
            yield self.read(start, min(start + BLOCK, self.length))


def loudness_of(mono: NDArray[np.float32], sample_rate_hz: int) -> float:
    """Return the integrated loudness in LUFS of one channel (BS.1770-5), −inf below the gate.

    What is shorter than 400 ms is measured as if silence followed.
    """
    from mixassistant.features.timbre.kernels import step_energies

    seconds = max(mono.size / sample_rate_hz, GATE_S)
    windows = int(np.round((seconds - GATE_S) / GATE_STEP_S)) + 1
    edges = (np.arange(windows + 4) * (GATE_STEP_S * sample_rate_hz)).astype(np.int64)  # of the 100 ms steps, four to a window
    sections = k_biquads(sample_rate_hz)
    # The models were fitted with pyloudnorm, whose high-pass is 1 at half the sample rate: 0.04 dB less than BS.1770 has it.
    sections[1, :3] *= (1 - sections[1, 4] + sections[1, 5]) / 4
    energies = np.zeros(windows + 3)
    step_energies(mono, sections, edges, energies)
    power = np.convolve(energies, np.ones(4), "valid") / (GATE_S * sample_rate_hz)
    kept = power[power >= 10 ** ((GATE_LUFS + 0.691) / 10)]
    if not kept.size:
        return -np.inf
    kept = kept[kept > kept.mean() * 10 ** (RELATIVE_GATE_LU / 10)]
    return float(-0.691 + 10 * np.log10(kept.mean()))


def upsampled(mono: NDArray[np.float32], sample_rate_hz: int) -> tuple[NDArray[np.float32], int]:
    """Bring audio below 44.1 kHz there; the models' bands reach to 14 kHz."""
    if sample_rate_hz >= LOWEST_RATE_HZ:
        return mono, sample_rate_hz
    from mixassistant.audio.audio import Audio
    from mixassistant.audio.resample import resample

    return resample(Audio(np.ascontiguousarray(mono)[np.newaxis], sample_rate_hz), LOWEST_RATE_HZ).samples[0], LOWEST_RATE_HZ


def normalised(mono: NDArray[np.float32], sample_rate_hz: int, loudness_lufs: float | None) -> Signal:
    """Bring mono audio to −24 LUFS, but no sample above full scale, and to 44.1 kHz where it is below.

    Raises
    ------
    Undefined
        There is nothing to bring to a level.
    """
    if mono.size < LEAST_S * sample_rate_hz:
        raise Undefined(f"shorter than {LEAST_S:g} s")
    # Without a pass over absolute values, which would be as long as the audio again.
    peak = max(float(mono.max(initial=0.0)), -float(mono.min(initial=0.0)))
    if not np.isfinite(peak):
        raise Undefined("holds samples that are not numbers")
    if peak == 0.0:
        raise Undefined("silent")
    loudness = loudness_of(mono, sample_rate_hz) if loudness_lufs is None else loudness_lufs
    if not np.isfinite(loudness):
        raise Undefined("too quiet to be measured: below −70 LUFS throughout")
    gain = min(10 ** ((TARGET_LUFS - loudness) / 20), 1.0 / peak)
    mono, sample_rate_hz = upsampled(mono, sample_rate_hz)
    return Signal(mono, sample_rate_hz, gain)


class Framer:
    """Cuts what comes in blocks into overlapping frames.

    Parameters
    ----------
    size, hop : int
        In samples.
    """

    def __init__(self, size: int, hop: int) -> None:
        self.size, self.hop = size, hop
        self._rest: NDArray[np.float32] | None = None

    def count(self, span: NDArray[np.float32]) -> int:
        """Return how many whole frames a span holds."""
        return int(max((span.shape[-1] - self.size) // self.hop + 1, 0))

    def push(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the samples of all frames that a block ``[shape=(…, samples)]`` completes, from the first one's start on."""
        whole = block if self._rest is None else np.concatenate([self._rest, block], axis=-1)
        count = self.count(whole)
        self._rest = whole[..., count * self.hop :]
        return whole[..., : (count - 1) * self.hop + self.size if count else 0]


def spectra(
    span: NDArray[np.float32], starts: NDArray[np.int64], window: NDArray[np.float32], size: int, *, without_mean: bool = False
) -> Iterator[NDArray[np.complex64]]:
    """Yield the spectra of frames that begin at `starts`, some at a time, ``[shape=(frames, size // 2 + 1)]``.

    Zeros fill up frames that are shorter than `size`.
    """
    import torch

    from mixassistant.features.timbre.spectral_kernels import windowed

    some = max(1, 1 << 17 >> size.bit_length() - 1)  # half a megabyte of frames stays in the cache
    buffer = np.empty((min(some, starts.size), size), dtype=np.float32)
    for first in range(0, starts.size, some):
        part = starts[first : first + some]
        windowed(span, part, window, without_mean, buffer[: part.size])
        # Torch's transform takes two thirds of scipy's time where it has MKL.
        yield torch.fft.rfft(torch.from_numpy(buffer[: part.size])).numpy()
