"""Answers teach what a user likes: simulated listeners, closed forms, and taking back."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.features.bands import BROAD
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.profile import Gaussian, relative_levels
from mixassistant.profiles.taste import (
    EARLIER,
    TASTE,
    Answer,
    Preference,
    answered,
    asked_at,
    followed_db,
    is_closed,
    offset_of,
    preferences,
    tone_curve,
    with_taste,
)
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES

# Two listeners of opposed tastes: offsets from what the references measure, in dB.
FORWARD = {"level/vocals": 3.0, "level/drums": -2.0, "tone/mix/presence": 3.0, "tone/mix/bass": -2.5, "density/drums": 2.0}
MELLOW = {dimension: -offset for dimension, offset in FORWARD.items()}
ASKED = (*FORWARD, "level/bass", "tone/mix/low_mids")  # some of what is asked they have no opinion on


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
        found = preferences([Answer("width/mix", 0.1, 0.0, accepted)] * 4)["width/mix"]
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
@given(st.permutations([("level/bass", 2.0, True), ("level/bass", -3.0, False), ("tone/bass/sub", 4.0, False), ("level/bass", 1.0, False)]))
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
    answers = [Answer(d, 4.0, 0.0, True, amount=1.5) for d in ("level/vocals", "tone/vocals/brilliance", "density/drums") for _ in range(4)]
    known = preferences(answers)
    before, after = expectation("references"), with_taste(expectation("references"), known)
    vocals = ROLES.index("vocals")
    shift = after.levels.mean - before.levels.mean
    assert shift[vocals] - shift[0] == pytest.approx(followed_db(known["level/vocals"])) and shift[vocals] - shift[0] > 1.0
    curve = after.ltas[Place("vocals")].mean
    assert curve[-3] == pytest.approx(followed_db(known["tone/vocals/brilliance"]), abs=0.05) and abs(curve[5]) < 0.05
    assert 0 < after.ltas[Place("drums")].mean[-3] < 0.5 * curve[-3] and curve[-3] > 1.0
    assert after.dynamic_spread[Place("drums")][0] == pytest.approx(10.0 - followed_db(known["density/drums"]))
    np.testing.assert_array_equal(with_taste(before, preferences([])).levels.mean, before.levels.mean)


def test_another_version_of_the_song_is_compared_with_as_it_is() -> None:
    known = preferences([Answer("level/vocals", 4.0, 0.0, True)] * 5)
    same = expectation("same song")
    assert with_taste(same, known) is same


def test_bands_cover_the_spectrum_without_gap_or_overlap() -> None:
    known = preferences([Answer(f"tone/bass/{band}", 4.0, 0.0, True, amount=1.5) for band in BROAD] * 4)
    curve = tone_curve(known, "bass")
    assert curve.mean() > 1.0
    assert np.ptp(curve) < 0.05 * curve.mean()


# What places have in common


def test_who_wants_less_treble_on_one_role_is_thought_to_want_less_on_others_by_a_part() -> None:
    known = preferences([Answer("tone/vocals/presence", 2.5, 0.0, False)] * 4)
    own, others = known["tone/vocals/presence"].offset_db, [known[f"tone/{r}/presence"] for r in ("mix", "drums", "bass", "other")]
    assert own < -2
    assert all(0.15 * own > other.offset_db > 0.5 * own and other.answers == 0 for other in others)
    assert not any(name.startswith("tone/") and name.endswith("/bass") for name in known)


def test_several_roles_say_more_of_the_others_than_one() -> None:
    one, three = (
        preferences(Answer(f"tone/{role}/mids", 3.0, 0.0, True) for role in roles for _ in range(3))["tone/other/mids"]
        for roles in (["drums"], ["drums", "bass", "vocals"])
    )
    assert three.offset_db > 1.3 * one.offset_db > 0 and three.sd_db < one.sd_db


def test_roles_of_opposed_taste_are_kept_apart() -> None:
    answers = [Answer(f"tone/{role}/presence", 3.0 * sign, 0.0, True) for role, sign in (("vocals", 1), ("drums", -1)) for _ in range(5)]
    known = preferences(answers)
    assert known["tone/vocals/presence"].offset_db > 1.0 and known["tone/drums/presence"].offset_db < -1.0
    assert known["tone/bass/presence"].offset_db == pytest.approx(0.0, abs=1e-6)


def test_levels_of_roles_have_nothing_in_common() -> None:
    assert [*preferences([Answer("level/vocals", 3.0, 0.0, True)])] == ["level/vocals"]


def test_what_is_in_common_is_what_two_dimensions_computed_as_one_give() -> None:
    """The same posterior over the offsets of two places at once, on a coarse plane."""
    first, second = (
        Answer("density/drums", 3.0, 0.0, False, confidence=0.8),
        Answer("density/bass", -2.0, 0.5, True, amount=0.5, doubt_db=1.0),
    )
    grid = np.arange(-8, 8.01, 0.2)
    x, y = np.meshgrid(grid, grid, indexing="ij")
    variance, shared = TASTE.offset_sd_db**2, TASTE.shared_share * TASTE.offset_sd_db**2
    inverse = np.linalg.inv([[variance, shared], [shared, variance]])
    log = -0.5 * (inverse[0, 0] * x**2 + 2 * inverse[0, 1] * x * y + inverse[1, 1] * y**2)

    def accepts(answer: Answer, offset: np.ndarray) -> np.ndarray:
        scale = (TASTE.noise_db**2 + np.pi / 2 * answer.doubt_db**2) ** 0.5
        benefit = (abs(answer.move_db) + 2 * np.sign(answer.move_db) * (offset - answer.offset_db)) / scale
        return 1 / (1 + np.exp(-benefit))

    heard = [a.confidence * (1 - 2.0 ** -((abs(a.move_db) / TASTE.heard_db) ** TASTE.heard_slope)) for a in (first, second)]
    log += np.log(heard[0] * (1 - accepts(first, x)) + (1 - heard[0]) * TASTE.lapses_refuse)
    log += np.log(heard[1] * accepts(second, y) + (1 - heard[1]) * (1 - TASTE.lapses_refuse))
    log += -0.5 * (y - 0.5 - (0.5 - 1) * -2.0) ** 2 / (TASTE.amount_sd_db**2 + 1.0)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    known = preferences([first, second])
    for name, plane in (("density/drums", x), ("density/bass", y)):
        mean = float((weight * plane).sum())
        assert known[name].offset_db == pytest.approx(mean, abs=0.01)
        assert known[name].sd_db == pytest.approx(float(np.sqrt((weight * (plane - mean) ** 2).sum())), abs=0.01)


# One answer stays one answer


def test_an_answer_to_several_bands_says_no_more_than_one() -> None:
    whole = preferences([Answer("tone/bass/mids", 3.0, 0.0, False)])["tone/bass/mids"]
    parts = preferences(Answer(f"tone/bass/{band}", 3.0, 0.0, False, share=0.25) for band in BROAD[:4])
    for band in BROAD[:4]:
        assert 0.5 * whole.offset_db < parts[f"tone/bass/{band}"].offset_db < 0
        assert parts[f"tone/bass/{band}"].sd_db > whole.sd_db
    four_times = preferences([Answer("tone/bass/mids", 3.0, 0.0, False, share=0.25)] * 4)["tone/bass/mids"]
    assert four_times.offset_db == pytest.approx(whole.offset_db) and four_times.sd_db == pytest.approx(whole.sd_db)


def test_advice_follows_only_what_is_no_chance() -> None:
    few, many = (preferences([Answer("level/bass", 2.0, 0.0, True, 1.5, 0.8, doubt_db=2.0)] * count) for count in (1, 12))
    place = Place("bass")
    assert offset_of(few, place, "level") == 0.0 < few["level/bass"].offset_db
    assert 0.5 * many["level/bass"].offset_db < offset_of(many, place, "level") < many["level/bass"].offset_db


def test_an_amount_says_less_where_the_right_one_was_hardly_known() -> None:
    sure, unsure = (
        preferences([Answer("level/vocals", 3.0, 0.0, True, amount=2.0, doubt_db=doubt)])["level/vocals"].offset_db for doubt in (0.0, 3.0)
    )
    assert sure > unsure + 0.5 > 0.5


# What answers said before dimensions had places


def test_answers_of_before_count_for_all_roles_as_they_did() -> None:
    answers = [Answer("tone/high", 3.0, 0.0, False)] * 4 + [Answer("density", 2.0, 0.0, True)] * 3 + [Answer("width", 2.0, 0.0, True)] * 2
    known = preferences(answers)
    for role in ROLES:
        assert known[f"tone/{role}/brilliance"].offset_db == pytest.approx(known["tone/high"].offset_db, abs=0.01)
        assert known[f"density/{role}"].offset_db == pytest.approx(known["density"].offset_db, abs=0.01)
        assert known[f"width/{role}"].offset_db == pytest.approx(known["width"].offset_db, abs=0.01)
        assert offset_of(known, Place(role), "tone/brilliance") == pytest.approx(known["tone/high"].offset_db, abs=0.2)
        assert offset_of(known, Place(role), "dynamic_spread") == pytest.approx(-known["density"].offset_db, abs=0.2)
        assert offset_of(known, Place(role), "tone/mids") == 0.0
    # A band that lies in two regions has its part of each.
    assert 0 > known["tone/mix/presence"].offset_db > known["tone/mix/brilliance"].offset_db
    assert {found.dimension for found in answered(known)} == {"tone/high", "density", "width"} <= set(EARLIER)


def test_new_answers_go_on_from_those_of_before_and_may_say_otherwise() -> None:
    before = [Answer("tone/high", 3.0, 0.0, False)] * 4
    start = preferences(before)["tone/vocals/brilliance"].offset_db
    known = preferences(before + [Answer("tone/vocals/brilliance", 3.0, start, True)] * 6)
    assert known["tone/vocals/brilliance"].offset_db > start + 1.0
    assert known["tone/bass/brilliance"].offset_db < start + 0.8


def test_what_was_learned_is_listed_place_by_place_and_what_only_follows_is_not() -> None:
    answers = [Answer(d, 3.0, 0.0, True) for d in ("width", "width/vocals", "level/vocals", "tone/mix/mids", "level/drums", "nonsense")]
    told = [found.dimension for found in answered(preferences(answers))]
    assert told == ["tone/mix/mids", "level/drums", "level/vocals", "width/vocals", "width"]


# Directions that are closed


def rejected(move_db: float, times: int, dimension: str = "level/vocals", **others: float) -> list[Answer]:
    return [Answer(dimension, move_db, 0.0, False, **{"confidence": 0.8, **others})] * times


def test_two_clear_rejections_close_a_direction_and_one_does_not() -> None:
    assert preferences(rejected(2.5, 1))["level/vocals"].closed == ()
    known = preferences(rejected(2.5, 2))
    assert known["level/vocals"].closed == (1,)
    assert is_closed(known, Place("vocals"), "level", 0.3) and is_closed(known, Place("vocals", "DOUBLES"), "level", 6.0)
    assert not is_closed(known, Place("vocals"), "level", -2.0) and not is_closed(known, Place("drums"), "level", 2.0)


def test_an_acceptance_that_way_keeps_it_open_and_one_the_other_way_does_not() -> None:
    assert preferences([*rejected(2.5, 4), Answer("level/vocals", 1.5, 0.0, True)])["level/vocals"].closed == ()
    assert preferences([*rejected(2.5, 2), Answer("level/vocals", -1.5, 0.0, True)])["level/vocals"].closed == (1,)


def test_what_was_hardly_heard_or_unsure_or_a_part_of_an_answer_takes_more_rejections() -> None:
    unclear = ({"move_db": 0.6}, {"move_db": 2.5, "confidence": 0.55}, {"move_db": 2.5, "share": 0.4}, {"move_db": 2.5, "doubt_db": 2.5})
    for others in unclear:
        move_db = others.pop("move_db")
        assert preferences(rejected(move_db, 2, **others))["level/vocals"].closed == ()
    assert preferences(rejected(2.5, 4, share=0.5))["level/vocals"].closed == (1,)
    assert preferences(rejected(2.5, 3, doubt_db=2.5))["level/vocals"].closed == (1,)


def test_both_directions_may_be_closed() -> None:
    assert preferences([*rejected(3.0, 2), *rejected(-3.0, 2)])["level/vocals"].closed == (-1, 1)


def test_denser_is_less_spread() -> None:
    known = preferences(rejected(2.5, 2, "density/drums"))
    assert is_closed(known, Place("drums"), "dynamic_spread", -1.0) and not is_closed(known, Place("drums"), "dynamic_spread", 1.0)
    assert offset_of(known, Place("drums"), "dynamic_spread") > 1.0


def test_what_was_opened_again_stays_open_until_it_is_rejected_anew() -> None:
    opened = [replace(answer, may_close=False) for answer in rejected(2.5, 3)]
    found = preferences(opened)["level/vocals"]
    assert found.closed == () and found.offset_db == preferences(rejected(2.5, 3))["level/vocals"].offset_db
    assert preferences(opened + rejected(2.5, 1))["level/vocals"].closed == ()
    assert preferences(opened + rejected(2.5, 2))["level/vocals"].closed == (1,)


def test_a_rejection_of_what_taste_itself_had_asked_for_closes_nothing() -> None:
    answers = [Answer("tone/bass/presence", 2.0, 2.0, False, confidence=0.8)] * 2  # 2 dB of it were assumed, from other roles
    assert preferences(answers)["tone/bass/presence"].closed == ()


def test_taste_has_no_opinion_where_it_was_never_asked() -> None:
    assert asked_at(MIX, "lufs") is None and asked_at(MIX, "level") is None and asked_at(Place("bass"), "tone/high") is None
    assert offset_of({}, Place("bass"), "level") == 0.0 and not is_closed({}, Place("bass"), "crest", 1.0)
