"""Dragging: what a drag from a file manager holds, and files that are dragged out of the window."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from mixassistant.gui.background.drag_files import OWN_FILE, DragFiles, Item
from mixassistant.i18n import _


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders of a drag; what was dragged out of our own window is not for us."""
    if data.hasFormat(OWN_FILE):
        return []
    return [_local_path(url) for url in data.urls() if url.isLocalFile()]


def _local_path(url: QUrl) -> Path:
    """Return the path of a local address; a name whose bytes are no text is taken from them, for Qt knows none such."""
    path = url.toLocalFile()
    if os.name == "posix" and "\N{REPLACEMENT CHARACTER}" in path:
        path = os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded)))
    return Path(path)


class DragSource(QObject):
    """Lets a file be dragged from a widget, and copied with the keyboard while the focus is in it.

    Parameters
    ----------
    widget : QWidget
    item : callable
        Returns the file; None: there is none now.
    files : DragFiles
    """

    def __init__(self, widget: QWidget, item: Callable[[], Item | None], files: DragFiles) -> None:
        super().__init__(widget)
        self._widget, self._item, self._files = widget, item, files
        self._pressed: QPoint | None = None
        self._pressed_item: Item | None = None
        self._is_late = False  # the file was not there when the pointer moved, and that was told
        widget.installEventFilter(self)
        widget.setCursor(Qt.CursorShape.OpenHandCursor)
        shortcut = QShortcut(QKeySequence("Ctrl+C"), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.copy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer from the press on."""
        if not isinstance(event, QMouseEvent) or watched is not self._widget or not self._widget.isEnabled():
            return False
        is_button = isinstance(self._widget, QAbstractButton)
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            return self._press(event.position().toPoint()) and not is_button  # a button still goes down
        if event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            return self._move(event.position().toPoint()) or not is_button
        if event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            if self._is_late:  # it was a drag, not a click
                self._is_late = False
                self._lift()
                return True
        return False

    def _press(self, place: QPoint) -> bool:
        item = self._item()
        self._pressed, self._pressed_item, self._is_late = (place if item is not None else None), item, False
        if item is None:
            return False
        self._files.prepare(item)
        return True

    def _move(self, place: QPoint) -> bool:
        """Begin the drag when the pointer has gone far enough; return whether it has."""
        item, start = self._pressed_item, self._pressed
        if item is None or start is None or (place - start).manhattanLength() < QApplication.startDragDistance():
            return False
        if self._files.is_there(item):
            self._pressed, self._is_late = None, False
            self._lift()
            self._files.pulled.emit(item.path)
        elif not self._is_late:
            self._is_late = True
            files, name = self._files, item.path.name
            files.tell(_("“{name}” is being written: drag it again in a moment").format(name=name), False)
            ready = _("“{name}” is ready to be dragged").format(name=name)
            files.prepare(item, lambda: files.tell(ready, False))
        return True

    def _lift(self) -> None:
        if isinstance(self._widget, QAbstractButton):
            self._widget.setDown(False)

    def copy(self) -> None:
        """Copy the file, as soon as it is there."""
        item = self._item()
        if item is not None and self._widget.isEnabled():
            self._files.copy(item)
