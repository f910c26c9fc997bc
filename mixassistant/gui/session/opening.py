"""Mixes on their way to the screen: what lies there is looked at first, and the waveform comes before the analysis."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.errors import MixAssistantError
from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.worker import Failed, Job, Report, Worker
from mixassistant.gui.session.open_mix import Called, OpenMix
from mixassistant.gui.session.services import OWN_STREAM
from mixassistant.gui.session.stopping import Halted, quoted
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.preview import Preview
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress
    from mixassistant.settings import Settings
    from mixassistant.stems.look import Look

FIRST_LOOK_S = 1.5  # that an analysis waits for the waveform at most


def look_at(core: Core, path: Path, called: Called, roles: Mapping[str, Any], progress: Progress) -> Look:
    """Return what lies at a path, by what the user has called it and its stems, and else by what is found there."""
    from mixassistant.audio.not_audio import is_playlist
    from mixassistant.stems.drop import roles_there
    from mixassistant.stems.look import Look

    try:
        if is_playlist(path):
            return core.look(path)
        if not path.is_dir():
            return Look("mix", (path,))
        if roles_there(path, {**called.roles, **roles}):
            return Look("stems", (path,))
    except (OSError, MixAssistantError):  # its analysis says why
        return Look("mix", (path,))
    return core.look(path, called.are_stems)


def analysis_of(core: Core, settings: Settings, mix: OpenMix, path: Path, roles: Mapping[str, Any]) -> Callable[[Progress], Result]:
    """Return the work of analysing a mix, compared with the profile that is chosen when it begins."""
    wanted = mix.separator or settings.separator

    def work(progress: Progress) -> Result:
        from mixassistant.analysis import Request  # heavy: not on the window's thread
        from mixassistant.stems.drop import roles_there

        # One stream of a file with stems of its own is a mix without any.
        own = roles_there(path, roles) if mix.stream is None else {}
        request = Request(
            path, profile=core.chosen_profile(), library=core.library, separator=wanted, device=settings.device,
            replacements=mix.replacements, strengths=settings.strengths(), roles=own, stage=mix.stage,
            absent=mix.absent, stream=mix.stream, sections=mix.sections,
        )  # fmt: skip
        return core.analyze(request, progress)

    return work


@dataclass(eq=False)
class Opening:
    """A mix on its way to the screen, by a job once it was looked at; `first_look`: its waveform is there already, or never."""

    mix: OpenMix
    job: Job | None = None
    first_look: Event = field(default_factory=Event)


class Openings(QObject):
    """Brings one mix at a time on its way; the next one supersedes it. `worker` draws its waveform.

    Signals: `looking` (whether the newest is only looked at as yet).
    """

    looking = Signal(bool)

    def __init__(self, core: Core, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._state, self._services = core, state, services
        self._current: Opening | None = None
        self._is_closed = False
        self.worker = Worker()
        self.worker.shown.connect(self._on_sketch)

    def begin(self, mix: OpenMix) -> Opening:
        """Say that a mix is on its way from now on, and no other."""
        before = self._current
        if before is not None and before.job is not None:
            before.job.stop.set()
        opening = self._current = Opening(mix)
        self._state.open_count += 1
        self._state.coming = mix
        self._state.opening.emit(mix)
        self.looking.emit(True)
        return opening

    def is_current(self, opening: Opening) -> bool:
        """Return whether nothing has superseded it."""
        return self._current is opening

    def go_on(
        self, opening: Opening, job: Job, then: Callable[[Any], None], refused: Callable[[MixAssistantError], None] = lambda error: None
    ) -> None:
        """Have a mix opened by a job, its waveform first; `then` takes what comes of it, `refused` why nothing does."""
        path = opening.mix.path
        opening.job = job
        if path is not None and self._state.is_another_coming:
            drawing = partial(sketch, self._core, self.worker, opening, path)
            self.worker.submit(Job(_("Drawing the waveform"), drawing, "preview"))
            job.work = partial(after_first_look, opening, job.work)

        def ended(report: Report) -> None:
            self.end(opening)
            if isinstance(report, Failed):
                refused(report.error)

        self._services.do(job, then, ended)
        self.looking.emit(False)

    def end(self, opening: Opening) -> None:
        """Say that a mix has come to the screen, or will not."""
        if self._current is not opening:
            return
        self._current = self._state.coming = None
        self._state.opening.emit(None)
        self.looking.emit(False)
        self.worker.cancel()

    def give_way(self) -> None:
        """Stop what is on its way: something is shown at once instead."""
        if self._current is not None:
            if self._current.job is not None:
                self._current.job.stop.set()
            self.end(self._current)

    def halted(self) -> list[Halted]:
        """Return what is on its way, unless it is being stopped already."""
        current = self._current
        if current is None or (current.job is not None and current.job.cancelled):
            return []
        mix, services = current.mix, self._services
        if mix.path is None:
            again: Callable[[], object] = partial(services.open_demo, mix.comparison, mix.stage)
        else:
            stream = OWN_STREAM if mix.stream is None else mix.stream
            again = partial(
                services.open_mix, mix.path, mix.separator, mix.replacements, mix.roles, mix.stage, mix.absent, stream, mix.sections
            )
        return [Halted(_("the analysis of {name}").format(name=quoted(mix.name)), again, is_of_song=True)]

    def cancel(self) -> None:
        """Forget what is only looked at as yet, however long that look takes; of a job, its end is waited for."""
        if self._current is not None and self._current.job is None:
            self.end(self._current)

    def close(self) -> None:
        """Stop drawing, and take no more."""
        self._is_closed = True
        self.worker.cancel()
        self.worker.finish()

    def _on_sketch(self, shown: tuple[Opening, Preview]) -> None:
        opening, preview = shown
        if self._current is opening and not self._is_closed:
            self._state.previewed.emit(preview)


def after_first_look(opening: Opening, work: Callable[[Progress], Any], progress: Progress) -> Any:
    """Do the work as soon as there is a waveform to look at, or soon in any case: its heavy libraries would slow that down."""
    end = time.monotonic() + FIRST_LOOK_S
    while not opening.first_look.wait(0.05) and time.monotonic() < end:
        progress(_("Drawing the waveform"), 0.0)
    return work(progress)


def sketch(core: Core, worker: Worker, opening: Opening, path: Path, progress: Progress) -> None:
    """Show waveforms while a file is read; an error is the analysis's to tell. No session here: it must not die in this thread."""
    try:
        for preview in core.previews(path, progress, opening.mix.stream):
            worker.shown.emit((opening, preview))
            opening.first_look.set()
    finally:
        opening.first_look.set()
