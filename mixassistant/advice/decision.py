"""`Decision`: what the user said to a suggestion, and the chain that it makes of a move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from mixassistant.advice.suggestion import Move
from mixassistant.processing.moves import Band, Chain, scaled


@dataclass(frozen=True)
class Decision:
    """What the user said to a suggestion.

    Parameters
    ----------
    accepted : bool
        Or rejected; what is open has no decision.
    amount : float
        How much of it, 0 to 2: 1 is what is suggested.
    bands : tuple of Band
        The equalizer as the user has shaped it, at an amount of 1; empty: as it was suggested.
    """

    accepted: bool
    amount: float = 1.0
    bands: tuple[Band, ...] = ()


AS_SUGGESTED = Decision(True)
Decisions = Mapping[str, Decision]
"""By a suggestion's id."""
UNDECIDED: Decisions = MappingProxyType({})


def decided_chain(move: Move, decision: Decision | None) -> Chain:
    """Return what a move does as it was decided; as it was suggested, where nothing was."""
    return move.chain if decision is None else decided(move.chain, decision)


def decided(chain: Chain, decision: Decision) -> Chain:
    """Return what a suggested chain does as it was decided."""
    return scaled(replace(chain, bands=decision.bands) if decision.bands else chain, decision.amount)


def accepted(moves: Iterable[Move], decisions: Decisions) -> tuple[tuple[Move, Chain], ...]:
    """Return the moves that were accepted, each with what it does as it was decided."""
    found = ((move, decisions.get(move.id)) for move in moves)
    return tuple((move, decided_chain(move, decision)) for move, decision in found if decision is not None and decision.accepted)
