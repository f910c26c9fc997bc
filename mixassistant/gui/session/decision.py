"""Accepting and rejecting suggestions, and shaping their equalizers, as the undo stack holds it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision

Put = Callable[[str, "Decision | None"], None]
AMOUNTS_ID, SHAPES_ID = 1, 2  # of commands that Qt may merge
ONE_MOVE_S = 1.0  # steps of a slider that follow each other faster are undone together


class DecisionCommand(QUndoCommand):
    """Accepting or rejecting one suggestion, or accepting another amount of it."""

    def __init__(self, put: Put, suggestion: str, before: Decision | None, after: Decision | None) -> None:
        self._is_amount = before is not None and after is not None and before.accepted and after.accepted
        super().__init__(_("Amount") if self._is_amount else _named(after))
        self._put, self._suggestion, self._before, self._after = put, suggestion, before, after
        self._made_s = time.monotonic()

    def redo(self) -> None:
        """Decide."""
        self._put(self._suggestion, self._after)

    def undo(self) -> None:
        """Take it back."""
        self._put(self._suggestion, self._before)

    def id(self) -> int:
        """Return what tells Qt to try a merge: changes of amounts alone."""
        return AMOUNTS_ID if self._is_amount else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the next step of the same slider."""
        if not isinstance(other, DecisionCommand) or other._suggestion != self._suggestion or other._made_s - self._made_s > ONE_MOVE_S:
            return False
        self._after, self._made_s = other._after, other._made_s
        return True


class ShapeCommand(QUndoCommand):
    """Another equalizer for a move that nothing was decided on."""

    def __init__(self, put: Callable[[str, Decision], None], suggestion: str, before: Decision, after: Decision) -> None:
        super().__init__(_("Shape"))
        self._put, self._suggestion, self._before, self._after = put, suggestion, before, after
        self._made_s = time.monotonic()

    def redo(self) -> None:
        """Set it."""
        self._put(self._suggestion, self._after)

    def undo(self) -> None:
        """Set what was there before."""
        self._put(self._suggestion, self._before)

    def id(self) -> int:
        """Return what tells Qt to try a merge."""
        return SHAPES_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the next step of the same equalizer."""
        if not isinstance(other, ShapeCommand) or other._suggestion != self._suggestion or other._made_s - self._made_s > ONE_MOVE_S:
            return False
        self._after, self._made_s = other._after, other._made_s
        return True


def _named(decision: Decision | None) -> str:
    if decision is None:
        return _("Clear decision")
    return _("Accept") if decision.accepted else _("Reject")
