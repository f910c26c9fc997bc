"""A blind test of a move: which side has it in each round, and what was preferred. Plain values; knows no Qt and no sound.

Which side has the move and which is played first are drawn anew in each round: comparisons favour what is heard first
(10.1177/20592043221142712).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Literal

from mixassistant.i18n import _

Side = Literal["A", "B"]
SIDES: tuple[Side, Side] = ("A", "B")
ROUNDS = 3


@dataclass
class BlindRounds:
    """The rounds of one test, one after another.

    Parameters
    ----------
    chance : random.Random
        Draws the sides.
    """

    chance: Random = field(default_factory=SystemRandom)
    for_move: int = 0
    for_mix: int = 0
    undecided: int = 0

    def __post_init__(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.with_move: Side = self.chance.choice(SIDES)
        self.first: Side = self.chance.choice(SIDES)
        self.heard: frozenset[Side] = frozenset()

    @property
    def done(self) -> int:
        """Rounds that were answered."""
        return self.for_move + self.for_mix + self.undecided

    @property
    def is_over(self) -> bool:
        """Whether all were."""
        return self.done == ROUNDS

    @property
    def may_answer(self) -> bool:
        """Whether both sides of this round were heard."""
        return self.heard == frozenset(SIDES) and not self.is_over

    def hear(self, side: Side) -> bool:
        """Note that a side is heard; return whether it has the move."""
        self.heard |= {side}
        return side == self.with_move

    def answer(self, better: Side | None) -> None:
        """Say which side is better (None: no difference), and go on to the next round."""
        if better is None:
            self.undecided += 1
        elif better == self.with_move:
            self.for_move += 1
        else:
            self.for_mix += 1
        self._draw()

    @property
    def outcome(self) -> str:
        """What came of it, as sentences."""
        told = _("You preferred the move in {count} of {rounds} rounds.").format(count=self.for_move, rounds=ROUNDS)
        rest = []
        if self.for_mix:
            rest.append(_("the mix as it was in {count}").format(count=self.for_mix))
        if self.undecided:
            rest.append(_("no difference in {count}").format(count=self.undecided))
        return f"{told} {_('The others: {rest}.').format(rest=', '.join(rest))}" if rest else told
