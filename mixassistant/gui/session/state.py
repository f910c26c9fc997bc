"""What one window shows, and the signals of its change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from mixassistant.gui.background.section_edits import Sections
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.session.open_mix import OpenMix

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision
    from mixassistant.gui.background.result import Result
    from mixassistant.settings import Settings


class State(QObject):
    """What one window shows. The session and its helpers change it; widgets read it and follow its signals.

    Parameters
    ----------
    settings : Settings
    parent : QObject, optional

    Attributes
    ----------
    result : Result or None
        The analysis on the screen.
    source : Path or None
        Where its mix lies.
    shown, coming : OpenMix, OpenMix or None
        The mix on the screen as it was opened, and one that is on its way to it.
    decisions : dict
        Id of a move to what was decided on it; absent: undecided.
    trials : dict
        Id of a move to how its card is set: what is tried before anything is decided, or while a control of what is accepted is held.
    selected : str
        Id of the suggestion whose card is open; empty: of none.
    structure : SongStructure
        What is told of the mix over time, with its sections as the user wants them: they may not be measured yet.
    comparison : dict or None
        What changed since the bounce before the mix on the screen (``mixassistant.comparison/1``), where there is one.
    section : int or None
        The section that the views show; None: the whole song.
    open_count : int
        How often something was opened: what comes late must not take the place of something that was opened since.

    Signals: `analysed` (there is another result), `decided`, `tried` (a card is set otherwise), `selection_changed` (another card is open),
    `sectioned` (the sections have changed), `sections_measured` (and are measured
    now), `section_chosen`, `settled` (brings the settings that have changed), `opening` (an `OpenMix`
    that is on its way, or None when it has come or will not) and `previewed` (a `Preview` of it).
    """

    analysed = Signal()
    decided = Signal()
    tried = Signal()
    selection_changed = Signal()
    sectioned = Signal()
    sections_measured = Signal()
    section_chosen = Signal()
    settled = Signal(object)
    opening = Signal(object)
    previewed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.result: Result | None = None
        self.source: Path | None = None
        self.is_demo = False
        self.shown = OpenMix(None)
        self.coming: OpenMix | None = None
        self.decisions: dict[str, Decision] = {}
        self.trials: dict[str, Decision] = {}
        self.selected = ""
        self.structure = SongStructure()
        self.comparison: dict[str, Any] | None = None
        self.section: int | None = None
        self.open_count = 0
        self.undo_stack = QUndoStack(self)

    @property
    def opened(self) -> OpenMix:
        """The mix that is being opened, or else the one that is shown."""
        return self.coming or self.shown

    @property
    def is_opened_shown(self) -> bool:
        """Whether no other mix than the one on the screen is on its way to it."""
        return self.opened.path == self.shown.path

    @property
    def is_another_coming(self) -> bool:
        """Whether another song than the one on the screen is on its way to it."""
        coming, shown = self.coming, self.shown
        return coming is not None and (self.result is None or (coming.path, coming.stream) != (shown.path, shown.stream))

    def put_decision(self, suggestion: str, decision: Decision | None) -> None:
        """Take over a decision on a move (None: it is open again)."""
        if decision is None:
            self.decisions.pop(suggestion, None)
        else:
            self.decisions[suggestion] = decision
            self.trials[suggestion] = replace(decision, accepted=True)
        self.decided.emit()

    @property
    def as_set(self) -> dict[str, Decision]:
        """What is decided, and on cards that nothing was decided on, what is set: by a move's id; absent: as it is suggested."""
        rejected = {name: decision for name, decision in self.decisions.items() if not decision.accepted}
        return {**self.decisions, **self.trials, **rejected}

    def trial_of(self, suggestion: str) -> Decision:
        """Return how a card is set, as if it were accepted."""
        from mixassistant.advice.decision import AS_SUGGESTED

        found = self.trials.get(suggestion) or self.decisions.get(suggestion) or AS_SUGGESTED
        return replace(found, accepted=True)

    def try_out(self, suggestion: str, trial: Decision) -> None:
        """Take over how a card is set."""
        if self.trials.get(suggestion) != trial:
            self.trials[suggestion] = trial
            self.tried.emit()

    def select(self, suggestion: str) -> None:
        """Open the card of a suggestion, and no other (empty: none)."""
        if suggestion != self.selected:
            self.selected = suggestion
            self.selection_changed.emit()

    def put_sections(self, sections: Sections, are_own: bool) -> None:
        """Take over other sections; the one that is chosen stays chosen where it begins as before, or else its place in the order."""
        before = self.structure.sections[self.section].start_s if self.section is not None else None
        self.structure = self.structure.with_sections(sections, are_own)
        if self.section is not None:
            starts = [section.start_s for section in sections]
            index = starts.index(before) if before in starts else self.section
            self.section = index if index < len(sections) else None
        self.sectioned.emit()
