"""Bounces of one song in a session: a new one is told by its fingerprint and asked about, and compared with the one before."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.bounces import (
    Compared,
    Earlier,
    compare_bounces,
    find_earlier,
    keep_version,
    say_earlier,
    write_bounces,
)
from mixassistant.gui.background.worker import Job
from mixassistant.gui.session.offer import Offer
from mixassistant.gui.wording import shortened
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.report.comparison_page import ComparisonPage
    from mixassistant.report.version import Version

SHOWN_LETTERS = 40  # of a mix's name in a question


class Versions(QObject):
    """Finds the bounce before the mix that is shown, and what changed since.

    Nothing is taken over from it without asking: decisions on the bounce before stay with it.

    Signals: `asked` (an `Offer` with the question whether it is a new version), `compared` (there is another `comparison`, or none),
    `wanted` (the comparison is to be shown) and `told_apart` (the `Version` before the mix that is shown; None: it is another song).
    """

    asked = Signal(object)
    compared = Signal()
    wanted = Signal()
    told_apart = Signal(object)

    def __init__(self, core: Core, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._state, self._services = core, state, services
        self.known: tuple[Version, ...] = ()  # the bounces of the project that is open
        self.earlier: Version | None = None
        self.page: ComparisonPage | None = None  # the comparison for people
        self._content = ""
        state.analysed.connect(self._on_analysed)

    def _on_analysed(self) -> None:
        """Look for the bounce before a mix that has come to the screen."""
        result = self._state.result
        if result is None:
            return
        content = result.analysis.track.content_hash
        if content != self._content:
            self._content = content
            self._put(None, None)
        if self._state.is_demo:  # it is made here, and comes before whatever is made of it
            decisions = dict(result.decisions)
            self._services.keep(_("Saving"), partial(keep_version, self._core, result.analysis, decisions))
            return
        work = partial(find_earlier, self._core, result.analysis, self.known)
        self._services.read(_("Looking for earlier versions"), work, partial(self._on_found, result), "versions")

    def _on_found(self, result: Result, found: Earlier) -> None:
        decisions = dict(result.decisions)
        self._services.keep(_("Saving"), partial(keep_version, self._core, result.analysis, decisions))
        if not self._is_shown(result):
            return
        version = found.version
        if version is None:
            self.told_apart.emit(None)
        elif found.is_said:
            self._compare(result, version, False)
        else:
            new, old = (shortened(name, SHOWN_LETTERS) for name in (result.analysis.track.name, version.name))
            ask = _("“{new}” seems to be a new version of “{old}”. Compare them?")
            again = _("“{new}” has changed since it was here last: it seems to be a new version. Compare it with the one before?")
            question = (again if new == old else ask).format(new=new, old=old)
            self.asked.emit(
                Offer(
                    question,
                    _("Compare"),
                    partial(self._accept, result, version),
                    partial(self._decline, result),
                    no=_("It is another song"),
                    is_of_song=True,
                )
            )

    def _is_shown(self, result: Result) -> bool:
        shown = self._state.result
        return shown is not None and shown.analysis.track.content_hash == result.analysis.track.content_hash

    def _accept(self, result: Result, version: Version) -> None:
        """Take a bounce for the one before, as the user says."""
        if self._is_shown(result):
            content = result.analysis.track.content_hash
            self._services.keep(_("Saving"), partial(say_earlier, self._core, content, version.content_hash))
            self._compare(result, version, True)

    def _decline(self, result: Result) -> None:
        if self._is_shown(result):
            self.told_apart.emit(None)

    def _compare(self, result: Result, version: Version, is_asked: bool) -> None:
        work = partial(compare_bounces, self._core, version, result.analysis)
        self._services.do(Job(_("Comparing versions"), work, "versions"), partial(self._on_compared, result, version, is_asked))

    def _on_compared(self, result: Result, version: Version, is_asked: bool, compared: Compared) -> None:
        if self._is_shown(result):
            self._put(version, compared)
            self.told_apart.emit(version)
            if is_asked:
                self.wanted.emit()

    def _put(self, earlier: Version | None, compared: Compared | None) -> None:
        if earlier is not self.earlier or compared is not None:
            self.earlier = earlier
            self._state.comparison = None if compared is None else compared.comparison
            self.page = None if compared is None else compared.page
            self.compared.emit()

    @property
    def comparison(self) -> dict[str, Any] | None:
        """What changed since the bounce before the mix that is shown; None: there is none."""
        return self._state.comparison

    def export(self, path: Path) -> None:
        """Write the comparison that is shown."""
        if self.comparison is not None:
            told = _("Comparison written to {path}").format(path=path)
            work = partial(write_bounces, self.comparison, path)
            self._services.keep(_("Writing the comparison"), work, lambda _done: self._services.tell(told, False))
