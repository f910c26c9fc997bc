"""The queue's button in the status bar, and the small list that it opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from mixassistant.gui.session.mix_queue import Entry, MixQueue
from mixassistant.gui.widgets.dialog_frame import present
from mixassistant.gui.widgets.theme import SPACE, TYPE_PT, Tokens
from mixassistant.gui.wording import breakable
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session

Index = QModelIndex | QPersistentModelIndex
MARKS = {"waits": "…", "runs": "▸", "done": "✓", "failed": "⚠", "cancelled": "–"}
COLORS = {"waits": "quiet", "runs": "accent", "done": "good", "failed": "error", "cancelled": "quiet"}
SHOWN_ROWS = 7
WIDTH = 400  # px
MARK = 20  # px


class _Delegate(QStyledItemDelegate):
    """Two lines, the second in the colour of the state, and a bar under the one that runs."""

    def __init__(self, parent: QWidget, tokens: Callable[[], Tokens]) -> None:
        super().__init__(parent)
        self._tokens = tokens

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row."""
        return QSize(0, 2 * option.fontMetrics.height() + 2 * SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        queue = index.model()
        assert isinstance(queue, MixQueue)
        entry, tokens = queue.entries[index.row()], self._tokens()
        state, rect, font = option.state, option.rect, option.font
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, tokens.color("accent"))
        front = tokens.color("on_accent") if is_selected else tokens.color("text")
        inside = rect.adjusted(SPACE, SPACE // 2, -SPACE, -SPACE // 2)
        half = inside.height() // 2
        painter.setFont(font)
        painter.setPen(front if is_selected else tokens.color(COLORS[entry.state]))
        painter.drawText(QRect(inside.left(), inside.top(), MARK, half), Qt.AlignmentFlag.AlignVCenter, MARKS[entry.state])
        lines = inside.adjusted(MARK, 0, 0, 0)
        painter.setPen(front)
        name = painter.fontMetrics().elidedText(readable(entry.path.name), Qt.TextElideMode.ElideMiddle, lines.width())
        painter.drawText(QRect(lines.left(), lines.top(), lines.width(), half), Qt.AlignmentFlag.AlignVCenter, name)
        small = QFont(font)
        small.setPointSize(TYPE_PT["small"])
        painter.setFont(small)
        painter.setPen(front if is_selected else tokens.color("error" if entry.state == "failed" else "quiet"))
        text = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideRight, lines.width())
        painter.drawText(QRect(lines.left(), lines.top() + half, lines.width(), half), Qt.AlignmentFlag.AlignVCenter, text)
        if entry.state == "runs":
            bar = QRect(lines.left(), rect.bottom() - 2, round(lines.width() * entry.fraction), 2)
            painter.fillRect(bar, front if is_selected else tokens.color("accent"))


class QueuePopup(QFrame):
    """What waits, runs and is done; Enter or a click opens, Delete cancels."""

    def __init__(self, session: Session, tokens: Callable[[], Tokens], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self._session, self._queue = session, session.queue
        queue = self._queue
        heading = QLabel(_("Work"))
        heading.setObjectName("heading")
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setObjectName("small")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self.summary)
        self.list = QListView()
        self.list.setModel(queue)
        self.list.setItemDelegate(_Delegate(self.list, tokens))
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(_("Queue of mixes"))
        self.list.setToolTip(_("Click a finished mix to open it; Delete cancels one"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self.open(index))
        self.list.selectionModel().currentChanged.connect(lambda _new, _old: self._refresh())
        self.cancel_one = self._button(_("Cancel"), _("Cancel the selected mix; the others go on (Delete)"), self._cancel)
        self.cancel_all = self._button(_("Cancel all"), _("Cancel everything that waits or runs"), queue.cancel_all)
        self.again = self._button(_("Try again"), _("Queue the selected mix once more"), self._again)
        self.album = self._button(
            _("Album…"), _("The finished mixes as one table: loudness, peaks and tone against each other"), self.show_album
        )
        self.clear = self._button(_("Clear"), _("Take the finished mixes off this list"), queue.clear_finished)
        self.reason = QLabel()
        self.reason.setObjectName("small")
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        buttons = QHBoxLayout()
        for button in (self.cancel_one, self.cancel_all, self.again, self.album, self.clear):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.reason)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH)
        queue.changed.connect(self._refresh)
        self._refresh()

    def _button(self, text: str, tip: str, clicked: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: clicked())
        return button

    def _current(self) -> Entry | None:
        index = self.list.currentIndex()
        return self._queue.entries[index.row()] if index.isValid() and index.row() < len(self._queue.entries) else None

    def _refresh(self) -> None:
        queue, entry = self._queue, self._current()
        self.summary.setText(queue_text(queue))
        self.cancel_one.setEnabled(entry is not None and not entry.is_finished)
        self.cancel_all.setEnabled(queue.count("waits", "runs") > 0)
        self.again.setEnabled(entry is not None and entry.state in ("failed", "cancelled"))
        self.reason.setText(breakable(entry.reason) if entry is not None else "")
        self.reason.setVisible(bool(self.reason.text()))
        self.album.setEnabled(len(queue.album) > 1)
        self.clear.setEnabled(queue.count("done", "failed", "cancelled") > 0)

    def open(self, index: Index) -> None:
        """Show the analysis of a row, where it is done."""
        entry = self._queue.entries[index.row()]
        if entry.state == "done":
            self._queue.open(entry)
            self.hide()

    def show_album(self) -> None:
        """Show the finished mixes as one album, in a window of its own."""
        from mixassistant.gui.window.album_dialog import AlbumDialog

        self.hide()
        parent, session = self.parentWidget(), self._session
        assert parent is not None
        window = parent.window()
        present(window, AlbumDialog, lambda: AlbumDialog(self._queue.album, session.work.keep, session.told.emit, window))

    def _cancel(self) -> None:
        entry = self._current()
        if entry is not None:
            self._queue.cancel(entry)

    def _again(self) -> None:
        entry = self._current()
        if entry is not None:
            self._queue.again(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, cancel on Delete."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.currentIndex().isValid():
            self.open(self.list.currentIndex())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._cancel()
        else:
            super().keyPressEvent(event)

    def pop_up(self, beside: QWidget) -> None:
        """Open above a widget, with a row selected."""
        rows = min(max(self._queue.rowCount(), 1), SHOWN_ROWS)
        self.list.setFixedHeight(rows * self.list.sizeHintForRow(0) + 2 * self.list.frameWidth() if self._queue.entries else 40)
        self.adjustSize()
        corner = beside.mapToGlobal(QPoint(beside.width() - self.width(), -self.height() - SPACE // 2))
        self.move(corner)
        self.show()
        if not self.list.currentIndex().isValid() and self._queue.entries:
            self.list.setCurrentIndex(self._queue.index(0, 0))
        self.list.setFocus()


class QueueButton(QPushButton):
    """Says how far the queue is, and opens its list; hidden while there is none."""

    def __init__(self, session: Session, tokens: Callable[[], Tokens]) -> None:
        super().__init__()
        self._queue = session.queue
        self.setAccessibleName(_("Queue of mixes"))
        self.setToolTip(_("What waits, what runs, what is done (Ctrl+J)"))
        QShortcut(QKeySequence("Ctrl+J"), self, self.click)
        self.popup = QueuePopup(session, tokens, self)
        self.clicked.connect(lambda _checked=False: self.popup.pop_up(self))
        session.queue.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.setText(_("Work: {state}").format(state=queue_text(self._queue)))
        self.setVisible(bool(self._queue.entries))


def queue_text(queue: MixQueue) -> str:
    """Return how far the queue is: ``"2 of 5 done, 1 failed"``."""
    total, failed = len(queue.entries), queue.count("failed")
    text = _("{done} of {total} done").format(done=queue.count("done"), total=total)
    return text + (_(", {failed} failed").format(failed=failed) if failed else "")
