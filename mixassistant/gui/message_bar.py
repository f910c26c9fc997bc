"""A message that keeps everything else alive: what happened and what to do, until it is dismissed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from mixassistant.i18n import _


class MessageBar(QFrame):
    """The last message; notes and errors look different and read differently."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self.dismiss = QPushButton(_("Dismiss"))
        self.dismiss.setToolTip(_("Close this message"))
        self.dismiss.setAccessibleName(_("Dismiss the message"))
        self.dismiss.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def tell(self, message: str, is_error: bool) -> None:
        """Show a message; several errors in a row stay together."""
        mark = "⚠ " if is_error else "✓ "
        previous = self._text.text() if self.isVisible() and is_error and self.property("kind") == "error" else ""
        lines = [*previous.splitlines()[-3:], mark + message[:1].upper() + message[1:]]
        self._text.setText("\n".join(lines))
        self.setAccessibleName(message)
        self.setProperty("kind", "error" if is_error else "note")
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
