"""Listeners of opposed tastes answer an adviser on rough mixes: it comes nearer to each one's own target, and to nobody's loses any.

A rough mix is a finished song as the prior knows them, with errors of levels and tone at random. The adviser suggests posterior means of
the errors and knows of taste only what `preferences` learns from the answers; a listener takes the amount that is nearest to their own
target, for all that they mishear, or rejects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import erf, sqrt

import numpy as np
import pytest

from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.taste import TASTE, Answer, Preference, is_closed, offset_of, preferences
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES

LEVELS_SD_DB, TONE_SD_DB = 4.0, 3.0  # of the errors
AMOUNTS = (0.5, 1.0, 2.0)
LEAST_DB = 1.0  # of a move
FORWARD = {
    "level/vocals": 3.0, "level/drums": -2.0, "tone/vocals/presence": 3.0, "tone/vocals/brilliance": 2.0, "tone/drums/brilliance": 2.5,
    "tone/drums/low_mids": -2.0,
}  # fmt: skip
MELLOW = {dimension: -offset for dimension, offset in FORWARD.items()}
NOBODY: Mapping[str, float] = {}


@dataclass(frozen=True, eq=False)
class Part:
    """Dimensions that are off together: the levels of all roles, or the tone of one.

    Parameters
    ----------
    asked : tuple
        Place, dimension of the standing and dimension of taste of each.
    mean, songs, errors : np.ndarray
        Mean and covariance of finished songs, covariance of the errors.
    is_one_move : bool
        An equalizer, whose answer is about all of it.
    """

    asked: tuple[tuple[Place, str, str], ...]
    mean: np.ndarray
    songs: np.ndarray
    errors: np.ndarray
    is_one_move: bool


def parts() -> list[Part]:
    prior = load_prior()
    levels = tuple((Place(role), "level", f"level/{role}") for role in ROLES)
    found = [Part(levels, prior.levels.mean, prior.levels.covariance, LEVELS_SD_DB**2 * np.eye(4), False)]
    inside = np.array([(low < CENTRES_HZ) & (high > CENTRES_HZ) for low, high in BROAD_HZ.values()], dtype=float)
    broad = inside / inside.sum(axis=1, keepdims=True)
    smooth = TONE_SD_DB**2 * np.exp(-np.abs(np.subtract.outer(np.arange(7), np.arange(7))) / 2)
    for role in ("vocals", "drums"):
        spectrum = prior.ltas[role]
        asked = tuple((Place(role), f"tone/{band}", f"tone/{role}/{band}") for band in BROAD)
        found.append(Part(asked, broad @ spectrum.mean, broad @ spectrum.covariance @ broad.T, smooth, True))
    return found


PARTS = parts()


def advised(part: Part, mix: np.ndarray, known: Mapping[str, Preference]) -> tuple[np.ndarray, np.ndarray]:
    """Return the moves toward the listener's target, none where they closed the way, and the standard deviation of what is right."""
    gain = part.errors @ np.linalg.inv(part.songs + part.errors)
    offsets = [offset_of(known, place, dimension) for place, dimension, _name in part.asked]
    moves = gain @ (part.mean + offsets - mix)
    shut = [is_closed(known, *asked[:2], move) for asked, move in zip(part.asked, moves, strict=True)]
    return np.where(shut, 0.0, moves), np.sqrt(np.diag(part.errors - gain @ part.errors))


def rough(part: Part, rng: np.random.Generator, taste: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return a rough mix, and what its listener wants to add to it."""
    size = part.mean.size
    song = part.mean + np.linalg.cholesky(part.songs) @ rng.standard_normal(size)
    errors = np.linalg.cholesky(part.errors) @ rng.standard_normal(size)
    return song + errors, np.array([taste.get(name, 0.0) for _place, _dimension, name in part.asked]) - errors


def answered(wanted: np.ndarray, move: np.ndarray, rng: np.random.Generator) -> tuple[bool, float]:
    """Return whether a listener takes a move, and how much of it."""
    left = [float(np.sum((wanted - amount * move) ** 2)) for amount in AMOUNTS]
    amount = AMOUNTS[int(np.argmin(left))]
    benefit = (float(np.sum(wanted**2)) - min(left)) / float(np.linalg.norm(amount * move))
    return bool(benefit + rng.logistic(0.0, TASTE.noise_db) > 0), amount


def answers_on(
    part: Part, wanted: np.ndarray, move: np.ndarray, sd: np.ndarray, known: Mapping[str, Preference], rng: np.random.Generator
) -> Iterator[Answer]:
    """Return what the listener says to the moves on a part of a mix."""
    groups = [np.arange(move.size)] if part.is_one_move else [np.array([index]) for index in range(move.size)]
    for group in groups:
        if np.abs(move[group]).max() < LEAST_DB:
            continue
        accepted, amount = answered(wanted[group], move[group], rng)
        shares = move[group] ** 2 / np.sum(move[group] ** 2)
        main = group[int(np.argmax(shares))]
        sure = 0.5 + 0.5 * erf(abs(move[main]) / sd[main] / sqrt(2))
        for index, share in zip(group, shares, strict=True):
            place, dimension, name = part.asked[index]
            offset = offset_of(known, place, dimension)  # its sign is that of the dimension of taste: levels and tone alone
            yield Answer(name, float(move[index]), offset, accepted, amount, sure, float(share), float(sd[main]))


def squared_error(taste: Mapping[str, float], known: Mapping[str, Preference], seed: int, mixes: int = 60) -> np.ndarray:
    """Return what advice leaves of the way to the listener's own target on mixes of their own, ``[shape=(parts,)]`` in dB² a dimension."""
    rng = np.random.default_rng(seed)
    found = np.zeros((mixes, len(PARTS)))
    for row in found:
        for index, part in enumerate(PARTS):
            mix, wanted = rough(part, rng, taste)
            row[index] = np.mean((wanted - advised(part, mix, known)[0]) ** 2)
    return found.mean(axis=0)


def learned(taste: Mapping[str, float], seed: int, mixes: int) -> dict[str, Preference]:
    """Return what is known after the listener has answered on so many mixes."""
    rng = np.random.default_rng(seed)
    given: list[Answer] = []
    known: dict[str, Preference] = {}
    for _mix in range(mixes):
        for part in PARTS:
            mix, wanted = rough(part, rng, taste)
            move, sd = advised(part, mix, known)
            given += answers_on(part, wanted, move, sd, known, rng)
        known = preferences(given)
    return known


SEEDS = range(6)


def left_after(taste: Mapping[str, float], mixes: int) -> float:
    """Return the squared error that advice leaves to a target after answers on so many mixes: of all parts, mean over listeners."""
    return float(np.mean([squared_error(taste, learned(taste, seed, mixes), 1000 + seed).sum() for seed in SEEDS]))


# What advice leaves to somebody without a taste: no answers can teach what is wrong with a song.
UNAVOIDABLE = left_after(NOBODY, 0)


@pytest.mark.parametrize("taste", [FORWARD, MELLOW], ids=["forward", "mellow"])
def test_advice_comes_nearer_to_the_target_of_either_listener_with_their_answers(taste: dict[str, float]) -> None:
    ignorant, some, many = (left_after(taste, mixes) - UNAVOIDABLE for mixes in (0, 5, 15))
    assert some < 0.9 * ignorant
    assert many < 0.75 * ignorant


def test_opposed_listeners_are_told_apart() -> None:
    forward, mellow = (learned(taste, 1, 20) for taste in (FORWARD, MELLOW))
    for place, dimension, name in (asked for part in PARTS for asked in part.asked):
        if name in FORWARD:
            assert offset_of(forward, place, dimension) * FORWARD[name] >= 0 >= offset_of(mellow, place, dimension) * FORWARD[name]
    assert offset_of(forward, Place("vocals"), "level") > 1.0 and offset_of(mellow, Place("vocals"), "level") < -1.0


def test_a_listener_without_a_taste_loses_nothing_by_answering() -> None:
    assert left_after(NOBODY, 15) < 1.02 * UNAVOIDABLE
