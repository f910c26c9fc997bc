"""The window under test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from window_driver import FakeCore

from mixassistant.gui.app import make_window
from mixassistant.gui.binding import keep_constants_alive

keep_constants_alive()  # before any test makes a Qt object, with a window or without


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
