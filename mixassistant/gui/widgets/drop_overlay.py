"""What lights up over a part of the window while something is dragged over it, and says what a drop will do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mixassistant.gui.widgets.theme import RADIUS, SPACE, TYPE_PT, Tokens
from mixassistant.gui.wording import breakable

VEIL = 0.92  # opacity of the ground: what is below is still there, and does not disturb the words


class DropOverlay(QWidget):
    """A frame with a sentence over all of its parent, but for a margin in px; the mouse goes through it."""

    def __init__(self, parent: QWidget, tokens: Callable[[], Tokens], margin: int = 0) -> None:
        super().__init__(parent)
        self._parent, self._tokens, self._margin = parent, tokens, margin
        parent.installEventFilter(self)
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def light_up(self, text: str) -> None:
        """Show what a drop will do; an empty text: nothing is dragged."""
        self.text = text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text:
            self._fit()
            self.raise_()
            self.update()

    def _fit(self) -> None:
        margin = self._margin
        self.setGeometry(self._parent.rect().adjusted(margin, margin, -margin, -margin))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the parent."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        tokens, painter = self._tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(tokens.color("raised"))
        ground.setAlphaF(VEIL)
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setBrush(ground)
        painter.setPen(QPen(tokens.color("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(tokens.color("text"))
        font = self.font()
        font.setPointSize(TYPE_PT["title"])
        painter.setFont(font)
        inside = box.adjusted(2 * SPACE, SPACE, -2 * SPACE, -SPACE)
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, breakable(self.text))
