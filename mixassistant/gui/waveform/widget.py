"""The waveform overview as the window knows it: what it shows, what it asks for, mouse, wheel and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from mixassistant.features.track import Section
from mixassistant.gui.background.result import Result, is_same_sound
from mixassistant.gui.background.section_edits import Sections
from mixassistant.gui.background.song_structure import SongStructure, next_edge
from mixassistant.gui.waveform.aside import Aside
from mixassistant.gui.waveform.lanes import Lane
from mixassistant.gui.waveform.overlay import OverlaidStack
from mixassistant.gui.waveform.pointer import SHORTEST_LOOP_S, Act, Loop, Pointer, loop_within
from mixassistant.gui.waveform.section_hand import SectionHand
from mixassistant.gui.waveform.table import WaveformTable
from mixassistant.gui.waveform.words import LANES_TIP, READING, chord_tip, description, mix_tip, section_tip
from mixassistant.gui.waveform.zoom import ZOOM_STEP
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import Axis
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.audio.peaks import Peaks
    from mixassistant.gui.background.preview import StemPreview
    from mixassistant.stems.stem import Song

STEP_SHARE = 0.02  # of what is in sight, a press of an arrow key
JUMP_S = 1.0  # more than playing moves the position from one message to the next
BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class Waveform(OverlaidStack):
    """Peaks with RMS inside, a lane per stem, sections, chords, the loop and the position.

    The wheel zooms at the pointer, dragging pans, a click seeks, Shift and a drag make a loop; a click on a section chooses it, and its
    boundaries can be dragged. It plays and keeps nothing itself: it asks (`seek_wanted`, `loop_wanted`, `solo_toggled`, `mute_toggled`,
    `lane_menu_wanted`; `section_chosen` brings an index or None, `sections_edited` what that is called and the sections, or None for those
    that were found) and shows what it is told.
    """

    section_chosen = Signal(object)
    sections_edited = Signal(str, object)
    seek_wanted = Signal(float)
    loop_wanted = Signal(object)
    lane_menu_wanted = Signal(str, QPoint)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens, parent)
        self._preview = ""
        self._song: Song | None = None
        self._aside: Aside | None = None
        self._is_preview = False
        self._pointer = Pointer(self)
        self._hand = SectionHand(self)
        self._is_on_section = False  # what was pressed
        self.zoomed.connect(self._describe)
        self.setAccessibleName(_("Waveform of the mix and its stems"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # What is shown

    def show_result(self, result: Result) -> None:
        """Show the waveforms of an analysis; what is in sight, the loop and the position stay if it is of the same audio."""
        track = result.analysis.track
        lanes = [Lane("mix", _("Mix"), result.peaks["mix"])]
        lanes += [Lane(stem.role, stem.name, result.peaks[stem.name], stem.origin) for stem in track.stems if stem.name in result.peaks]
        duration_s = result.peaks["mix"].duration_s
        aside, self._aside = self._aside, None
        is_same = self._song is not None and is_same_sound(result.analysis.song, self._song)
        is_same |= self._is_preview and bool(self._lanes) and abs(duration_s - self._axis.duration_s) < 0.5
        if aside is not None and is_same_sound(result.analysis.song, aside.song):
            is_same, self._axis, self._position_s = True, aside.axis, aside.position_s
        self._song, self._is_preview, self._is_playable = result.analysis.song, False, True
        names = {lane.name for lane in lanes}
        self._solo, self._muted = self._solo & names, self._muted & names
        self.show_lanes(lanes, SongStructure.of(track), duration_s, is_same)
        if aside is not None and is_same:
            self.scroller.setValue(aside.first_lane)

    def show_preview(self, name: str, peaks: Peaks, duration_s: float, stems: Sequence[StemPreview] = ()) -> None:
        """Show a mix that is still being read or analysed, under its name, and its stems; call again as more of it is there."""
        is_same = self._is_preview and self._preview == name and abs(duration_s - self._axis.duration_s) < 1e-6
        self._set_aside()
        self._preview, self._is_preview = name, True
        lanes = [Lane("mix", _("Mix"), peaks), *(Lane(stem.role, stem.name, stem.peaks) for stem in stems)]
        self.show_lanes(lanes, SongStructure(), duration_s, is_same)

    def put_away(self) -> None:
        """Show nothing: another song is on its way. Of this one, what is in sight and the position are kept, should it come back."""
        self._set_aside()
        self._preview, self._is_preview = "", True
        for table in self.window().findChildren(WaveformTable):
            table.close()
        self.show_lanes([], SongStructure(), 1.0)
        self.setAccessibleDescription(READING)

    def _set_aside(self) -> None:
        if self._song is not None:
            self._aside = Aside(self._song, self._axis, self._position_s, self.scroller.value())
        self._song, self._is_playable = None, False
        self._solo = self._muted = frozenset()

    def show_lanes(self, lanes: Sequence[Lane], structure: SongStructure, duration_s: float, is_same: bool = False) -> None:
        """Show lanes, the mix first; of the same audio as before, what is in sight, the loop and the position stay."""
        if is_same:
            whole = Axis.whole(duration_s)
            self._axis = whole if self._axis.is_whole else whole.placed(self._axis.start_s, self._axis.span_s)
        else:
            self._axis = Axis.whole(duration_s)
            self._position_s = self._loop = None
            self._pointer.cancel()
        self._hand.cancel()
        self.put_lanes(lanes, structure)
        self._describe()

    def show_sections(self, sections: Sequence[Section], are_own: bool) -> None:
        """Show other sections of the same song."""
        self._put_structure(self._structure.with_sections(sections, are_own))
        self._describe()

    def show_chosen_section(self, index: int | None) -> None:
        """Show which section is chosen."""
        if index != self._chosen:
            self._chosen = index
            self._redraw()
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
                self._axis.duration_s, stems, self._structure, self._chosen, self._loop, self._position_s, (self.start_s, self.end_s), solo,
                muted, self._is_preview,
            )  # fmt: skip
            self.setAccessibleDescription(text)

    # What is told of the song over time

    @property
    def structure(self) -> SongStructure:
        """What is told of the song over time."""
        return self._structure

    @property
    def chosen_section(self) -> int | None:
        """The section that is chosen; None: the whole song."""
        return self._chosen

    @property
    def here_s(self) -> float:
        """The position, or where what is in sight begins."""
        return self._position_s if self._position_s is not None else self.start_s

    def whole_song(self) -> Section | None:
        """Return the song as one section; None while it is not analysed."""
        return None if self._is_preview or not self._lanes else Section(0.0, self._axis.duration_s, "A", is_guess=False)

    def edit_sections(self, text: str, sections: Sections | None) -> None:
        """Show sections as the user wants them, and ask for that; None: for those that were found."""
        if sections is not None:
            self.show_sections(sections, True)
        self.sections_edited.emit(text, sections)

    def choose_section(self, index: int | None) -> None:
        """Choose a section, or the whole song."""
        self.show_chosen_section(index)
        self.section_chosen.emit(index)

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Go to a stretch, with a loop around it."""
        self.put_loop((start_s, end_s), True)
        self.seek(start_s)

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
        loop = None if loop is None else loop_within(loop, self._axis.duration_s)
        if loop != self._loop:
            self._loop = loop
            self.update()
        if is_final:
            self.loop_wanted.emit(loop)
        self._describe()

    # What is dragged

    def _is_loop_held(self) -> bool:
        return self._pointer.act is Act.LOOP

    def _held_boundary_s(self) -> float | None:
        return self._hand.boundary_s

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the waveform, of a boundary of sections, of a loop's edge, or begin a loop."""
        place = event.position()
        if event.button() != Qt.MouseButton.LeftButton or not self._lanes or not self._field().contains(place):
            event.ignore()
            return
        self._is_on_section = self._band().contains(place)
        if not (self._is_on_section and self._hand.press(place.x())):
            self._pointer.press(place.x(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show the time under the pointer."""
        x, field = event.position().x(), self._field()
        is_inside = bool(self._lanes) and field.contains(event.position())
        self._pointer.move(x)
        self._hand.move(x, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
        is_held = self._pointer.act is Act.LOOP or self._hand.is_dragging
        self._hover(min(max(x, field.left()), field.right()) if is_inside or is_held else None)
        on_band = is_inside and self._band().contains(event.position())
        on_edge = is_inside and (self._pointer.edge_at(x) is not None or (on_band and self._hand.boundary_at(x) is not None))
        shapes = {Act.PAN: Qt.CursorShape.ClosedHandCursor, Act.LOOP: Qt.CursorShape.SizeHorCursor}
        rest = Qt.CursorShape.SizeHorCursor if on_edge or self._hand.is_dragging else Qt.CursorShape.ArrowCursor
        self.setCursor(shapes.get(self._pointer.act, rest))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: a click seeks, or chooses a section."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        index = self._structure.section_at(self.time_at(x))
        if self._hand.is_dragging:
            self._hand.release()
        elif self._is_on_section and self._pointer.act is Act.PRESS and index is not None:
            self._pointer.cancel()
            self._hand.choose(index)
        else:
            self._pointer.release(x)
        self.unsetCursor()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Clear the loop under the pointer, or rename the section whose name is there."""
        time_s = self.time_at(event.position().x())
        index = self._structure.section_at(time_s)
        if self._band().contains(event.position()) and index is not None:
            if not self._is_preview:
                self._hand.rename(index)
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

    def event(self, event: QEvent) -> bool:
        """Say what lies under the pointer."""
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
        time_s = self.time_at(x)
        index = self._structure.section_at(time_s) if self._band().contains(x, y) else None
        if self._chord_lane().contains(x, y):
            return chord_tip(self._structure, time_s)
        return LANES_TIP if index is None else section_tip(self._structure.sections[index])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of sections over the lanes, or ask for that of a lane; by keyboard, of the lane whose button has the focus."""
        focused = next((head for head in self._heads if head.solo.hasFocus() or head.mute.hasFocus()), None)
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        name = focused.lane.name if by_key and focused is not None and focused.lane is not None else self.lane_at(event.pos().y())
        is_above = event.pos().y() < self._mix_top and event.pos().x() >= self.head_width
        if focused is None and (by_key or is_above) and self._open_section_menu(event, by_key):
            return
        if by_key and name is None and self._lanes:
            name = "mix"
        if name is not None:
            self.lane_menu_wanted.emit(name, event.globalPos())

    def _open_section_menu(self, event: QContextMenuEvent, by_key: bool) -> bool:
        place = self.mapToGlobal(QPoint(self.head_width, self._mix_top)) if by_key else event.globalPos()
        return self._hand.open_menu(place, None if by_key else self.time_at(event.pos().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom, seek, loop, scroll and edit sections by keyboard."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        scrolls = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -self._room(), Qt.Key.Key_PageDown: self._room()}
        here = self.here_s
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        if self._hand.takes(event):
            return
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
            self.seek(next_edge(self._structure.sections, self._axis.duration_s, here, way))
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
        table = WaveformTable(self._lanes, self._structure, self._axis.duration_s, self.window())
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
