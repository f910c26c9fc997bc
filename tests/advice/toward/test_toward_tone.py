"""Tone toward the references: what looks like an error is taken back in part, by few broad bands, where anybody hears it."""

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from benchmarks.toward.planted import draw_tone
from mixassistant.advice.curves import band_response, eq_response
from mixassistant.advice.toward import tone as module
from mixassistant.advice.toward.tone import (
    TOWARD_TONE,
    ToneEstimate,
    estimate_tone_toward,
    fit_broad_bands,
    heard_bands,
    smooth,
    smooth_errors,
    sure_of,
)
from mixassistant.features.bands import CENTRES_HZ, broad
from mixassistant.processing.moves import Band
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Vector
from mixassistant.profiles.stage import STAGE_ERRORS

RATE_HZ = 44_100
EXPECTED = load_prior().ltas["mix"]
ROUGH = STAGE_ERRORS["rough"]
MOST_DB = ROUGH.most_tone_db


def estimate(off: Vector) -> ToneEstimate:
    return estimate_tone_toward(EXPECTED.mean + off, EXPECTED, ROUGH.tone_db)


def shelf(gain_db: float) -> Vector:
    return band_response(Band("high_shelf", 4500.0, gain_db, 0.7), RATE_HZ)


def tilt_of(curve: Vector) -> float:
    """Return how far the treble of a curve lies above its middle, in dB."""
    return float(curve[(CENTRES_HZ > 7000) & (CENTRES_HZ < 14_000)].mean() - curve[(CENTRES_HZ > 300) & (CENTRES_HZ < 1500)].mean())


@pytest.mark.parametrize("planted", [-8.0, -5.0, 5.0, 8.0])
def test_a_shelf_is_taken_back_in_part(planted: float) -> None:
    found = estimate(shelf(planted))
    share = -tilt_of(found.curve_db) / tilt_of(shelf(planted))
    assert 0.1 < share < 0.95
    curve = eq_response(fit_broad_bands(found, MOST_DB, RATE_HZ), RATE_HZ)
    assert 0.1 < -tilt_of(curve) / tilt_of(shelf(planted)) < 0.95


def test_a_large_excess_is_an_error_more_likely_than_a_small_one() -> None:
    shares = [-tilt_of(estimate(shelf(planted)).curve_db) / planted for planted in (3.0, 12.0)]
    assert shares[1] > 1.04 * shares[0] > 0  # of one normal error they were the same


def test_a_spectrum_in_the_middle_is_left_alone() -> None:
    assert fit_broad_bands(estimate(np.zeros(31)), MOST_DB, RATE_HZ) == ()
    assert np.abs(estimate(np.zeros(31)).curve_db).max() < 1e-9


@pytest.mark.parametrize("louder", [-6.0, 3.0, 10.0])
def test_a_constant_changes_nothing(louder: float) -> None:
    off = shelf(6.0)
    one, other = (estimate(off + more) for more in (0.0, louder))
    difference = other.curve_db - one.curve_db
    assert np.abs(difference - difference.mean()).max() < 0.1
    bands = [fit_broad_bands(found, MOST_DB, RATE_HZ) for found in (one, other)]
    assert np.abs(eq_response(bands[0], RATE_HZ) - eq_response(bands[1], RATE_HZ)).max() <= 0.35


def test_what_engineers_do_to_every_track_is_done_where_nothing_else_is_off() -> None:
    habit = smooth(np.array([-3.0, -2.0, -1.0, 0.0, 0.5, 1.5, 2.0]))
    found = estimate_tone_toward(EXPECTED.mean - habit, EXPECTED, ROUGH.tone_db, habit)
    assert found.curve_db == pytest.approx(habit, abs=1e-9)


def test_no_equalizer_where_nothing_is_heard() -> None:
    spectrum = EXPECTED.mean + shelf(8.0)
    spectrum[CENTRES_HZ > 2500] = -110.0  # a dull old tape
    found = estimate_tone_toward(spectrum, EXPECTED, ROUGH.tone_db)
    assert not heard_bands(spectrum, EXPECTED.mean)[CENTRES_HZ > 2500].any()
    assert not found.weights[CENTRES_HZ > 2500].any()
    off = replace(found, curve_db=np.where(CENTRES_HZ > 1000, 5.0, -5.0))
    bands = fit_broad_bands(off, MOST_DB, RATE_HZ)
    assert bands and all(band.frequency_hz <= 2600 for band in bands)
    for unknown in (np.full(31, np.nan), np.where(CENTRES_HZ > 60, np.nan, EXPECTED.mean)):
        nothing = estimate_tone_toward(unknown, EXPECTED, ROUGH.tone_db)
        assert not nothing.weights.any() and fit_broad_bands(nothing, MOST_DB, RATE_HZ) == ()


@pytest.mark.parametrize("seed", range(12))
def test_bands_are_few_wide_apart_and_within_the_cap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = estimate(draw_tone(rng, 6.0))
    for most_db in (2.0, MOST_DB):
        bands = fit_broad_bands(found, most_db, RATE_HZ)
        assert len(bands) <= TOWARD_TONE.most_bands
        assert all(TOWARD_TONE.least_band_db <= abs(band.gain_db) <= most_db for band in bands)
        count = Counter(band.type for band in bands)
        assert count["low_shelf"] <= 1 and count["high_shelf"] <= 1
        bells = sorted(band.frequency_hz for band in bands if band.type == "bell")
        # Frequencies are told to two digits.
        assert all(np.log2(high / low) >= TOWARD_TONE.apart_octaves - 0.05 for low, high in itertools.pairwise(bells))
        heard = [float(np.abs(band_response(band, RATE_HZ)) @ found.weights) for band in bands]
        assert heard == sorted(heard, reverse=True)


@pytest.mark.parametrize("most_db", [12.0, 3.0])
def test_gains_are_those_of_an_independent_least_squares(monkeypatch: pytest.MonkeyPatch, most_db: float) -> None:
    monkeypatch.setattr(module, "TOWARD_TONE", replace(TOWARD_TONE, ridge=0.0, least_band_db=0.0))
    found = estimate(np.zeros(31))
    wanted = (Band("low_shelf", 120.0, -4.0, 0.7), Band("bell", 900.0, 3.5, 0.5), Band("high_shelf", 6500.0, 5.0, 0.7))
    found = replace(found, curve_db=eq_response(wanted, RATE_HZ))
    bands = fit_broad_bands(found, most_db, RATE_HZ)
    assert len(bands) >= 3
    weight = np.sqrt(found.weights)
    centred = [
        curve - curve @ found.weights for curve in (*(band_response(replace(b, gain_db=1.0), RATE_HZ) for b in bands), found.curve_db)
    ]
    best = lsq_linear((np.array(centred[:-1]) * weight).T, centred[-1] * weight, bounds=(-most_db, most_db)).x
    assert [band.gain_db for band in bands] == pytest.approx(best, abs=0.2)
    left = (centred[-1] - best @ np.array(centred[:-1])) * weight
    assert most_db < 12.0 or float(np.linalg.norm(left)) < 0.6


def test_errors_are_smooth_and_the_posterior_is_one() -> None:
    prior = smooth_errors()
    assert prior == pytest.approx(prior.T) and np.linalg.eigvalsh(prior).min() > -1e-9
    neighbours = np.diag(prior, 1) / np.sqrt(np.diag(prior)[1:] * np.diag(prior)[:-1])
    assert neighbours.min() > 0.7
    found = estimate(shelf(5.0))
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-9
    assert (np.diag(found.covariance) <= np.diag(16.0 * prior) + TOWARD_TONE.rough_db**2 + 4.0).all()
    assert found.weights.sum() == pytest.approx(1.0)


def test_sureness_grows_with_the_error_and_points_the_way_of_the_first_band() -> None:
    sure = []
    for planted in (4.0, 8.0):
        found = estimate(shelf(planted))
        bands = fit_broad_bands(found, MOST_DB, RATE_HZ)
        mean, sd = sure_of(found, bands, RATE_HZ)
        assert mean * bands[0].gain_db > 0 and sd > 0
        sure.append(abs(mean) / sd)
    assert sure[1] > sure[0] > 0.5


def test_broad_bands_make_a_curve_that_has_them_again() -> None:
    values = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 1.0, 0.0])
    curve = smooth(values)
    flat = np.zeros(31)
    assert broad(flat + curve) - broad(flat) == pytest.approx(values, abs=0.4)
