"""Sections over the waveforms under mouse and keys: chosen, named, moved, split, joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from structured_songs import DURATION_S, SECTIONS, make_structure

from mixassistant.audio.peaks import Peaks
from mixassistant.features.track import Section
from mixassistant.gui.background.song_structure import Chord, SongStructure, section_text
from mixassistant.gui.waveform import CHORDS_HEIGHT, LANE_HEIGHT, MIX_HEIGHT, RULER_HEIGHT, SECTIONS_HEIGHT, Lane, Waveform
from mixassistant.gui.waveform.scenery import paint_chords
from mixassistant.gui.waveform.section_dialog import SectionDialog
from mixassistant.gui.waveform.table import rows_of
from mixassistant.gui.widgets.theme import DARK
from mixassistant.gui.widgets.time_axis import Axis

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing")  # dialogs and menus on the plugin without a screen
BAND = RULER_HEIGHT + SECTIONS_HEIGHT // 2
CHORDS = RULER_HEIGHT + SECTIONS_HEIGHT + CHORDS_HEIGHT // 2
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def wave(qtbot: Any, peaks: Peaks) -> Iterator[Waveform]:
    host = QWidget()
    qtbot.addWidget(host)
    made = Waveform(DARK, host)
    made.resize(1148, RULER_HEIGHT + SECTIONS_HEIGHT + CHORDS_HEIGHT + MIX_HEIGHT + LANE_HEIGHT)
    made.show_lanes([Lane("mix", "Mix", peaks), Lane("bass", "BASS", peaks)], make_structure(), DURATION_S)
    host.resize(made.size())
    host.show()
    qtbot.waitExposed(host)
    yield made


def at(wave: Waveform, time_s: float, y: int = BAND) -> QPoint:
    return QPoint(round(wave.x_at(time_s)), y)


def drag(wave: Waveform, from_s: float, to_s: float, keys: Qt.KeyboardModifier = NONE) -> None:
    start, end = at(wave, from_s), at(wave, to_s)
    QTest.mousePress(wave, LEFT, keys, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(wave, start + (end - start) * share)
        QApplication.processEvents()
    QTest.mouseRelease(wave, LEFT, keys, end)


def texts(wave: Waveform) -> list[str]:
    return [section_text(section) for section in wave.structure.sections]


def starts(wave: Waveform) -> list[float]:
    return [section.start_s for section in wave.structure.sections]


def menu_at(wave: Waveform, time_s: float, y: int = BAND) -> QMenu:
    place = at(wave, time_s, y)
    QApplication.sendEvent(wave, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, wave.mapToGlobal(place)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text().startswith(text))


def test_a_click_on_a_section_chooses_it_and_again_the_whole_song(qtbot: Any, wave: Waveform) -> None:
    with qtbot.waitSignal(wave.section_chosen) as told, qtbot.assertNotEmitted(wave.seek_wanted):
        QTest.mouseClick(wave, LEFT, NONE, at(wave, 50.0))
    assert told.args == [2] and wave.chosen_section == 2
    assert "section A · Verse? is chosen; its chords" in wave.accessibleDescription()
    with qtbot.waitSignal(wave.section_chosen) as told:
        QTest.mouseClick(wave, LEFT, NONE, at(wave, 50.0))
    assert told.args == [None]


def test_a_boundary_snaps_to_a_downbeat(qtbot: Any, wave: Waveform) -> None:
    QTest.mouseMove(wave, at(wave, 41.5))
    assert wave.cursor().shape() == Qt.CursorShape.SizeHorCursor
    with qtbot.waitSignal(wave.sections_edited) as told, qtbot.assertNotEmitted(wave.section_chosen):
        drag(wave, 41.5, 46.3)
    assert told.args[0] == "Move a boundary" and starts(wave) == [0.0, 21.5, 45.5, 61.5, 81.5]
    assert told.args[1] == wave.structure.sections and wave.structure.are_own


def test_a_boundary_stops_before_the_next_one(wave: Waveform) -> None:
    drag(wave, 41.5, 99.0)
    assert starts(wave)[2] == 60.5
    drag(wave, 21.5, -20.0)
    assert starts(wave)[1] == 1.5


def test_a_boundary_that_is_put_back_is_no_edit(qtbot: Any, wave: Waveform) -> None:
    with qtbot.assertNotEmitted(wave.sections_edited):
        drag(wave, 41.5, 41.8)
    assert wave.structure.sections == SECTIONS and not wave.structure.are_own


def test_elsewhere_in_the_band_a_drag_pans(wave: Waveform) -> None:
    wave.zoom(4, 50.0)
    start = wave.start_s
    drag(wave, 50.0, 45.0)
    assert wave.start_s == pytest.approx(start + 5.0, abs=0.2) and wave.chosen_section is None


def test_a_double_click_asks_for_a_name_and_what_shares_the_letter_gets_it_too(qtbot: Any, wave: Waveform) -> None:
    QTest.mouseDClick(wave, LEFT, NONE, at(wave, 30.0))
    dialog = wave.window().findChild(SectionDialog)
    assert dialog is not None and dialog.isVisible() and dialog.all.text() == "The other B as well"
    assert dialog.kind.currentText() == "Chorus"
    QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
    dialog.letter.clear()
    QTest.keyClicks(dialog.letter, "Guitar solo")
    with qtbot.waitSignal(wave.sections_edited) as told:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert told.args[0] == "Rename a section"
    assert texts(wave) == ["A · Verse?", "Guitar solo · Bridge", "A · Verse?", "Guitar solo · Bridge", "C"]


def test_a_section_has_a_letter(qtbot: Any, wave: Waveform) -> None:
    wave.setFocus()
    wave.show_position(90.0)
    QTest.keyClick(wave, Qt.Key.Key_F2)
    dialog = wave.window().findChild(SectionDialog)
    assert dialog is not None and not dialog.all.isVisible() and dialog.kind.currentText() == "Not named"
    QTest.keyClick(dialog.kind, Qt.Key.Key_End)
    dialog.letter.clear()
    with qtbot.assertNotEmitted(wave.sections_edited):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    QTest.keyClicks(dialog.letter, "Z")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert texts(wave)[-1] == "Z · Outro"


def test_a_guess_that_is_confirmed_is_none(wave: Waveform) -> None:
    wave.show_chosen_section(0)
    QTest.keyClick(wave, Qt.Key.Key_F2)
    dialog = wave.window().findChild(SectionDialog)
    assert dialog is not None
    dialog.all.setChecked(False)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert texts(wave)[:3] == ["A · Verse", "B · Chorus?", "A · Verse?"]


def test_a_name_that_is_not_given_changes_nothing(qtbot: Any, wave: Waveform) -> None:
    QTest.keyClick(wave, Qt.Key.Key_F2)
    dialog = wave.window().findChild(SectionDialog)
    assert dialog is not None
    with qtbot.assertNotEmitted(wave.sections_edited):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_sections_are_split_joined_moved_and_looped_by_keyboard(qtbot: Any, wave: Waveform) -> None:
    wave.setFocus()
    edits: list[str] = []
    wave.sections_edited.connect(lambda text, _sections: edits.append(text))
    wave.show_position(31.0)
    QTest.keyClick(wave, Qt.Key.Key_S)
    assert starts(wave) == [0.0, 21.5, 31.5, 41.5, 61.5, 81.5] and texts(wave)[2] == "D"
    wave.show_position(32.0)
    QTest.keyClick(wave, Qt.Key.Key_Right, ALT)
    QTest.keyClick(wave, Qt.Key.Key_Left, ALT)
    QTest.keyClick(wave, Qt.Key.Key_Left, ALT)
    assert starts(wave)[2] == 29.5
    QTest.keyClick(wave, Qt.Key.Key_Right, ALT | SHIFT)
    assert starts(wave)[2] == pytest.approx(29.55)
    wave.show_position(25.0)
    QTest.keyClick(wave, Qt.Key.Key_J)
    assert starts(wave) == [0.0, 21.5, 41.5, 61.5, 81.5]
    with qtbot.waitSignal(wave.loop_wanted) as told:
        QTest.keyClick(wave, Qt.Key.Key_Return, SHIFT)
    assert told.args[0] == (21.5, 41.5)
    with qtbot.waitSignal(wave.section_chosen) as told:
        QTest.keyClick(wave, Qt.Key.Key_Return)
    assert told.args == [1]
    assert edits == ["Split a section", *["Move a boundary"] * 4, "Join sections"]


def test_the_first_section_begins_where_the_song_does(qtbot: Any, wave: Waveform) -> None:
    wave.show_position(3.0)
    with qtbot.assertNotEmitted(wave.sections_edited):
        drag(wave, 0.0, 10.0)
    wave.show_chosen_section(0)
    QTest.keyClick(wave, Qt.Key.Key_Right, ALT)
    assert starts(wave)[:2] == [0.0, 23.5], "where it ends is moved instead"


def test_the_last_section_has_none_to_join(qtbot: Any, wave: Waveform) -> None:
    wave.show_position(90.0)
    with qtbot.assertNotEmitted(wave.sections_edited):
        QTest.keyClick(wave, Qt.Key.Key_J)


def test_the_menu_does_the_same(qtbot: Any, wave: Waveform) -> None:
    menu = menu_at(wave, 30.0)
    words = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert words == [
        "Rename…", "Loop this section", "Show this section in the views", "Split here", "Join with the next section",
        "Back to the sections that were found",
    ]  # fmt: skip
    assert not entry(menu, "Back").isEnabled(), "they are as they were found"
    entry(menu, "Split").trigger()
    menu.close()
    assert starts(wave)[2] == 29.5
    with qtbot.waitSignal(wave.sections_edited) as told:
        menu = menu_at(wave, 90.0, RULER_HEIGHT // 2)
        assert not entry(menu, "Join").isEnabled()
        entry(menu, "Back").trigger()
        menu.close()
    assert told.args == ["Sections as found", None]


def test_by_keyboard_the_menu_is_about_the_section_at_the_position(wave: Waveform) -> None:
    wave.show_position(30.0)
    QApplication.sendEvent(wave, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), wave.mapToGlobal(QPoint(5, 5))))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entry(menu, "Join").trigger()
    menu.close()
    assert starts(wave) == [0.0, 21.5, 61.5, 81.5]


def test_a_song_without_sections_can_be_divided(wave: Waveform, peaks: Peaks) -> None:
    wave.show_lanes([Lane("mix", "Mix", peaks)], SongStructure(), DURATION_S)
    wave.show_position(40.0)
    QTest.keyClick(wave, Qt.Key.Key_S)
    assert wave.structure.sections == (Section(0.0, 40.0, "A", is_guess=False), Section(40.0, DURATION_S, "B", is_guess=False))


def test_while_a_mix_is_being_analysed_nothing_is_edited(qtbot: Any, wave: Waveform, peaks: Peaks) -> None:
    wave.show_preview("song", peaks, DURATION_S)
    wave.show_position(40.0)
    with qtbot.assertNotEmitted(wave.sections_edited), qtbot.assertNotEmitted(wave.section_chosen):
        for key in (Qt.Key.Key_S, Qt.Key.Key_J, Qt.Key.Key_F2, Qt.Key.Key_Return):
            QTest.keyClick(wave, key)
    assert wave.structure == SongStructure()


def test_the_pointer_tells_section_chord_and_bar(wave: Waveform) -> None:
    QTest.mouseMove(wave, at(wave, 23.0, 100))
    assert wave.pointer_text() == "0:23.0  ·  B · Chorus?  ·  C  ·  bar 11.4"
    assert wave.tip_at(wave.x_at(23.0), CHORDS) == "Chord C, 0:21.5 – 0:23.5"
    assert wave.tip_at(wave.x_at(24.0), CHORDS) == "Chord G, perhaps G7, 0:23.5 – 0:25.5"
    assert wave.tip_at(wave.x_at(0.5), CHORDS) == "No chord is heard here"
    assert wave.tip_at(wave.x_at(23.0), BAND).startswith("Section B · Chorus?, 0:22 – 0:42; the kind is a guess. Click")


def test_the_table_tells_chords_and_bars(wave: Waveform, peaks: Peaks) -> None:
    heads, rows = rows_of([Lane("mix", "Mix", peaks)], make_structure(), DURATION_S)
    assert heads[:5] == ["Section", "From", "To", "From bar", "Chords"]
    assert rows[1][:5] == ["B · Chorus?", "0:22", "0:42", "11.1", "C G Am F …"]


def test_a_stretch_is_shown_with_a_loop_around_it(qtbot: Any, wave: Waveform) -> None:
    with qtbot.waitSignals([wave.loop_wanted, wave.seek_wanted]):
        wave.show_stretch(61.5, 81.5)
    assert wave.current_loop() == (61.5, 81.5)


def test_a_chord_that_lasts_over_a_boundary_is_named_where_there_is_room(qapp: QApplication) -> None:
    drawn: list[tuple[str, float]] = []

    class Watched(QPainter):
        def drawText(self, *words: Any) -> None:
            drawn.append((words[-1], words[0].left()))

    chords = (Chord("C♯m", 0.0, 21.6), Chord("F♯m", 21.6, DURATION_S))
    box = QRectF(0, 0, 1000, 16)
    image = QImage(1000, 16, QImage.Format.Format_ARGB32)
    painter = Watched(image)
    paint_chords(painter, box, replace(make_structure(), chords=chords), Axis.whole(DURATION_S), DARK)
    painter.end()
    assert [name for name, x in drawn if x < 230] == ["C♯m", "F♯m"], "what is left of it in the second section is too short for its name"
