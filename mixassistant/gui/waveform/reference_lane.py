"""The hands on the lane of the reference: a click seeks, a drag pans, Shift and a drag make a loop, and its flag moves the link."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from mixassistant.gui.background.song_structure import section_text
from mixassistant.gui.waveform.pointer import GRASP, Act, Loop, Pointer, loop_within
from mixassistant.gui.waveform.reference_picture import STRIP, ReferencePicture
from mixassistant.gui.waveform.words import length_text
from mixassistant.gui.waveform.zoom import PAN_SHARE, ZOOM_STEP
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import Axis, time_text
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

STEP_SHARE = 0.02  # of what is in sight, a press of an arrow key


class ReferenceLane(ReferencePicture):
    """Shows a reference, and asks.

    Signals: `seek_wanted` and `loop_wanted` (of the reference), `link_wanted` (a place of the reference for the one where the mix is; None:
    by sections again), `nudge_wanted` (−1 or 1), `stepped` (the reference before or after this one).
    """

    seek_wanted = Signal(float)
    loop_wanted = Signal(object)
    link_wanted = Signal(object)
    nudge_wanted = Signal(int)
    stepped = Signal(int)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens, parent)
        self._pointer = Pointer(self)
        self.previous.clicked.connect(lambda _checked=False: self.stepped.emit(-1))
        self.next.clicked.connect(lambda _checked=False: self.stepped.emit(1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def show_loop(self, loop: Loop | None) -> None:
        """Show a loop ``(start, end)`` in seconds, or none."""
        self._pointer.cancel()
        self.put_loop(loop, False)

    # Asking

    def seek(self, time_s: float) -> None:
        """Ask for a moment."""
        if self._peaks is not None:
            time_s = min(max(time_s, 0.0), self._axis.duration_s)
            self._look(self._axis.reaching(time_s, 0.5))
            self.seek_wanted.emit(time_s)

    def current_loop(self) -> Loop | None:
        """Return the loop."""
        return self._loop

    def put_loop(self, loop: Loop | None, is_final: bool) -> None:
        """Show a loop; when final, ask for it."""
        loop = None if loop is None else loop_within(loop, self._axis.duration_s)
        if loop != self._loop:
            self._loop = loop
            self.update()
        if is_final:
            self.loop_wanted.emit(loop)
        self._describe()

    # Mouse and keys

    def _is_on_link(self, place: QPointF) -> bool:
        """Tell whether a place is on the link's flag, which is there while the mix is heard."""
        return not self._is_heard and self._band().contains(place) and abs(self.x_at(self._position_s) - place.x()) <= STRIP

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the link, of the loop's edge or of the waveform."""
        place = event.position()
        if event.button() != Qt.MouseButton.LeftButton or self._peaks is None or self._is_folded or not self._field().contains(place):
            event.ignore()
        elif self._is_on_link(place):
            self._held_s = self._position_s
        else:
            self._pointer.press(place.x(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        x = event.position().x()
        if self._held_s is not None:
            self._held_s = self.time_at(x)
            self.update()
        else:
            self._pointer.move(x)
        self._is_loop_held = self._pointer.act is Act.LOOP
        on_edge = self._is_on_link(event.position()) or self._pointer.edge_at(x) is not None
        is_held = self._held_s is not None or self._is_loop_held
        self.setCursor(Qt.CursorShape.SizeHorCursor if on_edge or is_held else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: a click seeks, the link stays where it was dragged to."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        held_s, self._held_s, self._is_loop_held = self._held_s, None, False
        if held_s is None:
            self._pointer.release(event.position().x())
        elif abs(self.x_at(held_s) - self.x_at(self._position_s)) > GRASP:
            self.link_wanted.emit(held_s)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Clear the loop under the pointer."""
        time_s = self.time_at(event.position().x())
        if self._loop is not None and self._loop[0] <= time_s <= self._loop[1]:
            self.put_loop(None, True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer (pan with Shift, or a wheel to the side)."""
        delta = event.angleDelta()
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            self._look(self._axis.moved(-(delta.x() or delta.y()) / 120 * PAN_SHARE * self._axis.span_s))
        elif delta.y():
            self.zoom(ZOOM_STEP ** (delta.y() / 120), self.time_at(max(event.position().x(), self._field().left())))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to link a place, or by sections."""
        if self._peaks is None:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        here_s = self._position_s if by_key else self.time_at(event.pos().x())
        place = self.mapToGlobal(QPoint(self._head_width, self.height())) if by_key else event.globalPos()
        self.make_menu(here_s).popup(place)

    def make_menu(self, here_s: float) -> QMenu:
        """Return the menu for a place of the reference."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        link = menu.addAction(_("Link {time} with where the mix is").format(time=time_text(here_s, 1)))
        link.triggered.connect(lambda _checked=False: self.link_wanted.emit(here_s))
        sections = menu.addAction(_("Link by sections again"))
        sections.triggered.connect(lambda _checked=False: self.link_wanted.emit(None))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Seek, zoom, and move the link, by keyboard."""
        key = Qt.Key(event.key())
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        if way and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.nudge_wanted.emit(way)
        elif way:
            self.seek(self._position_s + way * STEP_SHARE * self._axis.span_s)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.seek(0.0 if key == Qt.Key.Key_Home else self._axis.duration_s)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / ZOOM_STEP if key == Qt.Key.Key_Minus else ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self._look(Axis.whole(self._axis.duration_s))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._loop is not None:
            self.put_loop(None, True)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            position = event.pos()  # type: ignore[attr-defined]
            QToolTip.showText(event.globalPos(), as_plain(self.tip_at(QPointF(position))), self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def tip_at(self, place: QPointF) -> str:
        """Return the tooltip of a place."""
        if place.x() < self._head_width or self._peaks is None or self._is_folded:
            length = "" if self._peaks is None else ", " + length_text(self._axis.duration_s)
            return _("Reference: {name}").format(name=self._name) + length
        if self._is_on_link(place):
            return _("{link}: here C goes on when you switch to it. Drag it to link another place.").format(link=self._link_text)
        index = self._structure.section_at(self.time_at(place.x())) if self._band().contains(place) else None
        where = section_text(self._structure.sections[index]) + ". " if index is not None else ""
        return where + _("Click to go there in the reference, Shift+drag for a loop, right-click to link a place with the mix")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go, to who got here by keyboard, and say where things stand."""
        self._has_ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._describe()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        self._has_ring = False
        self.update()
