"""A suggestion's card: one sentence, a small picture of the move, how sure it is, Hear it and its amount, Accept and Reject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from mixassistant.advice.suggestion import Suggestion
from mixassistant.gui.widgets.readout import name_label
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.wording import breakable, unbroken
from mixassistant.i18n import _
from mixassistant.processing.filters import response_db
from mixassistant.report.wording import band_name

if TYPE_CHECKING:
    from mixassistant.gui.player import Player
    from mixassistant.gui.session.session import Session

AMOUNTS = (0, 150)  # %
SETTLE_MS = 60  # of the amount's slider, before it is rendered again
PICTURE = (96, 52)  # px
KINDS = {
    "eq": _("EQ"),
    "level": _("Level"),
    "compression": _("Compression"),
    "stereo": _("Stereo"),
    "masking": _("Masking"),
    "technical": _("Check"),
}


class MovePicture(QWidget):
    """The curve of an EQ move, or the arrow of a level move."""

    def __init__(self, suggestion: Suggestion, tokens: Tokens) -> None:
        super().__init__()
        self._suggestion, self._tokens = suggestion, tokens
        self.setFixedSize(*PICTURE)
        self.setAccessibleName(_("Picture of the move"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(self._tokens.color("line"))
        painter.setBrush(self._tokens.color("raised"))
        painter.drawRoundedRect(box, 5, 5)
        painter.drawLine(QLineF(box.left(), box.center().y(), box.right(), box.center().y()))
        color = self._tokens.color("after")
        painter.setPen(QPen(color, 2))
        suggestion = self._suggestion
        if suggestion.bands:
            hz = np.geomspace(20, 20000, 60)
            curve = np.clip(response_db(suggestion.bands, hz), -12, 12)
            points = [
                QPointF(box.left() + 3 + i / 59 * (box.width() - 6), box.center().y() - float(v) / 12 * (box.height() / 2 - 4))
                for i, v in enumerate(curve)
            ]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
        elif suggestion.gain_db:
            tip = box.center().y() - float(np.clip(suggestion.gain_db, -9, 9)) / 9 * (box.height() / 2 - 6)
            x, sign = box.center().x(), 1 if suggestion.gain_db > 0 else -1
            painter.drawLine(QLineF(x, box.center().y(), x, tip))
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF([QPointF(x - 5, tip + 6 * sign), QPointF(x + 5, tip + 6 * sign), QPointF(x, tip)]))
        elif suggestion.width is not None:
            # Two arrows from the middle, or towards it: wider, narrower.
            reach = (0.2 + abs(float(np.clip(suggestion.width.change_db, -9, 9))) / 9 * 0.25) * box.width()
            y, sign = box.center().y(), 1 if suggestion.width.change_db > 0 else -1
            painter.drawLine(QLineF(box.center().x(), box.top() + 8, box.center().x(), box.bottom() - 8))
            painter.setBrush(color)
            for side in (-1, 1):
                near, far = box.center().x() + side * 4, box.center().x() + side * reach
                tip, tail = (far, near) if sign > 0 else (near, far)
                painter.drawLine(QLineF(tail, y, tip, y))
                back = tip - side * sign * 6
                painter.drawPolygon(QPolygonF([QPointF(back, y - 5), QPointF(back, y + 5), QPointF(tip, y)]))
        elif suggestion.compression is not None:
            bottom = QPointF(box.left() + 8, box.bottom() - 6)
            knee = QPointF(box.center().x(), box.center().y())
            end = QPointF(box.right() - 8, knee.y() - (box.right() - 8 - knee.x()) / suggestion.compression.ratio * 0.55)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([bottom, knee, end]))


def settings_text(suggestion: Suggestion) -> str:
    """Return a move as one sets it in a DAW, with true minus signs."""
    return re.sub(r"(?<!\S)-(?=\d)", "−", _settings(suggestion))


def _settings(suggestion: Suggestion) -> str:
    if suggestion.bands:
        return "\n".join(f"{band_name(b.type)}  {b.frequency_hz:.0f} Hz  {b.gain_db:+.1f} dB  Q {b.q:.2f}" for b in suggestion.bands)
    if suggestion.compression is not None:
        c = suggestion.compression
        return (
            f"{c.threshold_db:.0f} dBFS  {c.ratio:g}:1  {_('knee')} {c.knee_db:g} dB\n{1000 * c.attack_s:g} / {1000 * c.release_s:g} ms  "
            f"{_('make-up')} {c.makeup_db:+.1f} dB"
        )
    if suggestion.width is not None:
        w = suggestion.width
        if w.low_hz <= 20 and w.high_hz >= 20_000:
            place = ""
        else:
            place = f"  {w.low_hz:.0f}–{w.high_hz:.0f} Hz"
        return f"{_('Side channel')} {w.change_db:+.1f} dB{place}"
    return f"{_('Fader')} {suggestion.gain_db:+.1f} dB" if suggestion.gain_db else ""


class Card(QFrame):
    """One suggestion; `amount` is where its slider stands while nothing was decided."""

    def __init__(self, suggestion: Suggestion, session: Session, player: Player, tokens: Tokens, amount: float = 1.0) -> None:
        super().__init__()
        self.setObjectName("card")
        self._session, self._player = session, player
        self.suggestion = suggestion
        self.setAccessibleName(suggestion.text)
        title = name_label(f"{suggestion.target if suggestion.target != 'mix' else _('Mix')} · {KINDS[suggestion.kind]}")
        title.setStyleSheet(f"color: {getattr(tokens, suggestion.role)}")
        sentence = QLabel(breakable(unbroken(suggestion.text)))
        sentence.setObjectName("sentence")
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE + 4, SPACE, SPACE + 4, SPACE + 2)
        layout.setSpacing(SPACE - 2)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        layout.addLayout(top)
        layout.addWidget(sentence)
        if suggestion.kind == "technical":
            return
        self._state = QLabel()
        self._state.setObjectName("small")
        top.addWidget(self._state)
        settings = QLabel(unbroken(settings_text(suggestion)))
        settings.setObjectName("small")
        settings.setWordWrap(True)
        settings.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        settings.setToolTip(_("Select to copy"))
        middle = QHBoxLayout()
        middle.addWidget(MovePicture(suggestion, tokens))
        middle.addWidget(settings, 1)
        layout.addLayout(middle)
        sure = _("90 % sure that the right amount is {low:+.1f} to {high:+.1f} {unit}")
        sure = sure.format(low=suggestion.low, high=suggestion.high, unit=suggestion.unit)
        certain = QLabel(unbroken(sure.replace(" -", " −")))
        certain.setObjectName("small")
        certain.setWordWrap(True)
        layout.addWidget(certain)
        layout.addLayout(self._hearing(amount))
        buttons = QHBoxLayout()
        self.accept = self._button(_("Accept"), _("Keep this move"), True)
        self.reject = self._button(_("Reject"), _("Leave this as it is"), False)
        buttons.addWidget(self.accept)
        buttons.addWidget(self.reject)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.refresh()

    def _hearing(self, amount_set: float) -> QHBoxLayout:
        """Return the row with which the move is heard at an amount."""
        self.hear = QPushButton(_("Hear it"))
        self.hear.setCheckable(True)
        self.hear.setToolTip(_("Hear the mix with this move, as loud as without it; again: without it"))
        self.hear.setAccessibleName(f"{_('Hear it')}: {self.suggestion.text}")
        self.hear.clicked.connect(self._toggle_hearing)
        self.amount = QSlider(Qt.Orientation.Horizontal)
        self.amount.setRange(*AMOUNTS)
        self.amount.setValue(self._kept_amount(amount_set))
        self.amount.setPageStep(25)
        self.amount.setMinimumWidth(60)
        self.amount.setToolTip(_("How much of the move is heard, and kept once it is accepted: 100 % is what is suggested"))
        self.amount.setAccessibleName(f"{_('Amount')}: {self.suggestion.text}")
        self.amount_text = QLabel(f"{self.amount.value()} %")
        self.amount_text.setObjectName("small")
        self.amount_text.setMinimumWidth(self.amount_text.fontMetrics().horizontalAdvance("150 %") + 4)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._hear_amount)
        self.amount.valueChanged.connect(self._amount_changed)
        self.amount.sliderReleased.connect(self._keep_amount)
        row = QHBoxLayout()
        row.addWidget(self.hear)
        amount = QLabel(_("Amount"))
        amount.setObjectName("small")
        row.addWidget(amount)
        row.addWidget(self.amount, 1)
        row.addWidget(self.amount_text)
        return row

    def _amount_changed(self, value: int) -> None:
        self.amount_text.setText(f"{value} %")
        if self._player.is_heard(self.suggestion.id) and not self._settle.isActive():
            self._settle.start()
        if not self.amount.isSliderDown():  # while it is dragged, only where it is let go counts
            self._keep_amount()

    def _keep_amount(self) -> None:
        """Accept a move at its new amount, if it is accepted."""
        if self._session.state.decisions.get(self.suggestion.id) and self.amount.value() != self._kept_amount():
            self._session.decide(self.suggestion.id, True, self.amount.value() / 100)

    def _kept_amount(self, otherwise: float = 1.0) -> int:
        """Return the amount that was decided in per cent."""
        return round(100 * self._session.state.amounts.get(self.suggestion.id, otherwise))

    def _hear_amount(self) -> None:
        self._player.hear((self.suggestion,), (self.amount.value() / 100,))

    def _toggle_hearing(self, on: bool) -> None:
        if on:
            self._hear_amount()
            self._player.play()
        else:
            self._player.set_source("mix")
        self.refresh()

    def _button(self, text: str, tip: str, accepted: bool) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}: {self.suggestion.text}")
        button.clicked.connect(
            lambda checked: self._session.decide(self.suggestion.id, accepted if checked else None, self.amount.value() / 100)
        )
        return button

    def refresh(self) -> None:
        """Show the decision."""
        if self.suggestion.kind == "technical":
            return
        self.hear.setChecked(self._player.is_heard(self.suggestion.id))
        decision = self._session.state.decisions.get(self.suggestion.id)
        self.accept.setChecked(decision is True)
        self.reject.setChecked(decision is False)
        if decision and not self.amount.isSliderDown():  # undone, perhaps
            self.amount.setValue(self._kept_amount())
        state = {True: "accepted", False: "rejected", None: ""}[decision]
        if self.property("state") != state:
            self._state.setText({True: _("Accepted"), False: _("Rejected")}.get(decision, "") if decision is not None else "")
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)
