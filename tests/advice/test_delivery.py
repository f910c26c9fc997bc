"""Delivery: limiting, loudness and the level of the voice are told where they matter, with their numbers, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_documents import make_move

from mixassistant.advice.delivery import delivery_checks, is_liked_so, ratio_lu
from mixassistant.advice.findings import OverCompressed
from mixassistant.advice.rules import Context, Draft, Rule, limited_before_separated, one_certainty
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Check, Move, Target
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import Measurement, scalar
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.processing.moves import Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import Expectation, expect
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Profile, Range
from mixassistant.profiles.taste import Preference, with_taste
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music, scaled

FACTORY = build_profile("factory", [], load_prior())


def profile_of(**ranges: tuple[float, float, float]) -> Profile:
    """Return the factory's profile with other ranges (median, 10th and 90th percentile) of the mix."""
    return replace(FACTORY, targets={**FACTORY.targets, **{f"mix/{k}": Range(*r, "LU", 5) for k, r in ranges.items()}})


def master(lufs: float = -14.0, true_peak: float = -1.0, psr: float = 11.0) -> MeasuredTrack:
    values = {"lufs": lufs, "true_peak": true_peak, "psr": psr, "plr": true_peak - lufs}
    mix_values = {name: Measurement(float(value)) for name, value in values.items()}
    return MeasuredTrack("x", "x", 200.0, 44100, 2, mix_values, {}, (), {}, np.zeros((8, 4), np.float32))


def band(vocals_lu: float, origin: str = "supplied") -> MeasuredTrack:
    """Return a finished song whose voice lies at `vocals_lu` over the accompaniment, which is balanced as the factory's profile is."""
    whole = master()
    others = [r for r in ROLES if r != "vocals"]
    power = sum(10 ** (float(FACTORY.levels.mean[ROLES.index(r)]) / 10) for r in others)
    levels = {r: float(FACTORY.levels.mean[ROLES.index(r)]) for r in others} | {"vocals": vocals_lu + 10 * float(np.log10(power))}
    roles = {r: {"level": Measurement(levels[r]), "activity": Measurement(0.8)} for r in ROLES}
    stems = tuple(MeasuredStem(r, r, origin, roles[r]) for r in ROLES)
    return replace(whole, roles=roles, stems=stems)


def warned(track: MeasuredTrack, profile: Profile = FACTORY) -> dict[str, Check]:
    return {s.id: s for s in delivery_checks(track, profile, expect(track, profile))}


def test_a_finished_song_is_left_alone() -> None:
    assert warned(master()) == {}
    assert warned(band(-2.0)) == {}


def test_the_gravest_is_told_first() -> None:
    track = replace(band(-18.0), mix=master(-6.0, 0.0, 4.5).mix)
    found = delivery_checks(track, FACTORY, expect(track, FACTORY))
    assert [s.id for s in found] == ["delivery-over-limited", "delivery-vocals", "delivery-loud"]
    assert all(0 < check.confidence <= 1 for check in found)


def test_a_loud_master_is_told_its_penalty_in_loudness_units() -> None:
    suggestion = warned(master(lufs=-8.5, psr=9.0))["delivery-loud"]
    assert (
        "down by 7.5 LU" in sentence(suggestion)
        and "by 5.5 LU as the loudest" in sentence(suggestion)
        and "−8.5 LUFS" in sentence(suggestion)
    )
    assert suggestion.evidence is not None and suggestion.evidence.descriptor == "lufs" and suggestion.evidence.tier == "prior"


def test_only_a_limited_mix_is_told_to_be_limited_less() -> None:
    assert "Limit less" in sentence(warned(master(lufs=-8.5, true_peak=-0.5))["delivery-loud"])
    assert "Turn the whole mix down by 5.5 dB" in sentence(
        warned(master(lufs=-5.5, true_peak=3.5))["delivery-loud"]
    )  # a dense voice, unlimited
    open_mix = sentence(warned(master(lufs=-8.5, true_peak=4.5))["delivery-loud"])
    assert "Limit" not in open_mix and "Turn the whole mix down by 5.5 dB" in open_mix  # to −14 LUFS and −1 dBTP


def test_a_master_as_loud_as_its_references_is_where_they_are() -> None:
    assert "delivery-loud" not in warned(master(lufs=-8.5, psr=9.0), profile_of(lufs=(-9.0, -10.5, -7.5)))


def test_a_quiet_mix_that_its_peaks_hold_back_is_told_what_is_missing() -> None:
    text = sentence(warned(master(lufs=-22.0, true_peak=-2.0))["delivery-quiet"])
    assert "1.0 dB more" in text and "5.0 LU under" in text
    assert "EBU R 128" in sentence(warned(master(lufs=-23.2, true_peak=-1.5))["delivery-quiet"])


def test_a_mix_with_headroom_is_no_fault_unless_it_is_far_too_quiet() -> None:
    assert warned(master(lufs=-20.0, true_peak=-7.0)) == {}
    assert "Turn it up by 14.0 dB" in sentence(warned(master(lufs=-30.0, true_peak=-18.0))["delivery-quiet"])


@pytest.mark.parametrize(("psr", "told"), [(8.2, False), (7.5, True), (4.0, True)])
def test_hard_limiting_is_told_with_the_peaks_that_are_left(psr: float, told: bool) -> None:
    found = warned(master(psr=psr))
    assert ("delivery-over-limited" in found) is told
    if told:
        assert f"{psr:.1f} LU over" in sentence(found["delivery-over-limited"]) and "before the limiter" in sentence(
            found["delivery-over-limited"]
        )


def test_limiting_that_the_references_share_is_told_only_where_hardly_any_peak_is_left() -> None:
    dense = profile_of(psr=(6.5, 5.0, 8.0))
    assert "delivery-over-limited" not in warned(master(psr=6.0), dense)
    crushed = warned(master(psr=4.8), profile_of(psr=(5.0, 4.0, 6.0)))["delivery-over-limited"]
    assert crushed.evidence is None


def test_a_limited_sound_is_found_from_its_samples() -> None:
    rng = np.random.default_rng(2)
    open_sound = (0.05 * rng.standard_normal((2, 44100 * 8))).astype(np.float32)
    crushed = Audio((0.9 * np.tanh(200 * open_sound)).astype(np.float32), 44100)
    for audio, told in ((Audio(open_sound, 44100), False), (crushed, True)):
        track = measure_song(Song("x", "x", audio, (), {}), only=frozenset({"psr", "plr", "lufs", "true_peak"}))
        assert ("delivery-over-limited" in warned(track)) is told


def test_a_buried_voice_is_told_with_its_ratio_and_the_range() -> None:
    suggestion = warned(band(-11.0))["delivery-vocals"]
    assert "11.0 LU under the accompaniment" in sentence(suggestion) and "lift it" in sentence(suggestion)
    assert suggestion.role == "vocals" and suggestion.evidence is not None and suggestion.evidence.descriptor == "level"
    assert 0.5 < suggestion.confidence < 0.9  # some songs bury the voice on purpose
    loud = warned(band(9.0))["delivery-vocals"]
    assert "9.0 LU over the accompaniment" in sentence(loud) and "turn it down" in sentence(loud)


def test_the_separators_error_widens_the_range_of_the_voice() -> None:
    def silent(origin: str) -> int:
        return sum("delivery-vocals" not in warned(band(float(ratio), origin)) for ratio in np.arange(-14.0, 12.0, 0.2))

    assert silent("embedded") > silent("supplied") + 5  # 1 LU
    assert silent("demucs:htdemucs") > silent("supplied") + 5


def test_a_song_without_a_lead_voice_is_told_nothing_of_it() -> None:
    track = band(-12.0)
    brief = {**track.roles, "vocals": {**track.roles["vocals"], "activity": Measurement(0.05)}}
    assert warned(replace(track, roles=brief)) == {}
    without = {r: v for r, v in track.roles.items() if r != "vocals"}
    assert warned(replace(track, roles=without)) == {}
    assert warned(replace(track, roles={"vocals": track.roles["vocals"]})) == {}


def test_the_ratio_is_that_of_the_powers() -> None:
    assert ratio_lu(10 * np.log10(0.5)) == pytest.approx(0.0, abs=1e-9)
    assert ratio_lu(10 * np.log10(0.8)) == pytest.approx(10 * np.log10(4))


def test_the_ratio_of_stems_is_measured_from_their_loudness() -> None:
    parts = {role: scaled(music(i, 8.0), -14.0 if role == "vocals" else 0.0) for i, role in enumerate(ROLES)}
    stems = tuple(Stem(role, role, "supplied", audio) for role, audio in parts.items())
    track = measure_song(Song("x", "x", mix(list(parts.values())), stems, {}), only=frozenset({"level", "lufs", "activity"}))
    lufs = {role: scalar(track.roles[role], "lufs") or 0.0 for role in ROLES}
    rest = 10 * np.log10(sum(10 ** (value / 10) for role, value in lufs.items() if role != "vocals"))
    assert f"{rest - lufs['vocals']:.1f} LU under the accompaniment" in sentence(warned(track)["delivery-vocals"])


@settings(max_examples=20, deadline=None)
@given(st.floats(-20, 6), st.floats(-20, 0))
def test_a_gain_changes_nothing_that_is_said_of_limiting_and_voice(gain_db: float, ratio: float) -> None:
    def said(track: MeasuredTrack) -> list[str]:
        return [sentence(s) for name, s in warned(track).items() if name in ("delivery-over-limited", "delivery-vocals")]

    track = replace(band(ratio), mix=master(psr=7.0).mix)
    assert said(track) == said(replace(track, mix=master(-14.0 + gain_db, -1.0 + gain_db, 7.0).mix))


def test_measurements_that_could_not_be_had_warn_of_nothing() -> None:
    empty = replace(master(), mix={name: Measurement(None, "silent") for name in ("lufs", "true_peak", "psr", "plr")})
    assert warned(empty) == {}


def against(theirs: MeasuredTrack) -> Expectation:
    """Return what is expected of a mix with another version of its song."""
    return replace(expect(master(), FACTORY), tier="same song", references=(theirs.name,), version=theirs)


@pytest.mark.parametrize(("psr", "told"), [(14.0, False), (11.8, False), (11.0, True), (9.0, True), (4.0, True)])
def test_a_limiter_is_told_by_what_it_takes_from_the_other_version(psr: float, told: bool) -> None:
    theirs = replace(master(psr=14.0), name="Final")
    found = {s.id: s for s in delivery_checks(master(psr=psr), FACTORY, against(theirs))}
    assert ("delivery-over-limited" in found) is told
    if told:
        text = sentence(found["delivery-over-limited"])
        assert f"than your other version of this song, “Final”, by about {14 - psr:g} dB" in text and "there 14.0 LU" in text


def test_peaks_that_went_with_a_stem_or_with_other_moments_are_no_limiters_doing() -> None:
    theirs = replace(band(-2.0), mix=master(psr=14.0).mix)
    for mine, expectation, told in (
        (band(-2.0), against(theirs), True),
        (band(6.0), against(theirs), False),
        (band(-2.0), replace(against(theirs), is_in_step=False), False),
    ):
        found = delivery_checks(replace(mine, mix=master(psr=10.5).mix), FACTORY, expectation)
        assert ("delivery-over-limited" in {s.id for s in found}) is told


def settled(rule: Rule, moves: tuple[Move, ...], checks: tuple[Check, ...], track: MeasuredTrack) -> Draft:
    return rule(Draft(moves, checks), Context(track, expect(track, FACTORY), {}, {}))


@pytest.mark.parametrize(("origin", "kept"), [("supplied", 1), ("embedded", 0)])
def test_what_a_limiter_took_from_separated_stems_is_no_compression_of_their_own(origin: str, kept: int) -> None:
    track = replace(band(-2.0, origin), mix=master(psr=7.0).mix)
    limited = delivery_checks(track, FACTORY, expect(track, FACTORY))
    dense = Check(id="vocals-over-compressed", target=Target(Place("vocals"), "vocals"), finding=OverCompressed(), confidence=0.9)
    assert len(settled(limited_before_separated, (), (dense, *limited), track).checks) == kept + len(limited)
    assert settled(limited_before_separated, (), (dense,), track).checks == (dense,)


def test_one_fact_has_one_probability_the_surer_one() -> None:
    track = band(-14.0)
    checks = delivery_checks(track, FACTORY, expect(track, FACTORY))
    draft = make_move("vocals", Chain(gain_db=2.5), confidence=0.33)
    (up,) = settled(one_certainty, (draft,), checks, track).moves
    sure = warned(track)["delivery-vocals"].confidence
    assert up.confidence == sure > 0.5 and sentence(up).endswith(f"Worth doing: {100 * sure:.0f} %.")
    for other in (replace(draft, chain=Chain(gain_db=-2.5)), replace(draft, confidence=0.95)):
        assert settled(one_certainty, (other,), checks, track).moves == (other,)


def test_who_likes_quiet_voices_is_told_less_surely_that_one_is_buried() -> None:
    track = band(-11.0)
    quieter = with_taste(expect(track, FACTORY), {"level/vocals": Preference("level/vocals", -3.0, 1.0, 8)})
    found = delivery_checks(track, FACTORY, quieter)
    assert not found or found[0].confidence < warned(track)["delivery-vocals"].confidence - 0.05


@pytest.mark.parametrize(
    ("ratio", "offset_db", "sd_db", "silent"),
    [(-11.0, -2.4, 1.3, True), (-11.0, -1.6, 1.8, False), (-11.0, -0.5, 0.3, False), (-11.0, 3.0, 1.0, False), (9.0, 2.0, 1.0, True)],
)
def test_who_refused_to_move_the_voice_is_not_asked_to(ratio: float, offset_db: float, sd_db: float, silent: bool) -> None:
    taste = {"level/vocals": Preference("level/vocals", offset_db, sd_db, 4)}
    assert is_liked_so(warned(band(ratio))["delivery-vocals"], taste) is silent
    assert not is_liked_so(warned(band(ratio))["delivery-vocals"], {})


def with_references(*psr: float, vocals_lu: tuple[float, ...] = ()) -> Profile:
    voices = vocals_lu or tuple(-1.0 for _ in psr)
    tracks = [replace(band(v), mix=master(psr=p).mix, content_hash=str(i)) for i, (p, v) in enumerate(zip(psr, voices, strict=True))]
    return build_profile("p", tracks, load_prior())


def test_references_are_quoted_with_what_they_measure_themselves() -> None:
    def said(profile: Profile) -> str:
        return sentence(warned(master(psr=7.0), profile)["delivery-over-limited"])

    assert "; your reference has 13.5 LU." in said(with_references(13.5))
    assert "; your references lie between 12.0 and 13.5 LU." in said(with_references(13.5, 12.0, 12.5))
    assert "nine of ten mixes like your references lie between" in said(with_references(13.5, 6.5, 12.5, 13.0, 14.0))
    assert "nine of ten finished songs lie between" in said(FACTORY)


def test_the_voices_of_references_are_quoted_under_or_over_their_accompaniment() -> None:
    def said(profile: Profile) -> str:
        return sentence(warned(band(-14.0), profile)["delivery-vocals"])

    assert "; in your reference it lies 1.0 LU under it (charts: about 1.0 LU over it)" in said(with_references(12.0))
    assert "lies between 1.0 LU under and 2.0 LU over it" in said(with_references(12.0, 12.0, vocals_lu=(-1.0, 2.0)))
    assert "lies between 3.0 and 1.0 LU under it" in said(with_references(12.0, 12.0, vocals_lu=(-1.0, -3.0)))
    assert "in nine of ten finished songs it lies between" in said(FACTORY)
