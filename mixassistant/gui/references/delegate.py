"""How a reference looks in the list: its title and closeness; artist, genre and tags; loudness, tempo and key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from mixassistant.gui.background.listing import SEPARATOR, Row
from mixassistant.gui.references.model import ReferenceModel
from mixassistant.gui.widgets.theme import SPACE, TYPE_PT, Tokens
from mixassistant.i18n import _

Index = QModelIndex | QPersistentModelIndex

MARK = 14  # px: width of the heart or cross
MARK_COLUMN = MARK + SPACE + SPACE // 2  # px: where a click likes or dislikes
BAR = QSize(34, 3)  # px: of closeness
HEARD_BAR = 3  # px: at the left edge of the row that is heard


def _heart(box: QRectF) -> QPainterPath:
    """Return a heart that fills a box."""
    x, y, w, h = box.x(), box.y(), box.width(), box.height()
    path = QPainterPath(QPointF(x + w / 2, y + h))
    path.cubicTo(x - 0.15 * w, y + 0.55 * h, x + 0.05 * w, y - 0.1 * h, x + w / 2, y + 0.25 * h)
    path.cubicTo(x + 0.95 * w, y - 0.1 * h, x + 1.15 * w, y + 0.55 * h, x + w / 2, y + h)
    return path


def _cross(box: QRectF) -> QPainterPath:
    """Return a cross in a box, to be stroked."""
    path = QPainterPath(box.topLeft())
    path.lineTo(box.bottomRight())
    path.moveTo(box.topRight())
    path.lineTo(box.bottomLeft())
    return path


class ReferenceDelegate(QStyledItemDelegate):
    """Paints three lines a row, all rows of one height, in the theme's colours."""

    def __init__(self, parent: QWidget, tokens: Callable[[], Tokens]) -> None:
        super().__init__(parent)
        self._tokens = tokens

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row."""
        return QSize(0, row_height(option.font))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        model = index.model()
        assert isinstance(model, ReferenceModel)
        row, tokens = model.shown[index.row()], self._tokens()
        rect, state, font = option.rect, option.state, option.font
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_selected:
            painter.fillRect(rect, tokens.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tokens.color("raised"))
        painter.setPen(tokens.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if row.reference.id == model.heard:
            bar = QRect(rect.left(), rect.top(), HEARD_BAR, rect.height() - 1)
            painter.fillRect(bar, tokens.color("on_accent" if is_selected else "accent"))
        self._draw_mark(painter, rect, row, tokens, is_selected)
        remarks = len(model.remarks.get(row.reference.id, ()))
        self._draw_lines(painter, rect, row, model.closeness_of(row), remarks, font, tokens, is_selected)
        if state & QStyle.StateFlag.State_HasFocus and not is_selected:
            painter.setPen(tokens.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -1.5))
        painter.restore()

    def _draw_mark(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens, is_selected: bool) -> None:
        side = MARK * 0.8
        box = QRectF(rect.left() + SPACE + (MARK - side) / 2, rect.center().y() - side / 2, side, side)
        if row.reference.liked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("on_accent" if is_selected else "accent"))
            painter.drawPath(_heart(box))
        else:
            painter.setPen(QPen(tokens.color("on_accent" if is_selected else "quiet"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(_cross(box.adjusted(2, 2, -2, -2)))

    def _draw_lines(
        self,
        painter: QPainter,
        rect: QRect,
        row: Row,
        closeness: float | None,
        remarks: int,
        font: QFont,
        tokens: Tokens,
        is_selected: bool,
    ) -> None:
        front = tokens.color("on_accent" if is_selected else "text")
        quiet = tokens.color("on_accent" if is_selected else "quiet")
        warning = tokens.color("on_accent" if is_selected else "warning")
        area = rect.adjusted(MARK_COLUMN + SPACE // 2, 0, -SPACE, 0)
        title, small = _fonts(font)
        lines: list[tuple[str, QFont, QColor]] = [(row.reference.shown_name, title, front if row.reference.liked else quiet)]
        if row.about:
            lines.append((row.about, small, quiet))
        if row.reference.missing:
            lines.append((_("⚠ File missing"), small, warning))
        else:
            measured = row.measured or _("Not measured")
            odd = (f"⚠ {remarks}{SEPARATOR}{measured}", small, warning)  # the number first: a narrow list cuts the end
            lines.append(odd if remarks else (measured, small, quiet))
        heights = [QFontMetrics(which).height() for _text, which, _color in lines]
        top, taken = rect.top() + (rect.height() - sum(heights)) // 2, 0
        for number, ((text, which, color), height) in enumerate(zip(lines, heights, strict=True)):
            room = QRect(area.left(), top, area.width(), height)
            if number == 0 and closeness is not None:
                taken = self._draw_closeness(painter, room, closeness, small, front, tokens, is_selected) + SPACE
            if number < 2:  # the number stands beside the first line, its bar beside the second
                room.setWidth(area.width() - taken)
            painter.setFont(which)
            painter.setPen(color)
            elide = Qt.TextElideMode.ElideMiddle if number == 0 else Qt.TextElideMode.ElideRight
            shown = painter.fontMetrics().elidedText(text, elide, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            top += height

    @staticmethod
    def _draw_closeness(
        painter: QPainter, room: QRect, closeness: float, font: QFont, front: QColor, tokens: Tokens, is_selected: bool
    ) -> int:
        """Draw the number over its bar at the right of a line; return the width that it takes in px."""
        painter.setFont(font)
        text = f"{round(100 * closeness)} %"
        width = max(painter.fontMetrics().horizontalAdvance("100 %"), BAR.width())
        painter.setPen(front)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
        track = QRectF(room.right() + 1 - width, room.bottom() + 4, width, BAR.height())
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(front if is_selected else tokens.color("band"))
        if is_selected:
            ground.setAlphaF(0.35)
        painter.setBrush(ground)
        painter.drawRoundedRect(track, 1.5, 1.5)
        painter.setBrush(front if is_selected else tokens.color("accent"))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), max(track.width() * closeness, 2.0), track.height()), 1.5, 1.5)
        return width

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Put the editor over the title, wide enough to type in."""
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(MARK_COLUMN, 2, -SPACE // 2, -3))  # all of it: half a line beside the editor looks broken

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fill the editor once: what is being typed outlives a refresh of the list."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line to type a title into."""
        editor = QLineEdit(parent)
        editor.setAccessibleName(_("Title of the reference"))
        editor.setToolTip(_("Only what it is called here; the file keeps its name"))
        return editor


def _fonts(font: QFont) -> tuple[QFont, QFont]:
    """Return the fonts of the title and of the rest."""
    title, small = QFont(font), QFont(font)
    title.setWeight(QFont.Weight.DemiBold)
    small.setPointSize(TYPE_PT["small"])
    return title, small


def row_height(font: QFont) -> int:
    """Return the height of a row in px."""
    title, small = _fonts(font)
    return QFontMetrics(title).height() + 2 * QFontMetrics(small).height() + SPACE + SPACE // 2
