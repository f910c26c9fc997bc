"""Where the report goes: the dialog of Qt, filled in as a person would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QMessageBox
from window_driver import FakeCore, analysed

from mixassistant.gui.window.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
LIMIT_MS = 10_000


def when(modal: type, act: Callable[[Any], None], waited_ms: int = 0) -> None:
    """Do something with the modal dialog of a kind, as soon as there is one."""

    def look() -> None:
        found = QApplication.activeModalWidget()
        if isinstance(found, modal) and not getattr(found, "was_met", False):
            found.was_met = True
            act(found)
        elif waited_ms < LIMIT_MS:
            when(modal, act, waited_ms + 20)

    QTimer.singleShot(20, look)


def fill_in(folder: Path, name: str, chosen: str = "") -> Callable[[QFileDialog], None]:
    """Return what picks a filter, types a name and presses Enter."""

    def act(dialog: QFileDialog) -> None:
        filters = dialog.findChild(QComboBox, "fileTypeCombo")
        filters.setCurrentIndex(filters.findText(chosen, Qt.MatchFlag.MatchStartsWith))
        filters.activated.emit(filters.currentIndex())
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        field.setText(str(folder / name))
        QTest.keyClick(field, Qt.Key.Key_Return)

    return act


def exported(qtbot: Any, window: MainWindow, core: FakeCore) -> list[str]:
    qtbot.waitUntil(lambda: not window.session.work.keeper.busy, timeout=LIMIT_MS)
    return [path.name for path in core.exported]


@pytest.mark.parametrize(
    ("chosen", "typed", "written"),
    [
        ("PDF", "report", "report.pdf"),
        ("Markdown", "report", "report.md"),
        ("JSON", "mix v1.2", "mix v1.2.json"),
        ("HTML", "report.pdf", "report.pdf"),
        ("HTML", "REPORT.MD", "REPORT.MD"),
        ("HTML", "song.wav report", "song.wav report.html"),
    ],
)
def test_a_name_gets_the_suffix_of_the_chosen_format_unless_it_has_one(
    qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path, chosen: str, typed: str, written: str
) -> None:
    analysed(qtbot, window)
    when(QFileDialog, fill_in(tmp_path, typed, chosen))
    window.choose_report()
    assert exported(qtbot, window, core) == [written] and (tmp_path / written).stat().st_size > 1000


def test_the_suggested_name_leaves_the_format_open(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    analysed(qtbot, window, Path("mix: “ü”/a.wav"))
    names: list[str] = []

    def act(dialog: QFileDialog) -> None:
        names.append(dialog.findChild(QLineEdit, "fileNameEdit").text())
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    when(QFileDialog, act)
    window.choose_report()
    assert names == ["a.wav report"] and exported(qtbot, window, core) == []


@pytest.mark.parametrize("replaces", [True, False])
def test_a_file_that_is_there_under_the_whole_name_is_written_over_only_if_the_user_says_so(
    qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path, replaces: bool
) -> None:
    analysed(qtbot, window)
    (tmp_path / "report.pdf").write_bytes(b"mine")
    told: list[str] = []

    def answer(box: QMessageBox) -> None:
        told.append(box.text())
        button = next(b for b in box.buttons() if (b.text() == "Replace") is replaces)
        if not replaces:
            when(QFileDialog, fill_in(tmp_path, "other", "PDF"))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def first(dialog: QFileDialog) -> None:
        when(QMessageBox, answer)
        fill_in(tmp_path, "report", "PDF")(dialog)

    when(QFileDialog, first)
    window.choose_report()
    assert told == ["“report.pdf” is there already."]
    assert exported(qtbot, window, core) == (["report.pdf"] if replaces else ["other.pdf"])
    assert ((tmp_path / "report.pdf").read_bytes() == b"mine") is not replaces


def test_the_report_is_that_of_the_mix_for_which_it_was_asked(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    analysed(qtbot, window, Path("first.wav"))

    def act(dialog: QFileDialog) -> None:
        analysed(qtbot, window, Path("second.wav"))  # comes to the screen behind the dialog
        fill_in(tmp_path, "report", "JSON")(dialog)

    when(QFileDialog, act)
    window.choose_report()
    assert exported(qtbot, window, core) == ["report.json"]
    assert "first.wav" in (tmp_path / "report.json").read_text() and window.session.state.result.analysis.track.name == "second.wav"
