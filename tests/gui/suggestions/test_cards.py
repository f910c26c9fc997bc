"""A card's amount is what is decided: however its slider is moved, and when it is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QStyle, QStyleOptionSlider
from window_driver import FakeCore, analysed, opened_card

from mixassistant.advice.decision import Decision
from mixassistant.gui.session import decision
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library


def first_card(window: MainWindow) -> MoveCard:
    return window.suggestions.move_cards[0]


def kept(core: FakeCore, window: MainWindow) -> list[tuple[str, bool, float]]:
    with Library(core.library) as library:
        found = library.answers.decisions(window.session.state.result.analysis.track.content_hash)
    return [(name, d.accepted, d.amount) for name, d in found.items()]


def knob(slider: QSlider) -> QPoint:
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    return slider.style().subControlRect(control, option, part, slider).center()


@pytest.fixture
def accepted(qtbot: Any, window: MainWindow) -> MoveCard:
    """Return the card of a move that was accepted as it was suggested."""
    analysed(qtbot, window)
    card = first_card(window)
    QTest.mouseClick(card.accept, Qt.MouseButton.LeftButton)
    return opened_card(window, card)  # it was folded, since it is decided


def test_dragging_the_amount_of_an_accepted_move_decides_where_it_is_let_go_and_undo_gives_the_amount_before(
    qtbot: Any, window: MainWindow, core: FakeCore, accepted: MoveCard
) -> None:
    session, name, slider = window.session, accepted.suggestion.id, accepted.amount
    place = knob(slider)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    for step in (10, 20, 30):
        QTest.mouseMove(slider, place - QPoint(step, 0))
    assert slider.value() < 100 and session.state.decisions[name].amount == 1.0
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place - QPoint(30, 0))
    amount = slider.value() / 100
    assert session.state.decisions[name] == Decision(True, amount)
    qtbot.waitUntil(lambda: kept(core, window) == [(name, True, amount)], timeout=5000)
    assert session.state.undo_stack.undoText() == "Amount"
    session.state.undo_stack.undo()
    assert (slider.value(), accepted.amount_text.text(), session.state.decisions[name].amount) == (100, "100 %", 1.0)
    assert accepted.accept.isChecked()
    qtbot.waitUntil(lambda: kept(core, window) == [(name, True, 1.0)], timeout=5000)
    session.state.undo_stack.redo()
    assert slider.value() == round(100 * amount)
    session.state.undo_stack.undo()
    session.state.undo_stack.undo()
    assert name not in session.state.decisions and not session.state.undo_stack.canUndo()


def test_steps_of_keys_and_wheel_are_undone_together_and_a_later_one_by_itself(
    qtbot: Any, window: MainWindow, accepted: MoveCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, name, slider = window.session, accepted.suggestion.id, accepted.amount
    slider.setFocus()
    for _ in range(4):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert session.state.decisions[name].amount == 0.96
    middle = QPointF(slider.rect().center())
    no = (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase)
    wheel = QWheelEvent(middle, slider.mapToGlobal(middle), QPoint(), QPoint(0, -120), *no, False)
    QApplication.sendEvent(slider, wheel)
    after_wheel = slider.value() / 100
    assert after_wheel < 0.96 and session.state.decisions[name].amount == after_wheel
    monkeypatch.setattr(decision, "ONE_MOVE_S", -1.0)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert session.state.decisions[name].amount == pytest.approx(after_wheel + 0.01)
    session.state.undo_stack.undo()
    assert session.state.decisions[name].amount == after_wheel
    session.state.undo_stack.undo()
    assert session.state.decisions[name].amount == 1.0 and session.state.decisions[name].accepted


def test_the_amount_of_a_move_that_is_not_accepted_decides_nothing(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    card = first_card(window)
    card.amount.setFocus()
    QTest.keyClick(card.amount, Qt.Key.Key_Left)
    QTest.mouseClick(card.reject, Qt.MouseButton.LeftButton)
    opened_card(window, card).amount.setFocus()
    QTest.keyClick(card.amount, Qt.Key.Key_Left)
    assert window.session.state.decisions == {card.suggestion.id: Decision(False, 0.99)}
    assert window.session.state.undo_stack.count() == 1


def test_an_amount_that_came_from_elsewhere_is_shown_and_not_decided_anew(qtbot: Any, window: MainWindow, accepted: MoveCard) -> None:
    window.session.put_decision(accepted.suggestion.id, Decision(True, 0.333))
    assert accepted.amount.value() == 33
    assert window.session.state.decisions[accepted.suggestion.id].amount == 0.333 and window.session.state.undo_stack.count() == 1


def test_an_amount_that_is_heard_is_heard_as_it_is_after_undo(qtbot: Any, window: MainWindow, accepted: MoveCard) -> None:
    QTest.mouseClick(accepted.hear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.player.source == "suggestion", timeout=10_000)
    accepted.amount.setFocus()
    QTest.keyClick(accepted.amount, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: window.player.trial.decisions == (Decision(True, 0.75),), timeout=5000)
    window.session.state.undo_stack.undo()
    qtbot.waitUntil(lambda: window.player.trial.decisions == (Decision(True, 1.0),), timeout=5000)


def test_an_amount_that_nobody_has_decided_on_survives_another_theme_and_another_comparison(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    first_card(window).amount.setValue(60)
    window.session.change(theme="dark" if window.session.state.settings.theme != "dark" else "light")
    assert first_card(window).amount.value() == 60
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert first_card(window).amount.value() == 60
    analysed(qtbot, window, window.session.state.source.with_name("another.wav"))
    assert first_card(window).amount.value() == 100
