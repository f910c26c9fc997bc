"""Syncopation and the pattern of a bar, on onsets and beats whose answers can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mixassistant.features.rhythm.beats import Beats
from mixassistant.features.rhythm.onsets import FRAMES_PER_S, Onsets
from mixassistant.features.rhythm.patterns import bar_pattern, is_ternary, syncopation

BEAT_S = 0.5
BARS = 8


def metre(beats_in_bar: int, name: str) -> Beats:
    count = BARS * beats_in_bar + 1
    return Beats(np.arange(count) * BEAT_S, 120.0, "", np.arange(count) % beats_in_bar + 1, name)


def played(places: list[float], beats_in_bar: int, strength: float | list[float] = 1.0) -> Onsets:
    """Return onsets at places of every bar, in beats."""
    times = np.concatenate([(np.array(places) + bar * beats_in_bar) * BEAT_S for bar in range(BARS)])
    strengths = np.tile(np.broadcast_to(strength, len(places)), BARS).astype(float)
    envelope = np.zeros(int(times[-1] * FRAMES_PER_S) + 50)
    envelope[np.round(times * FRAMES_PER_S).astype(int)] = strengths
    return Onsets(envelope, times, strengths)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([n / 4 for n in range(16)], 0.0),  # straight sixteenths
        ([n / 2 for n in range(8)], 0.0),
        ([0.0, 1.0, 2.0, 3.0], 0.0),
        ([0.0, 1.5, 3.0], 1 / 3),  # 3 + 3 + 2 eighths: the second is held over the third beat
        ([n + 0.25 for n in range(4)], 1.0),  # a sixteenth late, and nothing on the beats
        ([n + 0.5 for n in range(4)], 1.0),
        ([0.0, 0.5, 1.5, 2.5, 3.5], 3 / 5),  # on one, then off the beat only: three are held over a beat
    ],
)
def test_syncopation_is_what_is_held_over_a_stronger_place(places: list[float], expected: float) -> None:
    found = syncopation(played(places, 4), metre(4, "4/4"))
    assert found.value == pytest.approx(expected, abs=0.04)


def test_accents_off_the_beat_are_no_syncopation_while_beats_are_played() -> None:
    loud = [1.0 if n % 4 else 0.3 for n in range(16)]
    assert syncopation(played([n / 4 for n in range(16)], 4, loud), metre(4, "4/4")).value == 0


def test_thirds_of_a_beat_are_told_from_quarters() -> None:
    random = np.random.default_rng(2)
    swung = np.repeat(np.arange(40.0), 2) + np.tile([0, 2 / 3], 40) + random.normal(0, 0.02, 80)
    straight = np.repeat(np.arange(40.0), 4) + np.tile(np.arange(4) / 4, 40) + random.normal(0, 0.02, 160)
    assert is_ternary(swung, np.ones(80))
    assert not is_ternary(straight, np.ones(160))


def test_a_shuffle_and_a_waltz_are_straight() -> None:
    shuffle = [n + d for n in range(4) for d in (0.0, 2 / 3)]
    assert syncopation(played(shuffle, 4), metre(4, "4/4")).value == 0
    assert syncopation(played([0.0, 1.0, 2.0], 3), metre(3, "3/4")).value == 0


def test_without_a_metre_there_is_neither() -> None:
    beats = Beats(np.arange(33) * BEAT_S, 120.0, "")
    onsets = played([0.0, 1.0, 2.0, 3.0], 4)
    assert syncopation(onsets, beats).reason == "no metre"
    assert bar_pattern(onsets, beats).reason == "no metre"
    assert "3/4" in bar_pattern(played([0.0, 1.0, 2.0], 3), metre(3, "3/4")).reason


def test_the_pattern_begins_with_the_downbeat_wherever_it_is_loudest() -> None:
    onsets = played([0.0, 1.0, 2.0, 2.75, 3.0], 4, [1.0, 3.0, 1.0, 0.5, 3.0])
    pattern: NDArray[np.float64] | float | None = bar_pattern(onsets, metre(4, "4/4")).value
    assert isinstance(pattern, np.ndarray)
    assert np.flatnonzero(pattern).tolist() == [0, 4, 8, 11, 12]
    assert pattern[4] == pytest.approx(3 / 8.5, rel=0.02)
    late = Beats(metre(4, "4/4").times_s, 120.0, "", (np.arange(33) + 2) % 4 + 1, "4/4")
    turned = bar_pattern(onsets, late).value
    assert isinstance(turned, np.ndarray)
    assert np.flatnonzero(turned).tolist() == [0, 3, 4, 8, 12]
