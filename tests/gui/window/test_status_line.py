"""The status bar: what was said comes back after a drag, and drags do no harm while a dialog is open."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QDialog
from window_driver import FakeCore, analysed, drop

from mixassistant.gui.session.work import Busy
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.window.status_line import StatusLine

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


def test_the_time_left_is_told_in_steady_words(window: MainWindow) -> None:
    line, told = window.findChildren(StatusLine)[0], []
    for left_s in (None, 190.0, 200.0, 181.0, 100.0, 31.0, 3.0):
        window.session.work.progressed.emit(Busy("Measuring Kick", 0.3, left_s))
        told.append(line.left.text())
    assert told == [
        "estimating…", "about 3 minutes left", "about 3 minutes left", "about 3 minutes left", "about 2 minutes left", "about 30 s left",
        "a few seconds left",
    ]  # fmt: skip
    window.session.work.progressed.emit(None)
    assert not line.left.isVisible()


def test_of_several_references_it_is_told_which_one_it_is(
    qtbot: Any, window: MainWindow, core: FakeCore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    measuring, may_go_on = core.add_reference, threading.Event()

    def slowly(path: Path, separator: str, device: str, progress: Any, are_stems: bool = False) -> Any:
        while not may_go_on.wait(0.005):
            progress("Measuring drums", 0.5)
        return measuring(path, separator, device, progress, are_stems)

    monkeypatch.setattr(core, "add_reference", slowly)
    songs = [tmp_path / f"song {number}.wav" for number in (1, 2, 3)]
    for song in songs:
        song.write_bytes(b"song")
    window.session.reference_jobs.add(songs)
    qtbot.waitUntil(lambda: window.stage.text() == "Reference 1 of 3, song 1.wav: Measuring drums", timeout=5000)
    assert window.findChildren(StatusLine)[0].progress.value() == pytest.approx(1000 / 6, abs=1)
    may_go_on.set()
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 3, timeout=5000)
