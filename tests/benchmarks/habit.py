"""Is a habit that was learned from two songs of an engineer worse than the shipped one on their third?

::

    python tests/benchmarks/habit.py FOLDER

FOLDER holds finished songs as `mixassistant learn` reads them, with several engineers of whom some mixed three songs or more (a log of
mixes names them). Each song of such an engineer is left out once. *Shipped*: the habit of all songs of other artists. *Own*: the same,
updated by two of the engineer's other songs (each pair of them). Levels are expected twice: alike of all songs, and by how loud the raw
tracks are. Printed for each engineer and in all: squared error of the change that is expected, over that of expecting nothing; own over
shipped, with a 90 % interval over songs. At the end: how much of the variance of changes lies between engineers, from which the songs
follow that the shipped habit counts as.
"""

from __future__ import annotations

import argparse
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixassistant.learning.estimate import beside_recording, estimate_habit, level_by_recording, mean_change, songs_of
from mixassistant.learning.finished import LEVEL, FinishedSong
from mixassistant.learning.learn import read_songs
from mixassistant.learning.quality import BY_RECORDING, KINDS
from mixassistant.profiles.habit import DIMENSIONS, Habit
from mixassistant.stems.stem import ROLES

LEAST_SONGS = 3
DRAWS = 2000


@dataclass(frozen=True)
class Trial:
    """Squared errors on one song of one engineer, for one kind of change: of nothing, of the shipped habit, of their own."""

    engineer: str
    song: str
    kind: str
    nothing: float
    shipped: float
    own: float


def errors(song: FinishedSong, habit: Habit | None, kind: str) -> float:
    """Return the squared error of the changes that a habit, or nothing, expects of a song."""
    total, columns = 0.0, KINDS[kind]
    for role in song.changes:
        done = mean_change([song], role)[columns]
        expected = np.zeros(len(DIMENSIONS))
        if habit is not None:
            expected += habit.roles[role].mean
            if kind == BY_RECORDING:
                expected[LEVEL] += level_by_recording(habit, role, song.raw_levels.get(role, np.nan))
        total += float(np.nansum((done - expected[columns]) ** 2))
    return total


def trials(songs: Sequence[FinishedSong]) -> list[Trial]:
    """Leave out each song of each engineer who has three, and learn from each two of their others."""
    by_engineer: dict[str, list[FinishedSong]] = defaultdict(list)
    for song in (song for song in songs if song.engineer):
        by_engineer[song.engineer].append(song)
    shipped = {artist: estimate_habit([s for s in songs if s.artist != artist], "", "") for artist in {song.artist for song in songs}}
    found = []
    for engineer, own in sorted(by_engineer.items()):
        if len({(song.artist, song.song) for song in own}) < LEAST_SONGS:
            continue
        for left_out in own:
            usual = shipped[left_out.artist]
            others = [song for song in own if song.song != left_out.song]
            habits = [estimate_habit(pair, "", "", usual) for pair in itertools.combinations(others, 2)]
            for kind in KINDS:
                nothing = errors(left_out, None, kind)
                if nothing > 0:
                    mean = float(np.mean([errors(left_out, habit, kind) for habit in habits]))
                    found.append(Trial(engineer, left_out.song, kind, nothing, errors(left_out, usual, kind), mean))
    return found


def ratio(found: Sequence[Trial], one: str, other: str) -> str:
    """Return the sum of one error over that of another, with its interval over songs."""
    songs = sorted({trial.song for trial in found})
    sums = {name: np.array([sum(getattr(t, name) for t in found if t.song == song) for song in songs]) for name in (one, other)}
    drawn = np.random.default_rng(0).integers(0, len(songs), (DRAWS, len(songs)))
    low, high = np.quantile(sums[one][drawn].sum(axis=1) / sums[other][drawn].sum(axis=1), [0.05, 0.95])
    return f"{sums[one].sum() / sums[other].sum():.3f} ({low:.3f}–{high:.3f})"


def between_engineers(songs: Sequence[FinishedSong]) -> Mapping[str, tuple[float, float]]:
    """Return, by kind, the variance of changes that lies between engineers and the whole, means over roles and dimensions in dB²."""
    found = {}
    usual = estimate_habit(songs, "", "")
    beside = [beside_recording(song, usual) for song in songs]
    for kind, columns in KINDS.items():
        shared, whole = [], []
        for role in ROLES:
            groups = [
                group
                for group in songs_of(beside if kind == BY_RECORDING else songs, role)
                if np.isfinite(group[0].changes[role][columns]).any()
            ]
            if not groups:
                continue
            middle = np.nanmean([mean_change(mixes, role)[columns] for mixes in groups], axis=0)
            gaps: dict[str, list[np.ndarray]] = defaultdict(list)
            for mixes in (group for group in groups if len(group) > 1):
                centre = mean_change(mixes, role)[columns]
                unbiased = np.sqrt(len(mixes) / (len(mixes) - 1))
                for mix in mixes:
                    gaps[mix.engineer].append((mean_change([mix], role)[columns] - centre) * unbiased)
            products = [one * other for own in gaps.values() for one, other in itertools.combinations(own, 2)]
            if products:
                shared.append(float(np.nanmean(products)))
                spread = [np.nanmean([(mean_change([mix], role)[columns] - middle) ** 2 for mix in mixes]) for mixes in groups]
                whole.append(float(np.nanmean(spread)))
        if shared:
            found[kind] = float(np.mean(shared)), float(np.mean(whole))
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    songs = read_songs(parser.parse_args().folder)
    logged = [song for song in songs if song.engineer]
    found = trials(songs)
    print(f"{len(logged)} mixes of {len({s.song for s in logged})} songs by {len({s.engineer for s in logged})} engineers")
    for kind in KINDS:
        own = [trial for trial in found if trial.kind == kind]
        if not own:
            continue
        print(f"\n{kind}\n{'engineer':<10} songs  shipped/nothing  own/nothing  own/shipped")
        for engineer in sorted({trial.engineer for trial in own}):
            rows = [trial for trial in own if trial.engineer == engineer]
            nothing, shipped, mine = (sum(getattr(row, name) for row in rows) for name in ("nothing", "shipped", "own"))
            print(f"{engineer:<10} {len(rows):>5}  {shipped / nothing:>15.3f}  {mine / nothing:>11.3f}  {mine / shipped:>11.3f}")
        print(f"all, shipped over nothing: {ratio(own, 'shipped', 'nothing')}")
        no_worse = np.mean([trial.own <= trial.shipped for trial in own])
        print(f"all, own over shipped:     {ratio(own, 'own', 'shipped')}; no worse on {no_worse:.0%} of trials")
    print()
    for kind, (shared, whole) in between_engineers(logged).items():
        print(
            f"{kind}: {shared:.2f} of {whole:.2f} dB² between engineers; the shipped habit counts as {(whole - shared) / shared:.0f} songs"
        )


if __name__ == "__main__":
    main()
