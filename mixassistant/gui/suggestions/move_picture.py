"""A move as a small picture, as settings in words, and how often engineers went its way."""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from mixassistant.advice.suggestion import Odds
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.i18n import _
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Chain
from mixassistant.report.wording import band_name

PICTURE = (96, 52)  # px
ODDS = (96, 10)  # px
EVEN = 0.5  # of the cases: a coin


class MovePicture(QWidget):
    """The curve of an EQ move, or the arrow of a level move."""

    def __init__(self, chain: Chain, tokens: Tokens) -> None:
        super().__init__()
        self._chain, self._tokens = chain, tokens
        self.setFixedSize(*PICTURE)
        self.setAccessibleName(_("Picture of the move"))

    def show_chain(self, chain: Chain) -> None:
        """Draw another amount of it."""
        self._chain = chain
        self.update()

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
        chain = self._chain
        if chain.bands:
            hz = np.geomspace(20, 20000, 60)
            curve = np.clip(response_db(chain.bands, hz), -12, 12)
            points = [
                QPointF(box.left() + 3 + i / 59 * (box.width() - 6), box.center().y() - float(v) / 12 * (box.height() / 2 - 4))
                for i, v in enumerate(curve)
            ]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
        elif chain.gain_db:
            tip = box.center().y() - float(np.clip(chain.gain_db, -9, 9)) / 9 * (box.height() / 2 - 6)
            x, sign = box.center().x(), 1 if chain.gain_db > 0 else -1
            painter.drawLine(QLineF(x, box.center().y(), x, tip))
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF([QPointF(x - 5, tip + 6 * sign), QPointF(x + 5, tip + 6 * sign), QPointF(x, tip)]))
        elif chain.width:
            # Two arrows from the middle, or towards it: wider, narrower.
            reach = (0.2 + abs(float(np.clip(chain.width[0].change_db, -9, 9))) / 9 * 0.25) * box.width()
            y, sign = box.center().y(), 1 if chain.width[0].change_db > 0 else -1
            painter.drawLine(QLineF(box.center().x(), box.top() + 8, box.center().x(), box.bottom() - 8))
            painter.setBrush(color)
            for side in (-1, 1):
                near, far = box.center().x() + side * 4, box.center().x() + side * reach
                tip, tail = (far, near) if sign > 0 else (near, far)
                painter.drawLine(QLineF(tail, y, tip, y))
                back = tip - side * sign * 6
                painter.drawPolygon(QPolygonF([QPointF(back, y - 5), QPointF(back, y + 5), QPointF(tip, y)]))
        elif chain.compression is not None:
            bottom = QPointF(box.left() + 8, box.bottom() - 6)
            knee = QPointF(box.center().x(), box.center().y())
            end = QPointF(box.right() - 8, knee.y() - (box.right() - 8 - knee.x()) / chain.compression.ratio * 0.55)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF([bottom, knee, end]))


def settings_text(chain: Chain) -> str:
    """Return a chain as one sets it in a DAW, with true minus signs."""
    if chain == Chain():
        return _("No change")
    return re.sub(r"(?<!\S)-(?=\d)", "−", _settings(chain))


def _settings(chain: Chain) -> str:
    if chain.bands:
        return "\n".join(f"{band_name(b.type)}  {b.frequency_hz:.0f} Hz  {b.gain_db:+.1f} dB  Q {b.q:.2f}" for b in chain.bands)
    if chain.compression is not None:
        c = chain.compression
        return (
            f"{c.threshold_db:.0f} dBFS  {c.ratio:.3g}:1  {_('knee')} {c.knee_db:g} dB\n{1000 * c.attack_s:g} / {1000 * c.release_s:g} ms  "
            f"{_('make-up')} {c.makeup_db:+.1f} dB"
        )
    if chain.width:
        w = chain.width[0]
        if w.low_hz <= 20 and w.high_hz >= 20_000:
            place = ""
        else:
            place = f"  {w.low_hz:.0f}–{w.high_hz:.0f} Hz"
        return f"{_('Side channel')} {w.change_db:+.1f} dB{place}"
    return f"{_('Fader')} {chain.gain_db:+.1f} dB"


class OddsBar(QWidget):
    """The share of cases that went a move's way; a line stands where a coin would."""

    def __init__(self, odds: Odds, tokens: Tokens) -> None:
        super().__init__()
        self._share, self._tokens = odds.share, tokens
        self.setFixedSize(*ODDS)
        self.setAccessibleName(odds_text(odds))
        where = (
            _("songs that were put off on purpose")
            if odds.source == "planted"
            else _("mixes by engineers of songs that nothing was learned from")
        )
        self.setToolTip(_("Counted on {where}; the line is at one half").format(where=where))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._tokens.color("band"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setBrush(self._tokens.color("after"))
        painter.drawRoundedRect(QRectF(box.topLeft(), QPointF(box.left() + self._share * box.width(), box.bottom())), 3, 3)
        painter.setPen(QPen(self._tokens.color("text"), 1.5))
        middle = box.left() + EVEN * box.width()
        painter.drawLine(QLineF(middle, 0.5, middle, self.height() - 0.5))


def odds_text(odds: Odds) -> str:
    """Return how often engineers went the way of a move, as it was counted."""
    return _("{right} of {of} cases went this way").format(right=odds.right, of=odds.of)
