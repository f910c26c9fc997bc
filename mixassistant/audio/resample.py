"""Changing the sample rate, with the SoX resampler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.storage import gathered

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
    import soxr

    stream = soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32", quality="HQ")
    for block in blocks:
        yield np.ascontiguousarray(stream.resample_chunk(np.ascontiguousarray(block.T)).reshape(-1, channels).T)
    rest = stream.resample_chunk(np.zeros((0, channels), np.float32), last=True)
    yield np.ascontiguousarray(rest.reshape(-1, channels).T)
