"""The suggestions: their cards by priority, grouped by stem, and what else the user should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from mixassistant.advice.suggestion import Check
from mixassistant.gui.suggestions.card import Card, MoveCard
from mixassistant.gui.suggestions.taste_dialog import TasteDialog
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.wording import breakable, outcome_text, unbroken
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Suggestion
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session


class _Column(QWidget):
    """The cards below each other, as high as their texts want at this width: a scroll area asks before the texts know."""

    def event(self, event: QEvent) -> bool:
        """Fit the height when a card or a text has changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None and (height := layout.totalHeightForWidth(self.width())) > 0 and height != self.minimumHeight():
            self.setMinimumHeight(height)


class SuggestionsPanel(QFrame):
    """The cards, grouped by stem in the order of priority, and what else the user should know."""

    def __init__(self, session: Session, player: Player, tokens: Tokens) -> None:
        super().__init__()
        self._session, self._player, self._tokens = session, player, tokens
        self._heading = QLabel(_("Suggestions"))
        self._heading.setObjectName("heading")
        self.summary = QLabel()
        self.summary.setObjectName("small")
        self.summary.setWordWrap(True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(_("Suggestions"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.hear_all = QPushButton(_("Hear all"))
        self.hear_all.setToolTip(_("Hear the mix with every accepted move; with all of them where none is accepted"))
        self.hear_all.setAccessibleName(_("Hear all moves together"))
        self.hear_all.setEnabled(False)
        self.hear_all.clicked.connect(self._hear_all)
        top = QHBoxLayout()
        top.addWidget(self._heading, 1)
        self.taste = QPushButton(_("Taste…"))
        self.taste.setToolTip(_("How far to go with each kind of move, and what your answers have taught"))
        self.taste.setAccessibleName(_("Taste: how far to go, and what was learned"))
        self.taste.clicked.connect(lambda: present(self.window(), TasteDialog, lambda: TasteDialog(session, self.window()), True))
        top.addWidget(self.taste)
        top.addWidget(self.hear_all)
        layout.addLayout(top)
        layout.addWidget(self.summary)
        layout.addWidget(self._area, 1)
        self._cards: list[Card] = []
        self._content = ""  # whose suggestions they are
        self._amounts: dict[str, float] = {}  # that were set on cards which have been built again since
        self._waiting: list[Suggestion] = []  # for their cards
        self._column = QVBoxLayout()
        session.state.analysed.connect(self.rebuild)
        session.state.decided.connect(self.refresh)
        player.state_changed.connect(self.refresh)

    @property
    def cards(self) -> list[Card]:
        """The cards from top to bottom; those that wait to be built are built now."""
        while self._waiting:
            self._build_card()
        return self._cards

    @property
    def move_cards(self) -> list[MoveCard]:
        """The cards of moves."""
        return [card for card in self.cards if isinstance(card, MoveCard)]

    @property
    def is_built(self) -> bool:
        """Whether no card waits to be built."""
        return not self._waiting

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.rebuild()

    def _build_next(self) -> None:
        """Build one card, and the next one when the events that wait have been dealt with."""
        if self._waiting:
            self._build_card()
            QTimer.singleShot(0, self, self._build_next)

    def _build_card(self) -> None:
        suggestion = self._waiting.pop(0)
        if isinstance(suggestion, Check):
            card = Card(suggestion, self._tokens)
        else:
            amount = self._amounts.get(suggestion.id, 1.0)
            card = MoveCard(suggestion, self._session, self._player, self._tokens, amount)
        self._column.insertWidget(len(self._cards), card)
        self._cards.append(card)
        card.show()

    def rebuild(self) -> None:
        """Show the suggestions of the current analysis."""
        result = self._session.state.result
        if result is None:
            return
        content = result.analysis.track.content_hash
        moves_shown = [card for card in self._cards if isinstance(card, MoveCard)] if content == self._content else []
        self._amounts = (self._amounts if content == self._content else {}) | {c.proposed.id: c.amount.value() / 100 for c in moves_shown}
        self._content = content
        suggestions = result.analysis.suggestions
        first: dict[str, int] = {}
        for priority, suggestion in enumerate(suggestions):
            first.setdefault(suggestion.target.name, priority)
        ordered = sorted(suggestions, key=lambda s: (isinstance(s, Check), first[s.target.name]))
        inside = _Column()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SPACE // 2, 0)
        column.setSpacing(SPACE)
        self._cards, self._waiting, self._column = [], ordered, column
        for warning in result.analysis.warnings:
            column.addWidget(self._note(warning))
        column.addStretch(1)
        self._area.setWidget(inside)
        QTimer.singleShot(0, self, self._build_next)
        self.hear_all.setEnabled(bool(result.analysis.moves))
        analysis = result.analysis
        references = len(analysis.profile.references)
        told = outcome_text(analysis.moves, references, analysis.verification, analysis.standing, analysis.stage)
        self.summary.setText(unbroken(told))

    def _hear_all(self) -> None:
        """Hear the accepted moves together, each at the amount of its card."""
        cards = self.move_cards
        accepted = [card for card in cards if self._session.state.decisions.get(card.proposed.id)]
        chosen = accepted or [card for card in cards if self._session.state.decisions.get(card.proposed.id) is not False]
        self._player.hear(tuple(card.proposed for card in chosen), tuple(card.amount.value() / 100 for card in chosen))
        self._player.play()

    def _note(self, text: str) -> QLabel:
        note = QLabel(breakable(text))
        note.setObjectName("quiet")
        note.setTextFormat(Qt.TextFormat.PlainText)
        note.setWordWrap(True)
        return note

    def refresh(self) -> None:
        """Show the decisions."""
        for card in self._cards:
            if isinstance(card, MoveCard):
                card.refresh()
