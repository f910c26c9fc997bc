"""Changing the sample rate, with the SoX resampler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.storage import gathered

if TYPE_CHECKING:
    import soxr

BLOCK = 1 << 19  # samples per channel converted at once


def resample(audio: Audio, sample_rate_hz: int) -> Audio:
    """Return audio at another sample rate (soxr, high quality: pass band to 0.91 of Nyquist, linear phase)."""
    if sample_rate_hz == audio.sample_rate_hz:
        return audio
    blocks = (audio.read(start, start + BLOCK) for start in range(0, audio.length, BLOCK))
    length = -(-audio.length * sample_rate_hz // audio.sample_rate_hz)
    return Audio(gathered(converted(blocks, audio.channels, audio.sample_rate_hz, sample_rate_hz), length), sample_rate_hz)


def converted(blocks: Iterable[Samples], channels: int, from_hz: int, to_hz: int) -> Iterator[Samples]:
    """Yield blocks ``[shape=(channels, samples)]`` at another sample rate; together they are what the whole would be, to the bit."""
    evener = Evener(to_hz, channels)
    for block in blocks:
        yield evener.take(block, from_hz)
    yield evener.end()


class Evener:
    """Brings sound whose sample rate or channels change on its way to one rate and one channel count.

    A mono part of stereo sound plays on both sides; of stereo sound that is to be mono, the mean of both sides does.

    Parameters
    ----------
    sample_rate_hz : int
        What comes out.
    channels : int
        What comes out, 1 or 2.
    """

    def __init__(self, sample_rate_hz: int, channels: int) -> None:
        self.sample_rate_hz, self.channels = sample_rate_hz, channels
        self._rate = sample_rate_hz
        self._stream: soxr.ResampleStream | None = None

    def take(self, samples: Samples, sample_rate_hz: int) -> Samples:
        """Return what comes out for the next samples, ``[shape=(1 or 2 channels, samples)]``, of a rate."""
        if samples.shape[0] < self.channels:
            samples = np.repeat(samples, self.channels, axis=0)
        elif samples.shape[0] > self.channels:
            samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
        ended = None
        if sample_rate_hz != self._rate:
            ended, self._rate = self.end(), sample_rate_hz
        if self._rate != self.sample_rate_hz:
            if self._stream is None:
                import soxr

                self._stream = soxr.ResampleStream(self._rate, self.sample_rate_hz, self.channels, dtype="float32", quality="HQ")
            samples = self._resampled(samples, is_last=False)
        return samples if ended is None else np.concatenate([ended, samples], axis=1)

    def end(self) -> Samples:
        """Return what is still to come out after the last samples."""
        if self._stream is None:
            return np.zeros((self.channels, 0), np.float32)
        rest = self._resampled(np.zeros((self.channels, 0), np.float32), is_last=True)
        self._stream = None
        return rest

    def _resampled(self, samples: Samples, is_last: bool) -> Samples:
        assert self._stream is not None
        converted = self._stream.resample_chunk(np.ascontiguousarray(samples.T), last=is_last)
        return np.ascontiguousarray(converted.reshape(-1, self.channels).T)
