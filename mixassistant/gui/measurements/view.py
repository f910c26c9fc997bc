"""All measurements as a table: sortable, searchable, copyable; the equivalent of every plot for those who read tables."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from mixassistant.gui.background.result import Result
from mixassistant.gui.measurements.model import MeasurementModel
from mixassistant.gui.measurements.rows import COLUMNS, FAMILY, details_of, family_name, rows_of
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _
from mixassistant.spreadsheet import tab_separated

WIDTHS = (110, 120, 210, 120, 140, 170)  # px; the last column takes the rest
NARROW_WIDTHS = (84, 120, 176, 104, 140, 170)
NARROW = 560  # px: a narrower table gives the family's column to the value, which is what a table is read for
LOW = 190  # px: a lower table shows its rows rather than how a number comes about, which tooltips say too
LOWEST = 150
DETAIL_LINES = 4  # what is longer is in the tooltip
EXPANDED_AT_MOST = 60  # lists that a search opens by itself


CELL_MARGIN = 3  # px that Qt leaves on either side of a cell's text


class _Spacious(QStyledItemDelegate):
    """Rows with room above and below."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of a cell."""
        found = super().sizeHint(option, index)
        return QSize(found.width(), option.fontMetrics.height() + SPACE)


class _Tree(QTreeView):
    """A table whose selected rows can be copied as tab-separated text."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on the platform's shortcut."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        else:
            super().keyPressEvent(event)

    def copy_selected(self) -> None:
        """Put the selected rows on the clipboard, in the order in which they are shown."""
        selected = set(self.selectionModel().selectedRows())
        copy_rows(self._measurements(), [index for index in self.in_sight() if index in selected])

    def copy_all(self) -> None:
        """Put everything that is shown on the clipboard, with the numbers of the lists that are open."""
        copy_rows(self._measurements(), self.in_sight())

    def in_sight(self) -> list[QModelIndex]:
        """Return the rows that are shown, and the entries of those that are open, from the top."""
        model = self.model()
        found = []
        for place in range(model.rowCount()):
            index = model.index(place, 0)
            found.append(index)
            if self.isExpanded(index):
                found += [model.index(i, 0, index) for i in range(model.rowCount(index))]
        return found

    def _measurements(self) -> MeasurementModel:
        model = self.model()
        assert isinstance(model, MeasurementModel)
        return model


def copy_rows(model: MeasurementModel, indexes: Iterable[QModelIndex]) -> None:
    """Put rows on the clipboard as tab-separated text with a heading."""
    lines = [COLUMNS, *(model.texts_at(index) for index in indexes)]
    QGuiApplication.clipboard().setText(tab_separated(lines) + "\n")


class MeasurementsView(QWidget):
    """The table with its search, its filters and a line on how the number under the cursor comes about."""

    def __init__(self) -> None:
        super().__init__()
        self.model = MeasurementModel()
        self._is_narrow: bool | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search: loudness, vocals, 315 Hz …"))
        self.search.setAccessibleName(_("Search the measurements"))
        self.search.setToolTip(_("Shows the rows in which all these words occur (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.families = self._box(_("Show the family"), _("Show one family of measurements, or all"))
        self.parts = self._box(_("Show the part"), _("Show the mix, one role or one stem, or everything"))
        self.count = QLabel()
        self.count.setObjectName("small")
        self.copy = QPushButton(_("Copy all"))
        self.copy.setAccessibleName(_("Copy all rows"))
        self.copy.setToolTip(_("Copies all rows that are shown, as tab-separated text; selected ones by the usual shortcut"))
        self.tree = self._tree()
        self.copy.clicked.connect(self.tree.copy_all)
        self.details = QLabel()
        self.details.setObjectName("small")
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.details.setAccessibleName(_("How the selected number comes about"))
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.details.ensurePolished()  # its lines are as high as the theme's small letters
        self.details.setFixedHeight(DETAIL_LINES * self.details.fontMetrics().lineSpacing())  # so that the table does not jump
        find = QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # the references have the same; PySide passes over `context=` above
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.families)
        top.addWidget(self.parts)
        side = QVBoxLayout()
        side.addWidget(self.copy)
        side.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight)
        bottom = QHBoxLayout()
        bottom.addWidget(self.details, 1)
        bottom.addLayout(side)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addLayout(bottom)

    def _box(self, name: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.setMaxVisibleItems(20)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(7)
        box.currentIndexChanged.connect(lambda _index: self._filter())
        return box

    def _tree(self) -> _Tree:
        tree = _Tree()
        tree.setModel(self.model)
        tree.setItemDelegate(_Spacious(tree))
        tree.setAccessibleName(_("Measurements"))
        tree.setToolTip(_("Click a heading to sort; the arrow opens a list; copy rows with the usual shortcut"))
        tree.setUniformRowHeights(True)
        tree.setAlternatingRowColors(True)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setAllColumnsShowFocus(True)
        header = tree.header()
        header.setStyleSheet(f"QHeaderView::section {{ padding: 6px {CELL_MARGIN}px; }}")  # above what it is the heading of
        header.setSortIndicatorClearable(True)  # the third click gives the natural order back
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        tree.setSortingEnabled(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        tree.selectionModel().currentChanged.connect(lambda current, _before: self._tell(current))
        return tree

    def show_result(self, result: Result) -> None:
        """Show an analysis, under the filters as they are where it has what they ask for."""
        rows = rows_of(result)
        self._fill(self.families, _("All families"), {r.descriptor.family: family_name(r.descriptor.family) for r in rows})
        self._fill(self.parts, _("Everything"), {r.part.key: r.part.name for r in rows})
        self.model.replace(rows)
        self._filter()
        self._shown()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the columns for a narrow or a wide table; within either, widths that the user has set stay."""
        is_narrow = event.size().width() < NARROW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.tree.setColumnHidden(FAMILY, is_narrow)
            for column, width in enumerate(NARROW_WIDTHS if is_narrow else WIDTHS):
                self.tree.setColumnWidth(column, width)
        for rest in (self.details, self.count):
            rest.setVisible(event.size().height() >= LOW)

    def minimumSizeHint(self) -> QSize:
        """Return what the low form needs."""
        return QSize(super().minimumSizeHint().width(), LOWEST)

    def _fill(self, box: QComboBox, everything: str, choices: dict[str, str]) -> None:
        chosen = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem(everything, "")
        for data, text in choices.items():
            box.addItem(text, data)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.blockSignals(False)

    def _filter(self) -> None:
        self.model.filter(self.search.text(), self.families.currentData() or "", self.parts.currentData() or "")
        self._shown()

    def _shown(self) -> None:
        for place in self.model.matched[:EXPANDED_AT_MOST]:
            self.tree.setExpanded(self.model.index(place, 0), True)
        self.count.setText(_("{shown} of {all}").format(shown=self.model.rowCount(), all=self.model.total))
        self._tell(self.tree.currentIndex())

    def _tell(self, current: QModelIndex) -> None:
        text = details_of(self.model.row_at(current)) if current.isValid() else _("Select a row to see how its number comes about.")
        self.details.setText(text)
        self.details.setToolTip(as_plain(text))
