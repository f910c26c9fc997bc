"""Which stretch of the lanes is in sight: zoom and pan, by wheel, by pinch and by call."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QWheelEvent

from mixassistant.gui.waveform.scenery import x_of
from mixassistant.gui.waveform.stack import LaneStack
from mixassistant.gui.widgets.time_axis import Axis

ZOOM_STEP = 1.25  # a notch of the wheel, or a press of + or −
PAN_SHARE = 0.1  # of what is in sight, a notch of the horizontal wheel


class ZoomedStack(LaneStack):
    """Lanes of which a stretch is in sight; `zoomed` says that it is another one."""

    zoomed = Signal()
    _position_s: float | None = None

    @property
    def start_s(self) -> float:
        """Where what is in sight begins."""
        return self._axis.start_s

    @property
    def end_s(self) -> float:
        """Where what is in sight ends."""
        return self._axis.end_s

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Zoom in (factor above 1) or out, keeping one moment where it is: that one, the playhead if in sight, or the middle."""
        if around_s is None:
            position = self._position_s
            around_s = position if position is not None and self._axis.holds(position) else (self.start_s + self.end_s) / 2
        self._look(self._axis.zoomed(factor, around_s))

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in sight."""
        return self._axis.is_whole

    def show_span(self, start_s: float, end_s: float) -> None:
        """Show a stretch, as far as there is one."""
        self._look(self._axis.placed(start_s, end_s - start_s))

    def show_all(self) -> None:
        """Show the whole mix."""
        self._look(Axis.whole(self._axis.duration_s))

    def show_in_sight(self, start_s: float, end_s: float) -> None:
        """Show a stretch that was brought into sight elsewhere."""
        self._look(self._axis.placed(start_s, end_s - start_s))

    def pan(self, pixels: float) -> None:
        """Move what is in sight."""
        self._look(self._axis.moved(pixels * self._axis.span_s / self._field().width()))

    def _look(self, axis: Axis) -> None:
        if axis != self._axis:
            self._axis = axis
            self._redraw()
            self.zoomed.emit()

    def time_at(self, x: float, is_bound: bool = True) -> float:
        """Return the moment under an x, within the programme."""
        field = self._field()
        time_s = self.start_s + (x - field.left()) / field.width() * self._axis.span_s
        return min(max(time_s, 0.0), self._axis.duration_s) if is_bound else time_s

    def x_at(self, time_s: float) -> float:
        """Return the x of a moment."""
        return x_of(time_s, self._axis, self._field())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer (pan with Shift, or a wheel to the side); over the names, scroll the stems."""
        delta = event.angleDelta()
        event.accept()
        if event.position().x() < self.head_width and self.scroller.maximum() and delta.y():
            self.scroller.setValue(self.scroller.value() - (1 if delta.y() > 0 else -1))
            return
        is_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if is_shift or abs(delta.x()) > abs(delta.y()):
            notches = (delta.x() or delta.y()) / 120
            self._look(self._axis.moved(-notches * PAN_SHARE * self._axis.span_s))
        elif delta.y():
            self.zoom(ZOOM_STEP ** (delta.y() / 120), self.time_at(max(event.position().x(), self._field().left())))

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(math.exp(event.value()), self.time_at(event.position().x()))
            return True
        return super().event(event)
