"""A move's card: a small picture, its settings and how sure it is; hear it, set its amount, accept or reject it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider

from mixassistant.advice.decision import AS_SUGGESTED, Decision, decided_chain
from mixassistant.advice.sentences import headline, reason, worth
from mixassistant.advice.sentences.headline import band_phrase
from mixassistant.advice.sentences.phrases import signed
from mixassistant.advice.suggestion import Move
from mixassistant.gui.suggestions.blind_dialog import BlindDialog
from mixassistant.gui.suggestions.card import Card
from mixassistant.gui.suggestions.move_picture import MovePicture, OddsBar, settings_text
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.gui.widgets.segments import joined
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.wording import unbroken
from mixassistant.i18n import _
from mixassistant.processing.moves import MOST_AMOUNT, Chain
from mixassistant.report.wording import role_name

if TYPE_CHECKING:
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session
    from mixassistant.gui.suggestions.audition import Audition

MOST = {"fault": 150, "toward": round(100 * MOST_AMOUNT)}  # %, of what is suggested
STEPS = {"½×": 50, "1×": 100, "2×": 200}  # %, at which a move toward the references is listened to
STEP_WIDTH = 30  # px
SLIDER_WIDTH = 40  # px: at least


class MoveCard(Card):
    """A move, to be heard and decided on. What it shows is how the session's state has it set.

    Signals: `answered` (it was open, and its user has accepted or rejected it).
    """

    answered = Signal()

    def __init__(self, move: Move, session: Session, player: Player, audition: Audition, tokens: Tokens) -> None:
        self._session, self._player, self._audition = session, player, audition
        self.proposed = move
        self._shown: Decision | None = None
        super().__init__(move, tokens)
        self._state = QLabel()
        self._state.setObjectName("small")
        self.top.addWidget(self._state)
        self.undo = QPushButton(_("Undo"))
        self.undo.setObjectName("narrow")
        self.undo.setToolTip(_("Take the decision back: the move is open again"))
        self.undo.setAccessibleName(f"{_('Undo')}: {self.text}")
        self.undo.clicked.connect(lambda: session.decide(move.id, None))
        self.top.addWidget(self.undo)
        self.column.addLayout(self._what(tokens))
        self.column.addLayout(self._certainty(tokens))
        self.column.addLayout(self._hearing())
        self.heard = QLabel()
        self.heard.setObjectName("small")
        self.heard.setTextFormat(Qt.TextFormat.PlainText)
        self.heard.setWordWrap(True)
        self.done = QPushButton(_("Done"))
        self.done.setObjectName("narrow")
        self.done.setToolTip(_("Leave the passage: loop and position as they were"))
        self.done.setAccessibleName(f"{_('Done listening')}: {self.text}")
        self.done.clicked.connect(audition.leave)
        row = QHBoxLayout()
        row.addWidget(self.heard, 1)
        row.addWidget(self.done)
        self.column.addLayout(row)
        self.column.addLayout(self._deciding())
        self.refresh()

    # Building

    def _what(self, tokens: Tokens) -> QHBoxLayout:
        """Return the picture and the settings."""
        self.picture = MovePicture(self.proposed.chain, tokens)
        self.settings = QLabel()
        self.settings.setTextFormat(Qt.TextFormat.PlainText)
        self.settings.setObjectName("small")
        self.settings.setWordWrap(True)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.settings.setTextInteractionFlags(flags)
        self.settings.setToolTip(_("Select to copy"))
        row = QHBoxLayout()
        row.addWidget(self.picture)
        row.addWidget(self.settings, 1)
        return row

    def _certainty(self, tokens: Tokens) -> QHBoxLayout:
        """Return the row that says how sure it is: of a move toward the references, how often engineers went its way."""
        row = QHBoxLayout()
        if self.proposed.odds is not None:
            row.addWidget(OddsBar(self.proposed.odds, tokens))
        self.sure = QLabel()
        self.sure.setObjectName("small")
        self.sure.setTextFormat(Qt.TextFormat.PlainText)
        self.sure.setWordWrap(True)
        row.addWidget(self.sure, 1)
        return row

    def _hearing(self) -> QHBoxLayout:
        """Return the row with which the move is heard at an amount."""
        self.hear = QPushButton(_("Hear it"))
        self.hear.setCheckable(True)
        self.hear.setToolTip(_("Hear where the move matters most, looped, as loud as without it; again: without it (H)"))
        self.hear.setAccessibleName(f"{_('Hear it')}: {self.text}")
        self.hear.setMinimumWidth(max(self.hear.fontMetrics().horizontalAdvance(text) for text in HEARD) + 22)
        self.hear.clicked.connect(lambda _checked=False: self.toggle_hearing())
        self.amount = QSlider(Qt.Orientation.Horizontal)
        self.amount.setRange(0, MOST[self.proposed.group])
        self.amount.setValue(100)
        self.amount.setPageStep(25)
        self.amount.setMinimumWidth(SLIDER_WIDTH)
        self.amount.setToolTip(_("How much of the move is heard, and kept once it is accepted: 100 % is what is suggested"))
        self.amount.setAccessibleName(f"{_('Amount')}: {self.text}")
        self.amount_text = QLabel()
        self.amount_text.setObjectName("small")
        self.amount_text.setMinimumWidth(self.amount_text.fontMetrics().horizontalAdvance("200 %") + 4)
        self.amount.valueChanged.connect(self._amount_changed)
        self.amount.sliderReleased.connect(self._keep_amount)
        row = QHBoxLayout()
        row.addWidget(self.hear)
        self.steps: dict[int, QPushButton] = {}
        if self.proposed.group == "toward":
            row.addLayout(joined(self._step_buttons()))
        row.addWidget(self.amount, 1)
        row.addWidget(self.amount_text)
        return row

    def _step_buttons(self) -> list[QPushButton]:
        """Return buttons that set the amount to half of what is suggested, to that, and to twice as much."""
        for text, percent in STEPS.items():
            button = QPushButton(text)
            button.setMinimumWidth(STEP_WIDTH)
            button.setToolTip(_("Set the amount to {percent} % of what is suggested").format(percent=percent))
            button.setAccessibleName(f"{_('Amount')} {percent} %: {self.text}")
            button.clicked.connect(lambda _checked=False, percent=percent: self._set_step(percent))
            self.steps[percent] = button
        return [*self.steps.values()]

    def _deciding(self) -> QHBoxLayout:
        """Return the row of decisions, with the way back to what was suggested."""
        row = QHBoxLayout()
        self.accept = self._button(_("Accept"), _("Keep this move (A)"), True)
        self.reject = self._button(_("Reject"), _("Leave this as it is (R)"), False)
        self.blind = QPushButton(_("Blind…"))
        self.blind.setToolTip(_("Compare the mix with and without this move without knowing which is which"))
        self.blind.setAccessibleName(f"{_('Blind test')}: {self.text}")
        self.blind.clicked.connect(self._test_blind)
        self.back = QPushButton("↺")
        self.back.setObjectName("narrow")
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves under the pointer that sets the amount
        self.back.setSizePolicy(policy)
        self.back.setToolTip(_("Back to what was suggested: its equalizer, and 100 % of it"))
        self.back.setAccessibleName(f"{_('Back to what was suggested')}: {self.text}")
        self.back.clicked.connect(self._go_back)
        row.addWidget(self.accept)
        row.addWidget(self.reject)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.blind)
        return row

    def _button(self, text: str, tip: str, accepted: bool) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {self.text}")
        button.clicked.connect(lambda checked: self.decide(accepted if checked else None))
        return button

    # What it asks for

    @property
    def tried(self) -> Decision:
        """The move as it is set, accepted."""
        return self._session.state.trial_of(self.proposed.id)

    def decide(self, accepted: bool | None) -> None:
        """Accept the move as it is set, reject it, or open it again."""
        was_open = self.decision is None
        self._session.decide(self.proposed.id, None if accepted is None else replace(self.tried, accepted=accepted))
        if was_open and self.decision is not None:
            self.answered.emit()

    def toggle_hearing(self) -> None:
        """Hear the move; again: the mix without it."""
        if self._audition.is_on(self.proposed):
            self._audition.switch()
        else:
            self._audition.begin(self.proposed)
        self.refresh()

    def _set_step(self, percent: int) -> None:
        self.amount.setValue(percent)
        self._show_steps()  # a press on the one that is down changes nothing

    def _amount_changed(self, value: int) -> None:
        self._session.state.try_out(self.proposed.id, replace(self.tried, amount=value / 100))
        if not self.amount.isSliderDown():  # while it is dragged, only where it is let go counts
            self._keep_amount()

    def _keep_amount(self) -> None:
        """Accept a move at its new amount, if it is accepted."""
        decision = self._session.state.decisions.get(self.proposed.id)
        if decision is not None and decision.accepted and decision != self.tried:
            self._session.decide(self.proposed.id, self.tried)

    def _go_back(self) -> None:
        """Set the move as it was suggested."""
        before = self.tried
        self._session.state.try_out(self.proposed.id, AS_SUGGESTED)
        self._session.shape(self.proposed.id, before, AS_SUGGESTED)

    def _test_blind(self) -> None:
        self._audition.leave()
        window, tried = self.window(), self.tried
        present(window, BlindDialog, lambda: BlindDialog(self._session, self._player, self.proposed, tried, window), True)

    # What it shows

    @property
    def decision(self) -> Decision | None:
        """What was decided on it."""
        return self._session.state.decisions.get(self.proposed.id)

    @property
    def is_collapsed(self) -> bool:
        """Whether it is decided: then one line is enough."""
        return self.decision is not None

    def refresh(self) -> None:
        """Show how the move is set, what was decided on it, and whether it is heard."""
        if self.tried != self._shown:
            self._show_set(self.tried)
        decision = self.decision
        is_accepted, is_rejected = (decision is not None and decision.accepted is answer for answer in (True, False))
        self.accept.setChecked(is_accepted)
        self.reject.setChecked(is_rejected)
        self._show_hearing()
        self.undo.setVisible(decision is not None)
        state = "accepted" if is_accepted else "rejected" if is_rejected else ""
        self._state.setText({"accepted": _("✓ Accepted"), "rejected": _("Rejected")}.get(state, ""))
        self._state.setVisible(bool(state))
        if self.property("state") != state:
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)
        self.open(self.is_open)

    def _show_set(self, tried: Decision) -> None:
        """Show what is done as it is set: its number, the settings, the picture, and whether that is still likely to be right.

        At 0 %, where nothing is done, the headline is that of what is suggested.
        """
        self._shown = tried
        move, chain = self.proposed, decided_chain(self.proposed, tried)
        as_set = replace(move, chain=chain)
        name = headline(as_set) if tried.amount else _("{headline} · 0 %, no change").format(headline=headline(move))
        self.text = f"{name}. {reason(move)} {worth(move)}".strip()
        self.setAccessibleName(self.text)
        self.say(name, *_shorter(as_set), why=reason(move))
        percent = round(100 * tried.amount)
        if not self.amount.isSliderDown():
            self.amount.blockSignals(True)
            self.amount.setValue(percent)
            self.amount.blockSignals(False)
        self.amount_text.setText(f"{percent} %")
        self.settings.setText(unbroken(settings_text(chain)))
        self.picture.show_chain(chain)
        self.sure.setText(unbroken(f"{worth(move)} {_beyond(as_set)}".strip()))
        self.back.setVisible(tried != AS_SUGGESTED)
        self._show_steps()

    def _show_steps(self) -> None:
        for step, button in self.steps.items():
            button.setChecked(step == self.amount.value())

    def _show_hearing(self) -> None:
        """Say what is heard."""
        is_on = self._audition.is_on(self.proposed)
        is_with = self._player.is_heard(self.proposed.id) and not self._player.is_blind
        self.hear.setChecked(is_with)
        self.hear.setText(HEARD[0] if not is_on else HEARD[1] if is_with else HEARD[2])
        kind = "primary" if not is_on and self.decision is None else ""
        if self.hear.objectName() != kind:
            self.hear.setObjectName(kind)
            self.hear.style().unpolish(self.hear)
            self.hear.style().polish(self.hear)
        self.heard.setText(unbroken(self._audition.told) if is_on else "")
        self.heard.setVisible(is_on)
        self.done.setVisible(is_on)


HEARD = (_("Hear it"), _("With it"), _("Without it"))


def _shorter(move: Move) -> list[str]:
    """Return shorter headlines, the shortest last; the first number is the last to give way.

    They have the first band alone, of a move that has several; no role of a stem that has a name, or the short name of a role.
    """
    bands, found = move.chain.bands, []
    if len(bands) > 1:
        found.append(f"{headline(replace(move, chain=replace(move.chain, bands=bands[:1])))}, …")
    if move.target.name.lower() != move.role:
        what = [text.rpartition(": ")[2] for text in (headline(move), *found)]
        found += [_("“{stem}”: {what}").format(stem=move.target.name, what=text) for text in what]
        place = f"“{move.target.name}”"
    else:
        place = role_name(move.role)
    if bands:
        first = bands[0]
        rest = ", …" if len(bands) > 1 else ""
        numbers = [f"{band_phrase(first)}{rest}"]
        if first.gain_db:
            numbers += [f"{signed(first.gain_db)}{rest}", signed(first.gain_db)]
        found += [_("{target}: {what}").format(target=place, what=number) for number in numbers]
    return found


def _beyond(move: Move) -> str:
    """Say that what is set lies outside of what is likely to be right, or nothing."""
    low, high = move.interval.low, move.interval.high
    if move.group != "fault" or low == high or low <= move.amount <= high or move.chain == Chain():
        return ""
    return _("What is set lies outside of that.")
