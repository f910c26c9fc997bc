"""The work of a session: what is done, kept and read in threads beside the window, and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.worker import Failed, Job, Progressed, Report, Stopped, Succeeded, Worker
from mixassistant.gui.session.services import Then
from mixassistant.gui.wording import refusal
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.progress import Progress


@dataclass(frozen=True)
class Busy:
    """What runs: its stage for people, fraction 0–1, and the seconds that it will still take (None: not known yet)."""

    stage: str
    fraction: float
    left_s: float | None


@dataclass(frozen=True)
class _Ending:
    """What follows a job: `then` a result, `ended` in any case; `on_way` its progress."""

    then: Then | None = None
    ended: Callable[[Report], None] | None = None
    on_way: Callable[[Progressed], None] | None = None


class Work(QObject):
    """Four threads: for what can be cancelled, for looks at what is to be opened, for what is kept and never cancelled, and for lists.

    Signals: `progressed` (a `Busy`, or None when idle) and `failed` (what the user is told of an error).
    """

    progressed = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # What the user was shown as done is kept at once, beside whatever else runs. A list must not wait for an analysis, nor what is to
        # be opened for a list: a disk may be asleep.
        self.worker, self.looker, self.keeper, self.reader = Worker(), Worker(), Worker(), Worker()
        self.keeper.reported.connect(self._on_report)
        self.worker.reported.connect(self._on_report)
        self.looker.reported.connect(self._on_report)
        self.reader.reported.connect(self._on_read)
        self._endings: dict[int, _Ending] = {}
        self._busy: Busy | None = None
        self._is_closed = False

    def do(
        self,
        job: Job,
        then: Then | None = None,
        ended: Callable[[Report], None] | None = None,
        on_way: Callable[[Progressed], None] | None = None,
    ) -> None:
        """Have a job done; `then` gets its result, `ended` the last report however it ends, `on_way` its progress."""
        self._endings[self.worker.submit(job).ticket] = _Ending(then, ended, on_way)

    def look(self, name: str, work: Callable[[Progress], Any], then: Then, ended: Callable[[Report], None]) -> None:
        """Have a look at what is to be opened, which can be cancelled; `then` gets what it finds, `ended` its last report."""
        self._endings[self.looker.submit(Job(name, work)).ticket] = _Ending(then, ended)

    def keep(self, name: str, work: Callable[[Progress], Any], then: Then | None = None) -> None:
        """Have something short done beside the work; it cannot be cancelled."""
        self._endings[self.keeper.submit(Job(name, work)).ticket] = _Ending(then)

    def read(self, name: str, work: Callable[[Progress], Any], then: Then, lane: str = "") -> None:
        """Have something read beside the work and what is kept; what is read anew in a lane supersedes what was asked before."""
        self._endings[self.reader.submit(Job(name, work, lane)).ticket] = _Ending(then)

    @property
    def is_busy(self) -> bool:
        """Whether there is work that can be cancelled."""
        return self.worker.busy or self.looker.busy

    def cancel(self) -> None:
        """Cancel all work that can be."""
        self.looker.cancel()
        self.worker.cancel()
        if self._busy is not None:
            self._show_busy(Busy(_("Stopping…"), self._busy.fraction, None))

    def close(self) -> None:
        """Stop the work and follow no more reports; what is to be kept is still taken until `finish`."""
        self._is_closed = True
        for worker in (self.worker, self.looker, self.reader):
            worker.cancel()
            worker.finish()

    def finish(self) -> None:
        """Take nothing more to keep."""
        self.keeper.finish()

    def wait(self, limit_ms: int) -> bool:
        """Wait until all has been kept and the work has stopped; return whether it has."""
        return all(worker.wait(limit_ms) for worker in (self.keeper, self.worker, self.looker, self.reader))

    def _show_busy(self, busy: Busy | None) -> None:
        self._busy = busy
        self.progressed.emit(busy)

    def _on_read(self, report: Report) -> None:
        if not isinstance(report, Progressed):  # nobody waits for it
            self._on_report(report)

    def _on_report(self, report: Report) -> None:
        if self._is_closed:
            return
        job = report.job
        if isinstance(report, Progressed):
            self._on_progress(report)
            return
        ending = self._endings.pop(job.ticket)
        if self._busy is not None and not self.worker.busy:
            self._show_busy(None)
        if job.cancelled:  # perhaps when its answer was on the way already
            report = Stopped(job)
        if isinstance(report, Succeeded) and ending.then is not None:
            ending.then(report.result)
        elif isinstance(report, Failed):
            self.failed.emit(refusal(report.error))
        if ending.ended is not None:
            ending.ended(report)

    def _on_progress(self, report: Progressed) -> None:
        job = report.job
        if job.cancelled:
            return
        self._show_busy(Busy(report.stage, report.fraction, job.time_left.at(time.monotonic(), report.fraction)))
        on_way = self._endings[job.ticket].on_way
        if on_way is not None:
            on_way(report)
