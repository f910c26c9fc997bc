"""What a view has computed from audio, beside the window: one thing at a time, each kept until the next mix.

Every computation has a thread of its own that ends with it, so that a view has nothing to close.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.worker import Failed, Job, Progressed, Report, Succeeded, Worker
from mixassistant.progress import Progress


class Computation(QObject):
    """Answers by key. `changed` says that one has come, or that it failed (`error_of`)."""

    changed = Signal()

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name
        self._answers: dict[Hashable, Any] = {}
        self._errors: dict[Hashable, str] = {}
        self._job: Job | None = None
        self._key: Hashable = None

    @property
    def is_running(self) -> bool:
        """Whether something is being computed."""
        return self._job is not None

    def __contains__(self, key: Hashable) -> bool:
        return key in self._answers

    def __getitem__(self, key: Hashable) -> Any:
        return self._answers[key]

    def get(self, key: Hashable) -> Any:
        """Return a key's answer; None where there is none yet (or where that is the answer)."""
        return self._answers.get(key)

    def error_of(self, key: Hashable) -> str:
        """Return why a key's answer cannot be had; empty where that is not known."""
        return self._errors.get(key, "")

    def ask(self, key: Hashable, work: Callable[[Progress], Any]) -> None:
        """Have a key's answer computed, unless it is there or on its way; what was on its way for another key is given up."""
        if key in self._answers or (self._job is not None and key == self._key):
            return
        self.stop()
        worker = Worker()
        worker.reported.connect(self._on_report)
        self._key, self._job = key, Job(self._name, work)
        worker.submit(self._job)
        worker.finish()

    def stop(self) -> None:
        """Give up what is being computed."""
        if self._job is not None:
            self._job.stop.set()
        self._job = None

    def forget(self) -> None:
        """Give up what is being computed, and all answers."""
        self.stop()
        self._answers.clear()
        self._errors.clear()

    def _on_report(self, report: Report) -> None:
        if report.job is not self._job or isinstance(report, Progressed):
            return
        self._job = None
        if isinstance(report, Succeeded):
            self._answers[self._key] = report.result
        elif isinstance(report, Failed):
            self._errors[self._key] = str(report.error)
        self.changed.emit()
