"""All measurements as a table: sortable, searchable, copyable; the equivalent of every plot for those who read tables."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
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
from mixassistant.gui.measurements.rows import (
    COLUMNS,
    FAMILY,
    NAME,
    POSSIBLE,
    PROFILE,
    SAYS,
    VALUE,
    WHERE,
    details_of,
    family_name,
    rows_of,
)
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _
from mixassistant.spreadsheet import tab_separated

SHARES = {WHERE: 12, FAMILY: 13, NAME: 22, VALUE: 14, POSSIBLE: 15, PROFILE: 18, SAYS: 24}  # of the width, as far as they are shown
LEAST_WIDTHS = {WHERE: 54, NAME: 80, VALUE: 78, PROFILE: 80}  # px
ROOMY, NARROW = 1000, 560  # px: a narrower table leaves out what is told of a row below it, and a very narrow one what it says
LEFT_OUT = (FAMILY, POSSIBLE)
SHOWN = {"all": _("All rows"), "outside": _("Outside the range"), "marked": _("Marked")}
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
    """A table whose selected rows can be copied as tab-separated text, and marked: `mark_pressed` asks for that."""

    mark_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on the platform's shortcut, mark on M."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selected()
        elif event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.mark_pressed.emit()
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
    """The table with its search, its filters and a line on how the number under the cursor comes about.

    Signals: `mark_wanted` (marks of rows, and whether they are to be marked).
    """

    mark_wanted = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self.model = MeasurementModel()
        self._hidden: frozenset[int] | None = None
        self._marked: frozenset[str] = frozenset()
        self._has_own_widths, self._is_fitting = False, True
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search: loudness, vocals, 315 Hz …"))
        self.search.setAccessibleName(_("Search the measurements"))
        self.search.setToolTip(_("Shows the rows in which all these words occur (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.families = self._box(_("Show the family"), _("Show one family of measurements, or all"))
        self.parts = self._box(_("Show the part"), _("Show the mix, one role or one stem, or everything"))
        self.shown = self._box(_("Show which rows"), _("Show all rows, those outside of what is expected, or those that you have marked"))
        self.shown.setMinimumContentsLength(13)
        self.shown.blockSignals(True)  # there is no table yet
        for key, text in SHOWN.items():
            self.shown.addItem(text, key)
        self.shown.blockSignals(False)
        self.mark = QPushButton(_("Mark"))
        self.mark.setAccessibleName(_("Mark the selected rows, or take their marks away"))
        self.mark.setToolTip(_("Marks the selected rows in every song, or takes the marks away (Ctrl+D)"))
        self.mark.clicked.connect(lambda _checked=False: self._toggle_marks())
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
        self._top = QGridLayout()
        self._top.setColumnStretch(0, 1)
        self.tree.mark_pressed.connect(self._toggle_marks)
        side = QVBoxLayout()
        pair = QHBoxLayout()
        for button in (self.mark, self.copy):
            pair.addWidget(button)
        side.addLayout(pair)
        side.addWidget(self.count, 0, Qt.AlignmentFlag.AlignRight)
        bottom = QHBoxLayout()
        bottom.addWidget(self.details, 1)
        bottom.addLayout(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE // 2, 0, 0)
        layout.addLayout(self._top)
        self._arrange(is_narrow=False)
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
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setStyleSheet(f"QHeaderView::section {{ padding: 6px {CELL_MARGIN}px; }}")  # above what it is the heading of
        header.setSortIndicatorClearable(True)  # the third click gives the natural order back
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        tree.setSortingEnabled(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(False)
        header.sectionResized.connect(lambda *_sizes: self._on_column_resized())
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

    def _arrange(self, is_narrow: bool) -> None:
        """Put the search and the filters into one line, or into two."""
        for control in (self.search, self.shown, self.families, self.parts):
            self._top.removeWidget(control)
        if is_narrow:
            self._top.addWidget(self.search, 0, 0)
            self._top.addWidget(self.shown, 0, 1)
            self._top.addWidget(self.families, 1, 0)
            self._top.addWidget(self.parts, 1, 1)
        else:
            self._top.addWidget(self.search, 0, 0)
            for column, box in enumerate((self.shown, self.families, self.parts)):
                self._top.addWidget(box, 0, column + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the columns that there is room for, all in sight; as long as they are the same, widths that the user has set stay."""
        width = event.size().width()
        hidden = frozenset(() if width >= ROOMY else LEFT_OUT if width >= NARROW else (*LEFT_OUT, SAYS))
        if hidden != self._hidden:
            self._hidden, self._is_fitting = hidden, True
            self._arrange(is_narrow=width < NARROW)
            for column in range(len(COLUMNS)):
                self.tree.setColumnHidden(column, column in hidden)
            self._has_own_widths = False
        self._fit_columns()
        for rest in (self.details, self.count):
            rest.setVisible(event.size().height() >= LOW)

    def _fit_columns(self) -> None:
        """Give each column its share, or where the user has set widths, the last one what they leave."""
        if self._hidden is None:
            return
        shown = [column for column in SHARES if column not in self._hidden]
        bar = self.tree.verticalScrollBar().sizeHint().width()
        room, total = self.width() - 2 * self.tree.frameWidth() - bar, sum(SHARES[column] for column in shown)
        self._is_fitting = True
        for column in shown[:-1]:
            if not self._has_own_widths:
                self.tree.setColumnWidth(column, max(LEAST_WIDTHS.get(column, 0), room * SHARES[column] // total))
        rest = room - sum(self.tree.columnWidth(column) for column in shown[:-1])
        missing = max(0, LEAST_WIDTHS[PROFILE] - rest)
        if missing and not self._has_own_widths:  # names can be shortened, numbers cannot
            self.tree.setColumnWidth(NAME, self.tree.columnWidth(NAME) - missing)
        self.tree.setColumnWidth(shown[-1], rest + missing)
        self._is_fitting = False

    def _on_column_resized(self) -> None:
        """Notice that the user has set a width."""
        self._has_own_widths |= not self._is_fitting

    def set_marked(self, marked: Iterable[str]) -> None:
        """Show which rows are marked."""
        self._marked = frozenset(marked)
        self.model.set_marked(self._marked)
        self._shown()

    def _toggle_marks(self) -> None:
        """Mark the rows that are selected; where all of them are marked, take that away."""
        marks = {self.model.row_at(index).mark for index in self.tree.selectionModel().selectedRows()}
        if marks:
            self.mark_wanted.emit(frozenset(marks), not marks <= self._marked)

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
        self.model.filter(self.search.text(), self.families.currentData() or "", self.parts.currentData() or "", self.shown.currentData())
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
