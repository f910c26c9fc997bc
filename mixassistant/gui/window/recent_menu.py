"""The menu of the recent mixes and projects."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from mixassistant.gui.window.recent_list import date_text
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session

WIDTH = 360  # px that a name takes at most


class RecentMenu(QMenu):
    """Lists the recent mixes and projects, newest first."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(_("Recent"), parent)
        self._session = session
        self._missing: frozenset[str] = frozenset()
        self._entries: list[tuple[QAction, str, str]] = []  # and their paths and names
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(lambda: session.recent.find_missing(self._mark))
        session.state.settled.connect(lambda _settings: self.fill())
        self.fill()

    def fill(self) -> None:
        """List them as the settings name them."""
        opened = self._session.state.settings.recently_opened()
        recent, today = tuple(opened), QDate.currentDate()
        names = [readable(Path(path).name) for path in recent]
        self.clear()
        self._entries = []
        for path, name in zip(recent, names, strict=True):
            shown = name if names.count(name) == 1 else readable(f"{Path(path).parent.name}/{name}")
            shown = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideMiddle, WIDTH)
            action = self.addAction("")
            date = date_text(opened[path], today)
            action.setToolTip(as_plain(_("{path}\nOpened {date}").format(path=readable(path), date=date) if date else readable(path)))
            action.triggered.connect(partial(self._open, path))
            self._entries.append((action, path, shown))
        self._name()
        self.setEnabled(bool(recent))

    def _name(self) -> None:
        for action, path, shown in self._entries:
            text = _("{name} (missing)").format(name=shown) if path in self._missing else shown
            action.setText(text.replace("&", "&&"))  # a letter, not the mark of a key

    def _open(self, path: str, _checked: bool = False) -> None:
        self._session.recent.open(path)

    def _mark(self, missing: frozenset[str]) -> None:
        self._missing = missing
        self._name()
