"""Versions of one song that begin or end at other moments: silence costs nothing, and of music that one lacks little is concluded."""

from dataclasses import replace

import numpy as np
import pytest

from mixassistant.advice.engine import advise
from mixassistant.advice.masking import hidden_role
from mixassistant.advice.rendering import parts_of
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Move
from mixassistant.advice.technical import comparison_checks
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.chain import render
from mixassistant.processing.compressor import level_frames_db, mean_reduction_db
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.profiles.alignment import cut_to_moments, level_hop_s, share_alone
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import Expectation, expect
from mixassistant.profiles.prior import load_prior
from mixassistant.stems.place import BUSES, Place
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

RATE = 44100
NEEDED = frozenset({"lufs", "level", "ltas", "ltas_typical", "ltas_sem", "dynamic_spread", "level_quantiles", "level_curve"})


def played(seed: int) -> Audio:
    """Return music with a rhythm of its own."""
    rng = np.random.default_rng(seed)
    samples = music(seed, 8.0).samples
    beats = np.repeat(rng.uniform(0.1, 1.0, 16) ** 2, -(-samples.shape[1] // 16))[: samples.shape[1]]
    return Audio(np.roll(samples * beats, 3000 * seed, axis=1).astype(np.float32), RATE)


CLEAN = {role: played(i) for i, role in enumerate(ROLES)}
# A bell of 5 dB, and a level 3 dB too low.
FAULTS = {"drums": Chain(bands=(Band("bell", 500.0, 5.0, 1.0),)), "bass": Chain(gain_db=-3.0)}


def song(moves: dict[str, Chain], name: str = "mine", before_s: float = 0.0, after_s: float = 0.0, length_s: float = 8.0) -> Song:
    """Return a song with silence around its first `length_s`; what is cut off its beginning is negative silence."""

    def placed(audio: Audio) -> Audio:
        kept = audio.samples[:, max(0, round(-before_s * RATE)) : round(length_s * RATE)]
        return Audio(np.pad(kept, ((0, 0), (max(0, round(before_s * RATE)), round(after_s * RATE)))), RATE)

    stems = tuple(Stem(r, r, "supplied", placed(render(CLEAN[r], moves.get(r, Chain())))) for r in ROLES)
    return Song(name, name, mix([s.audio for s in stems]), stems, {})


def measured(made: Song, *more: str) -> MeasuredTrack:
    return measure_song(made, only=NEEDED.union(more))


def version(before_s: float = 0.0, after_s: float = 0.0, length_s: float = 8.0, moves: dict[str, Chain] | None = None) -> MeasuredTrack:
    return measured(song(moves or {}, "earlier", before_s, after_s, length_s))


def expected_of(track: MeasuredTrack, other: MeasuredTrack) -> Expectation:
    return expect(track, build_profile("p", [other], load_prior()))


@pytest.fixture(scope="module")
def faulty() -> MeasuredTrack:
    return measured(song(FAULTS))


def moves_against(faulty: MeasuredTrack, other: MeasuredTrack) -> dict[str, float]:
    found = advise(faulty, build_profile("p", [other], load_prior()), parts_of(song(FAULTS))).suggestions
    return {
        s.id: (s.chain.bands[0].gain_db if s.chain.bands else s.chain.gain_db) if isinstance(s, Move) else 0.0
        for s in found
        if isinstance(s, Move) or "over-compressed" in s.id or "step" in s.id
    }


@pytest.mark.parametrize(("before_s", "after_s"), [(0.0, 1.0), (1.017, 0.0), (0.4, 0.0), (4.0, 0.5)])
def test_faults_are_found_and_nothing_else_however_much_silence_the_other_version_has(
    faulty: MeasuredTrack, before_s: float, after_s: float
) -> None:
    found = moves_against(faulty, version(before_s, after_s))
    assert found == pytest.approx({"drums-eq": -5.0, "bass-level": 3.0}, abs=0.4)


def test_silence_of_ones_own_costs_nothing_either(faulty: MeasuredTrack) -> None:
    late = measured(song(FAULTS, "mine", 1.3, 0.7))
    expected = expected_of(late, version())
    assert expected.is_in_step and expected.lag_s == pytest.approx(-1.3, abs=0.1)
    assert set(expected.takes) == set(BUSES)
    assert expected.levels.sd == pytest.approx(expected_of(faulty, version()).levels.sd, abs=0.1)


@pytest.mark.parametrize(("before_s", "after_s"), [(0.0, 1.0), (1.0, 0.0), (4.0, 0.5)])
def test_the_other_versions_levels_over_time_lie_beside_this_ones(before_s: float, after_s: float) -> None:
    plain = version()
    expected = expected_of(plain, version(before_s, after_s))
    for place, take in expected.takes.items():
        levels = plain.roles[place.role]["level_curve"].value
        assert take.levels_db.shape == levels.shape
        loud = levels > levels.max() - 20.0
        # The lag is known to half a frame of 93 ms; the rest is found where they are used.
        assert max(np.corrcoef(np.roll(take.levels_db, k)[loud], levels[loud])[0, 1] for k in (-1, 0, 1)) > 0.8
        assert expected.dynamic_spread[place][0] == pytest.approx(spread_of_levels(levels, take.hop_s), abs=0.6)


def test_more_silence_does_not_make_a_sparse_stem_more_dynamic() -> None:
    # It decays by 65 dB from beat to beat: whether its tails count as playing depends on what counts as loud.
    tail = np.exp(-(np.arange(8 * RATE) % (2 * RATE)) / (0.27 * RATE))
    beats = Audio((0.3 * tail * np.random.default_rng(0).standard_normal((2, tail.size))).astype(np.float32), RATE)
    tracks = []
    for after_s in (0.0, 8.0):
        stem = Stem("drums", "drums", "supplied", Audio(np.pad(beats.samples, ((0, 0), (0, round(after_s * RATE)))), RATE))
        tracks.append(measured(Song("x", "x", stem.audio, (stem,), {})))
    plain, padded = tracks
    mine, as_measured, read_again = (t.roles["drums"]["dynamic_spread"].value for t in (plain, padded, cut_to_moments(plain, padded, 0.0)))
    assert abs(as_measured - mine) > 1.0 > 0.1 > abs(read_again - mine)


def test_a_compression_is_told_from_a_version_that_begins_later() -> None:
    kept = Compression(-38.0, 3.0, 0.0075, 0.2, 6.0, 4.0, 0.0)
    levels, hop_s = level_frames_db(CLEAN["vocals"])
    true = mean_reduction_db(levels, kept, hop_s)
    mine = song({})
    other = version(1.017, moves={"vocals": Chain(compression=kept)})
    advice = advise(measured(mine), build_profile("p", [other], load_prior()), parts_of(mine))
    assert not any("over-compressed" in s.id for s in advice.suggestions)
    compression = next(move.chain.compression for move in advice.moves if move.id == "vocals-compression")
    assert compression is not None and compression.gain_reduction_db == pytest.approx(true, abs=2.0)


def test_of_a_version_that_lacks_a_part_nothing_is_said_of_compression_and_the_mix_is_told_why(faulty: MeasuredTrack) -> None:
    short = version(length_s=6.0)
    expected = expected_of(faulty, short)
    assert expected.tier == "same song" and not expected.is_in_step
    assert not expected.takes and not expected.dynamic_spread
    (told,) = comparison_checks(expected)
    assert told.id == "technical-out-of-step" and "“earlier”" in sentence(told) and "compression" in sentence(told)
    assert all(kept in ("drums-eq", "bass-level", "technical-out-of-step") for kept in moves_against(faulty, short))


@pytest.mark.parametrize("what", ["its last quarter is missing", "its first is missing", "it is mono"])
def test_own_stems_are_held_against_the_moments_and_the_channels_that_the_other_version_has(faulty: MeasuredTrack, what: str) -> None:
    def folded(made: Song) -> Song:
        stems = tuple(replace(s, audio=Audio(s.audio.samples.mean(axis=0, keepdims=True), RATE)) for s in made.stems)
        return replace(made, mix=mix([s.audio for s in stems]), stems=stems)

    last, first = song({}, "earlier", length_s=6.0), song({}, "earlier", before_s=-2.0)
    made = {"its last quarter is missing": last, "its first is missing": first, "it is mono": folded(song({}, "earlier"))}[what]
    found = moves_against(faulty, measured(made))
    assert {name: found[name] for name in ("drums-eq", "bass-level")} == pytest.approx({"drums-eq": -5.0, "bass-level": 3.0}, abs=0.6)
    assert set(found) <= {"drums-eq", "bass-level", "technical-out-of-step"}
    clean = advise(measured(song({})), build_profile("p", [measured(made)], load_prior()), parts_of(song({})))
    assert clean.moves == ()


def test_of_a_version_that_lacks_a_part_nothing_is_said_of_masking() -> None:
    hidden = measured(song({"bass": Chain(gain_db=-9.0)}), "masked_bass")
    for before_s, length_s, is_told in ((1.0, 8.0, True), (0.0, 6.0, False)):
        other = measured(song({}, "earlier", before_s, length_s=length_s), "masked_bass")
        profile = build_profile("p", [other], load_prior())
        assert (hidden_role(hidden, profile, expect(hidden, profile)) is not None) is is_told


def test_a_version_in_step_is_not_warned_of(faulty: MeasuredTrack) -> None:
    assert comparison_checks(expected_of(faulty, version(1.0, 2.0))) == ()


def test_what_one_version_plays_alone_widens_what_is_expected_by_its_share() -> None:
    assert share_alone(version(), version(length_s=6.0), 0.0) == pytest.approx(2.0 / 6.0, abs=0.02)
    # A song of four minutes, and a version that begins three seconds into it.
    brief = measure_song(song({}), only=NEEDED - {"level_curve", "level_quantiles"})
    whole = replace(brief, fingerprint=np.tile(brief.fingerprint, (1, 30)), duration_s=240.0)
    cut = replace(whole, name="earlier", fingerprint=whole.fingerprint[:, 32:], duration_s=237.0)
    found, same = expected_of(whole, cut), expected_of(whole, replace(whole, name="earlier"))
    share = share_alone(whole, cut, found.lag_s)
    assert found.is_in_step and share == pytest.approx(3.0 / 237.0, abs=0.001)
    assert found.levels.sd**2 - same.levels.sd**2 == pytest.approx(share)
    assert np.all(found.ltas[Place("bass")].sd > same.ltas[Place("bass")].sd)


def test_a_separators_stems_are_compared_in_the_moments_that_both_mixes_hold(faulty: MeasuredTrack) -> None:
    expected = expected_of(faulty, version(1.0))
    assert expected.version is not None
    assert expected.version.fingerprint.shape[1] > faulty.fingerprint.shape[1]  # it is as it was measured, and so is its lag
    assert expected.lag_s == pytest.approx(1.0, abs=0.1)
    assert level_hop_s(faulty) == pytest.approx(0.05)
