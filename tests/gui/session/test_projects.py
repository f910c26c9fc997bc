"""The project file in the window: saved, opened, asked about, found again, and never written by what is another song."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import FakeCore, analysed, drop

from mixassistant.advice.decision import Decision
from mixassistant.gui.app import make_window
from mixassistant.gui.window import project_links
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.window.recent_list import PATH, date_text
from mixassistant.project.file import read_project

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")  # which the plugin without a screen lacks


@pytest.fixture(autouse=True)
def nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close windows of projects that are not saved without a question, which nobody would answer."""
    monkeypatch.setattr(project_links, "ask_about_changes", lambda _parent, _name: "leave")


def settle(qtbot: Any, window: MainWindow) -> None:
    """Wait until nothing runs and nothing is to be kept any more."""
    work = window.session.work
    qtbot.waitUntil(lambda: not (work.is_busy or work.keeper.busy or work.reader.busy), timeout=10_000)


def song_at(path: Path, content: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or path.name.encode())
    return path


def opened_song(qtbot: Any, window: MainWindow, path: Path) -> None:
    analysed(qtbot, window, song_at(path))
    settle(qtbot, window)


def saved(qtbot: Any, window: MainWindow, path: Path) -> None:
    window.session.projects.save(path)
    settle(qtbot, window)


def accept_first(window: MainWindow, amount: float = 0.7) -> str:
    state = window.session.state
    assert state.result is not None
    first = state.result.analysis.moves[0].id
    window.session.decide(first, Decision(True, amount))
    return first


def reopened(qtbot: Any, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        drop(window, path)
    settle(qtbot, window)


def test_a_song_without_a_project_asks_nothing_and_has_no_mark(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    accept_first(window)
    assert window.windowTitle() == "song.wav – Mix Assistant" and not window.isWindowModified()
    assert window.projects.may_close()


def test_what_is_saved_comes_back_in_another_library(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    first = accept_first(window)
    window.views.setCurrentIndex(2)
    window.waveform.put_loop((1.0, 2.5), True)
    window.waveform.zoom(2.0, 2.0)
    span = (window.waveform.start_s, window.waveform.end_s)
    saved(qtbot, window, tmp_path / "My song")  # the suffix is added
    assert window.windowTitle() == "My song.mixassistant[*] – song.wav – Mix Assistant" and not window.isWindowModified()
    other = make_window(FakeCore(tmp_path / "elsewhere.sqlite3"))
    qtbot.addWidget(other)
    other.show()
    reopened(qtbot, other, tmp_path / "My song.mixassistant")
    state = other.session.state
    assert state.decisions == {first: Decision(True, 0.7)} and state.source == tmp_path / "song.wav"
    assert other.views.currentIndex() == 2 and other.player.loop == (1.0, 2.5)
    assert (other.waveform.start_s, other.waveform.end_s) == pytest.approx(span)
    assert not other.isWindowModified()
    assert other.session.core.with_library(lambda library: library.answers.decisions(state.result.analysis.track.content_hash))
    other.close()


def test_the_title_marks_what_is_not_saved_and_undo_takes_the_mark_back(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    accept_first(window)
    assert window.isWindowModified() and window.session.projects.is_modified
    window.session.state.undo_stack.undo()
    assert not window.isWindowModified()
    window.session.state.undo_stack.redo()
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert not window.isWindowModified() and len(read_project(tmp_path / "a.mixassistant").decisions) == 1


@pytest.mark.parametrize(("answer", "is_closed", "is_saved"), [("save", True, True), ("leave", True, False), ("stay", False, False)])
def test_closing_asks_about_what_is_not_saved(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_closed: bool, is_saved: bool
) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    accept_first(window)
    asked: list[str] = []
    monkeypatch.setattr(project_links, "ask_about_changes", lambda _parent, name: asked.append(name) or answer)
    window.close()
    if is_closed:
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
        assert window.session.wait(10_000)
    assert asked == ["a"] and window.isVisible() is not is_closed
    assert bool(read_project(tmp_path / "a.mixassistant").decisions) is is_saved


def test_a_project_that_cannot_be_written_keeps_the_window_open(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, folder / "a.mixassistant")
    accept_first(window)
    (folder / "a.mixassistant").unlink()
    folder.rmdir()
    monkeypatch.setattr(project_links, "ask_about_changes", lambda _parent, _name: "save")
    with qtbot.waitSignal(window.session.told, timeout=5000) as told:
        window.close()
    assert told.args[1] and window.isVisible() and window.session.projects.is_modified
    monkeypatch.setattr(project_links, "ask_about_changes", lambda _parent, _name: "leave")


def test_another_song_closes_the_project_and_offers_to_save_it(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    first = accept_first(window)
    opened_song(qtbot, window, tmp_path / "other.wav")
    assert window.session.projects.path is None and "“a” has changes" in window.message.text
    accept_first(window, 1.5)  # of the other song: no part of the project
    QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    project = read_project(tmp_path / "a.mixassistant")
    assert project.decisions == {first: Decision(True, 0.7)}
    assert project.mix.audio is not None and project.mix.audio.path == tmp_path / "song.wav"
    assert window.session.projects.path is None


def test_analysing_the_same_mix_again_leaves_the_project_open(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.compare_again()
    settle(qtbot, window)
    assert window.session.projects.path == tmp_path / "a.mixassistant" and not window.isWindowModified()


def test_audio_that_moved_is_found_beside_the_project(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    (tmp_path / "bounces").mkdir()
    moved = (tmp_path / "song.wav").rename(tmp_path / "bounces" / "final.wav")
    opened_song(qtbot, window, tmp_path / "between.wav")
    reopened(qtbot, window, tmp_path / "a.mixassistant")
    assert window.session.state.source == moved and window.session.projects.path == tmp_path / "a.mixassistant"


def test_missing_audio_is_one_line_and_can_be_found_by_hand(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_song(qtbot, window, tmp_path / "here" / "song.wav")
    first = accept_first(window)
    saved(qtbot, window, tmp_path / "here" / "a.mixassistant")
    (tmp_path / "away").mkdir()
    moved = (tmp_path / "here" / "song.wav").rename(tmp_path / "away" / "renamed.wav")
    opened_song(qtbot, window, tmp_path / "between.wav")
    drop(window, tmp_path / "here" / "a.mixassistant")
    qtbot.waitUntil(lambda: "neither where it was nor beside the project" in window.message.text, timeout=5000)
    settle(qtbot, window)
    assert window.session.state.source == tmp_path / "between.wav"  # nothing is lost
    monkeypatch.setattr(project_links, "ask_for_mix", lambda _parent, _name, _folder: moved)
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.session.state.source == moved and window.session.state.decisions == {first: Decision(True, 0.7)}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{", "is damaged"),
        (json.dumps({"schema": "mixassistant.project/9"}).encode(), "written by a newer Mix Assistant"),
        (json.dumps({"schema": "other"}).encode(), "is not a Mix Assistant project"),
    ],
)
def test_a_file_that_is_no_project_is_one_line_and_nothing_is_lost(
    qtbot: Any, window: MainWindow, tmp_path: Path, data: bytes, told: str
) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    accept_first(window)
    path = song_at(tmp_path / "bad.mixassistant", data)
    with qtbot.waitSignal(window.session.told, timeout=5000):
        drop(window, path)
    settle(qtbot, window)
    assert told in window.message.text and len(window.message.text.splitlines()) == 1
    assert window.session.state.source == tmp_path / "song.wav" and len(window.session.state.decisions) == 1
    assert path.read_bytes() == data


def test_another_song_at_the_same_place_is_opened_without_the_project(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    first = accept_first(window)
    saved(qtbot, window, tmp_path / "a.mixassistant")
    opened_song(qtbot, window, tmp_path / "between.wav")
    song_at(tmp_path / "song.wav", b"something else")
    reopened(qtbot, window, tmp_path / "a.mixassistant")
    assert window.session.projects.path is None and "with another song than lies there now" in window.message.text
    assert read_project(tmp_path / "a.mixassistant").decisions == {first: Decision(True, 0.7)}


def test_references_that_the_library_lacks_are_offered(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    liked = song_at(tmp_path / "liked.wav")
    window.session.reference_jobs.add([liked])
    settle(qtbot, window)
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.rows) == 1, timeout=5000)
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    other = make_window(FakeCore(tmp_path / "elsewhere.sqlite3"))
    qtbot.addWidget(other)
    other.show()
    reopened(qtbot, other, tmp_path / "a.mixassistant")
    assert "1 reference of this project is not in your library" in other.message.text
    QTest.mouseClick(other.message.accept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [row.reference.path for row in other.session.reference_jobs.rows] == [liked], timeout=10_000)
    settle(qtbot, other)
    other.close()


def test_the_first_page_lists_name_folder_and_date_and_marks_what_is_gone(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "gone.wav")
    opened_song(qtbot, window, tmp_path / "Album" / "song.wav")
    saved(qtbot, window, tmp_path / "Album" / "a.mixassistant")
    (tmp_path / "gone.wav").unlink()
    other = make_window(FakeCore(tmp_path / "elsewhere.sqlite3"))
    qtbot.addWidget(other)
    other.session.state.settings = window.session.state.settings
    other.session.state.settled.emit(other.session.state.settings)
    other.show()
    recent = other.start.recent
    settle(qtbot, other)
    rows = [[recent.topLevelItem(row).text(column) for column in range(3)] for row in range(recent.topLevelItemCount())]
    assert [row[0] for row in rows] == ["a.mixassistant", "song.wav", "gone.wav (missing)"]
    assert rows[0][1] == str(tmp_path / "Album") and all(row[2].startswith("today, ") for row in rows)
    recent.setFocus()
    recent.setCurrentItem(recent.topLevelItem(0))
    with qtbot.waitSignal(other.session.state.analysed, timeout=10_000):
        QTest.keyClick(recent, Qt.Key.Key_Return)
    settle(qtbot, other)
    assert other.session.projects.path == tmp_path / "Album" / "a.mixassistant"
    assert recent.topLevelItem(0).data(0, PATH) == str(tmp_path / "Album" / "a.mixassistant")
    other.close()


def test_dates_are_told_as_people_say_them() -> None:
    from PySide6.QtCore import QDate

    today = QDate(2026, 3, 12)
    assert date_text("2026-03-12T12:00:00+00:00", today).startswith("today, ")
    assert date_text("2026-03-11T12:00:00+00:00", today) == "yesterday"
    assert "26" in date_text("2026-01-02T12:00:00+00:00", today)
    assert date_text("", today) == date_text("nonsense", today) == ""


def test_after_a_crash_the_project_is_as_it_was_with_what_was_not_saved(
    qtbot: Any, core: FakeCore, window: MainWindow, tmp_path: Path
) -> None:
    from mixassistant.gui.session.notes import Note
    from mixassistant.gui.session.open_mix import OpenMix

    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    first = accept_first(window)
    settle(qtbot, window)
    note = window.session.recovery._noted
    assert (
        note == Note(OpenMix(tmp_path / "song.wav", "auto"), (), tmp_path / "a.mixassistant") and Note.of_document(note.document()) == note
    )
    other = make_window(core)  # the same library
    qtbot.addWidget(other)
    other.show()
    settle(qtbot, other)
    other.session.recovery._left.note = note
    with qtbot.waitSignal(other.session.state.analysed, timeout=10_000):
        other.session.recovery.accept()
    settle(qtbot, other)
    projects = other.session.projects
    assert projects.path == tmp_path / "a.mixassistant" and projects.is_modified
    assert other.session.state.decisions == {first: Decision(True, 0.7)}
    other.session.projects.save(projects.path)
    settle(qtbot, other)
    assert len(projects.versions) == 1 and not projects.is_modified
    other.close()


def test_a_project_and_mixes_together_open_the_project_and_queue_the_mixes(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    opened_song(qtbot, window, tmp_path / "song.wav")
    saved(qtbot, window, tmp_path / "a.mixassistant")
    song_at(tmp_path / "b.wav")
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        drop(window, tmp_path / "a.mixassistant", tmp_path / "b.wav")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 1, timeout=10_000)
    assert window.session.state.source == tmp_path / "song.wav"


def test_the_demo_song_has_a_project_too(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.open_demo("earlier")
    settle(qtbot, window)
    first = accept_first(window)
    saved(qtbot, window, tmp_path / "demo.mixassistant")
    opened_song(qtbot, window, tmp_path / "other.wav")
    reopened(qtbot, window, tmp_path / "demo.mixassistant")
    state = window.session.state
    assert state.is_demo and state.shown.comparison == "earlier" and first in state.decisions
    assert window.session.projects.path == tmp_path / "demo.mixassistant" and not window.isWindowModified()
