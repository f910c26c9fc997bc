"""The move whose card is open is a curve on the spectrum: its handles, the numbers below and the card are one thing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from window_driver import analysed, come_to_rest, opened_card

from mixassistant.advice.decision import Decision
from mixassistant.advice.suggestion import Move
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.views.handles import MOST_DB
from mixassistant.gui.views.spectrum import SpectrumView
from mixassistant.gui.window.main_window import MainWindow

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot: Any, window: MainWindow) -> SpectrumView:
    """Return the spectrum with the handles of the equalizer, which has a bell, a shelf and a high pass."""
    window.resize(1440, 900)
    window.activateWindow()
    analysed(qtbot, window)
    opened_card(window, equalizer(window))
    come_to_rest(window)
    found = window.spectrum
    assert isinstance(found, SpectrumView) and found.shown == "bass" and len(found.moves.handles.bands) == 3
    return found


def equalizer(window: MainWindow) -> MoveCard:
    return next(card for card in window.suggestions.move_cards if card.proposed.id == "bass-eq")


def trial(window: MainWindow) -> Decision:
    return window.session.state.trial_of("bass-eq")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def drag(view: SpectrumView, index: int, across: int, up: int, keys: Qt.KeyboardModifier = NO) -> None:
    port, start = view.plot.viewport(), view.moves.handles.pixel(index).toPoint()
    QTest.mousePress(port, LEFT, keys, start)
    for step in (0.5, 1.0):
        place = start + QPoint(round(step * across), -round(step * up))
        QTest.mouseMove(port, place)
        if keys != NO:  # a test's move brings no keys
            view.moves.handles._drag(QPointF(place), QPointF(start), view.moves.handles._held[1], True)  # type: ignore[index]
    QTest.mouseRelease(port, LEFT, keys, start + QPoint(across, -up))


def test_a_drag_changes_frequency_and_gain_and_the_card_follows_at_once(qtbot: Any, window: MainWindow, view: SpectrumView) -> None:
    before = view.moves.handles.bands[0]
    across_px, up_db = 60, view.plot.getViewBox().viewPixelSize()
    drag(view, 0, across_px, 30)
    band = trial(window).bands[0]
    assert band.frequency_hz == pytest.approx(before.frequency_hz * 10 ** (across_px * up_db[0]), rel=0.02)
    assert band.gain_db == pytest.approx(before.gain_db + 30 * up_db[1], abs=0.2)
    assert trial(window).bands[1:] == view.moves.handles.bands[1:] and trial(window).amount == 1.0
    assert f"{band.frequency_hz:.0f} Hz" in plain(equalizer(window).settings.text())
    qtbot.waitUntil(lambda: abs(view.moves.row.frequency.value() - band.frequency_hz) <= 0.5, timeout=5000)
    assert view.moves.handles.told == view.readout.accessibleName() and view.moves.handles.told.startswith("Band 1: Bell")


def test_the_spectrum_after_follows_and_says_that_it_is_predicted(qtbot: Any, window: MainWindow, view: SpectrumView) -> None:
    measured = [row[5] for row in view.table()]
    drag(view, 0, 0, 40)
    qtbot.waitUntil(lambda: [row[5] for row in view.table()] != measured, timeout=5000)
    assert "(predicted)" in view.legend.accessibleName()
    drawn = view._after_line.getData()[1]
    assert np.nanmax(np.abs(drawn - np.maximum(view._curves.after, np.nanmin(drawn)))) < 1e-6


def test_shift_and_the_wheel_change_the_q_alone(window: MainWindow, view: SpectrumView) -> None:
    before = view.moves.handles.bands[0]
    drag(view, 0, 0, 60, SHIFT)
    band = trial(window).bands[0]
    assert (band.frequency_hz, band.gain_db) == pytest.approx((before.frequency_hz, before.gain_db), rel=0.02)
    assert band.q == pytest.approx(2 * before.q, rel=0.05)
    at = view.moves.handles.pixel(0)
    no = (Qt.MouseButton.NoButton, NO, Qt.ScrollPhase.NoScrollPhase)
    port = view.plot.viewport()
    QApplication.sendEvent(port, QWheelEvent(at, port.mapToGlobal(at), QPoint(), QPoint(0, -120), *no, False))
    assert trial(window).bands[0].q == pytest.approx(band.q / 1.1, abs=0.01)


def test_keys_take_a_handle_move_it_and_let_it_go(window: MainWindow, view: SpectrumView) -> None:
    plot, handles = view.plot, view.moves.handles
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Return)
    before, read = handles.bands[0], view.cursor_line.index
    assert handles.chosen == 0
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_PageUp):
        QTest.keyClick(plot, key)
    band = trial(window).bands[0]
    assert band.frequency_hz > before.frequency_hz and band.gain_db == pytest.approx(before.gain_db + 0.5, abs=0.06)
    assert band.q > before.q and view.cursor_line.index == read  # the arrows read nothing off meanwhile
    QTest.keyClick(plot, Qt.Key.Key_Down, SHIFT)
    assert trial(window).bands[0].gain_db == pytest.approx(band.gain_db - 0.1, abs=0.01)
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert handles.chosen == -1
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert view.cursor_line.index == read + 1
    for number in (0, 1, 2, -1):
        QTest.keyClick(plot, Qt.Key.Key_Return)
        assert handles.chosen == number


def test_numbers_are_typed(window: MainWindow, view: SpectrumView) -> None:
    row = view.moves.row
    assert row.isVisible() and [row.which.itemText(i) for i in range(3)] == ["1  Bell", "2  High shelf", "3  High pass"]
    row.gain.setValue(-2.5)
    assert trial(window).bands[0].gain_db == -2.5
    row.which.setCurrentIndex(2)
    assert not row.gain.isEnabled() and view.moves.handles.chosen == 2
    row.frequency.setValue(60)
    assert trial(window).bands[2].frequency_hz == 60


def test_what_is_set_stays_within_limits(window: MainWindow, view: SpectrumView) -> None:
    drag(view, 0, 0, 2000)
    assert trial(window).bands[0].gain_db == MOST_DB
    drag(view, 0, -3000, 0)
    assert trial(window).bands[0].frequency_hz == 20.0


def test_the_amount_is_taken_into_the_shape(window: MainWindow, view: SpectrumView) -> None:
    equalizer(window).amount.setValue(50)
    shown = view.moves.handles.bands
    view.moves.handles.choose(0)
    window._moves.show()
    assert view.moves.handles.bands[0].gain_db == pytest.approx(shown[0].gain_db / 2, abs=0.01)
    view.moves.handles.step("gain", -1)
    assert trial(window).amount == 1.0
    assert trial(window).bands[0].gain_db == pytest.approx(shown[0].gain_db / 2 - 0.5, abs=0.06)


def test_a_drag_is_one_step_of_undo_and_the_way_back_is_another(window: MainWindow, view: SpectrumView) -> None:
    stack = window.session.state.undo_stack
    drag(view, 0, 40, 20)
    assert stack.count() == 1 and stack.undoText() == "Shape"
    shaped = trial(window)
    stack.undo()
    assert trial(window) == Decision(True)
    stack.redo()
    assert trial(window) == shaped
    card = equalizer(window)
    QTest.mouseClick(card.back, LEFT)
    assert trial(window) == Decision(True) and not card.back.isVisible()


def test_what_was_shaped_is_kept_when_it_is_accepted(qtbot: Any, window: MainWindow, view: SpectrumView) -> None:
    drag(view, 0, 40, 20)
    shaped = trial(window)
    window.suggestions.answer(True)
    assert window.session.state.decisions == {"bass-eq": shaped} and shaped.bands
    opened_card(window, equalizer(window))
    come_to_rest(window)
    drag(view, 0, -20, 10)  # and what is accepted is decided anew where a handle is let go
    decided = window.session.state.decisions["bass-eq"]
    assert decided == trial(window) != shaped
    window.session.state.undo_stack.undo()
    assert window.session.state.decisions["bass-eq"] == shaped == trial(window)


def test_another_place_has_no_handles(window: MainWindow, view: SpectrumView) -> None:
    view.target.setCurrentIndex(view.target.findData("drums"))
    assert view.moves.handles.bands == () and not view.moves.row.isVisible()
    view.target.setCurrentIndex(view.target.findData("bass"))
    assert len(view.moves.handles.bands) == 3


def test_the_version_that_a_card_rests_on_is_drawn_with_it_and_goes_with_it(window: MainWindow, view: SpectrumView) -> None:
    state = window.session.state
    result = state.result
    assert result is not None and view.other.currentText() == "No reference"  # it rests on five
    tight = tuple(
        replace(m, evidence=replace(m.evidence, tier="same song", references=("Reference 3",))) if m.id == "bass-eq" else m
        for m in result.analysis.suggestions
        if isinstance(m, Move)
    )
    window.session.state.result = replace(result, analysis=replace(result.analysis, suggestions=tight))
    state.analysed.emit()
    state.select("vocals-level")
    come_to_rest(window)
    assert view.other.currentText() == "No reference" and view._curves is not None and view._curves.other is None
    state.select("bass-eq")
    come_to_rest(window)
    assert view.other.currentText() == "Reference 3" and "Reference 3" in view.legend.accessibleName()
    assert view._curves.other is not None
    state.select("vocals-level")
    come_to_rest(window)
    assert view.other.currentText() == "No reference"
