"""Accepting and rejecting suggestions, as the undo stack holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.session import Session

Decided = tuple[bool | None, float]  # accepted, rejected or neither, and the amount


class Choice(QUndoCommand):
    """Accepting or rejecting one suggestion."""

    def __init__(self, session: Session, suggestion: str, before: Decided, after: Decided) -> None:
        super().__init__({True: _("Accept"), False: _("Reject"), None: _("Clear decision")}[after[0]])
        self._session, self._suggestion, self._before, self._after = session, suggestion, before, after

    def redo(self) -> None:
        """Decide."""
        self._session.put_decision(self._suggestion, *self._after)

    def undo(self) -> None:
        """Take it back."""
        self._session.put_decision(self._suggestion, *self._before)
