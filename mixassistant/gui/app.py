"""Starting the window. Heavy libraries are not imported here: they load in the worker, when there is work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from mixassistant import paths
from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.garbage import GarbageCollection
from mixassistant.gui.background.unlocked_loading import UnlockedLoading
from mixassistant.gui.session.session import Session
from mixassistant.gui.widgets.theme import apply_theme, tokens_for
from mixassistant.gui.window.building import ViewBuilding
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.settings import load_settings

# A thread that wants the interpreter waits so long before it asks the one that has it to give way (Python's own: 5 ms). The window's
# thread lets go of it at every call into Qt, and would wait that long each time while a worker computes in Python.
SWITCH_S = 0.0005
# Of the desktop entry, of the icon in it, and of the bundle on macOS: Wayland and Flatpak know a window by it.
APP_ID = "io.github.mixassistant.MixAssistant"


def make_window(core: Core | None = None) -> MainWindow:
    """Return the main window on a new session (an application must exist)."""
    settings = load_settings()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply_theme(app, tokens_for(settings.theme))
    return MainWindow(Session(core or Core(), settings))


def show_window(window: MainWindow, then: Callable[[], None] = lambda: None) -> None:
    """Show a window; when it has been painted, load and build what it can do without until then, and do what follows."""
    building = ViewBuilding(window.plots, then, window)
    window.show()
    # Two rounds of events: the first one paints.
    QTimer.singleShot(0, window, lambda: QTimer.singleShot(0, window, building.go_on))


class FileOpening(QObject):
    """Hears what macOS asks a program that runs: to open files that were double-clicked, or dropped on its icon.

    Each comes as an event of its own; those that come together are told together.
    """

    asked = Signal(list)  # of paths

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._files: list[Path] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the application's events that bring a file."""
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return super().eventFilter(watched, event)
        if not self._files:
            QTimer.singleShot(0, self, self._tell)
        self._files.append(Path(event.file()))
        return True

    def _tell(self) -> None:
        files, self._files = self._files, []
        self.asked.emit(files)


def dress(app: QApplication) -> FileOpening:
    """Give the application its name and picture, and ears for files; Wayland takes the picture from the desktop entry of that name."""
    app.setApplicationName("Mix Assistant")
    QGuiApplication.setDesktopFileName(APP_ID)
    app.setWindowIcon(QIcon(str(paths.resource("icons/mixassistant.svg"))))
    opening = FileOpening(app)
    app.installEventFilter(opening)
    return opening


def prepare() -> None:
    """Let the window's thread have its turn often, and keep others from holding the interpreter while they load."""
    sys.setswitchinterval(SWITCH_S)
    UnlockedLoading().install()


def run(files: Sequence[Path], with_demo: bool) -> int:
    """Open the window, analyse the first file or the demo song; return the exit code when it is closed."""
    prepare()
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    opening = dress(app)
    garbage = GarbageCollection()
    window = make_window()
    opening.asked.connect(window.session.open_mixes)

    def begin() -> None:
        if with_demo:
            window.session.open_demo()
        elif files:
            window.session.open_mixes(files)

    show_window(window, begin)
    window.session.reference_jobs.list()
    code = int(app.exec())
    # The window is gone; what was confirmed is still being kept, and work in the middle of a long step ends with it.
    window.session.close()
    while not window.session.wait(50):
        app.processEvents()
    window.player.wait(5000)  # an output that is being closed, before PortAudio ends
    garbage.stop()
    return code
