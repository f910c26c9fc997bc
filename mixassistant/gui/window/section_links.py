"""What ties the sections over the waveform to the session, and both to the views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.gui.suggestions.panel import SuggestionsPanel
    from mixassistant.gui.views.page import ViewPage
    from mixassistant.gui.waveform import Waveform
    from mixassistant.gui.window.transport import Transport


class SectionLinks(QObject):
    """Passes on what is wanted of sections, and shows what comes of it."""

    def __init__(
        self,
        session: Session,
        waveform: Waveform,
        pages: Sequence[ViewPage],
        suggestions: SuggestionsPanel,
        transport: Transport,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._state, self._waveform, self._pages = session, session.state, waveform, pages
        self._transport = transport
        suggestions.section_wanted.connect(self._go_to)
        waveform.sections_edited.connect(session.sections.edit)
        for place in (waveform.section_chosen, *(page.section_wanted for page in pages)):
            place.connect(session.sections.choose)
        session.state.sectioned.connect(self.show)
        session.state.section_chosen.connect(self._show_chosen)
        session.state.sections_measured.connect(self._show_measured)

    def show(self) -> None:
        """Show sections as the user wants them now, which may not be those that were measured."""
        structure = self._state.structure
        self._waveform.show_sections(structure.sections, structure.are_own)
        self._transport.show_structure(structure)
        self._show_chosen()

    def _show_chosen(self) -> None:
        state = self._state
        self._waveform.show_chosen_section(state.section)
        chosen = None if state.section is None else state.structure.sections[state.section]
        for page in self._pages:
            page.show_section(chosen)

    def _go_to(self, time_s: float) -> None:
        """Show the section at a moment, with a loop around it, in the waveform and in the views."""
        structure = self._state.structure
        index = structure.section_at(time_s)
        if index is not None:
            self._session.sections.choose(index)
            self._waveform.show_stretch(structure.sections[index].start_s, structure.sections[index].end_s)

    def _show_measured(self) -> None:
        """Show what was measured of sections: the sound is the same, and so is all else."""
        if self._state.result is not None:
            for page in self._pages:
                page.show_sections(self._state.result)
