"""The queue of mixes, driven as a person would: several dropped at once, cancelled, tried again, opened by a click."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from window_driver import FakeCore, drop

from mixassistant.advice.decision import Decision
from mixassistant.analysis import Request
from mixassistant.errors import InputError
from mixassistant.gui.background.result import Result
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.progress import Progress

# Of the plugin without a screen.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class PickyCore(FakeCore):
    """Refuses mixes named “bad…”."""

    def analyze(self, request: Request, progress: Progress) -> Result:
        if request.path.stem.startswith("bad"):
            raise InputError("not-audio", f"cannot read “{request.path.name}” as audio", "choose another file")
        return super().analyze(request, progress)


@pytest.fixture
def core(tmp_path: Path) -> PickyCore:
    return PickyCore(tmp_path / "library.sqlite3")


def settled(qtbot: Any, window: MainWindow, condition: Callable[[], bool]) -> None:
    session = window.session
    qtbot.waitUntil(lambda: condition() and not (session.work.is_busy or session.work.keeper.busy), timeout=10_000)


def mixes(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]


def states(window: MainWindow) -> list[str]:
    return [entry.state for entry in window.session.queue.entries]


def test_several_mixes_are_queued_and_the_first_that_is_done_is_shown(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    assert not window.queue.isVisible()
    drop(window, *mixes(tmp_path, "one.wav", "bad.wav", "three.wav"))
    settled(qtbot, window, lambda: states(window) == ["done", "failed", "done"])
    assert window.session.state.result.analysis.track.name == "one.wav"
    assert window.queue.isVisible() and window.queue.text() == "Work: 2 of 3 done, 1 failed"
    assert "cannot read “bad.wav”" in window.session.queue.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    popup = window.queue.popup
    popup.list.setCurrentIndex(window.session.queue.index(1, 0))
    assert popup.reason.text().startswith("cannot read “bad.wav” as audio")


def test_a_finished_mix_is_opened_by_a_click_with_its_decisions(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    drop(window, *mixes(tmp_path, "one.wav", "two.wav"))
    settled(qtbot, window, lambda: states(window) == ["done", "done"])
    card = window.suggestions.move_cards[0]
    window.session.decide(card.suggestion.id, Decision(True))
    decided = dict(window.session.state.decisions)
    for row, name in ((1, "two.wav"), (0, "one.wav")):
        QTest.mouseClick(window.queue, LEFT)
        popup = window.queue.popup
        assert popup.isVisible() and not popup.grab().isNull()
        with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
            QTest.mouseClick(popup.list.viewport(), LEFT, NONE, popup.list.visualRect(popup.list.model().index(row, 0)).center())
        assert window.session.state.result.analysis.track.name == name and not popup.isVisible()
    assert window.session.state.decisions == decided != {}


def test_a_result_that_had_to_go_is_analysed_again(qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixassistant.gui.session.mix_queue.KEPT_BYTES", 1)
    drop(window, *mixes(tmp_path, "one.wav", "two.wav"))
    settled(qtbot, window, lambda: states(window) == ["done", "done"])
    queue = window.session.queue
    assert [entry.result for entry in queue.entries] == [None, None]
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        queue.open(queue.entries[1])
    assert window.session.state.result.analysis.track.name == "two.wav"


def test_one_of_the_queue_is_cancelled_and_tried_again(qtbot: Any, window: MainWindow, core: PickyCore, tmp_path: Path) -> None:
    core.may_go_on.clear()
    drop(window, *mixes(tmp_path, "one.wav", "two.wav", "three.wav"))
    queue = window.session.queue
    qtbot.waitUntil(lambda: "50 %" in queue.entries[0].text, timeout=5000)
    assert states(window) == ["runs", "waits", "waits"]
    QTest.mouseClick(window.queue, LEFT)
    popup = window.queue.popup
    popup.list.setCurrentIndex(queue.index(1, 0))
    QTest.keyClick(popup.list, Qt.Key.Key_Delete)
    assert states(window) == ["runs", "cancelled", "waits"]
    popup.list.setCurrentIndex(queue.index(0, 0))
    QTest.mouseClick(popup.cancel_one, LEFT)
    core.may_go_on.set()
    settled(qtbot, window, lambda: states(window) == ["cancelled", "cancelled", "done"])
    popup.list.setCurrentIndex(queue.index(1, 0))
    QTest.mouseClick(popup.again, LEFT)
    settled(qtbot, window, lambda: states(window) == ["cancelled", "done", "done"])
    QTest.mouseClick(popup.clear, LEFT)
    assert states(window) == [] and not window.queue.isVisible()
    popup.hide()


@pytest.mark.parametrize("by", ["button", "escape"])
def test_all_of_the_queue_is_cancelled(qtbot: Any, window: MainWindow, core: PickyCore, tmp_path: Path, by: str) -> None:
    core.may_go_on.clear()
    drop(window, *mixes(tmp_path, "one.wav", "two.wav"))
    qtbot.waitUntil(lambda: "50 %" in window.session.queue.entries[0].text, timeout=5000)
    if by == "button":
        QTest.mouseClick(window.queue.popup.cancel_all, LEFT)
    else:
        QTest.keyClick(window, Qt.Key.Key_Escape)
    settled(qtbot, window, lambda: states(window) == ["cancelled", "cancelled"])
    assert window.session.state.result is None


def test_what_the_user_opens_meanwhile_stays_on_the_screen(qtbot: Any, window: MainWindow, core: PickyCore, tmp_path: Path) -> None:
    core.may_go_on.clear()
    drop(window, *mixes(tmp_path, "one.wav", "two.wav"))
    drop(window, *mixes(tmp_path, "mine.wav"))
    core.may_go_on.set()
    settled(qtbot, window, lambda: states(window) == ["done", "done"])
    assert window.session.state.result.analysis.track.name == "mine.wav"


def test_several_are_opened_by_the_menu(qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = mixes(tmp_path, "one.wav", "two.wav")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([str(path) for path in paths], ""))
    window.choose_mix()
    settled(qtbot, window, lambda: states(window) == ["done", "done"])


# Beside an analysis


@pytest.mark.parametrize("beside", ["the queue", "a mix"])
def test_a_finished_mix_is_opened_at_once_while_another_is_analysed(
    qtbot: Any, window: MainWindow, core: PickyCore, tmp_path: Path, beside: str
) -> None:
    drop(window, *mixes(tmp_path, "one.wav", "two.wav"))
    settled(qtbot, window, lambda: states(window) == ["done", "done"])
    queue = window.session.queue
    core.may_go_on.clear()
    if beside == "a mix":
        drop(window, *mixes(tmp_path, "mine.wav"))
    else:
        queue.add(mixes(tmp_path, "three.wav"))
    qtbot.waitUntil(lambda: window.progress.value() == 500, timeout=5000)
    begun = time.monotonic()
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        queue.open(queue.entries[1])
    assert time.monotonic() - begun < 1.0
    assert window.session.state.result.analysis.track.name == "two.wav" == window.head.title.text() and window.suggestions.isEnabled()
    if beside == "a mix":  # the newest wish wins
        settled(qtbot, window, lambda: True)
        assert window.session.state.result.analysis.track.name == "two.wav" and not window.progress.isVisible()
    else:
        assert queue.entries[2].state == "runs"
    window.session.cancel()


def test_a_finished_mix_that_was_opened_does_not_come_over_one_that_is_opened_later(
    qtbot: Any, window: MainWindow, core: PickyCore, tmp_path: Path
) -> None:
    drop(window, *mixes(tmp_path, "one.wav", "two.wav"))
    settled(qtbot, window, lambda: states(window) == ["done", "done"])
    shown = []
    window.session.state.analysed.connect(lambda: shown.append(window.session.state.result.analysis.track.name))
    window.session.queue.open(window.session.queue.entries[1])
    drop(window, *mixes(tmp_path, "mine.wav"))
    settled(qtbot, window, lambda: True)
    assert shown == ["mine.wav"]


def test_a_finished_mix_comes_back_with_the_amounts_that_were_chosen_since(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    drop(window, *mixes(tmp_path, "one.wav", "two.wav"))
    settled(qtbot, window, lambda: states(window) == ["done", "done"])
    card = window.suggestions.move_cards[0]
    window.session.decide(card.suggestion.id, Decision(True, 0.7))
    for row, decisions in ((1, {}), (0, {card.suggestion.id: Decision(True, 0.7)})):
        with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
            window.session.queue.open(window.session.queue.entries[row])
        assert window.session.state.decisions == decisions


def test_a_thousand_mixes_are_cancelled_at_once_and_noted_once(
    qtbot: Any, window: MainWindow, core: PickyCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    core.may_go_on.clear()
    queue = window.session.queue
    queue.add([Path(f"/nowhere/song {number}.wav") for number in range(1000)])
    qtbot.waitUntil(lambda: "50 %" in queue.entries[0].text, timeout=5000)
    changes, notes = [], []
    queue.changed.connect(lambda: changes.append(1))
    queue.dataChanged.connect(lambda *_: changes.append(2))
    lent = replace(window.session.recovery._services, keep=lambda name, work: notes.append(name))
    monkeypatch.setattr(window.session.recovery, "_services", lent)
    begun = time.perf_counter()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert time.perf_counter() - begun < 0.05
    assert sorted(changes) == [1, 2] and len(notes) == 1
    settled(qtbot, window, lambda: queue.count("cancelled") == 1000)


def test_progress_of_a_mix_repaints_its_row_alone(qtbot: Any, window: MainWindow, core: PickyCore) -> None:
    core.may_go_on.clear()
    queue = window.session.queue
    queue.add([Path(f"/nowhere/song {number}.wav") for number in range(3)])
    qtbot.waitUntil(lambda: queue.entries[0].state == "runs", timeout=5000)
    changes: list[int] = []
    queue.changed.connect(lambda: changes.append(1))
    with qtbot.waitSignal(queue.dataChanged, timeout=5000) as told:
        pass
    assert (told.args[0].row(), told.args[1].row(), changes) == (0, 0, [])
    window.session.cancel()
