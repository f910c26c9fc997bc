"""The waveforms under mouse, wheel and keys, with events as Qt delivers them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QNativeGestureEvent, QPainter, QPaintEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from structured_songs import DURATION_S

from mixassistant.audio.peaks import Peaks
from mixassistant.features.track import Section
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.waveform import LANE_HEIGHT, MIX_HEIGHT, RULER_HEIGHT, SECTIONS_HEIGHT, Lane, Waveform
from mixassistant.gui.waveform.table import WaveformTable, level_text, rows_of
from mixassistant.gui.widgets.theme import DARK

SONG = SongStructure((Section(0.0, 20.0, "A"), Section(20.0, 50.0, "B"), Section(50.0, 80.0, "C"), Section(80.0, DURATION_S, "D")))
TOP = RULER_HEIGHT + SECTIONS_HEIGHT
LEFT, SHIFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def wave(qtbot: Any, peaks: Peaks) -> Iterator[Waveform]:
    host = QWidget()
    qtbot.addWidget(host)
    made = Waveform(DARK, host)
    made.resize(948, TOP + MIX_HEIGHT + 4 * LANE_HEIGHT)
    stems = [("drums", "DRUMS"), ("bass", "BASS"), ("vocals", "VOX"), ("other", "PADS")]
    made.show_lanes([Lane("mix", "Mix", peaks), *(Lane(role, name, peaks, "demucs:htdemucs") for role, name in stems)], SONG, DURATION_S)
    host.resize(made.size())
    host.show()
    qtbot.waitExposed(host)
    yield made


def at(wave: Waveform, time_s: float, y: int = TOP + 40) -> QPoint:
    return QPoint(round(wave.x_at(time_s)), y)


def drag(wave: Waveform, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(wave, LEFT, keys, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(wave, start + (end - start) * share)
        QApplication.processEvents()
    QTest.mouseRelease(wave, LEFT, keys, end)


def turn(wave: Waveform, place: QPoint, notches: float, keys: Qt.KeyboardModifier = NONE, sideways: float = 0.0) -> None:
    where = QPointF(place)
    delta = QPoint(round(120 * sideways), round(120 * notches))
    event = QWheelEvent(
        where, QPointF(wave.mapToGlobal(place)), QPoint(), delta, Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(wave, event)


def test_a_click_seeks_and_a_drag_does_not(qtbot: Any, wave: Waveform) -> None:
    with qtbot.waitSignal(wave.seek_wanted) as told:
        QTest.mouseClick(wave, LEFT, NONE, at(wave, 30.0))
    assert told.args[0] == pytest.approx(30.0, abs=0.1)
    wave.zoom(4, 50.0)
    with qtbot.assertNotEmitted(wave.seek_wanted):
        drag(wave, at(wave, 50.0), at(wave, 45.0))
    QTest.mouseClick(wave, LEFT, NONE, QPoint(20, TOP + 10))  # over the names
    QTest.mouseClick(wave, Qt.MouseButton.RightButton, NONE, at(wave, 50.0))
    assert told.signal_triggered


def test_a_drag_pans_what_is_under_the_pointer_with_it(wave: Waveform) -> None:
    wave.zoom(4, 50.0)
    start, span = wave.start_s, wave.end_s - wave.start_s
    place = at(wave, 52.0)
    drag(wave, place, place + QPoint(-160, 3))
    assert wave.time_at(place.x() - 160) == pytest.approx(52.0, abs=0.05)
    assert wave.end_s - wave.start_s == pytest.approx(span) and wave.start_s == pytest.approx(start + 160 / 800 * span, rel=0.01)
    drag(wave, at(wave, wave.start_s + 1), at(wave, wave.start_s + 1) + QPoint(5000, 0))
    assert wave.start_s == 0.0, "not beyond the beginning"


@pytest.mark.parametrize("keys", [NONE, Qt.KeyboardModifier.ControlModifier])
def test_the_wheel_zooms_at_the_pointer(wave: Waveform, keys: Qt.KeyboardModifier) -> None:
    place = at(wave, 70.0)
    before = wave.time_at(place.x())
    for _ in range(6):
        turn(wave, place, 1, keys)
    assert wave.end_s - wave.start_s == pytest.approx(DURATION_S / 1.25**6)
    assert wave.time_at(place.x()) == pytest.approx(before)
    turn(wave, place, -0.5, keys)  # a fine wheel
    assert wave.end_s - wave.start_s == pytest.approx(DURATION_S / 1.25**5.5)
    for _ in range(20):
        turn(wave, place, -1, keys)
    assert (wave.start_s, wave.end_s) == (0.0, DURATION_S)
    for _ in range(100):
        turn(wave, place, 1, keys)
    assert wave.end_s - wave.start_s == pytest.approx(0.02), "there is an end to it"


def test_a_wheel_to_the_side_and_shift_pan(wave: Waveform) -> None:
    wave.zoom(4, 50.0)
    start, span = wave.start_s, wave.end_s - wave.start_s
    turn(wave, at(wave, 50.0), 0, sideways=-1)
    assert wave.start_s == pytest.approx(start + 0.1 * span)
    turn(wave, at(wave, 50.0), 1, SHIFT)
    assert wave.start_s == pytest.approx(start) and wave.end_s - wave.start_s == pytest.approx(span)


def test_a_pinch_zooms_at_the_fingers(wave: Waveform) -> None:
    place = at(wave, 25.0)
    before = wave.time_at(place.x())
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, QPointF(place), QPointF(place),
        QPointF(place), float(np.log(2)), QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(wave, event)
    assert wave.end_s - wave.start_s == pytest.approx(DURATION_S / 2)
    assert wave.time_at(place.x()) == pytest.approx(before)


def test_shift_and_a_drag_make_a_loop_whose_edges_can_be_dragged(qtbot: Any, wave: Waveform) -> None:
    with qtbot.waitSignal(wave.loop_wanted) as told:
        drag(wave, at(wave, 60.0), at(wave, 40.0), SHIFT)  # to the left works as well
    assert told.args[0] == pytest.approx((40.0, 60.0), abs=0.15)
    with qtbot.waitSignal(wave.loop_wanted) as told:
        drag(wave, at(wave, 60.0), at(wave, 75.0))
    assert told.args[0] == pytest.approx((40.0, 75.0), abs=0.15)
    with qtbot.waitSignal(wave.loop_wanted) as told:
        drag(wave, at(wave, 40.0), at(wave, 90.0))  # over the other edge
    assert told.args[0] == pytest.approx((75.0, 90.0), abs=0.15)
    with qtbot.assertNotEmitted(wave.loop_wanted):
        QTest.mouseClick(wave, LEFT, SHIFT, at(wave, 10.0))  # no drag, no loop
    assert wave.current_loop() == pytest.approx((75.0, 90.0), abs=0.15)


def test_the_pointer_says_what_it_would_do(wave: Waveform) -> None:
    wave.show_loop((40.0, 60.0))
    QTest.mouseMove(wave, at(wave, 40.0))
    assert wave.cursor().shape() == Qt.CursorShape.SizeHorCursor
    QTest.mouseMove(wave, at(wave, 50.0))
    assert wave.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert wave.pointer_text() == "0:50.0  ·  C"
    QTest.mouseMove(wave, QPoint(10, TOP + 10))
    assert wave.pointer_text() == ""


def test_a_double_click_clears_the_loop(qtbot: Any, wave: Waveform) -> None:
    wave.show_loop((50.0, 80.0))
    with qtbot.assertNotEmitted(wave.loop_wanted):
        QTest.mouseDClick(wave, LEFT, NONE, at(wave, 10.0))
    with qtbot.waitSignal(wave.loop_wanted) as told:
        QTest.mouseDClick(wave, LEFT, NONE, at(wave, 65.0))
    assert told.args[0] is None and wave.current_loop() is None


def test_everything_works_by_keyboard(qtbot: Any, wave: Waveform) -> None:
    wave.setFocus()
    seeks: list[float] = []
    loops: list[object] = []
    wave.seek_wanted.connect(seeks.append)
    wave.loop_wanted.connect(loops.append)
    control = Qt.KeyboardModifier.ControlModifier
    for key, keys in (
        (Qt.Key.Key_End, NONE), (Qt.Key.Key_Home, NONE), (Qt.Key.Key_Right, NONE), (Qt.Key.Key_Right, control), (Qt.Key.Key_Right, control),
        (Qt.Key.Key_Left, control), (Qt.Key.Key_Left, NONE),
    ):  # fmt: skip
        QTest.keyClick(wave, key, keys)
    assert seeks == pytest.approx([100.0, 0.0, 2.0, 20.0, 50.0, 20.0, 18.0])
    for key, keys in ((Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Left, SHIFT), (Qt.Key.Key_Delete, NONE)):
        QTest.keyClick(wave, key, keys)
    assert loops[:3] == [pytest.approx((18.0, 20.0)), pytest.approx((18.0, 22.0)), pytest.approx((18.0, 20.0))] and loops[3] is None
    QTest.keyClick(wave, Qt.Key.Key_Plus)
    assert wave.end_s - wave.start_s == pytest.approx(80.0) and wave.time_at(wave.x_at(18.0)) == pytest.approx(18.0)
    QTest.keyClick(wave, Qt.Key.Key_Minus)
    assert (wave.start_s, wave.end_s) == (0.0, 100.0)


def test_a_seek_out_of_sight_brings_it_into_sight(wave: Waveform) -> None:
    wave.zoom(20, 50.0)
    QTest.keyClick(wave, Qt.Key.Key_End)
    assert wave.end_s == 100.0
    QTest.keyClick(wave, Qt.Key.Key_Home)
    assert wave.start_s == 0.0


def test_the_page_turns_with_the_playhead_unless_the_user_looks_elsewhere(wave: Waveform) -> None:
    wave.zoom(10, 5.0)
    assert (wave.start_s, wave.end_s) == pytest.approx((4.5, 14.5))
    wave.show_position(14.49)
    wave.show_position(14.52)
    assert wave.start_s == pytest.approx(14.52 - 0.3) and wave.end_s == pytest.approx(wave.start_s + 10)
    wave.pan(4000)  # the user looks at what comes later
    start = wave.start_s
    wave.show_position(14.55)
    assert wave.start_s == start > 50
    wave.show_all()
    wave.show_position(99.0)
    assert (wave.start_s, wave.end_s) == (0.0, 100.0)


class Watched(Waveform):
    """Notes how wide what is painted is, and when the picture is drawn anew."""

    def paintEvent(self, event: QPaintEvent) -> None:
        self.areas.append(event.rect().width())
        super().paintEvent(event)

    def _paint_still(self, painter: QPainter, ratio: float) -> None:
        self.drawn += 1
        super()._paint_still(painter, ratio)


def test_the_playhead_costs_a_strip_and_no_new_picture(qtbot: Any, peaks: Peaks) -> None:
    wave = Watched(DARK)
    wave.areas, wave.drawn = [], 0
    qtbot.addWidget(wave)
    wave.resize(948, 150)
    wave.show_lanes([Lane("mix", "Mix", peaks)], SongStructure(), DURATION_S)
    wave.show()
    qtbot.waitExposed(wave)
    wave.show_position(10.0)
    qtbot.waitUntil(lambda: wave.drawn == 1)
    QApplication.processEvents()
    wave.areas.clear()
    for step in range(5):
        wave.show_position(10.1 + 0.1 * step)
        qtbot.waitUntil(lambda n=step + 1: len(wave.areas) == n)  # type: ignore[misc]
    assert max(wave.areas) < 30 and wave.drawn == 1
    wave.zoom(2)
    qtbot.waitUntil(lambda: wave.drawn == 2)


def test_solo_and_mute_are_told_and_shown(qtbot: Any, wave: Waveform) -> None:
    head = next(head for head in wave._heads if head.lane is not None and head.lane.name == "BASS")
    with qtbot.waitSignal(wave.solo_toggled) as told:
        QTest.mouseClick(head.solo, LEFT)
    assert told.args == ["BASS", True]
    assert [name for name in ("DRUMS", "BASS", "VOX", "PADS") if wave.is_heard(name)] == ["BASS"]
    with qtbot.waitSignal(wave.mute_toggled) as told:
        head.mute.setFocus()
        QTest.keyClick(head.mute, Qt.Key.Key_Space)
    assert told.args == ["BASS", True] and not wave.is_heard("BASS")
    with qtbot.waitSignal(wave.solo_toggled) as told:
        QTest.keyClick(head.solo, Qt.Key.Key_Return)
    assert told.args == ["BASS", False]
    with qtbot.assertNotEmitted(wave.mute_toggled):
        wave.show_solo_mute(frozenset({"VOX"}), frozenset())
    assert not head.mute.isChecked() and "solo: VOX" in wave.accessibleDescription()


def test_the_buttons_are_named_and_the_arrows_go_from_lane_to_lane(qtbot: Any, wave: Waveform) -> None:
    first, second = wave._heads[:2]
    assert (first.solo.accessibleName(), first.mute.accessibleName()) == ("Solo DRUMS", "Mute DRUMS")
    assert "separated by Demucs (htdemucs)" in first.toolTip()
    assert first.solo.toolTip() == "Hear DRUMS alone" and first.solo.width() >= 24
    assert QAccessible.queryAccessibleInterface(first.solo).text(QAccessible.Text.Name) == "Solo DRUMS"
    wave.window().activateWindow()
    first.mute.setFocus()
    qtbot.waitUntil(first.mute.hasFocus)
    QTest.keyClick(first.mute, Qt.Key.Key_Down)
    assert second.mute.hasFocus()


def test_a_lane_asks_for_its_menu(qtbot: Any, wave: Waveform) -> None:
    for y, name in ((TOP + 10, "mix"), (TOP + MIX_HEIGHT + 5, "DRUMS"), (TOP + MIX_HEIGHT + 3 * LANE_HEIGHT + 5, "PADS")):
        place = at(wave, 30.0, y)
        with qtbot.waitSignal(wave.lane_menu_wanted) as told:
            QApplication.sendEvent(wave, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, wave.mapToGlobal(place)))
        assert told.args == [name, wave.mapToGlobal(place)]
    with qtbot.waitSignal(wave.lane_menu_wanted) as told:  # on a name
        head = wave._heads[1]
        QApplication.sendEvent(head, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), head.mapToGlobal(QPoint(5, 5))))
    assert told.args[0] == "BASS"


def test_it_says_what_it_shows(wave: Waveform) -> None:
    wave.show_loop((10.0, 20.5))
    wave.show_position(65.0)
    wave.zoom(2, 50.0)
    said = wave.accessibleDescription()
    for part in (
        "1 minute 40 seconds", "4 stems: DRUMS, BASS, VOX, PADS", "4 sections: A 0:00, B 0:20, C 0:50, D 1:20", "loop 0:10.0 – 0:20.5",
        "position 1:05, C", "in sight",
    ):  # fmt: skip
        assert part in said
    assert wave.tip_at(wave.x_at(60.0), RULER_HEIGHT + 4).startswith("Section C, 0:50 – 1:20. Click to show it")
    assert "Shift+drag" in wave.tip_at(wave.x_at(60.0), TOP + 5)


def test_another_song_forgets_and_the_same_song_keeps(wave: Waveform, peaks: Peaks) -> None:
    wave.show_preview("song", peaks, DURATION_S)
    wave.zoom(4, 30.0)
    sight = wave.start_s, wave.end_s
    wave.show_preview("song", peaks, DURATION_S)
    assert (wave.start_s, wave.end_s) == sight and wave.names_in_sight() == ["Mix"]
    assert "still being analysed" in wave.accessibleDescription()
    wave.show_loop((1.0, 2.0))
    wave.show_preview("another", peaks, DURATION_S)
    assert (wave.start_s, wave.end_s) == (0.0, DURATION_S) and wave.current_loop() is None


def test_nothing_to_show_yet_does_no_harm(qtbot: Any) -> None:
    empty = Waveform(DARK)
    qtbot.addWidget(empty)
    empty.resize(400, 200)
    empty.show()
    qtbot.waitExposed(empty)
    with qtbot.assertNotEmitted(empty.seek_wanted), qtbot.assertNotEmitted(empty.loop_wanted):
        drag(empty, QPoint(200, 50), QPoint(300, 50), SHIFT)
        for key in (Qt.Key.Key_Home, Qt.Key.Key_Plus, Qt.Key.Key_Right):
            QTest.keyClick(empty, key)
        QTest.keyClick(empty, Qt.Key.Key_Right, SHIFT)
    QApplication.sendEvent(empty, QEvent(QEvent.Type.Leave))
    assert not empty.grab().isNull()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # a dialog on the plugin without a screen
def test_the_same_as_numbers(qtbot: Any, wave: Waveform, peaks: Peaks) -> None:
    wave.setFocus()
    QTest.keyClick(wave, Qt.Key.Key_T)
    dialog = wave.window().findChild(WaveformTable)
    assert dialog is not None and dialog.isVisible()
    table = dialog.table
    cells = [[table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())]
    assert [row[:3] for row in cells] == [["A", "0:00", "0:20"], ["B", "0:20", "0:50"], ["C", "0:50", "1:20"], ["D", "1:20", "1:40"]]
    assert [table.horizontalHeaderItem(c).text() for c in (3, 4, 5)] == ["Mix peak (dBFS)", "Mix RMS (dBFS)", "DRUMS RMS (dBFS)"]
    assert all(cell == "−20.0" for row in cells for cell in row[4:]), "noise of 0.1"
    assert all(-10 < float(row[3].replace("−", "-")) < -5 for row in cells)
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().split("\n")
    assert len(lines) == 2 and lines[1].startswith("B\t0:20\t0:50\t−")
    heads, rows = rows_of([Lane("mix", "Mix", peaks)], SongStructure(), DURATION_S)
    assert len(rows) == 10 and rows[3][:3] == ["4", "0:30", "0:40"] and heads[0] == "Part"
    assert level_text(0.0) == "silent" and level_text(1.0) == "0.0"
    dialog.close()


def test_a_ring_shows_the_focus_that_came_by_keyboard(qtbot: Any, wave: Waveform) -> None:
    accent = DARK.color("accent").rgb()
    wave.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(wave.hasFocus)
    assert wave.grab().toImage().pixel(1, 1) != accent
    wave.clearFocus()
    wave.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(wave.hasFocus)
    assert wave.grab().toImage().pixel(1, 1) == accent


def test_playing_does_not_keep_a_screen_reader_talking(wave: Waveform) -> None:
    wave.show_position(10.0)
    for step in range(1, 90):
        wave.show_position(10.0 + step / 30)
    assert "position 0:10" in wave.accessibleDescription()
    wave.show_position(40.0)
    assert "position 0:40" in wave.accessibleDescription()
