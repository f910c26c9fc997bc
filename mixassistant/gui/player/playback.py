"""What every player does: play, pause and seek on the time line of what is heard, through an output that comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from mixassistant.errors import MixAssistantError
from mixassistant.gui.background.worker import Failed, Job, Report, Succeeded, Worker
from mixassistant.gui.player.analyser import Analyser
from mixassistant.gui.player.connection import Connection, OpenStream
from mixassistant.gui.player.listening import Listening
from mixassistant.gui.player.meter import METER_S, Levels, levels
from mixassistant.gui.player.mixer import Voice
from mixassistant.gui.player.reference_line import Loop
from mixassistant.gui.player.stream import Output, Stream, absence
from mixassistant.i18n import _

TICK_MS = 33


class Playback(QObject):
    """Plays what `_voice` returns, of which `here_…` tells place, length and loop.

    Signals: `moved` (seconds of the mix, 30 times a second while it plays), `reference_moved` (the same of the reference), `state_changed`,
    `metered` (a `Levels`), `analysed` (the spectrum of what is heard, while `is_analysing`; None when it falls silent), `lost` (why it
    stopped), `told` (why something cannot be heard, or not where it was chosen), `listed` (outputs were looked for).

    To play is a state at once; it sounds as soon as the output is open.
    """

    moved = Signal(float)
    reference_moved = Signal(float)
    state_changed = Signal()
    metered = Signal(object)
    analysed = Signal(object)
    lost = Signal(str)
    told = Signal(str)
    listed = Signal()

    def __init__(self, parent: QObject | None = None, open_stream: OpenStream = Stream) -> None:
        super().__init__(parent)
        self.open_stream = open_stream
        self._connection = Connection(self)
        self._connection.opened.connect(self._on_opened)
        self._connection.refused.connect(self._on_refused)
        self._connection.ended.connect(self._on_ended)
        self._connection.listed.connect(self._on_listed)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.is_playing = self.is_held = self.is_blind = self.is_analysing = False
        self.device = ""
        self._worker = Worker()
        self._worker.reported.connect(self._on_report)
        self._then: dict[int, Callable[[Any], None]] = {}
        self.listening = Listening()
        self._position = 0.0

    # What a player says

    @property
    def here_duration_s(self) -> float:
        """Length of what is heard in seconds; 0 where there is nothing."""
        raise NotImplementedError

    @property
    def here_loop(self) -> Loop | None:
        """The loop of what is heard."""
        raise NotImplementedError

    @property
    def _rate(self) -> int:
        raise NotImplementedError

    def _voice(self) -> Voice | None:
        raise NotImplementedError

    def _tell_place(self) -> None:
        raise NotImplementedError

    def _give_up(self, lane: str) -> None:
        raise NotImplementedError

    # Places

    @property
    def here_s(self) -> float:
        """What is heard, or will be first, on its own time line: the output holds what was rendered since."""
        if self.is_held:
            return 0.0
        mixer = self._connection.mixer
        return mixer.heard(self._latency) / self._rate if self.is_playing and mixer is not None else self._position

    @property
    def _rendered_s(self) -> float:
        """What is rendered next."""
        mixer = self._connection.mixer
        return mixer.position / self._rate if self.is_playing and mixer is not None else self._position

    @property
    def _latency(self) -> int:
        return round(self._connection.latency_s * self._rate)

    # Transport

    def play(self) -> None:
        """Play from where it is."""
        if not self.here_duration_s or self.is_playing or self.is_held:
            return
        if self._position >= self.here_duration_s - 0.01:
            self._position = self.here_loop[0] if self.here_loop else 0.0
        self.is_playing = True
        self._connection.open(self.open_stream, self._rate, self.device)
        self._want(self._position)
        self._timer.start()
        self.state_changed.emit()

    def pause(self) -> None:
        """Stop and stay there."""
        if self.is_playing:
            self._position = self.here_s
            if self._connection.mixer is not None:
                self._connection.mixer.want(None)
            self._set_stopped()

    def toggle(self) -> None:
        """Play, or pause."""
        (self.pause if self.is_playing else self.play)()

    def stop(self) -> None:
        """Stop and go back to the start of the loop, or of the song."""
        self.pause()
        if not self.is_held:
            self._go_to(self.here_loop[0] if self.here_loop else 0.0)

    def hold(self) -> None:
        """Pause until it is loaded again: another song is on the screen, and until then there is nothing to hear."""
        self.pause()
        self.is_held = True
        self.state_changed.emit()

    def _set_stopped(self) -> None:
        self.is_playing = False
        self._timer.stop()
        self.metered.emit(Levels())
        self.analysed.emit(None)
        self.state_changed.emit()

    def _go_to(self, seconds: float) -> None:
        """Go to a place of what is heard."""
        self._position = float(np.clip(seconds, 0.0, self.here_duration_s))
        if self.is_playing:
            self._want(self._position)
        self._tell_place()

    def listen(self, listening: Listening) -> None:
        """Hear a band, mid or side alone, of whatever sounds."""
        self.listening = listening
        if self._connection.mixer is not None:
            self._connection.mixer.listen(listening)
        self.state_changed.emit()

    def analyse(self, on: bool) -> None:
        """Tell the spectrum of what is heard, or do not any more."""
        self.is_analysing = on
        if not on:
            self.analysed.emit(None)
        self.state_changed.emit()

    def set_blind(self, on: bool) -> None:
        """Have nobody told which source sounds, or told again: whoever listens shall not know."""
        self.is_blind = on
        self.state_changed.emit()

    def _again(self) -> None:
        """Let what has changed be heard from where it plays."""
        if self.is_playing:
            self._want(None)

    def _want(self, seconds: float | None) -> None:
        if self._connection.mixer is None:  # once it is there, all is wanted from `_position`
            return
        loop, rate = self.here_loop, self._rate
        edges = None if loop is None else (round(loop[0] * rate), round(loop[1] * rate))
        self._connection.mixer.listen(self.listening)
        self._connection.mixer.want(self._voice(), None if seconds is None else round(seconds * rate), edges)
        self._connection.start()

    # The sound card

    @property
    def outputs(self) -> tuple[Output, ...] | None:
        """The outputs that were there at the last look; None before the first one."""
        return self._connection.outputs

    def look(self) -> None:
        """Look for outputs, unless that has been done; `listed` tells when there is an answer."""
        self._connection.look()

    def rescan(self) -> None:
        """Look for outputs again; what plays is paused."""
        self.pause()
        self._connection.rescan()

    def set_device(self, name: str) -> None:
        """Play through another output (empty: the system's choice)."""
        was = self.is_playing
        self.pause()
        self._connection.close()
        self.device = name
        if was:
            self.play()
        self.state_changed.emit()

    def _on_listed(self) -> None:
        """Say so where the output that was chosen is not there: the system's choice is what plays, until it is back."""
        why = absence(self.device, self.outputs or ())
        if why:
            self.told.emit(why)
        self.listed.emit()

    def _on_opened(self) -> None:
        if self.is_playing:
            self._want(self._position)

    def _on_refused(self, why: str) -> None:
        if self.is_playing:
            self._set_stopped()
        self.lost.emit(why)

    def _on_ended(self) -> None:
        if self.is_playing:
            self._position = self.here_s
            self._set_stopped()
        self.lost.emit(_("The sound card is gone: playback is paused. Choose another output, or look again."))

    def _tick(self) -> None:
        mixer = self._connection.mixer
        if mixer is None:
            return
        if mixer.has_ended and mixer.heard(self._latency) >= mixer.position:
            self._position = self.here_duration_s
            self._set_stopped()
            self._tell_place()
            return
        self._tell_place()
        if self.is_blind:  # a peak, or a spectrum, may tell one source from another
            return
        self.metered.emit(levels(mixer.sounded(round(METER_S * self._rate), self._latency)[1]))
        if self.is_analysing:
            analyser = Analyser.at(self._rate)
            self.analysed.emit(analyser.levels(*mixer.sounded(analyser.length, self._latency)))

    # Work

    def _do(self, name: str, work: Callable[[Any], Any], then: Callable[[Any], None], lane: str) -> None:
        self._then[self._worker.submit(Job(name, work, lane)).ticket] = then

    def _on_report(self, report: Report) -> None:
        if isinstance(report, Succeeded):
            then = self._then.pop(report.job.ticket, None)
            if then is not None and not report.job.cancelled:
                then(report.result)
        elif isinstance(report, Failed):
            self._then.pop(report.job.ticket, None)
            self._give_up(report.job.lane)
            error: MixAssistantError = report.error
            self.told.emit(str(error))

    def close(self) -> None:
        """Fall silent for good."""
        self.pause()
        self._connection.finish()
        self._worker.cancel()
        self._worker.finish()

    def wait(self, limit_ms: int = 60_000) -> bool:
        """Wait for the work to end, after `close`."""
        return bool(self._worker.wait(limit_ms)) and self._connection.wait(limit_ms)
