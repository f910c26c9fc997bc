"""The player: what the window drives and hears of. It holds no widgets; without a sound card it says so and everything else works."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from mixassistant.gui.background.result import is_same_sound
from mixassistant.gui.player import rendering
from mixassistant.gui.player.connection import OpenStream
from mixassistant.gui.player.listening import Listening
from mixassistant.gui.player.mixer import Voice
from mixassistant.gui.player.reference_line import Loop, held_loop
from mixassistant.gui.player.reference_playback import ReferencePlayback
from mixassistant.gui.player.rendering import Heard, Trial, Version
from mixassistant.gui.player.stream import Stream
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision
    from mixassistant.advice.suggestion import Move
    from mixassistant.gui.background.result import Result

REST_MS = 500  # from a stretch to the rest of the loop, or of the song
SOURCES = ("mix", "suggestion", "reference")


class Player(ReferencePlayback):
    """Plays the mix, a suggestion on it, or a reference, as loud as each other.

    Signals: those of `ReferencePlayback`, and `rendered` (a `Heard` that can be heard now).
    """

    rendered = Signal(object)

    def __init__(self, parent: QObject | None = None, open_stream: OpenStream = Stream) -> None:
        super().__init__(parent, open_stream)
        self.mix_lufs: float | None = None
        self.is_matched = True
        self.solos: frozenset[str] = frozenset()
        self.mutes: frozenset[str] = frozenset()
        self.volume_db = 0.0
        self.trial: Trial | None = None
        self._heard: Heard | None = None

    # What there is to hear

    def load(self, result: Result) -> None:
        """Take over an analysed song; what sounded of another stops, and of the same one goes on as it was."""
        song, before = result.analysis.song, self._song
        self.is_held = False
        self._compared = result.analysis.profile.references
        if song is before:
            self._tell_place()
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
        self.trial, self._heard = None, None
        self.source, self.loop, self._position = "mix", None, 0.0
        self.solos, self.mutes = frozenset(), frozenset()
        self.listening = Listening()
        self._line.begin(song.mix.duration_s, result.analysis.track.sections)
        self.reference_changed.emit()
        self.choose_reference(self._line.wanted)

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

    def can_hear(self, source: str) -> bool:
        """Tell whether there is such a source."""
        there = {"mix": True, "suggestion": self.trial is not None, "reference": self.reference is not None}
        return self._song is not None and not self.is_held and there[source]

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

    def set_loop(self, loop: Loop | None) -> None:
        """Repeat a stretch of the mix (seconds), or nothing."""
        if self.is_held:
            return
        self.loop = held_loop(loop, self.duration_s)
        self._render_rest(self._heard)
        if not self.is_on_reference:
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
            self._switch(source)
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
            self._switch("suggestion")
        else:
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
            return rendering.voice_of_reference(self.reference, gain)
        return rendering.voice_of_mix(song, self._heard if self.source == "suggestion" else None, self.solos, self.mutes, gain)

    def _give_up(self, lane: str) -> None:
        """Do without what could not be computed."""
        if lane == "suggestion":  # there is nothing to hear
            self._forget_trial()
            self._again()
        elif lane == "reference":  # but for the one that is heard meanwhile
            self._line.wanted = self.reference.path if self.reference is not None else None
            self.reference_changed.emit()
        self.state_changed.emit()
