"""What Esc means in a search field: it clears what was typed, then leaves, and in a dialog closes it; no work is cancelled by that."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class ClearsOnEscape(QObject):
    """Has Esc clear a search field; in an empty one, Esc gives the keyboard to `rest`, what is searched (None: it is left to a dialog)."""

    def __init__(self, field: QLineEdit, rest: QWidget | None = None) -> None:
        super().__init__(field)
        self._field, self._rest = field, rest
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Esc before the window's shortcut for cancelling does."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape or event.modifiers():
            return False
        if self._rest is None and not self._field.text():
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if self._field.text():
            self._field.clear()
        elif self._rest is not None and self._rest.isVisible():
            self._rest.setFocus(Qt.FocusReason.OtherFocusReason)
        return True
