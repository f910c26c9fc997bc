"""Which section a view shows beside the whole song: a box to choose it, which follows the waveform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from mixassistant.gui.background.song_structure import section_text, sections_of
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredSection, MeasuredTrack, Section

LEAST_WIDTH, MOST_WIDTH = 60, 220  # px


class SectionChoice(QComboBox):
    """The whole song, or one of its sections; hidden where a song has none.

    Signals: `wanted` (the index of a section, or None) when the user chooses.
    """

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Section"))
        self.setToolTip(_("The whole song, or one section beside it; a click on a section over the waveform chooses it too"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setMaximumWidth(MOST_WIDTH)
        self.activated.connect(lambda row: self.wanted.emit(row - 1 if row else None))
        self._sections: tuple[Section, ...] = ()
        self._chosen: Section | None = None
        self.hide()

    @property
    def chosen(self) -> Section | None:
        """The section that is chosen; None: the whole song."""
        return self._chosen

    @property
    def is_needed(self) -> bool:
        """Whether there is something to choose."""
        return bool(self._sections)

    def show_track(self, track: MeasuredTrack) -> None:
        """List the sections of a song."""
        self._sections = sections_of(track)
        self.clear()
        self.addItem(_("Whole song"))
        self.addItems([f"{section_text(section)}  {time_text(section.start_s)}" for section in self._sections])
        self._mark()

    def show_chosen(self, section: Section | None) -> None:
        """Show which section is chosen: by what it is, since one that was just edited is listed when it has been measured."""
        self._chosen = section
        self._mark()

    def measured(self, track: MeasuredTrack) -> MeasuredSection | None:
        """Return what was measured of the chosen section; None for the whole song, and for one that is being measured yet."""
        chosen = self._chosen
        if chosen is None:
            return None
        return next((s for s in track.sections if (s.start_s, s.end_s) == (chosen.start_s, chosen.end_s)), None)

    def _mark(self) -> None:
        chosen = self._chosen
        edges = [(section.start_s, section.end_s) for section in self._sections]
        is_listed = chosen is not None and (chosen.start_s, chosen.end_s) in edges
        self.setCurrentIndex(1 + edges.index((chosen.start_s, chosen.end_s)) if chosen is not None and is_listed else 0)
