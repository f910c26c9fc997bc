"""Figures of advice that goes a part of the way: what it removes, how often it comes nearer, and whether it goes the right way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

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


@dataclass(frozen=True, eq=False)
class Sums:
    """What figures are made from, one row a case: squared errors, their root mean squares, whether it moved, moves and right ones."""

    before: Vector
    after: Vector
    before_db: Vector
    after_db: Vector
    is_moved: NDArray[np.bool_]
    moves: Vector
    right: Vector

    def drawn(self, rows: NDArray[np.intp]) -> Sums:
        """Return some rows, which may be there more than once."""
        values = (getattr(self, field.name)[rows] for field in fields(self))
        return Sums(*values)


def sums(cases: Sequence[Case]) -> Sums:
    """Return the sums of cases."""
    told = [np.abs(c.move) >= LEAST_DB for c in cases]
    return Sums(
        before=np.array([c.before @ c.before for c in cases]),
        after=np.array([c.after @ c.after for c in cases]),
        before_db=np.array([np.sqrt(np.mean(c.before**2)) for c in cases]),
        after_db=np.array([np.sqrt(np.mean(c.after**2)) for c in cases]),
        is_moved=np.array([np.abs(c.move).max(initial=0.0) > 0 for c in cases], dtype=bool),
        moves=np.array([t.sum() for t in told], dtype=float),
        right=np.array([((c.move * c.before < 0) & t).sum() for c, t in zip(cases, told, strict=True)], dtype=float),
    )


def removed(found: Sums) -> float:
    """Return the share of the squared error that the advice removes."""
    return float(1 - found.after.sum() / max(found.before.sum(), 1e-12))


def nearer(found: Sums) -> float:
    """Return the share of the mixes that got a move which it brings nearer."""
    moved = found.is_moved
    return float((found.after_db < found.before_db)[moved].mean()) if moved.any() else float("nan")


def nearer_by(found: Sums) -> float:
    """Return the share of all mixes that it brings nearer by more than 0.2 dB."""
    return float((found.after_db < found.before_db - FARTHER_DB).mean())


def farther_by(found: Sums) -> float:
    """Return the share of all mixes that it takes farther by more than 0.2 dB."""
    return float((found.after_db > found.before_db + FARTHER_DB).mean())


def direction(found: Sums) -> float:
    """Return the share of the moves of 1 dB or more that go the right way."""
    return float(found.right.sum() / found.moves.sum()) if found.moves.sum() else float("nan")


FIGURES: dict[str, Callable[[Sums], float]] = {
    "removed": removed, "nearer": nearer, "> 0.2 dB nearer": nearer_by, "> 0.2 dB farther": farther_by, "direction": direction
}  # fmt: skip


def intervals(cases: Sequence[Case]) -> dict[str, tuple[float, float]]:
    """Return the 90 % interval of each figure, by drawing clusters with replacement."""
    found, rng = sums(cases), np.random.default_rng(SEED)
    clusters: dict[str, list[int]] = defaultdict(list)
    for index, case in enumerate(cases):
        clusters[case.cluster].append(index)
    rows = [np.array(own) for own in clusters.values()]
    drawn = [found.drawn(np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))])) for _ in range(DRAWS)]
    ends = {name: np.nanquantile([figure(some) for some in drawn], [0.05, 0.95]) for name, figure in FIGURES.items()}
    return {name: (float(low), float(high)) for name, (low, high) in ends.items()}


def table(cases: Iterable[Case], title: str) -> str:
    """Return the table: a line a method, each figure with its 90 % interval clustered by song."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.method].append(case)
    lines = [f"{title}", "", f"| method | mixes | {' | '.join(FIGURES)} | moves ≥ 1 dB |", f"|---|{'---:|' * (len(FIGURES) + 2)}"]
    for method, some in groups.items():
        found = sums(some)
        values = {name: figure(found) for name, figure in FIGURES.items()}
        ends = intervals(some) if found.is_moved.any() else {}
        cells = ["–" if np.isnan(v) else f"{v:.2f} ({ends[n][0]:.2f}–{ends[n][1]:.2f})" if ends else f"{v:.2f}" for n, v in values.items()]
        lines.append(f"| {method} | {len(some)} | {' | '.join(cells)} | {found.moves.sum():.0f} |")
    return "\n".join(lines) + "\n"
