"""What ties cards to the views: how moves are set is drawn, what is shaped there comes back; and the keys of the card that is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from mixassistant.advice.decision import Decision
from mixassistant.gui.views.set_moves import SetMoves
from mixassistant.gui.window.transport import unless_typing

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.gui.suggestions.panel import SuggestionsPanel
    from mixassistant.gui.views.page import ViewPage
    from mixassistant.processing.moves import Band

SOON_MS = 16  # from a movement to what is drawn of it: several in one frame are drawn once


class MoveLinks(QObject):
    """Shows in the views how the moves are set, and passes on what is set there."""

    def __init__(self, session: Session, pages: Sequence[ViewPage], suggestions: SuggestionsPanel, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._state, self._pages = session, session.state, pages
        self._before: dict[str, Decision] = {}  # how a move was set before a handle was taken
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.show)
        for signal in (self._state.tried, self._state.decided):
            signal.connect(lambda: self._soon.isActive() or self._soon.start())
        self._state.selection_changed.connect(self.show)
        for page in pages:
            page.shaped.connect(self._shape)
            page.shaping_ended.connect(self._end)
        self._make_shortcuts(suggestions, window)

    def show(self) -> None:
        """Show how the moves are set."""
        state = self._state
        moves = state.result.analysis.moves if state.result is not None else ()
        selected = next((move for move in moves if move.id == state.selected), None)
        shown = SetMoves(state.as_set, selected, state.trial_of(state.selected))
        for page in self._pages:
            page.show_moves(shown)

    def _shape(self, move: str, bands: tuple[Band, ...]) -> None:
        """Set a move's equalizer, all of it: what is drawn is what is meant, whatever the amount was."""
        self._before.setdefault(move, self._state.trial_of(move))
        self._state.try_out(move, Decision(True, 1.0, bands))

    def _end(self, move: str) -> None:
        before = self._before.pop(move, None)
        if before is not None:
            self._session.shape(move, before, self._state.trial_of(move))

    def _make_shortcuts(self, suggestions: SuggestionsPanel, window: QWidget) -> None:
        """Make the keys of the open card work in the whole window, but not while somebody types."""
        actions: dict[str, Callable[[], None]] = {
            "A": partial(suggestions.answer, True),
            "R": partial(suggestions.answer, False),
            "H": suggestions.hear_selected,
            "N": partial(suggestions.step, 1),
            "Shift+N": partial(suggestions.step, -1),
        }
        for keys, slot in actions.items():
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(unless_typing, slot))
