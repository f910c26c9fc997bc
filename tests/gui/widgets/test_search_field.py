"""Esc in the search fields of the window: it clears, then leaves, and cancels nothing; elsewhere it cancels the work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from window_driver import FakeCore, analysed, drop

from mixassistant.gui.window.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks


def field_and_rest(window: MainWindow, where: str) -> tuple[QLineEdit, QWidget]:
    if where == "references":
        return window.references.search, window.references.list
    window.views.setCurrentWidget(window.measurements)
    return window.measurements.search, window.measurements.tree


@pytest.mark.parametrize("where", ["references", "measurements"])
def test_escape_clears_a_search_then_leaves_it_and_only_then_cancels_the_work(
    qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path, where: str
) -> None:
    (tmp_path / "liked.wav").write_bytes(b"liked")
    drop(window.references, tmp_path / "liked.wav")
    qtbot.waitUntil(lambda: window.references.list.isVisible(), timeout=5000)
    analysed(qtbot, window)
    qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=5000)
    core.may_go_on.clear()
    window.session.queue.add([tmp_path / "one.wav", tmp_path / "two.wav"])
    qtbot.waitUntil(lambda: window.progress.value() == 500, timeout=5000)
    field, rest = field_and_rest(window, where)
    field.setFocus()
    QTest.keyClicks(field, "liked")
    waiting = ["runs", "waits"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "" and field.hasFocus() and [e.state for e in window.session.queue.entries] == waiting
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert rest.hasFocus() and [e.state for e in window.session.queue.entries] == waiting and window.stage.text() != "Stopping…"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.session.queue.count("cancelled") == 2, timeout=5000)


def test_escape_while_a_title_is_typed_ends_the_typing_and_not_the_work(
    qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path
) -> None:
    (tmp_path / "liked.wav").write_bytes(b"liked")
    drop(window.references, tmp_path / "liked.wav")
    qtbot.waitUntil(lambda: window.references.list.isVisible() and not window.session.work.is_busy, timeout=5000)
    core.may_go_on.clear()
    drop(window, tmp_path / "one.wav")
    qtbot.waitUntil(lambda: window.progress.value() == 500, timeout=5000)
    view = window.references.list
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert window.session.work.is_busy and window.progress.value() == 500 and "Stopping" not in window.stage.text()
    window.session.cancel()
