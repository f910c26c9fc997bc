"""The habit that ships: whole, sound, and with where it comes from."""

from __future__ import annotations

import numpy as np
import pytest

from mixassistant.profiles.habit import DIMENSIONS, habit_from_json, habit_to_json, load_habit
from mixassistant.stems.stem import ROLES


def test_it_has_every_role_and_says_where_it_comes_from() -> None:
    habit = load_habit()
    assert set(habit.roles) == set(ROLES) == set(habit.raw_levels)
    assert all(word in habit.provenance for word in ("MixologyDB", "MIT", "CC BY-NC-SA", "build_habit.py"))


@pytest.mark.parametrize("role", ROLES)
def test_its_numbers_can_be_true(role: str) -> None:
    changes = load_habit().roles[role]
    size = len(DIMENSIONS)
    assert changes.mean.shape == changes.count.shape == (size,) and changes.covariance.shape == (size, size)
    assert np.abs(changes.mean).max() < 12
    assert np.allclose(changes.covariance, changes.covariance.T)
    assert np.linalg.eigvalsh(changes.covariance).min() > 0
    assert (changes.mean[changes.count == 0] == 0).all()


def test_engineers_make_voices_brighter_thinner_and_denser() -> None:
    vocals = dict(zip(DIMENSIONS, load_habit().roles["vocals"].mean, strict=True))
    assert vocals["tone/sub"] < -3 and vocals["tone/brilliance"] > 1 and vocals["dynamic_spread"] < -1


def test_a_habit_of_other_dimensions_is_refused() -> None:
    document = habit_to_json(load_habit())
    with pytest.raises(ValueError, match="other dimensions"):
        habit_from_json({**document, "dimensions": ["level"]})
