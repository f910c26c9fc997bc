"""The one bridge to threads: a QThread that runs one job at a time and reports in order.

A job is a function of `Progress`. Its reports (`Progressed`, then one of `Succeeded`, `Failed`, `Stopped`) arrive through one
signal, progress at most 30 times a second. A cancelled or superseded job's answer is dropped: only `Stopped` arrives, unless it was
on its way already. The books (which jobs there are) belong to the thread that submits; the worker's own thread sees the queue alone.
"""

from __future__ import annotations

import atexit
import importlib
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from PySide6.QtCore import QThread, Signal

from mixassistant.errors import Cancelled, MixAssistantError
from mixassistant.progress import Progress, TimeLeft

# Numba imports colorama in the worker's thread, and pyqtgraph imports colorama.win32 in the window's. Where each has begun when the
# other does, each holds the lock on what the other waits for, and Python ends one of the imports with an error: it is imported before
# there is a thread. (Python's locks on modules: importlib._bootstrap, _DeadlockError.)
importlib.import_module("colorama")

REPORTS_PER_S = 30
_log = logging.getLogger(__name__)
_tickets = itertools.count(1)


@dataclass
class Job:
    """One piece of work. Jobs of one lane supersede each other; an empty lane never does.

    `time_left` is told by its progress; jobs that share it are one piece of work to the user, and their progress is that of them all.
    """

    name: str
    work: Callable[[Progress], Any]
    lane: str = ""
    time_left: TimeLeft = field(default_factory=TimeLeft, compare=False)
    ticket: int = 0
    stop: threading.Event = field(default_factory=threading.Event, compare=False)

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled or superseded."""
        return self.stop.is_set()


@dataclass(frozen=True)
class Progressed:
    """A job is at `fraction` of its way, in a stage."""

    job: Job
    stage: str
    fraction: float


@dataclass(frozen=True)
class Succeeded:
    """A job ended with a result."""

    job: Job
    result: Any


@dataclass(frozen=True)
class Failed:
    """A job ended with an error that the user is told."""

    job: Job
    error: MixAssistantError


@dataclass(frozen=True)
class Stopped:
    """A job was cancelled or superseded."""

    job: Job


Report = Progressed | Succeeded | Failed | Stopped


class Worker(QThread):
    """Runs jobs in the order of their submission, until `finish`.

    It has no parent, and lives as long as its thread does: an object of Qt must not die before the thread that it stands for.
    """

    reported = Signal(object)
    _told = Signal(object)  # from the worker's thread, to this object's
    shown = Signal(object)  # what a job has to show on its way; the job emits it
    _running: ClassVar[set[Worker]] = set()

    def __init__(self) -> None:
        super().__init__()
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._known: list[Job] = []
        self._has_finished = False
        self._told.connect(self._report)
        self.finished.connect(self._ended)

    @property
    def busy(self) -> bool:
        """Whether there are jobs whose last report has not arrived yet."""
        return bool(self._known)

    def submit(self, job: Job) -> Job:
        """Queue a job; earlier ones of its lane are cancelled. After `finish` it is refused: it comes back cancelled and never runs."""
        job.ticket = next(_tickets)
        if self._has_finished:
            job.stop.set()
            return job
        if job.lane:
            for other in self._known:
                if other.lane == job.lane:
                    other.stop.set()
        self._known.append(job)
        self._queue.put(job)
        if not self.isRunning():
            self._running.add(self)
            self.start()
        return job

    def cancel(self) -> None:
        """Cancel what runs and what waits."""
        for job in self._known:
            job.stop.set()

    def finish(self) -> None:
        """Take no more jobs; the thread ends after those that wait (`wait` for that)."""
        if not self._has_finished:
            self._has_finished = True
            self._queue.put(None)

    def run(self) -> None:
        """Run jobs until `finish` (called by Qt in the worker's thread)."""
        while (job := self._queue.get()) is not None:
            self._run_one(job)
            del job  # and with it the song that it worked on, while there is nothing to do

    def _report(self, report: Report) -> None:
        """Close the book on a job and pass its report on, in one turn: between two of them it could not be superseded any more."""
        if not isinstance(report, Progressed):
            self._known = [job for job in self._known if job is not report.job]
        self.reported.emit(report)

    def _ended(self) -> None:
        self.wait()
        self._running.discard(self)

    @classmethod
    def end_all(cls) -> None:
        """Cancel everything and wait for every thread's end: what a process does last."""
        for worker in tuple(cls._running):
            worker.cancel()
            worker.finish()
        for worker in tuple(cls._running):
            worker.wait()
        cls._running.clear()

    def _run_one(self, job: Job) -> None:
        if job.stop.is_set():
            self._told.emit(Stopped(job))
            return
        try:
            result = job.work(self._progress(job))
        except Cancelled:
            self._told.emit(Stopped(job))
        except MixAssistantError as error:
            _log.warning("%s failed: %s", job.name, error)
            self._told.emit(Stopped(job) if job.stop.is_set() else Failed(job, error))
        except Exception as error:  # noqa: BLE001 - one of the places that end every story (house.md)
            # Torch's out-of-memory error among them: every story has an end, or the window would wait for ever.
            _log.exception("%s failed", job.name)
            told = MixAssistantError(
                "bug", f"{job.name} failed unexpectedly ({type(error).__name__}: {error})", "the log file has the details"
            )
            self._told.emit(Stopped(job) if job.stop.is_set() else Failed(job, told))
        else:
            self._told.emit(Stopped(job) if job.stop.is_set() else Succeeded(job, result))

    def _progress(self, job: Job) -> Progress:
        last = 0.0

        def report(stage: str, fraction: float) -> None:
            nonlocal last
            if job.stop.is_set():
                raise Cancelled()
            now = time.monotonic()
            if now - last >= 1 / REPORTS_PER_S:
                last = now
                self._told.emit(Progressed(job, stage, fraction))

        return report


atexit.register(Worker.end_all)
