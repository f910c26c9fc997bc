"""Work beside the window: what is confirmed is kept, closing ends everything and freezes nothing."""

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from window_driver import FakeCore, analysed, come_to_rest, drop, opened_card

import mixassistant.gui.app as app
from mixassistant.errors import InputError
from mixassistant.gui.background.worker import Failed, Job, Progressed, Stopped, Succeeded, Worker
from mixassistant.gui.session.session import Session
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.settings import Settings, save_settings


def first_card(window: MainWindow) -> MoveCard:
    return opened_card(window, window.suggestions.move_cards[0])


def kept_decisions(core: FakeCore, window: MainWindow) -> dict[str, bool]:
    with Library(core.library) as library:
        return {name: d.accepted for name, d in library.answers.decisions(window.session.state.result.analysis.track.content_hash).items()}


def like(qtbot: Any, window: MainWindow, folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(name.encode())
    drop(window.references, *(folder / name for name in names))
    qtbot.waitUntil(lambda: {Path(n).stem for n in names} <= {r.name for r in window.session.reference_jobs.references}, timeout=5000)


def is_idle(session: Session) -> bool:
    """Tell whether everything that was asked for has been done, kept and read again: what one of the three has done may begin another."""
    return not (session.work.keeper.busy or session.work.is_busy or session.work.reader.busy)


def watch_jobs(worker: Worker) -> threading.Event:
    """Return what is set once a worker has ended a job and sent its report."""
    ended, run_one = threading.Event(), worker._run_one

    def run(job: Job) -> None:
        run_one(job)
        ended.set()

    worker._run_one = run  # type: ignore[method-assign]
    return ended


class Ear(QObject):
    """What a worker's reports come to, as a session is."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def hear(self, report: Any) -> None:
        self.heard.append(report)


@pytest.fixture
def worker(qtbot: Any) -> Any:
    made = Worker()
    yield made
    made.cancel()
    made.finish()
    assert made.wait(10_000)


# Closing


def test_closing_just_after_an_analysis_has_finished_starts_nothing_again(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    has_finished = watch_jobs(window.session.work.worker)
    core.may_go_on.clear()
    drop(window, Path("song.wav"))
    qtbot.waitUntil(lambda: window.session.work.worker.busy, timeout=10_000)
    core.may_go_on.set()
    assert has_finished.wait(10)  # and its report waits for the window, whose events nobody looks at meanwhile
    window.close()
    assert window.session.wait(10_000)
    come_to_rest(window)
    assert not window.session.work.worker.isRunning() and not window.session.work.keeper.isRunning()
    assert window.session.state.result is None
    drop(window, Path("late.wav"))
    window.session.change(theme="dark")
    come_to_rest(window)
    assert not window.session.work.worker.isRunning()


def test_closing_hides_the_window_while_a_long_step_still_runs(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_hear.clear()
    drop(window, Path("song.wav"))
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    window.close()
    assert not window.isVisible()
    assert window.session.work.worker.isRunning()  # nobody has waited for it
    core.may_hear.set()
    assert window.session.wait(10_000)


def test_a_window_that_is_forgotten_in_the_middle_of_work_ends_it_in_peace(qtbot: Any, core: FakeCore) -> None:
    core.may_go_on.clear()
    before = set(Worker._running)
    made = app.make_window(core)
    made.session.open_mix(Path("song.wav"))
    made.deleteLater()
    del made
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert Worker._running - before
    Worker.end_all()
    assert not Worker._running


def test_running_the_program_returns_when_everything_is_kept(
    qtbot: Any, core: FakeCore, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    made: list[MainWindow] = []
    make_window = app.make_window

    def make() -> MainWindow:
        made.append(make_window(core))
        qtbot.addWidget(made[0])
        return made[0]

    def act() -> None:
        if made[0].session.state.result is None:
            QTimer.singleShot(20, act)
            return
        core.may_hear.clear()
        made[0].session.queue.add([Path("next.wav")], shows_first=False)
        first_card(made[0]).accept.click()
        made[0].close()
        core.may_hear.set()

    monkeypatch.setattr(app, "make_window", make)
    QTimer.singleShot(20, act)
    assert app.run([Path("song.wav")], with_demo=False) == 0
    assert kept_decisions(core, made[0]) == {first_card(made[0]).suggestion.id: True}
    assert not made[0].session.work.worker.isRunning()


def test_a_damaged_place_of_the_window_is_ignored(qtbot: Any, core: FakeCore) -> None:
    for geometry in ("ä", "a", "AAAA", "%%%"):
        save_settings(Settings(geometry=geometry))
        made = app.make_window(core)
        qtbot.addWidget(made)
        assert made.width() >= 900


# Cancelling


@pytest.mark.parametrize("end", ["cancel", "close"])
def test_what_the_screen_confirmed_during_work_is_kept(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path, end: str) -> None:
    like(qtbot, window, tmp_path, "a.wav", "b.wav")
    analysed(qtbot, window)
    core.may_go_on.clear()
    window.session.queue.add([Path("next.wav")], shows_first=False)
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    card = first_card(window)
    QTest.mouseClick(card.accept, Qt.MouseButton.LeftButton)
    window.references.list.setCurrentIndex(window.references.list.model().index(0, 0))
    QTest.keyClick(window.references, Qt.Key.Key_Delete)
    if end == "cancel":
        QTest.mouseClick(window.cancel, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 1, timeout=5000)
    else:
        window.close()
        assert window.session.wait(10_000)
    assert kept_decisions(core, window) == {card.suggestion.id: True}
    assert len(core.with_library(lambda library: library.references.all())) == 1


def test_a_decision_is_kept_before_the_work_that_runs_has_ended(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    analysed(qtbot, window)
    core.may_go_on.clear()
    window.session.queue.add([Path("next.wav")], shows_first=False)
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    QTest.mouseClick(first_card(window).reject, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: kept_decisions(core, window) == {first_card(window).suggestion.id: False}, timeout=5000)
    assert window.progress.isVisible()  # and the work still shows


def test_cancelling_says_at_once_that_it_stops(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_hear.clear()
    drop(window, Path("song.wav"))
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    QTest.mouseClick(window.cancel, Qt.MouseButton.LeftButton)
    assert "Stopping" in window.stage.text() and window.progress.isVisible()
    core.may_hear.set()
    qtbot.waitUntil(lambda: not window.progress.isVisible(), timeout=5000)
    assert window.stage.text() == "Ready" and window.session.state.result is None


def test_a_change_of_references_does_not_supersede_the_mix_that_is_being_opened(
    qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path
) -> None:
    like(qtbot, window, tmp_path, "a.wav")
    analysed(qtbot, window, Path("first.wav"))
    core.may_go_on.clear()
    drop(window, Path("second.wav"))
    window.references.list.selectAll()
    QTest.keyClick(window.references, Qt.Key.Key_Delete)
    core.may_go_on.set()
    qtbot.waitUntil(lambda: is_idle(window.session), timeout=20_000)
    assert window.session.reference_jobs.references == () and window.session.state.result.analysis.track.name == "second.wav"


# Undo


def test_a_removal_is_undone_after_the_mix_was_compared_again(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    like(qtbot, window, tmp_path, "a.wav", "b.wav")
    analysed(qtbot, window)
    window.references.list.setCurrentIndex(window.references.list.model().index(0, 0))
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.keyClick(window.references, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 1, timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 2, timeout=5000)


def test_another_mix_forgets_the_decisions_but_not_the_removals(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    session, stack = window.session, window.session.state.undo_stack
    like(qtbot, window, tmp_path, "a.wav", "b.wav", "c.wav")
    analysed(qtbot, window)
    QTest.mouseClick(first_card(window).accept, Qt.MouseButton.LeftButton)
    for reference in session.reference_jobs.references[:2]:
        session.reference_jobs.remove([reference])
    QTest.mouseClick(first_card(window).reject, Qt.MouseButton.LeftButton)
    stack.undo()  # the rejection
    stack.undo()  # the second removal
    qtbot.waitUntil(lambda: is_idle(session), timeout=10_000)
    assert len(session.reference_jobs.references) == 2 and stack.count() == 4
    calls = core.with_library(lambda library: library.references.all())
    analysed(qtbot, window, Path("another.wav"))
    assert (stack.count(), stack.index()) == (2, 1) and session.state.decisions == {}
    assert core.with_library(lambda library: library.references.all()) == calls  # putting the stack in order does nothing to the library
    stack.redo()
    qtbot.waitUntil(lambda: len(session.reference_jobs.references) == 1, timeout=5000)
    stack.undo()
    stack.undo()
    qtbot.waitUntil(lambda: len(session.reference_jobs.references) == 3, timeout=5000)
    assert not stack.canUndo()


# References


@pytest.mark.parametrize("as_folder", [True, False], ids=["folder", "files"])
@pytest.mark.parametrize("names", [("a.wav", "holiday.jpg"), ("a.jpg", "b.wav"), ("a.wav", "b.wav")])
def test_dropped_references_are_compared_once_after_the_last(
    qtbot: Any, window: MainWindow, tmp_path: Path, names: tuple[str, ...], as_folder: bool
) -> None:
    analysed(qtbot, window)
    times: list[int] = []
    window.session.state.analysed.connect(lambda: times.append(len(window.session.reference_jobs.references)))
    folder = tmp_path / "liked"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(name.encode())
    drop(window.references, *([folder] if as_folder else (folder / name for name in names)))
    qtbot.waitUntil(lambda: bool(times) and is_idle(window.session), timeout=10_000)
    assert times == [sum(name.endswith("wav") for name in names)]


def test_nothing_is_compared_when_every_reference_was_refused(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    analysed(qtbot, window)
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with qtbot.assertNotEmitted(window.session.state.analysed):
        drop(window.references, tmp_path / "holiday.jpg")
        qtbot.waitUntil(lambda: window.message.isVisible() and is_idle(window.session), timeout=10_000)


# The worker


def test_every_job_ends_with_exactly_one_report_however_they_come(qtbot: Any, worker: Worker) -> None:
    ended: list[int] = []
    worker.reported.connect(lambda r: None if isinstance(r, Progressed) else ended.append(r.job.ticket))
    jobs = []
    for i in range(3000):
        jobs.append(worker.submit(Job("quick", lambda progress: progress("x", 0.5), "lane" if i % 3 else "")))
        if i % 500 == 499:
            worker.cancel()
            QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: not worker.busy, timeout=10_000)
    assert ended == [job.ticket for job in jobs]


def test_a_job_whose_answer_has_not_been_heard_can_still_be_superseded(worker: Worker) -> None:
    ear = Ear()
    worker.reported.connect(ear.hear)
    has_ended = watch_jobs(worker)
    job = worker.submit(Job("first", lambda progress: 7, "lane"))
    assert has_ended.wait(10)
    QCoreApplication.sendPostedEvents(worker)  # what comes to the worker's books, and nothing else yet
    worker.submit(Job("second", lambda progress: 8, "lane"))
    assert ear.heard or job.cancelled


def test_a_finished_worker_runs_what_waits_and_refuses_the_rest(qtbot: Any, worker: Worker) -> None:
    done: list[str] = []
    may_end = threading.Event()
    worker.submit(Job("slow", lambda progress: may_end.wait(10)))
    worker.submit(Job("waits", lambda progress: done.append("waits")))
    worker.finish()
    late = worker.submit(Job("late", lambda progress: done.append("late")))
    may_end.set()
    assert late.cancelled and worker.wait(10_000)
    assert done == ["waits"]


def test_reports_say_how_a_job_ended(qtbot: Any, worker: Worker) -> None:
    def refuse(progress: Any) -> None:
        raise InputError("x", "what", "do")

    reports: list[Any] = []
    worker.reported.connect(reports.append)
    worker.submit(Job("good", lambda progress: 7))
    worker.submit(Job("bad", refuse))
    worker.submit(Job("broken", lambda progress: 1 / 0))
    worker.submit(Job("stopped", lambda progress: 7)).stop.set()
    qtbot.waitUntil(lambda: not worker.busy, timeout=5000)
    assert [type(r) for r in reports] == [Succeeded, Failed, Failed, Stopped]
    assert reports[0].result == 7 and "ZeroDivisionError" in str(reports[2].error)
