"""The window under test."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from window_driver import FakeCore

from mixassistant.gui.app import make_window
from mixassistant.gui.window import mix_header


@pytest.fixture(autouse=True)
def garbage_stays_in_this_thread() -> Iterator[None]:
    # As in the application: a worker's thread that collected an earlier test's window would end the process.
    gc.disable()
    gc.freeze()  # what was there before is not looked at again
    yield
    # A window goes now, not when the next one is there, whose theme would dress it once more.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()  # a window is held by its own callbacks: it would stay until much else has been allocated
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that were to be opened by another program, which none is in a test."""
    opened: list[Path] = []

    def note(path: Path) -> bool:
        opened.append(path)
        return True

    monkeypatch.setattr(mix_header, "open_file", note)
    return opened


@pytest.fixture
def core(tmp_path: Path) -> FakeCore:
    return FakeCore(tmp_path / "library.sqlite3")


@pytest.fixture
def window(qtbot: Any, core: FakeCore) -> Any:
    made = make_window(core)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
