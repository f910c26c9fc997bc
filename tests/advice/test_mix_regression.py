"""What was done between two mixes of one performance is found from the mixes, though the stems are a separator's."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import uniform_filter
from scipy.signal import istft, stft

from mixassistant.advice.curves import band_response
from mixassistant.advice.engine import advise
from mixassistant.advice.mix_fit import Change
from mixassistant.advice.mix_regression import MIX_REGRESSION, MixRegressionTuning, find_changes
from mixassistant.advice.rendering import parts_of
from mixassistant.advice.suggestion import Move
from mixassistant.audio.audio import Audio, mix
from mixassistant.demo.folder import DEMO_SEED
from mixassistant.demo.song import SHORTEST_S, make_song
from mixassistant.features.cross_powers import cross_powers
from mixassistant.features.fingerprint import Fingerprint, fingerprint
from mixassistant.features.measure import measure_song
from mixassistant.features.representations import Representations
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.stems.stem import Song, Stem

Stems = Mapping[str, Audio]
BLUR = 9  # frames and bins over which the separator knows how loud stems are
RATE = 44100


@pytest.fixture(scope="module")
def stems() -> Stems:
    """Sums of a made song's roles."""
    found: dict[str, list[Audio]] = {}
    for role, audio in make_song(DEMO_SEED, False, SHORTEST_S).values():
        found.setdefault(role, []).append(audio)
    return {role: mix(several) for role, several in found.items()}


def separated(stems: Stems) -> Stems:
    """Return stems as a separator finds them, with parts of each in the others: shares of the mix by how loud they roughly are."""
    spectra = {role: stft(audio.samples, RATE, nperseg=2048)[2] for role, audio in stems.items()}
    rough = {role: uniform_filter(np.square(np.abs(found)), (0, BLUR, BLUR)) for role, found in spectra.items()}
    whole, power = sum(spectra.values()), sum(rough.values()) + 1e-12
    length = next(iter(stems.values())).length
    return {role: Audio(istft(whole * found / power, RATE, nperseg=2048)[1][:, :length], RATE) for role, found in rough.items()}


def prints(stems: Stems) -> Fingerprint:
    return fingerprint(Representations(mix(list(stems.values()))))


def powers(stems: Stems, frames: int) -> np.ndarray:
    return cross_powers(list(stems.values()), np.arange(frames))


def found(ours: Stems, theirs: Stems, tuning: MixRegressionTuning = MIX_REGRESSION) -> tuple[Change, ...] | None:
    heard = prints(theirs)
    return find_changes(powers(ours, heard.shape[1]), heard, list(ours), RATE, tuning)


def moved(stems: Stems, role: str, chain: Chain) -> Stems:
    return {name: render(audio, chain) if name == role else audio for name, audio in stems.items()}


def test_powers_of_stems_and_of_what_they_share_sum_to_those_of_their_mix(stems: Stems) -> None:
    whole = Representations(mix(list(stems.values()))).bands.total
    shared = powers(stems, whole.shape[1])
    np.testing.assert_allclose(shared.sum(axis=(0, 1)), whole, rtol=1e-3, atol=1e-3 * float(whole.max()))
    place = [*stems].index("drums")
    own = Representations(stems["drums"]).bands.total
    np.testing.assert_allclose(shared[place, place], own, rtol=1e-3, atol=1e-3 * float(own.max()))


def test_two_mixes_that_are_one_differ_by_nothing(stems: Stems) -> None:
    assert found(separated(stems), stems) == ()


def test_another_gain_of_the_whole_is_nothing_done_to_a_stem(stems: Stems) -> None:
    louder = {role: render(audio, Chain(gain_db=-7.0)) for role, audio in stems.items()}
    assert found(separated(stems), louder) == ()


@pytest.mark.parametrize("role", ["drums", "bass", "vocals", "other"])
@pytest.mark.parametrize("gain_db", [-4.0, 3.0])
def test_a_level_is_found_through_the_bleeding_of_stems(stems: Stems, role: str, gain_db: float) -> None:
    changes = found(separated(moved(stems, role, Chain(gain_db=gain_db))), stems) or ()
    (change,) = [change for change in changes if abs(change.size_db) >= 1.0]  # smaller ones are not suggested
    assert (change.target, change.band) == (role, None)
    assert change.gain_db == pytest.approx(-gain_db, abs=1.0)


def test_bands_are_found_where_they_are(stems: Stems) -> None:
    band = Band("bell", 1200.0, 6.0, 1.0)
    (change,) = found(separated(moved(stems, "vocals", Chain((band,)))), stems) or ()
    assert change.target == "vocals" and change.band is not None
    gap = band_response(change.band, RATE) + band_response(band, RATE)
    assert float(np.abs(gap).max()) < 1.5


def test_what_was_done_to_the_mix_is_told_of_the_mix(stems: Stems) -> None:
    chain = Chain((Band("bell", 800.0, -5.0, 0.8),))
    theirs = {role: render(audio, chain) for role, audio in stems.items()}
    (change,) = found(separated(stems), theirs) or ()
    assert change.target == "mix" and change.band is not None
    assert change.band.gain_db == pytest.approx(-5.0, abs=0.5)


def test_another_song_is_not_made_of_these_stems(stems: Stems) -> None:
    other: dict[str, list[Audio]] = {}
    for role, audio in make_song(DEMO_SEED + 1, False, SHORTEST_S).values():
        other.setdefault(role, []).append(audio)
    assert found(separated(stems), {role: mix(several) for role, several in other.items()}) is None


def test_bands_that_a_mastering_put_on_the_mix_are_not_put_down_to_stems(stems: Stems) -> None:
    chain = Chain((Band("bell", 80.0, 4.0, 0.6), Band("bell", 9000.0, 5.0, 0.6)))
    theirs = {role: render(audio, chain) for role, audio in stems.items()}
    changes = found(separated(stems), theirs) or ()
    assert changes and {change.target for change in changes if abs(change.size_db) >= 1.0} == {"mix"}


def test_powers_can_be_read_between_the_moments(stems: Stems) -> None:
    drums = stems["drums"]
    late = Audio(np.pad(drums.samples, ((0, 0), (1000, 0)))[:, : drums.length], RATE)
    moments = np.arange(10, 40)
    np.testing.assert_allclose(cross_powers([late], moments, shift=1000), cross_powers([drums], moments), rtol=1e-4, atol=1e-9)


def advice_between(ours: Stems, theirs: Stems) -> list[Move]:
    """Return the moves on a mix whose stems a separator made, against another mix of the song."""
    songs = []
    for name, parts in (("mine", ours), ("earlier", theirs)):
        found = separated(parts)
        several = tuple(Stem(role, role, "embedded", audio) for role, audio in found.items())
        songs.append(Song(name, name, mix(list(found.values())), several, {}))
    mine, earlier = songs
    profile = build_profile("p", [measure_song(earlier)], load_prior())
    return [m for m in advise(measure_song(mine), profile, parts_of(mine)).moves if m.kind in ("eq", "level", "compression")]


def test_two_stems_at_one_wrong_level_are_both_told(stems: Stems) -> None:
    quiet = {role: render(audio, Chain(gain_db=-5.0 if role in ("vocals", "other") else 0.0)) for role, audio in stems.items()}
    moves = {s.role: s for s in advice_between(quiet, stems)}
    assert {role: move.kind for role, move in moves.items()} in (
        dict.fromkeys(("vocals", "other"), "level"),
        dict.fromkeys(("drums", "bass"), "level"),
    )
    assert all(move.confidence <= 0.9 for move in moves.values())


def test_a_fault_is_found_against_a_mono_version_and_nothing_is_said_of_a_mono_mix(stems: Stems) -> None:
    def folded(parts: Stems) -> Stems:
        return {role: Audio(audio.samples.mean(axis=0, keepdims=True), RATE) for role, audio in parts.items()}

    louder = moved(stems, "vocals", Chain(gain_db=5.0))
    (move,) = advice_between(louder, folded(stems))
    assert (move.role, move.kind) == ("vocals", "level") and -6.5 < move.chain.gain_db < -3.5
    assert advice_between(stems, folded(stems)) == []
    assert advice_between(folded(louder), stems) == []


def test_a_stem_of_the_users_own_among_separated_ones_is_no_fault(stems: Stems) -> None:
    found = separated(stems)
    own = {**found, "vocals": render(stems["vocals"], Chain(gain_db=6.0))}
    several = tuple(Stem(role, role, "supplied" if role == "vocals" else "embedded", audio) for role, audio in own.items())
    mine = Song("mine", "mine", mix(list(stems.values())), several, {})
    earlier = Song("earlier", "earlier", mix(list(stems.values())), tuple(Stem(r, r, "embedded", a) for r, a in found.items()), {})
    profile = build_profile("p", [measure_song(earlier)], load_prior())
    moves = advise(measure_song(mine), profile, parts_of(mine)).moves
    assert [s.id for s in moves if s.kind in ("eq", "level", "compression")] == []


def test_versions_that_are_out_of_step_by_part_of_a_frame_are_compared_in_step(stems: Stems) -> None:
    def late(parts: Stems) -> Stems:
        return {role: Audio(np.pad(audio.samples, ((0, 0), (2048, 0))), RATE) for role, audio in parts.items()}

    (move,) = advice_between(moved(stems, "vocals", Chain(gain_db=5.0)), late(stems))
    assert (move.role, move.kind) == ("vocals", "level") and -6.5 < move.chain.gain_db < -3.5


def test_a_band_that_does_what_a_level_does_is_not_clear(stems: Stems) -> None:
    # Where bands cost no more than a level, a level of the bass is explained by a band on it as well.
    cheap_bands = replace(MIX_REGRESSION, free_shape=-8.0)
    levelled = found(separated(moved(stems, "bass", Chain(gain_db=5.0))), stems, cheap_bands)
    assert levelled
    told = [change for change in levelled if change.target == "bass"]
    assert told and not any(change.band is not None and change.is_clear for change in told)
    equalized = found(separated(moved(stems, "other", Chain(bands=(Band("bell", 1000.0, 7.0, 1.4),)))), stems, cheap_bands)
    assert equalized and any(change.target == "other" and change.band is not None and change.is_clear for change in equalized)
