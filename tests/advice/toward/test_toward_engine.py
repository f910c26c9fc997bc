"""The engine on mixes at their stage: a part of the way toward other artists' songs, proven, with odds; a finished mix as ever."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from rough_songs import ROUGH, Case, alone, case_of, planted, reference

from mixassistant.advice.engine import Advice, advise
from mixassistant.advice.rendering import parts_of
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Move
from mixassistant.advice.toward.odds import load_odds
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.stage import STAGE_ERRORS, STAGES, Stage
from mixassistant.stems.stem import ROLES, Song, Stem


def toward(advice: Advice) -> dict[str, Move]:
    return {move.id: move for move in advice.moves if move.group == "toward"}


def test_a_rough_mix_is_moved_toward_its_references(rough: Case) -> None:
    found = toward(rough.advice())
    assert found["vocals-level"].chain.gain_db > 2.0
    treble = [band.gain_db for band in found["mix-eq"].chain.bands if band.type == "high_shelf"]
    assert treble and treble[0] < -1.0
    text = sentence(found["vocals-level"])
    assert text.startswith(f"Vocals: +{found['vocals-level'].chain.gain_db:.1f} dB. It is quieter than in 6 of your 6 references")
    assert "Engineers went this way in 90 % of such cases." in text


@pytest.mark.parametrize("stage", ["rough", "working"])
def test_moves_are_capped_and_print_the_odds_of_their_kind(rough: Case, stage: Stage) -> None:
    errors, known = STAGE_ERRORS[stage], load_odds()
    kinds = {"level": "level", "eq": "tone", "compression": "dynamics", "stereo": "width"}
    moves = toward(rough.advice(stage))
    assert len(moves) >= 2
    for move in moves.values():
        most = {"level": errors.most_level_lu, "eq": errors.most_tone_db, "stereo": errors.most_width_db}.get(move.kind, np.inf)
        assert move.size_db <= most, move.id
        assert move.odds == known.get(f"{kinds[move.kind]}/{move.role}"), move.id
        assert 0.5 < move.confidence <= 0.95


def test_what_is_predicted_is_what_the_rendering_measures(rough: Case) -> None:
    proof = rough.advice().verification
    assert proof.predicted and proof.distance_after < proof.distance_before
    for key, predicted in proof.predicted.items():
        most = {"mix": 0.3}.get(key.partition("/")[0], 0.5 if key.endswith("/level") else 1.0)
        assert proof.measured[key] == pytest.approx(predicted, abs=most), key


def test_a_mix_farther_along_is_moved_less(rough: Case) -> None:
    sizes = [toward(rough.advice(stage))["vocals-level"].chain.gain_db for stage in ("rough", "working")]
    assert sizes[0] > sizes[1] >= 1.0


def test_of_a_finished_mix_faults_alone_are_told_as_ever(rough: Case) -> None:
    finished = rough.advice("finished")
    assert toward(finished) == {}
    today = advise(rough.track, rough.profile, parts_of(rough.song))
    assert [(s.id, s.confidence) for s in finished.suggestions] == [(s.id, s.confidence) for s in today.suggestions]


def test_faults_come_first(rough: Case) -> None:

    def inside_out(stem: Stem) -> Stem:
        """Return a stem whose low end is against itself: a fault at any stage."""
        return replace(stem, audio=Audio(stem.audio.samples * np.array([[1.0], [-1.0]], np.float32), stem.audio.sample_rate_hz))

    stems = tuple(inside_out(stem) if stem.role in ("drums", "bass") else stem for stem in rough.song.stems)
    song = Song("wide", "wide", mix([stem.audio for stem in stems]), stems, {})
    groups = [move.group for move in case_of(song, rough.references).advice().moves]
    assert groups[0] == "fault" and groups == sorted(groups)


def test_beside_another_version_of_the_song_only_that_speaks(mixes: list[Path], references: tuple[MeasuredTrack, ...]) -> None:
    earlier = reference(mixes[1])
    case = case_of(planted(mixes[1], {"vocals": Chain(gain_db=-5.0)}, "mine"), (earlier, *references))
    advice = case.advice()
    assert toward(advice) == {}
    (move,) = [move for move in advice.moves if move.kind == "level"]
    assert move.id == "vocals-level" and move.chain.gain_db == pytest.approx(5.0, abs=0.5)


@pytest.mark.parametrize("louder_db", [0.0, 6.0])
def test_a_mix_as_its_own_reference_is_left_alone(rough: Case, louder_db: float) -> None:
    chains = {role: chain.then(Chain(gain_db=louder_db)) for role, chain in ROUGH.items()}
    stems = tuple(
        replace(s, audio=Audio(s.audio.samples * np.float32(10 ** (louder_db / 20)), s.audio.sample_rate_hz)) for s in rough.song.stems
    )
    song = Song("itself", f"itself{sorted(chains.items())}", mix([s.audio for s in stems]), stems, {})
    assert case_of(song, (rough.track,)).advice().moves == ()


def test_silence_is_moved_nowhere(references: tuple[MeasuredTrack, ...]) -> None:
    nothing = Audio(np.zeros((2, 6 * 44_100), np.float32), 44_100)
    song = Song("silence", "silence", nothing, tuple(Stem(role, role, "supplied", nothing) for role in ROLES), {})
    assert case_of(song, references).advice().moves == ()


@pytest.mark.parametrize("role", ["vocals", "other"])
def test_one_instrument_alone_gets_no_level_and_no_width(rough: Case, role: str) -> None:
    advice = case_of(alone(rough.song, role), rough.references).advice()
    assert {move.kind for move in advice.moves}.isdisjoint({"level", "stereo"})


def test_without_references_it_goes_toward_finished_songs(rough: Case) -> None:
    case = Case(rough.song, rough.track, build_profile("none", [], load_prior()), ())
    found = toward(case.advice())
    assert found["vocals-level"].chain.gain_db >= 1.0
    assert "in most finished songs" in sentence(found["vocals-level"]) and "your" not in sentence(found["vocals-level"])


def test_every_interval_holds_its_move(mixes: list[Path], references: tuple[MeasuredTrack, ...], rough: Case) -> None:
    far = {**ROUGH, "vocals": Chain(gain_db=-16.0), "bass": Chain((replace(ROUGH["bass"].bands[0], gain_db=15.0),))}
    itself = reference(mixes[0])
    cases = (rough, case_of(planted(mixes[0], far), references), case_of(planted(mixes[0], far, "later"), (itself,)))
    count = 0
    for case, stage, strength in product(cases, STAGES, (None, 0.4)):
        strengths = None if strength is None else dict.fromkeys(("eq", "level", "compression", "stereo", "masking"), strength)
        for move in case.advice(stage, strengths).moves:
            count += 1
            assert move.interval.low <= move.amount <= move.interval.high, (move.id, stage, strength)
            assert move.interval.high - move.interval.low > 0
            held = move.facts.held_back
            if held is not None:
                assert (
                    abs(held.needed_db) > held.most_db
                    and abs(move.facts.part.whole.amount if move.facts.part else move.amount) == held.most_db
                )
                assert "the most that is suggested at once" in sentence(move)
    assert count > 20
