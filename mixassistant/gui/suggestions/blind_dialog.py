"""The blind test of a move: A and B, as loud as each other, and nobody says which of them has it."""

from __future__ import annotations

from random import Random, SystemRandom
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mixassistant.gui.suggestions.blind_rounds import ROUNDS, SIDES, BlindRounds, Side
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision
    from mixassistant.advice.suggestion import Move
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session

WIDTH = 400  # px


class BlindDialog(QDialog):
    """Three rounds of A and B. What was preferred is kept at the end; Esc ends the test, and nothing is kept."""

    def __init__(
        self, session: Session, player: Player, move: Move, tried: Decision, parent: QWidget | None, chance: Random | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Blind test"))
        self.setMinimumWidth(WIDTH)
        self._session, self._player, self._move = session, player, move
        # What was heard of other moves makes way for this one: afterwards it is the mix that is heard again.
        self._before = "mix" if player.source == "suggestion" else player.source, player.is_matched
        self.rounds = BlindRounds(chance or SystemRandom())
        self._is_ready = self._is_ended = False
        self._playing: Side | None = None
        self.heading = QLabel(_("Rendering the move…"))
        self.heading.setObjectName("heading")
        self.heading.setWordWrap(True)
        self.note = QLabel(
            _("One side has the move at {percent:.0f} %, the other is the mix as it is; both are equally loud.").format(
                percent=100 * tried.amount
            )
        )
        self.note.setObjectName("quiet")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.hear: dict[Side, QPushButton] = {side: self._hear_button(side) for side in SIDES}
        self.better: dict[Side | None, QPushButton] = {
            "A": self._answer_button("A", _("A is better")),
            None: self._answer_button(None, _("No difference")),
            "B": self._answer_button("B", _("B is better")),
        }
        self.buttons = button_row(Kind.Close)
        self.buttons.rejected.connect(self.reject)
        self._arrange()
        self._show()
        player.pause()
        player.set_blind(True)
        player.set_match(True)
        player.set_source("mix")  # it changes when the move is rendered
        player.state_changed.connect(self._look)
        player.lost.connect(self._fail)
        session.state.analysed.connect(self._give_way)
        player.hear((move,), (tried,))

    def _hear_button(self, side: Side) -> QPushButton:
        button = QPushButton(_("Hear {side}").format(side=side))
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setMinimumHeight(48)
        button.setToolTip(_("Go on with {side} from where it plays ({side} on the keyboard)").format(side=side))
        button.clicked.connect(lambda _checked=False: self.play(side))
        QShortcut(QKeySequence(side), self).activated.connect(button.click)
        return button

    def _answer_button(self, side: Side | None, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setToolTip(_("Answer this round, once both were heard"))
        button.clicked.connect(lambda _checked=False: self.answer(side))
        return button

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.addWidget(self.heading)
        layout.addWidget(self.note)
        for buttons in (self.hear.values(), self.better.values()):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button, 1)
            layout.addLayout(row)
        layout.addStretch(1)
        layout.addWidget(self.buttons)

    # The rounds

    def _look(self) -> None:
        """Begin when the move is there over the whole song; end where it will never be heard."""
        player = self._player
        if self._is_ended:
            return
        if not self._is_ready and player.is_heard(self._move.id) and player.is_rendered:
            self._is_ready = True
            self.play(self.rounds.first)
            self.hear[self.rounds.first].setFocus()
        elif not player.can_hear("suggestion"):
            self._fail(_("The move cannot be heard."))

    def play(self, side: Side) -> None:
        """Hear a side from where it plays."""
        if not self._is_ready or self.rounds.is_over:
            return
        has_move = self.rounds.hear(side)
        self._playing = side
        self._player.set_source("suggestion" if has_move else "mix")
        self._player.play()
        self._show()

    def answer(self, better: Side | None) -> None:
        """Answer this round; after the last one the outcome is told and kept."""
        if not self.rounds.may_answer:
            return
        self.rounds.answer(better)
        if self.rounds.is_over:
            self._finish()
        else:
            self.play(self.rounds.first)

    def _finish(self) -> None:
        from mixassistant.library.listening import BlindTest

        rounds, result = self.rounds, self._session.state.result
        assert result is not None  # another one would have ended this
        stage = result.analysis.stage
        self._session.keep_blind_test(BlindTest(self._move.kind, self._move.role, stage, rounds.for_move, rounds.for_mix, rounds.undecided))
        self.note.setText(_("It is kept in Taste, with your other blind tests."))
        self._end()
        self._show()
        self.buttons.setFocus()
        QTimer.singleShot(0, self, self.adjustSize)  # when the layout knows what is gone

    def _fail(self, why: str) -> None:
        """Say why there is nothing to compare: the test is over and nothing is kept."""
        self._is_ready = False
        self.note.setText(why[:1].upper() + why[1:])
        self._end()
        self.heading.setText(_("The test cannot go on"))
        self._show_buttons(False)

    def _give_way(self) -> None:
        """End a test whose move is no longer what is suggested, and say so."""
        if not self._is_ended:
            self._session.told.emit(_("the blind test has ended and nothing of it is kept: there is a new analysis"), False)
        self.reject()

    def _show(self) -> None:
        rounds = self.rounds
        if rounds.is_over:
            self.heading.setText(rounds.outcome)
        elif self._is_ready:
            self.heading.setText(_("Round {number} of {rounds}").format(number=rounds.done + 1, rounds=ROUNDS))
        self._show_buttons(self._is_ready and not rounds.is_over)

    def _show_buttons(self, is_on: bool) -> None:
        for side, button in self.hear.items():
            button.setEnabled(is_on)
            button.setChecked(is_on and side == self._playing)
            button.setVisible(not self._is_ended)
        for button in self.better.values():
            button.setEnabled(is_on and self.rounds.may_answer)
            button.setVisible(not self._is_ended)

    def _end(self) -> None:
        """Give the player back as it was."""
        if self._is_ended:
            return
        self._is_ended = True
        player, (source, is_matched) = self._player, self._before
        player.pause()
        player.set_source(source)
        player.set_match(is_matched)
        player.set_blind(False)

    def done(self, result: int) -> None:
        """End the test, however the dialog is closed."""
        self._end()
        super().done(result)
