"""What is done with the stems of the mix that is shown: replaced, separated again, called something else, written as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.gui.background.worker import Job
from mixassistant.gui.session.stopping import Halted
from mixassistant.i18n import _

if TYPE_CHECKING:
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
        self._written: list[Halted] = []

    @property
    def _shown(self) -> tuple[Path, Result] | None:
        state = self._state
        return None if state.source is None or state.result is None or state.is_demo else (state.source, state.result)

    def separate_again(self, separator: str) -> None:
        """Take the mix apart with another separator; files in place of its stems stay."""
        if self._shown is not None:
            path, result = self._shown
            self._services.open_mix(path, separator, result.analysis.request.replacements)

    def replace(self, role: Any, file: Path) -> None:
        """Put a file in the place of a separated stem, and analyse the mix again."""
        if self._shown is not None:
            path, result = self._shown
            request = result.analysis.request
            others = tuple((r, p) for r, p in request.replacements if r != role)
            self._services.open_mix(path, request.separator, (*others, (role, file)))

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

    def export(self, targets: Mapping[str, Path], subtype: str) -> None:
        """Write stems of the mix as files, by name."""
        state, tell = self._state, self._services.tell
        if state.result is None:
            return
        told = _("Stems written to {path}").format(path=next(iter(targets.values())).parent)
        self._write(partial(self._core.export_stems, state.result.analysis.song, targets, subtype), lambda _done: tell(told, False))

    def _write(self, work: Callable[[Progress], None], then: Then) -> None:
        again = Halted(_("the writing of stems"), partial(self._write, work, then))
        self._written.append(again)
        self._services.do(Job(_("Writing stems"), work), then, lambda _report: self._written.remove(again))

    def halted(self) -> list[Halted]:
        """Return what is being written."""
        return [*self._written]
