"""Runs the program as `python -m mixassistant` does, and tells a test what a person at the screen would know: ``STATE=FILE python -P …``.

The file has, as JSON: what has the keyboard (its name as a screen reader reads it, the middle of it on the screen, its text where it is a
field, its window), how often Tab was pressed and answered, how far the work is, and whether all is at rest, with nothing on its way.
Nothing outside of the program can know these; a test that guesses them by the clock fails on a busy machine.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QKeyEvent, Qt, QWindow
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QProgressBar, QWidget

EVERY_MS = 20
STILL = 3  # looks without a change: what one turn of the loop of events begins, the next may end


class Watcher(QObject):
    """Looks at the program from within its loop of events, and writes what it sees when that has changed."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._file = Path(os.environ["STATE"])
        self._tabs, self._still = 0, 0
        self._arrangement: object = None
        self._told = ""
        application.focusWindowChanged.connect(self._listen)
        application.focusChanged.connect(self._take_completion_away)
        timer = QTimer(self)
        timer.timeout.connect(self._look)
        timer.start(EVERY_MS)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """Count Tab when it is let go: then all that pressing it does at once has been done."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            self._tabs += 1
        return False

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def _take_completion_away(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Qt's file dialog shall complete no path: the list of its proposals takes keys for itself, which ones depends on the clock."""
        if isinstance(now, QLineEdit) and isinstance(now.window(), QFileDialog):
            now.setCompleter(None)

    def _look(self) -> None:
        now = QApplication.focusWidget()
        middle = now.mapToGlobal(now.rect().center()) if now is not None else None
        bars = [bar for window in QApplication.topLevelWidgets() for bar in window.findChildren(QProgressBar) if bar.isVisible()]
        widgets = [widget for window in QApplication.topLevelWidgets() for widget in (window, *window.findChildren(QWidget))]
        arrangement = [(id(widget), widget.geometry().getRect()) for widget in widgets if widget.isVisible()]
        self._still = self._still + 1 if arrangement == self._arrangement else 0
        self._arrangement = arrangement
        state = {
            "focus": now.accessibleName() if now is not None else "",
            "place": [middle.x(), middle.y()] if middle is not None else [],
            "text": now.text() if isinstance(now, QLineEdit) else None,
            "window": now.window().windowTitle() if now is not None else "",
            "has_menu": QApplication.activePopupWidget() is not None,
            "tabs": self._tabs,
            "work": max((bar.value() / bar.maximum() for bar in bars if bar.maximum() > 0), default=0.0) if bars else None,
            "is_at_rest": self._still >= STILL and not bars,
        }
        if (text := json.dumps(state)) != self._told:
            self._told = text
            part = self._file.with_suffix(".part")
            part.write_text(text, encoding="utf-8")
            part.replace(self._file)


def watched(*_arguments: object) -> int:
    """Stand in for `QApplication.exec`, which is entered when the program is there."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setProperty("watcher", Watcher(application))
    return execute()


execute = QApplication.exec
QApplication.exec = watched  # type: ignore[method-assign,assignment]
sys.argv[0] = "mixassistant"
runpy.run_module("mixassistant", run_name="__main__", alter_sys=True)
