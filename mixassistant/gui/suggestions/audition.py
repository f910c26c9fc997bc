"""Hearing a move where it matters most: the passage is found and looped, and afterwards the player is as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from mixassistant.advice.decision import decided_chain
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mixassistant.advice.suggestion import Move
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session
    from mixassistant.progress import Progress
    from mixassistant.stems.stem import Song

    Pairs = Sequence[tuple[Move, "Chain"]]
    from mixassistant.processing.moves import Chain

SETTLE_MS = 10  # from a movement to its rendering, which takes 20 to 60 ms
Stretch = tuple[float, float]


@dataclass(frozen=True)
class _Before:
    """How the player was: loop and position in seconds, what was heard, and whether it played."""

    loop: Stretch | None
    position_s: float
    source: str
    was_playing: bool


class Audition(QObject):
    """One move at a time, heard on its passage with and without it; and whatever is heard of moves follows how their cards are set.

    Signals: `changed` (what is heard, or may be).
    """

    changed = Signal()

    def __init__(self, session: Session, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._player = session, player
        self.move: Move | None = None
        self._before: _Before | None = None
        self._passages: dict[str, Stretch] = {}
        self._content = ""
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._hear_as_set)
        state = session.state
        state.analysed.connect(self._on_analysed)
        state.selection_changed.connect(self._on_selected)
        self._is_rendering = False
        for signal in (state.tried, state.decided):
            signal.connect(self._follow)
        player.state_changed.connect(self._on_player)

    # What cards ask

    def is_on(self, move: Move) -> bool:
        """Whether this move is the one that is compared."""
        return self.move is not None and self.move.id == move.id

    @property
    def passage(self) -> Stretch | None:
        """Where the move is heard; None: that is being looked for."""
        return None if self.move is None else self._passages.get(self.move.id)

    @property
    def told(self) -> str:
        """Where it is heard, and by how much level matching corrects: ``"1:02–1:12, looped  ·  matched −1.3 dB"``."""
        passage, player = self.passage, self._player
        if passage is None:
            return _("Looking for where it matters most…")
        bar = self._session.state.structure.position_text(passage[0]).partition(".")[0]
        where = _("{start}–{end}, looped").format(start=time_text(passage[0]), end=time_text(passage[1]))
        if bar:
            where = _("From bar {bar} ({where})").format(bar=bar, where=where)
        if not player.is_matched:
            return _("{where}  ·  not matched").format(where=where)
        if not player.can_hear("suggestion"):
            return where
        gap = round(player.gain_db("suggestion") - player.gain_db("mix"), 1) + 0.0  # no “−0.0”
        corrected = f"{gap:+.1f}".replace("-", "−")
        return _("{where}  ·  matched {corrected} dB").format(where=where, corrected=corrected)

    def begin(self, move: Move) -> None:
        """Hear a move on its passage, as its card is set."""
        player = self._player
        if self._before is None:
            self._before = _Before(player.loop, player.position_s, player.source, player.is_playing)
        self.move = move
        if move.id in self._passages:
            self._start(move)
        else:
            self._look(move)
        self.changed.emit()

    def switch(self) -> None:
        """Hear the other one: with the move, or without it."""
        player, move = self._player, self.move
        if move is None:
            return
        if player.is_heard(move.id):
            player.set_source("mix")
        else:
            self._hear((move,))
        player.play()

    def leave(self) -> None:
        """Give the player back as it was: what was looped, where it was, and what was heard."""
        before, passage, player = self._before, self.passage, self._player
        self.move, self._before = None, None
        if before is None:
            return
        if player.is_playing and not before.was_playing:
            player.pause()
        player.set_source("mix" if before.source == "suggestion" else before.source)
        if passage is not None and player.loop == passage:  # another one is its user's own
            player.set_loop(before.loop)
            player.seek(before.position_s)
        self.changed.emit()

    def hear_together(self, moves: tuple[Move, ...]) -> None:
        """Hear several moves, each as its card is set, from where it plays."""
        self.leave()
        self._hear(moves)
        self._player.play()

    # What follows from what

    def _start(self, move: Move) -> None:
        player, passage = self._player, self._passages[move.id]
        player.set_loop(passage)
        player.seek(passage[0])
        self._hear((move,))
        player.play()

    def _hear(self, moves: tuple[Move, ...]) -> None:
        """Have moves rendered as their cards are set, and hear them."""
        self._player.hear(moves, tuple(self._session.state.trial_of(move.id) for move in moves))
        self._is_rendering = True

    def _look(self, move: Move) -> None:
        """Have the passage of a move looked for, if it is not known."""
        result, state = self._session.state.result, self._session.state
        if result is None or move.id in self._passages:
            return
        pairs = ((move, decided_chain(move, state.trial_of(move.id))),)
        work = partial(_find, result.analysis.song, pairs, state.structure.downbeats_s)
        self._session.work.read(_("Looking for the passage"), work, partial(self._on_found, self._content, move), "passage")

    def _on_found(self, content: str, move: Move, passage: Stretch) -> None:
        if content != self._content:
            return
        self._passages[move.id] = passage
        if self.is_on(move):
            self._start(move)
        self.changed.emit()

    def _on_selected(self) -> None:
        """Leave a move whose card was folded, and look for the passage of the one that is open now, before somebody asks."""
        state = self._session.state
        if self.move is not None and self.move.id != state.selected:
            self.leave()
        moves = state.result.analysis.moves if state.result is not None else ()
        selected = next((move for move in moves if move.id == state.selected), None)
        if selected is not None:
            self._look(selected)

    def _on_analysed(self) -> None:
        """Forget what belongs to another song, or to another analysis of this one."""
        result = self._session.state.result
        content = "" if result is None else result.analysis.track.content_hash
        if content != self._content:
            self._content, self._before, self.move = content, None, None
        elif self.move is not None and self._before is not None and result is not None:
            name, before = self.move.id, self._before
            self.move = next((move for move in result.analysis.moves if move.id == name), None)
            if self.move is None:  # it is not suggested any more: what plays goes on without it
                self._before = replace(before, was_playing=True)
                self.leave()
        self._passages = {}

    def _on_player(self) -> None:
        self._is_rendering = False
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        """Render what is heard again where a card is set otherwise, one rendering after another: a newer one would undo the one before."""
        if self._is_stale() and not self._is_rendering and not self._settle.isActive():
            self._settle.start()

    def _is_stale(self) -> bool:
        player, state = self._player, self._session.state
        trial = player.trial
        if trial is None or player.source != "suggestion" or player.is_blind:
            return False
        return tuple(state.trial_of(move.id) for move in trial.moves) != trial.decisions

    def _hear_as_set(self) -> None:
        trial = self._player.trial
        if trial is not None and self._is_stale():
            self._hear(trial.moves)


def _find(song: Song, moves: Pairs, downbeats_s: Sequence[float], progress: Progress) -> Stretch:
    from mixassistant.advice.passage import passage

    return passage(song, moves, downbeats_s, progress)
