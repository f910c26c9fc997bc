"""The settings dialog: what is seen at once, what waits for OK, and what Cancel takes back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QLineEdit, QPushButton

from mixassistant import paths
from mixassistant.errors import MixAssistantError
from mixassistant.gui.app import make_window
from mixassistant.gui.background.machine import Engines, Folders
from mixassistant.gui.dialogs import settings
from mixassistant.gui.dialogs.settings import SettingsDialog
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.settings import Settings, load_settings, save_settings
from mixassistant.stems.cache import Contents, limit_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
Button = QDialogButtonBox.StandardButton
ENGINES = Engines(("cpu", "cuda"), "the graphics card X", ("htdemucs",))


@pytest.fixture(autouse=True)
def known_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_engines", lambda progress: ENGINES)


def opened(qtbot: Any, window: MainWindow) -> SettingsDialog:
    dialog = SettingsDialog(window.session, window)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.device.count() > 1, timeout=5000)
    return dialog


@pytest.fixture
def dialog(qtbot: Any, window: MainWindow) -> Iterator[SettingsDialog]:
    made = opened(qtbot, window)
    yield made
    made.reject()
    assert made.wait()


def pick(box: QComboBox, value: str) -> None:
    place = box.findData(value)
    assert place >= 0, value
    box.setCurrentIndex(place)


def choices(box: QComboBox) -> list[Any]:
    return [box.itemData(index) for index in range(box.count())]


def click(dialog: SettingsDialog, which: Button) -> None:
    QTest.mouseClick(dialog.buttons.button(which), Qt.MouseButton.LeftButton)


def test_the_theme_is_seen_at_once_and_stays_with_ok(qtbot: Any, window: MainWindow, dialog: SettingsDialog) -> None:
    for value in ("dark", "light", "dark"):
        pick(dialog.theme, value)
        assert window._tokens.name == value
    click(dialog, Button.Ok)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: load_settings().theme == "dark", timeout=5000)


@pytest.mark.parametrize("way", ["cancel", "escape", "close"])
def test_cancel_takes_everything_back(window: MainWindow, dialog: SettingsDialog, way: str) -> None:
    before = window.session.state.settings
    pick(dialog.theme, "dark")
    pick(dialog.device, "cpu")
    dialog.level_match.setChecked(False)
    if way == "cancel":
        click(dialog, Button.Cancel)
    elif way == "escape":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        dialog.close()
    assert not dialog.isVisible()
    assert window.session.state.settings == before


def test_what_was_applied_survives_cancel(window: MainWindow, dialog: SettingsDialog) -> None:
    pick(dialog.theme, "dark")
    pick(dialog.device, "cuda")
    pick(dialog.separator, "demucs:htdemucs")
    dialog.level_match.setChecked(False)
    click(dialog, Button.Apply)
    assert dialog.isVisible()
    pick(dialog.theme, "light")
    click(dialog, Button.Cancel)
    kept = window.session.state.settings
    assert (kept.theme, kept.device, kept.separator, kept.level_match) == ("dark", "cuda", "demucs:htdemucs", False)


def test_apply_is_there_only_when_something_has_changed(dialog: SettingsDialog) -> None:
    apply = dialog.buttons.button(Button.Apply)
    assert not apply.isEnabled()
    pick(dialog.separator, "embedded")
    assert apply.isEnabled()
    pick(dialog.separator, "auto")
    assert not apply.isEnabled()
    pick(dialog.theme, "dark")
    click(dialog, Button.Apply)
    assert not apply.isEnabled()


def test_only_what_the_computer_has_is_offered(dialog: SettingsDialog) -> None:
    assert choices(dialog.device) == ["auto", "cpu", "cuda"]
    assert choices(dialog.separator) == ["auto", "embedded", "demucs:htdemucs"]
    assert "graphics card X" in dialog.best.text()


def test_a_device_that_is_gone_falls_back_to_automatic(qtbot: Any, window: MainWindow) -> None:
    window.session.change(device="mps")
    dialog = opened(qtbot, window)
    assert dialog.device.currentData() == "auto"
    dialog.accept()
    assert window.session.state.settings.device == "auto"
    assert dialog.wait()


@pytest.mark.parametrize(
    ("separator", "said"), [("demucs:gone", "not installed"), ("demucs", "Demucs"), ("/my/weights.th", "/my/weights.th: not installed")]
)
def test_a_separator_that_is_set_stays_and_says_when_it_is_gone(qtbot: Any, window: MainWindow, separator: str, said: str) -> None:
    window.session.change(separator=separator)
    dialog = opened(qtbot, window)
    assert dialog.separator.currentData() == separator
    assert said in dialog.separator.currentText()
    dialog.accept()
    assert window.session.state.settings.separator == separator
    assert dialog.wait()


def test_ok_before_the_computer_has_answered_changes_nothing(qtbot: Any, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.session.change(device="cuda", separator="demucs:htdemucs")
    before = window.session.state.settings
    dialog = SettingsDialog(window.session, window)
    qtbot.addWidget(dialog)
    dialog.accept()
    assert window.session.state.settings == before
    assert dialog.wait()


def test_an_error_while_looking_is_told_and_the_rest_works(qtbot: Any, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(progress: object) -> Engines:
        raise MixAssistantError("broken", "the driver cannot be read", "install it again")

    monkeypatch.setattr(settings, "find_engines", broken)
    dialog = SettingsDialog(window.session, window)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "driver" in dialog.told.text(), timeout=5000)
    dialog.level_match.setChecked(False)
    dialog.accept()
    assert window.session.state.settings.level_match is False
    assert dialog.wait()


def test_torch_is_not_imported_by_the_dialog_itself() -> None:
    code = "import sys, mixassistant.gui.dialogs.settings, mixassistant.gui.background.machine; print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False"]


def test_the_folders_are_shown_with_their_sizes(qtbot: Any, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "measure_folders", lambda progress: Folders(1_400_000_000, Contents()))
    dialog = opened(qtbot, window)
    assert dialog.library_size.text() == "1.4\u00a0GB"
    assert not dialog.empty.isEnabled(), "there is nothing to empty"
    shown = {line.text() for line in dialog.findChildren(QLineEdit)}
    assert shown >= {str(paths.data_folder()), str(paths.cache_folder())}
    dialog.reject()
    assert dialog.wait()


def fill_cache(size: int = 5000) -> Path:
    entry = paths.cache_folder() / "stems" / ("a" * 40)
    entry.mkdir(parents=True)
    with (entry / "drums").open("wb") as file:
        file.truncate(size)
    return entry


def test_one_click_empties_the_cache(qtbot: Any, window: MainWindow) -> None:
    entry = fill_cache()
    dialog = opened(qtbot, window)
    qtbot.waitUntil(lambda: "stems of 1 song (5\u00a0kB)" in dialog.held.text(), timeout=5000)
    QTest.mouseClick(dialog.empty, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.told.text().startswith("The cache is empty."), timeout=5000)
    assert not entry.exists() and dialog.cache_size.text().startswith("0")
    assert dialog.held.text() == "Nothing is kept yet."
    dialog.reject()
    assert dialog.wait()


@pytest.mark.parametrize("way", [Button.Ok, Button.Apply, Button.Cancel])
def test_the_limit_of_the_cache_counts_with_ok_and_apply(qtbot: Any, window: MainWindow, way: Button) -> None:
    entry = fill_cache(600_000_000)
    dialog = opened(qtbot, window)
    qtbot.waitUntil(dialog.limit.isEnabled, timeout=5000)
    assert dialog.limit.currentText() == "4.0\u00a0GB at most"
    pick(dialog.limit, "500000000")
    click(dialog, way)
    if way == Button.Cancel:
        qtbot.waitUntil(lambda: not window.session.work.keeper.busy, timeout=5000)
        assert entry.exists() and limit_of(paths.cache_folder()) == 4_000_000_000
    else:
        qtbot.waitUntil(lambda: not entry.exists(), timeout=5000)
        assert limit_of(paths.cache_folder()) == 500_000_000
    dialog.reject()
    assert dialog.wait()


def test_everything_is_done_by_keyboard(window: MainWindow, dialog: SettingsDialog) -> None:
    dialog.activateWindow()
    dialog.theme.setFocus()
    before = dialog.theme.currentIndex()
    QTest.keyClick(dialog.theme, Qt.Key.Key_Down)
    assert dialog.theme.currentIndex() == before + 1
    dialog.level_match.setFocus()
    QTest.keyClick(dialog.level_match, Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert window.session.state.settings.level_match is False


def test_enter_never_presses_another_button_than_ok(dialog: SettingsDialog) -> None:
    ok = dialog.buttons.button(Button.Ok)
    assert ok.isDefault()
    assert [button for button in dialog.findChildren(QPushButton) if button.autoDefault() and button is not ok] == []


def test_the_dialog_opens_once_from_the_menu_and_goes_when_closed(qtbot: Any, window: MainWindow) -> None:
    (settings,) = (a for a in window.findChildren(QAction) if a.text() == "Settings…")
    settings.trigger()
    settings.trigger()
    (dialog,) = window.findChildren(SettingsDialog)
    assert not dialog.isModal()
    dialog.reject()
    assert dialog.wait()
    qtbot.waitUntil(lambda: window.findChildren(SettingsDialog) == [], timeout=2000)


@pytest.mark.parametrize("is_on", [True, False])
def test_level_match_starts_as_it_is_set(qtbot: Any, core: Any, is_on: bool) -> None:
    save_settings(Settings(level_match=is_on))
    window = make_window(core)
    qtbot.addWidget(window)
    assert window.player.is_matched is is_on
    window.close()
    assert window.session.wait()
