"""The recent mixes and projects on the first page: name, folder, and when each was opened last."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session

MOST = 5  # that are shown; the menu has all
WIDTH = 620  # px
SHARES = (0.46, 0.34)  # of the width: name and folder; the rest is the date's
PATH = Qt.ItemDataRole.UserRole


def date_text(opened: str, today: QDate) -> str:
    """Return a date of opening as people say it, from ISO 8601 in UTC; empty where nobody knows it."""
    try:
        moment = datetime.fromisoformat(opened)
    except ValueError:
        return ""
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone()
    date = QDate(local.year, local.month, local.day)
    days = date.daysTo(today)
    if days == 0:
        return _("today, {time}").format(time=f"{local.hour:02}:{local.minute:02}")
    return _("yesterday") if days == 1 else QLocale().toString(date, QLocale.FormatType.ShortFormat)


class RecentList(QTreeWidget):
    """Lists what was opened last, newest first; a click or Enter opens it again."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("roomy")
        self.setAccessibleName(_("Recent mixes and projects"))
        self.setToolTip(_("Click, or press Enter, to open one again"))
        self.setColumnCount(3)
        self.setHeaderLabels([_("Recent"), _("Folder"), _("Opened")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMaximumWidth(WIDTH)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.header().setStretchLastSection(True)
        self.itemClicked.connect(self._open)
        session.state.settled.connect(lambda _settings: self.fill())
        self.fill()

    def fill(self) -> None:
        """List them as the settings name them."""
        self.clear()
        today = QDate.currentDate()
        for path, opened in [*self._session.state.settings.recently_opened().items()][:MOST]:
            place = Path(path)
            item = QTreeWidgetItem([readable(place.name), readable(str(place.parent)), date_text(opened, today)])
            item.setData(0, PATH, path)
            for column in range(3):
                item.setToolTip(column, as_plain(readable(path)))
            self.addTopLevelItem(item)
        self.setVisible(self.topLevelItemCount() > 0)
        if first := self.topLevelItem(0):
            self.setCurrentItem(first)
            self.clearSelection()
        self.updateGeometry()

    def _mark(self, missing: frozenset[str]) -> None:
        for item in filter(None, map(self.topLevelItem, range(self.topLevelItemCount()))):
            path = str(item.data(0, PATH))
            name = readable(Path(path).name)
            item.setText(0, _("{name} (missing)").format(name=name) if path in missing else name)

    def _open(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self._session.recent.open(str(item.data(0, PATH)))

    def sizeHint(self) -> QSize:
        """Take the height of its rows."""
        return QSize(WIDTH, self._height(self.topLevelItemCount()))

    def minimumSizeHint(self) -> QSize:
        """Show two rows at least, where there are as many: in a low window the others are scrolled to."""
        return QSize(WIDTH // 2, self._height(min(self.topLevelItemCount(), 2)))

    def _height(self, rows: int) -> int:
        row = self.sizeHintForRow(0) if self.topLevelItemCount() else QFontMetrics(self.font()).lineSpacing()
        return self.header().sizeHint().height() + rows * row + 2 * self.frameWidth() + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width."""
        super().resizeEvent(event)
        for column, share in enumerate(SHARES):
            self.setColumnWidth(column, round(share * self.viewport().width()))

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the disk, beside the window, which of them are gone."""
        super().showEvent(event)
        self._session.recent.find_missing(self._mark)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter what is chosen."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentItem())
        else:
            super().keyPressEvent(event)
