"""The status bar: what was said comes back after a drag, and drags do no harm while a dialog is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QDialog
from window_driver import FakeCore, analysed, drop

from mixassistant.gui.window.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks


def hover(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dragEnterEvent(QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, *keys))


def test_what_runs_is_told_again_when_a_drag_leaves(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    core.may_go_on.clear()
    drop(window, tmp_path / "one.wav")
    qtbot.waitUntil(lambda: "drums" in window.stage.text(), timeout=5000)
    hover(window, tmp_path / "two.wav")
    assert window.stage.text() == "Drop to analyse “two.wav”"
    with qtbot.waitSignal(window.session.work.progressed, timeout=5000):
        pass
    assert window.stage.text() == "Drop to analyse “two.wav”"  # the work does not talk over it
    window.dragLeaveEvent(QDragLeaveEvent())
    assert "drums" in window.stage.text()
    window.session.cancel()
    qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=5000)
    hover(window, tmp_path / "two.wav")
    window.dragLeaveEvent(QDragLeaveEvent())
    assert window.stage.text() == "Ready"


def test_a_drop_takes_back_what_was_said_while_it_hovered(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    drop(window, tmp_path / "one.wav")
    assert window.stage.text() == "Ready"  # until the work says what it does
    qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=5000)


@pytest.mark.parametrize("name", ["settings", "taste", "about"])
def test_drops_and_recent_mixes_do_no_harm_while_a_dialog_is_open(qtbot: Any, window: MainWindow, tmp_path: Path, name: str) -> None:
    (tmp_path / "song.wav").write_bytes(b"song")
    analysed(qtbot, window, tmp_path / "song.wav")
    window._present(name, *(() if name == "about" else (window.session,)))
    dialog = next(found for found in window.findChildren(QDialog) if found.isVisible())
    assert QApplication.activeModalWidget() is None  # what it is about can be used beside it
    analysed(qtbot, window, tmp_path / "other.wav")
    with qtbot.waitSignal(window.session.state.analysed, timeout=5000):
        window.session.recent.open(str(tmp_path / "song.wav"))
    window.session.open_mixes([tmp_path / "one.wav", tmp_path / "two.wav"])
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 2, timeout=5000)
    assert dialog.isVisible()
    dialog.reject()
