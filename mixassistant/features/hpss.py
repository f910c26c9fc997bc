"""Harmonic-percussive separation by median filtering (Fitzgerald, DAFx 2010), on a piece of a spectrogram at a time.

A running median over all neighbours of a frame or bin needs no sorted window per sample: sixteen neighbouring medians of 31 values
share sixteen of them, and of what is sorted only the middle can still become a median. The comparisons are therefore planned once
as a network, which then runs on whole rows, without a branch and outside Python's lock.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_Step = tuple[bool, int, int, int]  # (takes the larger, target, one, other)
_LANES = 128  # values side by side that one pass of the network works on: its registers then stay in the innermost cache


def harmonic_percussive(
    magnitude: NDArray[np.float32], kernel: int = 31, before: int = 0, after: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return running medians along time and along frequency, as ``scipy.ndimage.median_filter`` with ``mode="reflect"``.

    Parameters
    ----------
    magnitude : np.ndarray [shape=(frames, bins)], float32
    kernel : int
        Width of both medians in frames and in bins, odd.
    before, after : int
        How many frames at the start and end are only context: results are returned for the others. Where there are fewer than
        ``kernel // 2`` of them, the spectrogram has to begin or end there: it is mirrored.

    Returns
    -------
    harmonic, percussive : np.ndarray [shape=(frames − before − after, bins)], float32

    Raises
    ------
    ValueError
        The kernel is not odd and positive, or nothing but context is left.
    """
    if kernel < 1 or kernel % 2 == 0:
        raise ValueError(f"the kernel must be odd and positive, got {kernel}")
    frames, bins = magnitude.shape
    if before < 0 or after < 0 or before + after >= frames or not bins:
        raise ValueError(f"nothing is left of {frames} frames and {bins} bins")
    half = kernel // 2
    missing_before, missing_after = max(half - before, 0), max(half - after, 0)
    rows = magnitude[max(before - half, 0) : frames - max(after - half, 0)]
    if missing_before or missing_after:
        rows = np.pad(rows, ((missing_before, missing_after), (0, 0)), mode="symmetric")
    harmonic = _running_median(rows, kernel)
    columns = np.pad(np.ascontiguousarray(magnitude[before : frames - after].T), ((half, half), (0, 0)), mode="symmetric")
    return harmonic, np.ascontiguousarray(_running_median(columns, kernel).T)


def _running_median(rows: NDArray[np.float32], kernel: int) -> NDArray[np.float32]:
    """Return the medians of every `kernel` neighbouring rows, ``[shape=(rows − kernel + 1, lanes)]``."""
    plan, block = _network(kernel), _block(kernel)
    result = np.empty((rows.shape[0] - kernel + 1, rows.shape[1]), dtype=np.float32)
    registers = np.zeros((plan.registers, _LANES), dtype=np.float32)
    _runner()(np.ascontiguousarray(rows, dtype=np.float32), plan.steps, plan.outputs, block + kernel - 1, registers, result)
    return result


@functools.lru_cache(maxsize=1)
def _runner() -> Callable[..., None]:
    """Return the compiled loop over a network's steps; numba is loaded with the first call only."""
    from numba import njit

    @njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
    def run(
        rows: NDArray[np.float32],
        steps: NDArray[np.int32],
        outputs: NDArray[np.int32],
        span: int,
        registers: NDArray[np.float32],
        result: NDArray[np.float32],
    ) -> None:
        lanes = registers.shape[1]
        for start in range(0, result.shape[0], outputs.size):
            for left in range(0, rows.shape[1], lanes):
                width = min(lanes, rows.shape[1] - left)
                for row in range(min(span, rows.shape[0] - start)):  # beyond the end, old values yield medians that nobody takes
                    for lane in range(width):
                        registers[row, lane] = rows[start + row, left + lane]
                for step in range(steps.shape[0]):
                    target, one, other = registers[steps[step, 1]], registers[steps[step, 2]], registers[steps[step, 3]]
                    if steps[step, 0]:
                        for lane in range(lanes):
                            target[lane] = one[lane] if one[lane] > other[lane] else other[lane]
                    else:
                        for lane in range(lanes):
                            target[lane] = one[lane] if one[lane] < other[lane] else other[lane]
                for row in range(min(outputs.size, result.shape[0] - start)):
                    for lane in range(width):
                        result[start + row, left + lane] = registers[outputs[row], lane]

    compiled: Callable[..., None] = run
    return compiled


def _block(kernel: int) -> int:
    """Return how many neighbouring medians are found together: a power of two, about half the kernel."""
    return 1 << ((kernel + 1) // 2).bit_length() - 1


class _Plan:
    """A network of comparisons of which only the results that count are kept, in as few registers as they need."""

    def __init__(self, inputs: int, steps: list[_Step], outputs: list[int]) -> None:
        needed = set(outputs)
        kept = []
        for step in reversed(steps):
            if step[1] in needed:
                kept.append(step)
                needed |= {step[2], step[3]}
        last_use = {value: time for time, (_, _, one, other) in enumerate(reversed(kept)) for value in (one, other)}
        last_use |= dict.fromkeys(outputs, len(kept))
        place = {index: index for index in range(inputs)}
        free: list[int] = []
        used = inputs
        taken: list[_Step] = []
        for time, (takes_larger, target, one, other) in enumerate(reversed(kept)):
            # Inputs are never written to; a register is free again after the last step that reads it.
            if free:
                register = free.pop()
            else:
                register, used = used, used + 1
            place[target] = register
            taken.append((takes_larger, register, place[one], place[other]))
            free += [place[value] for value in {one, other} if value >= inputs and last_use[value] == time]
        self.registers = used
        self.steps = np.array(taken, dtype=np.int32).reshape(-1, 4)
        self.outputs = np.array([place[value] for value in outputs], dtype=np.int32)


@functools.lru_cache(maxsize=8)
def _network(kernel: int) -> _Plan:
    """Return the plan that takes ``block + kernel − 1`` rows to `block` medians."""
    block = _block(kernel)
    rows = block + kernel - 1
    steps: list[_Step] = []
    outputs: list[int] = []
    names = rows

    def compare(one: int, other: int) -> tuple[int, int]:
        nonlocal names
        steps.append((False, names, one, other))
        steps.append((True, names + 1, one, other))
        names += 2
        return names - 2, names - 1

    def merged(one: list[int], other: list[int]) -> list[int]:
        """Merge two sorted lists (Batcher's odd-even merge, of any lengths)."""
        if not one or not other:
            return one + other
        if len(one) == len(other) == 1:
            return list(compare(one[0], other[0]))
        even, odd = merged(one[::2], other[::2]), merged(one[1::2], other[1::2])
        result = [even[0]]
        for index in range(max(len(even) - 1, len(odd))):
            if index + 1 < len(even) and index < len(odd):
                result += compare(odd[index], even[index + 1])
            else:
                result += even[index + 1 : index + 2] + odd[index : index + 1]
        return result

    def ordered(values: list[int]) -> list[int]:
        if len(values) < 2:
            return values
        middle = len(values) // 2
        return merged(ordered(values[:middle]), ordered(values[middle:]))

    def split(first: int, count: int, core: list[int]) -> None:
        """Find the medians of `count` windows from `first` on; `core` is what may be the median of those that they share."""
        if count == 1:
            outputs.append(core[len(core) // 2])
            return
        half = count // 2
        shared = first + count - 1, first + kernel  # the rows in all windows, from and to before
        for start, own in ((first, range(shared[0] - half, shared[0])), (first + half, range(shared[1], shared[1] + half))):
            together = merged(core, ordered(list(own)))
            # Of the windows of this half, `half − 1` rows are still to come; only so far can the middle still move.
            drop = (len(together) - half) // 2
            split(start, half, together[drop : len(together) - drop] if drop > 0 else together)

    core = ordered(list(range(block - 1, kernel)))
    drop = (len(core) - block) // 2
    split(0, block, core[drop : len(core) - drop] if drop > 0 else core)
    return _Plan(rows, steps, outputs)
