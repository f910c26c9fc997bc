"""The loops of pYIN, compiled. Import this inside functions only: it needs numba."""

from __future__ import annotations

import numpy as np
from numba import njit  # noqa: TID253 (this module is imported inside functions alone)
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def spread_over_states(
    normalised: NDArray[np.float32],
    shortest: int,
    rate_hz: float,
    lowest_hz: float,
    per_octave: float,
    distribution: NDArray[np.float64],
    without_trough: float,
    observed: NDArray[np.float32],
    hz: NDArray[np.float32],
    periodicity: NDArray[np.float32],
) -> None:
    """Give every trough of the normalised difference the probability that the threshold makes it the first one below."""
    states = hz.shape[1]
    last = distribution.size - 1
    for frame in range(normalised.shape[0]):
        row = normalised[frame]
        lowest_before = 2.0
        deepest, depth = -1, 10.0
        voiced = 0.0
        for lag in range(1, row.size - 1):
            value = row[lag]
            if value >= row[lag - 1] or value > row[lag + 1]:
                continue
            if value < depth:
                deepest, depth = lag, value
            if value < lowest_before:
                # Thresholds between this trough and the lowest one before it stop here.
                upper = distribution[min(int(min(lowest_before, 1.0) * last), last)]
                chance = upper - distribution[min(int(min(value, 1.0) * last), last)]
                lowest_before = value
                if chance > 0:
                    voiced += _add(row, lag, chance, frame, shortest, rate_hz, lowest_hz, per_octave, states, observed, hz, periodicity)
        if deepest >= 0:
            chance = without_trough * distribution[min(int(min(depth, 1.0) * last), last)]
            voiced += _add(row, deepest, chance, frame, shortest, rate_hz, lowest_hz, per_octave, states, observed, hz, periodicity)
        voiced = min(voiced, 1.0)
        for state in range(states):
            observed[frame, states + state] = (1.0 - voiced) / states


@njit(cache=True, nogil=True)
def _add(
    row: NDArray[np.float32],
    lag: int,
    chance: float,
    frame: int,
    shortest: int,
    rate_hz: float,
    lowest_hz: float,
    per_octave: float,
    states: int,
    observed: NDArray[np.float32],
    hz: NDArray[np.float32],
    periodicity: NDArray[np.float32],
) -> float:
    """Add a trough's probability to the state of its frequency; return what was added."""
    bend = row[lag - 1] - 2 * row[lag] + row[lag + 1]
    shift = 0.5 * (row[lag - 1] - row[lag + 1]) / bend if bend > 0 else 0.0
    frequency = rate_hz / (lag + shortest + min(max(shift, -0.5), 0.5))
    state = round(np.log2(frequency / lowest_hz) * per_octave)
    if state < 0 or state >= states:
        return 0.0
    observed[frame, state] += chance
    hz[frame, state] = frequency
    periodicity[frame, state] = max(1.0 - row[lag], 0.0)
    return chance


@njit(cache=True, nogil=True)
def most_likely_states(
    observed: NDArray[np.float32], glide: NDArray[np.float64], stay: float, switch: float, states: NDArray[np.int64]
) -> None:
    """Viterbi decoding: the likeliest row of states, the voiced ones first, then the unvoiced; all in logarithms.

    A state is reached from those within the reach of `glide`, from its own kind with `stay` or from the other with `switch`.
    """
    frames, both = observed.shape
    count = both // 2
    reach = glide.size // 2
    before = np.zeros(both)
    after = np.zeros(both)
    link = np.zeros((frames, both), np.int16)
    for state in range(both):
        before[state] = observed[0, state]
    best_from = np.zeros(both)
    at = np.zeros(both, np.int64)
    for frame in range(1, frames):
        for kind in range(2):
            offset = kind * count
            for state in range(count):
                best, where = -np.inf, 0
                for other in range(max(state - reach, 0), min(state + reach + 1, count)):
                    value = before[offset + other] + glide[other - state + reach]
                    if value > best:
                        best, where = value, offset + other
                best_from[offset + state] = best
                at[offset + state] = where
        for kind in range(2):
            for state in range(count):
                own, other = kind * count + state, (1 - kind) * count + state
                keep, change = best_from[own] + stay, best_from[other] + switch
                if keep >= change:
                    after[own] = observed[frame, own] + keep
                    link[frame, own] = at[own]
                else:
                    after[own] = observed[frame, own] + change
                    link[frame, own] = at[other]
        before, after = after, before
    last = 0
    for state in range(both):
        if before[state] > before[last]:
            last = state
    states[frames - 1] = last
    for frame in range(frames - 1, 0, -1):
        states[frame - 1] = link[frame, states[frame]]
