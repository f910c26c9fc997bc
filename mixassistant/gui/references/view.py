"""The list as a person handles it: keys, clicks on the mark, the line that shows where a dragged row would go."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QLine, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from mixassistant.gui.references.delegate import MARK_COLUMN, row_height
from mixassistant.gui.references.model import ReferenceModel
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _

DROP_LINE = 2  # px


class ReferenceView(QTableView):
    """A table of one column: Qt's list asks the model for every row by a call whenever it is laid out, and its table does not.

    Signals: `picked` (Enter, or a click), `mark_clicked` (a row), `stepped` (Alt+Up or Alt+Down: −1 or 1).
    """

    picked = Signal(QModelIndex)
    mark_clicked = Signal(QModelIndex)
    stepped = Signal(int)

    def __init__(self, model: ReferenceModel) -> None:
        super().__init__()
        self.setModel(model)
        self._drop_row: int | None = None
        self.setAccessibleName(_("References"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)  # F2 is taken below: on a Mac, Qt edits on Enter
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.viewport().setAcceptDrops(False)  # the panel takes drops, wherever they fall
        self.setAcceptDrops(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.clicked.connect(self._on_click)
        self._set_heights()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the rows as high as their three lines."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._set_heights()

    def _set_heights(self) -> None:
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(row_height(self.font()))

    def _on_click(self, index: QModelIndex) -> None:
        if len(self.selected_rows()) == 1:
            self.picked.emit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a click on the mark; leave the rest to the list."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton and event.position().x() < MARK_COLUMN:
            self.mark_clicked.emit(index)
            event.accept()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick on Enter, rename on F2, move by Alt with the arrows."""
        key, keys = event.key(), event.modifiers()
        current = self.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.picked.emit(current)
        elif key == Qt.Key.Key_F2 and current.isValid():
            self.edit(current)
        elif keys == Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            event.ignore()  # the panel's
        else:
            super().keyPressEvent(event)

    @property
    def is_in_own_order(self) -> bool:
        """Whether rows lie in the user's own order, so that they can be moved."""
        return self._references().wanted.order == "own"

    def reference_at(self, row: int) -> int | None:
        """Return the number of the reference in a row; None behind the last."""
        shown = self._references().shown
        return shown[row].reference.id if row < len(shown) else None

    def selected_rows(self) -> list[int]:
        """Return the selected rows from the top (by ranges: all of ten thousand are one)."""
        ranges = self.selectionModel().selection()
        return sorted(row for i in range(ranges.count()) for row in range(ranges.at(i).top(), ranges.at(i).bottom() + 1))

    def restore(self, selected: set[int], current: int | None) -> None:
        """Select references that are shown, and make one the current one, without scrolling."""
        if current is None and not selected:
            return
        model, selection = self._references(), QItemSelection()
        for row, found in enumerate(model.shown):
            if found.reference.id == current:
                self.selectionModel().setCurrentIndex(model.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            if found.reference.id in selected:
                selection.select(model.index(row, 0), model.index(row, 0))
        if not selection.isEmpty():
            self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _references(self) -> ReferenceModel:
        model = self.model()
        assert isinstance(model, ReferenceModel)
        return model

    # Dragging

    def drop_row(self, position: QPoint) -> int:
        """Return the row in front of which something that is dropped here would go, the number of rows for the end."""
        index = self.indexAt(position)
        if not index.isValid():
            return self.model().rowCount() if self.model().rowCount() and position.y() > 0 else 0
        box = self.visualRect(index)
        return index.row() + (1 if position.y() > box.center().y() else 0)

    def show_drop(self, row: int | None) -> None:
        """Draw the line in front of a row; None: no line."""
        if row != self._drop_row:
            self._drop_row = row
            self.viewport().update()

    def scroll_at_edge(self, position: QPoint) -> None:
        """Scroll while something is dragged near the upper or lower edge."""
        edge, bar = 3 * SPACE, self.verticalScrollBar()
        if position.y() < edge:
            bar.setValue(bar.value() - 2 * SPACE)
        elif position.y() > self.viewport().height() - edge:
            bar.setValue(bar.value() + 2 * SPACE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the list, and the line where a drop would go."""
        super().paintEvent(event)
        if self._drop_row is None:
            return
        count = self.model().rowCount()
        row = min(self._drop_row, count)
        y = (
            self.visualRect(self.model().index(row, 0)).top()
            if row < count
            else self.visualRect(self.model().index(count - 1, 0)).bottom() + 1
        )
        y = min(max(y, DROP_LINE), self.viewport().height() - DROP_LINE)
        painter = QPainter(self.viewport())
        painter.setPen(QPen(self.palette().highlight().color(), DROP_LINE))
        painter.drawLine(QLine(SPACE // 2, y, self.viewport().width() - SPACE // 2, y))
