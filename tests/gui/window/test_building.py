"""What is loaded after the window is there, and how: nobody waits for it."""

from __future__ import annotations

import _sqlite3
import gc
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from window_driver import FakeCore, analysed

from mixassistant.gui.app import make_window, show_window
from mixassistant.gui.background import unlocked_loading
from mixassistant.gui.background.garbage import MANY, GarbageCollection
from mixassistant.gui.background.unlocked_loading import UnlockedLoading, load_unlocked
from mixassistant.gui.window.building import dialogs
from mixassistant.gui.window.main_window import MainWindow

needs_posix = pytest.mark.skipif(os.name != "posix", reason="libraries are loaded beforehand where POSIX says how")


def test_the_window_is_made_before_what_plots_and_what_the_dialogs_need_is_loaded() -> None:
    code = (
        "import sys\nfrom PySide6.QtWidgets import QApplication\nfrom mixassistant.gui.app import make_window\n"
        "app = QApplication([])\nwindow = make_window()\nwindow.show()\n"
        "names = ('pyqtgraph', 'mixassistant.gui.dialogs.about', 'mixassistant.gui.dialogs.models')\n"
        "print('loaded:', *[name for name in names if name in sys.modules], flush=True)\nimport os\nos._exit(0)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.rpartition("loaded:")[2].split() == []


def test_all_views_are_built_once_the_window_is_shown_and_then_the_rest_follows(qtbot: Any, core: FakeCore) -> None:
    window = make_window(core)
    qtbot.addWidget(window)
    built: list[list[bool]] = []
    show_window(window, lambda: built.append([page.is_built for page in window.plots]))
    assert not any(page.is_built for page in window.plots)
    qtbot.waitUntil(lambda: bool(built), timeout=20_000)
    assert built == [[True] * len(window.plots)]
    window.close()


def test_a_view_that_is_asked_for_shows_the_analysis_at_once(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    assert not window.plots[4].is_built
    assert window.stereo.target.count() >= 4 and window.plots[4].is_built
    analysed(qtbot, window, Path("second.wav"))
    assert window.stereo.table()


def test_every_command_that_opens_a_dialog_has_one() -> None:
    assert set(dialogs()) == {"about", "guide", "models", "settings", "shortcuts", "taste", "versions"}


@needs_posix
def test_a_library_of_machine_code_is_loaded_and_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert load_unlocked(Path(_sqlite3.__file__), False)
    assert not load_unlocked(tmp_path / "no.so", False)


def test_the_libraries_of_a_package_are_loaded_once_when_it_is_first_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "heavy_package"
    package.mkdir()
    for name in ("__init__.py", "first.so", "second.so"):
        (package / name).touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(unlocked_loading, "LIBRARIES", {"heavy_package": (("second.*", True), ("first.*", False))})
    loaded: list[tuple[str, bool]] = []
    monkeypatch.setattr(unlocked_loading, "load_unlocked", lambda file, is_global: loaded.append((file.name, is_global)))
    finder = UnlockedLoading()
    assert finder.find_spec("json", None) is None and loaded == []
    assert finder.find_spec("heavy_package", None) is None and loaded == [("second.so", True), ("first.so", False)]
    assert finder.find_spec("heavy_package", None) is None and len(loaded) == 2


def test_what_a_library_brings_is_not_looked_at_again_by_the_collector(monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> None:
    gc.unfreeze()
    collection = GarbageCollection()
    try:
        collection.collect_due()
        assert gc.get_freeze_count() == 0
        for number in range(MANY):
            monkeypatch.setitem(sys.modules, f"of_a_library_{number}", ModuleType("of_a_library"))
        collection.collect_due()
        assert gc.get_freeze_count() > 0
    finally:
        collection.stop()
    assert gc.get_freeze_count() == 0
    gc.disable()  # as every other test of the window has it
