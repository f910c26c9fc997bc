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
        self._texts: tuple[str, ...] = (hint,)
        self.setObjectName("small")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(hint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.ensurePolished()
        self.setMinimumHeight(self.fontMetrics().lineSpacing())

    def say(self, text: str, *shorter: str) -> None:
        """Say something, in the longest form that there is room for; empty: how to ask."""
        self._texts = (text or self._hint, *shorter)
        self.setAccessibleName(self._texts[0])
        self.setToolTip(self._texts[0])
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say what there is room for; the tooltip says all."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, room = self.fontMetrics(), max(self.width(), 60)
        text = next((text for text in self._texts if metrics.horizontalAdvance(text) <= room), self._texts[-1])
        self.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
