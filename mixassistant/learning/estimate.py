"""From what was done to songs to a habit: mean and covariance per role, shrunken as far as few songs ask for it.

Without a usual habit (the shipped statistics are made so) means are shrunken toward "nothing", by how far a mean of so many artists can
lie from it by chance, and spreads toward those of all roles. With one, songs update it as the conjugate prior of a normal distribution
(normal–inverse-Wishart): it counts as many songs as the spread between songs is larger than that between engineers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mixassistant.learning.finished import CREST, LEVEL, SPREAD, TONE, FinishedSong
from mixassistant.profiles.habit import DIMENSIONS, Changes, Habit
from mixassistant.profiles.prior import complete
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import ROLES, Role


@dataclass(frozen=True)
class HabitTuning:
    """What the estimate of a habit is set to.

    Parameters
    ----------
    limit_db, dynamics_limit_db : float
        A change of more counts as this much: one song with a high pass at 200 Hz, or with a gate, must not be the habit of nine. Of 18
        vocals one became 17 dB more dynamic, by its gaps, and 14 less dynamic.
    level_songs, tone_songs, dynamics_songs : float
        Songs that the usual habit counts as beside a person's own: variance of a change within one engineer over that between engineers.
        In 66 logged mixes by 36 engineers, of whom 19 mixed two or three songs, it is 12 for levels (1.0 of 13.5 dB² lie between
        engineers) and 14 for tone (28 without the lowest band). Of dynamics nothing of the kind is known: as levels.
    spread_songs : float
        Songs that the spread of all roles counts as beside a role's own.
    covariance_songs : float
        Songs that the usual covariance counts as beside a person's own.
    unknown_sd_db : float
        Standard deviation of what no song tells.
    level_worth, tone_worth, dynamics_worth : float
        Songs that one counts as of which only the final mix is there, 1 being a song with its produced stems: variance between songs over
        that plus the variance of the error (four songs of which both are there: 1.7 dB for levels, 2–3 dB for tone, 2.1 dB for dynamics).
    """

    limit_db: float = 12.0
    dynamics_limit_db: float = 8.0
    level_songs: float = 12.0
    tone_songs: float = 20.0
    dynamics_songs: float = 12.0
    spread_songs: float = 4.0
    covariance_songs: float = 20.0
    unknown_sd_db: float = 3.0
    level_worth: float = 0.8
    tone_worth: float = 0.3
    dynamics_worth: float = 0.5


HABIT_TUNING = HabitTuning()


@dataclass(frozen=True, eq=False)
class _Rows:
    """What songs tell of one role.

    Parameters
    ----------
    changes, worth : np.ndarray [shape=(songs, d)]
        Changes, NaN where untold, and the songs that each counts as, 0 there.
    artists : tuple of str
        Of each song.
    """

    changes: Vector
    worth: Vector
    artists: tuple[str, ...]

    @property
    def told(self) -> Vector:
        """Songs that tell of each dimension, ``[shape=(d,)]``."""
        return np.asarray(np.isfinite(self.changes).sum(axis=0), dtype=np.float64)

    @property
    def mean(self) -> Vector:
        """Weighted mean of each dimension, 0 where nothing is told, ``[shape=(d,)]``."""
        total = self.worth.sum(axis=0)
        return np.asarray(np.nansum(self.worth * np.nan_to_num(self.changes), axis=0) / np.maximum(total, 1e-9))

    @property
    def artists_told(self) -> Vector:
        """How many artists' worth of songs tell of each dimension: one with four of five songs counts for most of it, ``[shape=(d,)]``."""
        number = np.unique(self.artists, return_inverse=True)[1]
        of_artist = np.array([self.worth[number == artist].sum(axis=0) for artist in range(len(set(self.artists)))])
        return np.asarray(self.worth.sum(axis=0) ** 2 / np.maximum((of_artist**2).sum(axis=0), 1e-9))


def _rows(songs: Sequence[FinishedSong], role: Role, tuning: HabitTuning) -> _Rows:
    """Return one row a song: the mean over its engineers where several mixed it."""
    worth, artists, rows = [], [], []
    for mixes in songs_of(songs, role):
        each = np.array([_worth(mix, tuning) * np.isfinite(mix.changes[role]) for mix in mixes])
        worth.append(each.max(axis=0))
        artists.append(mixes[0].artist)
        rows.append(mean_change(mixes, role, tuning))
    shape = (len(rows), len(DIMENSIONS))
    return _Rows(np.array(rows).reshape(shape), np.array(worth).reshape(shape), tuple(artists))


def songs_of(songs: Sequence[FinishedSong], role: Role) -> list[list[FinishedSong]]:
    """Return the mixes of each song that tell of a role."""
    found: dict[tuple[str, str], list[FinishedSong]] = {}
    for song in songs:
        if role in song.changes and np.isfinite(song.changes[role]).any():
            found.setdefault((song.artist, song.song), []).append(song)
    return list(found.values())


def mean_change(mixes: Sequence[FinishedSong], role: Role, tuning: HabitTuning = HABIT_TUNING) -> Vector:
    """Return the mean of what several mixes of one song do to a role; NaN where none tells, ``[shape=(d,)]``."""
    limits = np.full(len(DIMENSIONS), tuning.limit_db)
    limits[[SPREAD, CREST]] = tuning.dynamics_limit_db
    values = np.clip([mix.changes[role] for mix in mixes], -limits, limits)
    count = np.isfinite(values).sum(axis=0)
    return np.asarray(np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan))


def _worth(song: FinishedSong, tuning: HabitTuning) -> Vector:
    """Return the songs that a song counts as in each dimension."""
    worth = np.ones(len(DIMENSIONS))
    if song.told == "mix":
        worth[LEVEL], worth[TONE], worth[[SPREAD, CREST]] = tuning.level_worth, tuning.tone_worth, tuning.dynamics_worth
    return worth


def estimate_habit(
    songs: Sequence[FinishedSong],
    name: str,
    provenance: str,
    usual: Habit | None = None,
    effects: Mapping[str, Any] | None = None,
    tuning: HabitTuning = HABIT_TUNING,
) -> Habit:
    """Estimate a habit.

    Parameters
    ----------
    songs : sequence of FinishedSong
        Several mixes of one song count as one: their mean.
    name, provenance : str
    usual : Habit, optional
        Toward which it is shrunken, and what it says of roles that no song has; without it nothing is.
    effects : mapping, optional
        What was counted beside.
    tuning : HabitTuning
    """
    rows = {role: _rows(songs, role, tuning) for role in ROLES}
    changes = _from_nothing(rows, tuning) if usual is None else _from_usual(rows, usual, tuning)
    return Habit(name, changes, provenance, dict(effects or {}))


def _from_nothing(rows: Mapping[Role, _Rows], tuning: HabitTuning) -> dict[str, Changes]:
    """Estimate habits from songs alone."""
    squares = {role: _squares(found) for role, found in rows.items()}
    freedom = {role: np.maximum(found.told - 1, 0) for role, found in rows.items()}
    total = sum(freedom.values())
    pooled = np.where(total > 0, sum(squares.values()) / np.maximum(total, 1), tuning.unknown_sd_db**2)
    changes: dict[str, Changes] = {}
    for role, found in rows.items():
        variance = (squares[role] + tuning.spread_songs * pooled) / (freedom[role] + tuning.spread_songs)
        mean = found.mean
        # Songs of one artist are one: a mean is told from nothing by how many artists agree on it.
        error = variance / np.maximum(found.artists_told, 1)
        mean = mean * np.maximum(1 - error / np.maximum(mean**2, 1e-9), 0.0)
        sd = np.sqrt(variance)
        changes[role] = Changes(mean, _correlations(found, mean, sd) * np.outer(sd, sd), found.told)
    return changes


def _squares(rows: _Rows) -> Vector:
    gaps = np.where(np.isfinite(rows.changes), rows.changes - rows.mean, 0.0)
    return np.asarray((gaps**2).sum(axis=0))


def _correlations(rows: _Rows, mean: Vector, sd: Vector) -> Vector:
    """Return correlations with the shrinkage of Ledoit and Wolf (2004); what is not told is filled iteratively."""
    from sklearn.covariance import LedoitWolf

    found = np.eye(len(DIMENSIONS))
    told = rows.told > 1
    if told.sum() < 2 or rows.changes.shape[0] < 3:
        return found
    gaps = ((rows.changes - mean) / sd)[:, told]
    inner = np.eye(int(told.sum()))
    for _ in range(5):
        covariance = LedoitWolf(assume_centered=True).fit(complete(gaps, np.zeros(inner.shape[0]), inner)).covariance_
        scale = np.sqrt(np.diag(covariance))
        inner = covariance / np.outer(scale, scale)
    found[np.ix_(told, told)] = inner
    return found


def _from_usual(rows: Mapping[Role, _Rows], usual: Habit, tuning: HabitTuning) -> dict[str, Changes]:
    """Update a usual habit by songs; roles that none of them has stay as they are."""
    counts = np.full(len(DIMENSIONS), tuning.dynamics_songs)
    counts[LEVEL], counts[TONE] = tuning.level_songs, tuning.tone_songs
    changes: dict[str, Changes] = dict(usual.roles)
    for role, found in rows.items():
        before = usual.roles.get(role)
        if before is None or not found.told.any():
            continue
        songs = found.worth.sum(axis=0)
        gap = np.where(found.told > 0, found.mean - before.mean, 0.0)
        filled = complete(found.changes - before.mean, gap, before.covariance) - gap
        own = filled.T @ filled
        between = np.sqrt(counts * songs / (counts + songs)) * gap
        total = tuning.covariance_songs + filled.shape[0]
        covariance = (tuning.covariance_songs * before.covariance + own + np.outer(between, between)) / total
        changes[role] = Changes(before.mean + songs / (counts + songs) * gap, covariance, before.count + found.told)
    return changes
