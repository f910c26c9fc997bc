"""What the window needs beyond its first picture, loaded and built a step at a time without keeping anybody waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer

from mixassistant.gui.views.page import ViewPage

SLICE_S = 0.006  # of the window's thread at a time
DONE = object()


def dialogs() -> dict[str, Any]:
    """Return the kinds of dialogs by the commands that open them, loaded when the first one is asked for."""
    from mixassistant.gui.dialogs.about import AboutDialog
    from mixassistant.gui.dialogs.guide import GuideDialog
    from mixassistant.gui.dialogs.models import ModelsDialog
    from mixassistant.gui.dialogs.settings import SettingsDialog
    from mixassistant.gui.dialogs.shortcuts import ShortcutsDialog
    from mixassistant.gui.dialogs.versions import VersionsDialog
    from mixassistant.gui.suggestions.taste_dialog import TasteDialog

    return {
        "about": AboutDialog,
        "guide": GuideDialog,
        "models": ModelsDialog,
        "settings": SettingsDialog,
        "shortcuts": ShortcutsDialog,
        "taste": TasteDialog,
        "versions": VersionsDialog,
    }


def _touch_qt() -> Iterator[None]:
    """Have Qt's classes made, a slice at a time: PySide makes each when first asked for it, and pyqtgraph asks for all of them at once."""
    from PySide6 import QtCore, QtGui, QtWidgets

    begun = time.monotonic()
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name)
            if time.monotonic() - begun > SLICE_S:
                yield
                begun = time.monotonic()


class ViewBuilding(QObject):
    """Loads what the views draw with, builds them and loads the dialogs: one step at a time, so that the window answers in between.

    All of it in the window's thread: classes of Qt that are made in two threads at once end the process in a segmentation fault.
    """

    def __init__(self, pages: Sequence[ViewPage], then: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._pages, self._then = tuple(pages), then
        self._steps = self._work()
        for page in pages:
            page.is_awaited = True

    def go_on(self) -> None:
        """Do the next step, and the others when the events that wait have been dealt with."""
        if next(self._steps, DONE) is DONE:
            self._then()
        else:
            QTimer.singleShot(0, self, self.go_on)

    def _work(self) -> Iterator[None]:
        yield from _touch_qt()
        for page in self._pages:
            page.load()
            yield
            page.is_awaited = False
            page.build()
            yield
        dialogs()
