"""Checks of one kind of section: the card names the place and goes there, and leaves when the sections are others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from structured_songs import StructuredCore
from window_driver import analysed, opened_card

from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.suggestion import Check, Target
from mixassistant.analysis import Request
from mixassistant.gui.background.result import Result
from mixassistant.gui.suggestions.card import SectionCard
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.progress import Progress
from mixassistant.stems.place import Place

SINKS = SectionLevel(
    kind="chorus", gap_lu=-3.1, usual_lu=(-0.8, 1.2), having=7, of=9, times_s=(21.5, 61.5), is_guess=True, off_lu=-3.3
)  # fmt: skip
CONTROL = Qt.KeyboardModifier.ControlModifier


class SinkingCore(StructuredCore):
    """Songs whose vocals sink in the choruses."""

    def analyze(self, request: Request, progress: Progress) -> Result:
        result = super().analyze(request, progress)
        check = Check(id="section-level-vocals", target=Target(Place("vocals"), "LEAD VOX"), finding=SINKS, confidence=0.7, unit="LU")
        return replace(result, analysis=replace(result.analysis, suggestions=(check, *result.analysis.suggestions)))


@pytest.fixture
def core(tmp_path: Path) -> SinkingCore:
    return SinkingCore(tmp_path / "library.sqlite3")


def section_cards(window: MainWindow) -> list[SectionCard]:
    return [card for card in window.suggestions.cards if isinstance(card, SectionCard)]


def test_the_card_goes_to_each_section_and_loops_it(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    (card,) = section_cards(window)
    assert "in the choruses" in card.text and card.accessibleName() == card.text
    assert [place.text() for place in card.places] == ["0:22", "1:02"]
    assert card.places[1].accessibleName() == "Show the chorus at 1:02"
    window.waveform.zoom(10, 5.0)
    with qtbot.waitSignal(window.waveform.loop_wanted) as told:
        QTest.mouseClick(card.places[1], Qt.MouseButton.LeftButton)
    assert told.args[0] == (61.5, 81.5) and window.player.loop is not None
    assert window.waveform.chosen_section == 3 and window.waveform.start_s <= 61.5 <= window.waveform.end_s


def test_the_keyboard_gets_there_as_well(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    (card,) = section_cards(window)
    window.activateWindow()
    opened_card(window, card).places[1].setFocus()
    QTest.keyClick(card.places[1], Qt.Key.Key_Backtab)
    qtbot.waitUntil(card.places[0].hasFocus)
    QTest.keyClick(card.places[0], Qt.Key.Key_Space)
    assert window.waveform.chosen_section == 1 and window.waveform.current_loop() == (21.5, 41.5)


def test_what_no_longer_holds_leaves_and_undo_brings_it_back(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    others = len(window.suggestions.cards) - 1
    window.waveform.show_position(31.0)
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        QTest.keyClick(window.waveform, Qt.Key.Key_S)
    assert section_cards(window) == [] and len(window.suggestions.cards) == others
    assert "compare again (F5)" in window.message.text
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert len(section_cards(window)) == 1


def test_another_letter_changes_nothing_that_was_said(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    (card,) = section_cards(window)
    sections = tuple(replace(s, letter="X" if s.letter == "B" else s.letter) for s in window.waveform.structure.sections)
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        window.waveform.edit_sections("Rename a section", sections)
    assert section_cards(window) == [card], "no card is built again"
