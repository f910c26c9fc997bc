"""The connection to the sound card: looked for, opened and closed in a thread of its own, in that order, while the window goes on.

Starting PortAudio and opening an output take tenths of a second, and compiling the kernel for the first time takes seconds. What has
been asked for can be given up before it is there: an output that opens too late is closed again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.worker import Failed, Job, Report, Succeeded, Worker
from mixassistant.gui.player.mixer import Mixer
from mixassistant.gui.player.stream import Output, outputs, rescan
from mixassistant.i18n import _
from mixassistant.progress import Progress

OpenStream = Callable[[Mixer, int, str, Callable[[], None]], Any]


@dataclass(eq=False)
class _Line:
    """An output that is being opened, or is open; its methods run in the connection's thread."""

    ended: Callable[[_Line], None]
    given_up: threading.Event = field(default_factory=threading.Event)
    mixer: Mixer | None = None
    stream: Any = None

    def open(self, open_stream: OpenStream, sample_rate_hz: int, device: str, _progress: Progress) -> _Line:
        if not self.given_up.is_set():
            self.mixer = Mixer(sample_rate_hz)
            self.stream = open_stream(self.mixer, sample_rate_hz, device, self._on_ended)
        return self

    def start(self, _progress: Progress) -> None:
        if not self.given_up.is_set():
            self.stream.start()

    def close(self, _progress: Progress) -> None:
        if self.stream is not None:
            self.stream.close()

    def _on_ended(self) -> None:
        if not self.given_up.is_set():
            self.ended(self)


class Connection(QObject):
    """One output, or none.

    Signals: `opened` (its mixer is there), `refused` (why there will be none), `ended` (it is gone), `listed` (outputs were looked for).
    """

    opened = Signal()
    refused = Signal(str)
    ended = Signal()
    listed = Signal()
    _line_ended = Signal(object)  # from the sound card's thread

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.outputs: tuple[Output, ...] | None = None  # None: nobody has looked yet
        self.mixer: Mixer | None = None  # what is heard, once an output is open
        self._line: _Line | None = None
        self._opening: Job | None = None
        self._starting: Job | None = None
        self._worker = Worker()
        self._worker.reported.connect(self._on_report)
        self._line_ended.connect(self._on_line_ended)

    @property
    def latency_s(self) -> float:
        """How much later than it is rendered sound is heard, in seconds; 0 while no output is open."""
        stream = self._line.stream if self._line is not None else None
        return 0.0 if stream is None else float(stream.latency_s)

    def look(self) -> None:
        """Start PortAudio and list the outputs, once."""
        if self.outputs is None:
            self._worker.submit(Job(_("Looking for sound cards"), lambda _progress: outputs(), "look"))

    def prepare(self) -> None:
        """Look, and load the kernel, so that what is opened later is there at once."""
        self.look()
        self._worker.submit(Job(_("Playback"), lambda _progress: Mixer(44100), "kernel"))

    def rescan(self) -> None:
        """Close, and look for outputs again."""
        self.close()
        self._worker.submit(Job(_("Looking for sound cards"), lambda _progress: rescan()))

    def open(self, open_stream: OpenStream, sample_rate_hz: int, device: str) -> None:
        """Open an output, unless one is open or on its way."""
        if self._line is None:
            self._line = _Line(self._line_ended.emit)
            self._opening = self._worker.submit(Job(_("Playback"), partial(self._line.open, open_stream, sample_rate_hz, device)))

    def start(self) -> None:
        """Let what was wished for be heard, unless it is already (the output is open)."""
        if self._line is not None and self._starting is None:
            self._starting = self._worker.submit(Job(_("Playback"), self._line.start))

    def close(self) -> None:
        """Close the output that is open or on its way."""
        line, self._line, self._opening, self._starting, self.mixer = self._line, None, None, None, None
        if line is not None:
            line.given_up.set()
            self._worker.submit(Job(_("Playback"), line.close))

    def finish(self) -> None:
        """Close for good."""
        self.close()
        self._worker.finish()

    def wait(self, limit_ms: int) -> bool:
        """Wait until all is closed, after `finish`."""
        return bool(self._worker.wait(limit_ms))

    def _on_line_ended(self, line: _Line) -> None:
        if line is self._line:
            self.ended.emit()  # its mixer can still be asked where it was
            self.close()

    def _on_report(self, report: Report) -> None:
        if isinstance(report, Succeeded) and isinstance(report.result, tuple):
            self.outputs = report.result
            self.listed.emit()
        elif isinstance(report, Succeeded) and report.job is self._opening:
            self.mixer = report.result.mixer
            self.opened.emit()
        elif isinstance(report, Failed) and report.job in (self._opening, self._starting):
            self.close()
            self.refused.emit(str(report.error))
