"""The player: what the window drives and hears of. It holds no widgets; without a sound card it says so and everything else works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from mixassistant.errors import MixAssistantError
from mixassistant.gui.background.result import is_same_sound
from mixassistant.gui.background.worker import Failed, Job, Report, Succeeded, Worker
from mixassistant.gui.player import rendering
from mixassistant.gui.player.connection import Connection, OpenStream
from mixassistant.gui.player.meter import Levels, levels
from mixassistant.gui.player.mixer import Voice
from mixassistant.gui.player.rendering import Heard, Reference, Trial, Version
from mixassistant.gui.player.stream import Output, Stream, absence
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision
    from mixassistant.advice.suggestion import Move
    from mixassistant.gui.background.result import Result
    from mixassistant.stems.stem import Song

TICK_MS = 33
REST_MS = 500  # from a stretch to the rest of the loop, or of the song
SOURCES = ("mix", "suggestion", "reference")


class Player(QObject):
    """Plays the mix, a suggestion on it, or a reference, as loud as each other.

    Signals: `moved` (seconds, 30 times a second while it plays), `state_changed`, `metered` (a `Levels`), `lost` (why it stopped),
    `told` (why something cannot be heard, or not where it was chosen), `listed` (outputs were looked for),
    `rendered` (a `Heard` that can be heard now).

    To play is a state at once; it sounds as soon as the output is open.
    """

    moved = Signal(float)
    state_changed = Signal()
    metered = Signal(object)
    lost = Signal(str)
    told = Signal(str)
    listed = Signal()
    rendered = Signal(object)

    def __init__(self, parent: QObject | None = None, open_stream: OpenStream = Stream) -> None:
        super().__init__(parent)
        self.open_stream = open_stream
        self._song: Song | None = None
        self.mix_lufs: float | None = None
        self._connection = Connection(self)
        self._connection.opened.connect(self._on_opened)
        self._connection.refused.connect(self._on_refused)
        self._connection.ended.connect(self._on_ended)
        self._connection.listed.connect(self._on_listed)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._worker = Worker()
        self._worker.reported.connect(self._on_report)
        self._then: dict[int, Callable[[Any], None]] = {}
        self.is_playing, self.is_matched = False, True
        self.source, self.device = "mix", ""
        self.loop: tuple[float, float] | None = None
        self.solos: frozenset[str] = frozenset()
        self.mutes: frozenset[str] = frozenset()
        self.volume_db = 0.0
        self._position = 0.0
        self.trial: Trial | None = None
        self._heard: Heard | None = None
        self.reference: Reference | None = None
        self._wanted_reference: Path | None = None
        self.is_held = False
        self.is_blind = False

    # What there is to hear

    def load(self, result: Result) -> None:
        """Take over an analysed song; what sounded of another stops, and of the same one goes on as it was."""
        song, before = result.analysis.song, self._song
        self.is_held = False
        if song is before:
            self.moved.emit(self._position)
            self.state_changed.emit()
            return
        if before is not None and is_same_sound(song, before):
            self._song = song
            self.mix_lufs = rendering.loudness_of(song, result.analysis.track.mix)
            self._go_on(result.analysis.moves)
            return
        self.stop()
        self._connection.close()
        self._connection.prepare()
        self._song = song
        self.mix_lufs = rendering.loudness_of(song, result.analysis.track.mix)
        self.trial, self._heard, self.reference = None, None, None
        self.source, self.loop, self._position = "mix", None, 0.0
        self.solos, self.mutes = frozenset(), frozenset()
        self.choose_reference(self._wanted_reference)

    def _go_on(self, moves: Sequence[Move]) -> None:
        """Keep what is chosen of a song that was analysed again, as far as it is still there."""
        assert self._song is not None
        names = {stem.name for stem in self._song.stems}
        self.solos, self.mutes = self.solos & names, self.mutes & names
        if self.trial is not None:
            trial = self.trial.among(moves)
            if trial.moves:
                self._render(trial, switches=False)
            else:
                self._forget_trial()
        self._again()
        self.state_changed.emit()

    def hold(self) -> None:
        """Pause until the next `load`: another song is on the screen, and until then there is nothing to hear."""
        self.pause()
        self.is_held = True
        self.state_changed.emit()

    @property
    def duration_s(self) -> float:
        """Length of the song in seconds; 0 without one."""
        return self._song.mix.duration_s if self._song is not None and not self.is_held else 0.0

    @property
    def position_s(self) -> float:
        """What is heard, or will be first: the output holds what was rendered since."""
        if self.is_held:
            return 0.0
        mixer = self._connection.mixer
        return mixer.heard(self._latency) / self._rate if self.is_playing and mixer is not None else self._position

    @property
    def _latency(self) -> int:
        return round(self._connection.latency_s * self._rate)

    @property
    def _rate(self) -> int:
        return self._song.mix.sample_rate_hz if self._song is not None else 44100

    def can_hear(self, source: str) -> bool:
        """Tell whether there is such a source."""
        return (
            self._song is not None
            and not self.is_held
            and {"mix": True, "suggestion": self.trial is not None, "reference": self.reference is not None}[source]
        )

    def is_heard(self, move: str) -> bool:
        """Tell whether a move (by its id) is the one that sounds, or would."""
        return self.source == "suggestion" and self.trial is not None and move in self.trial.names

    @property
    def is_rendered(self) -> bool:
        """Whether the suggestion is there wherever it may play: in the loop or else in the whole song."""
        if self._song is None or self._heard is None:
            return False
        low, high = (0, self._song.mix.length) if self.loop is None else (round(at * self._rate) for at in self.loop)
        change = self._heard.change
        return change.start <= low and min(high, self._song.mix.length) <= change.start + change.samples.shape[1]

    @property
    def version(self) -> str:
        """What the version is called that is heard in the place of a suggestion; empty: there is none."""
        return self.trial.name if isinstance(self.trial, Version) else ""

    # Transport

    def play(self) -> None:
        """Play from where it is."""
        if self._song is None or self.is_playing or self.is_held:
            return
        if self._position >= self.duration_s - 0.01:
            self._position = self.loop[0] if self.loop else 0.0
        self.is_playing = True
        self._connection.open(self.open_stream, self._rate, self.device)
        self._want(self._position)
        self._timer.start()
        self.state_changed.emit()

    def pause(self) -> None:
        """Stop and stay there."""
        if self.is_playing:
            self._position = self.position_s
            if self._connection.mixer is not None:
                self._connection.mixer.want(None)
            self._set_stopped()

    def toggle(self) -> None:
        """Play, or pause."""
        (self.pause if self.is_playing else self.play)()

    def stop(self) -> None:
        """Stop and go back to the start of the loop, or of the song."""
        self.pause()
        self.seek(self.loop[0] if self.loop else 0.0)

    def _set_stopped(self) -> None:
        self.is_playing = False
        self._timer.stop()
        self.metered.emit(Levels())
        self.state_changed.emit()

    def seek(self, seconds: float) -> None:
        """Go to a place."""
        if self.is_held:
            return
        self._position = float(np.clip(seconds, 0.0, self.duration_s))
        if self.is_playing:
            self._want(self._position)
        self.moved.emit(self._position)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Repeat a stretch (seconds), or nothing."""
        if self.is_held:
            return
        if loop is not None:
            low, high = sorted(float(np.clip(s, 0.0, self.duration_s)) for s in loop)
            loop = (low, high) if high - low >= 0.05 else None
        self.loop = loop
        self._render_rest(self._heard)
        self._again()
        self.state_changed.emit()

    # What sounds

    def set_solo(self, stem: str, on: bool) -> None:
        """Hear this stem and other soloed ones alone."""
        self.solos = self.solos | {stem} if on else self.solos - {stem}
        self._again()
        self.state_changed.emit()

    def set_mute(self, stem: str, on: bool) -> None:
        """Leave a stem out."""
        self.mutes = self.mutes | {stem} if on else self.mutes - {stem}
        self._again()
        self.state_changed.emit()

    def set_source(self, source: str) -> None:
        """Switch to ``"mix"``, ``"suggestion"`` or ``"reference"``, if there is one."""
        if self.can_hear(source) and source != self.source:
            self.source = source
            self._again()
            self.state_changed.emit()

    def set_match(self, on: bool) -> None:
        """Make the sources as loud as the quietest of them, or leave them as they are."""
        self.is_matched = on
        self._again()
        self.state_changed.emit()

    def set_volume(self, decibels: float) -> None:
        """Turn everything down, in dB."""
        self.volume_db = min(decibels, 0.0)
        self._again()

    def set_blind(self, on: bool) -> None:
        """Have nobody told which source sounds, or told again: whoever listens shall not know."""
        self.is_blind = on
        self.state_changed.emit()

    def hear(self, moves: tuple[Move, ...], decisions: tuple[Decision, ...]) -> None:
        """Render moves and switch to them: first around the playhead, then the rest."""
        if self._song is None or not moves:
            return
        self._render(Trial(moves, decisions), switches=True)
        self.state_changed.emit()

    def hear_version(self, version: Version) -> None:
        """Render another version of the whole mix and switch to it; `rendered` brings what is told of it."""
        if self._song is None:
            return
        self.trial, self._heard = version, None
        if self.source == "suggestion":
            self.source = "mix"
            self._again()
        self._do(_("Rendering"), partial(rendering.version, version), partial(self._on_heard, True), "suggestion")
        self.state_changed.emit()

    def _render(self, trial: Trial, switches: bool) -> None:
        """Render a trial in the place of the one before; what was heard of the same moves is heard until then."""
        assert self._song is not None
        if self.trial is None or trial.names != self.trial.names:
            self._heard = None
        self.trial = trial
        self._do(
            _("Rendering"), partial(rendering.around, self._song, trial, self.position_s), partial(self._on_heard, switches), "suggestion"
        )

    def _on_heard(self, switches: bool, heard: Heard) -> None:
        if heard.trial is not self.trial or self._song is None:
            return
        self._heard = heard
        if switches:
            self.source = "suggestion"
        self._again()
        self.state_changed.emit()
        self.rendered.emit(heard)
        # Not at once: who is setting it renders the next stretch before long.
        QTimer.singleShot(REST_MS, self, partial(self._render_rest, heard))

    def _render_rest(self, heard: Heard | None) -> None:
        """Render what is heard wherever it may play, unless it has changed; who has switched back meanwhile stays there."""
        if heard is None or heard is not self._heard or heard.trial is not self.trial or not heard.trial.moves:
            return
        if self._song is None or self.is_rendered:
            return
        work = partial(rendering.over, self._song, heard.trial, self.loop)
        self._do(_("Rendering"), work, partial(self._on_heard, False), "suggestion")

    def _forget_trial(self) -> None:
        """Hear the mix where a suggestion was heard: there is none any more."""
        self.trial, self._heard = None, None
        self.source = "mix" if self.source == "suggestion" else self.source

    def choose_reference(self, path: Path | None) -> None:
        """Read a reference, so that it can be heard; None: no reference."""
        self.reference, self._wanted_reference = None, path
        if self.source == "reference":
            self.set_source("mix")
        if path is not None and self._song is not None:
            work, then = partial(rendering.read_reference, path, self._rate), partial(self._on_reference, self._song)
            self._do(_("Reading the reference"), work, then, "reference")
        self.state_changed.emit()

    def _on_reference(self, song: Song, reference: Reference) -> None:
        if song is self._song and self._wanted_reference is not None:
            self.reference = reference
            self.state_changed.emit()

    def gain_db(self, source: str) -> float:
        """Return the gain that level matching gives a source in dB, 0 or less."""
        if not self.is_matched:
            return 0.0
        return rendering.matching_db(self.mix_lufs, self._heard, self.reference).get(source, 0.0)

    def _voice(self) -> Voice | None:
        song = self._song
        if song is None:
            return None
        gain = float(10 ** ((self.gain_db(self.source) + self.volume_db) / 20))
        if self.source == "reference" and self.reference is not None:
            return rendering.voice_of_reference(song, self.reference, gain)
        return rendering.voice_of_mix(song, self._heard if self.source == "suggestion" else None, self.solos, self.mutes, gain)

    def _again(self) -> None:
        """Let what has changed be heard from where it plays."""
        if self.is_playing:
            self._want(None)

    def _want(self, seconds: float | None) -> None:
        if self._connection.mixer is None:  # once it is there, all is wanted from `_position`
            return
        loop = None if self.loop is None else (round(self.loop[0] * self._rate), round(self.loop[1] * self._rate))
        self._connection.mixer.want(self._voice(), None if seconds is None else round(seconds * self._rate), loop)
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
            self._position = self.position_s
            self._set_stopped()
        self.lost.emit(_("The sound card is gone: playback is paused. Choose another output, or look again."))

    def _tick(self) -> None:
        mixer = self._connection.mixer
        if mixer is None:
            return
        if mixer.has_ended and mixer.heard(self._latency) >= mixer.position:
            self._position = self.duration_s
            self._set_stopped()
            self.moved.emit(self._position)
            return
        self.moved.emit(self.position_s)
        if not self.is_blind:  # a peak may tell one source from another
            self.metered.emit(levels(self._voice(), mixer.heard(self._latency), self._rate))

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
            if report.job.lane == "suggestion":  # there is nothing to hear
                self._forget_trial()
                self._again()
                self.state_changed.emit()
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
