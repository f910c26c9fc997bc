"""The suggestions under where the mix stands: what to know of the mix, faults, then moves toward the references, each grouped by stem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from mixassistant.advice.decision import AS_SUGGESTED
from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.suggestion import Check, Move
from mixassistant.gui.suggestions.audition import Audition
from mixassistant.gui.suggestions.card import Card, SectionCard
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.suggestions.remarks import Remarks
from mixassistant.gui.suggestions.standing import StandingPanel
from mixassistant.gui.suggestions.standing_cells import Cell
from mixassistant.gui.suggestions.surer_dialog import SurerDialog
from mixassistant.gui.suggestions.taste_dialog import TasteDialog
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.wording import outcome_text, unbroken
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


NAMED_FROM = 340  # px: a narrower panel leaves its row to the buttons
FIXED_FROM = 620  # px: in a lower panel, where the mix stands is scrolled with the cards


def ordered(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Return suggestions as they are shown: faults, moves before checks, then moves toward the references; each grouped by stem."""
    first: dict[str, int] = {}
    for priority, suggestion in enumerate(suggestions):
        first.setdefault(suggestion.target.name, priority)
    return sorted(suggestions, key=lambda s: (is_toward(s), isinstance(s, Check), first[s.target.name]))


def is_toward(suggestion: Suggestion) -> bool:
    """Tell whether a suggestion is a move toward the references, and no fault."""
    return isinstance(suggestion, Move) and suggestion.group == "toward"


class SuggestionsPanel(QFrame):
    """Where the mix stands, what the user should know of it, and the cards.

    Signals: `place_wanted` (a `Cell` that is to be seen in the views) and `section_wanted` (a moment in a section that is to be seen and
    looped in the waveform).
    """

    place_wanted = Signal(object)
    section_wanted = Signal(float)

    def __init__(self, session: Session, player: Player, tokens: Tokens) -> None:
        super().__init__()
        self._session, self._player, self._tokens = session, player, tokens
        self.audition = Audition(session, player, self)
        self._heading = QLabel(_("Suggestions"))
        self._heading.setObjectName("heading")
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
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
        self.accept_surer = QPushButton(_("Accept…"))
        self.accept_surer.setToolTip(_("Accept all moves that are surer than what you choose"))
        self.accept_surer.setAccessibleName(_("Accept all moves that are surer than…"))
        self.accept_surer.setEnabled(False)
        self.accept_surer.clicked.connect(self._accept_surer)
        top = QHBoxLayout()
        top.addWidget(self._heading)
        top.addStretch(1)
        self.taste = QPushButton(_("Taste…"))
        self.taste.setToolTip(_("How far to go with each kind of move, and what your answers have taught"))
        self.taste.setAccessibleName(_("Taste: how far to go, and what was learned"))
        self.taste.clicked.connect(lambda: present(self.window(), TasteDialog, lambda: TasteDialog(session, self.window())))
        for button in (self.taste, self.accept_surer, self.hear_all):
            button.setObjectName("narrow")
            top.addWidget(button)
        layout.addLayout(top)
        layout.addWidget(self.summary)
        layout.addWidget(self._area, 1)
        self._fixed = layout
        self.standing = StandingPanel(session, tokens)
        self.standing.wanted.connect(self._show_place)
        self._inside = _Column()
        self._scrolled = QVBoxLayout(self._inside)
        self._scrolled.setContentsMargins(0, 0, SPACE // 4, 0)
        self._scrolled.setSpacing(SPACE)
        self._area.setWidget(self._inside)
        self.remarks = Remarks()
        self._list = QWidget()
        self._scrolled.addWidget(self.remarks)
        self._scrolled.addWidget(self._list)
        self._scrolled.addStretch(1)
        self._is_fixed: bool | None = None
        self._place_standing()
        self._cards: list[Card] = []
        self._content = ""  # whose suggestions they are
        self._heard = ""  # the move whose card is open and that is heard
        self._waiting: list[Suggestion] = []  # for their cards
        self._column = QVBoxLayout()
        session.state.analysed.connect(self.rebuild)
        session.state.sections_measured.connect(self._rebuild_other)
        session.state.selection_changed.connect(self._show_selected)
        for signal in (session.state.decided, session.state.tried, self.audition.changed):
            signal.connect(self.refresh)
        self.audition.changed.connect(self._show_heard)

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
        self.standing.set_tokens(tokens)
        self.rebuild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in sight where the mix stands, where there is room for that and for cards, and what the buttons stand beside."""
        super().resizeEvent(event)
        self._heading.setVisible(self.width() >= NAMED_FROM)
        self._place_standing()

    def _place_standing(self) -> None:
        is_fixed = self.height() >= FIXED_FROM
        if is_fixed == self._is_fixed:
            return
        self._is_fixed = is_fixed
        keyboard = next((w for w in self.standing.findChildren(QWidget) if w.hasFocus()), None)  # it would be lost on the way
        if is_fixed:
            self._fixed.insertWidget(1, self.standing)
        else:
            self._scrolled.insertWidget(1, self.standing)  # below the remarks, which may change how much it is trusted
        if keyboard is not None:
            keyboard.setFocus()

    def _show_place(self, cell: Cell) -> None:
        """Have a place shown in the views, and show the card that moves it."""
        found = next((card for card in self.cards if card.suggestion.id == cell.suggested), None)
        for card in self._cards:
            card.mark(card is found)
        if found is not None:
            self._session.state.select(found.suggestion.id)
            self._area.ensureWidgetVisible(found, 0, SPACE)
        self.place_wanted.emit(cell)

    def _build_next(self) -> None:
        """Build one card, and the next one when the events that wait have been dealt with."""
        if self._waiting:
            self._build_card()
            QTimer.singleShot(0, self, self._build_next)

    def _build_card(self) -> None:
        suggestion = self._waiting.pop(0)
        card: Card
        if isinstance(suggestion, Check):
            card = self._check_card(suggestion)
        else:
            card = MoveCard(suggestion, self._session, self._player, self.audition, self._tokens)
            card.answered.connect(self._go_on)
        if not self._cards or is_toward(self._cards[-1].suggestion) != is_toward(suggestion):
            self._column.addWidget(self._group_heading(is_toward(suggestion)))
        card.toggled.connect(lambda is_wanted: self._session.state.select(suggestion.id if is_wanted else ""))
        card.open(suggestion.id == self._session.state.selected)
        self._column.addWidget(card)
        self._cards.append(card)
        card.show()

    def _check_card(self, check: Check) -> Card:
        if not isinstance(check.finding, SectionLevel):
            return Card(check, self._tokens)
        card = SectionCard(check, check.finding, self._tokens)
        card.section_wanted.connect(self.section_wanted)
        return card

    def _rebuild_other(self) -> None:
        """Show the suggestions that are left where sections have changed."""
        result = self._session.state.result
        if result is not None and ordered(result.analysis.suggestions) != [card.suggestion for card in self.cards]:
            self.rebuild()

    def rebuild(self) -> None:
        """Show the suggestions of the current analysis."""
        result = self._session.state.result
        if result is None:
            return
        suggestions = ordered(result.analysis.suggestions)
        content, state = result.analysis.track.content_hash, self._session.state
        first = next((s.id for s in suggestions if self._is_open(s)), "")
        if content != self._content:
            self._content = content
            state.select(first)
        elif state.selected and all(suggestion.id != state.selected for suggestion in suggestions):
            state.select(first)
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self._cards, self._waiting, self._column = [], suggestions, column
        self.remarks.say(result.analysis.warnings)
        self._scrolled.replaceWidget(self._list, fresh)
        self._list.hide()
        self._list.deleteLater()
        self._list = fresh
        QTimer.singleShot(0, self, self._build_next)
        for button in (self.hear_all, self.accept_surer):
            button.setEnabled(bool(result.analysis.moves))
        self._sum_up()

    def _sum_up(self) -> None:
        """Say what the moves come to; where some are set otherwise than they were measured, that is said."""
        result = self._session.state.result
        if result is None:
            return
        analysis, as_set = result.analysis, self._session.state.as_set
        references = len(analysis.profile.references)
        told = outcome_text(analysis.moves, references, analysis.verification, analysis.standing, analysis.stage)
        others = sum(as_set.get(move.id, AS_SUGGESTED) != AS_SUGGESTED for move in analysis.moves)
        if others:
            text = _("{count} of {all} moves are set otherwise than they were measured.").format(count=others, all=len(analysis.moves))
            told = f"{text} {told}"
        self.summary.setText(unbroken(told))

    def _hear_all(self) -> None:
        """Hear the accepted moves together, each as its card is set; where none is accepted, those that are open."""
        accepted = [card.proposed for card in self.move_cards if card.decision is not None and card.decision.accepted]
        self.audition.hear_together(tuple(accepted or self._open_moves()))

    def _open_moves(self) -> list[Move]:
        return [card.proposed for card in self.move_cards if card.decision is None]

    def _accept_surer(self) -> None:
        moves = self._open_moves()
        present(self.window(), SurerDialog, lambda: SurerDialog(self._session, moves, self.window()), True)

    # The card that is open

    def _is_open(self, suggestion: Suggestion) -> bool:
        return isinstance(suggestion, Move) and suggestion.id not in self._session.state.decisions

    def _show_selected(self) -> None:
        """Unfold the card that is selected, and fold the others."""
        selected = self._session.state.selected
        for card in self._cards:
            if card.is_open != (card.suggestion.id == selected):
                card.open(not card.is_open)
        QTimer.singleShot(0, self, self._bring_into_sight)  # when the layout knows how high it is

    def _show_heard(self) -> None:
        """Bring the open card into sight again when it begins to be heard: it says that, and its buttons stand lower for it."""
        cards = [card for card in self._cards if isinstance(card, MoveCard)]  # those that wait to be built go on waiting
        heard = next((card.proposed.id for card in cards if card.is_open and self.audition.is_on(card.proposed)), "")
        if heard and heard != self._heard:
            QTimer.singleShot(0, self, self._bring_into_sight)
        self._heard = heard

    def _bring_into_sight(self) -> None:
        card = next((card for card in self._cards if card.is_open), None)
        if card is not None:
            self._area.ensureWidgetVisible(card, 0, SPACE)

    def step(self, way: int) -> None:
        """Open the next card, or the one before (way below 0)."""
        cards, selected = self.cards, self._session.state.selected
        here = next((index for index, card in enumerate(cards) if card.suggestion.id == selected), -1 if way > 0 else len(cards))
        if cards:
            card = cards[min(max(here + way, 0), len(cards) - 1)]
            self._session.state.select(card.suggestion.id)
            card.head.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def answer(self, accepted: bool) -> None:
        """Accept or reject the move whose card is open, and open the next one that nothing was decided on."""
        card = self._selected_move()
        if card is not None:
            card.decide(accepted)

    def hear_selected(self) -> None:
        """Hear the move whose card is open; again: the mix without it."""
        card = self._selected_move()
        if card is not None:
            card.toggle_hearing()

    def _selected_move(self) -> MoveCard | None:
        return next((card for card in self.move_cards if card.is_open), None)

    def _go_on(self) -> None:
        """Leave a card that was decided for the next one that was not."""
        state = self._session.state
        cards = [card for card in self._cards if isinstance(card, MoveCard)]
        here = next((index for index, card in enumerate(cards) if card.proposed.id == state.selected), None)
        if here is None:
            return
        after = [card for card in (*cards[here + 1 :], *cards[:here]) if card.decision is None]
        keyboard = QApplication.focusWidget()
        had_keyboard = keyboard is not None and cards[here].isAncestorOf(keyboard)
        state.select(after[0].proposed.id if after else "")
        if had_keyboard:  # its button is folded away: Qt would hand the keyboard to anything, the Report button say
            (after[0] if after else cards[here]).head.setFocus(Qt.FocusReason.OtherFocusReason)

    def _group_heading(self, are_toward: bool) -> QLabel:
        """Return what stands over a group of cards: a fault is one thing, a way to the references another."""
        result = self._session.state.result
        has_references = result is not None and bool(result.analysis.profile.references)
        toward = _("Toward your references: worth a try") if has_references else _("Toward finished songs: worth a try")
        has_version = any(isinstance(s, Move) and not is_toward(s) for s in result.analysis.suggestions) if result is not None else False
        fault = _("Wrong, or different from your other version") if has_version else _("Worth checking")
        heading = QLabel(toward if are_toward else fault)
        heading.setObjectName("group")
        heading.setContentsMargins(0, SPACE // 2, 0, 0)
        heading.setWordWrap(True)
        return heading

    def refresh(self) -> None:
        """Show the decisions, and how the moves are set."""
        for card in self._cards:
            if isinstance(card, MoveCard):
                card.refresh()
        self._sum_up()
