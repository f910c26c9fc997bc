"""A suggestion's card: one sentence, a small picture of the move, how sure it is, Hear it and its amount, Accept and Reject."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout

from mixassistant.advice.decision import Decision
from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Check, Move, Suggestion
from mixassistant.gui.suggestions.blind_dialog import BlindDialog
from mixassistant.gui.suggestions.move_picture import MovePicture, OddsBar, odds_text, settings_text
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.gui.widgets.readout import name_label
from mixassistant.gui.widgets.segments import joined
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.gui.wording import breakable, unbroken
from mixassistant.i18n import _
from mixassistant.processing.moves import MOST_AMOUNT, scaled
from mixassistant.report.section_tables import kinds_name, section_kind_name
from mixassistant.stems.place import MIX

if TYPE_CHECKING:
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session

MOST = {"fault": 150, "toward": round(100 * MOST_AMOUNT)}  # %, of what is suggested
STEPS = {"½×": 50, "1×": 100, "2×": 200}  # %, at which a move toward the references is listened to
STEP_WIDTH = 30  # px
SLIDER_WIDTH = 40  # px: at least
MOST_PLACES = 4  # of sections that a card goes to
SETTLE_MS = 60  # of the amount's slider, before it is rendered again
KINDS = {
    "eq": _("EQ"),
    "level": _("Level"),
    "compression": _("Compression"),
    "stereo": _("Stereo"),
    "masking": _("Masking"),
}


class Card(QFrame):
    """A suggestion: where it is, and its sentence."""

    def mark(self, is_marked: bool) -> None:
        """Show that it is the one that was asked for, or no longer."""
        if bool(self.property("marked")) != is_marked:
            self.setProperty("marked", is_marked)
            self.style().unpolish(self)
            self.style().polish(self)

    def __init__(self, suggestion: Suggestion, tokens: Tokens) -> None:
        super().__init__()
        self.setObjectName("card")
        self.suggestion = suggestion
        self.text = sentence(suggestion)
        self.setAccessibleName(self.text)
        target = suggestion.target
        kind = KINDS[suggestion.kind] if isinstance(suggestion, Move) else _("Check")
        if isinstance(suggestion, Check) and isinstance(suggestion.finding, SectionLevel):
            kind = kinds_name(suggestion.finding.kind)
        title = name_label(f"{target.name if target.place != MIX else _('Mix')} · {kind}")
        title.setStyleSheet(f"color: {getattr(tokens, suggestion.role)}")
        self.told = QLabel(breakable(unbroken(self.text)))
        self.told.setObjectName("sentence")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE + 4, SPACE, SPACE + 4, SPACE + 2)
        self.column.setSpacing(SPACE - 2)
        self.top = QHBoxLayout()
        self.top.addWidget(title, 1)
        self.column.addLayout(self.top)
        self.column.addWidget(self.told)


class SectionCard(Card):
    """A check of one kind of section: it goes to each of them, over the waveform.

    Signals: `section_wanted` (a moment in the section that is to be shown and looped).
    """

    section_wanted = Signal(float)

    def __init__(self, check: Check, finding: SectionLevel, tokens: Tokens) -> None:
        super().__init__(check, tokens)
        row = QHBoxLayout()
        name = QLabel(_("Show"))
        name.setObjectName("small")
        row.addWidget(name)
        self.places: list[QPushButton] = []
        for time_s in finding.times_s[:MOST_PLACES]:
            button = QPushButton(time_text(time_s))
            button.setObjectName("narrow")
            button.setToolTip(_("Go to this {kind} in the waveform, and loop it").format(kind=section_kind_name(finding.kind)))
            button.setAccessibleName(_("Show the {kind} at {time}").format(kind=section_kind_name(finding.kind), time=time_text(time_s)))
            button.clicked.connect(lambda _checked=False, time_s=time_s: self.section_wanted.emit(time_s))
            row.addWidget(button)
            self.places.append(button)
        row.addStretch(1)
        self.column.addLayout(row)


class MoveCard(Card):
    """A move, to be heard and decided on; `amount` is where its slider stands while nothing was decided."""

    def __init__(self, move: Move, session: Session, player: Player, tokens: Tokens, amount: float = 1.0) -> None:
        super().__init__(move, tokens)
        self._session, self._player = session, player
        self.proposed = move
        self._state = QLabel()
        self._state.setObjectName("small")
        self.top.addWidget(self._state)
        self.picture = MovePicture(move.chain, tokens)
        self.settings = QLabel()
        self.settings.setTextFormat(Qt.TextFormat.PlainText)
        self.settings.setObjectName("small")
        self.settings.setWordWrap(True)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.settings.setTextInteractionFlags(flags)
        self.settings.setToolTip(_("Select to copy"))
        middle = QHBoxLayout()
        middle.addWidget(self.picture)
        middle.addWidget(self.settings, 1)
        self.column.addLayout(middle)
        self.column.addLayout(self._certainty(tokens))
        self.column.addLayout(self._hearing(amount))
        self._show_amount(self.amount.value())
        buttons = QHBoxLayout()
        self.accept = self._button(_("Accept"), _("Keep this move"), True)
        self.reject = self._button(_("Reject"), _("Leave this as it is"), False)
        buttons.addWidget(self.accept)
        buttons.addWidget(self.reject)
        buttons.addStretch(1)
        self.blind = QPushButton(_("Blind…"))
        self.blind.setToolTip(_("Compare the mix with and without this move without knowing which is which"))
        self.blind.setAccessibleName(f"{_('Blind test')}: {self.text}")
        self.blind.clicked.connect(self._test_blind)
        buttons.addWidget(self.blind)
        self.column.addLayout(buttons)
        self.refresh()

    def _certainty(self, tokens: Tokens) -> QHBoxLayout:
        """Return the row that says how sure it is: of a move toward the references, how often engineers went its way."""
        move, row = self.proposed, QHBoxLayout()
        text = _("90 % sure that the right amount is {low:+.1f} to {high:+.1f} {unit}")
        text = text.format(low=move.interval.low, high=move.interval.high, unit=move.interval.unit).replace(" -", " −")
        if move.odds is not None:
            row.addWidget(OddsBar(move.odds, tokens))
            text = odds_text(move.odds)
        certain = QLabel(unbroken(text))
        certain.setObjectName("small")
        certain.setTextFormat(Qt.TextFormat.PlainText)
        certain.setWordWrap(True)
        row.addWidget(certain, 1)
        return row

    def _hearing(self, amount_set: float) -> QHBoxLayout:
        """Return the row with which the move is heard at an amount."""
        self.hear = QPushButton(_("Hear it"))
        self.hear.setCheckable(True)
        self.hear.setToolTip(_("Hear the mix with this move, as loud as without it; again: without it"))
        self.hear.setAccessibleName(f"{_('Hear it')}: {self.text}")
        self.hear.clicked.connect(self._toggle_hearing)
        self.amount = QSlider(Qt.Orientation.Horizontal)
        self.amount.setRange(0, MOST[self.proposed.group])
        self.amount.setValue(self._kept_amount(amount_set))
        self.amount.setPageStep(25)
        self.amount.setMinimumWidth(SLIDER_WIDTH)
        self.amount.setToolTip(_("How much of the move is heard, and kept once it is accepted: 100 % is what is suggested"))
        self.amount.setAccessibleName(f"{_('Amount')}: {self.text}")
        self.amount_text = QLabel(f"{self.amount.value()} %")
        self.amount_text.setObjectName("small")
        self.amount_text.setMinimumWidth(self.amount_text.fontMetrics().horizontalAdvance("200 %") + 4)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._hear_amount)
        self.amount.valueChanged.connect(self._amount_changed)
        self.amount.sliderReleased.connect(self._keep_amount)
        row = QHBoxLayout()
        row.addWidget(self.hear)
        self.steps: dict[int, QPushButton] = {}
        if self.proposed.group == "toward":
            row.addLayout(joined(self._step_buttons()))
        else:
            amount = QLabel(_("Amount"))
            amount.setObjectName("small")
            row.addWidget(amount)
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

    def _set_step(self, percent: int) -> None:
        self.amount.setValue(percent)
        self._show_amount(percent)  # a press on the one that is down changes nothing

    def _show_amount(self, percent: int) -> None:
        """Show what is done at an amount: its number, the settings, the picture; a move toward the references says it in its sentence.

        At 0 %, where nothing is done, the sentence is that of what is suggested.
        """
        move, chain = self.proposed, scaled(self.proposed.chain, percent / 100)
        if move.group == "toward":
            text = sentence(replace(move, chain=chain)) if percent else self.text
            self.told.setText(breakable(unbroken(text)))
            self.setAccessibleName(text)
        self.amount_text.setText(f"{percent} %")
        self.settings.setText(unbroken(settings_text(chain)))
        self.picture.show_chain(chain)
        for step, button in self.steps.items():
            button.setChecked(step == percent)

    def _amount_changed(self, value: int) -> None:
        self._show_amount(value)
        if self._player.is_heard(self.proposed.id) and not self._settle.isActive():
            self._settle.start()
        if not self.amount.isSliderDown():  # while it is dragged, only where it is let go counts
            self._keep_amount()

    def _keep_amount(self) -> None:
        """Accept a move at its new amount, if it is accepted."""
        decision = self._session.state.decisions.get(self.proposed.id)
        if decision is not None and decision.accepted and self.amount.value() != self._kept_amount():
            self._session.decide(self.proposed.id, self.tried)

    def _kept_amount(self, otherwise: float = 1.0) -> int:
        """Return the amount that was decided in per cent."""
        decision = self._session.state.decisions.get(self.proposed.id)
        return round(100 * (decision.amount if decision is not None else otherwise))

    @property
    def tried(self) -> Decision:
        """The move as it is set on the card, accepted."""
        return Decision(True, self.amount.value() / 100)

    def _hear_amount(self) -> None:
        self._player.hear((self.proposed,), (self.tried,))

    def _toggle_hearing(self, on: bool) -> None:
        if on:
            self._hear_amount()
            self._player.play()
        else:
            self._player.set_source("mix")
        self.refresh()

    def _test_blind(self) -> None:
        window, amount = self.window(), self.amount.value() / 100
        present(window, BlindDialog, lambda: BlindDialog(self._session, self._player, self.proposed, amount, window), True)

    def _button(self, text: str, tip: str, accepted: bool) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {self.text}")
        button.clicked.connect(
            lambda checked: self._session.decide(self.proposed.id, replace(self.tried, accepted=accepted) if checked else None)
        )
        return button

    def refresh(self) -> None:
        """Show the decision."""
        self.hear.setChecked(self._player.is_heard(self.proposed.id) and not self._player.is_blind)
        decision = self._session.state.decisions.get(self.proposed.id)
        is_accepted, is_rejected = (decision is not None and decision.accepted is answer for answer in (True, False))
        self.accept.setChecked(is_accepted)
        self.reject.setChecked(is_rejected)
        if is_accepted and not self.amount.isSliderDown():  # undone, perhaps
            self.amount.setValue(self._kept_amount())
        state = "accepted" if is_accepted else "rejected" if is_rejected else ""
        if self.property("state") != state:
            self._state.setText({"accepted": _("Accepted"), "rejected": _("Rejected")}.get(state, ""))
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)
