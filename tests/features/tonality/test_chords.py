"""Chords: the most likely row through frames of known probability, with and without beats, and its names."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.features.tonality.chords import CHORDS, FAMILY, QUALITIES, SEVENTHS, TUNING, ChordTuning, decode

RATE = 10.0  # frames a second


def heard(*stretches: tuple[str, float], sure: float = 0.9) -> np.ndarray:
    """Return probabilities in which one chord after the other stands out for some seconds."""
    rows = []
    for name, lasts_s in stretches:
        row = np.full(len(SEVENTHS), (1 - sure) / (len(SEVENTHS) - 1), np.float32)
        row[SEVENTHS.index(name)] = sure
        rows += [row] * round(lasts_s * RATE)
    return np.stack(rows)


def names(found) -> list[str]:
    return [CHORDS[i] for i in found.labels]


def test_there_are_24_chords_and_none() -> None:
    assert len(CHORDS) == 25 and len(set(CHORDS)) == 25 and CHORDS[:2] == ("C", "C♯") and CHORDS[12] == "Cm" and CHORDS[-1] == "N"
    assert len(SEVENTHS) == 12 * len(QUALITIES) + 1 == len(set(SEVENTHS)) == FAMILY.size


@pytest.mark.parametrize(
    ("full", "chord"),
    [("G7", "G"), ("B♭maj7", "B♭"), ("F♯m7", "F♯m"), ("Bm7♭5", "Bm"), ("E♭dim", "E♭m"), ("N", "N"), ("C", "C"), ("Am", "Am")],
)
def test_every_seventh_belongs_to_the_chord_with_its_root_and_third(full: str, chord: str) -> None:
    assert CHORDS[FAMILY[SEVENTHS.index(full)]] == chord


def test_clear_chords_are_told_where_they_are() -> None:
    found = decode(heard(("Am", 2), ("F", 2), ("C", 2), ("G7", 2)), RATE)
    assert names(found) == ["Am", "F", "C", "G"] and [SEVENTHS[i] for i in found.sevenths] == ["Am", "F", "C", "G7"]
    assert found.starts_s == pytest.approx([0, 2, 4, 6], abs=0.5 / RATE + 1e-9)
    assert found.end_s == 8 and found.ends_s == pytest.approx([*found.starts_s[1:], 8])


def test_a_flicker_of_another_chord_is_not_told() -> None:
    assert names(decode(heard(("C", 2), ("Em", 0.2), ("C", 2), sure=0.5), RATE)) == ["C"]


def test_kinds_of_one_chord_count_for_it_together() -> None:
    row = np.full(len(SEVENTHS), 0.001, np.float32)
    for name, share in (("C", 0.2), ("C7", 0.15), ("Cmaj7", 0.15), ("Em", 0.4)):
        row[SEVENTHS.index(name)] = share
    found = decode(np.tile(row, (30, 1)), RATE)
    assert names(found) == ["C"] and SEVENTHS[found.sevenths[0]] == "C"


def test_a_change_near_a_beat_is_told_to_be_on_it() -> None:
    beats = np.arange(0.05, 8, 0.5)
    found = decode(heard(("Am", 2.03), ("F", 2), ("C", 2), sure=0.4), RATE, beats)
    assert set(found.starts_s[1:]) <= set(beats)


def test_a_short_chord_is_told_on_beats_and_not_without() -> None:
    frames = heard(("C", 2), ("F", 0.5), ("G", 2), sure=0.35)
    assert names(decode(frames, RATE, np.arange(0, 5, 0.5))) == ["C", "F", "G"]
    dear = ChordTuning(change=20.0)
    assert names(decode(frames, RATE, None, dear)) != ["C", "F", "G"]


def test_chords_that_ignore_the_beats_are_still_told() -> None:
    found = decode(heard(("Am", 2.3), ("F", 2), ("C", 2)), RATE, np.arange(0, 7, 0.5))
    assert names(found) == ["Am", "F", "C"]


def test_one_frame_is_one_chord_and_no_beats_are_as_none_given() -> None:
    assert names(decode(heard(("Dm", 0.1)), RATE)) == ["Dm"]
    frames = heard(("Am", 2), ("F", 2))
    assert np.array_equal(decode(frames, RATE, np.zeros(0)).starts_s, decode(frames, RATE).starts_s)


def brute_force(probabilities: np.ndarray, costs: np.ndarray, states: list[int]) -> float:
    """Return the score of the best of all rows over some states."""
    logs = np.log(np.maximum(probabilities, TUNING.least))

    def score(row: tuple[int, ...]) -> float:
        changes = sum(costs[i] for i in range(1, len(row)) if row[i] != row[i - 1])
        return TUNING.weight * sum(logs[i, s] for i, s in enumerate(row)) - changes

    return max(score(row) for row in product(states, repeat=len(probabilities)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_row_is_likelier_than_the_one_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    states, frames = [0, 5, 24], 6
    wide = np.full((frames, len(SEVENTHS)), 1e-9, np.float32)
    plain = [SEVENTHS.index(CHORDS[s]) for s in states]
    wide[:, plain] = random.dirichlet(np.full(3, 0.3), frames)
    beats = np.sort(random.choice(np.arange(1, frames), 2, replace=False)) / RATE
    costs = np.full(frames, TUNING.change_between_beats)
    costs[np.round(beats * RATE).astype(int)] = TUNING.change_on_beat
    found = decode(wide, RATE, beats)
    firsts = np.ceil(found.starts_s * RATE - 1e-6).astype(int)
    row = np.repeat(found.labels, np.diff(np.append(firsts, frames)))
    assert row.size == frames
    families = np.zeros((frames, len(CHORDS)))
    np.add.at(families, (slice(None), FAMILY), wide)
    own = TUNING.weight * np.log(np.maximum(families[np.arange(frames), row], TUNING.least)).sum()
    own -= sum(costs[i] for i in range(1, frames) if row[i] != row[i - 1])
    assert own == pytest.approx(brute_force(families, costs, states), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 11), st.integers(0, 2**32 - 1))
def test_music_in_another_key_has_the_same_chords_in_that_key(semitones: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    frames = random.dirichlet(np.full(len(SEVENTHS), 0.05), 40).astype(np.float32)
    index = np.arange(len(SEVENTHS) - 1)
    turned = np.concatenate([index // 12 * 12 + (index % 12 - semitones) % 12, [len(SEVENTHS) - 1]])
    low, high = decode(frames, RATE), decode(frames[:, turned], RATE)
    moved = np.where(low.labels == 24, 24, low.labels // 12 * 12 + (low.labels % 12 + semitones) % 12)
    assert np.array_equal(moved, high.labels) and np.array_equal(low.starts_s, high.starts_s)
