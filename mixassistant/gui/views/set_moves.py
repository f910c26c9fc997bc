"""What the views are told of the moves: how each is set, and which one's card is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mixassistant.advice.decision import AS_SUGGESTED, UNDECIDED, Decision, decided_chain

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decisions
    from mixassistant.advice.suggestion import Move
    from mixassistant.processing.moves import Band


@dataclass(frozen=True)
class SetMoves:
    """How the moves of an analysis are set.

    Parameters
    ----------
    as_set : mapping
        What is decided or tried, by a move's id; absent: as it is suggested.
    selected : Move, optional
        The one whose card is open.
    trial : Decision
        How that is set, as if it were accepted.
    """

    as_set: Decisions = field(default_factory=lambda: UNDECIDED)
    selected: Move | None = None
    trial: Decision = AS_SUGGESTED

    @property
    def bands(self) -> tuple[Band, ...]:
        """The equalizer of the move that is selected, as it is set; empty: it has none."""
        return () if self.selected is None else decided_chain(self.selected, self.trial).bands
