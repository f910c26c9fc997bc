"""The bar pointer: rows of beats and bars that are known, and a search through every row by brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mixassistant.features.rhythm.bar_pointer import BEATS_OF, METRES, PLACES, find_bars, find_beats
from mixassistant.features.rhythm.kernels import best_bars, best_beats

FPS = 50.0


def told(times_s: NDArray[np.float64], duration_s: float, height: float = 0.9, floor: float = 0.02) -> NDArray[np.float64]:
    """Return how likely a network might tell beats at these times."""
    frames = np.arange(int(duration_s * FPS)) / FPS
    near = np.clip(1 - np.abs(frames[:, None] - times_s) * FPS / 1.5, 0, 1).max(axis=1)
    return np.asarray(floor + (height - floor) * near)


@settings(max_examples=20, deadline=None)
@given(st.floats(50, 220), st.floats(0, 1))
def test_a_steady_row_is_found_whatever_its_tempo(bpm: float, start: float) -> None:
    times = np.arange(start * 60 / bpm + 0.1, 19.9, 60 / bpm)
    found = find_beats(told(times, 20), FPS)
    inside = found[(found > times[0] - 0.1) & (found < times[-1] + 0.1)]
    assert inside.size == times.size
    assert np.abs(inside - times).max() < 0.015


def test_a_tempo_that_drifts_is_followed() -> None:
    times = np.cumsum(np.concatenate([[0.3], np.linspace(0.6, 0.42, 60)]))
    found = find_beats(told(times, float(times[-1]) + 1), FPS)
    assert np.abs(found[:, None] - times).min(axis=0).max() < 0.02


def test_a_tempo_that_jumps_is_found_again() -> None:
    times = np.concatenate([np.arange(0.5, 15, 0.5), 15 + np.arange(0.0, 15, 0.37)])
    found = find_beats(told(times, 30.5), FPS)
    missed = (np.abs(found[:, None] - times).min(axis=0) > 0.04).sum()
    assert missed <= 2
    assert abs(found.size - times.size) <= 3


def test_beats_that_are_not_told_are_filled_in() -> None:
    times = np.arange(0.4, 29, 0.55)
    found = find_beats(told(np.delete(times, [10, 11, 23, 40]), 29.5), FPS)
    assert np.abs(found[:, None] - times).min(axis=0).max() < 0.04


def test_a_piece_shorter_than_a_beat_has_none() -> None:
    assert find_beats(np.full(10, 0.5), FPS).size == 0


def test_the_search_finds_what_trying_every_row_finds() -> None:
    random = np.random.default_rng(4)
    shortest, lengths, frames = 2, 3, 12
    likely = random.uniform(0.05, 0.95, frames)
    on = np.concatenate([[0.0], np.cumsum(np.log(likely))])
    off = np.concatenate([[0.0], np.cumsum(np.log(1 - likely))])
    windows, prior = np.ones(lengths, np.int64), random.uniform(-0.2, 0, lengths)
    cost = np.log(random.dirichlet(np.ones(lengths), lengths))
    jump = -3.0  # to any length; within a quarter of a length, which is nothing in one so short, `cost` counts as well
    opening, closing = 4, frames - 3
    before = np.empty((frames, lengths), np.int16)
    frame, length = best_beats(on, off, windows, shortest, prior, cost, jump, opening, closing, before)
    rows = []
    while before[frame, length] >= 0:
        earlier = int(before[frame, length])
        frame, length = frame - shortest - earlier, earlier
        rows.append((frame, length))
    found = rows[::-1]

    def worth(start: int, row: tuple[int, ...]) -> float:
        total, at = 0.0, start
        for index, beat in enumerate(row):
            end = at + shortest + beat
            total += on[at + 1] - on[at] + off[end] - off[at + 1] + prior[beat]
            same = index + 1 == len(row) or row[index + 1] == beat  # the length of the beat after the last is free
            total += max(float(cost[beat, beat]), jump) if same else jump
            at = end
        return total

    best, kept = -np.inf, None
    for start in range(opening + 1):
        for count in range(1, frames):
            for row in itertools.product(range(lengths), repeat=count):
                end = start + sum(shortest + beat for beat in row)
                if closing <= end < frames and worth(start, row) > best:
                    best, kept = worth(start, row), (start, row)
    assert kept is not None
    at, expected = kept[0], []
    for beat in kept[1]:
        expected.append((at, beat))
        at += shortest + beat
    assert found == expected


def worth(likely: NDArray[np.float64], said: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return what every state is worth where beats are as likely downbeats, and metres as likely."""
    first = np.array(PLACES) == 0
    told_so = np.where(first, np.log(likely)[:, None], np.log(1 - likely)[:, None])
    usual = np.array([-0.15, -0.05, 0.0, -0.2, -0.1]) + (0 if said is None else 0.3 * np.log(said))
    return np.asarray(told_so + np.broadcast_to(usual, (likely.size, len(BEATS_OF)))[:, list(METRES)])


@pytest.mark.parametrize(("beats", "metre"), [(3, 1), (4, 2), (5, 3)])
def test_bars_are_found_from_any_beat_on(beats: int, metre: int) -> None:
    place = (np.arange(60) + 2) % beats
    positions, metres = find_bars(worth(np.where(place == 0, 0.85, 0.1)))
    assert np.array_equal(positions, place + 1)
    assert set(metres) == {metre}


def test_a_downbeat_told_wrongly_moves_no_bar() -> None:
    place = np.arange(64) % 4
    likely = np.where(place == 0, 0.85, 0.1)
    likely[[18, 37]] = 0.8
    assert np.array_equal(find_bars(worth(likely))[0], place + 1)


def test_another_metre_in_the_middle_is_found() -> None:
    place = np.concatenate([np.arange(48) % 4, np.arange(36) % 3, np.arange(48) % 4])
    positions, metres = find_bars(worth(np.where(place == 0, 0.9, 0.05)))
    assert np.array_equal(positions, place + 1)
    assert set(metres[52:80]) == {1}


def test_what_the_network_says_tells_six_eight_from_two_four() -> None:
    place = np.arange(40) % 2
    likely = np.where(place == 0, 0.85, 0.1)
    for metre in (0, 4):
        said = np.full((40, len(BEATS_OF)), 0.05)
        said[:, metre] = 0.8
        assert set(find_bars(worth(likely, said))[1]) == {metre}


def test_a_beat_that_was_missed_cuts_a_bar_short() -> None:
    place = np.delete(np.arange(96) % 4, 45)
    positions, metres = find_bars(worth(np.where(place == 0, 0.9, 0.05)))
    assert np.array_equal(positions[:44], place[:44] + 1)
    assert np.array_equal(positions[47:], place[47:] + 1)
    assert set(metres) == {2}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_bars_are_what_trying_every_way_finds(seed: int, beats: int) -> None:
    values = np.random.default_rng(seed).normal(0, 6, (beats, len(PLACES)))
    change, slip = -4.0, -5.0

    def step(a: int, b: int) -> float:
        ends = a + 1 == len(PLACES) or PLACES[a + 1] == 0
        if PLACES[b] > 0:
            return 0.0 if b == a + 1 else -np.inf
        if METRES[a] == METRES[b]:
            return 0.0 if ends else slip
        return change if ends else -np.inf

    def total(way: tuple[int, ...]) -> float:
        return sum(values[beat, state] for beat, state in enumerate(way)) + sum(step(a, b) for a, b in itertools.pairwise(way))

    found = best_bars(values, np.array(PLACES), np.array(METRES), change, slip)
    reached = {(state,): values[0, state] for state in range(len(PLACES))}
    for _ in range(beats - 1):
        reached = {(*way, b): 0.0 for way in reached for b in range(len(PLACES)) if step(way[-1], b) > -np.inf}
    assert total(tuple(found)) == pytest.approx(max(total(way) for way in reached))


def test_no_beats_have_no_bars() -> None:
    nothing = np.zeros((0, len(PLACES)))
    assert best_bars(nothing, np.array(PLACES), np.array(METRES), -5.0, -5.0).size == 0
    assert find_bars(nothing)[0].size == 0
