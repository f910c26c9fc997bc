"""Folders of several songs that are dropped as a mix: whole songs are queued, and where they may be stems the user is asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from window_driver import FakeCore, drop

from mixassistant.analysis import Request
from mixassistant.audio.write import write_audio
from mixassistant.gui.app import make_window
from mixassistant.gui.background.result import Result
from mixassistant.gui.session.offer import Offer
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.progress import Progress, silent
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import Look, look
from signals import music


class OpeningCore(FakeCore):
    """Opens what is dropped as the real one does; what it then measures is made up."""

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.opened: list[tuple[str, list[str]]] = []  # names, and those of their stems

    def analyze(self, request: Request, progress: Progress) -> Result:
        song = open_song(request.path, request.stems, request.roles, silent)
        self.opened.append((request.path.name, [stem.name for stem in song.stems]))
        return super().analyze(request, progress)


@pytest.fixture
def core(tmp_path: Path) -> OpeningCore:
    return OpeningCore(tmp_path / "library.sqlite3")


@pytest.fixture
def window(qtbot: Any, core: OpeningCore) -> Iterator[MainWindow]:
    made = make_window(core)
    qtbot.addWidget(made)
    for page in made.plots:  # as the program does before anything is analysed: two threads that import at once get in each other's way
        page.load()
    made.show()
    yield made
    made.close()
    assert made.session.wait(10_000)


def write(folder: Path, **lengths_s: float) -> Path:
    folder.mkdir(parents=True)
    for seed, (name, length_s) in enumerate(lengths_s.items()):
        write_audio(music(seed, length_s), folder / f"{name}.wav")
    return folder


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def hold_looks(core: OpeningCore, monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Have looks at folders wait; return what says that one has begun, and what lets it go on."""
    looks, may_look = threading.Event(), threading.Event()

    def look_late(path: Path, are_stems: bool = False) -> Look:
        looks.set()
        assert may_look.wait(20)
        return look(path, "stems" if are_stems else "")

    monkeypatch.setattr(core, "look", look_late)
    return looks, may_look


def settle(qtbot: Any, window: MainWindow) -> None:
    session = window.session
    qtbot.waitUntil(lambda: session.state.coming is None and not session.work.is_busy and session.queue.running is None, timeout=20_000)


def test_a_folder_of_whole_songs_is_queued(qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path) -> None:
    drop(window, write(tmp_path / "Album", harbour=3.5, lantern=6.0, meadow=9.0))
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 3, timeout=20_000)
    assert core.opened == [("harbour.wav", []), ("lantern.wav", []), ("meadow.wav", [])]
    assert window.message.text == "✓ “Album” holds 3 whole songs: they are analysed one after another"
    assert window.session.state.result.analysis.track.name == "harbour.wav"
    assert not window.message.accept.isVisible()


@pytest.mark.parametrize("answer", ["songs", "stems", "neither", "escape", "escape elsewhere"])
def test_what_may_be_stems_is_asked(qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, answer: str) -> None:
    folder = write(tmp_path / "Tape", one=4.0, two=4.0, three=4.0)  # names that say nothing, but one length
    drop(window, folder)
    qtbot.waitUntil(lambda: window.message.accept.isVisible(), timeout=20_000)
    assert window.message.text == "Are the 3 files in “Tape” whole songs, or the stems of one song?"
    assert core.opened == [] and window.session.queue.entries == []
    bar = window.message
    assert [button.text() for button in (bar.accept, bar.other, bar.dismiss)] == ["Whole songs", "Stems of one song", "Neither"]
    if answer == "escape":
        bar.dismiss.setFocus()
        QTest.keyClick(bar.dismiss, Qt.Key.Key_Escape)
    elif answer == "escape elsewhere":
        QTest.keyClick(window, Qt.Key.Key_Escape)
    else:
        click({"songs": bar.accept, "stems": bar.other, "neither": bar.dismiss}[answer])
    settle(qtbot, window)
    if answer == "songs":
        assert [name for name, _stems in core.opened] == ["one.wav", "three.wav", "two.wav"]
    elif answer != "stems":
        assert core.opened == [] and window.session.queue.entries == [] and window.session.state.result is None
    else:
        assert core.opened == [("Tape", ["one", "three", "two"])]
        assert window.session.state.result.analysis.track.name == "Tape" and window.session.state.source == folder
        window.session.compare_again()  # the answer is remembered
        settle(qtbot, window)
        (folder / "one.wav").rename(folder / "four.wav")  # by which name it was told that they are stems
        window.session.compare_again()
        settle(qtbot, window)
        assert core.opened == [("Tape", ["one", "three", "two"])] * 2 + [("Tape", ["four", "three", "two"])]
    assert not window.message.isVisible()


def test_escape_on_a_question_leaves_the_work_alone_and_elsewhere_cancels_it(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path
) -> None:
    drop(window, write(tmp_path / "Tape", one=4.0, two=4.0))
    qtbot.waitUntil(lambda: window.message.other.isVisible(), timeout=20_000)
    settle(qtbot, window)
    core.may_go_on.clear()
    window.session.queue.add([tmp_path / "Tape" / "one.wav", tmp_path / "Tape" / "two.wav"])
    qtbot.waitUntil(lambda: "50 %" in window.session.queue.entries[0].text, timeout=20_000)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.session.queue.count("cancelled") == 1 and window.message.other.isVisible()
    settle(qtbot, window)
    window.session.queue.again(window.session.queue.entries[0])
    qtbot.waitUntil(lambda: "50 %" in window.session.queue.entries[0].text, timeout=20_000)
    window.message.other.setFocus()
    QTest.keyClick(window.message.other, Qt.Key.Key_Escape)
    assert not window.message.other.isVisible() and window.session.queue.count("runs") == 1
    assert window.message.text == "Stopped: the analysis of 2 mixes"  # which has waited for the answer
    window.session.cancel()


def test_escape_does_not_turn_an_offer_down_that_has_no_such_answer(window: MainWindow) -> None:
    answers: list[str] = []
    window.message.offer(Offer("Open it again?", "Open again", lambda: answers.append("yes"), lambda: answers.append("no")))
    for widget in (window, window.message.accept):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert window.message.accept.isVisible() and answers == []


def test_a_folder_that_is_opened_again_is_asked_about_again(qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path) -> None:
    folder = write(tmp_path / "Tape", one=4.0, two=4.0)
    for answer in (window.message.other, window.message.accept):
        drop(window, folder)
        qtbot.waitUntil(answer.isVisible, timeout=20_000)
        click(answer)
        settle(qtbot, window)
    assert core.opened == [("Tape", ["one", "two"]), ("one.wav", []), ("two.wav", [])]
    window.session.open_stems(folder)
    qtbot.waitUntil(lambda: len(core.opened) == 4, timeout=20_000)
    drop(window, folder)  # what the menu meant is no answer to what is dropped
    qtbot.waitUntil(lambda: window.message.other.isVisible(), timeout=20_000)


def test_several_folders_that_are_dropped_at_once_are_asked_about_one_by_one(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path
) -> None:
    album = write(tmp_path / "Album", harbour=3.5, lantern=6.0, meadow=9.0)
    folders = [write(tmp_path / name, one=4.0, two=4.0) for name in ("a/Tape", "b/Tape", "c/Night")]
    drop(window, album, *folders)
    bar, told = window.message, []
    for answer in (bar.accept, bar.other, bar.other):
        qtbot.waitUntil(answer.isVisible, timeout=20_000)
        told.append(bar.text)
        click(answer)
    assert ["a/Tape" in told[0], "b/Tape" in told[1], "“Night”" in told[2]] == [True] * 3
    settle(qtbot, window)
    stems = ["one", "two"]
    names = [
        ("harbour.wav", []),
        ("lantern.wav", []),
        ("meadow.wav", []),
        ("one.wav", []),
        ("two.wav", []),
        ("Tape", stems),
        ("Night", stems),
    ]
    assert core.opened == names and not bar.isVisible()
    assert window.session.state.result.analysis.track.name == "harbour.wav"


@pytest.mark.parametrize("lengths_s", [{"harbour": 3.5, "lantern": 6.0, "meadow": 9.0}, {"one": 4.0, "two": 4.0}])
def test_a_folder_that_was_opened_as_stems_is_stems_whatever_it_looks_like(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, lengths_s: dict[str, float]
) -> None:
    window.session.open_stems(write(tmp_path / "Takes", **lengths_s))
    qtbot.waitUntil(lambda: core.opened == [("Takes", [*sorted(lengths_s)])], timeout=20_000)
    assert not window.message.isVisible()


@pytest.mark.parametrize("kind", ["stems", "songs"])
def test_what_a_folder_is_comes_too_late_for_what_was_opened_since(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = write(tmp_path / "Mine", mine=5.0) / "mine.wav"
    folder = write(tmp_path / "Takes", harbour=3.5, lantern=6.0, meadow=9.0)
    looks, may_look = hold_looks(core, monkeypatch)
    (window.session.open_stems if kind == "stems" else lambda path: drop(window, path))(folder)
    qtbot.waitUntil(looks.is_set, timeout=20_000)
    drop(window, mine)
    may_look.set()
    settle(qtbot, window)
    assert window.session.state.source == mine and ("mine.wav", []) in core.opened and "Takes" not in dict(core.opened)
    assert [entry.state for entry in window.session.queue.entries] == (["done"] * 3 if kind == "songs" else [])


def test_escape_while_a_folder_is_looked_into_opens_nothing_of_it(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, may_look = hold_looks(core, monkeypatch)
    drop(window, write(tmp_path / "Takes", harbour=3.5, lantern=6.0, meadow=9.0))
    qtbot.waitUntil(looks.is_set, timeout=20_000)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.session.state.coming is None  # however long that look takes
    may_look.set()
    settle(qtbot, window)
    assert core.opened == [] and window.session.queue.entries == []
    assert window.message.text == "Stopped: the analysis of “Takes”"
    assert window.session.state.coming is None


def test_what_no_system_can_look_at_is_refused_and_stops_nothing(qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path) -> None:
    long = tmp_path / ("x" * 300)  # longer than a name may be: the system refuses even to say whether it is a folder
    drop(window, long)
    qtbot.waitUntil(window.message.isVisible, timeout=20_000)
    assert "xxx" in window.message.text
    drop(window, long, write(tmp_path / "Mine", mine=5.0) / "mine.wav")
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 1 and window.session.queue.count("failed") == 1, timeout=20_000)


def test_escape_leaves_a_question_alone_while_a_folder_is_looked_into(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(window, write(tmp_path / "Tape", one=4.0, two=4.0))
    qtbot.waitUntil(window.message.accept.isVisible, timeout=20_000)
    settle(qtbot, window)
    looks, may_look = hold_looks(core, monkeypatch)
    drop(window, write(tmp_path / "Takes", harbour=3.5, lantern=6.0, meadow=9.0))
    qtbot.waitUntil(looks.is_set, timeout=20_000)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    may_look.set()
    settle(qtbot, window)
    assert window.message.accept.isVisible() and core.opened == []


def test_a_folder_that_is_dropped_twice_at_once_is_told_once_and_shown(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    window.session.told.connect(lambda text, _is_error: told.append(text))
    _looks, may_look = hold_looks(core, monkeypatch)
    folder = write(tmp_path / "Takes", harbour=3.5, lantern=6.0, meadow=9.0)
    drop(window, folder)
    drop(window, folder)
    may_look.set()
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 3, timeout=20_000)
    assert len(told) == 1 and window.session.state.source == folder / "harbour.wav"


def test_a_folder_that_is_called_stems_while_it_is_looked_into_is_not_asked_about(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Offer] = []
    window.session.folders.asked.connect(asked.append)
    _looks, may_look = hold_looks(core, monkeypatch)
    folder = write(tmp_path / "Tape", one=4.0, two=4.0)
    drop(window, folder)
    window.session.open_stems(folder)
    may_look.set()
    settle(qtbot, window)
    assert asked == [] and core.opened == [("Tape", ["one", "two"])]


def test_an_older_look_at_a_folder_says_nothing_whatever_was_opened_since(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Offer] = []
    window.session.folders.asked.connect(asked.append)
    _looks, may_look = hold_looks(core, monkeypatch)
    folder, mine = write(tmp_path / "Tape", one=4.0, two=4.0), write(tmp_path / "Mine", mine=5.0) / "mine.wav"
    drop(window, folder)
    window.session.open_stems(folder)
    drop(window, mine)
    may_look.set()
    settle(qtbot, window)
    assert asked == [] and core.opened == [("mine.wav", [])]


def test_the_song_in_a_folder_comes_before_what_waits_in_the_queue(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "Around" / "Inner", drums=4.0, bass=4.0, vocals=4.0).parent
    songs = write(tmp_path / "Album", first=4.0, second=6.0)
    core.may_go_on.clear()
    drop(window, songs / "first.wav", songs / "second.wav")
    qtbot.waitUntil(lambda: len(core.opened) == 1, timeout=20_000)
    looks, may_look = hold_looks(core, monkeypatch)
    drop(window, folder)
    qtbot.waitUntil(looks.is_set, timeout=20_000)
    core.may_go_on.set()
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 1, timeout=20_000)  # while the folder is looked into
    may_look.set()
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 2, timeout=20_000)
    assert [name for name, _stems in core.opened] == ["first.wav", "Inner", "second.wav"]


def test_a_look_that_fails_leaves_nothing_on_its_way(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, are_stems: bool = False) -> Look:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(core, "look", fail)
    drop(window, write(tmp_path / "Tape", one=4.0, two=4.0))
    qtbot.waitUntil(window.message.isVisible, timeout=20_000)
    settle(qtbot, window)
    assert window.session.state.coming is None and "out of memory" in window.message.text


def test_a_folder_that_was_opened_as_stems_stays_that_when_one_of_them_is_called_something(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path
) -> None:
    folder = tmp_path / "Takes"
    folder.mkdir()
    for seed, name in enumerate(("aaa", "bbb", "ccc", "ddd")):
        write_audio(music(seed, 5.0), folder / f"{name}.wav")
    window.session.open_stems(folder)
    settle(qtbot, window)
    window.session.stems.choose_role("bbb", "vocals")
    settle(qtbot, window)
    assert core.opened == [("Takes", ["aaa", "bbb", "ccc", "ddd"])] * 2
    drop(window, folder)  # of which nobody says now what it is
    qtbot.waitUntil(window.message.accept.isVisible, timeout=20_000)


def test_no_words_of_the_window_are_those_of_the_command_line(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "Album", harbour=3.5, lantern=6.0, meadow=9.0)
    monkeypatch.setattr(window.session.core, "look", lambda path: Look("mix", (path,)))  # as if its files had come after it was looked at
    drop(window, folder, write(tmp_path / "Other", meadow=9.0))
    qtbot.waitUntil(lambda: window.session.queue.count("failed") == 1, timeout=20_000)
    (failed,) = (entry for entry in window.session.queue.entries if entry.state == "failed")
    assert "--role" not in failed.reason and "Open a folder of stems" in failed.reason


def test_who_opens_a_folder_of_stems_is_not_asked(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "Tape", one=4.0, two=4.0)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window.choose_stems()
    qtbot.waitUntil(lambda: core.opened == [("Tape", ["one", "two"])], timeout=20_000)


def test_a_folder_around_one_folder_of_stems_is_that_song(qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path) -> None:
    write(tmp_path / "Export" / "Song", drums=4.0, bass=4.0)
    drop(window, tmp_path / "Export")
    qtbot.waitUntil(lambda: core.opened == [("Song", ["bass", "drums"])], timeout=20_000)


def test_a_folder_without_audio_is_still_refused(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "Photos").mkdir()
    (tmp_path / "Photos" / "holiday.jpg").write_bytes(b"")
    with qtbot.waitSignal(window.session.told, timeout=10_000):
        drop(window, tmp_path / "Photos")
    assert "There is no audio in the folder “Photos”" in window.message.text and window.session.queue.entries == []


def test_a_question_waits_for_the_one_before_it(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    for name in ("First", "Second"):
        drop(window, write(tmp_path / name, one=4.0, two=4.0))
        qtbot.waitUntil(lambda: window.message.accept.isVisible(), timeout=20_000)
        settle(qtbot, window)
    assert "“First”" in window.message.text
    QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    assert window.message.isVisible() and "“Second”" in window.message.text
