"""The matrix in the window: one stop of Tab, arrows from cell to cell, a click or a key that shows the place and its card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from toward_moves import TowardCore
from window_driver import analysed, come_to_rest

from mixassistant.features.bands import BROAD_HZ
from mixassistant.gui.suggestions.matrix import TINT, StandingTable
from mixassistant.gui.suggestions.standing_cells import COLUMNS
from mixassistant.gui.widgets.theme import DARK, LIGHT, Tokens, contrast
from mixassistant.gui.window.main_window import MainWindow


@pytest.fixture
def core(tmp_path: Path) -> TowardCore:
    return TowardCore(tmp_path / "library.sqlite3")


@pytest.fixture
def table(qtbot: Any, window: MainWindow) -> StandingTable:
    window.resize(1440, 900)
    analysed(qtbot, window)
    return window.suggestions.standing.table


def go_to(table: StandingTable, place: str, dimension: str) -> QPoint:
    """Return the middle of a cell, which is the current one from now on."""
    rows = [row[0].place for row in table.cells.matrix.rows]
    index = table.cells.index(rows.index(place), COLUMNS.index(dimension))
    table.setCurrentIndex(index)
    return table.visualRect(index).center()


def test_a_click_on_a_level_shows_the_stems_of_the_role_and_the_card_that_moves_it(window: MainWindow, table: StandingTable) -> None:
    place = go_to(table, "vocals", "level")
    come_to_rest(window)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.views.currentWidget() is window.stems
    assert [card.suggestion.id for card in window.suggestions.cards if card.property("marked")] == ["vocals-level"]
    assert [row.stem.role for row in window.stems.rows if row.property("marked")] == ["vocals"]
    come_to_rest(window)
    marked = next(card for card in window.suggestions.cards if card.property("marked"))
    area = window.suggestions._area
    assert area.rect().contains(marked.mapTo(area, QPoint(1, 1)))


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_key_shows_a_band_in_the_spectrum_with_the_cursor_in_it(window: MainWindow, table: StandingTable, key: Qt.Key) -> None:
    go_to(table, "bass", "tone/low_mids")
    table.setFocus()
    QTest.keyClick(table, key)
    assert window.views.currentWidget() is window.plots[0] and window.spectrum.shown == "bass"
    frequency_hz = float(window.spectrum.readout.text().partition(" Hz")[0])
    assert BROAD_HZ["low_mids"][0] < frequency_hz < BROAD_HZ["low_mids"][1]
    assert not window.player.is_playing  # Space is the matrix's here
    assert [card.suggestion.id for card in window.suggestions.cards if card.property("marked")] == ["bass-eq"]


@pytest.mark.parametrize(
    ("place", "dimension", "view"),
    [("mix", "level", "loudness"), ("drums", "crest", "dynamics"), ("drums", "dynamic_spread", "dynamics"), ("mix", "width", "stereo")],
)
def test_other_dimensions_have_their_views(window: MainWindow, table: StandingTable, place: str, dimension: str, view: str) -> None:
    go_to(table, place, dimension)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    shown = getattr(window, view)
    assert window.views.currentWidget().isAncestorOf(shown) and shown.shown == place


def test_arrows_go_from_cell_to_cell_and_tab_leads_out(qtbot: Any, window: MainWindow, table: StandingTable) -> None:
    window.activateWindow()
    go_to(table, "drums", "level")
    table.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(table, key)
    current = table.current
    assert current is not None and (current.place, current.dimension) == ("bass", "tone/bass")
    assert window.suggestions.standing.told.text().startswith("Bass, bass (56")
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not table and window.suggestions.isAncestorOf(QApplication.focusWidget())


def test_it_begins_at_the_largest_difference_and_says_it(window: MainWindow, table: StandingTable) -> None:
    current = table.current
    assert current is not None and (current.place, current.dimension) == ("vocals", "level")
    assert window.suggestions.standing.told.text().startswith("Vocals, level: −9.1")


def test_the_pointer_is_told_and_leaving_tells_of_the_keyboard_s_cell_again(window: MainWindow, table: StandingTable) -> None:
    told = window.suggestions.standing.told
    place = table.visualRect(table.cells.index(1, 0)).center()
    table.entered.emit(table.indexAt(place))
    assert told.text().startswith("Drums, level")
    QApplication.sendEvent(table, QEvent(QEvent.Type.Leave))
    assert told.text().startswith("Vocals, level")


def test_a_screen_reader_is_told_every_cell_and_heading(table: StandingTable) -> None:
    interface = QAccessible.queryAccessibleInterface(table)
    assert interface is not None and interface.text(QAccessible.Text.Name) == "Where you stand"
    names = [interface.child(i).text(QAccessible.Text.Name) for i in range(interface.childCount())]
    for row in table.cells.matrix.rows:
        for cell in row:
            assert cell.text in names
    assert "Vocals" in names and "Presence (2.2–5.6\N{NO-BREAK SPACE}kHz)" in names


@pytest.mark.parametrize("size", [(900, 560), (1440, 900), (1920, 1080)])
def test_it_fits_its_column_in_every_window(window: MainWindow, table: StandingTable, size: tuple[int, int]) -> None:
    window.resize(*size)
    come_to_rest(window)
    panel = window.suggestions
    assert table.mapTo(panel, QPoint(table.width(), 0)).x() <= panel.width()
    last = table.visualRect(table.cells.index(table.cells.rowCount() - 1, len(COLUMNS) - 1))
    assert table.viewport().rect().contains(last) and last.width() >= 24
    for group, name, is_whole in table.horizontalHeader()._placed(table.horizontalHeader().fontMetrics()):
        assert is_whole or size == (900, 560), (group, name)
    assert panel._inside.width() <= panel._area.viewport().width()


def test_it_is_scrolled_with_the_cards_where_the_window_is_low(window: MainWindow, table: StandingTable) -> None:
    panel = window.suggestions
    assert not panel._inside.isAncestorOf(panel.standing)
    table.setFocus()
    window.resize(900, 560)
    come_to_rest(window)
    assert panel._inside.isAncestorOf(panel.standing) and panel.standing.isVisible() and window.focusWidget() is table
    window.resize(1440, 900)
    come_to_rest(window)
    assert not panel._inside.isAncestorOf(panel.standing) and panel.standing.isVisible()


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_arrows_are_seen_on_what_is_filled(tokens: Tokens) -> None:
    assert min(contrast(tokens.panel, side) for side in (tokens.low, tokens.high)) >= 3  # WCAG 2.2, 1.4.11
    for side in (tokens.low, tokens.high):
        ends = zip(bytes.fromhex(side[1:]), bytes.fromhex(tokens.window[1:]), strict=True)
        pale = "#" + bytes(round(TINT * front + (1 - TINT) * back) for front, back in ends).hex()
        assert contrast(tokens.text, pale) >= 3


def test_above_and_below_differ_without_colour(window: MainWindow, table: StandingTable) -> None:
    matrix = table.cells.matrix
    sides = {cell.side: (row, column) for row, cells in enumerate(matrix.rows) for column, cell in enumerate(cells) if cell.side}
    assert {*sides} == {-1, 1}
    table.clearFocus()
    come_to_rest(window)
    picture = table.viewport().grab().toImage()
    shapes = []
    for side in (-1, 1):
        middle = table.visualRect(table.cells.index(*sides[side])).center()
        background = picture.pixelColor(middle + QPoint(-4, -7))
        rows = [sum(picture.pixelColor(middle + QPoint(x, y)) != background for x in range(-5, 6)) for y in range(-4, 5)]
        shapes.append(sum(rows[:4]) - sum(rows[5:]))
    assert shapes[0] > 0 > shapes[1]  # wide above: an arrow down; wide below: an arrow up
