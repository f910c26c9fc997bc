"""A plot along the time of the mix: it shows the stretch that the waveform shows, and the playhead."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent

from mixassistant.gui.views.plot import Axis, Plot, TimeAxis, pen
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.i18n import _

SHORTEST_S = 1.0  # in sight


class TimePlot(Plot):
    """A plot over time. Signals: `looked` (start and end of what the user brought into sight), `seek_wanted` (a moment)."""

    looked = Signal(float, float)
    seek_wanted = Signal(float)

    def __init__(self, name: str, tip: str, left: Axis, left_label: str) -> None:
        super().__init__(name, tip, left, left_label, TimeAxis("bottom"), _("Time (m:ss)"))
        self._duration_s = 0.0
        self._stretch: tuple[float, float] | None = None  # None: all of it
        self._place_s: float | None = None
        self._playhead = pg.InfiniteLine(angle=90)
        self._playhead.setZValue(20)
        self.getViewBox().sigRangeChangedManually.connect(lambda _sides: self._on_looked())
        self.scene().sigMouseClicked.connect(self._on_clicked)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        super().set_tokens(tokens)
        self._playhead.setPen(pen(tokens, "accent", 1.5))

    def show_span(self, duration_s: float) -> None:
        """Show a programme, as much of it as was in sight; the wheel zooms into it, a double click shows it all again."""
        if self._duration_s and duration_s != self._duration_s:
            self._stretch = None  # of another programme
        self._duration_s = duration_s
        self.setMouseEnabled(x=True, y=False)
        self.setLimits(xMin=0, xMax=duration_s, minXRange=min(SHORTEST_S, duration_s))
        self._show_range()
        if self._playhead.scene() is None:
            self.addItem(self._playhead, ignoreBounds=True)
        self._put_playhead()

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Show the stretch that is in sight elsewhere."""
        if (start_s, end_s) != self._stretch:
            self._stretch = (start_s, end_s)
            self._show_range()

    def show_place(self, place_s: float | None) -> None:
        """Move the playhead, where that is a pixel at least: to draw a plot again takes milliseconds."""
        before, self._place_s = self._place_s, place_s
        if before is None or place_s is None:
            self._put_playhead()
            return
        (start_s, end_s), _heights = self.getViewBox().viewRange()
        a_pixel_s = (end_s - start_s) / max(self.getViewBox().width(), 1.0)
        if abs(place_s - float(self._playhead.value())) >= a_pixel_s:
            self._put_playhead()

    def _put_playhead(self) -> None:
        self._playhead.setVisible(self._place_s is not None)
        if self._place_s is not None:
            self._playhead.setValue(self._place_s)

    def _show_range(self) -> None:
        if self._duration_s:
            start_s, end_s = self._stretch or (0.0, self._duration_s)
            self.setXRange(start_s, min(end_s, self._duration_s), padding=0)

    def _on_looked(self) -> None:
        (start_s, end_s), _heights = self.getViewBox().viewRange()
        self._stretch = (float(start_s), float(end_s))
        self.looked.emit(*self._stretch)

    def _on_clicked(self, event: Any) -> None:
        place = event.scenePos()
        if event.button() == Qt.MouseButton.LeftButton and not event.double() and self.getViewBox().sceneBoundingRect().contains(place):
            self.seek_wanted.emit(min(max(self._place(place).x(), 0.0), self._duration_s))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole programme again, here and elsewhere."""
        super().mouseDoubleClickEvent(event)
        if self._duration_s:
            self._stretch = None
            self._show_range()
            self.looked.emit(0.0, self._duration_s)
