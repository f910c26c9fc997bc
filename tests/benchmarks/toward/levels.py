"""Levels against what engineers did: logged mixes of songs by several engineers each, the advised song's artist left out.

Two questions. *Engineers*: an engineer's own mix, toward the mean of what the others did to the same song. *Raw*: the raw tracks with all
faders at 0 dB, toward each engineer's mix. References are the songs of all other artists, each the mean of its mixes.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.toward.scores import LEAST_DB, Case, Vector, farther_by, removed, sums
from mixassistant.advice.toward.levels import estimate_levels_toward
from mixassistant.profiles.build import posterior
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Gaussian, relative_levels
from mixassistant.profiles.stage import STAGE_ERRORS
from mixassistant.stems.stem import ROLES

ROLE_OF = {"DRUMS": "drums", "BASS": "bass", "VOCALS": "vocals"}  # the rest is `other`
GRID = tuple((share, sd_lu) for share in (0.0, 0.2, 0.35, 0.5, 0.7, 1.0) for sd_lu in (0.5, 1.0, 1.5, 2.0, 2.5))
LEAST_ROLES = 3

Adviser = Callable[[Vector, Vector], Vector]
"""From levels and the levels of references, ``[shape=(songs, 4)]``, to what each role should change by."""


@dataclass(frozen=True, eq=False)
class Mix:
    """One engineer's mix of a song: levels of the roles as mixed and of the raw tracks, ``[shape=(4,)]`` in LU relative to their sum."""

    song: str
    artist: str
    engineer: str
    levels: Vector
    raw: Vector


def read(file: Path) -> list[Mix]:
    """Return the mixes of a log that tell the levels of three roles or more."""
    mixes = [_mix(item) for item in json.loads(file.read_text("utf-8"))["mixes"]]
    return [m for m in mixes if np.isfinite(m.levels).sum() >= LEAST_ROLES]


def _mix(item: dict[str, Any]) -> Mix:
    powers = np.zeros((2, len(ROLES)))
    for track in item["tracks"]:
        loudness = (track.get("track-audio-features") or {}).get("track-audio-lufs")
        fader = track.get("parameters", {}).get("gain")
        if track.get("track-type") != "AUDIO" or loudness is None or fader is None or not np.isfinite(loudness):
            continue
        role = ROLES.index(ROLE_OF.get(track["track-instrument-type"], "other"))  # type: ignore[arg-type]
        powers[:, role] += 10 ** (np.array([loudness + fader, loudness]) / 10)
    levels = relative_levels(np.where(powers > 0, 10 * np.log10(np.maximum(powers, 1e-30)), np.nan))
    return Mix(item["song-name"], item["artist-name"], item["mix-name"], levels[0], levels[1])


def references(mixes: Sequence[Mix], without: str) -> Vector:
    """Return the levels of the songs of all other artists, ``[shape=(songs, 4)]``."""
    others = [m for m in mixes if m.artist != without]
    return np.array([np.nanmean([m.levels for m in others if m.song == song], axis=0) for song in sorted({m.song for m in others})])


def _gap(levels: Vector, others: Vector) -> Vector:
    return np.asarray(relative_levels(np.where(np.isnan(levels), np.nan, np.nanmedian(others, axis=0))) - levels)


@functools.cache
def _expected(rows: bytes, shape: tuple[int, ...]) -> Gaussian:
    return posterior(load_prior().levels, np.frombuffer(rows).reshape(shape))


def ours(errors: tuple[float, float], most_lu: float, is_told: bool = True) -> Adviser:
    """Return our adviser at a stage; `is_told`: only what is worth telling."""

    def advise(levels: Vector, others: Vector) -> Vector:
        found = estimate_levels_toward(levels, _expected(others.tobytes(), others.shape), errors).gain_db
        found = np.clip(found, -most_lu, most_lu)
        return np.asarray(np.where(np.abs(found) >= LEAST_DB, found, 0.0) if is_told else found)

    return advise


def advisers() -> dict[str, Adviser]:
    """Return the methods that stand in the table."""
    rough, working = STAGE_ERRORS["rough"], STAGE_ERRORS["working"]
    return {
        "nothing": lambda levels, others: np.zeros(levels.size),
        "full gap": _gap,
        "half of the gap": lambda levels, others: _gap(levels, others) / 2,
        "a third of the gap": lambda levels, others: _gap(levels, others) / 3,
        "ours, in progress, estimated": ours(working.level, working.most_level_lu, is_told=False),
        "ours, in progress, as told": ours(working.level, working.most_level_lu),
        "ours, rough, estimated": ours(rough.level, rough.most_level_lu, is_told=False),
        "ours, rough, as told": ours(rough.level, rough.most_level_lu),
    }


def _problem(mixes: Sequence[Mix], mix: Mix, question: str) -> tuple[Vector, Vector]:
    """Return the levels to advise on, and those to come to; NaN where either is unknown."""
    if question == "raw":
        levels, target = mix.raw, mix.levels
    else:
        levels = mix.levels
        target = np.nanmean([m.levels for m in mixes if m.song == mix.song and m is not mix], axis=0)
    both = np.isfinite(levels) & np.isfinite(target)
    return relative_levels(np.where(both, levels, np.nan)), relative_levels(np.where(both, target, np.nan))


def case(method: str, adviser: Adviser, levels: Vector, target: Vector, others: Vector, song: str) -> Case:
    """Return what an adviser does to one mix."""
    known = np.isfinite(levels)
    move = np.where(known, np.nan_to_num(adviser(levels, others)), 0.0)
    after = relative_levels(np.where(known, levels + move, np.nan))
    return Case(method, song, (levels - target)[known], (after - target)[known], move[known])


def cases(file: Path, question: str) -> Iterator[Case]:
    """Yield the cases of one question, ``"engineers"`` or ``"raw"``; the size of errors chosen on the other artists stands beside ours."""
    mixes = read(file)
    songs = [m for m in mixes if sum(other.song == m.song for other in mixes) > 1]
    found = {m.engineer + m.song: (*_problem(mixes, m, question), references(mixes, m.artist)) for m in songs}
    permuted = np.random.default_rng(1).permutation(len(songs))
    for index, mix in enumerate(songs):
        levels, target, others = found[mix.engineer + mix.song]
        for method, adviser in advisers().items():
            yield case(method, adviser, levels, target, others, mix.song)
        best = _chosen(songs, found, mix.artist)
        most = STAGE_ERRORS["rough"].most_level_lu
        yield case("ours, size chosen on the other artists", ours(best, most, is_told=False), levels, target, others, mix.song)
        other = found[songs[permuted[index]].engineer + songs[permuted[index]].song]
        wrong = ours(STAGE_ERRORS["working"].level, most, is_told=False)(other[0], other[2])
        yield case("control: another mix's move", lambda a, b, wrong=wrong: wrong, levels, target, others, mix.song)


def _chosen(songs: Sequence[Mix], found: dict[str, tuple[Vector, Vector, Vector]], without: str) -> tuple[float, float]:
    """Return the size of errors that does best on the songs of the other artists: harm counts against what is removed."""
    known = [m for m in songs if m.artist != without]

    def score(errors: tuple[float, float]) -> float:
        adviser = ours(errors, STAGE_ERRORS["rough"].most_level_lu, is_told=False)
        some = sums([case("", adviser, *found[m.engineer + m.song], m.song) for m in known])
        return removed(some) - farther_by(some)

    return max(GRID, key=score)


def by_role(file: Path, question: str, method: str) -> Iterator[tuple[str, float, float]]:
    """Yield role, move and error before it, of each role of each mix, for one method."""
    mixes = read(file)
    for mix in (m for m in mixes if sum(other.song == m.song for other in mixes) > 1):
        levels, target = _problem(mixes, mix, question)
        move = advisers()[method](levels, references(mixes, mix.artist))
        for role, told, error in zip(ROLES, move, levels - target, strict=True):
            if np.isfinite(told) and np.isfinite(error):
                yield role, float(told), float(error)
