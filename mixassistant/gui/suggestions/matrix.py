"""The matrix of where a mix stands: a table whose cells are painted, for the pointer, the arrow keys and screen readers."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from mixassistant.gui.suggestions.standing_cells import COLUMNS, GROUPS, Cell, Matrix
from mixassistant.gui.widgets.theme import SPACE, TYPE_PT, Tokens
from mixassistant.i18n import _
from mixassistant.profiles.standing import TONE
from mixassistant.report.standing_words import dimension_name
from mixassistant.report.wording import role_name
from mixassistant.stems.place import PARTS

Index = QModelIndex | QPersistentModelIndex
ROW, HEAD = 24, 18  # px
NARROWEST = 11  # px: of a band
BAND_SHARE = 0.05  # of the width, that a band takes
TINT = 0.22  # of the colour of a side, at the edge
GAP = 1.5  # px on each side of a cell
MARK = 4.5  # px: half the width of an arrow
SUGGESTED = 2.0  # px: the line under what a suggestion answers
LEGEND = _(
    "An arrow down: less than the middle half of them, up: more. Pale: in the range of eight out of ten; full: beyond it. "
    "A line under a cell: a suggestion goes there."
)
PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def mark_color(cell: Cell, tokens: Tokens) -> QColor:
    """Return the colour of the side that a cell lies on."""
    return tokens.color("low" if cell.side < 0 else "high")


class StandingModel(QAbstractTableModel):
    """The cells as Qt asks for them: nothing is displayed as text, everything is told to who hovers or listens."""

    def __init__(self) -> None:
        super().__init__()
        self.matrix = Matrix()

    def show(self, matrix: Matrix) -> None:
        """Show other cells."""
        self.beginResetModel()
        self.matrix = matrix
        self.endResetModel()

    def cell(self, index: Index) -> Cell:
        """Return a cell."""
        return self.matrix.rows[index.row()][index.column()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of places."""
        return 0 if parent.isValid() else len(self.matrix.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of dimensions."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says to the pointer and to a screen reader."""
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<qt>{escape(self.cell(index).text)}</qt>"  # rich text is broken into lines
        return self.cell(index).text if role == Qt.ItemDataRole.AccessibleTextRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a place, and of a dimension to who hovers or listens: over the columns stand their groups."""
        if orientation == Qt.Orientation.Vertical:
            name = role_name(self.matrix.rows[section][0].place)
            return name if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        return dimension_name(COLUMNS[section]) if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole) else None


class CellDelegate(QStyledItemDelegate):
    """Paints a cell: a field that is filled the more the farther out it is, and an arrow to the side that it lies on."""

    def __init__(self, parent: QTableView, tokens: Callable[[], Tokens]) -> None:
        super().__init__(parent)
        self._tokens = tokens

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell."""
        model, tokens = index.model(), self._tokens()
        assert isinstance(model, StandingModel)
        cell, field = model.cell(index), QRectF(option.rect).adjusted(GAP, GAP, -GAP, -GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if cell.zone == "unknown":
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.drawLine(field.center() - QPointF(2.5, 0), field.center() + QPointF(2.5, 0))
        else:
            painter.setBrush(self._fill(cell, tokens))
            painter.drawRoundedRect(field, 3, 3)
            self._draw_arrow(painter, field.center(), cell, tokens)
        if cell.suggested:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("after"))
            painter.drawRoundedRect(QRectF(field.left(), option.rect.bottom() - SUGGESTED + 1, field.width(), SUGGESTED), 1, 1)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawRoundedRect(field, 3, 3)
        painter.restore()

    @staticmethod
    def _fill(cell: Cell, tokens: Tokens) -> QColor:
        if cell.zone == "inside":
            return tokens.color("band")
        color = mark_color(cell, tokens)
        if cell.zone == "edge":
            color.setAlphaF(TINT)
        return color

    @staticmethod
    def _draw_arrow(painter: QPainter, middle: QPointF, cell: Cell, tokens: Tokens) -> None:
        if not cell.side:
            return
        tip, foot = cell.side * -MARK, cell.side * MARK * 0.7
        across = MARK
        arrow = QPolygonF([middle + QPointF(-across, foot), middle + QPointF(across, foot), middle + QPointF(0, tip)])
        painter.setBrush(tokens.color("panel" if cell.zone == "outside" else "text"))
        painter.drawPolygon(arrow)


class GroupHeader(QHeaderView):
    """Headings that stand over several columns, each in the longest form that there is room for."""

    def __init__(self, parent: QTableView, tokens: Callable[[], Tokens]) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._tokens = tokens
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(NARROWEST)
        self.setFixedHeight(HEAD)
        self.setAccessibleName(_("Dimensions"))

    def sizeHint(self) -> QSize:
        """Return a height that needs no text."""
        return QSize(super().sizeHint().width(), HEAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the groups, and not the columns one by one."""
        painter = QPainter(self.viewport())
        painter.setPen(self._tokens().color("quiet"))
        font = QFont(self.font())
        for size in (TYPE_PT["small"], TYPE_PT["small"] - 1):
            font.setPointSize(size)
            placed = self._placed(QFontMetrics(font))
            if all(is_whole for _place, _name, is_whole in placed):
                break
        painter.setFont(font)
        for place, name, _is_whole in placed:
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)

    def _placed(self, metrics: QFontMetrics) -> list[tuple[QRect, str, bool]]:
        """Return where the groups stand, what they are called there, and whether that fits."""
        found, first = [], 0
        for names, count in GROUPS:
            left, last = self.sectionViewportPosition(first), first + count - 1
            room = self.sectionViewportPosition(last) + self.sectionSize(last) - left
            fitting = [name for name in names if metrics.horizontalAdvance(name) <= room - 2 * GAP]
            found.append((QRect(left, 0, room, HEAD), (fitting or names[-1:])[0], bool(fitting)))
            first += count
        return found


class PlaceHeader(QHeaderView):
    """The names of the places, each in its colour."""

    def __init__(self, parent: QTableView, tokens: Callable[[], Tokens]) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._tokens = tokens
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(ROW)
        self.setDefaultSectionSize(ROW)

    def sizeHint(self) -> QSize:
        """Return as little width as the names need."""
        names = [role_name(part) for part in PARTS]
        return QSize(max(self.fontMetrics().horizontalAdvance(name) for name in names) + SPACE, super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Draw a name."""
        model = self.model()
        assert isinstance(model, StandingModel)
        part = model.matrix.rows[logicalIndex][0].place
        painter.setPen(self._tokens().color(part))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, role_name(part))


class StandingTable(QTableView):
    """The matrix. Arrow keys go from cell to cell, Tab leads out; a click, Enter or Space wants to see the place.

    Signals: `pointed` (the `Cell` under the pointer or the arrow keys) and `wanted` (the `Cell` that was chosen).
    """

    pointed = Signal(object)
    wanted = Signal(object)

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens_now = tokens
        self.cells = StandingModel()
        self.setModel(self.cells)
        self.setItemDelegate(CellDelegate(self, lambda: self._tokens_now))
        self.setHorizontalHeader(GroupHeader(self, lambda: self._tokens_now))
        self.setVerticalHeader(PlaceHeader(self, lambda: self._tokens_now))
        self.setObjectName("plain")
        self.setAccessibleName(_("Where you stand"))
        self.setAccessibleDescription(LEGEND + " " + _("Arrow keys go from cell to cell; Enter shows the place in the views."))
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        for corner in self.findChildren(QAbstractButton):
            corner.setAccessibleName(_("What the marks mean"))
            corner.setToolTip(LEGEND)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.entered.connect(lambda index: self.pointed.emit(self.cells.cell(index)))
        self.clicked.connect(lambda index: self.wanted.emit(self.cells.cell(index)))

    @property
    def current(self) -> Cell | None:
        """The cell that the arrow keys have reached."""
        index = self.currentIndex()
        return self.cells.cell(index) if index.isValid() else None

    def show_matrix(self, matrix: Matrix) -> None:
        """Show other cells, beginning at the largest difference; the cell that was looked at stays that where it is there."""
        before, has_keyboard = self.current, self.hasFocus()
        self.cells.show(matrix)
        self.setFixedHeight(HEAD + ROW * len(matrix.rows))
        row, column = matrix.farthest
        if has_keyboard and before is not None:
            rows = [cells[0].place for cells in matrix.rows]
            column = COLUMNS.index(before.dimension)
            row = rows.index(before.place) if before.place in rows else row
        if matrix.rows:
            self.setCurrentIndex(self.cells.index(row, column))
        self._fit()

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens_now = tokens
        self.viewport().update()
        self.horizontalHeader().viewport().update()
        self.verticalHeader().viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which cell the keyboard is at."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.pointed.emit(self.cells.cell(current))

    def event(self, event: QEvent) -> bool:
        """Keep the keys that choose a cell from being shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in PRESSING:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a cell."""
        cell = self.current
        if event.key() in PRESSING and not event.modifiers() and cell is not None:
            self.wanted.emit(cell)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell of the keyboard's cell again."""
        super().leaveEvent(event)
        if self.current is not None:
            self.pointed.emit(self.current)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame off the cell."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give bands narrow columns and the other dimensions the rest, to the last pixel."""
        room = self.viewport().width()
        band = max(NARROWEST, round(BAND_SHARE * room))
        bands = len(TONE)
        rest, others = max(room - bands * band, 0), len(COLUMNS) - bands
        seen = 0
        for place, column in enumerate(COLUMNS):
            if column in TONE:
                self.setColumnWidth(place, band)
            else:
                self.setColumnWidth(place, max(rest * (seen + 1) // others - rest * seen // others, NARROWEST))
                seen += 1
