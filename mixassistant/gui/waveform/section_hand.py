"""What mouse and keys do to the sections over the waveforms: choose, name, loop, move, split, join."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from mixassistant.features.track import Section
from mixassistant.gui.background.section_edits import Sections, can_split, joined, moved, renamed, split
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.waveform.pointer import GRASP, Loop
from mixassistant.gui.waveform.section_dialog import SectionDialog
from mixassistant.gui.widgets.commands import native
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.i18n import _

FINE_S = 0.05  # that a boundary is moved by Alt, Shift and an arrow
COARSE_S = 1.0  # and by Alt and an arrow, where there are no bars
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class SectionGround(Protocol):
    """What the hand works on: the waveform widget."""

    @property
    def structure(self) -> SongStructure:
        """What is told of the song."""

    @property
    def chosen_section(self) -> int | None:
        """The section that is chosen."""

    @property
    def here_s(self) -> float:
        """The position, or where what is in sight begins."""

    def window(self) -> QWidget:
        """Return the window around it."""

    def time_at(self, x: float, is_bound: bool = True) -> float:
        """Return the moment under an x, within the programme."""

    def x_at(self, time_s: float) -> float:
        """Return the x of a moment."""

    def whole_song(self) -> Section | None:
        """Return all of it as one section; None while it cannot be edited."""

    def show_sections(self, sections: Sequence[Section], are_own: bool) -> None:
        """Show other sections."""

    def edit_sections(self, text: str, sections: Sections | None) -> None:
        """Have sections changed (None: back to those that were found), and say what that is called."""

    def choose_section(self, index: int | None) -> None:
        """Choose a section, or the whole song."""

    def put_loop(self, loop: Loop | None, is_final: bool) -> None:
        """Show a loop; when final, ask for it."""


class SectionHand:
    """Edits sections as the user wants it."""

    def __init__(self, ground: SectionGround) -> None:
        self._ground = ground
        self._held: int | None = None  # the section whose start is dragged
        self._before: SongStructure | None = None
        self._from_x = 0.0

    @property
    def is_dragging(self) -> bool:
        """Whether a boundary is held."""
        return self._held is not None

    @property
    def boundary_s(self) -> float | None:
        """Where the boundary is that is held."""
        return None if self._held is None else self._ground.structure.sections[self._held].start_s

    def _sections(self) -> Sections:
        """Return the sections; a song in which none were found is one."""
        whole = self._ground.whole_song()
        if whole is None:
            return ()
        return self._ground.structure.sections or (whole,)

    # Mouse

    def boundary_at(self, x: float) -> int | None:
        """Return the section whose start is under an x, not the first one's; None where there is none."""
        if self._ground.whole_song() is None:
            return None
        starts = enumerate(self._ground.structure.sections[1:], 1)
        distance, index = min(((abs(self._ground.x_at(section.start_s) - x), i) for i, section in starts), default=(GRASP + 1, 0))
        return index if distance <= GRASP else None

    def press(self, x: float) -> bool:
        """Take hold of a boundary; tell whether there is one."""
        self._held, self._before, self._from_x = self.boundary_at(x), self._ground.structure, x
        return self._held is not None

    def move(self, x: float, is_free: bool) -> None:
        """Drag a boundary: from downbeat to downbeat, or freely."""
        if self._held is None or self._before is None:
            return
        time_s = self._ground.time_at(x)
        at_s = time_s if is_free else self._before.snapped(time_s)
        self._ground.show_sections(moved(self._before.sections, self._held, at_s), self._before.are_own)

    def release(self) -> None:
        """Let go: the boundary stays where it is."""
        before, after, self._held = self._before, self._ground.structure.sections, None
        if before is not None and after != before.sections:
            self._ground.show_sections(before.sections, before.are_own)
            self._ground.edit_sections(_("Move a boundary"), after)

    def cancel(self) -> None:
        """Forget what was begun."""
        self._held = None

    # What the menu and the keys do

    def choose(self, index: int) -> None:
        """Choose a section; the one that is chosen: the whole song again."""
        self._ground.choose_section(None if index == self._ground.chosen_section else index)

    def loop(self, index: int) -> None:
        """Loop a section."""
        section = self._sections()[index]
        self._ground.put_loop((section.start_s, section.end_s), True)

    def rename(self, index: int) -> None:
        """Ask for letter and kind."""
        sections, window = self._sections(), self._ground.window()
        dialog = present(window, SectionDialog, lambda: SectionDialog(sections, index, window), True)
        dialog.accepted.connect(lambda: self._rename(sections[index], dialog))

    def _rename(self, section: Section, dialog: SectionDialog) -> None:
        sections = self._sections()
        if section in sections:  # a new analysis may have come meanwhile
            after = renamed(sections, sections.index(section), dialog.chosen_letter, dialog.chosen_kind, dialog.are_all)
            self._ground.edit_sections(_("Rename a section"), after)

    def split(self, time_s: float) -> None:
        """Begin a section at the downbeat nearest to a moment."""
        place = self._place_to_split(time_s)
        if place is not None:
            self._ground.edit_sections(_("Split a section"), split(self._sections(), *place))

    def join(self, index: int) -> None:
        """Join a section with the next one."""
        sections = self._sections()
        if index + 1 < len(sections):
            self._ground.edit_sections(_("Join sections"), joined(sections, index))

    def shift(self, way: int, is_fine: bool) -> None:
        """Move a boundary to the next downbeat (way above 0) or the one before, or by a little: the chosen section's, or the nearest."""
        sections, chosen, here_s = self._sections(), self._ground.chosen_section, self._ground.here_s
        if len(sections) < 2:
            return
        nearest = min(range(1, len(sections)), key=lambda i: abs(sections[i].start_s - here_s))
        index = nearest if chosen is None else max(chosen, 1)
        start_s = sections[index].start_s
        after = moved(sections, index, start_s + way * FINE_S if is_fine else self._next_downbeat(start_s, way))
        if after != sections:
            self._ground.edit_sections(_("Move a boundary"), after)

    def _next_downbeat(self, time_s: float, way: int) -> float:
        grid = self._ground.structure.downbeats_s or self._ground.structure.beats_s
        place = bisect_right(grid, time_s + 1e-3) if way > 0 else bisect_left(grid, time_s - 1e-3) - 1
        return grid[place] if 0 <= place < len(grid) else time_s + way * (0 if grid else COARSE_S)

    def _place_to_split(self, time_s: float) -> tuple[int, float] | None:
        sections = self._sections()
        for at_s in (self._ground.structure.snapped(time_s), time_s):  # in a very short section there may be no downbeat
            index = next((i for i, section in enumerate(sections) if section.start_s <= at_s < section.end_s), None)
            if index is not None and can_split(sections, index, at_s):
                return index, at_s
        return None

    # Keys and menu

    def _index(self) -> int | None:
        """Return the section that keys are about: the chosen one, or the one at the position."""
        structure = self._ground.structure
        if self._ground.whole_song() is None or not structure.sections:
            return None
        chosen = self._ground.chosen_section
        return structure.section_at(self._ground.here_s) if chosen is None else chosen

    def takes(self, event: QKeyEvent) -> bool:
        """Do what a key says; tell whether it says something."""
        key, modifiers, index = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, self._index()
        if key == Qt.Key.Key_S and modifiers == NONE and self._ground.whole_song() is not None:
            self.split(self._ground.here_s)
            return True
        if index is None:
            return False
        if key == Qt.Key.Key_F2:
            self.rename(index)
        elif key == Qt.Key.Key_J and modifiers == NONE:
            self.join(index)
        elif key in ENTER and modifiers == SHIFT:
            self.loop(index)
        elif key in ENTER and modifiers == NONE:
            self.choose(index)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and modifiers & ALT:
            self.shift(1 if key == Qt.Key.Key_Right else -1, bool(modifiers & SHIFT))
        else:
            return False
        return True

    def menu(self, time_s: float | None) -> QMenu | None:
        """Return what can be done at a moment (None: where keys go); None where nothing can."""
        if not self._sections():
            return None
        structure = self._ground.structure
        index = self._index() if time_s is None else structure.section_at(time_s)
        at_s = self._ground.here_s if time_s is None else time_s
        made = QMenu(self._ground.window())
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index is not None:
            is_chosen = index == self._ground.chosen_section
            _add(made, _("Rename…"), "F2", lambda: self.rename(index))
            _add(made, _("Loop this section"), "Shift+Return", lambda: self.loop(index))
            _add(made, _("Show the whole song") if is_chosen else _("Show this section in the views"), "Return", lambda: self.choose(index))
            made.addSeparator()
        _add(made, _("Split here"), "S", lambda: self.split(at_s), self._place_to_split(at_s) is not None)
        if index is not None:
            _add(made, _("Join with the next section"), "J", lambda: self.join(index), index + 1 < len(structure.sections))
        made.addSeparator()
        back = _("Back to the sections that were found")
        _add(made, back, "", lambda: self._ground.edit_sections(_("Sections as found"), None), structure.are_own)
        return made

    def open_menu(self, place: QPoint, time_s: float | None) -> bool:
        """Open the menu; tell whether there is one."""
        made = self.menu(time_s)
        if made is not None:
            made.popup(place)
        return made is not None


def _add(menu: QMenu, text: str, keys: str, slot: object, is_possible: bool = True) -> None:
    action = menu.addAction(f"{text}\t{native(keys)}" if keys else text)  # the waveform answers the key itself
    action.setEnabled(is_possible)
    action.triggered.connect(lambda _checked=False: slot())  # type: ignore[operator]
