"""How well a habit tells what will be done to songs by artists that it was not learned from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mixassistant.learning.estimate import estimate_habit, mean_change, songs_of
from mixassistant.learning.finished import LEVEL, SPREAD, TONE, FinishedSong
from mixassistant.profiles.habit import Habit
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import ROLES, Role

KINDS: Mapping[str, slice] = {
    "level": slice(LEVEL, LEVEL + 1),
    "tone": TONE,
    "tone above 56 Hz": slice(TONE.start + 1, TONE.stop),
    "dynamic spread": slice(SPREAD, SPREAD + 1),
}
WORTH_DB = 1.0  # a change of less has no direction that matters
DRAWS = 2000  # of the bootstrap over artists


@dataclass(frozen=True)
class Share:
    """A number with its 90 % interval over artists; NaN where nothing tells it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Quality:
    """How well one kind of change of one role is told.

    Parameters
    ----------
    role : Role
    kind : str
        A key of `KINDS`.
    songs, artists : int
    removed : Share
        Of the squared change: 1 − what is left over what was done. Below 0: it does harm.
    nearer : Share
        Of songs to which the habit alone comes nearer than doing nothing, where it does anything.
    right : Share
        Of changes of 1 dB and more that go where the habit goes.
    """

    role: Role
    kind: str
    songs: int
    artists: int
    removed: Share
    nearer: Share
    right: Share


def held_out(songs: Sequence[FinishedSong]) -> list[Quality]:
    """Return how well the changes of each artist's songs are told by the habit of all the others."""
    without = {artist: estimate_habit([s for s in songs if s.artist != artist], "", "") for artist in {song.artist for song in songs}}
    return [found for role in ROLES for found in _of_role(songs, role, without)]


def _of_role(songs: Sequence[FinishedSong], role: Role, without: Mapping[str, Habit]) -> Iterable[Quality]:
    rows = songs_of(songs, role)
    if not rows:
        return
    artists, done = [mixes[0].artist for mixes in rows], np.array([mean_change(mixes, role) for mixes in rows])
    told = np.array([without[artist].roles[role].mean for artist in artists])
    for kind, columns in KINDS.items():
        x, m = done[:, columns], np.where(np.isfinite(done), told, np.nan)[:, columns]
        has = np.isfinite(x).any(axis=1)
        if has.any():
            names = [artist for artist, is_there in zip(artists, has, strict=True) if is_there]
            yield _quality(role, kind, names, x[has], m[has])


def _quality(role: Role, kind: str, artists: Sequence[str], done: Vector, told: Vector) -> Quality:
    left, was = np.nansum((done - told) ** 2, axis=1), np.nansum(done**2, axis=1)
    moves = np.nansum(np.abs(told), axis=1) > 0
    matters = (np.abs(np.nan_to_num(done)) >= WORTH_DB) & (np.abs(np.nan_to_num(told)) > 0)
    agree = (matters & (np.nan_to_num(done) * np.nan_to_num(told) > 0)).sum(axis=1)
    number = np.unique(artists, return_inverse=True)[1]
    return Quality(
        role,
        kind,
        len(artists),
        len(set(artists)),
        _share(number, was - left, was),
        _share(number, (moves & (left < was)).astype(float), moves.astype(float)),
        _share(number, agree.astype(float), matters.sum(axis=1).astype(float)),
    )


def _share(artist: Vector, part: Vector, whole: Vector) -> Share:
    """Return the sum of parts over the sum of wholes, and its interval by drawing artists anew."""
    count = int(artist.max()) + 1
    parts, wholes = (np.bincount(artist, weights=values, minlength=count) for values in (part, whole))
    if wholes.sum() <= 0:
        return Share(np.nan, np.nan, np.nan)
    drawn = np.random.default_rng(0).integers(0, count, (DRAWS, count))
    tops, bottoms = parts[drawn].sum(axis=1), wholes[drawn].sum(axis=1)
    low, high = np.quantile(tops[bottoms > 0] / bottoms[bottoms > 0], [0.05, 0.95])
    return Share(float(parts.sum() / wholes.sum()), float(low), float(high))
