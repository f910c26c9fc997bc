"""Blind tests: what was preferred when nobody knew which side had the move, as a tally per kind, role and stage."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from mixassistant.library.store import Store, now
from mixassistant.profiles.stage import Stage
from mixassistant.spreadsheet import text_cell

LEVEL = 0.9  # of the interval that is told
HEADINGS = ("kind", "role", "stage", "tests", "preferred_the_move", "preferred_the_mix", "no_difference", "share", "low", "high")


def binomial_interval(right: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval of a share that was counted, 0–1 each (Clopper and Pearson 1934).

    Parameters
    ----------
    right, of : int
        Cases that went this way, and all cases; of none, the share may be anything.
    level : float
        Probability that the interval holds the share, at least.
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(right, of - right + 1, tail)) if right > 0 else 0.0
    high = float(betaincinv(right + 1, of - right, 1 - tail)) if right < of else 1.0
    return low, high


@dataclass(frozen=True)
class BlindTest:
    """One finished blind test of a move.

    Parameters
    ----------
    kind, role : str
        Of the move.
    stage : Stage
        Of the mix.
    for_move, for_mix, undecided : int
        Rounds in which the move was preferred, the mix as it was, or neither.
    """

    kind: str
    role: str
    stage: Stage
    for_move: int
    for_mix: int
    undecided: int


@dataclass(frozen=True)
class Tally:
    """What was preferred in all tests of one kind of move, for one role, at one stage; the fields are as in `BlindTest`."""

    kind: str
    role: str
    stage: str
    tests: int
    for_move: int
    for_mix: int
    undecided: int

    @property
    def decided(self) -> int:
        """Rounds in which one of both was preferred."""
        return self.for_move + self.for_mix

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of the share of the move among the decided rounds, 0–1, each round counted as one case."""
        return binomial_interval(self.for_move, self.decided)


class BlindTests:
    """The part of a library that holds what was preferred in blind tests."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, test: BlindTest) -> None:
        """Keep a finished test."""
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO blind_tests (tested, kind, role, stage, for_move, for_mix, undecided) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (now(), test.kind, test.role, test.stage, test.for_move, test.for_mix, test.undecided),
            )

    def tally(self) -> tuple[Tally, ...]:
        """Return what was preferred, per kind, role and stage."""
        rows = self._store.rows(
            "SELECT kind, role, stage, count(*), sum(for_move), sum(for_mix), sum(undecided) FROM blind_tests "
            "GROUP BY kind, role, stage ORDER BY kind, role, stage"
        )
        return tuple(Tally(*row) for row in rows)


def tally_csv(tallies: Sequence[Tally]) -> str:
    """Return a tally as CSV (RFC 4180): shares 0–1 of the move among the decided rounds, empty where there was none."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for found in tallies:
        counts = (found.tests, found.for_move, found.for_mix, found.undecided)
        shares = (found.for_move / found.decided, *found.interval) if found.decided else ()
        words = map(text_cell, (found.kind, found.role, found.stage))
        writer.writerow((*words, *counts, *(f"{share:.3f}" for share in shares), *[""] * (3 - len(shares))))
    return text.getvalue()
