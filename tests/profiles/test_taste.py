"""Answers teach what a user likes: simulated listeners, closed forms, and taking back."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.profile import Gaussian, relative_levels
from mixassistant.profiles.taste import (
    DIMENSIONS,
    TASTE,
    Answer,
    Preference,
    preferences,
    region_of,
    tone_curve,
    with_taste,
)
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES

# Two listeners of opposed tastes: offsets from what the references measure, in dB.
FORWARD = {"level/vocals": 3.0, "level/drums": -2.0, "tone/high": 3.0, "tone/low": -2.5, "density": 2.0}
MELLOW = {dimension: -offset for dimension, offset in FORWARD.items()}
ASKED = (*FORWARD, "level/bass", "tone/low-mid")  # some of what is asked they have no opinion on


def chosen(taste: dict[str, float], dimension: str, move_db: float, rng: np.random.Generator) -> bool:
    """Tell whether a listener takes a move: the mix that is closer to their own target, but for what they mishear."""
    offset = taste.get(dimension, 0.0)
    closer = (move_db + offset) ** 2 - offset**2
    return bool(closer / abs(move_db) + rng.logistic(0.0, TASTE.noise_db) > 0)


def questions(rng: np.random.Generator, count: int) -> list[tuple[str, float]]:
    """Return suggestions as the engine makes them: of either sign, 1 to 6 dB."""
    return [(ASKED[int(rng.integers(len(ASKED)))], float(rng.choice([-1, 1]) * rng.uniform(1, 6))) for _ in range(count)]


def is_likely_taken(known: Mapping[str, Preference], dimension: str, move_db: float) -> bool:
    """Tell whether a move brings the mix closer to where the answers so far put the listener's target."""
    offset = known[dimension].offset_db if dimension in known else 0.0
    return bool(abs(move_db) + 2 * np.sign(move_db) * offset > 0)


def agreement(taste: dict[str, float], seed: int, learned: int = 20) -> float:
    rng = np.random.default_rng(seed)
    known = preferences(Answer(d, g, 0.0, chosen(taste, d, g, rng)) for d, g in questions(rng, learned))
    held_out = questions(rng, 200)
    return float(np.mean([is_likely_taken(known, d, g) == chosen(taste, d, g, rng) for d, g in held_out]))


@pytest.mark.parametrize("taste", [FORWARD, MELLOW], ids=["forward", "mellow"])
def test_after_twenty_answers_most_held_out_choices_are_foreseen(taste: dict[str, float]) -> None:
    seeds = range(40)
    learned = np.mean([agreement(taste, seed) for seed in seeds])
    ignorant = np.mean([agreement(taste, seed, learned=0) for seed in seeds])
    assert learned >= 0.83
    assert learned > ignorant + 0.05


def test_opposed_tastes_lead_to_opposed_targets() -> None:
    rng = np.random.default_rng(1)
    asked = questions(rng, 60)
    known = [preferences(Answer(d, g, 0.0, chosen(taste, d, g, rng)) for d, g in asked) for taste in (FORWARD, MELLOW)]
    for dimension, offset in FORWARD.items():
        assert known[0][dimension].offset_db * offset > 0 > known[1][dimension].offset_db * offset


def test_without_answers_nothing_is_known() -> None:
    assert preferences([]) == {}


def test_waving_tiny_moves_away_teaches_less_than_refusing_one_that_is_heard() -> None:
    tiny = preferences([Answer("level/vocals", 0.5, 0.0, False)] * 4)["level/vocals"].offset_db
    heard = preferences([Answer("level/vocals", 2.0, 0.0, False)])["level/vocals"].offset_db
    assert heard < 4 * tiny < 0


def test_an_unheard_move_teaches_nothing() -> None:
    for accepted in (True, False):
        found = preferences([Answer("width", 0.1, 0.0, accepted)] * 4)["width"]
        assert found.offset_db == pytest.approx(0.0, abs=0.01) and found.sd_db == pytest.approx(TASTE.offset_sd_db, abs=0.01)


def test_refusing_what_was_unsure_teaches_less() -> None:
    sure, unsure = (preferences([Answer("level/bass", 3.0, 0.0, False, confidence=c)])["level/bass"].offset_db for c in (0.95, 0.4))
    assert sure < 3 * unsure < 0


@pytest.mark.parametrize("taste", [FORWARD, MELLOW], ids=["forward", "mellow"])
def test_listeners_who_wave_small_moves_away_are_understood_too(taste: dict[str, float]) -> None:
    def agreed(seed: int) -> float:
        rng = np.random.default_rng(seed)
        asked = [(ASKED[int(rng.integers(len(ASKED)))], float(rng.choice([-1, 1]) * rng.uniform(0.2, 4))) for _ in range(40)]
        # Below 1 dB they hear little, and say no four times in five.
        given = [Answer(d, g, 0.0, chosen(taste, d, g, rng) if rng.random() < 1 - 0.5 ** (g * g) else rng.random() < 0.2) for d, g in asked]
        known = preferences(given)
        return float(np.mean([is_likely_taken(known, d, g) == chosen(taste, d, g, rng) for d, g in questions(rng, 200)]))

    assert np.mean([agreed(seed) for seed in range(40)]) >= 0.845  # 0.83 where every answer counts as a choice


@settings(max_examples=30, deadline=None)
@given(move=st.floats(1, 6), sign=st.sampled_from([-1, 1]), accepted=st.booleans())
def test_an_answer_moves_the_offset_towards_what_was_chosen(move: float, sign: int, accepted: bool) -> None:
    found = preferences([Answer("level/bass", sign * move, 0.0, accepted)])["level/bass"]
    assert (found.offset_db * sign > 0) == accepted
    assert found.sd_db < TASTE.offset_sd_db and found.answers == 1


@settings(max_examples=20, deadline=None)
@given(st.permutations([("level/bass", 2.0, True), ("level/bass", -3.0, False), ("tone/low", 4.0, False), ("level/bass", 1.0, False)]))
def test_the_order_of_answers_makes_no_difference(order: list[tuple[str, float, bool]]) -> None:
    found = preferences(Answer(d, g, 0.0, a) for d, g, a in order)
    assert found["level/bass"].offset_db == pytest.approx(
        preferences([Answer("level/bass", 1.0, 0.0, False), Answer("level/bass", 2.0, 0.0, True), Answer("level/bass", -3.0, 0.0, False)])[
            "level/bass"
        ].offset_db
    )


def test_an_amount_that_was_set_says_where_the_target_lies() -> None:
    more = preferences([Answer("level/vocals", 3.0, 0.0, True, amount=1.5)])["level/vocals"]
    less = preferences([Answer("level/vocals", 3.0, 0.0, True, amount=0.3)])["level/vocals"]
    assert more.offset_db > 1.0 > -0.5 > less.offset_db


def test_a_suggestion_that_knows_the_taste_already_says_the_same_of_it() -> None:
    # Rejecting a cut that assumed an offset of 2 dB, and a cut that assumed none: the second says less against 2 dB.
    assumed = preferences([Answer("level/vocals", -2.0, 2.0, False)])["level/vocals"].offset_db
    plain = preferences([Answer("level/vocals", -2.0, 0.0, False)])["level/vocals"].offset_db
    assert assumed > plain > 0


def expectation(tier: str) -> Expectation:
    ltas = {place: Gaussian(np.zeros(31), np.eye(31)) for place in (MIX, *BUSES)}
    levels = Gaussian(relative_levels(np.zeros(4)), np.eye(4))
    return Expectation(tier=tier, references=("a",), ltas=ltas, levels=levels, dynamic_spread=dict.fromkeys(BUSES, (10.0, 2.0)))


def test_targets_move_by_the_offsets_and_back_when_answers_are_taken_back() -> None:
    answers = [Answer(d, 4.0, 0.0, True) for d in ("level/vocals", "tone/high", "density") for _ in range(4)]
    known = preferences(answers)
    before, after = expectation("references"), with_taste(expectation("references"), known)
    vocals = ROLES.index("vocals")
    shift = after.levels.mean - before.levels.mean
    assert shift[vocals] - shift[0] == pytest.approx(known["level/vocals"].offset_db)
    curve = after.ltas[MIX].mean
    assert curve[-3] == pytest.approx(known["tone/high"].offset_db, abs=0.05) and abs(curve[5]) < 0.05
    assert after.dynamic_spread[Place("drums")][0] == pytest.approx(10.0 - known["density"].offset_db)
    np.testing.assert_array_equal(with_taste(before, preferences([])).levels.mean, before.levels.mean)


def test_another_version_of_the_song_is_compared_with_as_it_is() -> None:
    known = preferences([Answer("level/vocals", 4.0, 0.0, True)] * 5)
    same = expectation("same song")
    assert with_taste(same, known) is same


def test_regions_cover_the_spectrum_without_gap_or_overlap() -> None:
    known = preferences([Answer(d, 3.0, 0.0, True) for d in DIMENSIONS if d.startswith("tone/")])
    curve = tone_curve(known)
    assert np.ptp(curve) < 0.15 * curve.mean() + 0.05
    assert [region_of(f) for f in (30, 300, 2000, 9000, 25_000, 10)] == ["low", "low-mid", "high-mid", "high", "high", "low"]
