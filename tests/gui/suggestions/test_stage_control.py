"""How finished the mix is: chosen over the cards, analysed again with it, and remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from toward_moves import TowardCore
from window_driver import analysed, drop

from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library


@pytest.fixture
def core(tmp_path: Path) -> TowardCore:
    return TowardCore(tmp_path / "library.sqlite3")


def chosen(window: MainWindow) -> list[str]:
    return [stage for stage, button in window.suggestions.standing.stage.buttons.items() if button.isChecked()]


def stage_of(window: MainWindow) -> str:
    assert window.session.state.result is not None
    return window.session.state.result.analysis.stage


def choose(qtbot: Any, window: MainWindow, stage: str) -> None:
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.suggestions.standing.stage.buttons[stage], Qt.MouseButton.LeftButton)


def test_a_mix_is_in_progress_until_its_user_says_otherwise(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    assert chosen(window) == ["working"] and stage_of(window) == "working"


def test_a_choice_analyses_again_and_is_there_when_the_mix_is_opened_the_next_time(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    choose(qtbot, window, "rough")
    assert stage_of(window) == "rough" and chosen(window) == ["rough"]
    analysed(qtbot, window, Path("another.wav"))
    assert chosen(window) == ["working"]
    analysed(qtbot, window)
    assert chosen(window) == ["rough"] and stage_of(window) == "rough"


def test_a_choice_is_kept_at_once_though_the_analysis_is_cancelled_and_the_control_goes_back(
    qtbot: Any, window: MainWindow, core: TowardCore
) -> None:
    analysed(qtbot, window)
    assert window.session.state.result is not None
    content = window.session.state.result.analysis.track.content_hash
    core.may_go_on.clear()
    QTest.mouseClick(window.suggestions.standing.stage.buttons["finished"], Qt.MouseButton.LeftButton)
    assert chosen(window) == ["finished"]

    def kept() -> str:
        with Library(core.library) as library:
            return library.stages.said(content)

    qtbot.waitUntil(lambda: kept() == "finished", timeout=5000)
    qtbot.waitUntil(lambda: window.session.work.is_busy, timeout=5000)
    window.session.cancel()
    qtbot.waitUntil(lambda: chosen(window) == ["working"], timeout=5000)
    core.may_go_on.set()


def test_while_another_mix_is_on_its_way_nothing_is_asked_of_the_one_on_the_screen(
    qtbot: Any, window: MainWindow, core: TowardCore
) -> None:
    analysed(qtbot, window)
    buttons = window.suggestions.standing.stage.buttons
    core.may_go_on.clear()
    drop(window, Path("another.wav"))
    qtbot.waitUntil(lambda: window.session.state.coming is not None, timeout=5000)
    assert not any(button.isEnabled() for button in buttons.values())
    window.session.choose_stage("rough")
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        core.may_go_on.set()
    assert window.session.state.source == Path("another.wav") and stage_of(window) == "working"
    assert all(button.isEnabled() for button in buttons.values())


def test_it_stays_when_the_mix_is_compared_again_and_goes_with_roles(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    choose(qtbot, window, "rough")
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert stage_of(window) == "rough"
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.stems.choose_role("LEAD VOX", "other")
    assert stage_of(window) == "rough"


def test_the_demo_has_a_stage_too(qtbot: Any, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.open_demo()
    choose(qtbot, window, "finished")
    assert stage_of(window) == "finished" and window.session.state.is_demo
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.suggest_again()
    assert stage_of(window) == "finished"


def test_another_stage_keeps_what_the_demo_is_compared_with(qtbot: Any, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.open_demo("earlier")
    for again in (lambda: choose(qtbot, window, "finished"), window.session.suggest_again):
        with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
            again()
        assert window.session.state.result is not None
        assert window.session.state.result.analysis.request.references == (Path("earlier"),)
        assert stage_of(window) == "finished"


def test_the_same_stage_again_analyses_nothing(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    QTest.mouseClick(window.suggestions.standing.stage.buttons["working"], Qt.MouseButton.LeftButton)
    assert not window.session.work.is_busy and chosen(window) == ["working"]


def test_a_hint_stands_under_it_where_the_mix_looks_otherwise(qtbot: Any, window: MainWindow, core: TowardCore) -> None:
    analysed(qtbot, window)
    hint = window.suggestions.standing.hint
    assert not hint.isVisible()
    core.hint = "Levels are as far out as in rough mixes."
    analysed(qtbot, window, Path("another.wav"))
    assert hint.isVisible() and hint.text() == core.hint


def test_arrow_keys_choose_it_and_screen_readers_are_told(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    buttons = window.suggestions.standing.stage.buttons
    assert [button.accessibleName() for button in buttons.values()] == [
        "The mix is: Rough mix",
        "The mix is: In progress",
        "The mix is: Finished",
    ]
    window.activateWindow()
    buttons["working"].setFocus()
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.keyClick(buttons["working"], Qt.Key.Key_Right)
    assert stage_of(window) == "finished"
