"""Cards fold to two lines, one of them is open, decided ones take one line; keys answer; what is sure is accepted at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from window_driver import FakeCore, analysed, come_to_rest

from mixassistant.advice.decision import Decision
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.suggestions.surer_dialog import SurerDialog
from mixassistant.gui.window.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def cards(qtbot: Any, window: MainWindow) -> list[MoveCard]:
    """Return the cards of level, equalizer and compression, in the smaller of two usual windows."""
    window.resize(1440, 900)
    window.activateWindow()
    analysed(qtbot, window)
    found = window.suggestions.move_cards
    come_to_rest(window)
    return found


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_one_card_is_open_and_the_others_are_two_lines(window: MainWindow, cards: list[MoveCard]) -> None:
    assert [card.is_open for card in window.suggestions.cards] == [True, False, False, False]
    line = cards[0].head.name.fontMetrics().lineSpacing()
    for card in cards[1:]:
        assert card.head.name.isVisible() and card.head.why.isVisible() and not card.body.isVisible()
        assert card.height() < 4 * line


def test_three_cards_are_seen_beside_the_matrix(window: MainWindow, cards: list[MoveCard]) -> None:
    area = window.suggestions._area
    assert window.suggestions.standing.isVisible()
    for card in cards:
        bottom = card.mapTo(area, QPoint(0, card.height())).y()
        assert 0 < bottom <= area.height(), card.text


def test_a_click_or_enter_unfolds_a_card_and_folds_the_one_before(window: MainWindow, cards: list[MoveCard]) -> None:
    QTest.mouseClick(cards[1].head, LEFT)
    assert [card.is_open for card in cards] == [False, True, False]
    cards[2].head.setFocus()
    QTest.keyClick(cards[2].head, Qt.Key.Key_Return)
    assert [card.is_open for card in cards] == [False, False, True]
    QTest.keyClick(cards[2].head, Qt.Key.Key_Return)
    assert not any(card.is_open for card in cards)


def test_what_is_hidden_in_a_folded_card_is_not_reached_by_tab(window: MainWindow, cards: list[MoveCard]) -> None:
    assert not any(button.isVisible() for button in cards[1].body.findChildren(QPushButton))


def test_a_decided_card_is_one_line_with_its_decision_and_undo(window: MainWindow, cards: list[MoveCard]) -> None:
    first = cards[0]
    folded = cards[1].height()
    QTest.mouseClick(first.accept, LEFT)
    come_to_rest(window)
    assert not first.is_open and not first.head.why.isVisible() and first.height() < folded
    assert first._state.isVisible() and "Accepted" in first._state.text() and first.undo.isVisible()
    assert cards[1].is_open  # the next one that is open to a decision
    QTest.mouseClick(first.undo, LEFT)
    assert window.session.state.decisions == {} and not first.undo.isVisible() and first.head.why.isVisible()


def test_keys_answer_and_go_from_card_to_card(window: MainWindow, cards: list[MoveCard]) -> None:
    state = window.session.state
    QTest.keyClick(window, Qt.Key.Key_A)
    QTest.keyClick(window, Qt.Key.Key_R)
    assert state.decisions == {cards[0].proposed.id: Decision(True), cards[1].proposed.id: Decision(False)}
    assert cards[2].is_open
    QTest.keyClick(window, Qt.Key.Key_N, SHIFT)
    assert cards[1].is_open and cards[1].head.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_N)
    QTest.keyClick(window, Qt.Key.Key_N)
    assert window.suggestions.cards[3].is_open  # a check, which no key decides on
    QTest.keyClick(window, Qt.Key.Key_A)
    assert len(state.decisions) == 2


def test_who_types_answers_nothing(window: MainWindow, cards: list[MoveCard]) -> None:
    window.references.search.setFocus()
    QTest.keyClicks(window.references.search, "arhn")
    assert window.session.state.decisions == {} and window.references.search.text() == "arhn" and cards[0].is_open


def test_the_first_button_is_the_one_that_stands_out(window: MainWindow, cards: list[MoveCard]) -> None:
    card = cards[0]
    assert [b.objectName() for b in (card.hear, card.accept, card.reject, card.blind)] == ["primary", "", "", ""]
    window.session.decide(card.proposed.id, Decision(True))
    assert card.hear.objectName() == ""


def test_numbers_follow_the_amount_of_a_fault_too(window: MainWindow, cards: list[MoveCard]) -> None:
    level, equalizer = cards[0], cards[1]
    level.amount.setValue(50)
    assert plain(level.head.name.accessibleName()).endswith("+2.0 dB") and plain(level.settings.text()) == "Fader +2.0 dB"
    assert "outside" in level.sure.text()  # of 2.9 to 5.2 dB
    equalizer.amount.setValue(150)
    assert "−6.2 dB" in plain(equalizer.settings.text()) and "−6.2 dB" in plain(equalizer.head.name.accessibleName())
    assert "outside" in equalizer.sure.text()
    QTest.mouseClick(level.back, LEFT)
    assert level.amount.value() == 100 and "outside" not in level.sure.text() and not level.back.isVisibleTo(level)
    window.session.state.undo_stack.undo()
    assert level.amount.value() == 50


def test_the_proof_says_where_it_is_of_other_amounts(window: MainWindow, cards: list[MoveCard]) -> None:
    told = window.suggestions.summary
    assert "set otherwise" not in told.text()
    cards[0].amount.setValue(70)
    assert plain(told.text()).startswith("1 of 3 moves are set otherwise than they were measured.")
    window.session.decide(cards[1].proposed.id, Decision(True))  # as it was measured
    assert "1 of 3" in plain(told.text())
    window.session.decide(cards[2].proposed.id, Decision(False))
    assert "2 of 3" in plain(told.text())


@pytest.mark.qt_log_ignore("propagateSizeHints")  # which the plugin without a screen lacks
def test_all_that_are_surer_are_accepted_as_they_are_set_and_undone_at_once(window: MainWindow, cards: list[MoveCard]) -> None:
    cards[0].amount.setValue(70)
    QTest.mouseClick(window.suggestions.accept_surer, LEFT)
    dialog = window.findChildren(SurerDialog)[-1]
    dialog.threshold.setValue(98)
    assert [move.id for move in dialog.chosen] == ["vocals-level"] and dialog.ok.text() == "Accept 1 move"
    dialog.threshold.setValue(99)
    assert dialog.chosen == [] and not dialog.ok.isEnabled()
    dialog.threshold.setValue(93)
    assert dialog.ok.text() == "Accept 2 moves" and "2 of the 3 open moves" in dialog.told.text()
    QTest.mouseClick(dialog.ok, LEFT)
    state = window.session.state
    assert state.decisions == {"vocals-level": Decision(True, 0.7), "bass-eq": Decision(True)}
    assert state.undo_stack.count() == 1 and state.undo_stack.undoText() == "Accept 2 moves"
    state.undo_stack.undo()
    assert state.decisions == {} and cards[0].amount.value() == 70


def test_another_mix_begins_with_its_own_first_card(qtbot: Any, window: MainWindow, core: FakeCore, cards: list[MoveCard]) -> None:
    window.session.state.select(cards[2].proposed.id)
    analysed(qtbot, window, Path("another.wav"))
    assert [card.is_open for card in window.suggestions.cards] == [True, False, False, False]


@pytest.mark.parametrize("size", [(900, 560), (1280, 800), (1440, 900)])
def test_an_open_card_lies_beside_the_bar_that_scrolls_it(window: MainWindow, cards: list[MoveCard], size: tuple[int, int]) -> None:
    window.resize(*size)
    window.outer.setSizes([600, size[0] - 600])  # as narrow as the cards can be
    window.split.setSizes([2000, 1])
    come_to_rest(window)
    area = window.suggestions._area
    assert area.verticalScrollBar().isVisible() or size[1] > 800
    assert area.horizontalScrollBar().maximum() == 0
    assert cards[0].mapTo(area.viewport(), QPoint(cards[0].width(), 0)).x() <= area.viewport().width()


def test_the_number_is_the_last_to_give_way(window: MainWindow, cards: list[MoveCard]) -> None:
    equalizer = next(card for card in cards if card.proposed.chain.bands)
    name, gain = equalizer.head.name, equalizer.proposed.chain.bands[0].gain_db
    told = f"{abs(gain):.1f}"
    for shown in range(110, 320, 15):
        name.resize(shown, name.height())
        assert told in plain(name.text()), name.text()
    name.resize(110, name.height())
    assert plain(name.text()).startswith(equalizer.proposed.role.capitalize())


def test_the_amount_moves_nothing_under_the_pointer_that_sets_it(window: MainWindow, cards: list[MoveCard]) -> None:
    level = cards[0]
    height = level.height()
    level.amount.setValue(95)  # within what is likely: nothing is added about that
    come_to_rest(window)
    assert level.back.isVisible() and level.height() == height


def test_the_keyboard_goes_on_to_the_next_card(window: MainWindow, cards: list[MoveCard]) -> None:
    QTest.mouseClick(cards[0].accept, LEFT)
    come_to_rest(window)
    assert cards[1].is_open and cards[1].head.hasFocus()
