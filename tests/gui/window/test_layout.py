"""How the window was left is how it comes back, in another process as well: here, another window on the settings that were kept."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSplitter
from window_driver import FakeCore, analysed

from mixassistant.gui.app import make_window
from mixassistant.gui.window.layout import Layout, read_layout
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.settings import Settings, load_settings, save_settings

Opened = Callable[[], MainWindow]


@pytest.fixture
def opened(qtbot: Any, core: FakeCore) -> Opened:
    """Return what opens a window as a start of the program does."""

    def begin() -> MainWindow:
        made = make_window(core)
        qtbot.addWidget(made)
        made.show()
        qtbot.waitExposed(made)
        return made

    return begin


def left(window: MainWindow) -> None:
    """Close a window and wait until all is kept."""
    window.close()
    assert window.session.wait()


def drag(splitter: QSplitter, pixels: int) -> None:
    """Drag the handle of a splitter with the mouse."""
    handle = splitter.handle(1)
    start = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(handle, start + QPoint(pixels, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(pixels, 0))


def test_columns_view_and_volume_come_back_as_they_were_left(qtbot: Any, opened: Opened) -> None:
    window = opened()
    window.resize(1300, 720)
    analysed(qtbot, window)
    before = window.outer.sizes(), window.split.sizes()
    drag(window.outer, 60)
    drag(window.split, -70)
    wanted = window.outer.sizes(), window.split.sizes()
    assert all(a != b for a, b in zip(before, wanted, strict=True))
    tab = window.views.tabBar().tabRect(4).center()
    QTest.mouseClick(window.views.tabBar(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, tab)
    window.transport.volume.setFocus()
    for _ in range(3):
        QTest.keyClick(window.transport.volume, Qt.Key.Key_Left)
    volume = window.transport.volume.value()
    assert volume < 0
    left(window)
    again = opened()
    again.resize(1300, 720)  # the screen of these tests is 800 px wide, and Qt lets no window come back wider
    assert again.views.currentIndex() == 4
    assert (again.transport.volume.value(), again.player.volume_db) == (volume, volume)
    analysed(qtbot, again)
    assert (again.outer.sizes(), again.split.sizes()) == wanted


def test_columns_that_were_never_shown_stay_as_they_were(qtbot: Any, opened: Opened) -> None:
    window = opened()
    analysed(qtbot, window)
    drag(window.split, -70)
    left(window)
    kept = read_layout(load_settings().layout).centre
    left(opened())  # without a mix
    assert read_layout(load_settings().layout).centre == kept != ()


def test_a_window_that_filled_the_screen_fills_it_again(opened: Opened) -> None:
    window = opened()
    window.showMaximized()
    left(window)
    assert opened().isMaximized()


def test_the_output_that_was_chosen_is_chosen_again(opened: Opened) -> None:
    window = opened()
    window.player.set_device("Headphones “2”")
    left(window)
    assert opened().player.device == "Headphones “2”"


def on_screen(geometry: bytes, screen: int, x: int, y: int) -> bytes:
    """Return a place as Qt writes it (magic number, version, two rectangles, a screen's number, …) moved to another screen."""
    rectangles = struct.unpack(">8i", geometry[8:40])
    moved = [value + (x, y)[index % 2] for index, value in enumerate(rectangles)]
    return geometry[:8] + struct.pack(">9i", *moved, screen) + geometry[44:]


def test_a_window_that_was_left_on_a_screen_that_is_gone_comes_to_one_that_is_there(opened: Opened) -> None:
    window = opened()
    window.resize(900, 640)
    left(window)
    assert opened().size() == window.size()
    settings = load_settings()
    for screen, x, y in ((0, 9000, 200), (3, 9000, 200), (3, -9000, -4000)):
        moved = on_screen(base64.b64decode(settings.geometry), screen, x, y)
        save_settings(settings.changed(geometry=base64.b64encode(moved).decode()))
        again = opened()
        there = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        assert any(area.intersects(again.frameGeometry()) for area in there)
        assert any(area.contains(again.frameGeometry().topLeft() + QPoint(40, 5)) for area in there)  # its title can be dragged
        again.close()


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "ä", "[" * 100_000, '{"columns": [1]}', '{"columns": [0, 500], "centre": "wide"}', '{"columns": [1e400, 5]}',
        '{"view": true, "volume_db": "loud"}', '{"output": 3}', '{"volume_db": 1' + "0" * 300 + "}",
    ],
)  # fmt: skip
def test_a_damaged_layout_is_the_first_start_s(text: str) -> None:
    assert read_layout(text) == Layout()


def test_a_window_opens_on_a_layout_that_fits_no_window(opened: Opened) -> None:
    first = opened()
    save_settings(Settings(layout=json.dumps({"columns": [90_000, 1], "centre": [1, 1], "view": 99, "volume_db": 50})))
    window = opened()
    assert window.size() == first.size() and all(width > 100 for width in window.outer.sizes())
    assert (window.views.currentIndex(), window.transport.volume.value(), window.player.volume_db) == (0, 0, 0.0)


def test_one_damaged_part_of_a_layout_costs_that_part_alone() -> None:
    text = json.dumps({"columns": ["wide", 3], "centre": [700, 300], "view": 2, "volume_db": None, "output": "Headphones", "new": 1})
    assert read_layout(text) == Layout((), (700, 300), 2, 0, "Headphones")
