"""Habit: what an engineer does to raw tracks of a role as a rule, as mean and covariance; shipped, or learned from one's own sessions."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.features.bands import BROAD
from mixassistant.profiles.profile import Vector

TONE: tuple[str, ...] = tuple(f"tone/{name}" for name in BROAD)
DIMENSIONS: tuple[str, ...] = ("level", *TONE, "dynamic_spread", "crest", "width")
"""What is changed, from a raw track to the finished mix: level relative to the power sum of the roles in LU, the seven broad bands
relative to the stem's own level in dB, dynamic spread, crest factor and width in dB."""


@dataclass(frozen=True, eq=False)
class Changes:
    """What is done to one role.

    Parameters
    ----------
    mean : np.ndarray [shape=(d,)]
        Finished minus raw, in the order of `DIMENSIONS`; 0 where nothing is known.
    covariance : np.ndarray [shape=(d, d)]
        Between songs.
    count : np.ndarray [shape=(d,)]
        Songs that tell of each dimension.
    """

    mean: Vector
    covariance: Vector
    count: Vector


@dataclass(frozen=True, eq=False)
class Habit:
    """What one engineer, or engineers as a rule, do to raw tracks.

    Parameters
    ----------
    name : str
    roles : mapping
        Role to `Changes`.
    provenance : str
        What it was learned from and how.
    effects : mapping
        What else was counted and is shown, without moves on it: reverb, pan, settings of equalizers and compressors.
    raw_levels : mapping
        Role to the level that its raw tracks had in the mean, relative to the power sum of the roles in LU: of a song that was recorded
        otherwise another change is expected.
    """

    name: str
    roles: Mapping[str, Changes]
    provenance: str
    effects: Mapping[str, Any] = field(default_factory=dict)
    raw_levels: Mapping[str, float] = field(default_factory=dict)


def habit_to_json(habit: Habit) -> dict[str, Any]:
    """Return a habit as JSON, numbers rounded to what the estimate is worth."""
    return {
        "name": habit.name,
        "provenance": habit.provenance,
        "dimensions": list(DIMENSIONS),
        "roles": {
            role: {
                "mean": np.round(changes.mean, 3).tolist(),
                "covariance": np.round(changes.covariance, 3).tolist(),
                "count": changes.count.tolist(),
            }
            for role, changes in habit.roles.items()
        },
        "raw_levels": {role: round(level, 2) for role, level in habit.raw_levels.items()},
        "effects": dict(habit.effects),
    }


def habit_from_json(document: Mapping[str, Any]) -> Habit:
    """Return the habit that `habit_to_json` wrote.

    Raises
    ------
    ValueError
        It has other dimensions, or numbers that no habit has.
    """
    if tuple(document["dimensions"]) != DIMENSIONS:
        raise ValueError("a habit of other dimensions")
    roles = {
        role: Changes(_numbers(item["mean"], 1), _numbers(item["covariance"], 2), _numbers(item["count"], 1))
        for role, item in document["roles"].items()
    }
    raw_levels = {role: float(level) for role, level in document.get("raw_levels", {}).items()}
    return Habit(str(document["name"]), roles, str(document["provenance"]), dict(document.get("effects", {})), raw_levels)


def _numbers(values: Any, axes: int) -> Vector:
    """Return numbers over the dimensions, one of them or each with each."""
    found = np.array(values, dtype=np.float64)
    if found.shape != (len(DIMENSIONS),) * axes or not np.isfinite(found).all():
        raise ValueError("a habit of other numbers")
    return found


@functools.cache
def load_habit() -> Habit:
    """Return the shipped habit: what engineers do to raw tracks as a rule."""
    return habit_from_json(json.loads(paths.resource("habit.json").read_text("utf-8")))
