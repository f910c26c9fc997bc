"""What is decided on moves with words of the command line: `--accept`, `--reject`, `--amount`, beside what was decided before."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mixassistant.advice.decision import UNDECIDED, Decision, Decisions
from mixassistant.errors import UsageError
from mixassistant.processing.moves import MOST_AMOUNT

MOST_PERCENT = round(100 * MOST_AMOUNT)


@dataclass(frozen=True)
class Given:
    """The decisions that were given, by a move's id: accepted or rejected, and amounts (1: as suggested)."""

    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    amounts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def on(self, known: Collection[str], before: Decisions = UNDECIDED) -> dict[str, Decision]:
        """Return the decisions that these are of a mix's moves; an accepted move keeps the amount and the shape that it had before.

        Raises
        ------
        UsageError
            There is no such move; the hint lists those that there are.
        """
        for name in (*self.accepted, *self.rejected, *self.amounts):
            if name not in known:
                there = f"the moves are: {', '.join(known)}" if known else "nothing is suggested for this mix"
                raise UsageError("unknown-move", f"there is no move “{name}”", there)
        found = {name: Decision(False) for name in self.rejected}
        for name in (*self.accepted, *self.amounts):
            was = before.get(name)
            kept = was if was is not None and was.accepted else Decision(True)
            found[name] = replace(kept, amount=self.amounts.get(name, kept.amount))
        return found


def given(parsed: argparse.Namespace) -> Given:
    """Return the decisions of the command line, which are checked before any work is done.

    Raises
    ------
    UsageError
        They contradict each other, or an amount cannot be read.
    """
    amounts: dict[str, float] = {}
    for word in parsed.amount:
        name, _, percent = word.rpartition("=")
        try:
            amount = float(percent.strip().removesuffix("%")) / 100
        except ValueError:
            amount = -1.0
        if not name.strip() or not 0 <= amount <= MOST_AMOUNT:
            raise UsageError("bad-amount", f"cannot read --amount “{word}”", f"write ID=PERCENT, from 0 to {MOST_PERCENT}")
        if amounts.get(name, amount) != amount:
            raise UsageError("two-amounts", f"two amounts are given for “{name}”", "give each move one --amount")
        amounts[name] = amount
    for name in parsed.reject:
        if name in parsed.accept or name in amounts:
            raise UsageError("two-decisions", f"“{name}” cannot be accepted and rejected at once", "say one of the two")
    return Given(tuple(parsed.accept), tuple(parsed.reject), amounts)
