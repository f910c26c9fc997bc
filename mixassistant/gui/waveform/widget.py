"""The waveform overview as the window knows it: what it shows, what it asks for, mouse, wheel and keys."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from mixassistant.features.descriptor import vector
from mixassistant.gui.background.result import Result, is_same_sound
from mixassistant.gui.waveform.lanes import Lane
from mixassistant.gui.waveform.pointer import SHORTEST_LOOP_S, Act, Loop, Pointer
from mixassistant.gui.waveform.scenery import chip_box, paint_loop, paint_playhead, paint_pointer, small, x_of
from mixassistant.gui.waveform.stack import LaneStack
from mixassistant.gui.waveform.table import WaveformTable
from mixassistant.gui.waveform.words import LANES_TIP, description, mix_tip, section_tip, stretch_text
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import Axis, decimals_for, next_edge, section_at, sections_of, time_text
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.audio.peaks import Peaks
    from mixassistant.stems.stem import Song

ZOOM_STEP = 1.25  # a notch of the wheel, or a press of + or −
PAN_SHARE = 0.1  # of what is in sight, a notch of the horizontal wheel
STEP_SHARE = 0.02  # of what is in sight, a press of an arrow key
JUMP_S = 1.0  # more than playing moves the position from one message to the next
BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
STRIP = 6  # px on either side of the playhead that are painted again when it moves


class Waveform(LaneStack):
    """Peaks with RMS inside, a lane per stem, sections, the loop and the position.

    The wheel zooms at the pointer, dragging pans, a click seeks, Shift and a drag make a loop. It plays nothing itself: it asks
    (`seek_wanted`, `loop_wanted`, `solo_toggled`, `mute_toggled`, `lane_menu_wanted`) and shows what it is told.
    """

    zoomed = Signal()
    seek_wanted = Signal(float)
    loop_wanted = Signal(object)
    lane_menu_wanted = Signal(str, QPoint)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens, parent)
        self._preview = ""
        self._song: Song | None = None
        self._is_preview = False
        self._position_s: float | None = None
        self._loop: Loop | None = None
        self._hover_x: float | None = None
        self._has_ring = False
        self._pointer = Pointer(self)
        self.setAccessibleName(_("Waveform of the mix and its stems"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # What is shown

    @property
    def start_s(self) -> float:
        """Where what is in sight begins."""
        return self._axis.start_s

    @property
    def end_s(self) -> float:
        """Where what is in sight ends."""
        return self._axis.end_s

    def show_result(self, result: Result) -> None:
        """Show the waveforms of an analysis; what is in sight, the loop and the position stay if it is of the same audio."""
        track = result.analysis.track
        lanes = [Lane("mix", _("Mix"), result.peaks["mix"])]
        lanes += [Lane(stem.role, stem.name, result.peaks[stem.name], stem.origin) for stem in track.stems if stem.name in result.peaks]
        boundaries = vector(track.mix, "sections")
        duration_s = result.peaks["mix"].duration_s
        is_same = self._song is not None and is_same_sound(result.analysis.song, self._song)
        is_same |= self._is_preview and abs(duration_s - self._axis.duration_s) < 0.5
        self._song, self._is_preview = result.analysis.song, False
        names = {lane.name for lane in lanes}
        self._solo, self._muted = self._solo & names, self._muted & names
        self.show_lanes(lanes, () if boundaries is None else tuple(boundaries.tolist()), duration_s, is_same)

    def show_preview(self, name: str, peaks: Peaks, duration_s: float) -> None:
        """Show a mix that is still being read or analysed, under its name; call again as more of it is there."""
        is_same = self._is_preview and self._preview == name and abs(duration_s - self._axis.duration_s) < 1e-6
        self._preview, self._is_preview, self._song = name, True, None
        self._solo = self._muted = frozenset()
        self.show_lanes([Lane("mix", _("Mix"), peaks)], (), duration_s, is_same)

    def show_lanes(self, lanes: Sequence[Lane], boundaries_s: Sequence[float], duration_s: float, is_same: bool = False) -> None:
        """Show lanes, the mix first; of the same audio as before, what is in sight, the loop and the position stay."""
        if is_same:
            whole = Axis.whole(duration_s)
            self._axis = whole if self._axis.is_whole else whole.placed(self._axis.start_s, self._axis.span_s)
        else:
            self._axis = Axis.whole(duration_s)
            self._position_s = self._loop = None
            self._pointer.cancel()
        self.put_lanes(lanes, sections_of(boundaries_s, duration_s))
        self._describe()

    def show_position(self, position_s: float | None) -> None:
        """Move the playhead; while zoomed in, turn the page when it leaves what was in sight (not when the user looks elsewhere)."""
        before = self._position_s
        if before == position_s:
            return
        self._update_strip(before)
        self._position_s = position_s
        self._update_strip(position_s)
        if position_s is None or before is None or abs(position_s - before) > JUMP_S:
            self._describe()  # not at every step of playing: a screen reader would never be silent
        is_left = position_s is not None and before is not None and self._axis.holds(before) and not self._axis.holds(position_s)
        if is_left and position_s is not None and self._pointer.act is Act.NONE:
            self._look(self._axis.reaching(position_s, 0.03))

    def show_loop(self, loop: object) -> None:
        """Show a loop ``(start, end)`` in seconds, or none."""
        self._pointer.cancel()
        self.put_loop(None if loop is None else (float(loop[0]), float(loop[1])), False)  # type: ignore[index]

    def show_solo_mute(self, solo: frozenset[str], muted: frozenset[str]) -> None:
        """Show which stems are heard alone and which are silenced."""
        super().show_solo_mute(solo, muted)
        self._describe()

    def _describe(self) -> None:
        """Say what the picture shows."""
        if self._lanes:
            stems = [lane.name for lane in self._lanes[1:]]
            solo, muted = ([name for name in stems if name in chosen] for chosen in (self._solo, self._muted))
            text = description(
                self._axis.duration_s, stems, self._sections, self._loop, self._position_s, (self.start_s, self.end_s), solo, muted,
                self._is_preview,
            )  # fmt: skip
            self.setAccessibleDescription(text)

    # Looking around

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Zoom in (factor above 1) or out, keeping one moment where it is: that one, the playhead if in sight, or the middle."""
        if around_s is None:
            position = self._position_s
            around_s = position if position is not None and self._axis.holds(position) else (self.start_s + self.end_s) / 2
        self._look(self._axis.zoomed(factor, around_s))

    def show_all(self) -> None:
        """Show the whole mix."""
        self._look(Axis.whole(self._axis.duration_s))

    def pan(self, pixels: float) -> None:
        """Move what is in sight."""
        self._look(self._axis.moved(pixels * self._axis.span_s / self._field().width()))

    def _look(self, axis: Axis) -> None:
        if axis != self._axis:
            self._axis = axis
            self._redraw()
            self._describe()
            self.zoomed.emit()

    def time_at(self, x: float, is_bound: bool = True) -> float:
        """Return the moment under an x, within the programme."""
        field = self._field()
        time_s = self.start_s + (x - field.left()) / field.width() * self._axis.span_s
        return min(max(time_s, 0.0), self._axis.duration_s) if is_bound else time_s

    def x_at(self, time_s: float) -> float:
        """Return the x of a moment."""
        return x_of(time_s, self._axis, self._field())

    # Asking

    def seek(self, time_s: float) -> None:
        """Go to a moment and ask the player to."""
        if self._lanes:
            time_s = min(max(time_s, 0.0), self._axis.duration_s)
            self._look(self._axis.reaching(time_s, 0.5))
            self.show_position(time_s)
            self.seek_wanted.emit(time_s)

    def current_loop(self) -> Loop | None:
        """Return the loop."""
        return self._loop

    def put_loop(self, loop: Loop | None, is_final: bool) -> None:
        """Show a loop; when final, ask the player for it."""
        if loop is not None:
            start = min(max(loop[0], 0.0), max(0.0, self._axis.duration_s - SHORTEST_LOOP_S))
            loop = (start, min(max(loop[1], start + SHORTEST_LOOP_S), self._axis.duration_s))
        if loop != self._loop:
            self._loop = loop
            self.update()
        if is_final:
            self.loop_wanted.emit(loop)
        self._describe()

    # Painting

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
            paint_loop(painter, left, right, field, self._ruler(), self._tokens, self._pointer.act is Act.LOOP)
        if self._position_s is not None and self._axis.holds(self._position_s):
            paint_playhead(painter, self.x_at(self._position_s), field, self._tokens)
        if self._hover_x is not None:
            painter.setFont(small(self.font()))
            paint_pointer(painter, self._hover_x, self.pointer_text(), self._chip(self._hover_x), field, self._tokens)

    def pointer_text(self) -> str:
        """Return the time under the pointer, as fine as a pixel tells; while a loop is dragged, its edges and length."""
        if self._hover_x is None:
            return ""
        decimals = min(3, max(1, decimals_for(self._axis.span_s / self._field().width())))
        if self._pointer.act is Act.LOOP and self._loop is not None:
            start, end = self._loop
            return f"{stretch_text(start, end, decimals)} ({time_text(end - start, decimals)})"
        return time_text(self.time_at(self._hover_x), decimals)

    def _chip(self, x: float) -> QRectF:
        width = QFontMetrics(small(self.font())).horizontalAdvance(self.pointer_text()) + 12
        return chip_box(x, width, self._ruler())

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

    # Mouse, wheel, keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the waveform, of a loop's edge, or begin a loop."""
        if event.button() == Qt.MouseButton.LeftButton and self._lanes and self._field().contains(event.position()):
            self._pointer.press(event.position().x(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show the time under the pointer."""
        x, field = event.position().x(), self._field()
        is_inside = bool(self._lanes) and field.contains(event.position())
        self._pointer.move(x)
        self._hover(min(max(x, field.left()), field.right()) if is_inside or self._pointer.act is Act.LOOP else None)
        on_edge = is_inside and self._pointer.edge_at(x) is not None
        shapes = {Act.PAN: Qt.CursorShape.ClosedHandCursor, Act.LOOP: Qt.CursorShape.SizeHorCursor}
        self.setCursor(shapes.get(self._pointer.act, Qt.CursorShape.SizeHorCursor if on_edge else Qt.CursorShape.ArrowCursor))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: a click seeks."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pointer.release(event.position().x())
            self.unsetCursor()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Clear the loop under the pointer, or make one of the section whose letter is there."""
        time_s = self.time_at(event.position().x())
        section = section_at(self._sections, time_s)
        if self._band().contains(event.position()) and section is not None:
            self.put_loop((section.start_s, section.end_s), True)
        elif self._field().contains(event.position()) and self._loop is not None and self._loop[0] <= time_s <= self._loop[1]:
            self.put_loop(None, True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go, to who got here by keyboard, and say where things stand."""
        self._has_ring = event.reason() in BY_KEYBOARD
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        self._has_ring = False
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the time under the pointer away."""
        self._hover(None)

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
        """Zoom by a pinch; say what lies under the pointer."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(math.exp(event.value()), self.time_at(event.position().x()))
            return True
        if event.type() == QEvent.Type.ToolTip:
            position = event.pos()  # type: ignore[attr-defined]
            QToolTip.showText(event.globalPos(), as_plain(self.tip_at(position.x(), position.y())), self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def tip_at(self, x: float, y: float) -> str:
        """Return the tooltip of a place."""
        field = self._field()
        if not self._lanes:
            return ""
        if x < field.left():
            return mix_tip(self._lanes[0].name, self._axis.duration_s)
        section = section_at(self._sections, self.time_at(x)) if self._band().contains(x, y) else None
        return LANES_TIP if section is None else section_tip(section)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the lane under the pointer; by keyboard, of the lane whose button has the focus."""
        focused = next((head for head in self._heads if head.solo.hasFocus() or head.mute.hasFocus()), None)
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        name = focused.lane.name if by_key and focused is not None and focused.lane is not None else self.lane_at(event.pos().y())
        if by_key and name is None and self._lanes:
            name = "mix"
        if name is not None:
            self.lane_menu_wanted.emit(name, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, seek, loop and scroll by keyboard."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        scrolls = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -self._room(), Qt.Key.Key_PageDown: self._room()}
        here = self._position_s if self._position_s is not None else self.start_s
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key == Qt.Key.Key_T and self._lanes:
            self.show_table()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.seek(0.0 if key == Qt.Key.Key_Home else self._axis.duration_s)
        elif way and modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._stretch_loop(here, way * STEP_SHARE * self._axis.span_s)
        elif way and modifiers & Qt.KeyboardModifier.ControlModifier:
            self.seek(next_edge(self._sections, self._axis.duration_s, here, way))
        elif way:
            self.seek(here + way * STEP_SHARE * self._axis.span_s)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._loop is not None:
            self.put_loop(None, True)
        elif self.scroller.maximum() and key in scrolls:
            self.scroller.setValue(self.scroller.value() + scrolls[key])
        else:
            super().keyPressEvent(event)

    def show_table(self) -> WaveformTable:
        """Open the same as numbers."""
        table = WaveformTable(self._lanes, self._sections, self._axis.duration_s, self.window())
        table.show()
        return table

    def _stretch_loop(self, here: float, by_s: float) -> None:
        """Begin a loop at the position, or move the end of the one there is."""
        if not self._lanes:
            return
        if self._loop is None:
            self.put_loop((min(here, here + by_s), max(here, here + by_s)), True)
        else:
            self.put_loop((self._loop[0], max(self._loop[1] + by_s, self._loop[0] + SHORTEST_LOOP_S)), True)
