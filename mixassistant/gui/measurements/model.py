"""The measurements as a tree of two levels: rows, and the numbers of those that are lists. Searched, filtered and sorted in place.

It sorts and filters by itself rather than through a proxy: a proxy asks for every cell of every row by a call, and forty stems have
seven thousand rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from mixassistant.gui.measurements.rows import (
    COLUMNS,
    NAME,
    POSSIBLE,
    PROFILE,
    VALUE,
    WHERE,
    Entry,
    Row,
    count_of,
    details_of,
    entries_of,
    entry_texts,
    is_in_label,
    is_outside,
    names_of,
    outside_entries,
    plain,
    searched_labels,
    sort_key,
    texts_of,
    word_of,
)
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

Shown = Literal["all", "outside", "marked"]
STAR = "★"
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class MeasurementModel(QAbstractItemModel):
    """Rows and their entries. An index's id is 0 for a row, and for an entry the number of its row plus one."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._shown: list[Row] = []
        self._place: dict[int, int] = {}
        self._picked: dict[int, tuple[int, ...]] = {}
        self._entries: dict[int, tuple[Entry, ...]] = {}
        self._names: dict[str, str] = {}
        self._order: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.AscendingOrder)
        self._wanted: tuple[str, str, str, Shown] = ("", "", "", "all")
        self._marked: frozenset[str] = frozenset()

    # Contents

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._rows)

    @property
    def shown(self) -> Sequence[Row]:
        """The rows that are shown, in their order."""
        return self._shown

    @property
    def matched(self) -> list[int]:
        """The places of rows that are shown for some of their entries only."""
        return sorted(self._place[number] for number in self._picked)

    def replace(self, rows: list[Row]) -> None:
        """Show other rows, under the same search, filters and order."""
        self._names = {d.id: names_of(d) for d in {row.descriptor.id: row.descriptor for row in rows}.values()}
        self._show(rows)

    def filter(self, words: str, family: str = "", part: str = "", shown: Shown = "all") -> None:
        """Show the rows in which every word occurs, of one family and of one part (empty: all), and of those outside or marked alone."""
        if (words, family, part, shown) != self._wanted:
            self._wanted = (words, family, part, shown)
            self._show(self._rows)

    def set_marked(self, marked: frozenset[str]) -> None:
        """Say which rows are marked."""
        if marked == self._marked:
            return
        self._marked = marked
        if self._wanted[3] == "marked":
            self._show(self._rows)
        elif self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(COLUMNS) - 1))

    def _show(self, rows: list[Row]) -> None:
        words, family, part, shown = self._wanted
        chosen = [r for r in rows if (not family or r.descriptor.family == family) and (not part or r.part.key == part)]
        if shown == "marked":
            chosen = [row for row in chosen if row.mark in self._marked]
        chosen, picked = self._search(chosen, plain(words).split())
        if shown == "outside":
            chosen, picked = self._outside(chosen, picked)
        chosen = self._sorted(chosen)
        self.beginResetModel()
        if rows is not self._rows:
            self._rows, self._entries = rows, {}
        self._shown, self._picked = chosen, picked
        self._number()
        self.endResetModel()

    def _search(self, rows: list[Row], words: list[str]) -> tuple[list[Row], dict[int, tuple[int, ...]]]:
        """Return the rows that hold every word, and which entries of those that hold some words in the labels of their entries."""
        if not words:
            return rows, {}
        named = {word: {identifier for identifier, names in self._names.items() if word in names} for word in words}
        found: list[Row] = []
        picked: dict[int, tuple[int, ...]] = {}
        for row in rows:
            value = word_of(row)
            missing = [w for w in words if row.descriptor.id not in named[w] and w not in row.part.search and w not in value]
            if missing:
                labels = searched_labels(row.descriptor)
                entries = tuple(i for i, label in enumerate(labels) if all(is_in_label(w, label) for w in missing))
                if not entries or len(labels) != count_of(row):
                    continue
                picked[row.number] = entries
            found.append(row)
        return found, picked

    @staticmethod
    def _outside(rows: list[Row], picked: dict[int, tuple[int, ...]]) -> tuple[list[Row], dict[int, tuple[int, ...]]]:
        """Return the rows that lie outside of what is expected, and which entries of those that are lists do."""
        found: list[Row] = []
        outside: dict[int, tuple[int, ...]] = {}
        for row in rows:
            entries = outside_entries(row)
            chosen = tuple(place for place in entries if place in picked.get(row.number, entries))
            if chosen or (not entries and is_outside(row)):
                found.append(row)
            if chosen:
                outside[row.number] = chosen
        return found, outside

    def _sorted(self, rows: list[Row]) -> list[Row]:
        column, order = self._order
        if column < 0:
            return sorted(rows, key=lambda row: row.number)
        keys = {row.number: sort_key(row, column) for row in rows}
        found = sorted(rows, key=lambda row: keys[row.number][1:], reverse=order == Qt.SortOrder.DescendingOrder)
        return sorted(found, key=lambda row: keys[row.number][0])  # what has no number comes last either way

    def _number(self) -> None:
        self._place = {row.number: place for place, row in enumerate(self._shown)}

    def _entries_of(self, row: Row) -> tuple[Entry, ...]:
        found = self._entries.get(row.number)
        if found is None:
            found = self._entries[row.number] = entries_of(row)
        return found

    def row_at(self, index: Index) -> Row:
        """Return the row of an index, also for the index of an entry."""
        return self._rows[index.internalId() - 1] if index.internalId() else self._shown[index.row()]

    def entry_at(self, index: Index) -> Entry | None:
        """Return the entry of an index; None for that of a row."""
        if not index.internalId():
            return None
        row = self.row_at(index)
        picked = self._picked.get(row.number)
        return self._entries_of(row)[picked[index.row()] if picked else index.row()]

    def texts_at(self, index: Index) -> tuple[str, ...]:
        """Return the texts of all columns at an index."""
        row, entry = self.row_at(index), self.entry_at(index)
        return texts_of(row) if entry is None else entry_texts(row, entry)

    # As Qt asks for it

    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        """Return the index of a cell."""
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row < len(self._shown) else QModelIndex()
        return self.createIndex(row, column, self._shown[parent.row()].number + 1)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        """Return the index of an entry's row."""
        number = index.internalId()
        if not index.isValid() or not number or number - 1 not in self._place:
            return QModelIndex()
        return self.createIndex(self._place[number - 1], 0, 0)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return how many rows, or entries of a row, are shown."""
        if not parent.isValid():
            return len(self._shown)
        if parent.internalId() or parent.column() > 0:
            return 0
        row = self._shown[parent.row()]
        picked = self._picked.get(row.number)
        return len(picked) if picked else count_of(row)

    def hasChildren(self, parent: Index = ROOT) -> bool:
        """Return whether a row is a list."""
        return self.rowCount(parent) > 0

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return the number of columns."""
        return len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if role == Qt.ItemDataRole.DisplayRole:
            text = self.texts_at(index)[index.column()]
            return f"{STAR} {text}" if index.column() == NAME and not index.internalId() and self._is_marked(index) else text
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == NAME and self._is_marked(index):
            return _("{name}, marked").format(name=self.texts_at(index)[NAME])
        if role == Qt.ItemDataRole.FontRole and index.column() == WHERE and self._begins_group(index):
            font = QGuiApplication.font()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.texts_at(index)[index.column()]
            return as_plain(f"{text}\n{details_of(self.row_at(index))}" if text else details_of(self.row_at(index)))
        is_missing = self.row_at(index).measurement.value is None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if index.column() in (VALUE, POSSIBLE, PROFILE) and not (is_missing and index.column() == VALUE) else LEFT
        is_quiet = (is_missing and index.column() == VALUE) or (index.column() == WHERE and not self._begins_group(index))
        return QGuiApplication.palette().placeholderText() if role == Qt.ItemDataRole.ForegroundRole and is_quiet else None

    def _is_marked(self, index: Index) -> bool:
        return self.row_at(index).mark in self._marked

    def _begins_group(self, index: Index) -> bool:
        """Return whether a row is the first of the mix, a role or a stem, in the order in which they are shown."""
        if index.internalId():
            return False
        place = index.row()
        return place == 0 or self._shown[place - 1].part.key != self._shown[place].part.key

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's heading."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section in (VALUE, POSSIBLE, PROFILE) else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column (−1: the natural order); what is selected and expanded stays so."""
        if (column, order) == self._order:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [None if index.internalId() else self._shown[index.row()].number for index in before]
        self._order = (column, order)
        self._shown = self._sorted(self._shown)
        self._number()
        after = [
            index if number is None else self.createIndex(self._place[number], index.column(), 0)
            for index, number in zip(before, numbers, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
