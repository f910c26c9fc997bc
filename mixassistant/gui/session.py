"""The session: what the window shows, as immutable values and signals. Intentions come in as calls, work goes to the worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from mixassistant.errors import MixAssistantError
from mixassistant.gui.core import Core, Result
from mixassistant.gui.worker import Failed, Job, Progressed, Stopped, Succeeded, Worker
from mixassistant.i18n import _
from mixassistant.settings import Settings, save_settings

if TYPE_CHECKING:
    from mixassistant.library.library import Reference
    from mixassistant.progress import Progress


@dataclass(frozen=True)
class Busy:
    """What runs: its stage for people, fraction 0–1, and the seconds that it will still take (None: unknown)."""

    stage: str
    fraction: float
    left_s: float | None


class Session(QObject):
    """State of one window.

    Signals say what has changed: `analysed`, `references_listed`, `decided`, `progressed` (a `Busy`, or None when idle) and `told`
    (a message and whether it is an error).
    """

    analysed = Signal()
    references_listed = Signal()
    decided = Signal()
    progressed = Signal(object)
    told = Signal(str, bool)
    settled = Signal(object)

    def __init__(self, core: Core, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.core = core
        self.settings = settings
        self.result: Result | None = None
        self.references: tuple[Reference, ...] = ()
        self.decisions: dict[str, bool] = {}
        self.source: Path | None = None
        self.is_demo = False
        self.undo_stack = QUndoStack(self)
        self._worker = Worker(self)
        self._worker.reported.connect(self._on_report)
        self._endings: dict[int, Callable[[Any], None]] = {}
        self._started: dict[int, float] = {}

    def close(self) -> None:
        """Stop the work and save the settings."""
        self._worker.finish()
        try:
            save_settings(self.settings)
        except MixAssistantError as error:
            self.told.emit(str(error), True)

    def change(self, **values: Any) -> None:
        """Change settings and keep them."""
        self.settings = self.settings.changed(**values)
        self._do(_("Saving settings"), lambda progress: save_settings(self.settings))
        self.settled.emit(self.settings)

    # Work

    def _do(self, name: str, work: Callable[[Progress], Any], then: Callable[[Any], None] | None = None, lane: str = "") -> None:
        job = self._worker.submit(Job(name, work, lane))
        if then is not None:
            self._endings[job.ticket] = then

    def cancel(self) -> None:
        """Cancel all work."""
        self._worker.cancel()

    def _on_report(self, report: Progressed | Succeeded | Failed | Stopped) -> None:
        job = report.job
        if isinstance(report, Progressed):
            if job.cancelled:
                return
            begun = self._started.setdefault(job.ticket, time.monotonic())
            gone = time.monotonic() - begun
            left = gone / report.fraction * (1 - report.fraction) if report.fraction > 0.05 and gone > 1 else None
            self.progressed.emit(Busy(report.stage, report.fraction, left))
            return
        self._started.pop(job.ticket, None)
        then = self._endings.pop(job.ticket, None)
        self.progressed.emit(None)
        if isinstance(report, Succeeded) and then is not None:
            then(report.result)
        elif isinstance(report, Failed):
            self.told.emit(str(report.error), True)

    # The mix

    def open_mix(self, path: Path) -> None:
        """Analyse what was dropped or chosen as the mix."""
        from mixassistant.analysis import Request

        chosen = self.settings
        request = Request(path, library=self.core.library, separator=chosen.separator, device=chosen.device)
        self._do(_("Analysing {name}").format(name=path.name), partial(self.core.analyze, request), partial(self._show, path, False), "mix")

    def open_demo(self) -> None:
        """Make and analyse the demo song."""
        self._do(_("Making the demo"), self.core.demo, lambda result: self._show(result.analysis.request.path, True, result), "mix")

    def compare_again(self) -> None:
        """Analyse the current mix against the references as they are now."""
        if self.source is not None and not self.is_demo:
            self.open_mix(self.source)

    def _show(self, path: Path, is_demo: bool, result: Result) -> None:
        self.result, self.source, self.is_demo = result, path, is_demo
        self.decisions = dict(result.decisions)
        self.undo_stack.clear()
        if not is_demo:
            self.change_quietly(path)
        self.analysed.emit()

    def change_quietly(self, path: Path) -> None:
        """Remember a mix among the recent ones."""
        self.settings = self.settings.with_recent(path)
        self._do(_("Saving settings"), lambda progress: save_settings(self.settings))
        self.settled.emit(self.settings)

    # References

    def list_references(self) -> None:
        """Read the references from the library."""
        self._do(_("Reading the library"), lambda progress: self.core.references(), self._listed)

    def _listed(self, references: tuple[Reference, ...]) -> None:
        self.references = references
        self.references_listed.emit()

    def add_references(self, paths: list[Path]) -> None:
        """Measure dropped songs and like them, one after another; one that is refused does not stop the rest."""
        for path in paths:
            self._do(_("Opening {name}").format(name=path.name), partial(self._songs_in, path), self._add_songs)

    def _add_songs(self, songs: list[Path]) -> None:
        for index, song in enumerate(songs):
            work = partial(self.core.add_reference, song, self.settings.separator, self.settings.device)
            is_last = index == len(songs) - 1
            self._do(_("Measuring {name}").format(name=song.name), work, partial(self._added, is_last))

    def _songs_in(self, path: Path, progress: Progress) -> list[Path]:
        return self.core.songs_in(path)

    def _added(self, is_last: bool, _row: Reference) -> None:
        self._changed_references(is_last)

    def _changed_references(self, compare: bool) -> None:
        self.list_references()
        if compare:
            self.compare_again()

    def like_reference(self, reference: int, liked: bool) -> None:
        """Like or dislike a reference."""
        self._do(_("Saving"), lambda progress: self.core.like(reference, liked), lambda _done: self._changed_references(True))

    def remove_reference(self, reference: Reference) -> None:
        """Remove a reference; undo brings it back."""
        self.undo_stack.push(_Removal(self, reference))

    def put_reference(self, reference: int, present: bool) -> None:
        """Carry a removal out, or take it back."""
        self._do(_("Saving"), lambda progress: self.core.remove(reference, present), lambda _done: self._changed_references(True))

    # Decisions

    def decide(self, suggestion: str, accepted: bool | None) -> None:
        """Accept or reject a suggestion (None: neither); undo takes it back."""
        if self.result is not None and self.decisions.get(suggestion) != accepted:
            self.undo_stack.push(_Choice(self, suggestion, self.decisions.get(suggestion), accepted))

    def put_decision(self, suggestion: str, accepted: bool | None) -> None:
        """Carry a decision out."""
        if self.result is None:
            return
        if accepted is None:
            self.decisions.pop(suggestion, None)
        else:
            self.decisions[suggestion] = accepted
        content = self.result.analysis.track.content_hash
        self._do(_("Saving"), lambda progress: self.core.decide(content, suggestion, accepted))
        self.decided.emit()

    # Reports

    def export(self, path: Path) -> None:
        """Write the report of the current analysis."""
        if self.result is None:
            return
        analysis = self.result.analysis
        told = partial(self.told.emit, _("Report written to {path}").format(path=path), False)
        self._do(_("Writing the report"), lambda progress: self.core.export(analysis.document(), path), lambda _done: told())


class _Choice(QUndoCommand):
    """Accepting or rejecting one suggestion."""

    def __init__(self, session: Session, suggestion: str, before: bool | None, after: bool | None) -> None:
        super().__init__({True: _("Accept"), False: _("Reject"), None: _("Clear decision")}[after])
        self._session, self._suggestion, self._before, self._after = session, suggestion, before, after

    def redo(self) -> None:
        """Decide."""
        self._session.put_decision(self._suggestion, self._after)

    def undo(self) -> None:
        """Take it back."""
        self._session.put_decision(self._suggestion, self._before)


class _Removal(QUndoCommand):
    """Removing one reference."""

    def __init__(self, session: Session, reference: Reference) -> None:
        super().__init__(_("Remove {name}").format(name=reference.name))
        self._session, self._reference = session, reference

    def redo(self) -> None:
        """Remove."""
        self._session.put_reference(self._reference.id, False)

    def undo(self) -> None:
        """Restore."""
        self._session.put_reference(self._reference.id, True)
