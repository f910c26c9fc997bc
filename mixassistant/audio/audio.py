"""The `Audio` value: float32 samples at their own rate.

Conventions: float32 ``[shape=(channels, samples)]``, full scale ±1, 1 or 2 channels, at the file's own rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.storage import blank
from mixassistant.progress import Progress, silent

SUM_BLOCK = 1 << 16  # samples per channel: sums are made in float64, a block that fits into a processor's cache at a time

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Audio:
    """Immutable audio.

    Parameters
    ----------
    samples : np.ndarray [shape=(channels, samples)], float32
        Full scale is ±1. Made read-only.
    sample_rate_hz : int
        Sample rate in Hz.
    """

    samples: Samples
    sample_rate_hz: int

    def __post_init__(self) -> None:
        samples = np.ascontiguousarray(self.samples, dtype=np.float32)
        if samples.ndim != 2 or samples.shape[0] not in (1, 2):
            raise ValueError(f"audio must have shape (1 or 2 channels, samples), not {samples.shape}")
        if self.sample_rate_hz <= 0:
            raise ValueError(f"sample rate must be positive, not {self.sample_rate_hz}")
        view = samples.view()
        view.flags.writeable = False
        object.__setattr__(self, "samples", view)

    @property
    def channels(self) -> int:
        """Number of channels, 1 or 2."""
        return int(self.samples.shape[0])

    @property
    def length(self) -> int:
        """Number of samples per channel."""
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        """Duration in seconds."""
        return self.length / self.sample_rate_hz

    def read(self, start: int, stop: int) -> Samples:
        """Return the samples from `start` to before `stop`, a view ``[shape=(channels, samples)]``."""
        return self.samples[:, max(start, 0) : max(stop, 0)]

    def stereo(self) -> Audio:
        """Return this audio with two channels; a mono channel is copied to both sides."""
        if self.channels == 2:
            return self
        both = blank(2, self.length)
        both[:] = self.samples
        return Audio(both, self.sample_rate_hz)

    def mono(self) -> Audio:
        """Return the mean of the channels."""
        if self.channels == 1:
            return self
        mean = blank(1, self.length)
        np.mean(self.samples, axis=0, keepdims=True, out=mean)
        return Audio(mean, self.sample_rate_hz)

    def padded(self, length: int) -> Audio:
        """Return this audio with silence at its end up to `length` samples, or cut to `length`."""
        if length == self.length:
            return self
        fitted, kept = blank(self.channels, length), min(length, self.length)
        fitted[:, :kept] = self.samples[:, :kept]
        return Audio(fitted, self.sample_rate_hz)


def mix(parts: list[Audio], progress: Progress = silent) -> Audio:
    """Sum audio of one sample rate from time zero; the shorter ones end in silence.

    Parameters
    ----------
    parts : list of Audio
        A mono part of a stereo sum plays on both sides, as a DAW's centre-panned mono track at 0 dB does.
    progress : Progress

    Raises
    ------
    ValueError
        There are no parts, or their sample rates differ.
    """
    if not parts:
        raise ValueError("nothing to sum")
    rate = parts[0].sample_rate_hz
    if any(part.sample_rate_hz != rate for part in parts):
        raise ValueError("parts of one sum must share a sample rate")
    if len(parts) == 1:
        return parts[0]
    length = max(p.length for p in parts)
    total = blank(max(p.channels for p in parts), length)
    for start in range(0, length, SUM_BLOCK):
        progress("Adding up the stems", start / length)
        block = np.zeros((total.shape[0], min(SUM_BLOCK, length - start)), dtype=np.float64)
        for part in parts:
            piece = part.read(start, start + SUM_BLOCK)
            block[:, : piece.shape[1]] += piece
        total[:, start : start + SUM_BLOCK] = block
    return Audio(total, rate)
