"""What moves over the lanes: the loop, the playhead, and what is told of the moment under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen

from mixassistant.gui.waveform.pointer import Loop
from mixassistant.gui.waveform.scenery import chip_box, paint_loop, paint_playhead, paint_pointer, small
from mixassistant.gui.waveform.words import stretch_text
from mixassistant.gui.waveform.zoom import ZoomedStack
from mixassistant.gui.widgets.time_axis import decimals_for, time_text

STRIP = 6  # px on either side of the playhead that are painted again when it moves


class OverlaidStack(ZoomedStack):
    """Lanes with what moves over them, drawn over the picture of what stands still."""

    _loop: Loop | None = None
    _hover_x: float | None = None
    _has_ring = False
    _is_followed = False  # whether another song is heard, and the playhead shows the place that is linked with it

    def _is_loop_held(self) -> bool:
        """Tell whether a loop is being dragged."""
        return False

    def _held_boundary_s(self) -> float | None:
        """Return where the boundary of sections is that is being dragged."""
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what stands still from its pixmap, and over it what moves."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture())
        if not self._lanes:
            return
        field = self._field()
        if self._has_ring:
            painter.setPen(QPen(self._tokens.color("accent"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.setClipRect(field.adjusted(-1, 0, 1, 0), Qt.ClipOperation.IntersectClip)
        if self._loop is not None:
            left, right = (self.x_at(edge) for edge in self._loop)
            paint_loop(painter, left, right, field, self._ruler(), self._tokens, self._is_loop_held())
        if self._position_s is not None and self._axis.holds(self._position_s):
            paint_playhead(painter, self.x_at(self._position_s), field, self._tokens, not self._is_followed)
        if self._hover_x is not None:
            painter.setFont(small(self.font()))
            paint_pointer(painter, self._hover_x, self.pointer_text(), self._chip(self._hover_x), field, self._tokens)

    def pointer_text(self) -> str:
        """Return the time under the pointer, as fine as a pixel tells, and what is told of it; of what is dragged, where it is."""
        if self._hover_x is None:
            return ""
        decimals = min(3, max(1, decimals_for(self._axis.span_s / self._field().width())))
        if self._is_loop_held() and self._loop is not None:
            start, end = self._loop
            return f"{stretch_text(start, end, decimals)} ({time_text(end - start, decimals)})"
        held_s = self._held_boundary_s()
        time_s = self.time_at(self._hover_x) if held_s is None else held_s
        told = self._structure.told_at(time_s)
        texts = ["  ·  ".join([time_text(time_s, decimals), *told[first:]]) for first in range(len(told) + 1)]
        return next((text for text in texts if self._chip_width(text) <= self._ruler().width()), texts[-1])

    def _chip(self, x: float) -> QRectF:
        return chip_box(x, self._chip_width(self.pointer_text()), self._ruler())

    def _chip_width(self, text: str) -> int:
        return QFontMetrics(small(self.font())).horizontalAdvance(text) + 12

    def show_followed(self, is_followed: bool) -> None:
        """Show whether the playhead is what is heard, or follows the reference that is heard."""
        if is_followed != self._is_followed:
            self._is_followed = is_followed
            self.update()

    def _update_strip(self, time_s: float | None) -> None:
        if time_s is not None and self._axis.holds(time_s):
            self.update(QRect(int(self.x_at(time_s)) - STRIP, 0, 2 * STRIP + 1, self.height()))

    def _hover(self, x: float | None) -> None:
        for at in (self._hover_x, x):
            if at is not None:
                self._hover_x = at
                self.update(QRect(int(at) - 2, 0, 5, self.height()))
                self.update(self._chip(at).toAlignedRect().adjusted(-1, 0, 1, 0))
        self._hover_x = x
