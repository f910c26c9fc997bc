"""Accepting at once what is surer than a threshold, each move as its card is set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from mixassistant.advice.decision import decided_chain
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import breakable, unbroken
from mixassistant.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mixassistant.advice.suggestion import Move
    from mixassistant.gui.session.session import Session

WIDTH = 420  # px
RANGE, USUAL = (50, 99), 80  # %


def sureness(move: Move) -> float:
    """Return how sure a move is, 0–1: of one toward the references, how often engineers went its way."""
    return move.confidence if move.odds is None else move.odds.share


class SurerDialog(QDialog):
    """Asks from how much on; says which moves that are."""

    def __init__(self, session: Session, moves: Sequence[Move], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Accept what is sure"))
        self.setMinimumWidth(WIDTH)
        self._session, self._moves = session, tuple(moves)
        self.threshold = QSlider(Qt.Orientation.Horizontal)
        self.threshold.setRange(*RANGE)
        self.threshold.setValue(USUAL)
        self.threshold.setAccessibleName(_("Surer than"))
        self.threshold.setToolTip(_("How sure a move has to be: a fault that it is one, a move toward the references that engineers do so"))
        self.percent = QLabel()
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("100 %"))
        name = QLabel(_("Accept all that are surer than"))
        self.told = QLabel()
        self.told.setObjectName("quiet")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.buttons = button_row(Kind.Cancel, Kind.Ok)
        self.ok = self.buttons.button(Kind.Ok)
        self.ok.setToolTip(_("Accept these moves, each as its card is set; undo takes all of it back at once"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(self.threshold, 1)
        row.addWidget(self.percent)
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.addWidget(name)
        layout.addLayout(row)
        layout.addWidget(self.told)
        layout.addStretch(1)
        layout.addWidget(self.buttons)
        self.threshold.valueChanged.connect(lambda _value: self._show())
        session.state.analysed.connect(self.reject)  # they are other moves then
        self._show()

    @property
    def chosen(self) -> list[Move]:
        """The moves that are surer than the threshold."""
        return [move for move in self._moves if round(100 * sureness(move)) > self.threshold.value()]

    def _show(self) -> None:
        from mixassistant.advice.sentences import headline

        state, chosen, count = self._session.state, self.chosen, len(self._moves)
        self.percent.setText(f"{self.threshold.value()} %")
        of = _("1 of the {count} open moves").format(count=count) if len(chosen) == 1 else _("{chosen} of the {count} open moves")
        lines = [of.format(chosen=len(chosen), count=count)]
        for move in chosen:
            text = headline(replace(move, chain=decided_chain(move, state.trial_of(move.id))))
            lines.append(_("{move} ({percent:.0f} %)").format(move=text, percent=100 * sureness(move)))
        self.told.setText(breakable(unbroken("\n".join(lines))))
        self.ok.setText(_("Accept 1 move") if len(chosen) == 1 else _("Accept {count} moves").format(count=len(chosen)))
        self.ok.setEnabled(bool(chosen))

    def accept(self) -> None:
        """Accept them."""
        self._session.accept_all({move.id: self._session.state.trial_of(move.id) for move in self.chosen})
        super().accept()
