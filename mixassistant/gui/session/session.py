"""The session: a window's state, its work and its helpers put together. Intentions come in as calls, work goes to the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.drag_files import DragFiles
from mixassistant.gui.background.result import Result
from mixassistant.gui.background.worker import Job, Report, Succeeded
from mixassistant.gui.session.decision import DecisionCommand, ShapeCommand
from mixassistant.gui.session.delivery import DeliveryActions
from mixassistant.gui.session.exports import write_decided
from mixassistant.gui.session.folders import Folders
from mixassistant.gui.session.lasting_changes import forget_choices
from mixassistant.gui.session.mix_queue import MixQueue
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.gui.session.opening import Opening, Openings, analysis_of, look_at
from mixassistant.gui.session.projects import SUFFIX, Projects
from mixassistant.gui.session.recent_mixes import RecentMixes
from mixassistant.gui.session.recovery import Recovery
from mixassistant.gui.session.references import ReferenceJobs
from mixassistant.gui.session.sections import SectionActions
from mixassistant.gui.session.services import OWN_STREAM, Services
from mixassistant.gui.session.sound_tracks import SoundTrackChoice
from mixassistant.gui.session.state import State
from mixassistant.gui.session.stem_actions import StemActions
from mixassistant.gui.session.stopping import stopped_offer
from mixassistant.gui.session.versions import Versions
from mixassistant.gui.session.work import Work
from mixassistant.i18n import _
from mixassistant.names import readable
from mixassistant.settings import Settings, save_settings

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision
    from mixassistant.demo.folder import Comparison
    from mixassistant.library.listening import BlindTest
    from mixassistant.profiles.stage import Stage
    from mixassistant.progress import Progress
    from mixassistant.stems.look import Look


class Session(QObject):
    """One window's session: what it shows is in `state`, what runs in `work`.

    Signals: `told` (a message and whether it is an error), `stopped` (an `Offer` to begin again), `taste_listed` (what the user's answers
    have taught) and `blind_tests_listed` (what was preferred in blind tests, as tallies).
    """

    told = Signal(str, bool)
    stopped = Signal(object)
    taste_listed = Signal(object)
    blind_tests_listed = Signal(object)

    def __init__(self, core: Core, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.core = core
        self.state = state = State(settings, self)
        self.work = work = Work(self)
        work.failed.connect(lambda text: self.told.emit(text, True))
        services = Services(
            do=work.do,
            keep=work.keep,
            read=work.read,
            tell=self._tell,
            change=self.change,
            open_mix=self.open_mix,
            open_mixes=self.open_mixes,
            open_stems=self.open_stems,
            open_demo=self.open_demo,
            compare_again=self.compare_again,
            analysis_of=self.analysis_of,
        )
        self.reference_jobs = ReferenceJobs(core, state, services, self)
        self.folders = Folders(core, state, services, self)
        self.openings = Openings(core, state, services, self)
        self.sound_tracks = SoundTrackChoice(core, state, services, self)
        self.queue = MixQueue(services, self)
        self.stems = StemActions(core, state, services)
        self.sections = SectionActions(core, state, services)
        self.projects = Projects(core, state, services, self)
        self.versions = Versions(core, state, services, self)
        self.delivery = DeliveryActions(state, services, self)
        self.recovery = Recovery(state, services, self)
        self.recent = RecentMixes(state, services)
        self.drag_files = DragFiles(self._tell, self)
        self._looks: dict[Path, Opening] = {}
        self._is_closed = False
        self._connect()

    def _connect(self) -> None:
        """Bring the helpers together, which do not know each other."""
        state, queue, recovery = self.state, self.queue, self.recovery
        state.analysed.connect(lambda: self.reference_jobs.compare(state.result))
        state.analysed.connect(self.stems.note_replaced)
        self.folders.sorted_out.connect(queue.add)
        self.openings.looking.connect(queue.hold)
        queue.came.connect(lambda path, result: self._show(path, False, result))
        queue.recalled.connect(self._recall)
        state.sections_measured.connect(self._renew_in_queue)
        queue.changed.connect(lambda: recovery.note_waiting(queue.unfinished))
        recovery.requeued.connect(self.folders.queue)
        projects = self.projects
        projects.add_references = self.reference_jobs.add
        self.reference_jobs.listed.connect(lambda: projects.compare_with(self.reference_jobs.listing))
        projects.changed.connect(lambda: recovery.note_project(projects.path))
        recovery.resumed.connect(projects.resume)
        self.versions.told_apart.connect(projects.go_on)

    def close(self) -> None:
        """Take nothing more, stop the work and keep the settings and what else waits to be kept; `wait` for the end."""
        if self._is_closed:
            return
        self.recovery.close()
        self._is_closed = True
        self.work.close()
        self.openings.close()
        self.drag_files.close()
        settings = self.state.settings
        self.work.keep(_("Saving settings"), lambda progress: save_settings(settings))
        self.work.finish()

    def wait(self, limit_ms: int = 60_000) -> bool:
        """Wait until all has been kept and the work has stopped; return whether it has. Meant for after `close`."""
        return all(part.wait(limit_ms) for part in (self.work, self.openings.worker, self.drag_files.worker))

    def change(self, **values: Any) -> None:
        """Change settings and keep them."""
        self._put_settings(self.state.settings.changed(**values))

    def _put_settings(self, settings: Settings) -> None:
        self.state.settings = settings
        self.work.keep(_("Saving settings"), lambda progress: save_settings(settings))
        self.state.settled.emit(settings)

    def cancel(self) -> None:
        """Stop all work, and what waits in the queue; what that was is told, and begins again where the user asks for it."""
        parts = (self.openings, self.queue, self.folders, self.reference_jobs, self.stems)
        halted = [piece for part in parts for piece in part.halted()]
        self.queue.cancel_all()
        self.work.cancel()
        self.openings.cancel()
        if halted:
            self.stopped.emit(stopped_offer(halted))

    # The mix

    def open_mix(
        self,
        path: Path,
        separator: str = "",
        replacements: tuple[tuple[Any, Path], ...] = (),
        roles: Mapping[str, Any] | None = None,
        stage: Stage | None = None,
        absent: tuple[Any, ...] | None = None,
        stream: int | None = None,
        sections: tuple[Any, ...] | None = None,
    ) -> None:
        """Look at what was dropped or chosen as the mix, and analyse it where that is one song.

        It may have a separator of its own, files in place of its stems, roles of supplied ones, a stage, roles that it does not have,
        sections and one stream of its file, from 0 (None: as chosen before; `OWN_STREAM`: as the file says).
        """
        if stage is None and path == self.state.opened.path:
            stage = self.state.opened.stage
        taken = self.sound_tracks.chosen(path) if stream is None else stream
        own = self.folders.chosen(path) if roles is None else roles
        own_stream = None if taken == OWN_STREAM else taken
        mix = OpenMix(path, separator, replacements, own, stage, absent=absent, stream=own_stream, sections=sections)
        opening = self._looks[path] = self._begin(mix)
        looking = partial(look_at, self.core, path, self.folders.called(path), mix.roles)
        name = _("Looking at {name}").format(name=path.name)
        self.work.look(name, looking, partial(self._on_looked, opening, path), partial(self._on_look_ended, opening, path))

    def _begin(self, mix: OpenMix) -> Opening:
        if mix.path != self.state.source:
            self.queue.shows_next = False
        return self.openings.begin(mix)

    def _on_looked(self, opening: Opening, path: Path, found: Look) -> None:
        if self._looks.get(path) is not opening:
            return  # it is looked at once more
        is_newest = self.openings.is_current(opening)
        if found.is_one_song:
            if found.roles:
                self.folders.call_stems(path, found.roles)
            if is_newest:  # what comes late does not take the screen
                self._analyse(opening, path)
        else:
            self.folders.sort_out(path, found, is_newest)
            self.openings.end(opening)  # after: what follows is opened or queued before the queue goes on

    def _on_look_ended(self, opening: Opening, path: Path, report: Report) -> None:
        if self._looks.get(path) is opening:
            del self._looks[path]
        if not isinstance(report, Succeeded):
            self.openings.end(opening)

    def _analyse(self, opening: Opening, path: Path) -> None:
        job = Job(_("Analysing {name}").format(name=path.name), self._analysis_of(path, opening.mix), "mix")
        then, refused = partial(self._on_opened, opening.mix, path), partial(self.sound_tracks.offer_others, path)
        self.openings.go_on(opening, job, then, refused)

    def analysis_of(self, path: Path) -> Callable[[Progress], Result]:
        """Return the work of analysing a song of the queue, with the roles of its stems and the stream that were chosen."""
        return self._analysis_of(path, self._as_chosen(path))

    def _as_chosen(self, path: Path) -> OpenMix:
        """Return a mix as it is opened by what was chosen for it before."""
        return OpenMix(path, roles=self.folders.chosen(path), stream=self.sound_tracks.chosen(path))

    def _analysis_of(self, path: Path, mix: OpenMix) -> Callable[[Progress], Result]:
        return analysis_of(self.core, self.state.settings, mix, path, {**self.folders.called(path).roles, **mix.roles})

    def open_stems(self, path: Path) -> None:
        """Analyse a folder that the user calls the stems of one song."""
        self.folders.forget(path, are_stems=True)
        self.open_mix(path)

    def open_mixes(self, paths: Sequence[Path]) -> None:
        """Open one mix or project at once; several mixes wait in the queue, and the first that is done is shown.

        What a folder is, is asked anew. Of several projects the first one is opened.
        """
        project = next((path for path in paths if path.suffix.lower() == SUFFIX), None)
        if project is not None:
            self.projects.open(project)
        paths = [path for path in paths if path.suffix.lower() != SUFFIX]
        for path in paths:
            self.folders.forget(path)
        if project is not None and paths:
            self.folders.queue(paths, shows_first=False)
            return
        if len(paths) == 1:
            self.open_mix(paths[0])
        elif paths:
            self.folders.queue(paths)

    def open_demo(self, comparison: Comparison = "others", stage: Stage | None = None) -> None:
        """Make the demo song and analyse it against references of its own, at a stage (None: the rough mix that it is)."""
        strengths = self.state.settings.strengths()
        job = Job(_("Making the demo"), lambda progress: self.core.demo(progress, strengths, stage, comparison), "mix")
        opening = self._begin(OpenMix(None, stage=stage, comparison=comparison))
        self.openings.go_on(opening, job, lambda result: self._show(result.analysis.request.path, True, result, opening.mix))

    def compare_again(self) -> None:
        """Analyse the mix that is being opened, or else the one that is shown, against the references as they are now."""
        self.queue.forget_results()
        mix = self.state.opened
        if mix.path is not None:  # the demo has references of its own
            self._open_again(mix.path, mix)

    def _open_again(self, path: Path, mix: OpenMix, stage: Stage | None = None) -> None:
        stream = OWN_STREAM if mix.stream is None else mix.stream
        self.open_mix(path, mix.separator, mix.replacements, mix.roles, stage, stream=stream)

    def suggest_again(self) -> None:
        """Analyse what is shown again, the demo too: what is wanted of the suggestions has changed."""
        if self.state.is_demo:
            self.open_demo(self.state.shown.comparison, self.state.shown.stage)
        else:
            self.compare_again()

    def choose_stage(self, stage: Stage) -> None:
        """Say how finished the mix on the screen is: keep that, and analyse it again; not while another is on its way to the screen."""
        state = self.state
        mix = state.opened
        if state.result is None or not state.is_opened_shown or mix.stage == stage:
            return
        content = state.result.analysis.track.content_hash
        self.work.keep(_("Saving"), lambda progress: self.core.keep_stage(content, stage))
        if mix.path is None:
            self.open_demo(mix.comparison, stage)
        else:
            self._open_again(mix.path, mix, stage)

    def _recall(self, path: Path, result: Result | None) -> None:
        """Show a finished mix of the queue at once, whatever runs; no result: it is analysed again, mostly from the library's memory."""
        if result is None:
            self.open_mix(path)
            return
        self.state.open_count += 1
        opened = self.state.open_count
        self.openings.give_way()

        def then(fresh: Result) -> None:
            if opened == self.state.open_count:
                self._show(path, False, fresh)

        self.work.keep(_("Opening {name}").format(name=path.name), lambda progress: self.core.with_decisions(result), then)

    def _on_opened(self, mix: OpenMix, path: Path, result: Result) -> None:
        """Show a mix, and remember how it was opened: it is compared again with the same separator, files and roles."""
        shown = self.state.shown
        if shown.path == path and (shown.roles, shown.replacements) != (mix.roles, mix.replacements):
            result = self.stems.with_kept_decisions(result)
        if shown.path == path and (shown.roles, shown.stage, shown.stream) != (mix.roles, result.analysis.stage, mix.stream):
            self.queue.renew(path, result)
        self.folders.choose(path, mix.roles)
        self.sound_tracks.remember(path, mix.stream)
        self._show(path, False, result, mix)

    def _show(self, path: Path, is_demo: bool, result: Result, mix: OpenMix | None = None) -> None:
        """Show a result; `mix` is how it was opened, where that is not as a rule."""
        state = self.state
        mix = mix or replace(self._as_chosen(path), stream=result.analysis.request.stream)  # another may have been chosen while it waited
        state.shown = replace(mix, stage=result.analysis.stage)
        before = state.result.analysis.track.content_hash if state.result is not None else ""
        state.result, state.source, state.is_demo = result, path, is_demo
        if result.analysis.track.content_hash != before:
            state.decisions = dict(result.decisions)
            state.trials = {name: replace(decision, accepted=True) for name, decision in result.decisions.items()}
            state.selected = ""
            forget_choices(state.undo_stack, path)
        self.projects.take_over()
        self.versions.known = self.projects.versions
        if not is_demo or self.projects.path is not None:
            self._put_settings(state.settings.with_recent(self.projects.path or path))
        state.analysed.emit()

    def _renew_in_queue(self) -> None:
        """Let the queue show the sections that were measured again, when it comes back to this mix."""
        if self.state.source is not None and self.state.result is not None:
            self.queue.renew(self.state.source, self.state.result)

    # Decisions

    def decide(self, suggestion: str, decision: Decision | None) -> None:
        """Accept or reject a suggestion (None: it is open again); undo takes it back."""
        state = self.state
        before = state.decisions.get(suggestion)
        are_rejected = before is not None and decision is not None and not before.accepted and not decision.accepted
        if state.result is not None and before != decision and not are_rejected:  # how much of it was rejected says nothing
            state.undo_stack.push(DecisionCommand(self.put_decision, suggestion, before, decision))

    def accept_all(self, decisions: Mapping[str, Decision]) -> None:
        """Accept several suggestions; undo takes all of it back at once."""
        stack = self.state.undo_stack
        stack.beginMacro(_("Accept {count} moves").format(count=len(decisions)))
        for suggestion, decision in decisions.items():
            self.decide(suggestion, decision)
        stack.endMacro()

    def shape(self, suggestion: str, before: Decision, after: Decision) -> None:
        """Keep how a move is set from now on: of what is accepted, it is decided; undo takes it back."""
        state = self.state
        decision = state.decisions.get(suggestion)
        if decision is not None and decision.accepted:
            self.decide(suggestion, after)
        elif before != after:
            state.undo_stack.push(ShapeCommand(state.try_out, suggestion, before, after))

    def put_decision(self, suggestion: str, decision: Decision | None) -> None:
        """Carry a decision out, and keep it."""
        if self.state.result is None:
            return
        analysis = self.state.result.analysis
        self.work.keep(_("Saving"), lambda progress: self.core.decide(analysis, suggestion, decision))
        self.state.put_decision(suggestion, decision)

    # Taste

    def list_taste(self) -> None:
        """Read what the user's answers have taught; `taste_listed` brings it."""
        self.work.keep(_("Reading your taste"), self.core.taste, self.taste_listed.emit)

    def forget_taste(self, dimension: str) -> None:
        """Forget the answers of one dimension of taste."""
        self.work.keep(_("Saving"), lambda progress: self.core.forget_taste(dimension), lambda _done: self.list_taste())

    def open_taste(self, dimension: str) -> None:
        """Open what rejections have closed of one dimension of taste."""
        self.work.keep(_("Saving"), lambda progress: self.core.open_taste(dimension), lambda _done: self.list_taste())

    def list_blind_tests(self) -> None:
        """Read what was preferred in blind tests; `blind_tests_listed` brings it."""
        self.work.keep(_("Reading your blind tests"), self.core.blind_tests, self.blind_tests_listed.emit)

    def keep_blind_test(self, test: BlindTest) -> None:
        """Keep what was preferred in a blind test that was finished."""
        self.work.keep(_("Saving"), lambda progress: self.core.keep_blind_test(test))

    # Reports

    def _tell(self, message: str, is_error: bool) -> None:
        """Tell something; Qt cuts a text off at a byte that is none."""
        self.told.emit(readable(message), is_error)

    def export(self, path: Path, result: Result | None = None) -> None:
        """Write the report of an analysis: of the current one, where it is not another."""
        result = result or self.state.result
        if result is None:
            return
        is_shown = result is self.state.result
        decisions = dict(self.state.decisions if is_shown else result.decisions)
        told = partial(self._tell, _("Report written to {path}").format(path=path), False)
        comparison = self.state.comparison if is_shown else None
        write = partial(write_decided, self.core, result.analysis, decisions, path, comparison=comparison)
        self.work.keep(_("Writing the report"), write, lambda _done: told())
