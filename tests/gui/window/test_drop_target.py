"""However full the window is, it says over its middle what a drop there will do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from window_driver import analysed, come_to_rest, drop

from mixassistant.gui.background.drag_files import as_mime
from mixassistant.gui.window.main_window import MainWindow


def hover(window: MainWindow, data: QMimeData) -> bool:
    """Drag something over the window; tell whether it would be taken."""
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, data, buttons, keys)
    event.setAccepted(False)
    window.dragEnterEvent(event)
    return event.isAccepted()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("size", [(900, 560), (1440, 900)])
def test_the_drop_target_is_over_the_whole_middle(qtbot: Any, window: MainWindow, is_full: bool, size: tuple[int, int]) -> None:
    window.resize(*size)
    if is_full:
        analysed(qtbot, window)
    come_to_rest(window)
    target = window.drop_target
    assert not target.isVisible()
    assert hover(window, files(Path("Night drive.wav")))
    assert target.isVisible() and target.text == "Drop to analyse “Night drive.wav”" == target.accessibleName()
    assert target.geometry() == window.pages.rect() and target.visibleRegion().boundingRect() == target.rect()
    window.dragLeaveEvent(QDragLeaveEvent())
    assert not target.isVisible()
    hover(window, files(Path("a.wav"), Path("b.wav"), Path("c.wav")))
    assert target.text == "Drop to analyse 3 mixes, one after another"
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        drop(window, Path("d.wav"))
    assert not target.isVisible()


def test_what_comes_from_the_window_itself_lights_nothing_up(window: MainWindow, tmp_path: Path) -> None:
    assert not hover(window, as_mime(tmp_path / "own.wav")) and not window.drop_target.isVisible()


def test_the_target_follows_the_window(qtbot: Any, window: MainWindow) -> None:
    hover(window, files(Path("a.wav")))
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: window.drop_target.size() == window.pages.size(), timeout=5000)
