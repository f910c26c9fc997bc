"""Moves toward the references: told apart from faults, heard at ½, 1 and 2 times, with numbers that follow the amount."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from toward_moves import TowardCore
from window_driver import analysed, opened_card

from mixassistant.advice.decision import Decision
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.suggestions.move_picture import OddsBar
from mixassistant.gui.window.main_window import MainWindow


@pytest.fixture
def core(tmp_path: Path) -> TowardCore:
    return TowardCore(tmp_path / "library.sqlite3")


@pytest.fixture
def toward(qtbot: Any, window: MainWindow) -> MoveCard:
    analysed(qtbot, window)
    return opened_card(window, next(card for card in window.suggestions.move_cards if card.proposed.group == "toward"))


def headings(window: MainWindow) -> list[str]:
    """Return headings and cards from top to bottom."""
    column = window.suggestions._column
    widgets = [column.itemAt(index).widget() for index in range(column.count())]
    return [w.text() if isinstance(w, QLabel) else w.suggestion.id for w in widgets]


def test_faults_come_first_under_a_heading_of_their_own(window: MainWindow, toward: MoveCard) -> None:
    assert headings(window) == [
        "Wrong, or different from your other version", "bass-eq", "technical-true-peak",
        "Toward your references: worth a try", "vocals-level",
    ]  # fmt: skip


def test_the_steps_set_the_amount_and_show_which_one_it_is(toward: MoveCard) -> None:
    assert toward.steps[100].isChecked() and toward.amount.maximum() == 200
    for percent in (50, 200, 100):
        QTest.mouseClick(toward.steps[percent], Qt.MouseButton.LeftButton)
        assert toward.amount.value() == percent
        assert [step for step, button in toward.steps.items() if button.isChecked()] == [percent]
    QTest.mouseClick(toward.steps[100], Qt.MouseButton.LeftButton)
    assert toward.steps[100].isChecked()
    toward.amount.setValue(120)
    assert not any(button.isChecked() for button in toward.steps.values())


def test_numbers_and_picture_follow_the_amount(toward: MoveCard) -> None:
    shown = []
    for percent in (100, 144, 200, 0):
        toward.amount.setValue(percent)
        shown.append((toward.settings.text().replace("\N{NO-BREAK SPACE}", " "), bytes(toward.picture.grab().toImage().constBits())))
    assert [text for text, _picture in shown] == ["Fader +2.5 dB", "Fader +3.6 dB", "Fader +5.0 dB", "No change"]
    assert len({picture for _text, picture in shown}) == 4


def test_at_nothing_the_sentence_is_that_of_what_is_suggested(toward: MoveCard) -> None:
    QTest.mouseClick(toward.steps[200], Qt.MouseButton.LeftButton)
    assert "+5.0 dB" in toward.accessibleName()
    toward.amount.setValue(0)
    assert toward.head.name.accessibleName().replace("\N{NO-BREAK SPACE}", " ") == "Vocals: +2.5 dB · 0 %, no change"
    assert toward.accessibleName() == toward.text


def test_where_nothing_is_moved_no_other_version_is_spoken_of(window: MainWindow, toward: MoveCard) -> None:
    result = window.session.state.result
    assert result is not None
    checks = tuple(s for s in result.analysis.suggestions if s.id != "bass-eq")
    window.session.state.result = replace(result, analysis=replace(result.analysis, suggestions=checks))
    window.session.state.analysed.emit()
    assert window.suggestions.cards and headings(window)[0] == "Worth checking"


def test_the_sentence_says_the_amount_that_is_heard(toward: MoveCard) -> None:
    numbers = []
    for percent in (50, 100, 200):
        QTest.mouseClick(toward.steps[percent], Qt.MouseButton.LeftButton)
        numbers.append(toward.head.name.accessibleName().replace("\N{NO-BREAK SPACE}", " "))
    assert numbers == ["Vocals: +1.2 dB", "Vocals: +2.5 dB", "Vocals: +5.0 dB"]


def test_twice_as_much_is_heard_and_kept(qtbot: Any, window: MainWindow, toward: MoveCard) -> None:
    QTest.mouseClick(toward.steps[200], Qt.MouseButton.LeftButton)
    QTest.mouseClick(toward.hear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.player.trial is not None and window.player.trial.decisions == (Decision(True, 2.0),), timeout=5000)
    QTest.mouseClick(toward.accept, Qt.MouseButton.LeftButton)
    assert window.session.state.decisions == {toward.suggestion.id: Decision(True, 2.0)}


def test_odds_are_told_in_place_of_how_sure_it_is(window: MainWindow, toward: MoveCard) -> None:
    bar = toward.findChild(OddsBar)
    assert bar is not None and bar.accessibleName() == "214 of 246 cases went this way" and "engineers" in bar.toolTip()
    texts = [label.text().replace("\N{NO-BREAK SPACE}", " ") for label in toward.findChildren(QLabel)]
    assert any("87 %" in text for text in texts) and not any("Likely" in text for text in texts)


def test_a_fault_goes_to_150_per_cent_without_steps(window: MainWindow, toward: MoveCard) -> None:
    fault = next(card for card in window.suggestions.move_cards if card.proposed.group == "fault")
    assert fault.amount.maximum() == 150 and fault.steps == {} and fault.findChild(OddsBar) is None
