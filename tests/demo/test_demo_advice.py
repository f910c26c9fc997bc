"""The demo shows the common case: a rough mix beside songs by other artists alone gets moves toward what its faults have taken away."""

from __future__ import annotations

import pytest

from mixassistant.advice.engine import Advice, advise
from mixassistant.advice.rendering import Parts
from mixassistant.advice.suggestion import Move
from mixassistant.audio.audio import Audio, mix
from mixassistant.demo.folder import DEMO_SEED, DEMO_STAGE, REFERENCE_SEEDS
from mixassistant.demo.song import FAULTS, make_song
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.filters import response_db
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.recognition import find_same_session, find_same_song
from mixassistant.profiles.standing import Stand, by_place, standing
from mixassistant.stems.place import Place
from mixassistant.stems.stem import Role, Song, Stem

Stems = dict[str, tuple[Role, Audio]]
SHORT_S = 10.0
TOLD = frozenset({"lufs", "level", "ltas", "dynamic_spread", "crest", "width", "low_mono_share", "true_peak"})  # what advice here rests on


def measured(stems: Stems, name: str) -> MeasuredTrack:
    parts = tuple(Stem(stem, role, "supplied", audio) for stem, (role, audio) in stems.items())
    return measure_song(Song(name, name, mix([part.audio for part in parts]), parts, {}), only=TOLD)


@pytest.fixture(scope="module")
def rough() -> Stems:
    return make_song(DEMO_SEED, duration_s=SHORT_S)


@pytest.fixture(scope="module")
def track(rough: Stems) -> MeasuredTrack:
    return measured(rough, "rough")


@pytest.fixture(scope="module")
def references() -> list[MeasuredTrack]:
    return [measured(make_song(seed, False, SHORT_S), name) for name, seed in REFERENCE_SEEDS.items()]


@pytest.fixture(scope="module")
def stands(track: MeasuredTrack, references: list[MeasuredTrack]) -> tuple[Stand, ...]:
    return standing(track, references, load_prior())


@pytest.fixture(scope="module")
def advice(rough: Stems, track: MeasuredTrack, references: list[MeasuredTrack], stands: tuple[Stand, ...]) -> Advice:
    profile = build_profile("others", references, load_prior())
    return advise(track, profile, Parts(dict(rough.values())), stage=DEMO_STAGE, stands=stands)


def move_of(advice: Advice, role: Role, kind: str) -> Move:
    (move,) = (move for move in advice.moves if (move.role, move.kind) == (role, kind))
    return move


def test_the_references_are_other_songs_of_other_sessions(track: MeasuredTrack, references: list[MeasuredTrack]) -> None:
    prior = load_prior()
    assert find_same_song(track, tuple(references)) is None
    assert find_same_session(track, build_profile("others", references, prior), prior.within) is None


def test_several_moves_go_toward_the_references_and_none_is_called_a_fault(advice: Advice) -> None:
    assert len(advice.moves) >= 4
    assert {move.group for move in advice.moves} == {"toward"}


def test_the_voice_comes_up_a_part_of_the_way(advice: Advice) -> None:
    (fault,) = (fault for fault in FAULTS if fault.role == "vocals")
    taken = -fault.chain.gain_db
    assert 0.25 * taken < move_of(advice, "vocals", "level").chain.gain_db < taken


def test_the_chords_lose_some_of_their_harshness(advice: Advice) -> None:
    (fault,) = (fault for fault in FAULTS if fault.role == "other")
    (band,) = fault.chain.bands
    chain = move_of(advice, "other", "eq").chain
    (at_the_fault,) = response_db(chain.bands, [band.frequency_hz])
    assert -band.gain_db < at_the_fault < -1.0


def test_what_no_move_is_about_is_told(stands: tuple[Stand, ...], advice: Advice) -> None:
    """Engineers do not agree on the tone of basses: that this one is boomy stays a fact."""
    assert not [move for move in advice.moves if (move.role, move.kind) == ("bass", "eq")]
    boom = by_place(stands)[Place("bass"), "tone/low_mids"]
    assert boom.where == "outside" and boom.value > boom.middle


def test_the_mix_comes_nearer(advice: Advice) -> None:
    assert advice.verification.distance_after < advice.verification.distance_before
