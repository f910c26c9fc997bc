"""The waveform overview: the mix, and a lane per stem in its role's colour; more stems than fit scroll."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from mixassistant.gui.core import Result
from mixassistant.gui.theme import Tokens
from mixassistant.i18n import _

MIX_HEIGHT = 84  # px
LANE_HEIGHT = 30
LANES = 8  # stems in sight at once where there is room
FEWEST_LANES = 2  # and in a small window
SCROLL_WIDTH = 12  # px
RULER_HEIGHT = 20
NAME_WIDTH = 92
ZOOM_STEP = 1.25
TICKS_S = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600)


def _height(stems: int) -> int:
    return MIX_HEIGHT + LANE_HEIGHT * stems + RULER_HEIGHT


class Waveform(QWidget):
    """Peaks with RMS inside, time below; the wheel zooms at the pointer, dragging pans, + and − zoom, 0 shows all.

    The mix stays on top; stems that there is no room for come into sight by the scroll bar, the arrow and page keys, or the wheel over
    the names.
    """

    zoomed = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._lanes: list[tuple[str, str, object]] = []
        self._duration = 1.0
        self.start_s, self.end_s = 0.0, 1.0
        self._grip: float | None = None
        self.setAccessibleName(_("Waveform of the mix and its stems"))
        self.setToolTip(_("Wheel zooms, dragging pans, 0 shows all; arrow keys, or the wheel over the names, scroll the stems"))
        self.scroller = QScrollBar(Qt.Orientation.Vertical, self)
        self.scroller.setAccessibleName(_("Scroll the stems"))
        self.scroller.setToolTip(_("More stems"))
        self.scroller.valueChanged.connect(lambda _first: self.update())
        self.scroller.hide()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def show_result(self, result: Result) -> None:
        """Show the waveforms of an analysis."""
        stems = result.analysis.track.stems
        self._lanes = [("mix", _("Mix"), result.peaks["mix"])]
        self._lanes += [(stem.role, stem.name, result.peaks[stem.name]) for stem in stems if stem.name in result.peaks]
        self._duration = max(result.analysis.track.duration_s, 0.1)
        self.start_s, self.end_s = 0.0, self._duration
        count = len(self._lanes) - 1
        self.setAccessibleDescription(_("{count} stems").format(count=count))
        self.scroller.setValue(0)
        self.setMinimumHeight(_height(min(count, FEWEST_LANES)))
        self.updateGeometry()
        self._arrange()
        self.update()

    def names_in_sight(self) -> list[str]:
        """Return the names of the lanes that are drawn, from the top."""
        return [name for _role, name, _peaks in self._in_sight()]

    def more_text(self) -> str:
        """Return how many stems are out of sight, and where; empty when all are drawn."""
        if self.scroller.maximum() == 0:
            return ""
        above, below = self.scroller.value() > 0, self.scroller.value() < self.scroller.maximum()
        return _("+{count} more").format(count=self.scroller.maximum()) + (" ↕" if above and below else " ↑" if above else " ↓")

    def _in_sight(self) -> list[tuple[str, str, object]]:
        first = self.scroller.value()
        return self._lanes[:1] + self._lanes[1 + first : 1 + first + self._room()]

    def _room(self) -> int:
        """Return how many stems the height has room for."""
        return min(LANES, max(FEWEST_LANES, (self.height() - _height(0)) // LANE_HEIGHT))

    def sizeHint(self) -> QSize:
        """Return the size in which all stems are in sight, or eight of them."""
        return QSize(NAME_WIDTH + 400, _height(min(max(0, len(self._lanes) - 1), LANES)))

    def _arrange(self) -> None:
        count, room = len(self._lanes) - 1, self._room()
        self.scroller.setRange(0, max(0, count - room))
        self.scroller.setPageStep(room)
        self.scroller.setVisible(count > room)
        self.scroller.setGeometry(self.width() - SCROLL_WIDTH, MIX_HEIGHT, SCROLL_WIDTH, room * LANE_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many stems as there is room for."""
        self._arrange()

    def _wave_width(self) -> int:
        """Return the width of the waveforms, in px."""
        return max(1, self.width() - NAME_WIDTH - (SCROLL_WIDTH if self.scroller.maximum() else 0))

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.update()

    def _x(self, time_s: float) -> float:
        return NAME_WIDTH + (time_s - self.start_s) / (self.end_s - self.start_s) * self._wave_width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all lanes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._tokens.color("panel"))
        top = 0
        for role, name, peaks in self._in_sight():
            height = MIX_HEIGHT if role == "mix" else LANE_HEIGHT
            self._paint_lane(painter, QRectF(0, top, self.width(), height), self._tokens.color(role), name, peaks)
            top += height
        self._paint_ruler(painter, top)

    def _paint_lane(self, painter: QPainter, box: QRectF, color: QColor, name: str, peaks: object) -> None:
        painter.setPen(self._tokens.color("line"))
        painter.drawLine(QLineF(box.left(), box.bottom(), box.right(), box.bottom()))
        painter.setPen(color)
        label = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, NAME_WIDTH - 16)
        painter.drawText(QRectF(10, box.top(), NAME_WIDTH - 14, box.height()), Qt.AlignmentFlag.AlignVCenter, label)
        columns = self._wave_width()
        low, high, rms = peaks.view(self.start_s, self.end_s, columns)  # type: ignore[attr-defined]
        largest = max(float(np.abs(low).max(initial=0)), float(np.abs(high).max(initial=0)), 1e-4)
        scale, middle = (box.height() / 2 - 3) / max(largest, 0.25), box.center().y()
        faint = QColor(color)
        faint.setAlphaF(0.45)
        for pen_color, below, above in ((faint, low, high), (color, -rms, rms)):
            painter.setPen(QPen(pen_color, 1))
            lines = [
                QLineF(NAME_WIDTH + i + 0.5, middle - float(a) * scale, NAME_WIDTH + i + 0.5, middle - float(b) * scale)
                for i, (b, a) in enumerate(zip(below, above, strict=True))
            ]
            painter.drawLines(lines)

    def _paint_ruler(self, painter: QPainter, top: int) -> None:
        span = self.end_s - self.start_s
        room = self._wave_width() / 70
        step = next((t for t in TICKS_S if span / t <= room), TICKS_S[-1])
        painter.setPen(self._tokens.color("quiet"))
        painter.drawText(QRectF(10, top, NAME_WIDTH - 10, RULER_HEIGHT), Qt.AlignmentFlag.AlignVCenter, self.more_text())
        tick = np.ceil(self.start_s / step) * step
        while tick <= self.end_s:
            x = self._x(tick)
            painter.drawLine(QPointF(x, top), QPointF(x, top + 4))
            text = f"{int(tick // 60)}:{tick % 60:04.1f}" if step < 1 else f"{int(tick // 60)}:{int(tick % 60):02d}"
            if x + 34 < NAME_WIDTH + self._wave_width():
                painter.drawText(QPointF(x + 3, top + 15), text)
            tick += step

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Zoom in (factor above 1) or out, keeping one moment where it is."""
        centre = (self.start_s + self.end_s) / 2 if around_s is None else around_s
        span = min(max((self.end_s - self.start_s) / factor, 0.05), self._duration)
        share = (centre - self.start_s) / (self.end_s - self.start_s)
        self._place(centre - share * span, span)

    def _place(self, start_s: float, span: float) -> None:
        self.start_s = min(max(start_s, 0.0), self._duration - span)
        self.end_s = self.start_s + span
        self.update()
        self.zoomed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; over the names, scroll the stems."""
        steps = event.angleDelta().y() / 120
        if event.position().x() < NAME_WIDTH and self.scroller.maximum():
            self.scroller.setValue(self.scroller.value() - (1 if steps > 0 else -1))
            event.accept()
            return
        share = (event.position().x() - NAME_WIDTH) / self._wave_width()
        around = self.start_s + min(max(share, 0.0), 1.0) * (self.end_s - self.start_s)
        self.zoom(ZOOM_STEP if steps > 0 else 1 / ZOOM_STEP, around)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the waveform."""
        self._grip = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan."""
        if self._grip is None:
            return
        span = self.end_s - self.start_s
        moved = (self._grip - event.position().x()) / self._wave_width() * span
        self._grip = event.position().x()
        self._place(self.start_s + moved, span)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and scroll by keyboard."""
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -self._room(), Qt.Key.Key_PageDown: self._room()}
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif event.key() == Qt.Key.Key_0:
            self._place(0.0, self._duration)
        elif self.scroller.maximum() and event.key() in moves:
            self.scroller.setValue(self.scroller.value() + moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
