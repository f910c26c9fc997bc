"""What is done with the stems of the mix that is shown: replaced, separated again, called something else, written as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.gui.background.worker import Job
from mixassistant.gui.session.exports import accepted_moves, targets_of
from mixassistant.gui.session.lasting_changes import LastingChange
from mixassistant.gui.session.services import OWN_STREAM
from mixassistant.gui.session.stopping import Halted
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.exporting import Exported
    from mixassistant.advice.suggestion import Move
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.session.services import Services, Then
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress


def unaffected(before: Sequence[Move], after: Sequence[Move]) -> frozenset[str]:
    """Return the ids of the moves that rest on the same finding as before: one descriptor, at one place, with one value."""
    found = {move.id: _finding(move) for move in before}
    return frozenset(move.id for move in after if found.get(move.id) == _finding(move))


def _finding(move: Move) -> tuple[Any, ...]:
    evidence = move.evidence
    return move.kind, move.target.name, evidence.descriptor, evidence.frequency_hz, evidence.measured


def _keep_absent(core: Core, content_hash: str, role: Any, is_absent: bool, _progress: Progress) -> None:
    core.keep_absent(content_hash, role, is_absent)


@dataclass(frozen=True)
class _Replacing:
    """A stem that is being replaced: the files in the place of stems before and after."""

    path: Path
    before: tuple[tuple[Any, Path], ...]
    after: tuple[tuple[Any, Path], ...]


class StemActions:
    """Carries out what the user wants of the stems; the demo's are left as they are.

    Parameters
    ----------
    core : Core
    state : State
    services : Services
    """

    def __init__(self, core: Core, state: State, services: Services) -> None:
        self._core, self._state, self._services = core, state, services
        self._replacing: _Replacing | None = None
        self._running: list[Halted] = []

    @property
    def _shown(self) -> tuple[Path, Result] | None:
        state = self._state
        return None if state.source is None or state.result is None or state.is_demo else (state.source, state.result)

    def separate_again(self, separator: str) -> None:
        """Take the mix apart with another separator; files in place of its stems stay."""
        if self._shown is not None:
            path, result = self._shown
            self._services.open_mix(path, separator, result.analysis.request.replacements)

    def replace(self, role: Any, file: Path, ask: Callable[[Sequence[str]], bool]) -> None:
        """Put a file in the place of a separated stem, and analyse the mix again; undo takes it back.

        The file is listened to first: where it seems to be something else, `ask` gets the doubts and returns whether to take it.
        """
        if self._shown is None:
            return
        path, result = self._shown
        before = result.analysis.request.replacements
        after = (*((r, p) for r, p in before if r != role), (role, file))

        def then(doubts: Sequence[str]) -> None:
            if self._state.result is not result:
                self._services.tell(_("another mix has come to the screen meanwhile: choose its stems again"), True)
            elif not doubts or ask(doubts):
                self._replacing = _Replacing(path, before, after)
                self._put(path, after)

        work = partial(self._core.doubts_about, result.analysis.song, role, file)
        self._do(_("the replacing of a stem"), Job(_("Listening to {name}").format(name=file.name), work), then)

    def _put(self, path: Path, replacements: tuple[tuple[Any, Path], ...]) -> None:
        """Analyse a mix again with files in the place of its stems."""
        mix = self._state.opened
        if mix.path == path:
            self._services.open_mix(path, mix.separator, replacements, mix.roles, stream=OWN_STREAM if mix.stream is None else mix.stream)

    def note_replaced(self) -> None:
        """Let undo take back what has been replaced, once it is on the screen."""
        done, shown = self._replacing, self._shown
        if done is None or shown is None or (shown[0], shown[1].analysis.request.replacements) != (done.path, done.after):
            return
        self._replacing = None
        put = partial(self._put, done.path)
        change = LastingChange(_("Replace stem"), partial(put, done.after), partial(put, done.before), done.path, is_active=False)
        self._state.undo_stack.push(change)
        change.is_active = True

    @property
    def roles(self) -> Mapping[str, Any]:
        """What the user has said that stems are, by name; the others are what was found."""
        return self._state.shown.roles

    def choose_role(self, stem: str, role: Any) -> None:
        """Say what a supplied stem is (None: what was found), and analyse the mix again."""
        if self._shown is None:
            return
        state, (path, _result) = self._state, self._shown
        mix = state.opened if state.opened.path == path else state.shown  # a choice before has not come to the screen yet
        roles = {name: other for name, other in mix.roles.items() if name != stem} | ({stem: role} if role is not None else {})
        if roles != mix.roles:  # under other roles it is other content, of which nothing was said yet
            absent = tuple(sorted(self.absent)) or mix.absent
            sections = state.structure.sections if state.structure.are_own else mix.sections
            self._services.open_mix(path, mix.separator, mix.replacements, roles, absent=absent, sections=sections)

    @property
    def absent(self) -> frozenset[str]:
        """The roles that the mix does not have, as the user has said."""
        result = self._state.result
        return frozenset() if result is None else frozenset(m.place.role for m in result.analysis.missing if m.is_said)

    @property
    def unheard(self) -> frozenset[str]:
        """The roles of which there is nothing to speak in the mix: there is no advice on them."""
        result = self._state.result
        return frozenset() if result is None else frozenset(m.place.role for m in result.analysis.missing if not m.place.stem) - self.absent

    def say_absent(self, role: Any, is_absent: bool) -> None:
        """Remember whether the mix has a role, and analyse it again: there is no advice on what it does not have."""
        if self._shown is None:
            return
        _path, result = self._shown
        work = partial(_keep_absent, self._core, result.analysis.track.content_hash, role, is_absent)
        self._services.keep(_("Saving"), work, lambda _done: self._services.compare_again())

    def with_kept_decisions(self, result: Result) -> Result:
        """Return the mix under other roles with the decisions that were made on what is the same; the library keeps them too."""
        state = self._state
        if state.result is None:
            return result
        same = unaffected(state.result.analysis.moves, result.analysis.moves)
        decisions = {name: decision for name, decision in result.decisions.items() if name not in same}
        kept = {name: state.decisions.get(name) for name in sorted(same)}
        decisions |= {name: decision for name, decision in kept.items() if decision is not None}
        content = result.analysis.track.content_hash
        if content != state.result.analysis.track.content_hash:
            self._services.keep(_("Saving"), lambda progress: self._core.copy_decisions(content, kept))
        return replace(result, decisions=decisions)

    def export(self, paths: Mapping[str | None, Path], subtype: str, is_moved: bool) -> None:
        """Write stems of the mix as files, by name, and the whole mix (None): as they are, or with the accepted moves."""
        state, tell = self._state, self._services.tell
        if state.result is None or not paths:
            return
        song, moves = state.result.analysis.song, accepted_moves(state) if is_moved else ()
        folder = next(iter(paths.values())).parent
        count = len(moves)
        text = _("Written to {path}")
        if is_moved:
            text = _("Written with 1 accepted move to {path}") if count == 1 else _("Written with {count} accepted moves to {path}")

        def then(done: Exported) -> None:
            from mixassistant.advice.exporting import exported_text

            note = exported_text(done)
            tell(". ".join(part for part in (text.format(path=folder, count=count), note) if part), False)

        work = partial(self._core.export_audio, song, targets_of(song, paths), moves, subtype)
        self._do(_("the writing of audio"), Job(_("Writing audio"), work), then)

    def _do(self, called: str, job: Job, then: Then) -> None:
        """Have a job done, which begins again where the user has stopped it and asks for it."""
        again = Halted(called, lambda: self._do(called, Job(job.name, job.work), then))
        self._running.append(again)
        self._services.do(job, then, lambda _report: self._running.remove(again))

    def halted(self) -> list[Halted]:
        """Return what is being done."""
        return [*self._running]
