"""A message that keeps everything else alive: what happened and what to do, until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy

from mixassistant.gui.theme import SPACE
from mixassistant.i18n import _

FEWEST_LINES = 2  # of text that are shown in the lowest window
SHARE = 0.12  # of the window's height that a text takes at most


@dataclass(frozen=True)
class Offer:
    """A question: what one button accepts and the other declines; `other`: the second answer, where it is more than a no."""

    question: str
    button: str
    accepted: Callable[[], object]
    declined: Callable[[], object]
    other: str = ""


class MessageBar(QFrame):
    """The last message; notes and errors look different and read differently."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._area = QScrollArea()  # what is longer than there is room for is scrolled: plots and cards keep their places
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._area.setAccessibleName(_("Message"))
        self._area.setWidget(self._text)
        self.dismiss = QPushButton()
        self.dismiss.clicked.connect(lambda _checked=False: self._close(accepted=False))
        self.accept = QPushButton()
        self.accept.clicked.connect(lambda _checked=False: self._close(accepted=True))
        self._offers: list[Offer] = []  # questions that stay until they are answered, the first above what is told meanwhile
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        layout.addWidget(self._area, 1)
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
        offer = self._offers[0].question if self._offers else ""
        said = mark + message[:1].upper() + message[1:]
        kept = [line for line in previous.splitlines() if line not in (offer, said)][-3:]
        self._show(message, "error" if is_error else "note", [offer, *kept, said])

    def offer(self, offer: Offer) -> None:
        """Ask something; nothing else waits for the answer but the next question."""
        if any(other.question == offer.question for other in self._offers):
            return
        self._offers.append(offer)
        if len(self._offers) == 1:
            self._ask()

    def _ask(self) -> None:
        offer = self._offers[0]
        self.accept.setText(offer.button)
        self.accept.setToolTip(offer.question)
        self.accept.setAccessibleName(f"{offer.button}: {offer.question}")
        self.accept.show()
        self._show(offer.question, "note", [offer.question])

    def _close(self, accepted: bool) -> None:
        self.accept.hide()
        self.hide()
        if self._offers:
            offer = self._offers.pop(0)
            (offer.accepted if accepted else offer.declined)()
        if self._offers:
            self._ask()

    def _show(self, name: str, kind: str, lines: Sequence[str]) -> None:
        other = self._offers[0].other if self._offers else ""
        self.dismiss.setText(other or _("Dismiss"))
        self.dismiss.setToolTip(self._offers[0].question if other else _("Close this message"))
        self.dismiss.setAccessibleName(f"{other}: {self._offers[0].question}" if other else _("Dismiss the message"))
        self._text.setText("\n".join(line for line in lines if line))
        self._text.setToolTip(self._text.text())
        self.setAccessibleName(name)
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        self.fit()
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum() if not self._offers else 0)  # the newest is told last; a question stands first

    def fit(self) -> None:
        """Take the height of the text, and no more than a share of the window's; a line at least."""
        line = self._text.fontMetrics().lineSpacing()
        room = max(FEWEST_LINES * line, round(SHARE * self.window().height()))
        wanted = self._text.heightForWidth(max(self._area.viewport().width(), 1))
        height = max(min(wanted, room), self.dismiss.sizeHint().height())
        if height != self._area.height():
            self._area.setFixedHeight(height)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if wanted > room else Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text anew."""
        super().resizeEvent(event)
        self.fit()
