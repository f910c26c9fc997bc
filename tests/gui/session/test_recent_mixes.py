"""The menu of recent mixes: names however long and odd, files that have gone, folders that are stems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import FakeCore, analysed, drop

from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.window.recent_menu import WIDTH

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")  # which the plugin without a screen lacks


def opened(qtbot: Any, window: MainWindow, *paths: Path) -> None:
    """Open mixes, the last one most recently."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.name.encode())
        analysed(qtbot, window, path)


def pop_up(qtbot: Any, window: MainWindow) -> list[str]:
    """Open the menu and return what it says when the disk has been asked."""
    window.recent.popup(window.mapToGlobal(window.rect().center()))
    qtbot.waitUntil(lambda: not window.session.work.reader.busy, timeout=5000)
    return [action.text() for action in window.recent.actions()]


def press(window: MainWindow, row: int) -> None:
    for _step in range(row + 1):
        QTest.keyClick(window.recent, Qt.Key.Key_Down)
    QTest.keyClick(window.recent, Qt.Key.Key_Return)


def test_names_are_short_literal_and_told_apart_and_the_tooltip_says_where_they_are(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    paths = [tmp_path / ("a" * 200 + " v2.wav"), tmp_path / "Rhythm & Blues.wav", tmp_path / "x" / "mix.wav", tmp_path / "y" / "mix.wav"]
    opened(qtbot, window, *paths)
    texts = pop_up(qtbot, window)
    assert texts[:3] == ["y/mix.wav", "x/mix.wav", "Rhythm && Blues.wav"]
    assert "…" in texts[3] and texts[3].endswith("v2.wav") and window.recent.fontMetrics().horizontalAdvance(texts[3]) <= WIDTH
    assert [action.toolTip().splitlines()[0] for action in window.recent.actions()] == [str(path) for path in reversed(paths)]
    assert all("Opened today" in action.toolTip() for action in window.recent.actions())
    assert window.recent.toolTipsVisible()
    window.recent.hide()


def test_a_mix_that_has_gone_is_marked_and_choosing_it_takes_it_off(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened(qtbot, window, tmp_path / "kept.wav", tmp_path / "gone.wav")
    (tmp_path / "gone.wav").unlink()
    assert pop_up(qtbot, window) == ["gone.wav (missing)", "kept.wav"]
    with qtbot.waitSignal(window.session.told, timeout=5000):
        press(window, 0)
    assert window.message.text == "⚠ “gone.wav” is not there any more, and was taken off the recent mixes"
    assert pop_up(qtbot, window) == ["kept.wav"]
    with qtbot.waitSignal(window.session.state.analysed, timeout=5000):
        press(window, 0)
    assert window.session.state.source == tmp_path / "kept.wav"


def test_a_recent_folder_is_opened_as_the_stems_that_it_was(qtbot: Any, window: MainWindow, tmp_path: Path, core: FakeCore) -> None:
    (tmp_path / "Tape").mkdir()
    analysed(qtbot, window, tmp_path / "Tape")
    assert pop_up(qtbot, window) == ["Tape"]
    with qtbot.waitSignal(window.session.state.analysed, timeout=5000):
        press(window, 0)
    assert window.session.folders.called(tmp_path / "Tape").are_stems


def test_a_recent_mix_that_is_found_late_does_not_come_over_a_newer_one(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened(qtbot, window, tmp_path / "old.wav", tmp_path / "now.wav")
    window.session.recent.open(str(tmp_path / "old.wav"))
    drop(window, tmp_path / "now.wav")
    qtbot.waitUntil(lambda: not window.session.work.reader.busy and not window.session.work.is_busy, timeout=5000)
    assert window.session.state.source == tmp_path / "now.wav"
