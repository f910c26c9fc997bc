"""The waveform overview with more stems than fit."""

from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from window_driver import FakeCore, analysed, come_to_rest

from mixassistant.gui.waveform import FEWEST_LANES, LANE_HEIGHT, LANES, MIX_HEIGHT, RULER_HEIGHT, Waveform
from mixassistant.gui.window.main_window import MainWindow


def turn(wave: Waveform, x: float, notches: int) -> None:
    at = QPointF(x, 100)
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    wave.wheelEvent(event)


def test_stems_out_of_sight_are_counted_and_scroll_into_view(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.stems = {"drums": [f"Drum {i}" for i in range(12)], "other": [f"Guitar {i}" for i in range(20)]}
    analysed(qtbot, window)
    wave = window.waveform
    names = [*core.stems["drums"], *core.stems["other"]]
    qtbot.waitUntil(lambda: wave.more_text() == "+24 more ↓", timeout=2000)
    assert wave.names_in_sight() == ["Mix", *names[:LANES]]
    assert wave.scroller.isVisible() and wave.scroller.accessibleName() and wave.scroller.toolTip()
    QTest.keyClick(wave, Qt.Key.Key_Down)
    assert wave.names_in_sight() == ["Mix", *names[1 : LANES + 1]] and wave.more_text() == "+24 more ↕"
    turn(wave, wave.head_width / 2, -1)
    assert wave.names_in_sight()[1] == names[2]
    for _ in range(5):
        QTest.keyClick(wave, Qt.Key.Key_PageDown)
    assert wave.names_in_sight()[-1] == names[-1] and wave.more_text() == "+24 more ↑"
    whole = wave.end_s - wave.start_s
    turn(wave, wave.head_width + 100, 1)  # over the waves the wheel zooms
    assert wave.end_s - wave.start_s < whole and wave.names_in_sight()[-1] == names[-1]


def test_a_small_window_shows_fewer_stems_and_the_rest_scrolls(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.stems = {"drums": [f"Drum {i}" for i in range(32)]}
    analysed(qtbot, window)
    wave = window.waveform
    window.head.fold.choose(False)
    for width, height in ((900, 560), (1100, 700), (1600, 1000)):
        window.resize(width, height)
        come_to_rest(window)
        stems = wave.names_in_sight()[1:]
        assert FEWEST_LANES <= len(stems) <= LANES and wave.more_text() == f"+{32 - len(stems)} more ↓"
        assert wave.visibleRegion().boundingRect().height() == wave.height() >= MIX_HEIGHT + LANE_HEIGHT * len(stems) + RULER_HEIGHT
    assert len(stems) == LANES
    wave.scroller.setValue(99)
    assert wave.names_in_sight()[-1] == "Drum 31"
    window.resize(900, 560)
    come_to_rest(window)
    wave.scroller.setValue(99)
    assert wave.names_in_sight()[-1] == "Drum 31"


def test_few_stems_need_no_scrolling(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    qtbot.waitUntil(lambda: window.waveform.more_text() == "", timeout=2000)
    assert not window.waveform.scroller.isVisible()
    assert len(window.waveform.names_in_sight()) == 1 + len(window.session.state.result.analysis.track.stems)


def test_another_song_begins_at_the_top(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.stems = {"drums": [f"Drum {i}" for i in range(12)]}
    analysed(qtbot, window)
    QTest.keyClick(window.waveform, Qt.Key.Key_PageDown)
    core.stems = {"drums": ["Kit"]}
    analysed(qtbot, window)
    assert window.waveform.names_in_sight() == ["Mix", "Kit"]
