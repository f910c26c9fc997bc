"""What a plot shows, as a table in a window of its own: sorted by a click on a heading, copied with Ctrl+C."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.i18n import _
from mixassistant.spreadsheet import tab_separated

Row = tuple[str, ...]
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d(?:\.\d+)?)\b")
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")


def number_in(text: str) -> float | None:
    """Return the number that a cell begins with: ``"−12.3 dB"``, ``"1:07"`` (in seconds), ``"2.5 kHz"`` (in Hz); None of words."""
    clock = _CLOCK.match(text)
    if clock:
        hours, minutes, seconds = clock.groups()
        return 3600 * float(hours or 0) + 60 * float(minutes) + float(seconds)
    found = _NUMBER.match(text)
    if not found:
        return None
    return float(found.group().replace("−", "-")) * (1000 if text[found.end() :].startswith(" kHz") else 1)


class _Cell(QTableWidgetItem):
    """A cell that is sorted by its number, before words, before nothing."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._number = number_in(text)
        if self._number is not None:
            self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        assert isinstance(other, _Cell)
        mine, theirs = (math.inf if cell._number is None else cell._number for cell in (self, other))
        return (mine, self.text()) < (theirs, other.text())


class _Table(QTableWidget):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on the platform's shortcut."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy(sorted({index.row() for index in self.selectedIndexes()}))
        else:
            super().keyPressEvent(event)

    def copy(self, rows: Sequence[int]) -> None:
        """Put rows on the clipboard with the headings, as a spreadsheet takes them."""
        columns = range(self.columnCount())
        lines = [
            [self._text(self.horizontalHeaderItem(c)) for c in columns],
            *([self._text(self.item(r, c)) for c in columns] for r in rows),
        ]
        QGuiApplication.clipboard().setText(tab_separated(lines))

    @staticmethod
    def _text(item: QTableWidgetItem | None) -> str:
        return item.text() if item is not None else ""


class TableDialog(QDialog):
    """A table: a heading, then rows of as many cells."""

    def __init__(self, title: str, rows: Sequence[Row], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heads, cells = rows[0], rows[1:]
        self.table = _Table(len(cells), len(heads))
        self.table.setAccessibleName(title)
        self.table.setToolTip(_("Click a heading to sort; Ctrl+C copies the selected rows"))
        self.table.setHorizontalHeaderLabels(heads)
        for row, texts in enumerate(cells):
            for column, text in enumerate(texts):
                self.table.setItem(row, column, _Cell(text))
        for column, head in enumerate(heads):
            item = QTableWidgetItem(head)
            if cells and number_in(cells[0][column]) is not None:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            else:
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.table.setHorizontalHeaderItem(column, item)
        self.table.setTabKeyNavigation(False)  # arrows go from cell to cell; Tab leads out
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(len(heads) <= 6)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSortingEnabled(True)
        self.copy_all = QPushButton(_("Copy all"))
        self.copy_all.setToolTip(_("Copies all rows as tab-separated text"))
        self.copy_all.setAccessibleName(_("Copy all rows"))
        self.copy_all.clicked.connect(lambda: self.table.copy(range(self.table.rowCount())))
        count = QLabel(_("1 row") if len(cells) == 1 else _("{count} rows").format(count=len(cells)))
        count.setObjectName("small")
        buttons = button_row(Kind.Close)
        buttons.rejected.connect(self.reject)
        self.bottom = QHBoxLayout()
        for widget in (self.copy_all, count):
            self.bottom.addWidget(widget)
        self.bottom.addWidget(buttons, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addLayout(self.bottom)
        self.resize(720, 420)
