"""The engine as a whole, on songs made here: what was done is found, proven, and said; nothing else is."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from mixassistant.advice.delivery import delivery_checks
from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of
from mixassistant.advice.sentences import headline, reason, sentence
from mixassistant.advice.technical import technical_checks
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.measure import measure_song
from mixassistant.processing.chain import render
from mixassistant.processing.compressor import level_frames_db, mean_reduction_db
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import expect
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Gaussian, Profile, Range
from mixassistant.profiles.separation_error import levels_of
from mixassistant.profiles.taste import Direction, Preference
from mixassistant.stems.place import BUSES
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

CLEAN = {role: music(i, duration_s=8.0) for i, role in enumerate(ROLES)}


def song(moves: dict[str, Chain], name: str = "mine") -> Song:
    stems = tuple(Stem(role, role, "supplied", render(CLEAN[role], moves.get(role, Chain()))) for role in ROLES)
    return Song(name, name, mix([s.audio for s in stems]), stems, {})


@cache
def against_earlier() -> Profile:
    """Return the profile of the song as it was."""
    return build_profile("p", [measure_song(song({}, "earlier"))], load_prior())


def advice_on(moves: dict[str, Chain]):
    damaged = song(moves)
    profile = against_earlier()
    return advise(measure_song(damaged), profile, parts_of(damaged))


def test_several_faults_at_once_are_found_proven_and_said() -> None:
    advice = advice_on({"vocals": Chain(gain_db=-5.0), "bass": Chain(bands=(Band("bell", 400.0, 6.0, 1.0),))})
    found = {move.id: move for move in advice.moves}
    assert found["vocals-level"].chain.gain_db == pytest.approx(5.0, abs=0.5)
    assert found["bass-eq"].chain.bands[0].gain_db == pytest.approx(-6.0, abs=0.7)
    assert "“earlier”" in reason(found["bass-eq"]) and headline(found["bass-eq"]).startswith(
        f"Bass: −{-found['bass-eq'].amount:.1f} dB at "
    )
    proof = advice.verification
    assert proof.distance_after < 0.3 * proof.distance_before
    for key, predicted in proof.predicted.items():
        assert proof.measured[key] == pytest.approx(predicted, abs=0.6), key


def test_an_untouched_song_gets_no_move() -> None:
    advice = advice_on({})
    assert [move.id for move in advice.moves] == []
    assert advice.verification.ltas_after == {}


def test_a_song_that_was_compressed_too_much_is_told_and_not_compressed_more() -> None:
    squashed = Compression(-45.0, 8.0, 0.002, 0.08, 6.0, 0.0, 0.0)
    advice = advice_on({"drums": Chain(compression=squashed)})
    told = {s.id: s for s in advice.suggestions if s.role == "drums"}
    assert list(told) == ["drums-over-compressed"]  # one of two remedies, and not both
    assert "Drums: " in sentence(told["drums-over-compressed"]) and "too little between loud and usual" in sentence(
        told["drums-over-compressed"]
    )
    (move,) = advice.moves
    assert move.kind == "level" and move.chain.gain_db > 1.0 and ", or less compression" in headline(move)


def test_too_much_compression_is_told_beside_an_equalizer_on_the_mix() -> None:
    squashed = Compression(-45.0, 8.0, 0.002, 0.08, 6.0, 0.0, 0.0)
    bus = Chain(bands=(Band("bell", 700.0, 5.0, 1.0),))
    found = {s.id: s for s in advice_on({r: replace(bus, compression=squashed) if r == "drums" else bus for r in ROLES}).suggestions}
    assert "drums-over-compressed" in found and "mix-eq" in found
    alone = advice_on(dict.fromkeys(ROLES, bus)).suggestions
    assert not any("over-compressed" in s.id for s in alone)


@pytest.mark.parametrize("missing", ["vocals", "other"])
def test_what_the_other_version_lacks_is_nobodys_fault(missing: str) -> None:
    made = song({"drums": Chain(bands=(Band("high_shelf", 5000.0, 4.0, 0.71),))})
    stems = tuple(s for s in song({}, "earlier").stems if s.role != missing)
    earlier = Song("earlier", "earlier", mix([s.audio for s in stems]), stems, {})
    advice = advise(measure_song(made), build_profile("p", [measure_song(earlier)], load_prior()), parts_of(made))
    assert [move.id for move in advice.moves] == ["drums-eq"]
    assert not any("nan" in sentence(s) for s in advice.suggestions)


def test_the_interval_holds_the_move_and_confidence_is_a_probability() -> None:
    advice = advice_on({"other": Chain(gain_db=6.0)})
    assert all(0 <= s.confidence <= 1 for s in advice.suggestions)
    assert all(move.interval.low <= move.chain.gain_db <= move.interval.high for move in advice.moves if move.kind == "level")


def test_a_level_is_known_the_better_the_better_versions_agree() -> None:
    rng = np.random.default_rng(6)
    noises = [rng.normal(0, 10 ** (-65 / 20), audio.samples.shape).astype(np.float32) for audio in CLEAN.values()]
    changed = song({"other": Chain(gain_db=6.0)})
    mixed = tuple(Stem(s.name, s.role, s.origin, Audio(s.audio.samples + n, 44100)) for s, n in zip(changed.stems, noises, strict=True))
    noisy = Song("noisy", "noisy", mix([s.audio for s in mixed]), mixed, {})
    profile = against_earlier()
    widths = []
    for played in (changed, noisy):
        found = advise(measure_song(played), profile, parts_of(played)).moves
        (interval,) = (move.interval for move in found if move.id == "other-level")
        assert interval.low <= -6.0 <= interval.high
        widths.append(interval.high - interval.low)
    assert widths[0] < 0.15 < 0.2 < widths[1]


def test_technical_faults_are_named() -> None:
    base = music(0, duration_s=8.0).samples
    hot = Audio(np.clip(base * 20, -1, 1), 44100)
    one_sided = Audio(base * np.float32([[1], [0]]), 44100)
    for audio, word in ((hot, "clips"), (one_sided, "silent"), (Audio(base + np.float32(0.02), 44100), "DC")):
        track = measure_song(Song("x", "x", audio, (), {}))
        assert any(word in sentence(s) for s in technical_checks(track)), word
    clean = measure_song(Song("x", "x", music(1, duration_s=8.0), (), {}))
    # These notes are switched on within one sample, which is a click.
    assert {s.id for s in technical_checks(clean)} <= {"technical-true-peak", "technical-click"}


def test_a_fault_of_the_whole_mix_is_put_right_in_one_place() -> None:
    advice = advice_on({role: Chain(bands=(Band("bell", 700.0, 5.0, 1.0),)) for role in ROLES})
    moves = [move for move in advice.moves if move.kind == "eq"]
    assert [move.role for move in moves] == ["mix"]
    assert moves[0].chain.bands[0].gain_db == pytest.approx(-5.0, abs=0.5)
    assert headline(moves[0]).startswith("Mix: −")
    assert advice.verification.distance_after < 0.5 * advice.verification.distance_before


def test_a_master_beside_its_stems_does_not_change_what_is_said_of_the_stems() -> None:
    faulty = song({"vocals": Chain(gain_db=-5.0)})
    mastered = Song("mine", "mastered", Audio(np.tanh(3 * faulty.mix.samples), 44100), faulty.stems, {})
    profile = against_earlier()
    for whole in (faulty, mastered):
        advice = advise(measure_song(whole), profile, parts_of(whole))
        moves = {move.id: move.chain.gain_db for move in advice.moves if move.kind == "level"}
        assert moves == pytest.approx({"vocals-level": 5.0}, abs=0.5)


def test_compression_is_not_taken_for_tone_or_level() -> None:
    squashed = Compression(-40.0, 4.0, 0.005, 0.1, 6.0, 8.0, 0.0)
    advice = advice_on({"vocals": Chain(compression=squashed)})
    assert not any(move.kind == "eq" and move.role == "vocals" for move in advice.moves)


def test_the_compression_of_another_version_is_found_as_gain_reduction() -> None:
    kept = Compression(-38.0, 3.0, 0.0075, 0.2, 6.0, 4.0, 0.0)
    theirs = song({"vocals": Chain(compression=kept)}, "denser")
    levels, hop_s = level_frames_db(CLEAN["vocals"])
    true = mean_reduction_db(levels, kept, hop_s)
    mine = song({})
    advice = advise(measure_song(mine), build_profile("p", [measure_song(theirs)], load_prior()), parts_of(mine))
    found = {move.id: move for move in advice.moves}["vocals-compression"]
    assert found.chain.compression is not None and found.chain.compression.gain_reduction_db == pytest.approx(
        true, abs=2.0
    )  # 8 dB are drawn towards what people use
    assert found.interval.low <= true <= found.interval.high


@pytest.mark.parametrize(("level_db", "told"), [(0.0, ["vocals-compression"]), (-40.0, [])])
def test_a_compression_brings_its_level_with_it_and_is_only_told_of_what_is_heard(level_db: float, told: list[str]) -> None:
    theirs = song({"vocals": Chain(compression=Compression(-38.0, 3.0, 0.0075, 0.2, 6.0, 0.0, 0.0), gain_db=level_db)}, "denser")
    mine = song({"vocals": Chain(gain_db=level_db)})
    advice = advise(measure_song(mine), build_profile("p", [measure_song(theirs)], load_prior()), parts_of(mine))
    moves = [move for move in advice.moves if move.role == "vocals" and (move.kind != "level" or not level_db)]
    assert [s.id for s in moves] == told
    if told:
        compression = moves[0].chain.compression
        assert compression is not None and abs(compression.makeup_db) < 2.0  # the other version made nothing up
        assert "Its make-up gain puts the level right as well." in sentence(moves[0])
        proof = advice.verification
        assert proof.predicted["vocals/dynamic_spread"] == pytest.approx(proof.measured["vocals/dynamic_spread"], abs=0.5)


def test_a_set_that_takes_the_mix_further_away_is_not_shown() -> None:
    for moves in ({"drums": Chain(gain_db=7.0)}, {"bass": Chain(bands=(Band("low_shelf", 100.0, 8.0, 0.71),))}):
        proof = advice_on(moves).verification
        assert proof.distance_after <= proof.distance_before


def test_what_an_equalizer_at_its_limit_leaves_is_not_compressed() -> None:
    advice = advice_on({"drums": Chain(bands=(Band("bell", 400.0, 13.0, 0.7),))})
    eq = next(move for move in advice.moves if move.id == "drums-eq")
    assert min(band.gain_db for band in eq.chain.bands) == -9.0
    assert eq.interval.low <= -13.0 <= eq.interval.high or eq.interval.low < -9.0
    assert not any(move.kind in ("compression", "level") for move in advice.moves)  # nor made up for by a gain


def test_half_the_strength_is_half_the_move_and_none_is_no_move() -> None:
    damaged = song({"vocals": Chain(gain_db=-5.0), "bass": Chain(bands=(Band("bell", 400.0, 6.0, 1.0),))})
    track, profile = measure_song(damaged), against_earlier()
    whole = {s.id: s for s in advise(track, profile, parts_of(damaged)).moves}
    some = {s.id: s for s in advise(track, profile, parts_of(damaged), strengths={"eq": 0.5, "level": 0.0}).moves}
    assert "vocals-level" in whole and "vocals-level" not in some
    assert some["bass-eq"].chain.bands[0].gain_db == pytest.approx(0.5 * whole["bass-eq"].chain.bands[0].gain_db, abs=0.1)
    assert "50 %" in sentence(some["bass-eq"])
    whole_interval, interval = whole["bass-eq"].interval, some["bass-eq"].interval
    assert (interval.low, interval.high) == (whole_interval.low, some["bass-eq"].amount)  # what would be right, and what is wanted of it


def test_a_buried_voice_is_told_once_and_not_at_all_where_levels_or_taste_are_against_it() -> None:
    buried = song({"vocals": Chain(gain_db=-16.0)})
    track, profile = measure_song(buried), build_profile("p", [], load_prior())

    def said(**wishes: Any) -> list[str]:
        found = advise(track, profile, parts_of(buried), **wishes).suggestions
        return [s.id for s in found if s.id in ("vocals-level", "delivery-vocals")]

    assert len(said()) == 1, said()
    assert said(strengths={"level": 0.0}) == []
    assert said(taste={"level/vocals": Preference("level/vocals", -3.0, 1.0, 4)}) == []


def test_a_level_move_of_the_voice_is_as_sure_as_the_warning_that_it_stands_for() -> None:
    buried = song({"vocals": Chain(gain_db=-16.0)})
    track, factory = measure_song(buried), build_profile("p", [], load_prior())
    usual, voice = levels_of(measure_song(song({}))), ROLES.index("vocals")
    range_lu = Range(float(usual[voice]), float(usual[voice]) - 1.9, float(usual[voice]) + 1.9, "LU", 9)
    profile = replace(factory, levels=Gaussian(usual, 1.5**2 * np.eye(4)), targets={**factory.targets, "vocals/level": range_lu})
    (move,) = [move for move in advise(track, profile, parts_of(buried)).moves if move.role == "vocals"]
    (warning,) = [s for s in delivery_checks(track, profile, expect(track, profile)) if s.id == "delivery-vocals"]
    assert move.kind == "level" and move.confidence == warning.confidence > 0.8
    assert f"Worth doing: {100 * warning.confidence:.0f} %." in sentence(move)


def test_a_way_that_the_user_has_closed_gets_no_move_and_is_said() -> None:
    buried = song({"vocals": Chain(gain_db=-16.0)})
    track, factory = measure_song(buried), build_profile("p", [], load_prior())
    profile = replace(factory, levels=Gaussian(levels_of(measure_song(song({}))), 1.5**2 * np.eye(4)))

    def about_voice(*closed: Direction) -> tuple[list[str], list[str]]:
        advice = advise(track, profile, parts_of(buried), taste={"level/vocals": Preference("level/vocals", 0.0, 1.0, 2, closed)})
        return [m.id for m in advice.moves if m.role == "vocals"], [f"{q.place}/{q.dimension}" for q in advice.closed]

    assert about_voice() == about_voice(-1) == (["vocals-level"], [])
    assert about_voice(1) == ([], ["vocals/level"])


def test_a_mix_that_is_limited_harder_than_its_other_version_is_told_so() -> None:
    whole = song({}, "mine")
    driven = np.float32(0.5) * np.tanh(whole.mix.samples * np.float32(3 / np.abs(whole.mix.samples).max()))
    profile = against_earlier()

    def told(played: Song) -> list[str]:
        return [sentence(s) for s in advise(measure_song(played), profile, parts_of(played)).suggestions if s.id == "delivery-over-limited"]

    (text,) = told(replace(whole, mix=Audio(driven, 44100)))
    assert "limited about 7.5 dB harder than “earlier”" in text
    assert told(whole) == [] and told(song({"drums": Chain(gain_db=-9.0)})) == []


def test_dynamics_are_not_compared_with_a_version_of_other_channels() -> None:
    # In mono the sides cancel: what is left moves otherwise, and nobody compressed it.
    folded = [Stem(role, role, "supplied", Audio(audio.samples.mean(axis=0, keepdims=True), 44100)) for role, audio in CLEAN.items()]
    mono = measure_song(Song("mono", "mono", mix([s.audio for s in folded]), tuple(folded), {}))
    stereo = [measure_song(song({}, name)) for name in ("mine", "earlier")]
    assert expect(stereo[0], build_profile("p", [mono], load_prior())).dynamic_spread == {}
    assert set(expect(stereo[0], build_profile("p", [stereo[1]], load_prior())).dynamic_spread) == set(BUSES)
