"""A line that is read off. It draws with Qt alone: the window has one before pyqtgraph is loaded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class Readout(QLabel):
    """One line that says what is under the pointer; its place is kept, so that nothing jumps."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self._hint = hint
        self._text = ""
        self.setObjectName("small")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(hint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.ensurePolished()
        self.setMinimumHeight(self.fontMetrics().lineSpacing())

    def say(self, text: str) -> None:
        """Say something; empty: how to ask."""
        self._text = text or self._hint
        self.setAccessibleName(self._text)
        self.setToolTip(self._text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say what there is room for; the tooltip says all."""
        super().resizeEvent(event)
        self._text = self._text or self._hint
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, max(self.width(), 60)))
