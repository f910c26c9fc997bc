"""After a crash: the last session is offered again, with what was decided; after a clean end nothing is."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from window_driver import FakeCore, analysed, drop

from mixassistant.advice.decision import Decision
from mixassistant.analysis import Request
from mixassistant.errors import InputError
from mixassistant.gui.app import make_window
from mixassistant.gui.background.result import Result
from mixassistant.gui.session import notes
from mixassistant.gui.session.notes import Note, NoteFile, find_leftovers
from mixassistant.gui.session.offer import Offer
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.window.message_bar import MessageBar
from mixassistant.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
TESTS = Path(__file__).resolve().parents[2]
LIMIT_S = 60


class AskedCore(FakeCore):
    """Remembers what it was asked for."""

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.requests: list[Request] = []

    def analyze(self, request: Request, progress: Progress) -> Result:
        self.requests.append(request)
        return super().analyze(request, progress)


@pytest.fixture
def core(tmp_path: Path) -> AskedCore:
    return AskedCore(tmp_path / "library.sqlite3")


@pytest.fixture
def start(qtbot: Any, core: AskedCore) -> Any:
    """Return what starts another window; all are closed in the end."""
    made: list[MainWindow] = []

    def begin() -> MainWindow:
        window = make_window(core)
        qtbot.addWidget(window)
        window.show()
        made.append(window)
        qtbot.waitUntil(lambda: not window.session.work.keeper.busy, timeout=5000)
        return window

    yield begin
    for window in made:
        window.close()
        assert window.session.wait(10_000)


def note_files() -> list[Path]:
    return sorted(notes.folder().glob(notes.NAMES)) if notes.folder().is_dir() else []


def leave(note: Note) -> Path:
    """Leave what a killed window leaves: a note, and a lock of a process that has gone."""
    file = NoteFile()
    file.write(note)
    assert file._lock is not None
    file._lock.unlock()
    lines = [str(gone_process()), "python3", "", "", ""]
    file.path.with_suffix(".lock").write_text("\n".join(lines))
    return file.path


def gone_process() -> int:
    """Return the id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        return process.pid


def noted(window: MainWindow) -> dict[str, Any]:
    """Return what the only note says."""
    (path,) = note_files()
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def settle(qtbot: Any, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.session.work.keeper.busy and not window.session.work.is_busy, timeout=10_000)


@contextmanager
def run_window(core: FakeCore, mix: Path, end: str) -> Iterator[subprocess.Popen[str]]:
    """Run a window in a process of its own until it has decided and kept."""
    words = [sys.executable, str(TESTS / "gui" / "session" / "killed_window.py"), str(core.library), str(mix), end]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    with subprocess.Popen(words, env=known, stdout=subprocess.PIPE, text=True) as process:
        too_long = Timer(LIMIT_S, process.kill)
        too_long.start()
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            too_long.cancel()
            if process.poll() is None:
                process.kill()


# A real process


def test_a_killed_window_is_offered_again_with_its_mix_decisions_amounts_and_queue(
    qtbot: Any, core: AskedCore, start: Callable[[], MainWindow], tmp_path: Path
) -> None:
    mix = tmp_path / "song.wav"
    with run_window(core, mix, "kill") as process:
        beside = start()  # while it lives, its session is nobody else's
        assert not beside.message.isVisible()
        process.kill()  # SIGKILL: it hears nothing of it
        process.wait(LIMIT_S)
    window = start()
    assert window.message.isVisible()
    assert "Mix Assistant did not end as it should." in window.message.text and "“song.wav” again" in window.message.text
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    assert core.requests[0].path == mix and not window.message.isVisible()
    assert list(window.session.state.decisions.values()) == [Decision(True, 0.7)]
    assert window.suggestions.cards and any(card.accept.isChecked() for card in window.suggestions.cards)
    settle(qtbot, window)
    assert [entry.path.name for entry in window.session.queue.entries] == ["waits.wav"]
    assert window.session.state.result.analysis.track.name == "song.wav"  # the queue does not take the screen


def test_a_process_that_closes_its_window_leaves_nothing(core: AskedCore, start: Callable[[], MainWindow], tmp_path: Path) -> None:
    with run_window(core, tmp_path / "song.wav", "close") as process:
        assert process.wait(LIMIT_S) == 0
    assert list(notes.folder().iterdir()) == []
    assert not start().message.isVisible()


# What is noted


def test_a_mix_is_noted_when_it_is_opened_and_forgotten_when_the_window_is_closed(
    qtbot: Any, core: AskedCore, start: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = start()
    assert note_files() == []
    core.may_go_on.clear()
    own = (("bass", tmp_path / "bass.wav"),)
    window.session.open_mix(tmp_path / "song.wav", "embedded", own)
    qtbot.waitUntil(lambda: len(note_files()) == 1, timeout=5000)
    mix = {
        "path": str(tmp_path / "song.wav"),
        "separator": "embedded",
        "replacements": [["bass", str(tmp_path / "bass.wav")]],
        "roles": {},
        "comparison": "others",
        "stream": None,
    }
    assert noted(window) == {"version": 1, "mix": mix, "queue": []}
    window.close()
    assert window.session.wait(10_000)
    assert list(notes.folder().iterdir()) == []


def test_the_note_follows_the_queue(qtbot: Any, core: AskedCore, start: Callable[[], MainWindow], tmp_path: Path) -> None:
    window = start()
    core.may_go_on.clear()
    paths = [tmp_path / name for name in ("a.wav", "b.wav", "c.wav")]
    drop(window, *paths)
    qtbot.waitUntil(lambda: len(note_files()) == 1 and noted(window)["queue"] == [str(p) for p in paths], timeout=5000)
    window.session.queue.cancel(window.session.queue.entries[1])
    qtbot.waitUntil(lambda: noted(window)["queue"] == [str(paths[0]), str(paths[2])], timeout=5000)
    window.session.cancel()
    qtbot.waitUntil(lambda: note_files() == [], timeout=5000)


def test_a_mix_that_failed_is_not_noted_and_the_one_that_is_shown_is(
    qtbot: Any, core: AskedCore, start: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = start()
    analysed(qtbot, window, tmp_path / "good.wav")
    core.fails = InputError
    with qtbot.waitSignal(window.session.told, timeout=5000):
        drop(window, tmp_path / "bad.wav")
    qtbot.waitUntil(lambda: noted(window)["mix"]["path"] == str(tmp_path / "good.wav"), timeout=5000)


# What is offered


def test_accepting_opens_the_mix_with_its_separator_and_its_own_stems(
    qtbot: Any, core: AskedCore, start: Callable[[], MainWindow], tmp_path: Path
) -> None:
    own = (("bass", tmp_path / "bass.wav"),)
    path = leave(Note(OpenMix(tmp_path / "song.wav", "embedded", own)))
    window = start()
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    (request,) = core.requests
    assert (request.path, request.separator, request.replacements) == (tmp_path / "song.wav", "embedded", own)
    settle(qtbot, window)
    assert path not in note_files() and len(note_files()) == 1


def test_the_demo_is_offered_by_its_name(qtbot: Any, core: AskedCore, start: Callable[[], MainWindow]) -> None:
    leave(Note(OpenMix(None)))
    window = start()
    assert "“Demo song” again?" in window.message.text
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    assert window.session.state.is_demo


def test_the_demo_is_offered_beside_what_it_was_compared_with(qtbot: Any, core: AskedCore, start: Callable[[], MainWindow]) -> None:
    left = Note(OpenMix(None, comparison="earlier"))
    assert Note.of_document(left.document()) == left
    leave(left)
    window = start()
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    assert window.session.state.shown.comparison == "earlier"
    assert [request.references for request in core.requests] == [(Path("earlier"),)]


def test_a_queue_without_a_mix_goes_on(qtbot: Any, core: AskedCore, start: Callable[[], MainWindow], tmp_path: Path) -> None:
    leave(Note(None, (tmp_path / "a.wav", tmp_path / "b.wav")))
    window = start()
    assert "2 mixes" in window.message.text
    QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 2, timeout=10_000)
    assert window.session.state.result.analysis.track.name == "a.wav"


def test_dismissing_forgets_it(qtbot: Any, start: Callable[[], MainWindow], tmp_path: Path) -> None:
    leave(Note(OpenMix(tmp_path / "song.wav")))
    window = start()
    QTest.mouseClick(window.message.dismiss, Qt.MouseButton.LeftButton)
    assert not window.message.isVisible()
    settle(qtbot, window)
    assert list(notes.folder().iterdir()) == []
    assert not start().message.isVisible()


def test_nobody_is_asked_about_a_mix_that_was_opened_meanwhile(qtbot: Any, start: Callable[[], MainWindow], tmp_path: Path) -> None:
    song = tmp_path / "song.wav"
    leave(Note(OpenMix(song)))
    window = start()
    qtbot.waitUntil(lambda: "song" in window.message.text and window.message.accept.isVisible(), timeout=5000)
    song.write_bytes(b"a song")
    analysed(qtbot, window, song)
    assert not window.message.accept.isVisible()


def test_a_clean_close_without_an_answer_offers_nothing_the_next_time(start: Callable[[], MainWindow], tmp_path: Path) -> None:
    leave(Note(OpenMix(tmp_path / "song.wav")))
    window = start()
    assert window.message.isVisible()
    window.close()
    assert window.session.wait(10_000)
    assert list(notes.folder().iterdir()) == []


def test_an_offer_is_made_by_one_window_only(start: Callable[[], MainWindow], tmp_path: Path) -> None:
    leave(Note(OpenMix(tmp_path / "song.wav")))
    assert start().message.isVisible()
    assert not start().message.isVisible()


def test_a_window_that_runs_is_not_taken_for_a_crash(qtbot: Any, start: Callable[[], MainWindow], tmp_path: Path) -> None:
    first = start()
    analysed(qtbot, first, tmp_path / "song.wav")
    settle(qtbot, first)
    assert len(note_files()) == 1
    assert not start().message.isVisible() and len(note_files()) == 1


def test_two_crashes_are_one_question_and_lose_nothing(tmp_path: Path) -> None:
    old = leave(Note(OpenMix(tmp_path / "old.wav"), (tmp_path / "a.wav",)))
    os.utime(old, (1, 1))
    leave(Note(OpenMix(tmp_path / "new.wav"), (tmp_path / "b.wav", tmp_path / "old.wav")))
    left = find_leftovers()
    assert left.note.mix == OpenMix(tmp_path / "new.wav")
    assert [path.name for path in left.note.queue] == ["b.wav", "old.wav", "a.wav"]
    assert "“new.wav” again" in left.question and "3 mixes" in left.question
    left.forget()
    assert list(notes.folder().iterdir()) == []


MIX = '"mix": {"path": "x.wav", "separator": "", "replacements": '


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        "\x00\xff",
        '{"version": 2, "mix": null, "queue": []}',
        '{"version": 1, "mix": null}',
        '{"version": 1, "mix": 7, "queue": []}',
        '{"version": 1, "mix": null, "queue": [7]}',
        '{"version": 1, "mix": null, "queue": ["a\\u0000b"]}',
        '{"version": 1, ' + MIX + '[["kazoo", "a.wav"]]}, "queue": []}',
        '{"version": 1, ' + MIX + '[["bass"]]}, "queue": []}',
        '{"version": 1, ' + MIX + '[[["bass"], "a.wav"]]}, "queue": []}',
    ],
    ids=str,
)
def test_a_damaged_note_is_ignored_with_a_line_in_the_log(
    start: Callable[[], MainWindow], damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    notes.folder().mkdir(parents=True)
    path = notes.folder() / "1-00000000.json"
    path.write_bytes(damaged.encode("latin-1"))
    with caplog.at_level(logging.WARNING):
        window = start()
    assert not window.message.isVisible() and not path.exists()
    assert [str(path) in record.getMessage() for record in caplog.records] == [True]


def test_a_folder_that_cannot_be_written_costs_the_offer_only(
    qtbot: Any, start: Callable[[], MainWindow], own_folders: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (own_folders / "data").mkdir()
    (own_folders / "data" / "sessions").write_text("a file")
    window = start()
    with caplog.at_level(logging.WARNING):
        analysed(qtbot, window)
        settle(qtbot, window)
    assert not window.message.isVisible() and "cannot be noted" in caplog.text


def test_a_path_in_any_bytes_survives(tmp_path: Path) -> None:
    note = Note(OpenMix(tmp_path / os.fsdecode(b"k\xfcche.wav"), "", (("vocals", tmp_path / "“ü” 声.wav"),)), (tmp_path / "q.wav",))
    leave(note)
    left = find_leftovers()
    assert left.note == note
    left.forget()


def test_a_note_from_before_there_were_roles_is_read_and_one_with_an_unknown_role_is_not(tmp_path: Path) -> None:
    document = Note(OpenMix(tmp_path, "embedded")).document()
    assert Note.of_document(document) == Note(OpenMix(tmp_path, "embedded"))
    del document["mix"]["roles"]
    assert Note.of_document(document) == Note(OpenMix(tmp_path, "embedded"))
    for damaged in ({"KICK": "flute"}, ["KICK"]):
        document["mix"]["roles"] = damaged
        with pytest.raises(ValueError, match="not roles"):
            Note.of_document(document)


# The message bar


def test_an_offer_stays_above_what_is_told_meanwhile(qtbot: Any) -> None:
    answers: list[str] = []
    page = QWidget()
    qtbot.addWidget(page)
    page.show()
    bar = MessageBar(page)
    bar.offer(Offer("Open it again?", "Open again", lambda: answers.append("yes"), lambda: answers.append("no")))
    for number in range(5):
        bar.tell(f"error {number}", True)
    assert bar.text.splitlines()[0] == "Open it again?" and len(bar.text.splitlines()) == 5
    assert bar.accept.isVisible()
    qtbot.mouseClick(bar.accept, Qt.MouseButton.LeftButton)
    bar.tell("done", False)
    assert answers == ["yes"] and bar.text == "✓ Done" and not bar.accept.isVisible()
    qtbot.mouseClick(bar.dismiss, Qt.MouseButton.LeftButton)
    assert answers == ["yes"]
