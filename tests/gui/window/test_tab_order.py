"""Tab goes through the window as one reads it, whatever was built when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from window_driver import FakeCore, analysed

from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.window.main_window import MainWindow

LONGEST = 200  # presses


def walk(window: MainWindow, key: Qt.Key = Qt.Key.Key_Tab) -> list[QWidget]:
    """Press Tab until it comes to where it began; return where it stopped, from the head of the window on."""
    seen: list[QWidget] = []
    for _press in range(LONGEST):
        QTest.keyClick(QApplication.focusWidget() or window, key)
        stop = QApplication.focusWidget()
        assert stop is not None
        if stop in seen:
            assert stop is seen[0]  # a circle through all, and no smaller one
            first = seen.index(window.report) if window.report in seen else 0
            return seen[first:] + seen[:first]
        seen.append(stop)
    pytest.fail("Tab does not come back")


def region_of(window: MainWindow, stop: QWidget) -> str:
    regions = {
        "start": window.start, "head": window.head, "references": window.references, "waveform": window.waveform, "views": window.views,
        "cards": window.suggestions, "transport": window.transport, "message": window.message, "work": window.statusBar(),
    }  # fmt: skip
    return next(name for name, region in regions.items() if region is stop or region.isAncestorOf(stop))


def regions(window: MainWindow, stops: list[QWidget]) -> list[str]:
    return list(dict.fromkeys(region_of(window, stop) for stop in stops))


@pytest.fixture
def shown(qtbot: Any, window: MainWindow, core: FakeCore) -> MainWindow:
    core.stems = {"drums": ["Kick", "Snare"], "vocals": ["Voice"]}
    window.resize(1440, 900)
    window.activateWindow()
    analysed(qtbot, window)
    qtbot.waitUntil(lambda: window.suggestions.is_built, timeout=5000)
    return window


def test_tab_goes_through_the_window_as_it_is_read(qtbot: Any, shown: MainWindow) -> None:
    shown.message.tell("a note", False)
    stops = walk(shown)
    assert regions(shown, stops) == ["head", "references", "waveform", "views", "cards", "transport", "message"]
    inside = [region_of(shown, stop) for stop in stops]
    assert inside == sorted(inside, key=list(dict.fromkeys(inside)).index)  # and comes to none of them twice


def test_shift_and_tab_go_the_same_way_back(qtbot: Any, shown: MainWindow) -> None:
    there = walk(shown)
    back = walk(shown, Qt.Key.Key_Backtab)
    assert back[1:] == there[:0:-1]


def test_solo_and_mute_follow_the_waveform_stem_by_stem(qtbot: Any, shown: MainWindow) -> None:
    names = [stop.accessibleName() for stop in walk(shown) if region_of(shown, stop) == "waveform"]
    assert names[1:] == [f"{what} {stem}" for stem in ("Kick", "Snare", "Voice") for what in ("Solo", "Mute")]


def test_each_card_is_gone_through_before_the_next_one(qtbot: Any, shown: MainWindow) -> None:
    def of_cards() -> list[QWidget]:
        return [stop for stop in walk(shown) if any(card.isAncestorOf(stop) for card in shown.suggestions.cards)]

    def wanted() -> list[QWidget]:
        found: list[QWidget] = []
        for card in shown.suggestions.cards:
            found.append(card.head)
            if isinstance(card, MoveCard) and card.is_open:
                found += [card.hear, card.amount, card.accept, card.reject, card.blind]
        return found

    assert of_cards() == wanted()
    analysed(qtbot, shown, Path("another.wav"))  # other cards: they are the newest widgets of the window
    qtbot.waitUntil(lambda: shown.suggestions.is_built, timeout=5000)
    assert of_cards() == wanted()
    shown.suggestions._area.verticalScrollBar().setValue(10_000)
    assert of_cards() == wanted()


def test_the_controls_of_a_view_come_before_its_plot(qtbot: Any, shown: MainWindow) -> None:
    view = shown.spectrum
    stops = [stop for stop in walk(shown) if shown.views.isAncestorOf(stop)]
    assert stops == [shown.views.tabBar(), view.target, view.resolution, view.other, view.section, view.live, view.as_table, view.plot]


def test_the_first_screen_begins_with_its_buttons(qtbot: Any, window: MainWindow) -> None:
    window.activateWindow()
    window.start.open_mix.setFocus()
    assert [window.start.open_mix, *walk(window)][:3] == [window.start.open_mix, window.start.open_stems, window.start.try_demo]


def test_where_the_first_screen_had_the_keyboard_the_waveform_gets_it(qtbot: Any, window: MainWindow) -> None:
    window.activateWindow()
    window.start.open_mix.setFocus()
    analysed(qtbot, window)
    assert window.focusWidget() is window.waveform
    window.suggestions.taste.setFocus()
    analysed(qtbot, window, Path("another.wav"))
    assert window.focusWidget() is window.suggestions.taste
