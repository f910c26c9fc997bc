"""What was preferred in blind tests, as a table: the only proof of usefulness that there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from mixassistant.gui.wording import unbroken
from mixassistant.i18n import _
from mixassistant.report.standing_words import stage_name
from mixassistant.report.wording import kind_name, role_name

if TYPE_CHECKING:
    from mixassistant.library.listening import Tally

HEADS = (_("Kind"), _("Of"), _("Mix"), _("Move"), _("As it was"), _("Neither"), _("For the move"))
WORDS = 3  # columns of words; the others hold numbers
MOST_ROWS = 5  # that are seen at once


def share_text(tally: Tally) -> str:
    """Return how often the move was preferred where one side was: ``"67 % (25–95 %)"``."""
    if not tally.decided:
        return "–"
    low, high = tally.interval
    return unbroken(f"{100 * tally.for_move / tally.decided:.0f} % ({100 * low:.0f}–{100 * high:.0f} %)")


def _alignment(column: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignLeft if column < WORDS else Qt.AlignmentFlag.AlignRight)


def texts_of(tally: Tally) -> tuple[str, ...]:
    """Return a row of the table."""
    names = kind_name(tally.kind), role_name(tally.role), stage_name(tally.stage)
    return *names, str(tally.for_move), str(tally.for_mix), str(tally.undecided), share_text(tally)


class BlindTestsTable(QWidget):
    """The tally of blind tests, or how to make one."""

    def __init__(self) -> None:
        super().__init__()
        self.nothing = QLabel(_("None yet. “Blind…” on a card plays a mix with and without its move, and does not say which is which."))
        self.nothing.setObjectName("quiet")
        self.nothing.setWordWrap(True)
        self.table = QTableWidget(0, len(HEADS))
        self.table.setAccessibleName(_("What you preferred in blind tests"))
        tip = _("Rounds in which you preferred either side; the share of the move among them, with the 90 % interval of such a count")
        self.table.setToolTip(tip)
        for column, head in enumerate(HEADS):
            item = QTableWidgetItem(head)
            item.setTextAlignment(_alignment(column))
            self.table.setHorizontalHeaderItem(column, item)
        self.table.verticalHeader().hide()
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # it would lie over the only row
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.nothing)
        layout.addWidget(self.table)
        self.show_tallies(())

    def show_tallies(self, tallies: Sequence[Tally]) -> None:
        """Show what was preferred."""
        self.table.setRowCount(len(tallies))
        for row, tally in enumerate(tallies):
            for column, text in enumerate(texts_of(tally)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_alignment(column))
                self.table.setItem(row, column, item)
        self.table.setVisible(bool(tallies))
        self.nothing.setVisible(not tallies)
        self.table.resizeRowsToContents()
        header, frame = self.table.horizontalHeader(), 2 * self.table.frameWidth()
        widths = (max(header.sectionSizeHint(column), self.table.sizeHintForColumn(column)) for column in range(len(HEADS)))
        bar = self.table.verticalScrollBar().sizeHint().width() if len(tallies) > MOST_ROWS else 0
        self.table.setMinimumWidth(sum(widths) + bar + frame)
        rows = min(len(tallies), MOST_ROWS)
        height = header.sizeHint().height() + sum(self.table.rowHeight(row) for row in range(rows))
        self.table.setFixedHeight(height + frame)
