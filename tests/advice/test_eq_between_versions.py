"""Equalizers between two versions of a song: several at once are told apart, and what coding and compression leave is no equalizer."""

import itertools

import numpy as np
import pytest

from mixassistant.advice.curves import eq_response
from mixassistant.advice.eq import GAP, EqEstimate, estimate_eq, gap_of
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Gaussian

RATE = 44100
SLOPES = {"drums": 1.0, "bass": 7.0, "vocals": 4.0, "other": 3.0}  # dB an octave that the stems fall by above 100 Hz
SPECTRA = {role: -slope * np.abs(np.log2(CENTRES_HZ / 100.0)) for role, slope in SLOPES.items()}
VOICE = (Band("bell", 2500.0, 5.0, 1.0),)


def advice(deviations: dict[str, np.ndarray], density_db: float = 0.0) -> dict[str, EqEstimate]:
    gaps = {}
    for role, mean in SPECTRA.items():
        expected = Gaussian(mean, 0.2**2 * np.eye(31))
        gaps[role] = gap_of(mean + deviations.get(role, 0.0), expected, RATE, GAP.same_song_range_db, density_db)
    return estimate_eq(gaps, RATE)


def on(*bands: Band) -> np.ndarray:
    return np.asarray(eq_response(bands, RATE))


def coded(seed: int) -> dict[str, np.ndarray]:
    """Return what a lossy codec might do: next to nothing where a stem is loud, several dB where it is faint."""
    rng = np.random.default_rng(seed)
    return {role: rng.normal(0, 0.5, 31) * 0.1 * 10 ** ((mean.max() - mean) / 38) for role, mean in SPECTRA.items()}


def test_an_equalizer_on_the_mix_and_one_on_a_stem_are_told_apart() -> None:
    bus = on(Band("bell", 300.0, 4.0, 0.8))
    found = advice({role: bus + (on(Band("bell", 700.0, 6.0, 1.0)) if role == "bass" else 0.0) for role in SPECTRA})
    assert set(found) == {"mix", "bass"}
    (whole,), (own,) = found["mix"].bands, found["bass"].bands
    assert (whole.gain_db, own.gain_db) == pytest.approx((-4.0, -6.0), abs=0.3)
    assert (whole.frequency_hz, own.frequency_hz) == pytest.approx((300.0, 700.0), rel=0.03)


def test_two_bands_on_one_stem_are_found_though_they_make_it_look_denser() -> None:
    found = advice({"drums": on(Band("bell", 4000.0, 4.0, 1.2), Band("bell", 200.0, -4.0, 1.0))}, density_db=1.2)
    assert set(found) == {"drums"}
    assert sorted(band.gain_db for band in found["drums"].bands) == pytest.approx([-4.0, 4.0], abs=0.3)


def test_what_a_compressor_leaves_in_a_spectrum_is_no_equalizer() -> None:
    rng = np.random.default_rng(5)
    tilted = 2.0 * np.exp(-(np.log2(CENTRES_HZ / 80.0) ** 2)) + rng.normal(0, 0.25, 31)
    assert advice({"drums": tilted})  # where density is alike, it is
    assert advice({"drums": tilted}, density_db=2.5) == {}


def test_what_coding_leaves_is_no_equalizer_and_hides_none_where_the_stem_is_loud() -> None:
    untouched = [advice(coded(seed)) for seed in range(12)]
    assert sum(bool(found) for found in untouched) <= 1
    changed = coded(40)
    changed["vocals"] = changed["vocals"] + on(*VOICE)
    found = advice(changed)
    assert set(found) == {"vocals"}
    assert found["vocals"].bands[0].gain_db == pytest.approx(-5.0, abs=0.6)
    low, high = found["vocals"].interval_db[0]
    exact = advice({"vocals": on(*VOICE)})["vocals"].interval_db[0]
    assert low <= -5.0 <= high and high - low > exact[1] - exact[0]


def test_bands_that_pull_together_stay_within_what_one_may() -> None:
    found = advice({"vocals": on(Band("low_shelf", 200.0, -15.0, 0.71), Band("bell", 60.0, -15.0, 0.8))})["vocals"]
    assert np.abs(on(*found.bands)).max() <= 9.2
    places = sorted(np.log2(band.frequency_hz) for band in found.bands if band.type == "bell")
    assert all(second - first > 0.1 for first, second in itertools.pairwise(places))


def test_bands_that_explain_only_a_part_of_what_was_done_are_not_very_sure() -> None:
    bands = (
        ("bell", 100.0, 6.0, 1.5),
        ("bell", 300.0, -6.0, 1.5),
        ("bell", 1000.0, 6.0, 1.5),
        ("bell", 3000.0, -6.0, 1.5),
        ("bell", 7000.0, 6.0, 1.5),
    )
    done = tuple(Band(kind, f, gain, q) for kind, f, gain, q in bands)  # type: ignore[arg-type]
    left = np.random.default_rng(2).normal(0, 0.5, 31)
    found = advice({"other": on(*done) + left})["other"]
    assert max(found.probability) <= 0.8
    assert advice({"other": on(done[0])})["other"].probability[0] > 0.95


def test_a_band_that_was_made_at_once_is_not_told_as_two() -> None:
    for frequency in (180.0, 710.0, 3300.0):
        bus = on(Band("high_shelf", 6000.0, 3.0, 0.71))
        found = advice({role: bus + (on(Band("bell", frequency, -7.0, 0.9)) if role == "other" else 0.0) for role in SPECTRA})
        assert len(found["other"].bands) == 1, frequency


def test_a_compressor_on_one_stem_hides_no_equalizer_where_another_is_faint() -> None:
    rng = np.random.default_rng(5)
    tilted = 2.0 * np.exp(-(np.log2(CENTRES_HZ / 80.0) ** 2)) + rng.normal(0, 0.25, 31)
    gaps = {}
    for role, mean in SPECTRA.items():
        deviation = {"drums": tilted, "bass": on(Band("bell", 11_500.0, 8.0, 3.0))}.get(role, np.zeros(31)) + 0.05 * coded(7)[role]
        density_db = 2.5 if role == "drums" else 0.0
        gaps[role] = gap_of(mean + deviation, Gaussian(mean, 0.2**2 * np.eye(31)), RATE, GAP.same_song_range_db, density_db)
    found = estimate_eq(gaps, RATE)
    assert set(found) == {"bass"}
    assert found["bass"].bands[0].gain_db == pytest.approx(-8.0, abs=0.5)
