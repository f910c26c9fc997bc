"""Figures of advice that goes a part of the way: what it removes, how often it comes nearer, and whether it goes the right way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
DRAWS, SEED = 1000, 0  # of the bootstrap
FARTHER_DB = 0.2  # root mean square: what nobody hears is not farther
LEAST_DB = 1.0  # of a move that is told


@dataclass(frozen=True, eq=False)
class Case:
    """One mix, one adviser.

    Parameters
    ----------
    method : str
    cluster : str
        What belongs together: the song.
    before, after : np.ndarray [shape=(d,)]
        Error without and with the advice, in dB.
    move : np.ndarray [shape=(d,)]
        What is advised; what is not told is 0.
    """

    method: str
    cluster: str
    before: Vector
    after: Vector
    move: Vector


def removed(cases: Sequence[Case]) -> float:
    """Return the share of the squared error that the advice removes."""
    return 1 - sum(float(c.after @ c.after) for c in cases) / max(sum(float(c.before @ c.before) for c in cases), 1e-12)


def _rms(error: Vector) -> float:
    return float(np.sqrt(np.mean(error**2)))


def nearer(cases: Sequence[Case]) -> float:
    """Return the share of the mixes that got a move which it brings nearer."""
    moved = [c for c in cases if np.abs(c.move).max(initial=0.0) > 0]
    return float(np.mean([_rms(c.after) < _rms(c.before) for c in moved])) if moved else float("nan")


def nearer_by(cases: Sequence[Case]) -> float:
    """Return the share of all mixes that it brings nearer by more than 0.2 dB."""
    return float(np.mean([_rms(c.after) < _rms(c.before) - FARTHER_DB for c in cases]))


def farther_by(cases: Sequence[Case]) -> float:
    """Return the share of all mixes that it takes farther by more than 0.2 dB."""
    return float(np.mean([_rms(c.after) > _rms(c.before) + FARTHER_DB for c in cases]))


def direction(cases: Sequence[Case]) -> float:
    """Return the share of the moves of 1 dB or more that go the right way."""
    ways = [bool(way) for c in cases for way in (c.move * c.before < 0)[np.abs(c.move) >= LEAST_DB]]
    return float(np.mean(ways)) if ways else float("nan")


def count(cases: Sequence[Case]) -> tuple[int, int]:
    """Return how many moves of 1 dB or more go the right way, and how many there are."""
    told = [(c.move * c.before < 0)[np.abs(c.move) >= LEAST_DB] for c in cases]
    return sum(int(way.sum()) for way in told), sum(way.size for way in told)


FIGURES: dict[str, Callable[[Sequence[Case]], float]] = {
    "removed": removed, "nearer": nearer, "> 0.2 dB nearer": nearer_by, "> 0.2 dB farther": farther_by, "direction": direction
}  # fmt: skip


def interval(cases: Sequence[Case], figure: Callable[[Sequence[Case]], float]) -> tuple[float, float]:
    """Return the 90 % interval of a figure, by drawing clusters with replacement."""
    clusters: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        clusters[case.cluster].append(case)
    names, rng = sorted(clusters), np.random.default_rng(SEED)
    drawn = [[c for name in rng.choice(names, len(names)) for c in clusters[name]] for _ in range(DRAWS)]
    low, high = np.nanquantile([figure(some) for some in drawn], [0.05, 0.95])
    return float(low), float(high)


def table(cases: Iterable[Case], title: str) -> str:
    """Return the table: a line a method, each figure with its 90 % interval clustered by song."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.method].append(case)
    lines = [f"{title}", "", f"| method | mixes | {' | '.join(FIGURES)} | moves ≥ 1 dB |", f"|---|{'---:|' * (len(FIGURES) + 2)}"]
    for method, some in groups.items():
        cells = []
        for figure in FIGURES.values():
            value = figure(some)
            low, high = interval(some, figure) if not np.isnan(value) else (value, value)
            cells.append("–" if np.isnan(value) else f"{value:.2f} ({low:.2f}–{high:.2f})")
        lines.append(f"| {method} | {len(some)} | {' | '.join(cells)} | {count(some)[1]} |")
    return "\n".join(lines) + "\n"
