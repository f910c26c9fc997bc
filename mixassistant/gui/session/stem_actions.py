"""What is done with the stems of the mix that is shown: replaced, separated again, called something else, written as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.gui.background.worker import Job
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Move
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.session.mix_queue import Do
    from mixassistant.gui.session.session import Session
    from mixassistant.progress import Progress

Keep = Callable[[str, Callable[["Progress"], Any]], None]


def unaffected(before: Sequence[Move], after: Sequence[Move]) -> frozenset[str]:
    """Return the ids of the moves that rest on the same finding as before: one descriptor, at one place, with one value."""
    found = {move.id: _finding(move) for move in before}
    return frozenset(move.id for move in after if found.get(move.id) == _finding(move))


def _finding(move: Move) -> tuple[Any, ...]:
    evidence = move.evidence
    return move.kind, move.target.name, evidence.descriptor, evidence.frequency_hz, evidence.measured


class StemActions:
    """Carries out what the user wants of the stems; the demo's are left as they are.

    Parameters
    ----------
    session : Session
    do, keep : callable
        The session's: have work done, and have something short done beside it.
    """

    def __init__(self, session: Session, do: Do, keep: Keep) -> None:
        self._session, self._do, self._keep = session, do, keep

    @property
    def _shown(self) -> tuple[Path, Result] | None:
        session = self._session
        return None if session.source is None or session.result is None or session.is_demo else (session.source, session.result)

    def separate_again(self, separator: str) -> None:
        """Take the mix apart with another separator; files in place of its stems stay."""
        if self._shown is not None:
            path, result = self._shown
            self._session.open_mix(path, separator, result.analysis.request.replacements)

    def replace(self, role: Any, file: Path) -> None:
        """Put a file in the place of a separated stem, and analyse the mix again."""
        if self._shown is not None:
            path, result = self._shown
            request = result.analysis.request
            others = tuple((r, p) for r, p in request.replacements if r != role)
            self._session.open_mix(path, request.separator, (*others, (role, file)))

    @property
    def roles(self) -> Mapping[str, Any]:
        """What the user has said that stems are, by name; the others are what was found."""
        return self._session.shown.roles

    def choose_role(self, stem: str, role: Any) -> None:
        """Say what a supplied stem is (None: what was found), and analyse the mix again."""
        if self._shown is None:
            return
        session, (path, _result) = self._session, self._shown
        mix = session.opened if session.opened.path == path else session.shown  # a choice before has not come to the screen yet
        roles = {name: other for name, other in mix.roles.items() if name != stem} | ({stem: role} if role is not None else {})
        if roles != mix.roles:
            session.open_mix(path, mix.separator, mix.replacements, roles)

    def with_kept_decisions(self, result: Result) -> Result:
        """Return the mix under other roles with the decisions that were made on what is the same; the library keeps them too."""
        session = self._session
        if session.result is None:
            return result
        same = unaffected(session.result.analysis.moves, result.analysis.moves)
        decisions = {name: accepted for name, accepted in result.decisions.items() if name not in same}
        amounts = {name: amount for name, amount in result.amounts.items() if name not in same}
        kept = {name: (session.decisions.get(name), session.amounts.get(name, 1.0)) for name in sorted(same)}
        decisions |= {name: accepted for name, (accepted, _amount) in kept.items() if accepted is not None}
        amounts |= {name: amount for name, (accepted, amount) in kept.items() if accepted is not None}
        content = result.analysis.track.content_hash
        if content != session.result.analysis.track.content_hash:
            self._keep(_("Saving"), lambda progress: session.core.copy_decisions(content, kept))
        return replace(result, decisions=decisions, amounts=amounts)

    def export(self, targets: Mapping[str, Path], subtype: str) -> None:
        """Write stems of the mix as files, by name."""
        session = self._session
        if session.result is None:
            return
        told = _("Stems written to {path}").format(path=next(iter(targets.values())).parent)
        job = Job(_("Writing stems"), partial(session.core.export_stems, session.result.analysis.song, targets, subtype))
        self._do(job, lambda _done: session.told.emit(told, False), None)
