"""Starting the window. Heavy libraries are not imported here: they load in the worker, when there is work."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from mixassistant.gui.core import Core
from mixassistant.gui.garbage import GarbageCollection
from mixassistant.gui.main_window import MainWindow
from mixassistant.gui.session import Session
from mixassistant.gui.theme import apply_theme, tokens_for
from mixassistant.settings import load_settings


def make_window(core: Core | None = None) -> MainWindow:
    """Return the main window on a new session (an application must exist)."""
    settings = load_settings()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply_theme(app, tokens_for(settings.theme))
    return MainWindow(Session(core or Core(), settings))


def run(files: Sequence[Path], with_demo: bool) -> int:
    """Open the window, analyse the first file or the demo song; return the exit code when it is closed."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("Mix Assistant")
    garbage = GarbageCollection()
    window = make_window()
    window.show()
    window.session.list_references()
    if with_demo:
        window.session.open_demo()
    elif files:
        window.session.open_mix(files[0])
    code = int(app.exec())
    # The window is gone; what was confirmed is still being kept, and work in the middle of a long step ends with it.
    window.session.close()
    while not window.session.wait(50):
        app.processEvents()
    garbage.stop()
    return code
