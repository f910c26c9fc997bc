"""The joint level estimate: the stem that was moved is blamed, the others are not."""

import numpy as np
import pytest

from mixassistant.advice.level import estimate_levels, estimate_levels_from_songs, level_change
from mixassistant.profiles.profile import Gaussian
from mixassistant.stems.stem import ROLES

NORMAL = np.array([-7.9, -7.4, -5.1, -6.2])
SAME_SONG = Gaussian(NORMAL, 0.1**2 * np.eye(4) + 0.3**2)
OTHER_SONGS = Gaussian(NORMAL, np.diag(np.array([3.9, 4.4, 2.1, 2.7]) ** 2))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("fault_db", [-8.0, -4.0, 3.0, 6.0])
def test_one_moved_stem_is_put_back(role: str, fault_db: float) -> None:
    gains = np.array([fault_db if r == role else 0.0 for r in ROLES])
    moves = estimate_levels(NORMAL + level_change(NORMAL, gains), SAME_SONG)
    assert [m.role for m in moves] == [role]
    assert moves[0].gain_db == pytest.approx(-fault_db, abs=0.4)


def test_two_moved_stems_are_both_put_back() -> None:
    gains = np.array([5.0, 0.0, -4.0, 0.0])
    moves = {m.role: m.gain_db for m in estimate_levels(NORMAL + level_change(NORMAL, gains), SAME_SONG)}
    assert moves == pytest.approx({"drums": -5.0, "vocals": 4.0}, abs=0.5)


def test_versions_that_agree_in_all_else_give_narrower_intervals_but_never_finer_than_what_is_told() -> None:
    levels = NORMAL + level_change(NORMAL, np.array([0.0, 0.0, 5.0, 0.0]))
    (usual,), (exact,), (noisy,) = (estimate_levels(levels, SAME_SONG, agreement) for agreement in (1.0, 0.05, 3.0))
    widths = [move.high_db - move.low_db for move in (exact, usual, noisy)]
    assert widths == sorted(widths) and 0.1 <= widths[0] < 0.15 and widths[2] == pytest.approx(3 * widths[1], rel=0.1)


def test_levels_as_expected_give_no_move() -> None:
    assert estimate_levels(NORMAL, SAME_SONG) == ()


def test_natural_variation_between_songs_gives_no_move() -> None:
    rng = np.random.default_rng(0)
    moved = [bool(estimate_levels(rng.multivariate_normal(NORMAL, OTHER_SONGS.covariance), OTHER_SONGS)) for _ in range(100)]
    assert np.mean(moved) <= 0.05


def test_a_missing_stem_is_left_out() -> None:
    levels = NORMAL + level_change(NORMAL, np.array([0.0, 0.0, -6.0, 0.0]))
    levels[1] = np.nan
    moves = estimate_levels(levels, SAME_SONG)
    assert [m.role for m in moves] in ([], ["vocals"])


def test_a_single_stem_has_no_level_of_its_own() -> None:
    assert estimate_levels(np.array([0.0, np.nan, np.nan, np.nan]), SAME_SONG) == ()


def test_turning_everything_up_changes_no_relative_level() -> None:
    assert level_change(NORMAL, np.full(4, 6.0)) == pytest.approx(np.zeros(4), abs=1e-9)


def test_from_other_songs_a_gross_fault_is_partly_taken_back_and_ordinary_songs_are_left_alone() -> None:
    rng = np.random.default_rng(4)
    kinder = Gaussian(NORMAL, np.diag(np.array([1.5, 1.5, 1.0, 1.2]) ** 2))
    quiet, better, inside = [], [], []
    for _ in range(60):
        natural = rng.multivariate_normal(NORMAL, kinder.covariance)
        quiet.append(not estimate_levels_from_songs(natural, kinder, 20.0, 0.1))
        fault = np.zeros(4)
        fault[rng.integers(4)] = rng.choice([-1, 1]) * rng.uniform(5, 8)
        moves = estimate_levels_from_songs(natural + level_change(natural, fault), kinder, 20.0, 0.1)
        gains = np.array([next((m.gain_db for m in moves if m.role == role), 0.0) for role in ROLES])
        better.append(np.abs(gains + fault).sum() - np.abs(fault).sum())
        inside += [m.low_db <= -fault[ROLES.index(m.role)] <= m.high_db for m in moves]
    assert np.mean(quiet) >= 0.9
    assert np.mean(better) < -2.0
    assert np.mean(inside) >= 0.8
