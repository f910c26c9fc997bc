"""What is done with the stems of the mix that is shown: replaced, separated again, called something else, written as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.gui.background.worker import Job
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Suggestion
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State


def unaffected(before: Sequence[Suggestion], after: Sequence[Suggestion]) -> frozenset[str]:
    """Return the ids of the suggestions that rest on the same finding as before: one descriptor, at one place, with one value."""
    found = {s.id: _finding(s) for s in before}
    return frozenset(s.id for s in after if found.get(s.id) == _finding(s))


def _finding(suggestion: Suggestion) -> tuple[Any, ...]:
    evidence = suggestion.evidence
    found = (suggestion.text,) if evidence is None else (evidence.descriptor, evidence.frequency_hz, evidence.measured)
    return suggestion.kind, suggestion.target, *found


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
        if roles != mix.roles:
            self._services.open_mix(path, mix.separator, mix.replacements, roles)

    def with_kept_decisions(self, result: Result) -> Result:
        """Return the mix under other roles with the decisions that were made on what is the same; the library keeps them too."""
        state = self._state
        if state.result is None:
            return result
        same = unaffected(state.result.analysis.suggestions, result.analysis.suggestions)
        decisions = {name: accepted for name, accepted in result.decisions.items() if name not in same}
        amounts = {name: amount for name, amount in result.amounts.items() if name not in same}
        kept = {name: (state.decisions.get(name), state.amounts.get(name, 1.0)) for name in sorted(same)}
        decisions |= {name: accepted for name, (accepted, _amount) in kept.items() if accepted is not None}
        amounts |= {name: amount for name, (accepted, amount) in kept.items() if accepted is not None}
        content = result.analysis.track.content_hash
        if content != state.result.analysis.track.content_hash:
            self._services.keep(_("Saving"), lambda progress: self._core.copy_decisions(content, kept))
        return replace(result, decisions=decisions, amounts=amounts)

    def export(self, targets: Mapping[str, Path], subtype: str) -> None:
        """Write stems of the mix as files, by name."""
        state, tell = self._state, self._services.tell
        if state.result is None:
            return
        told = _("Stems written to {path}").format(path=next(iter(targets.values())).parent)
        job = Job(_("Writing stems"), partial(self._core.export_stems, state.result.analysis.song, targets, subtype))
        self._services.do(job, lambda _done: tell(told, False))
