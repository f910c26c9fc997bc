"""The loops over frames that cannot be turned into whole arrays, compiled. Import it where it is needed only: it needs numba."""

from __future__ import annotations

import numba  # noqa: TID253 (this module is imported inside functions alone)
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def best_beats(
    on: NDArray[np.float64],
    off: NDArray[np.float64],
    windows: NDArray[np.int64],
    shortest: int,
    prior: NDArray[np.float64],
    cost: NDArray[np.float64],
    jump: float,
    opening: int,
    closing: int,
    before: NDArray[np.int16],
) -> tuple[int, int]:
    """Find the best row of beats; fill for every frame and length of the beat that begins there the length of the one before.

    Parameters
    ----------
    on, off : np.ndarray [shape=(frames + 1,)]
        Running sums of the logarithms of the likelihood of each frame within, and away from, the beat's own moment.
    windows : np.ndarray [shape=(lengths,)]
        How many frames the moment lasts in a beat of each length; lengths are `shortest`, `shortest` + 1, …
    prior : np.ndarray [shape=(lengths,)]
        What each length is worth by itself, a beat.
    cost : np.ndarray [shape=(lengths, lengths)]
        Logarithm of the probability of a length (second index) after another.
    jump : float
        The same for a change to any length whatever.
    opening, closing : int
        The first beat begins at or before the first of these frames, the last one at or after the second.
    before : np.ndarray [shape=(frames, lengths)]
        Filled: index of the length before, −1 where a row begins.

    Returns
    -------
    frame, length : int
        Where the last beat begins, and the index of its length.
    """
    lengths = windows.size
    frames = on.size - 1
    longest = shortest + lengths - 1
    ring = np.full((longest + 1, lengths), -np.inf)
    value = np.empty(lengths)
    best_end, end_frame, end_length = -np.inf, -1, -1
    for frame in range(frames):
        top, top_at = -np.inf, -1
        for a in range(lengths):
            start = frame - shortest - a
            value[a] = -np.inf
            if start >= 0:
                middle = start + windows[a]
                value[a] = ring[start % (longest + 1), a] + on[middle] - on[start] + off[frame] - off[middle] + prior[a]
                if value[a] > top:
                    top, top_at = value[a], a
        row = ring[frame % (longest + 1)]
        for b in range(lengths):
            best, at = top + jump, top_at
            reach = (shortest + b) // 4
            for a in range(max(b - reach, 0), min(b + reach + 1, lengths)):
                candidate = value[a] + cost[a, b]
                if candidate > best:
                    best, at = candidate, a
            if frame <= opening and best < 0.0:
                best, at = 0.0, -1
            row[b] = best
            before[frame, b] = at
            if frame >= closing and best > best_end:
                best_end, end_frame, end_length = best, frame, b
    return end_frame, end_length


@numba.njit(cache=True, nogil=True)
def best_bars(
    worth: NDArray[np.float64], places: NDArray[np.int64], metres: NDArray[np.int64], change: float, slip: float
) -> NDArray[np.int64]:
    """Return the state of each beat on the best way through bars.

    Parameters
    ----------
    worth : np.ndarray [shape=(beats, states)]
        What each state is worth at each beat: a log-likelihood up to a constant.
    places, metres : np.ndarray [shape=(states,)]
        Place in the bar from 0, and index of the metre, of each state; the states of a metre follow each other.
    change : float
        Logarithm of the probability of another metre after a bar.
    slip : float
        Logarithm of the probability that a bar ends early and another of its metre begins.
    """
    beats, states = worth.shape
    score = np.empty((beats, states))
    link = np.full((beats, states), -1, np.int16)
    for beat in range(beats):
        for state in range(states):
            if beat == 0:
                score[beat, state] = worth[beat, state]
                continue
            if places[state] > 0:
                best, at = score[beat - 1, state - 1], state - 1
            else:
                best, at = -np.inf, -1
                for last in range(states):
                    ends = last + 1 == states or places[last + 1] == 0
                    if not ends and metres[last] != metres[state]:
                        continue
                    cost = slip if not ends else 0.0 if metres[last] == metres[state] else change
                    candidate = score[beat - 1, last] + cost
                    if candidate > best:
                        best, at = candidate, last
            score[beat, state] = worth[beat, state] + best
            link[beat, state] = at
    way = np.empty(beats, np.int64)
    if beats:
        way[-1] = np.argmax(score[-1])
        for beat in range(beats - 1, 0, -1):
            way[beat - 1] = link[beat, way[beat]]
    return way
