"""Moves toward the references: caps, intervals, and what is said of why, on songs of formulas that are far out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sample_documents import make_track, spectrum

from mixassistant.advice.rendering import Parts
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Move
from mixassistant.advice.toward.moves import Way, toward_moves
from mixassistant.advice.verification import state_of
from mixassistant.features.descriptor import Measurement
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import expect, with_unknown
from mixassistant.profiles.habit import Habit, load_habit
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.stage import STAGE_ERRORS, Stage
from mixassistant.profiles.standing import by_place, standing
from mixassistant.stems.stem import ROLES, Role


def song(name: str, seed: int, spread_lu: float, tilt_db: float) -> MeasuredTrack:
    """Return a song whose roles lie at random levels and are tilted at random."""
    made, rng = make_track(name, stem_names={role: [role] for role in ROLES}), np.random.default_rng(seed)
    slope = np.linspace(-1.0, 1.0, 31)
    roles = {
        role: {
            **values,
            "level": Measurement(float(rng.normal(-7.0, spread_lu))),
            "ltas": Measurement(spectrum(role, seed) + rng.normal(0.0, tilt_db) * slope),
            "width": Measurement(float(rng.uniform(-24.0, 0.0))),
        }
        for role, values in made.roles.items()
    }
    whole = {
        "ltas": Measurement(spectrum("mix", seed) + rng.normal(0.0, tilt_db) * slope),
        "width": Measurement(float(rng.uniform(-24.0, 0.0))),
    }
    return replace(
        made,
        content_hash=f"{seed:064x}",
        mix={**made.mix, **whole},
        roles=roles,
        stems=tuple(replace(s, values=roles[s.role]) for s in made.stems),
    )


REFERENCES = tuple(song(f"Reference {seed}", seed, 1.5, 0.5) for seed in range(10))


@cache
def moves_of(seed: int, stage: Stage, habit: Habit | None = None, roles: tuple[Role, ...] = ROLES) -> tuple[Move, ...]:
    mine = song("Mine", seed, 8.0, 8.0)
    mine = replace(mine, roles={role: mine.roles[role] for role in roles}, stems=tuple(s for s in mine.stems if s.role in roles))
    profile, prior = build_profile("p", REFERENCES, load_prior()), load_prior()
    before, expected = state_of(mine), expect(mine, profile)
    expected = replace(expected, levels=with_unknown(before.levels, expected.levels))
    stands = by_place(standing(mine, REFERENCES, prior))
    way = Way(mine, profile, expected, before, STAGE_ERRORS[stage], habit or load_habit(), stands, {})
    return tuple(toward_moves(way, Parts({})))


def told_db(move: Move) -> float:
    chain = move.chain
    return chain.bands[0].gain_db if chain.bands else chain.width[0].change_db if chain.width else chain.gain_db


@pytest.mark.parametrize("stage", ["rough", "working"])
def test_no_move_goes_beyond_its_cap_and_each_lies_in_its_own_interval(stage: Stage) -> None:
    errors = STAGE_ERRORS[stage]
    most = {"level": errors.most_level_lu, "eq": errors.most_tone_db, "stereo": errors.most_width_db}
    moves = [move for seed in range(50, 58) for move in moves_of(seed, stage)]
    assert {"eq", "level"} <= {move.kind for move in moves} <= {*most}
    for move in moves:
        assert move.size_db <= most[move.kind] + 1e-9
        assert move.interval.low <= told_db(move) <= move.interval.high, sentence(move)
    assert any(abs(told_db(move)) == most["level"] for move in moves if move.kind == "level"), "none of these is held back"


def test_what_was_counted_on_moves_toward_songs_is_no_odds_of_others() -> None:
    moves = [move for seed in range(50, 58) for move in moves_of(seed, "rough") if move.kind == "eq" and move.role != "vocals"]
    why = {move.facts.toward.why for move in moves if move.facts.toward is not None}
    assert {"place", "habit"} <= why
    for move in moves:
        assert move.facts.toward is not None and (move.odds is not None) == (move.facts.toward.why == "place")


def test_a_habit_of_ones_own_is_not_told_as_that_of_engineers() -> None:
    mine = replace(load_habit(), name="me")
    usual, own = ([m for seed in range(50, 58) for m in moves_of(seed, "rough", habit)] for habit in (None, mine))
    assert any("Engineers do this to raw tracks of" in sentence(move) for move in usual)
    assert any("Your habit does this to the" in sentence(move) for move in own)
    assert not any("Engineers do this" in sentence(move) for move in own)


def test_one_voice_alone_is_not_equalized_like_a_whole_song() -> None:
    assert any(move.role == "mix" for seed in range(50, 58) for move in moves_of(seed, "rough"))
    alone = [move for seed in range(50, 58) for move in moves_of(seed, "rough", roles=("vocals",))]
    assert alone and {move.role for move in alone} == {"vocals"}
