"""What measuring reads from: samples of one piece of audio, in any order, however long it is.

`Audio` shows all of them at once. `Spool` keeps them in a temporary file, so that an hour of audio needs no more memory than a minute.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.storage import temporary_file

BLOCK = 1 << 19  # samples per channel read at once: 12 s at 44.1 kHz


class Source(Protocol):
    """Audio that can be read piece by piece: float32, ±1, 1 or 2 channels."""

    @property
    def sample_rate_hz(self) -> int:
        """Sample rate in Hz."""

    @property
    def channels(self) -> int:
        """Number of channels, 1 or 2."""

    @property
    def length(self) -> int:
        """Number of samples per channel."""

    @property
    def duration_s(self) -> float:
        """Duration in seconds."""

    def read(self, start: int, stop: int) -> Samples:
        """Return the samples from `start` to before `stop`, ``[shape=(channels, samples)]``; beyond either end there are none."""


class Spool:
    """Audio in a temporary file of raw float32 frames, which is gone with this object.

    Parameters
    ----------
    blocks : iterable of Samples
        ``[shape=(channels, samples)]`` each, all of one channel count.
    sample_rate_hz : int

    Raises
    ------
    OSError
        The temporary folder is full or cannot be written.
    ValueError
        There are no blocks.
    """

    def __init__(self, blocks: Iterable[Samples], sample_rate_hz: int) -> None:
        self.sample_rate_hz = sample_rate_hz
        self.channels = 0
        self.length = 0
        self._file = temporary_file()
        self.close = weakref.finalize(self, self._file.close)
        """Delete the file now."""
        for block in blocks:
            self.channels = self.channels or block.shape[0]
            if block.shape[0] != self.channels:
                raise ValueError("the channel count changes")
            self._file.write(np.ascontiguousarray(block.T, dtype="<f4").tobytes())
            self.length += block.shape[1]
        if not self.channels:
            raise ValueError("nothing to spool")
        self._file.flush()

    @property
    def duration_s(self) -> float:
        """Duration in seconds."""
        return self.length / self.sample_rate_hz

    def read(self, start: int, stop: int) -> Samples:
        """Return the samples from `start` to before `stop`, ``[shape=(channels, samples)]``."""
        start, stop = max(start, 0), min(stop, self.length)
        if stop <= start:
            return np.zeros((self.channels, 0), np.float32)
        self._file.seek(4 * self.channels * start)
        data = self._file.read(4 * self.channels * (stop - start))
        return np.ascontiguousarray(np.frombuffer(data, "<f4").reshape(-1, self.channels).T)


def blocks_of(source: Source, length: int = BLOCK) -> Iterator[Samples]:
    """Yield the samples of a source in blocks of `length`, the last one shorter."""
    for start in range(0, source.length, length):
        yield source.read(start, start + length)


def at_rate(source: Source, sample_rate_hz: int) -> Source:
    """Return a source at another sample rate: audio where it was audio, else spooled."""
    if source.sample_rate_hz == sample_rate_hz:
        return source
    if isinstance(source, Audio):
        from mixassistant.audio.resample import resample

        return resample(source, sample_rate_hz)
    return Spool(resampled(source, sample_rate_hz), sample_rate_hz)


def resampled(source: Source, sample_rate_hz: int) -> Iterator[Samples]:
    """Yield a source at another sample rate, block by block."""
    from mixassistant.audio.resample import converted

    return converted(blocks_of(source), source.channels, source.sample_rate_hz, sample_rate_hz)


def spool_file(path: Path, stream: int | None = None, warnings: list[str] | None = None) -> Spool:
    """Decode a file, or an audio stream of it (from 0), into a spool, with memory bounded by a block.

    `warnings` gets what was odd about it.

    Raises
    ------
    InputError
        As `mixassistant.audio.decode.decode`.
    """
    from mixassistant.audio.decode import decode_blocks, probe

    blocks = decode_blocks(path, stream=stream, warnings=warnings, is_summed=True)
    return Spool((block.samples for block in blocks), probe(path, stream).sample_rate_hz)
