"""Width: what was done to a stem is found; what is usual is left alone; what does harm is mended."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of
from mixassistant.advice.sentences import reason, sentence
from mixassistant.advice.stereo import stereo_moves
from mixassistant.advice.verification import state_of
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure_song
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain, Width
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import expect
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Profile, Range
from mixassistant.profiles.separation_error import levels_of
from mixassistant.stems.place import BUSES
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

RATE = 44_100


def wide(role: str, index: int) -> Audio:
    left, right = music(index, duration_s=8.0).samples.mean(axis=0), music(index + 20, duration_s=8.0).samples.mean(axis=0)
    side = {"drums": 0.4, "bass": 0.15, "vocals": 0.25, "other": 0.6}[role]
    return Audio(np.stack([left + side * right, left - side * right]).astype(np.float32) * 0.5, RATE)


CLEAN = {role: wide(role, i) for i, role in enumerate(ROLES)}


def song(moves: dict[str, Chain], name: str = "mine") -> Song:
    stems = tuple(Stem(r, r, "supplied", render(CLEAN[r], moves.get(r, Chain()))) for r in ROLES)
    return Song(name, name, mix([s.audio for s in stems]), stems, {})


@cache
def against_earlier() -> Profile:
    """Return the profile of the song as it was."""
    return build_profile("p", [measure_song(song({}, "earlier"))], load_prior())


@pytest.mark.parametrize("change, low, high", [(5.0, 20.0, 20_000.0), (-4.0, 20.0, 20_000.0), (5.0, 4000.0, 20_000.0)])
def test_what_was_done_to_the_width_of_a_stem_is_taken_back_and_proven(change: float, low: float, high: float) -> None:
    mine = song({"other": Chain(width=(Width(change, low, high),))})
    advice = advise(measure_song(mine), against_earlier(), parts_of(mine))
    moves = [*advice.moves]
    assert [(s.role, s.kind) for s in moves] == [("other", "stereo")]
    (width,) = moves[0].chain.width
    assert width.change_db == pytest.approx(-change, abs=0.7)
    assert (width.low_hz, width.high_hz) == (low, high)
    assert moves[0].interval.low <= -change <= moves[0].interval.high
    proof = advice.verification
    assert proof.measured["other/width"] == pytest.approx(proof.predicted["other/width"], abs=0.3)
    assert f"dB too {'wide' if change > 0 else 'narrow'} " in reason(moves[0])


def test_an_untouched_song_keeps_its_width() -> None:
    track = measure_song(song({}))
    assert stereo_moves(track, against_earlier(), expect(track, against_earlier()), state_of(track)) == []
    factory = build_profile("factory", [], load_prior())
    assert stereo_moves(track, factory, expect(track, factory), state_of(track)) == []


def test_mono_has_no_width() -> None:
    mono = song({})
    stems = tuple(replace(s, audio=Audio(s.audio.samples[:1], RATE)) for s in mono.stems)
    track = measure_song(replace(mono, stems=stems, mix=mix([s.audio for s in stems])))
    assert stereo_moves(track, against_earlier(), expect(track, against_earlier()), state_of(track)) == []


def test_a_low_end_out_of_phase_is_brought_to_the_middle() -> None:
    made = song({})
    rng = np.random.default_rng(3)
    low = np.cumsum(rng.standard_normal((2, made.mix.length)), axis=1)  # brown noise, unrelated left and right
    low = (0.15 * (low - low.mean(axis=1, keepdims=True)) / low.std()).astype(np.float32)
    stems = tuple(replace(s, audio=Audio(low, RATE)) if s.role == "bass" else s for s in made.stems)
    track = measure_song(replace(made, stems=stems, mix=mix([s.audio for s in stems])))
    factory = build_profile("factory", [], load_prior())
    found = {s.id: s for s in stereo_moves(track, factory, expect(track, factory), state_of(track))}
    assert found["mix-low-end"].chain.width == (Width(-6.0, 20.0, 120.0),)
    assert found["mix-low-end"].predicted is not None and found["mix-low-end"].evidence is not None
    assert found["mix-low-end"].predicted > found["mix-low-end"].evidence.measured
    assert "below 120 Hz" in sentence(found["mix-low-end"])


def test_an_inverted_channel_is_another_fault() -> None:
    mine = song({})
    left, right = CLEAN["drums"].samples
    flipped = Audio(np.stack([left, -right]), RATE)
    stems = tuple(replace(s, audio=flipped) if s.role == "drums" else s for s in mine.stems)
    track = measure_song(replace(mine, stems=stems, mix=mix([s.audio for s in stems])))
    assert [s for s in stereo_moves(track, against_earlier(), expect(track, against_earlier()), state_of(track)) if s.role == "drums"] == []


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ({"other": Chain(gain_db=12.0)}, []),  # the widest stem is too loud: that is what makes the mix wide
        ({role: Chain(width=(Width(6.0, 20.0, 20_000.0),)) for role in ROLES}, ["mix-stereo"]),
    ],
)
def test_width_is_blamed_for_what_levels_do_not_explain(moves: dict[str, Chain], told: list[str]) -> None:
    wide_pad = {"other": Chain(width=(Width(5.0, 20.0, 20_000.0),))}
    usual = measure_song(song(wide_pad))
    centre = scalar(usual.mix, "width")
    assert centre is not None
    factory = build_profile("factory", [], load_prior())
    levels = replace(factory.levels, mean=levels_of(usual))
    profile = replace(factory, levels=levels, targets={**factory.targets, "mix/width": Range(centre, centre - 1.0, centre + 1.0, "dB", 5)})
    damaged = {
        r: replace(wide_pad.get(r, Chain()), gain_db=c.gain_db, width=wide_pad.get(r, Chain()).width + c.width) for r, c in moves.items()
    }
    track = measure_song(song({**wide_pad, **damaged}))
    widened = scalar(track.mix, "width")
    assert widened is not None and widened > centre + 2.0
    expectation = expect(track, profile)
    state = state_of(track)
    # Spectra of sounds made here are no music's: only levels are at fault.
    ltas = {bus: replace(expectation.ltas[bus], mean=state.spectra[bus, expectation.spectrum]) for bus in BUSES}
    expectation = replace(expectation, levels=replace(expectation.levels, mean=levels_of(usual)), ltas={**expectation.ltas, **ltas})
    assert [s.id for s in stereo_moves(track, profile, expectation, state) if s.id == "mix-stereo"] == told
