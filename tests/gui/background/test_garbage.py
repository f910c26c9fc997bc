"""Where Python's cyclic garbage is collected while a window is open."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QObject

from mixassistant.gui.background.garbage import GarbageCollection
from mixassistant.gui.background.worker import Job, Worker


class Dialog(QObject):
    """Closed, and kept by its own callback."""

    def __init__(self) -> None:
        super().__init__()
        self.callback = lambda: self


def leave_rubbish(_progress: object) -> None:
    """Leave enough cycles behind for any collector to run several times."""
    for _ in range(20_000):
        cycle: list[object] = []
        cycle.append(cycle)


@pytest.fixture
def collection() -> Any:
    made = GarbageCollection()
    yield made
    made.stop()
    gc.disable()  # as every other test of the window has it


def test_what_a_dialog_leaves_dies_in_the_thread_of_the_window(qtbot: Any, collection: GarbageCollection) -> None:
    died_in: list[threading.Thread] = []
    weakref.finalize(Dialog(), lambda: died_in.append(threading.current_thread()))
    worker = Worker()
    reports: list[object] = []
    worker.reported.connect(reports.append)
    worker.submit(Job("Rubbish", leave_rubbish))
    qtbot.waitUntil(lambda: not worker.busy, timeout=10_000)
    qtbot.waitUntil(lambda: bool(died_in), timeout=10_000)
    assert died_in == [threading.main_thread()]
    worker.finish()
    assert worker.wait(5_000)


def test_nothing_is_collected_before_there_is_enough(collection: GarbageCollection) -> None:
    gc.collect()
    before = gc.get_stats()[0]["collections"]
    collection.collect_due()
    assert gc.get_stats()[0]["collections"] == before


def test_python_collects_by_itself_again_afterwards(collection: GarbageCollection) -> None:
    assert not gc.isenabled()
    collection.stop()
    assert gc.isenabled()
