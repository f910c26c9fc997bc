"""What is suggested lies in the interval that it is told with, whatever held it back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_documents import make_move, make_suggestions

from mixassistant.advice.answers import answers_to
from mixassistant.advice.decision import Decision
from mixassistant.advice.held_back import HeldBack
from mixassistant.advice.rules import BEFORE_PROOF, Context, Draft, interval_with_its_move, part_of
from mixassistant.advice.suggestion import Interval, Move
from mixassistant.processing.moves import Band, Chain, Compression, Width
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.profile import Gaussian

MOST_DB = 9.0
WIDE = Expectation(tier="references", references=(), ltas={}, levels=Gaussian(np.zeros(4), np.eye(4)), dynamic_spread={})
NOTHING = Context(None, WIDE, {}, {})  # type: ignore[arg-type]
gains = st.floats(-20, 20).filter(lambda gain: abs(gain) >= 1.0)


def chains(gain: float) -> tuple[Chain, ...]:
    """Return one of each kind."""
    return (
        Chain(gain_db=gain),
        Chain((Band("bell", 400.0, gain, 1.0), Band("high_shelf", 5000.0, -gain, 0.7))),
        Chain(width=(Width(gain, 20.0, 20_000.0),)),
        Chain(compression=Compression(-30.0, 3.0, 0.01, 0.2, 6.0, 0.0, abs(gain))),
    )


def holds(move: Move) -> bool:
    return move.interval.low <= move.amount <= move.interval.high


@settings(deadline=None, max_examples=60)
@given(gains, st.floats(0.01, 6), st.sampled_from([0.25, 0.5, 0.9, 1.0, 1.5]))
def test_a_move_lies_in_its_interval_whatever_is_wanted_of_it(needed: float, half: float, strength: float) -> None:
    told = round(float(np.clip(needed, -MOST_DB, MOST_DB)), 1)
    for chain in chains(told):
        centre = needed if chain.compression is None else abs(needed)
        move = make_move("bass", chain, interval=Interval.of(centre - half, centre + half))
        kinds = dict.fromkeys(("eq", "level", "compression", "stereo"), strength)
        draft = Draft((move,), ())
        for rule in BEFORE_PROOF:
            draft = rule(draft, replace(NOTHING, strengths=kinds))
        for found in draft.moves:
            assert holds(found)
            # Nothing that may be right is left out for it.
            assert found.interval.low <= move.interval.low and found.interval.high >= move.interval.high


def test_an_interval_that_holds_its_move_stays_as_it_is() -> None:
    for move in make_suggestions()[:3]:
        held = interval_with_its_move(Draft((move,), ()), NOTHING).moves[0]
        if holds(move):
            assert held == move
        assert interval_with_its_move(Draft((held,), ()), NOTHING).moves[0] == held


@settings(deadline=None, max_examples=60)
@given(st.floats(-20, 20), st.floats(0.01, 6))
def test_what_is_held_back_is_told_with_what_it_takes(needed: float, half: float) -> None:
    told = round(float(np.clip(needed, -MOST_DB, MOST_DB)), 1)
    found = HeldBack.of(told, needed - half, needed + half, MOST_DB)
    is_beyond = abs(needed) - half > MOST_DB
    assert (found is not None) == is_beyond
    if found is not None:
        assert found.needed_db * told > 0 and abs(found.needed_db) > found.most_db == abs(told)


def test_taste_learns_with_the_doubt_of_the_whole_move() -> None:
    whole = make_move("vocals", Chain(gain_db=4.0), interval=Interval(3.0, 5.0))
    half = part_of(whole, 0.5)
    assert half is not None
    wide = interval_with_its_move(Draft((half,), ()), NOTHING).moves[0]
    assert wide.interval == Interval(2.0, 5.0)
    (one,), (other,) = (answers_to(move, Decision(True, 1.0), {}) for move in (whole, wide))
    assert one.doubt_db == other.doubt_db
