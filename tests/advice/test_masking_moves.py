"""A stem that is hidden more than it was is brought back by a small cut on the one that hides it."""

from functools import cache

import pytest

from mixassistant.advice.engine import advise
from mixassistant.advice.masking import MASKING, masking_moves
from mixassistant.advice.rendering import parts_of, spectra_over_time
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import chains
from mixassistant.audio.audio import mix
from mixassistant.features.masking import masked_share
from mixassistant.features.measure import measure_song
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import expect
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Profile
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

# A voice in two octaves; one stem as broad as music, which can spare an octave of its sound; two that stay below.
LOW = Chain(bands=(Band("low_pass", 500.0, 0.0, 0.71), Band("low_pass", 500.0, 0.0, 0.71)))
VOICE = Chain(bands=(Band("high_pass", 1400.0, 0.0, 1.0), Band("low_pass", 3500.0, 0.0, 1.0)) * 2)
CLEAN = {role: music(i, duration_s=8.0) for i, role in enumerate(ROLES)}
CLEAN |= {"vocals": render(CLEAN["vocals"], VOICE), "drums": render(CLEAN["drums"], LOW), "bass": render(CLEAN["bass"], LOW)}


def song(moves: dict[str, Chain], origin: str = "supplied", name: str = "mine") -> Song:
    stems = tuple(Stem(r, r, origin, render(CLEAN[r], moves.get(r, Chain()))) for r in ROLES)
    return Song(name, name, mix([s.audio for s in stems]), stems, {})


@cache
def against_earlier() -> Profile:
    """Return the profile of the song as it was."""
    return build_profile("p", [measure_song(song({}, name="earlier"))], load_prior())


def moves_on(moves: dict[str, Chain], origin: str = "supplied"):
    mine = song(moves, origin)
    track = measure_song(mine)
    profile = against_earlier()
    return masking_moves(track, profile, expect(track, profile), parts_of(mine), {}), track


HIDING = {"other": Chain(bands=(Band("bell", 2200.0, 7.0, 1.0),))}


def test_the_masker_is_cut_a_little_where_it_hides_the_other() -> None:
    found, _ = moves_on(HIDING)
    assert [(s.role, s.kind) for s in found] == [("other", "masking")]
    band = found[0].chain.bands[0]
    assert 1000.0 <= band.frequency_hz <= 4000.0 and -MASKING.most_db <= band.gain_db < 0
    assert found[0].evidence is not None and found[0].evidence.descriptor == "masked_vocals"
    assert found[0].predicted is not None and found[0].predicted < found[0].evidence.measured
    assert "hidden" in sentence(found[0]) and "%" in sentence(found[0])


def test_what_is_hidden_as_before_gets_no_move() -> None:
    assert moves_on({})[0] == []


def test_separated_stems_say_nothing_of_masking() -> None:
    assert moves_on(HIDING, origin="embedded")[0] == []


def test_what_the_equalizer_takes_back_is_not_cut_again() -> None:
    mine = song(HIDING)
    profile = against_earlier()
    advice = advise(measure_song(mine), profile, parts_of(mine))
    assert [move.kind for move in advice.moves if move.role == "other"] == ["eq"]


def test_a_move_is_proven_by_measuring_again() -> None:
    found, track = moves_on(HIDING)
    mine = song(HIDING)
    after = 100 * masked_share("vocals", spectra_over_time(parts_of(mine), chains(found)))
    assert after == pytest.approx(found[0].predicted, abs=1.0)
    assert after < track.mix["masked_vocals"].value
