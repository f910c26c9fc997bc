"""The peak-hold envelope of a signal, of any length, in little memory: what has been computed is computed again where it is needed."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.timbre.signal import BLOCK, Signal

HOLD_S = 0.01
_KEPT = 96  # blocks in memory, 0.5 MB each: five minutes at 44.1 kHz


class Curve(Protocol):
    """Values that can be read piece by piece."""

    @property
    def length(self) -> int:
        """Number of values."""

    @property
    def dynamic_range(self) -> float:
        """Largest less smallest value."""

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return values from `start` to before `stop`, both within the curve."""


class Envelope:
    """Follows every rise at once, holds for 10 ms, then falls by the peak of the signal within `decay_s`.

    Parameters
    ----------
    signal : Signal
    peak : float
        Largest absolute value of what is followed.
    decay_s : float
    section : np.ndarray [shape=(5,)], optional
        A biquad (b0, b1, b2, a1, a2) that runs three times before the rectifier.
    """

    def __init__(self, signal: Signal, peak: float, decay_s: float, section: NDArray[np.float64] | None = None) -> None:
        self._signal = signal
        self._decay = peak / (decay_s * signal.sample_rate_hz)
        self._section = np.zeros(5) if section is None else section
        self._blocks: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self.length = signal.length
        count = -(-self.length // BLOCK)
        self._states = np.zeros((count + 1, 2))
        self._filter_states = np.zeros((count + 1, 3, 2))
        lowest, highest = np.inf, 0.0
        for index in range(count):
            block = self._compute(index)
            lowest, highest = min(lowest, float(block.min())), max(highest, float(block.max()))
        self.highest, self.dynamic_range = highest, highest - lowest

    def _compute(self, index: int) -> NDArray[np.float32]:
        from mixassistant.features.timbre.kernels import envelope

        samples = self._signal.raw(index * BLOCK, (index + 1) * BLOCK)
        block = np.empty(samples.size, dtype=np.float32)
        state, filter_state = self._states[index].copy(), self._filter_states[index].copy()
        hold = HOLD_S * self._signal.sample_rate_hz
        envelope(samples, self._signal.gain, self._section, filter_state, self._decay, hold, state, block)
        self._states[index + 1], self._filter_states[index + 1] = state, filter_state
        self._blocks[index] = block
        while len(self._blocks) > _KEPT:
            self._blocks.popitem(last=False)
        return block

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return values from `start` to before `stop`, both within the curve."""
        pieces = []
        for index in range(start // BLOCK, -(-stop // BLOCK)):
            block = self._blocks.get(index)
            block = self._compute(index) if block is None else block
            pieces.append(block[max(start - index * BLOCK, 0) : stop - index * BLOCK])
        return pieces[0] if len(pieces) == 1 else np.concatenate([np.zeros(0, dtype=np.float32), *pieces])


class Delayed:
    """A curve with zeros before it."""

    def __init__(self, curve: Envelope, delay: int) -> None:
        self._curve, self._delay = curve, delay
        self.length = curve.length + delay
        self.dynamic_range = curve.highest

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Return values from `start` to before `stop`, both within the curve."""
        inside = self._curve.read(max(start - self._delay, 0), max(stop - self._delay, 0))
        return np.pad(inside, (stop - start - inside.size, 0)) if inside.size < stop - start else inside


def pieces(curve: Curve, start: int, stop: int) -> list[tuple[int, int]]:
    """Return the borders of the pieces in which to go through part of a curve."""
    edges = [start, *range((start // BLOCK + 1) * BLOCK, stop, BLOCK), stop]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]


def first_maximum(curve: Curve, start: int, stop: int) -> tuple[int, float]:
    """Return where the largest value first stands, and the value."""
    best, where = -np.inf, start
    for a, b in pieces(curve, start, stop):
        part = curve.read(a, b)
        index = int(part.argmax())
        if part[index] > best:
            best, where = float(part[index]), a + index
    return where, best


def last_minimum(curve: Curve, start: int, stop: int) -> tuple[int, float]:
    """Return where the smallest value last stands, and the value."""
    best, where = np.inf, start
    for a, b in pieces(curve, start, stop):
        part = curve.read(a, b)
        index = part.size - 1 - int(part[::-1].argmin())
        if part[index] <= best:
            best, where = float(part[index]), a + index
    return where, best


def first_reaching(curve: Curve, start: int, stop: int, levels: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return where the curve first reaches each of some rising levels; `start` where it does not."""
    found = np.full(levels.size, start)
    levels_f32 = levels.astype(np.float32)
    open_from = 0
    for a, b in pieces(curve, start, stop):
        # What is reached first at or above a level is reached by the running maximum.
        part = np.maximum.accumulate(curve.read(a, b))
        reached = int(np.searchsorted(levels_f32, part[-1], side="right"))
        if reached > open_from:
            found[open_from:reached] = a + np.searchsorted(part, levels_f32[open_from:reached], side="left")
            open_from = reached
    return found
