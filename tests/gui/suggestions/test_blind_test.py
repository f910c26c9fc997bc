"""A blind test in the window: nothing tells which side has the move, three rounds are kept, an unfinished test is not."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid
from sound_card import SoundCard
from toward_moves import TowardCore
from window_driver import analysed, opened_card, run_until

from mixassistant.advice.decision import Decision
from mixassistant.errors import MissingError
from mixassistant.gui.suggestions.blind_dialog import BlindDialog
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.suggestions.taste_dialog import TasteDialog
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.library.listening import Tally

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def core(tmp_path: Path) -> TowardCore:
    return TowardCore(tmp_path / "library.sqlite3")


@pytest.fixture
def move_card(qtbot: Any, window: MainWindow) -> MoveCard:
    window.player.open_stream = SoundCard().open
    analysed(qtbot, window)
    return opened_card(window, next(card for card in window.suggestions.move_cards if card.proposed.group == "toward"))


@pytest.fixture
def dialog(window: MainWindow, move_card: MoveCard) -> BlindDialog:
    QTest.mouseClick(move_card.blind, LEFT)
    found = window.findChildren(BlindDialog)[-1]
    assert run_until(lambda: found.hear["A"].isEnabled())
    return found


def tallies(core: TowardCore) -> tuple[Tally, ...]:
    with Library(core.library) as library:
        return library.blind_tests.tally()


def play_both(dialog: BlindDialog) -> None:
    for button in dialog.hear.values():
        QTest.mouseClick(button, LEFT)


def test_three_rounds_are_kept_and_shown_in_taste(qtbot: Any, window: MainWindow, core: TowardCore, dialog: BlindDialog) -> None:
    for better in ("move", "mix", None):
        assert dialog.heading.text() == f"Round {dialog.rounds.done + 1} of 3"
        play_both(dialog)
        other = {"A": "B", "B": "A"}[dialog.rounds.with_move]
        side: Any = {"move": dialog.rounds.with_move, "mix": other, None: None}[better]
        QTest.mouseClick(dialog.better[side], LEFT)
    assert dialog.heading.text().startswith("You preferred the move in 1 of 3 rounds.")
    assert not window.player.is_playing and not window.player.is_blind
    qtbot.waitUntil(lambda: tallies(core) == (Tally("level", "vocals", "working", 1, 1, 1, 1),), timeout=5000)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert len(tallies(core)) == 1
    with qtbot.waitSignal(window.session.blind_tests_listed, timeout=5000):
        QTest.mouseClick(window.suggestions.taste, LEFT)
    table = window.findChildren(TasteDialog)[-1].blind_tests.table
    assert table.horizontalHeader().length() <= table.viewport().width()  # nothing is cut off
    row = [table.item(0, column).text().replace("\N{NO-BREAK SPACE}", " ") for column in range(table.columnCount())]
    assert row == ["Level", "Vocals", "In progress", "1", "1", "1", "50 % (3–97 %)"]


def test_each_side_plays_what_is_behind_it_equally_loud(window: MainWindow, dialog: BlindDialog) -> None:
    player = window.player
    assert player.is_playing and player.is_matched
    for side, button in dialog.hear.items():
        QTest.mouseClick(button, LEFT)
        assert player.source == ("suggestion" if side == dialog.rounds.with_move else "mix")
        assert [s for s, b in dialog.hear.items() if b.isChecked()] == [side]


def test_nothing_in_the_window_tells_which_side_it_is(window: MainWindow, move_card: MoveCard, dialog: BlindDialog) -> None:
    seen = []
    for button in dialog.hear.values():
        QTest.mouseClick(button, LEFT)
        transport = window.transport
        seen.append(([b.isChecked() for b in transport.sources.values()], transport.applied.text(), move_card.hear.isChecked()))
    assert seen == [([False, False, False], "", False)] * 2
    texts = [w.text() for w in (dialog.heading, dialog.note)]
    assert texts == [dialog.heading.text(), "One side has the move at 100 %, the other is the mix as it is; both are equally loud."]


def test_a_round_is_answered_once_both_were_heard(dialog: BlindDialog) -> None:
    assert dialog.isModal() and not any(button.isEnabled() for button in dialog.better.values())
    other = next(side for side in dialog.hear if side not in dialog.rounds.heard)
    QTest.keyClick(dialog, Qt.Key.Key_A if other == "A" else Qt.Key.Key_B)
    assert all(button.isEnabled() for button in dialog.better.values())


def test_escape_ends_it_and_nothing_is_kept(qtbot: Any, window: MainWindow, core: TowardCore, dialog: BlindDialog) -> None:
    play_both(dialog)
    QTest.mouseClick(dialog.better["A"], LEFT)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    player = window.player
    assert not player.is_blind and not player.is_playing and player.source == "mix"
    window.session.list_blind_tests()
    with qtbot.waitSignal(window.session.blind_tests_listed, timeout=5000):
        pass
    assert tallies(core) == ()


def test_level_match_is_as_it_was_afterwards(window: MainWindow, move_card: MoveCard) -> None:
    window.player.set_match(False)
    QTest.mouseClick(move_card.blind, LEFT)
    dialog = window.findChildren(BlindDialog)[-1]
    assert window.player.is_matched
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not window.player.is_matched


def test_another_move_that_was_heard_before_is_not_taken_for_this_one(qtbot: Any, window: MainWindow, move_card: MoveCard) -> None:
    other = next(card for card in window.suggestions.move_cards if card is not move_card)
    QTest.mouseClick(opened_card(window, other).hear, LEFT)
    qtbot.waitUntil(lambda: window.player.is_heard(other.proposed.id) and window.player.is_rendered, timeout=5000)
    QTest.mouseClick(opened_card(window, move_card).blind, LEFT)
    dialog = window.findChildren(BlindDialog)[-1]
    assert run_until(lambda: dialog.hear["A"].isEnabled()) and window.player.trial is not None
    assert window.player.trial.names == {move_card.proposed.id}
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.player.source == "mix" and not other.hear.isChecked() and not move_card.hear.isChecked()


def test_another_analysis_ends_it(qtbot: Any, window: MainWindow, core: TowardCore, dialog: BlindDialog) -> None:
    told: list[str] = []
    window.session.told.connect(lambda text, _is_error: told.append(text))
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.compare_again()
    assert told == ["the blind test has ended and nothing of it is kept: there is a new analysis"]
    assert (not isValid(dialog) or not dialog.isVisible()) and not window.player.is_blind
    assert tallies(core) == ()


def test_without_a_sound_card_it_says_so_and_keeps_nothing(window: MainWindow, core: TowardCore, move_card: MoveCard) -> None:
    def refuse(*_words: Any) -> Any:
        raise MissingError("no-sound", "there is no sound card", "plug one in")

    window.player.set_device("")
    window.player.open_stream = refuse
    QTest.mouseClick(move_card.blind, LEFT)
    dialog = window.findChildren(BlindDialog)[-1]
    assert run_until(lambda: dialog.heading.text() == "The test cannot go on")
    assert "sound" in dialog.note.text() and not window.player.is_blind and not dialog.better["A"].isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert tallies(core) == ()


def test_the_amount_of_the_card_is_what_is_tested(window: MainWindow, move_card: MoveCard) -> None:
    QTest.mouseClick(move_card.steps[200], LEFT)
    QTest.mouseClick(move_card.blind, LEFT)
    assert window.player.trial is not None and window.player.trial.decisions == (Decision(True, 2.0),)
    window.findChildren(BlindDialog)[-1].reject()


def test_who_passes_chance_in_knows_the_sides(window: MainWindow, move_card: MoveCard) -> None:
    sides = [BlindDialog(window.session, window.player, move_card.proposed, Decision(True), window, Random(5)) for _ in range(2)]
    assert sides[0].rounds.with_move == sides[1].rounds.with_move
    for dialog in sides:
        dialog.reject()
