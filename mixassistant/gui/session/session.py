"""The session: what the window shows, as immutable values and signals. Intentions come in as calls, work goes to the worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.drag_files import DragFiles
from mixassistant.gui.background.result import Result
from mixassistant.gui.background.worker import Failed, Job, Progressed, Report, Stopped, Succeeded, Worker
from mixassistant.gui.session.decision import Choice
from mixassistant.gui.session.folders import UNSURE, Folders
from mixassistant.gui.session.folders import Hands as FolderHands
from mixassistant.gui.session.mix_queue import MixQueue
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.gui.session.opening import Opening, after_first_look, sketch
from mixassistant.gui.session.recent_mixes import RecentMixes
from mixassistant.gui.session.recovery import Recovery
from mixassistant.gui.session.references import Hands, ReferenceJobs, forget_choices
from mixassistant.gui.session.stem_actions import StemActions
from mixassistant.gui.wording import refusal
from mixassistant.i18n import _
from mixassistant.settings import Settings, save_settings

if TYPE_CHECKING:
    from mixassistant.gui.background.preview import Preview
    from mixassistant.library.library import Reference
    from mixassistant.progress import Progress


@dataclass(frozen=True)
class Busy:
    """What runs: its stage for people, fraction 0–1, and the seconds that it will still take (None: unknown)."""

    stage: str
    fraction: float
    left_s: float | None


@dataclass(frozen=True)
class _Ending:
    """What follows a job: `then` a result, `ended` in any case."""

    then: Callable[[Any], None] | None = None
    ended: Callable[[Report], None] | None = None


class Session(QObject):
    """State of one window.

    Signals say what has changed: `analysed`, `references_listed`, `decided`, `progressed` (a `Busy`, or None when idle), `told`
    (a message and whether it is an error), `opening` (an `OpenMix` that is on its way, or None when it has come or will not) and
    `previewed` (a `Preview` of the mix that is being analysed, or None when nothing came of it).
    """

    analysed = Signal()
    references_listed = Signal()
    decided = Signal()
    taste_listed = Signal(object)
    progressed = Signal(object)
    told = Signal(str, bool)
    settled = Signal(object)
    previewed = Signal(object)
    opening = Signal(object)

    def __init__(self, core: Core, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.core = core
        self.settings = settings
        self.result: Result | None = None
        self.decisions: dict[str, bool] = {}
        self.amounts: dict[str, float] = {}
        self.source: Path | None = None
        self.is_demo = False
        self.undo_stack = QUndoStack(self)
        # What the user was shown as done is kept at once, beside whatever else runs, and is never cancelled.
        self._keeper, self._worker, self._previewer = Worker(), Worker(), Worker()
        self._previewer.shown.connect(self._on_sketch)
        self._keeper.reported.connect(self._on_report)
        self._worker.reported.connect(self._on_report)
        self._endings: dict[int, _Ending] = {}
        self._started: dict[int, float] = {}
        self._busy: Busy | None = None
        self._opening: Opening | None = None
        self.shown = OpenMix(None)  # as it was opened
        self.wishes = 0  # how often something was opened: what comes late must not take the place of a newer wish
        self._is_closed = False
        hands = Hands(self._do, self._keep, self.compare_again, self.told.emit, lambda: self.settings)
        self.reference_jobs = ReferenceJobs(core, self.undo_stack, hands, self)
        self.reference_jobs.listed.connect(self.references_listed)
        self.analysed.connect(self._compare_references)
        folder_hands = FolderHands(self._do, lambda *mixes: self.queue.add(*mixes), self.open_mix, self.told.emit, lambda: self.wishes)
        self.folders = Folders(core, folder_hands, self)
        show = lambda path, result: self._show(path, False, result)  # noqa: E731
        self.queue = MixQueue(self._do, self._worker.reported, self.analysis_of, show, self._recall, self)
        self.stems = StemActions(self, self._do, self._keep)
        self.recovery = Recovery(self, self._keep)
        self.recent = RecentMixes(self, self.reference_jobs.read)
        self.drag_files = DragFiles(self.told.emit, self)

    def close(self) -> None:
        """Take nothing more, stop the work and keep the settings and what else waits to be kept; `wait` for the end."""
        if self._is_closed:
            return
        self.recovery.close()
        self._is_closed = True
        for worker in (self._worker, self._previewer, self.reference_jobs.reader, self.drag_files.worker):
            worker.cancel()
            worker.finish()
        self._keeper.submit(Job(_("Saving settings"), lambda progress: save_settings(self.settings)))
        self._keeper.finish()

    def wait(self, limit_ms: int = 60_000) -> bool:
        """Wait until all has been kept and the work has stopped; return whether it has. Meant for after `close`."""
        beside = (self._previewer, self.reference_jobs.reader, self.drag_files.worker)
        return all(worker.wait(limit_ms) for worker in (self._keeper, self._worker, *beside))

    def change(self, **values: Any) -> None:
        """Change settings and keep them."""
        self.settings = self.settings.changed(**values)
        self._keep(_("Saving settings"), lambda progress: save_settings(self.settings))
        self.settled.emit(self.settings)

    # Work

    def _do(self, job: Job, then: Callable[[Any], None] | None = None, ended: Callable[[Report], None] | None = None) -> None:
        """Have a job done; `then` gets its result, `ended` the last report however it ends."""
        self._endings[self._worker.submit(job).ticket] = _Ending(then, ended)

    def _keep(self, name: str, work: Callable[[Progress], Any], then: Callable[[Any], None] | None = None) -> None:
        """Have something short done beside the work; it cannot be cancelled."""
        self._endings[self._keeper.submit(Job(name, work)).ticket] = _Ending(then)

    @property
    def is_busy(self) -> bool:
        """Whether there is work that can be cancelled."""
        return self._worker.busy

    def cancel(self) -> None:
        """Cancel all work, and what waits in the queue."""
        self.queue.cancel_all()
        self._worker.cancel()
        if self._busy is not None:
            self._show_busy(Busy(_("Stopping…"), self._busy.fraction, None))

    def _show_busy(self, busy: Busy | None) -> None:
        self._busy = busy
        self.progressed.emit(busy)

    def _on_report(self, report: Report) -> None:
        if self._is_closed:
            return
        job = report.job
        if isinstance(report, Progressed):
            if job.cancelled:
                return
            begun = self._started.setdefault(job.ticket, time.monotonic())
            gone = time.monotonic() - begun
            left = gone / report.fraction * (1 - report.fraction) if report.fraction > 0.05 and gone > 1 else None
            self._show_busy(Busy(report.stage, report.fraction, left))
            return
        self._started.pop(job.ticket, None)
        ending = self._endings.pop(job.ticket)
        if self._busy is not None and not self._worker.busy:
            self._show_busy(None)
        if job.cancelled:  # perhaps when its answer was on the way already
            report = Stopped(job)
        if isinstance(report, Succeeded) and ending.then is not None:
            ending.then(report.result)
        elif isinstance(report, Failed):
            opened = self._opening.mix.path if self._opening is not None and job.lane == "mix" else None
            if opened is not None and report.error.code in UNSURE:
                self.folders.sort_out(opened)
            else:
                self.told.emit(refusal(report.error), True)
        if ending.ended is not None:
            ending.ended(report)

    # The mix

    def open_mix(
        self, path: Path, separator: str = "", replacements: tuple[tuple[Any, Path], ...] = (), roles: Mapping[str, Any] | None = None
    ) -> None:
        """Analyse what was dropped or chosen as the mix.

        It may have a separator of its own, files in place of its stems, and roles of supplied ones (None: those that were chosen before).
        """
        mix = OpenMix(path, separator, replacements, self.folders.chosen(path) if roles is None else roles)
        job = Job(_("Analysing {name}").format(name=path.name), self._analysis_of(mix, path), "mix")
        self._open(job, mix, partial(self._show_opened, mix, path))

    def analysis_of(self, path: Path) -> Callable[[Progress], Result]:
        """Return the work of analysing a mix, with the roles that were chosen for its stems."""
        return self._analysis_of(OpenMix(path, roles=self.folders.chosen(path)), path)

    def _analysis_of(self, mix: OpenMix, path: Path) -> Callable[[Progress], Result]:
        """Return the work of analysing a mix, compared with the profile that is chosen when it begins."""
        core, chosen = self.core, self.settings
        wanted, said = mix.separator or chosen.separator, {**self.folders.roles(path), **mix.roles}

        def work(progress: Progress) -> Result:
            from mixassistant.analysis import Request  # heavy: not on the window's thread
            from mixassistant.stems.drop import roles_there

            profile, roles = core.chosen_profile(), roles_there(path, said)
            request = Request(
                path, profile=profile, library=core.library, separator=wanted, device=chosen.device, replacements=mix.replacements,
                strengths=chosen.strengths(), roles=roles,
            )  # fmt: skip
            return core.analyze(request, progress)

        return work

    def open_stems(self, path: Path) -> None:
        """Analyse a folder that the user calls the stems of one song."""
        self.folders.forget(path, are_stems=True)
        self.open_mix(path)

    def open_mixes(self, paths: Sequence[Path]) -> None:
        """Open one mix at once; several wait in the queue, and the first that is done is shown. What a folder is, is asked anew."""
        for path in paths:
            self.folders.forget(path)
        if len(paths) == 1:
            self.open_mix(paths[0])
        elif paths:
            self.folders.queue(paths)

    def _recall(self, path: Path, result: Result | None) -> None:
        """Show a finished mix of the queue at once, whatever runs; no result: it is analysed again, mostly from the library's memory."""
        if result is None:
            self.open_mix(path)
            return
        self.wishes += 1
        wish, given_way, self._opening = self.wishes, self._opening, None
        if given_way is not None:
            given_way.job.stop.set()
            self._previewer.cancel()
            self.opening.emit(None)
            if given_way.is_previewed:
                self.previewed.emit(None)

        def then(fresh: Result) -> None:
            if wish == self.wishes:
                self._show(path, False, fresh)

        self._keep(_("Opening {name}").format(name=path.name), lambda progress: self.core.with_decisions(result), then)

    def open_demo(self) -> None:
        """Make and analyse the demo song."""
        strengths = self.settings.strengths()
        job = Job(_("Making the demo"), lambda progress: self.core.demo(progress, strengths), "mix")
        self._open(job, OpenMix(None), lambda result: self._show(result.analysis.request.path, True, result))

    def _open(self, job: Job, mix: OpenMix, then: Callable[[Result], None]) -> None:
        path = mix.path
        self.wishes += 1
        # Whoever supersedes a mix whose waveform is shown has to clear that away if nothing comes of it.
        opening = self._opening = Opening(mix, job, self._opening is not None and self._opening.is_previewed)
        self.opening.emit(mix)
        if path != self.source:
            self.queue.shows_next = False

        def ended(report: Report) -> None:
            if self._opening is opening:
                self._opening = None
                self.opening.emit(None)
                self._previewer.cancel()
                if opening.is_previewed and not isinstance(report, Succeeded):
                    self.previewed.emit(None)

        if path is not None and (self.result is None or self.is_demo or path != self.source):
            drawing = partial(sketch, self.core, self._previewer, opening, path)
            self._previewer.submit(Job(_("Drawing the waveform"), drawing, "preview"))
            job.work = partial(after_first_look, opening, job.work)
        self._do(job, then, ended)

    def _on_sketch(self, shown: tuple[Opening, Preview]) -> None:
        opening, preview = shown
        if self._opening is opening and not self._is_closed:
            opening.is_previewed = True
            self.previewed.emit(preview)

    @property
    def opened(self) -> OpenMix:
        """The mix that is being opened, or else the one that is shown."""
        return self._opening.mix if self._opening is not None else self.shown

    def compare_again(self) -> None:
        """Analyse the mix that is being opened, or else the one that is shown, against the references as they are now."""
        self.queue.forget_results()
        mix = self.opened
        if mix.path is not None:  # the demo has references of its own
            self.open_mix(mix.path, mix.separator, mix.replacements, mix.roles)

    def _show_opened(self, mix: OpenMix, path: Path, result: Result) -> None:
        """Show a mix, and remember how it was opened: it is compared again with the same separator, files and roles."""
        if self.shown.path == path and self.shown.roles != mix.roles:
            result = self.stems.with_kept_decisions(result)
            self.queue.renew(path, result)
        self.folders.choose(path, mix.roles)
        self._show(path, False, result)
        self.shown = mix

    def _show(self, path: Path, is_demo: bool, result: Result) -> None:
        self.shown = OpenMix(None) if is_demo else OpenMix(path, roles=self.folders.chosen(path))
        before = self.result.analysis.track.content_hash if self.result is not None else ""
        self.result, self.source, self.is_demo = result, path, is_demo
        if result.analysis.track.content_hash != before:
            self.decisions, self.amounts = dict(result.decisions), dict(result.amounts)
            forget_choices(self.undo_stack)
        if not is_demo:
            self.change_quietly(path)
        self.analysed.emit()

    def _compare_references(self) -> None:
        self.reference_jobs.compare(self.result)

    def change_quietly(self, path: Path) -> None:
        """Remember a mix among the recent ones."""
        self.settings = self.settings.with_recent(path)
        self._keep(_("Saving settings"), lambda progress: save_settings(self.settings))
        self.settled.emit(self.settings)

    # References

    @property
    def references(self) -> tuple[Reference, ...]:
        """All references, in the user's own order."""
        return self.reference_jobs.references

    def list_references(self) -> None:
        """Read the references from the library."""
        self.reference_jobs.list()

    def remove_reference(self, reference: Reference) -> None:
        """Remove a reference; undo brings it back."""
        self.reference_jobs.remove([reference])

    # Decisions

    def decide(self, suggestion: str, accepted: bool | None, amount: float = 1.0) -> None:
        """Accept (so much of it) or reject a suggestion (None: neither); undo takes it back."""
        before = self.decisions.get(suggestion), self.amounts.get(suggestion, 1.0)
        is_new = before[0] != accepted or (accepted is True and before[1] != amount)
        if self.result is not None and is_new:
            self.undo_stack.push(Choice(self, suggestion, before, (accepted, amount)))

    def put_decision(self, suggestion: str, accepted: bool | None, amount: float = 1.0) -> None:
        """Carry a decision out."""
        if self.result is None:
            return
        if accepted is None:
            self.decisions.pop(suggestion, None)
            self.amounts.pop(suggestion, None)
        else:
            self.decisions[suggestion], self.amounts[suggestion] = accepted, amount
        analysis = self.result.analysis
        self._keep(_("Saving"), lambda progress: self.core.decide(analysis, suggestion, accepted, amount))
        self.decided.emit()

    # Taste

    def list_taste(self) -> None:
        """Read what the user's answers have taught; `taste_listed` brings it."""
        self._keep(_("Reading your taste"), self.core.taste, self.taste_listed.emit)

    def forget_taste(self, dimension: str) -> None:
        """Forget the answers of one dimension of taste."""
        self._keep(_("Saving"), lambda progress: self.core.forget_taste(dimension), lambda _done: self.list_taste())

    def suggest_again(self) -> None:
        """Analyse what is shown again, the demo too: what is wanted of the suggestions has changed."""
        if self.is_demo:
            self.open_demo()
        else:
            self.compare_again()

    # Reports

    def export(self, path: Path, result: Result | None = None) -> None:
        """Write the report of an analysis: of the current one, where it is not another."""
        result = result or self.result
        if result is None:
            return
        analysis = result.analysis
        told = partial(self.told.emit, _("Report written to {path}").format(path=path), False)
        self._keep(_("Writing the report"), lambda progress: self.core.export(analysis.document(), path), lambda _done: told())
