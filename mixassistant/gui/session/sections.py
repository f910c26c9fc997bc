"""Sections as the user wants them: undone and redone, kept in the library, and measured again beside the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoCommand

from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.suggestion import Check
from mixassistant.gui.background.section_edits import Sections
from mixassistant.gui.background.song_structure import SongStructure, found_in, sections_of
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Suggestion
    from mixassistant.analysis import Analysis
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State

MOVES_ID = 2  # of commands that Qt may merge
ONE_MOVE_S = 1.0  # steps of a boundary that follow each other faster are undone together
Said = tuple[Sections, bool]  # the sections, and whether they are the user's


class SectionsCommand(QUndoCommand):
    """A change of sections."""

    def __init__(self, put: Callable[[Sections, bool], None], text: str, before: Said, after: Said) -> None:
        super().__init__(text)
        self._put, self._before, self._after = put, before, after
        self._made_s = time.monotonic()

    def redo(self) -> None:
        """Change them."""
        self._put(*self._after)

    def undo(self) -> None:
        """Take it back."""
        self._put(*self._before)

    def id(self) -> int:
        """Return what tells Qt to try a merge: changes of boundaries alone."""
        return MOVES_ID if self._moved() is not None else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over the next step of the same boundary."""
        if not isinstance(other, SectionsCommand) or other._moved() != self._moved() or other._made_s - self._made_s > ONE_MOVE_S:
            return False
        self._after, self._made_s = other._after, other._made_s
        return True

    def _moved(self) -> int | None:
        """Return which boundary is moved; None where something else is done."""
        before, after = self._before[0], self._after[0]
        if len(before) != len(after):
            return None
        changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        is_move = len(changed) == 2 and all(
            replace(before[i], start_s=0.0, end_s=0.0) == replace(after[i], start_s=0.0, end_s=0.0) for i in changed
        )
        return changed[1] if is_move and self._after[1] else None


class SectionActions:
    """Changes the sections of the mix that is shown.

    Parameters
    ----------
    core : Core
    state : State
    services : Services
    """

    def __init__(self, core: Core, state: State, services: Services) -> None:
        self._core, self._state, self._services = core, state, services
        self._content = ""  # of the mix whose sections are shown
        self._said: Said | None = None  # of it, since it was opened
        self._advised: Sections = ()  # the sections that suggestions were made with
        self._suggestions: tuple[Suggestion, ...] = ()
        state.analysed.connect(self._on_analysed)

    def _on_analysed(self) -> None:
        """Take over the sections of an analysis; of the same mix as before, the chosen one stays."""
        state = self._state
        if state.result is None:
            return
        track = state.result.analysis.track
        state.structure = SongStructure.of(track)
        self._advised, self._suggestions = state.structure.sections, state.result.analysis.suggestions
        if track.content_hash != self._content:
            self._content, self._said, state.section = track.content_hash, None, None
        elif self._said is not None and self._said[0] != state.structure.sections:  # said after this analysis had looked for it
            state.structure = state.structure.with_sections(*self._said)
            self._measure(self._said[0])
        if state.section is not None and state.section >= len(state.structure.sections):
            state.section = None

    def choose(self, index: int | None) -> None:
        """Choose the section that the views show (None: the whole song)."""
        state = self._state
        if index is not None and not 0 <= index < len(state.structure.sections):
            index = None
        if index != state.section:
            state.section = index
            state.section_chosen.emit()

    def edit(self, text: str, sections: Sections | None) -> None:
        """Have other sections (None: those that were found), under this name in the menu; undo takes it back."""
        state = self._state
        if state.result is None:
            return
        structure = state.structure
        before = structure.sections, structure.are_own
        after = (found_in(state.result.analysis.track), False) if sections is None else (sections, True)
        if after != before:
            state.undo_stack.push(SectionsCommand(self._put, text, before, after))

    def _put(self, sections: Sections, are_own: bool) -> None:
        """Show sections, keep them, and measure them."""
        state = self._state
        if state.result is None:
            return
        self._said = sections, are_own
        state.put_sections(sections, are_own)
        content, kept = state.result.analysis.track.content_hash, sections if are_own else ()
        self._services.keep(_("Saving"), lambda progress: self._core.keep_sections(content, kept))
        self._measure(sections)

    def _measure(self, sections: Sections) -> None:
        """Have sections measured beside the window; what is asked for later supersedes it."""
        if self._state.result is not None:
            analysis = self._state.result.analysis
            work = partial(self._core.with_sections, analysis, sections)
            self._services.read(_("Measuring sections"), work, partial(self._on_measured, analysis, sections), "sections")

    def _on_measured(self, before: Analysis, sections: Sections, after: Analysis) -> None:
        """Take over what was measured, unless another mix or other sections are shown by now; a newer analysis keeps all else."""
        state = self._state
        result = state.result
        if result is None or result.analysis.track.content_hash != before.track.content_hash or state.structure.sections != sections:
            return
        track = replace(result.analysis.track, sections=after.track.sections)
        advised = self._suggestions if _kinds(sections_of(track)) == _kinds(self._advised) else without_sections(self._suggestions)
        if len(advised) < len(result.analysis.suggestions):
            self._services.tell(_("What was said of sections no longer holds: compare again (F5) to check them as they are now."), False)
        analysis = replace(result.analysis, track=track, section_stands=after.section_stands, suggestions=advised)
        state.result = replace(result, analysis=analysis)
        if sections_of(track) != sections:  # the last one ends where the song does, to a sample
            self._said = sections_of(track), state.structure.are_own
            state.put_sections(*self._said)
        state.sections_measured.emit()


def _kinds(sections: Sections) -> list[tuple[float, float, str]]:
    """Return what advice on sections goes by."""
    return [(section.start_s, section.end_s, section.kind) for section in sections]


def without_sections(suggestions: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
    """Return suggestions without the checks of sections."""
    return tuple(s for s in suggestions if not (isinstance(s, Check) and isinstance(s.finding, SectionLevel)))
