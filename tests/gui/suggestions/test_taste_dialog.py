"""Taste in the window: strengths, what answers have taught, amounts that are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import FakeCore, analysed, opened_card

from mixassistant.advice.decision import Decision
from mixassistant.advice.suggestion import Suggestion
from mixassistant.gui.suggestions.taste_dialog import KINDS, TasteDialog
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.profiles.taste import Answer
from mixassistant.settings import load_settings

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def opened(qtbot: Any, window: MainWindow) -> TasteDialog:
    with qtbot.waitSignal(window.session.taste_listed, timeout=5_000):
        QTest.mouseClick(window.suggestions.taste, Qt.MouseButton.LeftButton)
    return window.findChildren(TasteDialog)[-1]


def asked_of_references(core: FakeCore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the core's suggestions rest on references, so that answers to them are a matter of taste."""
    analyze = core.analyze

    def other(s: Suggestion) -> Suggestion:
        return s if s.evidence is None else replace(s, evidence=replace(s.evidence, tier="references"))

    def wide(request: Any, progress: Any) -> Any:
        found = analyze(request, progress)
        return replace(found, analysis=replace(found.analysis, suggestions=tuple(map(other, found.analysis.suggestions))))

    monkeypatch.setattr(core, "analyze", wide)


def test_levels_only_is_one_choice_and_the_mix_is_compared_again_with_it(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    analysed(qtbot, window)
    dialog = opened(qtbot, window)
    assert dialog.preset.currentText() == "Everything"
    dialog.preset.setFocus()
    QTest.keyClick(dialog.preset, Qt.Key.Key_L)  # “Levels only”
    dialog.preset.activated.emit(dialog.preset.currentIndex())
    assert dialog.strengths == {"eq": 0, "level": 100, "compression": 0, "stereo": 0, "masking": 0}
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert window.session.state.result is not None
    assert dict(window.session.state.result.analysis.request.strengths) == {
        "eq": 0.0,
        "level": 1.0,
        "compression": 0.0,
        "stereo": 0.0,
        "masking": 0.0,
    }
    qtbot.waitUntil(lambda: load_settings().strength_eq == 0, timeout=5_000)


def test_a_slider_by_keyboard_makes_it_a_choice_of_its_own_and_cancel_changes_nothing(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    dialog = opened(qtbot, window)
    dialog.sliders["eq"].setFocus()
    for _press in range(2):
        QTest.keyClick(dialog.sliders["eq"], Qt.Key.Key_Left)
    assert dialog.strengths["eq"] == 90 and dialog.preset.currentText() == "As set below"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.session.state.settings.strength_eq == 100


def test_what_was_learned_is_shown_and_forgotten(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    with Library(core.library) as library:
        for number in range(3):
            library.answers.decide("hash", f"s{number}", Decision(True, 1.0), Answer("level/vocals", 3.0, 0.0, True))
    analysed(qtbot, window)
    dialog = opened(qtbot, window)
    assert [*dialog.forget_buttons] == ["level/vocals"]
    assert "vocals louder" in dialog.forget_buttons["level/vocals"].accessibleName()
    with qtbot.waitSignal(window.session.taste_listed, timeout=5_000):
        QTest.mouseClick(dialog.forget_buttons["level/vocals"], Qt.MouseButton.LeftButton)
    assert dialog.forget_buttons == {}
    with Library(core.library) as library:
        assert library.answers.all() == () and len(library.answers.decisions("hash")) == 3


def test_accepting_and_rejecting_teach_and_undo_unteaches(
    qtbot: Any, window: MainWindow, core: FakeCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of_references(core, monkeypatch)
    analysed(qtbot, window)
    card = opened_card(window, next(c for c in window.suggestions.move_cards if c.proposed.kind == "level"))
    card.amount.setValue(140)
    QTest.mouseClick(card.accept, Qt.MouseButton.LeftButton)

    def answers() -> tuple[Answer, ...]:
        with Library(core.library) as library:
            return library.answers.all()

    qtbot.waitUntil(lambda: len(answers()) == 1, timeout=5_000)
    answer = answers()[0]
    assert (answer.dimension, answer.accepted, answer.amount) == (f"level/{card.suggestion.role}", True, pytest.approx(1.4))
    window.session.state.undo_stack.undo()
    qtbot.waitUntil(lambda: answers() == (), timeout=5_000)


def test_an_amount_is_there_again_after_a_restart(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    analysed(qtbot, window)
    card = opened_card(window, next(c for c in window.suggestions.move_cards if c.proposed.kind == "level"))
    card.amount.setValue(60)
    QTest.mouseClick(card.accept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.state.decisions.get(card.suggestion.id) == Decision(True, 0.6), timeout=5_000)
    window.session.compare_again()
    qtbot.waitSignal(window.session.state.analysed, timeout=10_000).wait()
    again = next(c for c in window.suggestions.cards if c.suggestion.id == card.suggestion.id)
    assert again.amount.value() == 60 and again.accept.isChecked()


def test_every_kind_of_move_has_a_slider(qtbot: Any, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    assert [*dialog.sliders] == [*KINDS]
    dialog.reject()


def test_what_was_closed_is_opened_again_and_the_mix_compared_again(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    with Library(core.library) as library:
        for number in range(2):
            library.answers.decide("hash", f"s{number}", Decision(False, 1.0), Answer("level/drums", 3.0, 0.0, False))
        library.answers.decide("hash", "s2", Decision(True, 1.0), Answer("tone/vocals/presence", -2.0, 0.0, True, share=0.7))
    analysed(qtbot, window)
    dialog = opened(qtbot, window)
    assert [*dialog.forget_buttons] == ["level/drums", "tone/vocals/presence"] and [*dialog.open_buttons] == ["level/drums"]
    assert "Closed by you: drums louder" in dialog.open_buttons["level/drums"].accessibleName()
    with qtbot.waitSignal(window.session.taste_listed, timeout=5_000):
        QTest.mouseClick(dialog.open_buttons["level/drums"], Qt.MouseButton.LeftButton)
    assert dialog.open_buttons == {} and "level/drums" in dialog.forget_buttons
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
