"""All measurements as a table: sortable, searchable, copyable; the equivalent of every plot for those who read tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLabel, QLineEdit, QTableView, QVBoxLayout, QWidget

from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, Values
from mixassistant.gui.core import Result
from mixassistant.gui.plots import target_name
from mixassistant.i18n import _

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (_("Of"), _("Measurement"), _("Value"), _("References 10–90 %"), _("What it is"))


@dataclass(frozen=True)
class Row:
    """One line: the texts of the columns, and the number to sort values by."""

    texts: tuple[str, str, str, str, str]
    number: float


def rows_of(result: Result) -> list[Row]:
    """Return every measurement of the mix, of each role, and of single stems where a role has several."""
    analysis = result.analysis
    rows = _rows("mix", target_name("mix"), analysis.track.mix, result)
    for role, values in analysis.track.roles.items():
        rows += _rows(role, target_name(role), values, result)
    single = [s for s in analysis.track.stems if s.values is not analysis.track.roles.get(s.role)]
    for stem in single:
        rows += _rows("", stem.name, stem.values, result)
    return rows


def _rows(target: str, shown: str, values: Values, result: Result) -> list[Row]:
    rows: list[Row] = []
    targets = result.analysis.profile.targets
    for identifier, measurement in values.items():
        descriptor = REGISTRY.descriptors.get(identifier)
        if descriptor is None:  # measured by another version
            continue
        found = targets.get(f"{target}/{identifier}")
        if descriptor.shape == "curve":
            continue
        if descriptor.shape == "bands":
            if measurement.value is None or isinstance(measurement.value, float) or identifier != "ltas":
                continue
            for i, (hz, value) in enumerate(zip(NOMINAL_HZ, measurement.value, strict=True)):
                span = (
                    f"{found.low[i]:.1f} … {found.high[i]:.1f} dB"
                    if found and isinstance(found.low, tuple) and isinstance(found.high, tuple)
                    else ""
                )
                rows.append(
                    Row(
                        (shown, f"{descriptor.name}, {hz:g} Hz", descriptor.format(float(value)), span, descriptor.description),
                        float(value),
                    )
                )
            continue
        value = measurement.value if isinstance(measurement.value, float) else None
        text = descriptor.format(value) if value is not None else f"– ({measurement.reason})"
        span = ""
        if found is not None and isinstance(found.low, float) and isinstance(found.high, float):
            span = f"{descriptor.format(found.low)} … {descriptor.format(found.high)}"
        rows.append(Row((shown, descriptor.name, text, span, descriptor.description), value if value is not None else float("-inf")))
    return rows


class _Model(QAbstractTableModel):
    """Rows over a list."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def replace(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return row.number if index.column() == 2 else row.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.texts[4]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (2, 3):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None


class _Table(QTableView):
    """A table whose selected rows can be copied as tab-separated text."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            model = self.model()
            rows = sorted({i.row() for i in self.selectedIndexes()})
            lines = ["\t".join(str(model.index(r, c).data()) for c in range(model.columnCount())) for r in rows]
            QGuiApplication.clipboard().setText("\n".join(lines))
        else:
            super().keyPressEvent(event)


class MeasurementsView(QWidget):
    """The table with its search."""

    def __init__(self) -> None:
        super().__init__()
        self._model = _Model()
        self.filtered = QSortFilterProxyModel(self)
        self.filtered.setSourceModel(self._model)
        self.filtered.setSortRole(Qt.ItemDataRole.UserRole)
        self.filtered.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filtered.setFilterKeyColumn(-1)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search: loudness, vocals, 315 Hz …"))
        self.search.setAccessibleName(_("Search the measurements"))
        self.search.setToolTip(_("Shows the rows that contain these words"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._count = QLabel()
        self._count.setObjectName("small")
        self.table = _Table()
        self.table.setModel(self.filtered)
        self.table.setAccessibleName(_("Measurements"))
        self.table.setToolTip(_("Click a heading to sort; copy rows with the usual shortcut"))
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)

    def show_result(self, result: Result) -> None:
        """Show an analysis."""
        self._model.replace(rows_of(result))
        for column, width in enumerate((80, 210, 120, 190)):
            self.table.setColumnWidth(column, width)
        self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        self.filtered.setFilterFixedString(text)
        self._count.setText(_("{shown} of {all}").format(shown=self.filtered.rowCount(), all=self._model.rowCount()))
