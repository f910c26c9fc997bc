"""Stems that another version of the song has under other roles are matched, and what cannot be matched is left out."""

from dataclasses import replace

import numpy as np
import pytest

from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Move
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import Measurement
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import expect
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.stem_matching import find_unlike_roles, match_stems
from mixassistant.stems.place import Place
from mixassistant.stems.stem import Role, Song, Stem
from signals import music

NEEDED = frozenset({"lufs", "level", "ltas", "ltas_typical", "ltas_sem", "dynamic_spread", "level_quantiles", "level_curve"})
LOW = Chain(bands=(Band("low_pass", 400.0, 0.0, 0.71),))
HIGH = Chain(bands=(Band("high_pass", 400.0, 0.0, 0.71),))


def played(seed: int) -> Audio:
    """Return music of which every part has a rhythm of its own."""
    rng = np.random.default_rng(seed)
    samples = music(seed, 8.0).samples
    beats = np.repeat(rng.uniform(0.1, 1.0, 16) ** 2, -(-samples.shape[1] // 16))[: samples.shape[1]]
    return Audio(np.roll(samples * beats, 3000 * seed, axis=1).astype(np.float32), 44100)


PARTS = {
    "Kit": ("drums", played(1)), "Voice": ("vocals", played(2)), "Bass": ("bass", render(played(3), LOW)),
    "Sub": ("bass", render(played(4), LOW)), "Keys": ("other", render(played(5), Chain(gain_db=12.0))),
    "Pad": ("other", render(played(6), HIGH)),
}  # fmt: skip


def song(
    name: str, roles: dict[str, Role] | None = None, names: dict[str, str] | None = None, moves: dict[str, Chain] | None = None
) -> Song:
    stems = tuple(
        Stem((names or {}).get(n, n), (roles or {}).get(n, role), "supplied", render(audio, (moves or {}).get(n, Chain())))  # type: ignore[arg-type]
        for n, (role, audio) in PARTS.items()
    )
    return Song(name, name, mix([s.audio for s in stems]), stems, {})


def track(made: Song) -> MeasuredTrack:
    return measure_song(made, only=NEEDED)


def roles_of(measured: MeasuredTrack) -> dict[str, str]:
    return {stem.name: stem.role for stem in measured.stems}


@pytest.fixture(scope="module")
def mine() -> MeasuredTrack:
    return track(song("mine"))


def test_a_version_that_is_sorted_alike_is_taken_as_it_is(mine: MeasuredTrack) -> None:
    earlier = track(song("earlier"))
    assert match_stems(mine, earlier) is earlier and find_unlike_roles(mine, earlier) == ()


def test_a_role_that_has_a_stem_more_there_is_not_compared(mine: MeasuredTrack) -> None:
    fewer = song("mine")
    stems = tuple(s for s in fewer.stems if s.name != "Pad")
    track_of_fewer = track(replace(fewer, stems=stems, mix=mix([s.audio for s in stems])))
    louder = track(song("earlier", moves={"Pad": Chain(gain_db=9.0)}))
    assert find_unlike_roles(track_of_fewer, match_stems(track_of_fewer, louder)) == ("other",)


def test_a_stem_with_the_same_spectrum_is_the_same_however_much_compression_changed_what_it_does_from_moment_to_moment(
    mine: MeasuredTrack,
) -> None:
    crushed = track(song("crushed"))
    curve = crushed.roles["vocals"]["level_curve"]
    assert isinstance(curve.value, np.ndarray)
    # What a limiter leaves of a voice moves little, and otherwise.
    moved = Measurement(curve.value.max() - np.random.default_rng(3).uniform(0, 1.5, curve.value.size))
    (voice,) = (stem for stem in crushed.stems if stem.name == "Voice")
    stems = tuple(replace(s, values={**s.values, "level_curve": moved}) if s is voice else s for s in crushed.stems)
    crushed = replace(crushed, stems=stems, roles={**crushed.roles, "vocals": {**crushed.roles["vocals"], "level_curve": moved}})
    assert match_stems(crushed, mine) is mine and find_unlike_roles(crushed, mine) == ()


@pytest.mark.parametrize("names", [{}, {"Sub": "Juno take 2"}], ids=["by name", "by content"])
def test_a_stem_with_another_role_takes_the_one_that_it_has_here(mine: MeasuredTrack, names: dict[str, str]) -> None:
    earlier = track(song("earlier", {"Sub": "other"}, names, {"Sub": Chain(gain_db=-4.0)}))
    found = match_stems(mine, earlier)
    assert roles_of(found) == roles_of(mine)
    # The sums of bass and others were never measured so; drums and voice were.
    assert set(find_unlike_roles(mine, found)) == {"bass", "other"}
    assert found.roles["drums"] is earlier.roles["drums"]


def test_the_sums_are_those_that_were_measured_where_the_stems_are_the_same(mine: MeasuredTrack) -> None:
    earlier = track(song("earlier", {"Bass": "other", "Sub": "other", "Keys": "bass", "Pad": "bass"}))
    found = match_stems(mine, earlier)
    assert found.roles["bass"] is earlier.roles["other"] and found.roles["other"] is earlier.roles["bass"]
    assert find_unlike_roles(mine, found) == ()


def test_the_level_of_a_new_sum_is_that_of_its_stems_together(mine: MeasuredTrack) -> None:
    found = match_stems(mine, track(song("earlier", {"Sub": "other"})))
    level, known = (t.roles["bass"]["level"].value for t in (found, mine))
    assert isinstance(level, float) and level == pytest.approx(known, abs=1.0)


def test_a_role_that_plays_something_else_is_left_out_with_a_warning() -> None:
    # The bass of the earlier version was bounced with the keys, under a name of its own.
    made = song("earlier")
    bounced = mix([s.audio for s in made.stems if s.name in ("Bass", "Sub", "Keys")])
    stems = (*(s for s in made.stems if s.name not in ("Bass", "Sub", "Keys")), Stem("Bounce", "bass", "supplied", bounced))
    profile = build_profile("p", [track(replace(made, stems=stems))], load_prior())
    mine = song("mine")
    measured = track(mine)
    expected = expect(measured, profile)
    assert expected.tier == "same song" and set(expected.left_out) == {"bass", "other"} and Place("bass") not in expected.ltas
    suggestions = advise(measured, profile, parts_of(mine)).suggestions
    assert not any(isinstance(s, Move) for s in suggestions)
    (warning,) = [s for s in suggestions if s.id == "technical-sorting"]
    assert "Left out of the comparison with “earlier”: the bass and the other instruments." in sentence(warning)


@pytest.mark.parametrize("names", [{}, {"Sub": "Juno take 2"}], ids=["by name", "by content"])
def test_a_fault_is_found_and_nothing_else_however_the_other_version_is_sorted(names: dict[str, str]) -> None:
    profile = build_profile("p", [track(song("earlier", {"Sub": "other"}, names))], load_prior())
    faulty = song("mine", moves={"Kit": Chain(gain_db=5.0)})
    moves = advise(track(faulty), profile, parts_of(faulty)).moves
    assert [(move.place, move.kind) for move in moves] == [(Place("drums"), "level")] and moves[0].chain.gain_db == pytest.approx(
        -5.0, abs=0.6
    )
    clean = song("mine")
    assert advise(track(clean), profile, parts_of(clean)).moves == ()


def test_numbers_that_are_shifted_by_a_stem_more_do_not_pair_what_is_not_the_same() -> None:
    numbered = {"Keys": "Synth 1", "Pad": "Synth 2"}
    made = song("earlier", names={"Keys": "Synth 2", "Pad": "Synth 3"})
    more = Stem("Synth 1", "other", "supplied", render(played(8), Chain(gain_db=-30.0)))
    stems = (*made.stems, more)
    profile = build_profile("p", [track(replace(made, stems=stems, mix=mix([s.audio for s in stems])))], load_prior())
    mine = song("mine", names=numbered)
    measured = track(mine)
    found = match_stems(measured, profile.references[0])
    assert sorted(s.name for s in found.stems if s.role == "other") == ["Synth 1", "Synth 1 (another)", "Synth 2"]
    assert advise(measured, profile, parts_of(mine)).moves == ()


@pytest.mark.parametrize("late_s", [0.012, 0.026, 0.038])
def test_a_version_that_is_a_little_late_plays_the_same(mine: MeasuredTrack, late_s: float) -> None:
    made = song("earlier")
    late = [replace(s, audio=Audio(np.pad(s.audio.samples, ((0, 0), (round(late_s * 44100), 0))), 44100)) for s in made.stems]
    assert find_unlike_roles(mine, track(replace(made, stems=tuple(late), mix=mix([s.audio for s in late])))) == ()


def test_separated_stems_have_the_roles_that_they_were_separated_into(mine: MeasuredTrack) -> None:
    made = song("earlier", {"Sub": "other"})
    separated = track(replace(made, stems=tuple(replace(s, origin="embedded") for s in made.stems)))
    assert match_stems(mine, separated) is separated and find_unlike_roles(mine, separated) == ()


def test_versions_that_are_out_of_step_are_not_told_apart_by_content(mine: MeasuredTrack) -> None:
    other = track(song("earlier"))
    curve = other.roles["drums"]["level_curve"]
    spectrum = other.roles["drums"]["ltas_typical"]
    assert isinstance(curve.value, np.ndarray) and isinstance(spectrum.value, np.ndarray)
    changed = {
        "level_curve": replace(curve, value=curve.value[::-1].copy()),
        "ltas_typical": replace(spectrum, value=spectrum.value[::-1].copy()),
    }
    shifted = {**other.roles["drums"], **changed}
    out = replace(other, roles={**other.roles, "drums": shifted})
    assert find_unlike_roles(mine, out) == ("drums",) and find_unlike_roles(mine, out, None) == ()
