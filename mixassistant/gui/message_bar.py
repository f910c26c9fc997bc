"""A message that keeps everything else alive: what happened and what to do, until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable

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
        self.dismiss.clicked.connect(lambda _checked=False: self._close(accepted=False))
        self.accept = QPushButton()
        self.accept.clicked.connect(lambda _checked=False: self._close(accepted=True))
        self._offer = ""  # a question that stays until it is answered, above what is told meanwhile
        self._answers: tuple[Callable[[], None], Callable[[], None]] | None = None
        layout = QHBoxLayout(self)
        layout.addWidget(self._text, 1)
        self.accept.hide()
        layout.addWidget(self.accept, 0, Qt.AlignmentFlag.AlignTop)
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
        kept = [line for line in previous.splitlines() if line != self._offer][-3:]
        lines = [*([self._offer] if self._offer else []), *kept, mark + message[:1].upper() + message[1:]]
        self._text.setText("\n".join(lines))
        self._show(message, "error" if is_error else "note")

    def offer(self, question: str, button: str, accepted: Callable[[], None], declined: Callable[[], None]) -> None:
        """Ask something that one button accepts and dismissing declines; nothing else waits for the answer."""
        self._offer, self._answers = question, (accepted, declined)
        self.accept.setText(button)
        self.accept.setToolTip(question)
        self.accept.setAccessibleName(f"{button}: {question}")
        self.accept.show()
        self._text.setText(question)
        self._show(question, "note")

    def _close(self, accepted: bool) -> None:
        answers, self._answers, self._offer = self._answers, None, ""
        self.accept.hide()
        self.hide()
        if answers is not None:
            answers[0 if accepted else 1]()

    def _show(self, name: str, kind: str) -> None:
        self.setAccessibleName(name)
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
