"""Esc and Cancel never discard work without a word: what was stopped is told, and one click begins it again as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import FakeCore, analysed, drop

from mixassistant.gui.background.backend import Added
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.progress import Progress


def files(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]


def idle(qtbot: Any, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=10_000)


def press_escape(qtbot: Any, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Escape)
    idle(qtbot, window)


def start_again(window: MainWindow) -> None:
    assert window.message.accept.isVisible() and window.message.accept.text() == "Start again"
    QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)


def test_an_analysis_begins_again_as_it_was_wanted(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_go_on.clear()
    window.session.open_mix(Path("song.wav"), "embedded", stage="finished", absent=("bass",))
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    wanted = window.session.state.coming
    press_escape(qtbot, window)
    assert window.message.text == "Stopped: the analysis of “song.wav”" and window.session.state.coming is None
    start_again(window)
    assert window.session.state.coming == wanted and not window.message.isVisible()
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        core.may_go_on.set()
    assert window.session.state.result.analysis.request.separator == "embedded"


def test_the_demo_begins_again(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_go_on.clear()
    window.session.open_demo("earlier", "working")
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    press_escape(qtbot, window)
    assert window.message.text == "Stopped: the analysis of “Demo song”"
    core.may_go_on.set()
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        start_again(window)
    state = window.session.state
    assert state.is_demo and (state.shown.comparison, state.shown.stage) == ("earlier", "working")


@pytest.mark.parametrize("is_impatient", [False, True])
def test_a_queue_begins_again_also_while_it_still_stops(
    qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path, is_impatient: bool
) -> None:
    core.may_go_on.clear()
    queue = window.session.queue
    drop(window, *files(tmp_path, "one.wav", "two.wav", "three.wav"))
    qtbot.waitUntil(lambda: "50 %" in queue.entries[0].text, timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.message.text == "Stopped: the analysis of 3 mixes"
    if not is_impatient:
        idle(qtbot, window)
        assert [entry.state for entry in queue.entries] == ["cancelled"] * 3
    start_again(window)
    core.may_go_on.set()
    qtbot.waitUntil(lambda: [entry.state for entry in queue.entries] == ["done"] * 3, timeout=10_000)
    assert window.head.title.text() == "one.wav"  # the first that is done is shown, as it was wanted


def test_mixes_that_were_taken_off_the_list_are_queued_again(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    core.may_go_on.clear()
    queue = window.session.queue
    drop(window, *files(tmp_path, "one.wav", "two.wav"))
    qtbot.waitUntil(lambda: "50 %" in queue.entries[0].text, timeout=5000)
    press_escape(qtbot, window)
    queue.clear_finished()
    core.may_go_on.set()
    start_again(window)
    qtbot.waitUntil(lambda: [entry.state for entry in queue.entries] == ["done"] * 2, timeout=10_000)


def test_references_that_were_not_added_yet_are_added_then(
    qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = FakeCore.add_reference

    def held(self: FakeCore, path: Path, separator: str, device: str, progress: Progress, are_stems: bool = False) -> Added:
        while path.name != "a.wav" and not self.may_go_on.wait(0.005):
            progress("Measuring", 0.5)
        return add(self, path, separator, device, progress, are_stems)

    monkeypatch.setattr(FakeCore, "add_reference", held)
    core.may_go_on.clear()
    jobs = window.session.reference_jobs
    drop(window.references, *files(tmp_path, "a.wav", "b.wav", "c.wav"))
    qtbot.waitUntil(lambda: [r.name for r in jobs.references] == ["a"], timeout=10_000)
    press_escape(qtbot, window)
    assert window.message.text == "Stopped: the adding of 2 references"
    core.may_go_on.set()
    start_again(window)
    qtbot.waitUntil(lambda: sorted(r.name for r in jobs.references) == ["a", "b", "c"], timeout=10_000)


def test_all_that_ran_is_told_in_one_line(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    analysed(qtbot, window)
    core.may_go_on.clear()
    window.session.open_mix(Path("next.wav"))
    window.session.queue.add(files(tmp_path, "one.wav"))
    window.session.reference_jobs.add(files(tmp_path, "a.wav"))
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    press_escape(qtbot, window)
    assert window.message.text == "Stopped: the analysis of “next.wav”, the analysis of “one.wav”, the adding of “a.wav”"
    assert window.head.title.text() == "song.wav"  # which has come back


def test_the_line_ends_when_another_mix_is_opened_instead(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_go_on.clear()
    drop(window, Path("song.wav"))
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    press_escape(qtbot, window)
    press_escape(qtbot, window)  # once too often: it stays
    assert window.message.accept.isVisible()
    core.may_go_on.set()
    analysed(qtbot, window, Path("another.wav"))
    assert not window.message.isVisible()


def test_stems_are_written_again(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analysed(qtbot, window)
    written: list[Path] = []

    def export(song: Any, targets: dict[str, Path], subtype: str, progress: Progress) -> None:
        while not core.may_go_on.wait(0.005):
            progress("Writing", 0.5)
        written.extend(targets.values())

    monkeypatch.setattr(core, "export_stems", export)
    core.may_go_on.clear()
    window.session.stems.export({"Bass": tmp_path / "Bass.wav"}, "PCM_24")
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    press_escape(qtbot, window)
    assert window.message.text == "Stopped: the writing of stems" and written == []
    core.may_go_on.set()
    start_again(window)
    qtbot.waitUntil(lambda: written == [tmp_path / "Bass.wav"], timeout=10_000)


def test_escape_without_work_dismisses_what_is_told(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    window.message.tell("cannot read “holiday.jpg”", True)
    press_escape(qtbot, window)
    assert not window.message.isVisible()
