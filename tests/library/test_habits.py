"""Habits by name: kept, chosen, replaced, forgotten; one of another version is told."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mixassistant.errors import InputError, MissingError
from mixassistant.library.library import Library
from mixassistant.profiles.habit import habit_to_json, load_habit


def test_what_is_kept_is_chosen_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        assert library.habits.chosen() is None
        library.habits.keep(replace(load_habit(), name="me"))
        library.habits.keep(replace(load_habit(), name="the other studio"))
    with Library(path) as library:
        assert [name for name, _ in library.habits.names()] == ["me", "the other studio"]
        assert library.habits.chosen_name() == "the other studio"
        library.habits.choose("me")
        chosen = library.habits.chosen()
        assert chosen is not None and chosen.name == "me"
        assert np.allclose(chosen.roles["vocals"].mean, load_habit().roles["vocals"].mean)
        library.habits.choose()
        assert library.habits.chosen() is None


def test_one_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        library.habits.keep(replace(load_habit(), name="me", provenance="old"))
        library.habits.keep(replace(load_habit(), name="me", provenance="new"))
        assert library.habits.get("me").provenance == "new"
        assert len(library.habits.names()) == 1


def test_forgetting_the_chosen_one_goes_back_to_engineers_as_a_rule(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        library.habits.keep(replace(load_habit(), name="me"))
        library.habits.forget("me")
        assert library.habits.chosen() is None
        for call in (library.habits.forget, library.habits.choose, library.habits.get):
            with pytest.raises(MissingError, match="no habit “me”"):
                call("me")


def test_a_habit_needs_a_name(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library, pytest.raises(InputError, match="needs a name"):
        library.habits.keep(replace(load_habit(), name=" "))


def test_one_that_measured_other_things_is_told(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        library.habits.keep(replace(load_habit(), name="me"))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE habits SET habit = replace(habit, 'tone/sub', 'tone/lowest')")
    connection.commit()
    connection.close()
    with Library(path) as library, pytest.raises(InputError, match="another version"):
        library.habits.chosen()


@pytest.mark.parametrize(
    "damage",
    [
        {"roles": []},
        {"roles": {"vocals": {"mean": [0.0], "covariance": [[1.0]], "count": [1.0]}}},
        {"roles": {"vocals": {"mean": [float("nan")] * 11, "covariance": [[1.0] * 11] * 11, "count": [1.0] * 11}}},
        {"raw_levels": {"vocals": None}},
    ],
)
def test_one_that_is_damaged_is_told_and_not_used(tmp_path: Path, damage: dict[str, object]) -> None:
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        library.habits.keep(replace(load_habit(), name="me"))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE habits SET habit = ?", (json.dumps({**habit_to_json(load_habit()), **damage}),))
    connection.commit()
    connection.close()
    with Library(path) as library, pytest.raises(InputError, match="me"):
        library.habits.chosen()
