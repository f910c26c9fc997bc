"""Files that leave the window: dragged with the mouse, copied with the keyboard, made beside the window before they are needed."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDrag, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from window_driver import FakeCore, analysed

from mixassistant.advice.audition import with_own_moves
from mixassistant.advice.decision import Decision
from mixassistant.advice.suggestion import Target
from mixassistant.analysis import Request
from mixassistant.audio.audio import Audio
from mixassistant.errors import OutputError
from mixassistant.gui.background import drag_files
from mixassistant.gui.background.drag_files import as_mime
from mixassistant.gui.background.result import Result
from mixassistant.gui.widgets.dragging import dropped_paths
from mixassistant.gui.window import main_window, mix_header
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain
from mixassistant.progress import Progress
from mixassistant.stems.place import Place
from mixassistant.stems.stem import Song, Stem

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
WAIT_MS = 10_000


class StemsCore(FakeCore):
    """Gives every song stems with sound; what is exported waits for `may_write`, outside the window's thread."""

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.may_write = threading.Event()
        self.may_write.set()
        self.written: list[tuple[str, bool]] = []

    def analyze(self, request: Request, progress: Progress) -> Result:
        made = super().analyze(request, progress)
        rng = np.random.default_rng(1)
        stems = tuple(
            Stem(s.name, s.role, "embedded", Audio(rng.normal(0, 0.05, (2, 44100)).astype(np.float32), 44100))
            for s in made.analysis.track.stems
        )
        return replace(made, analysis=replace(made.analysis, song=replace(made.analysis.song, stems=stems)))

    def export_stems(self, song: Song, targets: Mapping[str, Path], subtype: Any, progress: Progress) -> None:
        self._wait(*targets.values())
        super().export_stems(song, targets, subtype, progress)

    def export(self, document: dict[str, Any], path: Path) -> None:
        self._wait(path)
        super().export(document, path)

    def _wait(self, *paths: Path) -> None:
        assert self.may_write.wait(WAIT_MS / 1000)
        is_window = threading.current_thread() is threading.main_thread()
        self.written += [(path.name, is_window) for path in paths]


@pytest.fixture
def core(tmp_path: Path) -> Any:
    made = StemsCore(tmp_path / "library.sqlite3")
    yield made
    made.may_write.set()


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that drags carried away: what begins a drag of the system is the boundary."""
    carried: list[Path] = []

    def carry(drag: QDrag, actions: Qt.DropAction) -> Qt.DropAction:
        assert actions == Qt.DropAction.CopyAction
        data = drag.mimeData()
        assert data.hasFormat("text/uri-list") and all(Path(url.toLocalFile()).is_file() for url in data.urls())
        carried.extend(Path(url.toLocalFile()) for url in data.urls())
        drag.deleteLater()
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", carry)
    return carried


@pytest.fixture
def shown(qtbot: Any, window: MainWindow, core: StemsCore) -> MainWindow:
    analysed(qtbot, window)
    window.views.setCurrentWidget(window.stems)
    qtbot.waitUntil(lambda: window.stems.isVisible(), timeout=2000)
    return window


def press(widget: QWidget, place: QPoint) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=place)


def pull(widget: QWidget, place: QPoint, steps: int = 3) -> None:
    """Move the pressed pointer away, step by step."""
    for step in range(1, steps + 1):
        away = QPoint(0, step * QApplication.startDragDistance())
        _moved(widget, place + away)
    QApplication.processEvents()


def _moved(widget: QWidget, place: QPoint) -> None:
    # QTest moves without the button that is held.
    at = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, QPointF(widget.mapToGlobal(place)), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def release(widget: QWidget, place: QPoint) -> None:
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=place)


def drag(widget: QWidget, qtbot: Any, window: MainWindow) -> None:
    """Press, wait for the file, and pull."""
    place = widget.rect().center()
    press(widget, place)
    qtbot.waitUntil(lambda: not window.session.drag_files.worker.busy, timeout=WAIT_MS)
    pull(widget, place)
    release(widget, place)


def copied() -> list[Path]:
    """Return the files on the clipboard; one that was cleared has no data at all."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return [Path(url.toLocalFile()) for url in data.urls()] if data is not None else []


def bare_place(row: QWidget) -> QPoint:
    """Return a place of a row on which no button lies."""
    return QPoint(4, row.height() // 2)


# Dragging


@pytest.mark.parametrize("where", ["report", "head.title"])
def test_the_report_is_dragged_from_its_button_and_from_the_title(
    qtbot: Any, shown: MainWindow, dragged: list[Path], where: str, core: StemsCore
) -> None:
    drag(attrgetter(where)(shown), qtbot, shown)
    (path,) = dragged
    assert path.name == "song.wav report.html" and b"<html" in path.read_bytes()[:500].lower()
    assert drag_files.folder() in path.parents
    assert core.written == [("song.wav report.html", False)]  # beside the window's thread
    assert not shown.report.isDown()


def test_a_stem_is_dragged_from_its_row_in_the_chosen_format(qtbot: Any, shown: MainWindow, dragged: list[Path]) -> None:
    row = shown.stems.rows[1]
    shown.stems.format.setCurrentText("FLAC, 24 bit")
    place = bare_place(row)
    press(row, place)
    qtbot.waitUntil(lambda: not shown.session.drag_files.worker.busy, timeout=WAIT_MS)
    pull(row, place)
    (path,) = dragged
    samples, rate = soundfile.read(path, always_2d=True, dtype="float32")
    sound = next(s.audio for s in shown.session.state.result.analysis.song.stems if s.name == row.stem.name)
    assert path.name == f"{row.stem.name}.flac" and rate == 44100 and np.abs(samples.T - sound.samples).max() < 1e-6


def test_a_press_on_a_row_s_text_drags_the_row(qtbot: Any, shown: MainWindow, dragged: list[Path]) -> None:
    row = shown.stems.rows[0]
    text = row.findChildren(QWidget, "heading")[0]
    press(text, text.rect().center())
    qtbot.waitUntil(lambda: not shown.session.drag_files.worker.busy, timeout=WAIT_MS)
    pull(row, text.mapTo(row, text.rect().center()))
    assert [path.stem for path in dragged] == [row.stem.name]


def test_a_file_that_is_not_there_yet_is_told_and_the_next_drag_carries_it(
    qtbot: Any, shown: MainWindow, dragged: list[Path], core: StemsCore
) -> None:
    core.may_write.clear()
    row, place = shown.stems.rows[0], bare_place(shown.stems.rows[0])
    press(row, place)
    pull(row, place)
    assert dragged == [] and "is being written" in shown.message.text
    release(row, place)
    core.may_write.set()
    qtbot.waitUntil(lambda: "is ready to be dragged" in shown.message.text, timeout=WAIT_MS)
    press(row, place)
    pull(row, place)
    assert [path.stem for path in dragged] == [row.stem.name] and len(core.written) == 1  # once is enough


def test_pulling_the_button_before_its_file_is_there_is_no_click(
    qtbot: Any, shown: MainWindow, dragged: list[Path], core: StemsCore
) -> None:
    QGuiApplication.clipboard().clear()
    core.may_write.clear()
    place = shown.report.rect().center()
    press(shown.report, place)
    pull(shown.report, place)
    release(shown.report, place)
    core.may_write.set()
    qtbot.waitUntil(lambda: "is ready to be dragged" in shown.message.text, timeout=WAIT_MS)
    assert dragged == [] and not copied() and not shown.report.isDown()


def test_a_drag_does_not_wait_for_an_analysis(qtbot: Any, shown: MainWindow, dragged: list[Path], core: StemsCore) -> None:
    core.may_go_on.clear()
    shown.session.queue.add([Path("other.wav")])
    qtbot.waitUntil(lambda: shown.progress.isVisible(), timeout=5000)
    drag(shown.report, qtbot, shown)
    assert len(dragged) == 1 and shown.progress.isVisible()
    shown.session.cancel()


def test_a_small_movement_is_no_drag(qtbot: Any, shown: MainWindow, dragged: list[Path], opened_files: list[Path]) -> None:
    place = shown.report.rect().center()
    press(shown.report, place)
    qtbot.waitUntil(lambda: not shown.session.drag_files.worker.busy, timeout=WAIT_MS)
    _moved(shown.report, place + QPoint(QApplication.startDragDistance() - 1, 0))
    assert dragged == []
    release(shown.report, place)
    assert [path.name for path in opened_files] == ["song.wav report.html"]  # it was a click


def test_nothing_is_dragged_where_there_is_nothing(qtbot: Any, window: MainWindow, dragged: list[Path], core: StemsCore) -> None:
    assert not window.report.isEnabled()
    for widget in (window.report, window.head.title):
        press(widget, widget.rect().center())
        pull(widget, widget.rect().center())
    analysed(qtbot, window)
    core.may_go_on.clear()
    window.report.setEnabled(False)  # as while another mix is on its way
    press(window.head.title, window.head.title.rect().center())
    pull(window.head.title, window.head.title.rect().center())
    assert dragged == [] and core.written == []


def test_a_file_that_was_deleted_from_the_cache_is_made_again(qtbot: Any, shown: MainWindow, dragged: list[Path], core: StemsCore) -> None:
    drag(shown.report, qtbot, shown)
    dragged[0].unlink()
    drag(shown.report, qtbot, shown)
    assert len(dragged) == 2 and len(core.written) == 2


def test_an_error_while_the_file_is_made_is_told(
    qtbot: Any, shown: MainWindow, dragged: list[Path], core: StemsCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(document: dict[str, Any], path: Path) -> None:
        raise OutputError("disk-full", f"cannot write “{path}”: the disk is full", "free some space and try again")

    monkeypatch.setattr(core, "export", refuse)
    drag(shown.report, qtbot, shown)
    qtbot.waitUntil(lambda: "the disk is full" in shown.message.text, timeout=WAIT_MS)
    assert dragged == []


def test_what_is_dragged_out_is_not_taken_in_again(tmp_path: Path) -> None:
    made = as_mime(tmp_path / "a.wav")
    assert dropped_paths(made) == [] and [Path(url.toLocalFile()) for url in made.urls()] == [tmp_path / "a.wav"]
    others = QMimeData()
    others.setUrls(made.urls())
    assert dropped_paths(others) == [tmp_path / "a.wav"]


# With moves


def test_a_stem_with_its_accepted_moves_is_rendered_at_their_amounts(qtbot: Any, shown: MainWindow, dragged: list[Path]) -> None:
    session = shown.session
    chosen = next(move for move in session.state.result.analysis.moves if move.kind == "level" and not move.place.stem)
    row = next(r for r in shown.stems.rows if r.stem.role == chosen.role)
    session.decide(chosen.id, Decision(True, 0.5))
    shown.stems.moved.setChecked(True)
    shown.stems.format.setCurrentText("WAV, 32 bit float")
    place = bare_place(row)
    press(row, place)
    qtbot.waitUntil(lambda: not session.drag_files.worker.busy, timeout=WAIT_MS)
    pull(row, place)
    (path,) = dragged
    samples, _rate = soundfile.read(path, always_2d=True, dtype="float32")
    sound = next(s.audio for s in session.state.result.analysis.song.stems if s.name == row.stem.name)
    wanted = render(sound, Chain(gain_db=0.5 * chosen.chain.gain_db))
    assert path.stem == f"{row.stem.name} with moves"
    assert np.abs(samples.T - wanted.samples).max() < 1e-5 and np.abs(samples.T - sound.samples).max() > 1e-3


def test_one_of_several_stems_of_a_role_gets_its_own_moves_only(shown: MainWindow) -> None:
    song = shown.session.state.result.analysis.song
    level = next(move for move in shown.session.state.result.analysis.moves if move.kind == "level")
    twice = (replace(song.stems[0], name="KICK", role=level.role), replace(song.stems[1], name="HATS", role=level.role))
    both = replace(song, stems=twice)
    own = replace(level, target=Target(Place(level.role, "KICK"), "KICK", 2))
    kick, hats = (with_own_moves(both, stem, ((own, own.chain),)) for stem in twice)
    assert np.allclose(kick.samples, render(twice[0].audio, Chain(gain_db=level.chain.gain_db)).samples)
    assert np.allclose(hats.samples, twice[1].audio.samples)
    assert np.allclose(with_own_moves(both, twice[0], ((level, level.chain),)).samples, twice[0].audio.samples)  # that is for the bus


# Copying


def test_copy_puts_the_stem_of_the_focused_row_on_the_clipboard(qtbot: Any, shown: MainWindow) -> None:
    QGuiApplication.clipboard().clear()
    row = shown.stems.rows[2]
    row.listen.setFocus()
    QTest.keyClick(row.listen, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: copied() != [], timeout=WAIT_MS)
    (path,) = copied()
    assert path.stem == row.stem.name and path.is_file()
    assert "on the clipboard" in shown.message.text


@pytest.mark.parametrize("by", ["menu", "key"])
def test_the_report_is_copied_by_the_menu_and_by_the_key(qtbot: Any, shown: MainWindow, dragged: list[Path], by: str) -> None:
    QGuiApplication.clipboard().clear()
    if by == "menu":
        action(shown, "Copy it as a file").trigger()
    else:
        shown.report.setFocus()
        QTest.keyClick(shown.report, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: copied() != [], timeout=WAIT_MS)
    (path,) = copied()
    assert path.name == "song.wav report.html" and dragged == []


def action(window: MainWindow, text: str) -> QAction:
    return next(found for found in window.head.more.menu().actions() if found.text() == text)


@pytest.mark.parametrize("by", ["click", "menu", "shortcut"])
def test_the_report_is_opened_as_a_file_of_the_cache(
    qtbot: Any, shown: MainWindow, core: StemsCore, opened_files: list[Path], by: str
) -> None:
    QGuiApplication.clipboard().clear()
    if by == "click":
        QTest.mouseClick(shown.report, Qt.MouseButton.LeftButton)
    elif by == "menu":
        action(shown, "Open the report").trigger()
    else:
        QTest.keyClick(shown, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: opened_files != [], timeout=WAIT_MS)
    (path,) = opened_files
    assert path.name == "song.wav report.html" and b"<html" in path.read_bytes()[:500].lower()
    assert core.written == [("song.wav report.html", False)]  # beside the window's thread
    assert copied() == []


def test_where_no_program_reads_the_report_it_is_told_where_it_is(qtbot: Any, shown: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mix_header, "open_file", lambda path: False)
    QTest.mouseClick(shown.report, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "song.wav report.html" in shown.message.text, timeout=WAIT_MS)
    assert shown.message.property("kind") == "error"


def test_the_report_is_saved_from_its_menu(qtbot: Any, shown: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main_window, "ask_report_path", lambda parent, name: tmp_path / "mine.md")
    with qtbot.waitSignal(shown.session.told, timeout=WAIT_MS):
        action(shown, "Save it as…").trigger()
    assert (tmp_path / "mine.md").is_file()


# The files


def test_the_oldest_files_go_when_the_cache_is_full(
    qtbot: Any, shown: MainWindow, dragged: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mixassistant.stems.cache.limit_of", lambda cache: 1_000_000)
    old = [drag_files.folder() / (f"{number}" * 20) for number in range(3)]
    for entry, age in zip(old, (30, 20, 10), strict=True):
        entry.mkdir(parents=True)
        (entry / "a.wav").write_bytes(b"0" * 450_000)
        os.utime(entry, (1000 - age, 1000 - age))
    drag(shown.report, qtbot, shown)
    assert [entry.exists() for entry in old] == [False, False, True]
    assert len(dragged) == 1


def test_closing_ends_what_is_being_made(qtbot: Any, shown: MainWindow, core: StemsCore) -> None:
    core.may_write.clear()
    press(shown.report, shown.report.rect().center())
    shown.close()
    core.may_write.set()
    assert shown.session.wait(WAIT_MS)
