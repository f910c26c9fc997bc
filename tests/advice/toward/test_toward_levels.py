"""Levels toward the references: a Gaussian posterior mean, whatever the order of the roles and however loud the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.advice.toward import levels as module
from mixassistant.advice.toward.levels import TOWARD_LEVELS, estimate_levels_toward
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Gaussian, Vector, relative_levels
from mixassistant.profiles.stage import STAGE_ERRORS

EXPECTED = load_prior().levels
MIDDLE = relative_levels(EXPECTED.mean)
ROUGH, WORKING = STAGE_ERRORS["rough"].level, STAGE_ERRORS["working"].level
four = st.lists(st.floats(-9, 9), min_size=4, max_size=4).map(np.array)


def closed_form(levels: Vector, expected: Gaussian, errors: tuple[float, float], habit: Vector) -> Vector:
    """Return the posterior mean of a linear model by the other formula: with the gain of a Kalman filter, and no iteration."""
    own, centre = relative_levels(levels), relative_levels(expected.mean)
    power = 10 ** (own / 10)
    change = np.eye(4) - power / power.sum()  # of levels relative to the sum, by gains
    error = errors[0] * expected.covariance + errors[1] ** 2 * np.eye(4)
    total = change @ error @ change.T + TOWARD_LEVELS.wider * expected.covariance
    gains = habit - error @ change.T @ np.linalg.solve(total, own - centre + change @ habit)
    return np.asarray(gains - TOWARD_LEVELS.relative * (power / power.sum()) @ gains)


@pytest.mark.parametrize("errors", [ROUGH, WORKING, (0.0, 3.0), (1.0, 0.5)])
@pytest.mark.parametrize("habit", [0.0, 0.02])
def test_of_small_gaps_it_is_the_closed_form(errors: tuple[float, float], habit: float) -> None:
    gap, usual = 0.03 * np.array([1.0, -2.0, 0.5, 1.5]), habit * np.array([1.0, 0.0, -1.0, 0.5])
    found = estimate_levels_toward(MIDDLE + gap, EXPECTED, errors, usual)
    assert found.gain_db == pytest.approx(closed_form(MIDDLE + gap, EXPECTED, errors, usual), abs=2e-4)
    assert np.abs(found.gain_db).max() > 0.002


@settings(deadline=None, max_examples=40)
@given(four, st.permutations(range(4)))
def test_the_order_of_the_roles_is_no_matter(gaps: Vector, order: list[int]) -> None:
    habit = np.array([0.5, -0.5, 1.0, 0.0])
    found = estimate_levels_toward(MIDDLE + gaps, EXPECTED, ROUGH, habit)
    shuffled = Gaussian(EXPECTED.mean[order], EXPECTED.covariance[np.ix_(order, order)])
    other = estimate_levels_toward((MIDDLE + gaps)[order], shuffled, ROUGH, habit[order])
    assert other.gain_db == pytest.approx(found.gain_db[order], abs=1e-8)
    assert other.sd_db == pytest.approx(found.sd_db[order], abs=1e-8)


@settings(deadline=None, max_examples=40)
@given(four, st.floats(-30, 30))
def test_how_loud_the_whole_is_is_no_matter(gaps: Vector, louder: float) -> None:
    one, other = (estimate_levels_toward(MIDDLE + gaps + more, EXPECTED, WORKING).gain_db for more in (0.0, louder))
    assert other == pytest.approx(one, abs=1e-8)


def test_a_mix_in_the_middle_of_its_references_is_left_alone_but_for_the_habit() -> None:
    assert estimate_levels_toward(MIDDLE, EXPECTED, ROUGH).gain_db == pytest.approx(np.zeros(4), abs=1e-9)
    moved = estimate_levels_toward(MIDDLE, EXPECTED, ROUGH, np.array([0.0, 0.0, 3.0, 0.0])).gain_db
    assert 0.3 < moved[2] < 3.0 and moved[2] == moved.max()


@settings(deadline=None, max_examples=60)
@given(four, st.floats(0.5, 6), st.floats(0.5, 6))
def test_a_move_is_never_farther_than_the_gap_where_errors_are_alike(gaps: Vector, spread_lu: float, error_lu: float) -> None:
    expected = Gaussian(MIDDLE, spread_lu**2 * np.eye(4))
    found = estimate_levels_toward(MIDDLE + gaps, expected, (0.0, error_lu)).gain_db
    # All up by the same is no move.
    assert np.linalg.norm(found - found.mean()) <= np.linalg.norm(gaps - gaps.mean()) + 1e-6
    left = [np.linalg.norm(relative_levels(MIDDLE + gaps + gain) - MIDDLE) for gain in (0.0, found)]
    assert left[1] <= left[0] + 1e-6


def test_larger_errors_go_farther_and_surer_references_as_well() -> None:
    off = MIDDLE + np.array([0.0, 0.0, -6.0, 0.0])
    sizes = [estimate_levels_toward(off, EXPECTED, (0.0, error)).gain_db[2] for error in (0.5, 1.0, 2.0, 4.0)]
    assert sizes == sorted(sizes) and sizes[0] < 0.5 * sizes[-1]
    tight = Gaussian(EXPECTED.mean, EXPECTED.covariance / 4)
    loose, sure = (estimate_levels_toward(off, expected, ROUGH) for expected in (EXPECTED, tight))
    assert sure.sd_db[2] < loose.sd_db[2]


def test_a_role_that_is_absent_stays_so_and_one_alone_has_no_level() -> None:
    missing = MIDDLE + np.array([np.nan, 2.0, -3.0, 0.0])
    found = estimate_levels_toward(missing, EXPECTED, ROUGH)
    assert np.isnan(found.gain_db).tolist() == np.isnan(found.sd_db).tolist() == [True, False, False, False]
    unknown = Gaussian(np.where([False, True, False, False], np.nan, EXPECTED.mean), EXPECTED.covariance)
    assert np.isnan(estimate_levels_toward(missing, unknown, ROUGH).gain_db).tolist() == [True, True, False, False]
    for alone in ([0.0, np.nan, np.nan, np.nan], [np.nan] * 4):
        assert np.isnan(estimate_levels_toward(np.array(alone), EXPECTED, ROUGH).gain_db).all()


def test_the_standard_deviation_is_that_of_what_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Songs and errors drawn from the model itself: nine of ten true moves lie in the 90 % interval."""
    monkeypatch.setattr(module, "TOWARD_LEVELS", type(TOWARD_LEVELS)(wider=1.0, relative=1.0))
    rng = np.random.default_rng(1)
    error = 2.0
    inside = []
    for _ in range(400):
        song = rng.multivariate_normal(EXPECTED.mean, EXPECTED.covariance)
        off = rng.normal(0, error, 4)
        found = estimate_levels_toward(song + off, EXPECTED, (0.0, error))
        true = relative_levels(song) - relative_levels(song + off)
        inside += (np.abs(found.gain_db - true) <= 1.645 * found.sd_db).tolist()
    assert 0.86 <= np.mean(inside) <= 0.94
