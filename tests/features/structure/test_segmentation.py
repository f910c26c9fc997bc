"""Sections: cut where they begin, alike ones share a letter, whatever the gain, and nothing of it is made up."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.features.structure.bars import MOST_BARS, Bars, bar_edges, in_slots
from mixassistant.features.structure.segmentation import MOST_LETTERS, SEGMENTATION, alignment, cut, letters, segmented, similarity, stripes
from signals import noise, scaled

RATE = 44100
BEAT_S = 0.5
CHORDS = {"A": ((220, 277, 330), (294, 370, 440)), "B": ((196, 247, 294), (262, 330, 392)), "C": ((175, 220, 262), (233, 294, 349))}


def played(form: str, bars: int = 8) -> Audio:
    """Play sections of two chords in turn, each letter with its own, a click on each beat: two seconds a bar."""
    clock = np.arange(round(4 * BEAT_S * RATE)) / RATE
    click = np.tile(np.exp(-80 * (np.arange(round(BEAT_S * RATE)) / RATE)), 4) * np.random.default_rng(0).standard_normal(clock.size)
    bar = {
        (letter, turn): sum(0.05 * np.sin(2 * np.pi * hz * h * clock) / h for hz in CHORDS[letter][turn] for h in (1, 2, 3)) + 0.05 * click
        for letter in set(form)
        for turn in (0, 1)
    }
    sound = np.concatenate([bar[letter, i % 2] for letter in form for i in range(bars)])
    return Audio(np.stack([sound, sound]).astype(np.float32), RATE)


def random_bars(pattern: str, seed: int = 0, each: int = 8, spread: float = 0.2) -> Bars:
    """Return bars of a form in which each letter has its own music, played a little differently each time."""
    rng = np.random.default_rng(seed)
    tone = {letter: rng.standard_normal((each, 8, 31)) * 0.3 + rng.standard_normal((1, 1, 31)) for letter in sorted(set(pattern))}
    harmony = {letter: rng.standard_normal((each, 8, 12)) * 0.3 + rng.standard_normal((1, 1, 12)) for letter in sorted(set(pattern))}
    all_tone = np.concatenate([tone[letter] + spread * rng.standard_normal((each, 8, 31)) for letter in pattern])
    all_harmony = np.concatenate([harmony[letter] + spread * rng.standard_normal((each, 8, 12)) for letter in pattern])
    edges = 2.0 * np.arange(each * len(pattern) + 1)
    return Bars(edges, all_tone - all_tone.mean(axis=(0, 1)), all_harmony - all_harmony.mean(axis=(0, 1)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.permutations("AABBC"))
def test_planted_forms_are_found(seed: int, order: list[str]) -> None:
    form = "".join(order)
    if any(a == b for a, b in pairwise(form)):
        form = "ABACB"  # two of the same kind in a row are one section or two: both are right
    edges, found = segmented(random_bars(form, seed))
    assert edges.tolist() == [16.0 * i for i in range(len(form) + 1)]
    names: dict[str, int] = {}
    assert found == tuple(names.setdefault(letter, len(names)) for letter in form)


def test_sections_of_a_song_are_found_and_lettered() -> None:
    found = measure(played("ABACB"), "mix", only=frozenset({"sections", "section_letters", "section_count"}))
    times, names = vector(found, "sections"), vector(found, "section_letters")
    assert times is not None and names is not None
    assert times == pytest.approx([16, 32, 48, 64], abs=0.5)
    assert names.tolist() == [0, 1, 0, 2, 1]
    assert scalar(found, "section_count") == 5


def test_gain_moves_no_section() -> None:
    audio = played("ABA")
    one, other = (measure(a, "mix", only=frozenset({"sections"})) for a in (audio, scaled(audio, -20.0)))
    assert vector(one, "sections") == pytest.approx(vector(other, "sections"), abs=0.05)


def test_short_and_silent_music_has_no_sections() -> None:
    only = frozenset({"sections", "section_letters", "section_count"})
    for audio, reason in ((noise(duration_s=10.0), "40 s"), (Audio(np.zeros((2, 50 * RATE), np.float32), RATE), "silent")):
        found = measure(audio, "mix", only=only)
        assert {m.value for m in found.values()} == {None} and all(reason in m.reason for m in found.values())


def test_cutting_one_block_yields_one_section() -> None:
    assert cut(np.ones((16, 16)), np.zeros(16), 2.0).tolist() == [0, 16]


def test_a_boundary_that_earns_more_is_chosen() -> None:
    evidence = np.zeros(16)
    evidence[8] = 1.0
    halves = np.kron(np.eye(2), np.ones((8, 8))) * 0.5 + 0.5
    assert cut(halves, evidence, 2.0).tolist() == [0, 8, 16]


def test_stripes_stand_where_a_repetition_begins() -> None:
    rng = np.random.default_rng(2)
    part = rng.standard_normal((8, 1, 40))
    rest = rng.standard_normal((8, 1, 40))
    found = stripes(similarity(np.concatenate([part, rest, part])), SEGMENTATION.stripe_bars)
    assert {8, 16} <= set(np.argsort(found)[-4:].tolist())


def test_alignment_is_the_best_diagonal() -> None:
    block = np.zeros((4, 6))
    block[np.arange(4), np.arange(4) + 1] = 1.0
    assert alignment(block, 0.75) == pytest.approx(1.0)
    assert alignment(np.eye(4)[:3], 1.0) == pytest.approx(1.0)


def test_letters_are_no_more_than_there_are() -> None:
    count = MOST_LETTERS + 6
    found = letters(np.arange(count + 1) * 2, np.eye(2 * count))
    assert max(found) < MOST_LETTERS and found[0] == 0


@given(st.lists(st.floats(0.5, 4.0), min_size=0, max_size=40), st.floats(1.0, 30.0), st.floats(5.0, 200.0))
def test_bars_fill_the_piece(gaps: list[float], first_s: float, duration_s: float) -> None:
    downbeats = first_s + np.cumsum(gaps)
    edges = bar_edges(downbeats[downbeats < duration_s], duration_s)
    assert edges[0] == 0 and edges[-1] == duration_s
    assert (np.diff(edges) > 0).all()


def test_slots_hold_the_mean_of_what_lies_in_them() -> None:
    values = np.repeat(np.arange(16.0), 10)[None]
    assert in_slots(values, 10.0, np.array([0.0, 8.0, 16.0]))[..., 0] == pytest.approx(np.arange(16.0).reshape(2, 8))
    # A slot that is shorter than a frame is that frame.
    assert in_slots(np.array([[1.0, 3.0]]), 1.0, np.array([0.0, 2.0]))[0, :, 0] == pytest.approx([1, 1, 1, 1, 3, 3, 3, 3])


def test_an_hour_and_more_is_cut_in_bounded_memory() -> None:
    for downbeats in (np.zeros(0), np.arange(0.3, 7200.0, 1.5)):
        edges = bar_edges(downbeats, 7200.0)
        assert edges.size <= MOST_BARS + 2 and edges[-1] == 7200.0
    rng = np.random.default_rng(0)
    count = MOST_BARS
    many = Bars(2.0 * np.arange(count + 1), rng.standard_normal((count, 8, 31)), rng.standard_normal((count, 8, 12)))
    tracemalloc.start()
    edges, names = segmented(many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 160 << 20
    assert edges[0] == 0 and edges[-1] == 2.0 * count and len(names) == edges.size - 1
