"""The sparse EQ estimate: planted bands are found, natural variation is left alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.advice.curves import MAX_GAIN_DB, eq_response
from mixassistant.advice.eq import EQ, GAP, EqEstimate, estimate_eq, gap_of
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Gaussian

RATE = 44100
MEAN = -3.0 * np.log2(CENTRES_HZ / 100.0) - 15.0
TIGHT = Gaussian(MEAN, 0.2**2 * np.eye(31))
AUDIBLE = (CENTRES_HZ > 48) & (CENTRES_HZ < 12500)


def one_stem(measured: np.ndarray, expected: Gaussian, reach_db: float = GAP.same_song_range_db) -> EqEstimate:
    found = estimate_eq({"drums": gap_of(measured, expected, RATE, reach_db)}, RATE)
    return found.get("drums", EqEstimate((), (), ()))


def smooth_covariance(sd_db: float) -> np.ndarray:
    """Natural variation between songs: neighbouring bands move together over about an octave."""
    octaves = np.log2(CENTRES_HZ)
    return sd_db**2 * (0.8 * np.exp(-np.abs(octaves[:, None] - octaves[None, :]) / 1.5) + 0.2 * np.eye(31))


@pytest.mark.parametrize(
    "fault",
    [
        Band("bell", 300.0, 6.0, 1.0),
        Band("bell", 2500.0, -5.0, 0.7),
        Band("high_shelf", 5000.0, 4.0, 0.71),
        Band("low_shelf", 120.0, -6.0, 0.71),
    ],
)
def test_a_planted_band_is_inverted_within_half_a_decibel_when_the_song_is_known(fault: Band) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 31)
    shift = 2.7  # the LTAS is relative to the stem's level, which the fault moves
    found = one_stem(MEAN + eq_response((fault,), RATE) + noise + shift, TIGHT)
    total = eq_response(found.bands, RATE) + eq_response((fault,), RATE)
    assert np.abs(total[AUDIBLE]).max() < 0.8
    assert len(found.bands) <= EQ.most_bands


def test_natural_variation_between_songs_gives_no_move() -> None:
    expected = Gaussian(MEAN, smooth_covariance(5.0))
    rng = np.random.default_rng(2)
    moves = [len(one_stem(rng.multivariate_normal(MEAN, expected.covariance), expected).bands) for _ in range(60)]
    assert np.mean(np.array(moves) > 0) <= 0.05


def test_a_gross_fault_is_found_among_natural_variation() -> None:
    expected = Gaussian(MEAN, smooth_covariance(2.0))
    rng = np.random.default_rng(3)
    fault = Band("bell", 800.0, 12.0, 1.4)
    hits = 0
    for _ in range(20):
        x = rng.multivariate_normal(MEAN, expected.covariance) + eq_response((fault,), RATE)
        bands = one_stem(x, expected).bands
        hits += bool(bands) and bands[0].gain_db < -4 and abs(np.log2(bands[0].frequency_hz / 800)) < 0.5
    assert hits >= 16


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.1, 8.0))
def test_bands_never_exceed_the_limits_or_fight_each_other(seed: int, scale: float) -> None:
    x = MEAN + np.random.default_rng(seed).normal(0, scale, 31)
    bands = one_stem(x, TIGHT).bands
    assert len(bands) <= EQ.most_bands
    assert all(abs(b.gain_db) <= MAX_GAIN_DB for b in bands)


@settings(max_examples=15, deadline=None)
@given(st.floats(-30, 30))
def test_gain_never_shows_up_as_eq(gain_db: float) -> None:
    assert one_stem(MEAN + gain_db, TIGHT).bands == ()


def test_intervals_cover_the_planted_gain() -> None:
    rng = np.random.default_rng(5)
    expected = Gaussian(MEAN, 0.5**2 * np.eye(31))
    covered = []
    for _ in range(60):
        gain = rng.choice([-1, 1]) * rng.uniform(3, 8)
        fault = Band("bell", float(2 ** rng.uniform(7, 12.5)), gain, 1.0)
        found = one_stem(MEAN + eq_response((fault,), RATE) + rng.normal(0, 0.5, 31), expected)
        if len(found.bands) == 1:
            covered.append(found.interval_db[0][0] <= -gain <= found.interval_db[0][1])
    assert len(covered) > 40
    assert 0.75 <= np.mean(covered) <= 1.0


def test_what_all_stems_have_in_common_is_put_right_on_the_mix() -> None:
    rng = np.random.default_rng(6)
    fault = eq_response((Band("bell", 900.0, 5.0, 0.9),), RATE)
    own = eq_response((Band("bell", 4000.0, -6.0, 1.2),), RATE)
    gaps = {
        r: gap_of(MEAN + fault + (own if r == "bass" else 0.0) + rng.normal(0, 0.1, 31), TIGHT, RATE) for r in ("drums", "bass", "other")
    }
    found = estimate_eq(gaps, RATE)
    assert set(found) == {"mix", "bass"}
    assert np.abs((eq_response(found["mix"].bands, RATE) + fault)[AUDIBLE]).max() < 0.8
    assert found["bass"].bands[0].gain_db == pytest.approx(6.0, abs=0.6)


def test_bands_that_a_reference_cannot_hold_are_left_out() -> None:
    cut_off = MEAN.copy()
    cut_off[CENTRES_HZ > 9000] = np.nan
    fault = Band("bell", 500.0, 5.0, 1.0)
    found = one_stem(MEAN + eq_response((fault,), RATE), Gaussian(cut_off, TIGHT.covariance))
    assert [round(b.frequency_hz, -2) for b in found.bands] == [500]
    assert one_stem(cut_off, TIGHT).bands == ()
