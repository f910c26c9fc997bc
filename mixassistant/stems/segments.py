"""Cutting a mix into overlapping segments and adding them up again, as Demucs does it, a few at a time.

Every segment counts with a triangle over its length, and the sum is divided by the sum of the triangles. The last segments reach
beyond the end: they are moved so that half of what is missing is filled with what comes before, and the rest with silence.

Reference
---------
https://github.com/adefossez/demucs (``demucs.apply.apply_model`` and ``TensorChunk.padded``)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mixassistant.audio.audio import Samples
from mixassistant.audio.source import Source
from mixassistant.progress import Progress

if TYPE_CHECKING:
    import torch

OVERLAP = 0.25  # of a segment; demucs' own default
EPSILON = 1e-8  # keeps silence from being divided by zero


@dataclass(frozen=True)
class Plan:
    """Where the segments of a mix lie.

    Parameters
    ----------
    length : int
        Of the mix, in samples.
    segment : int
        Length of a segment in samples.
    overlap : float
        Share of a segment that the next one covers too, below 0.5.
    """

    length: int
    segment: int
    overlap: float = OVERLAP

    @property
    def stride(self) -> int:
        """Samples from the start of one segment to that of the next."""
        return int((1 - self.overlap) * self.segment)

    @property
    def count(self) -> int:
        """Number of segments."""
        return -(-self.length // self.stride)

    @cached_property
    def window(self) -> Samples:
        """The triangle, at most 1 ``[shape=(segment,)]``."""
        half = self.segment // 2
        triangle = np.concatenate([np.arange(1, half + 1), np.arange(self.segment - half, 0, -1)])
        return np.asarray(triangle / triangle.max(), np.float32)

    def covered(self, index: int) -> int:
        """Return how many samples of a segment lie within the mix."""
        return min(self.length - index * self.stride, self.segment)

    def lead(self, index: int) -> int:
        """Return how many samples the network is shown before a segment's own start."""
        return (self.segment - self.covered(index)) // 2

    def cut(self, source: Source, index: int) -> Samples:
        """Return what the network is shown for a segment ``[shape=(channels, segment)]``."""
        start = index * self.stride - self.lead(index)
        found = source.read(start, start + self.segment)
        before = max(-start, 0)
        return np.pad(found, ((0, 0), (before, self.segment - found.shape[1] - before)))


class OverlapAdd:
    """The running sum of estimates; segments come in order, some at a time.

    Parameters
    ----------
    plan : Plan
    first : int
        The first segment to come. Where it is not 0, the samples that it shares with the one before are not what they should be.
    """

    def __init__(self, plan: Plan, first: int = 0) -> None:
        self.plan = plan
        self.next = first
        self._tail: torch.Tensor | None = None
        self._weight: torch.Tensor | None = None

    def add(self, estimates: torch.Tensor) -> torch.Tensor:
        """Add the next segments and return the samples that are complete with them.

        Parameters
        ----------
        estimates : torch.Tensor [shape=(segments, …, samples)]

        Returns
        -------
        torch.Tensor [shape=(…, strides)]
            From the start of the first of these segments to the start of the one after the last; on the estimates' device.
        """
        import torch

        plan, device = self.plan, estimates.device
        kept = estimates.shape[0] * plan.stride
        total = torch.zeros((*estimates.shape[1:-1], kept + plan.segment - plan.stride), device=device)
        weight = torch.zeros(total.shape[-1], device=device)
        if self._tail is not None and self._weight is not None:
            total[..., : self._tail.shape[-1]] = self._tail.to(device)
            weight[: self._weight.shape[-1]] = self._weight.to(device)
        window = torch.from_numpy(plan.window).to(device)
        for place, estimate in enumerate(estimates):
            covered, lead = plan.covered(self.next), plan.lead(self.next)
            start = place * plan.stride
            total[..., start : start + covered] += window[:covered] * estimate[..., lead : lead + covered]
            weight[start : start + covered] += window[:covered]
            self.next += 1
        self._tail, self._weight = total[..., kept:].clone(), weight[kept:].clone()
        within = min(kept, plan.length - (self.next - estimates.shape[0]) * plan.stride)
        return total[..., :within] / weight[:within]


class Told:
    """A source that tells how far it was read.

    Parameters
    ----------
    source : Source
    progress : Progress
    """

    def __init__(self, source: Source, progress: Progress) -> None:
        self._source, self._progress = source, progress
        self.sample_rate_hz = source.sample_rate_hz
        self.channels = source.channels
        self.length = source.length
        self.duration_s = source.duration_s

    def read(self, start: int, stop: int) -> Samples:
        """Return the samples from `start` to before `stop`."""
        self._progress("", min(stop / max(self.length, 1), 1.0))
        return self._source.read(start, stop)


class Normal:
    """A source as the networks take it: two channels, their mean of zero mean and unit variance.

    Parameters
    ----------
    source : Source
    stride : int
        How much to read at once, in samples.
    progress : Progress
        Told of the pass that measures the source.
    """

    channels = 2

    def __init__(self, source: Source, stride: int, progress: Progress) -> None:
        self._source = source
        self.sample_rate_hz = source.sample_rate_hz
        self.length = source.length
        self.duration_s = source.duration_s
        self.loudest = 0
        """The loudest of the strides."""
        total = squares = loudest = 0.0
        for index, start in enumerate(range(0, self.length, stride)):
            progress("", start / self.length)
            block = source.read(start, start + stride).mean(axis=0, dtype=np.float64)
            power = float(block @ block)
            if power > loudest:
                loudest, self.loudest = power, index
            total += float(block.sum())
            squares += power
        length = max(self.length, 1)
        mean = total / length
        # Over one less than there are, as torch.std.
        variance = max(squares - length * mean**2, 0.0) / max(length - 1, 1)
        self.mean = np.float32(mean)
        self.deviation = np.float32(variance**0.5 + EPSILON)

    def read(self, start: int, stop: int) -> Samples:
        """Return the samples from `start` to before `stop`, ``[shape=(2, samples)]``."""
        found = (self._source.read(start, stop) - self.mean) / self.deviation
        return np.repeat(found, 2, axis=0) if found.shape[0] == 1 else found
