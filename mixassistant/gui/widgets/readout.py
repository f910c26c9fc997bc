"""A line that is read off. It draws with Qt alone: the window has one before pyqtgraph is loaded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from mixassistant.gui.wording import as_plain

ELIDE_RIGHT, ELIDE_MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle


class Readout(QLabel):
    """One line that says what is under the pointer, or a name; its place is kept, so that nothing jumps.

    Parameters
    ----------
    hint : str
        What it says while there is nothing to say.
    kind : str
        The style sheet's name for how it looks.
    elide : Qt.TextElideMode
        What is left out where there is no room; of names, whose ends tell versions apart, the middle.
    least : int
        Room in px that it counts on at least.
    """

    def __init__(self, hint: str, kind: str = "small", elide: Qt.TextElideMode = ELIDE_RIGHT, least: int = 60) -> None:
        super().__init__(hint)
        self._hint, self._elide, self._least = hint, elide, least
        self._texts: tuple[str, ...] = (hint,)
        self.setObjectName(kind)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(hint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.ensurePolished()
        self.setMinimumHeight(self.fontMetrics().lineSpacing())

    def say(self, text: str, *shorter: str) -> None:
        """Say something, in the longest form that there is room for; empty: how to ask."""
        self._texts = (text or self._hint, *shorter)
        self.setAccessibleName(self._texts[0])
        self.setToolTip(as_plain(self._texts[0]))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say what there is room for; the tooltip says all."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, room = self.fontMetrics(), max(self.width(), self._least)
        text = next((text for text in self._texts if metrics.horizontalAdvance(text) <= room), self._texts[-1])
        self.setText(metrics.elidedText(text, self._elide, room))


def name_label(name: str, kind: str = "heading") -> Readout:
    """Return a line with the name of a mix, a stem or a reference, however long: its middle gives way, the tooltip says all."""
    label = Readout("", kind, ELIDE_MIDDLE)
    label.say(name)
    return label
