"""The application around the window: its name and picture for the desktop, and files that the desktop asks it to open."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent, QGuiApplication

from mixassistant.gui.app import APP_ID, FileOpening, dress
from mixassistant.gui.window.main_window import MainWindow


def test_files_that_the_desktop_hands_over_together_are_told_together(qapp: Any, qtbot: Any) -> None:
    opening = FileOpening(qapp)
    qapp.installEventFilter(opening)
    told: list[list[Path]] = []
    opening.asked.connect(told.append)
    try:
        with qtbot.waitSignal(opening.asked):
            for name in ("/music/one.wav", "/music/two.wav"):
                QCoreApplication.sendEvent(qapp, QFileOpenEvent(name))
    finally:
        qapp.removeEventFilter(opening)
    assert told == [[Path("/music/one.wav"), Path("/music/two.wav")]]


def test_a_file_that_is_double_clicked_while_the_window_is_open_is_analysed(
    qapp: Any, qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    opening = dress(qapp)
    opening.asked.connect(window.session.open_mixes)
    try:
        with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
            QCoreApplication.sendEvent(qapp, QFileOpenEvent(str(tmp_path / "song.wav")))
    finally:
        qapp.removeEventFilter(opening)
    assert "song.wav" in window.windowTitle()


def test_the_desktop_knows_the_window_and_its_picture(qapp: Any) -> None:
    qapp.removeEventFilter(dress(qapp))
    assert QGuiApplication.desktopFileName() == APP_ID
    assert {16, 48, 256} <= {qapp.windowIcon().pixmap(size, size).width() for size in (16, 48, 256)}
