"""Reading a plot off: a line (or a cross) that follows the pointer and the arrow keys over the places where there are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal

from mixassistant.gui.views.plot import Plot, pen
from mixassistant.gui.widgets.theme import Tokens


class Cursor(QObject):
    """The place that is read off, as an index into `places` and, of a picture, into `heights`; −1: none yet."""

    moved = Signal()

    def __init__(self, plot: Plot, style: Qt.PenStyle = Qt.PenStyle.DotLine) -> None:
        super().__init__(plot)
        self._style = style
        self._plot = plot
        self._places = np.zeros(0)
        self._heights = np.zeros(0)
        self.index, self.row = -1, -1
        self._upright = pg.InfiniteLine(angle=90)
        self._level = pg.InfiniteLine(angle=0)
        plot.pointed.connect(self._on_pointed)
        plot.stepped.connect(self._on_stepped)
        plot.focused.connect(self._on_focused)

    def set_places(self, places: Any, heights: Any = ()) -> None:
        """Read off at other places (sorted); the line is put back on a plot that has been cleared."""
        self._places, self._heights = np.asarray(places, float), np.asarray(heights, float)
        self.index = min(self.index, self._places.size - 1)
        self.row = min(self.row, self._heights.size - 1)
        for line in (self._upright, self._level):
            if line.scene() is None:
                self._plot.addItem(line, ignoreBounds=True)
        self._show()

    def go_to(self, place: float) -> None:
        """Read off at the nearest place to this one."""
        self._on_pointed(place, 0.0)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        for line in (self._upright, self._level):
            line.setPen(pen(tokens, "text", 1.0, self._style))

    def _on_pointed(self, x: float, y: float) -> None:
        if not self._places.size:
            return
        index = int(np.abs(self._places - x).argmin())
        row = int(np.abs(self._heights - y).argmin()) if self._heights.size else -1
        self._move(index, row)

    def _on_stepped(self, across: int, up: int) -> None:
        if not self._places.size:
            return
        self._begin()
        index = int(np.clip(self.index + across, 0, self._places.size - 1))
        self._move(index, int(np.clip(self.row + up, 0, self._heights.size - 1)) if self._heights.size else -1)

    def _on_focused(self, is_focused: bool) -> None:
        if is_focused and self._places.size and self.index < 0:
            self._begin()
            self._show()
            self.moved.emit()

    def _begin(self) -> None:
        if self.index < 0:
            self.index = self._places.size // 2
            self.row = self._heights.size // 2 if self._heights.size else -1

    def _move(self, index: int, row: int) -> None:
        if (index, row) != (self.index, self.row):
            self.index, self.row = index, row
            self._show()
            self.moved.emit()

    def _show(self) -> None:
        self._upright.setVisible(self.index >= 0)
        self._level.setVisible(self.row >= 0)
        if self.index >= 0:
            self._upright.setValue(float(self._places[self.index]))
        if self.row >= 0:
            self._level.setValue(float(self._heights[self.row]))
