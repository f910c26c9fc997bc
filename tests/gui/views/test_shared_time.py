"""One stretch of time and one playhead in the waveform and in every view along time; the reference over the mix in loudness and stereo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from sample_documents import make_track
from structured_songs import DURATION_S, StructuredCore, with_structure
from window_driver import analysed, come_to_rest

from mixassistant.audio.audio import Audio
from mixassistant.audio.peaks import build_peaks
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import Measurement
from mixassistant.features.measure import measure
from mixassistant.gui.player.rendering import Reference
from mixassistant.gui.views.mid_side import mid_side
from mixassistant.gui.views.time_plot import TimePlot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def core(tmp_path: Path) -> Iterator[StructuredCore]:
    made = StructuredCore(tmp_path / "library.sqlite3")
    yield made
    made.may_measure.set()


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    analysed(qtbot, window)
    window.views.setCurrentWidget(window.plots[2])
    come_to_rest(window)
    return window


def reference(seconds: float = 50.0) -> Reference:
    samples = np.zeros((2, round(seconds * 4000)), np.float32)
    track = replace(with_structure(make_track("Theirs")), duration_s=seconds, sections=())
    return Reference(Path("theirs.wav"), "Theirs", samples, 4000, -12.0, build_peaks(Audio(samples, 4000)), track)


def in_sight(plot: TimePlot) -> tuple[float, float]:
    (start_s, end_s), _heights = plot.getViewBox().viewRange()
    return start_s, end_s


def turn_wheel(plot: TimePlot, notches: int) -> None:
    place = QPointF(plot.width() / 2, plot.height() / 2)
    QApplication.sendEvent(
        plot.viewport(),
        QWheelEvent(
            place, plot.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_who_zooms_the_waveform_zooms_every_view_along_time(shown: Any) -> None:
    shown.waveform.zoom(4.0, 30.0)
    stretch = shown.waveform.start_s, shown.waveform.end_s
    assert in_sight(shown.loudness.plot) == pytest.approx(stretch)
    shown.views.setCurrentWidget(shown.plots[4])  # built after that
    come_to_rest(shown)
    assert in_sight(shown.stereo.correlation.plot) == pytest.approx(stretch)
    shown.waveform.show_all()
    assert in_sight(shown.loudness.plot) == pytest.approx((0, DURATION_S)) == in_sight(shown.stereo.correlation.plot)


def test_who_zooms_a_view_by_the_wheel_zooms_the_waveform_and_a_double_click_shows_all(shown: Any, qtbot: Any) -> None:
    plot = shown.loudness.plot
    turn_wheel(plot, 5)
    start_s, end_s = in_sight(plot)
    assert end_s - start_s < 0.9 * DURATION_S
    assert (shown.waveform.start_s, shown.waveform.end_s) == pytest.approx((start_s, end_s), abs=0.01)
    shown.loudness.refresh()  # drawn again, for another reason
    assert in_sight(plot) == pytest.approx((start_s, end_s))
    qtbot.mouseDClick(plot.viewport(), LEFT, pos=plot.viewport().rect().center())
    assert shown.waveform.start_s == 0 and shown.waveform.end_s == DURATION_S


def test_the_playhead_goes_through_the_views_and_a_click_there_seeks(shown: Any, qtbot: Any) -> None:
    plot = shown.loudness.plot
    shown.player.seek(40.0)
    assert plot._playhead.isVisible() and plot._playhead.value() == 40.0
    place = plot.viewport().rect().center()
    wanted = plot.getViewBox().mapSceneToView(plot.mapToScene(place)).x()
    qtbot.mouseClick(plot.viewport(), LEFT, pos=place)
    qtbot.waitUntil(lambda: shown.player.position_s == pytest.approx(wanted, abs=0.2))
    assert shown.waveform._position_s == pytest.approx(wanted, abs=0.2) == plot._playhead.value()
    shown.views.setCurrentWidget(shown.plots[1])  # nobody looked at it until now
    assert shown.spectrogram.plot._playhead.value() == pytest.approx(wanted, abs=0.2)


def test_the_playhead_is_drawn_again_only_where_it_has_moved_by_a_pixel(shown: Any) -> None:
    plot, drawn = shown.loudness.plot, []
    shown.player.seek(40.0)
    plot._playhead.sigPositionChanged.connect(lambda _line: drawn.append(1))
    for step in range(100):
        shown.loudness.show_moment(40.0 + 0.001 * step)
    assert len(drawn) <= 2


def test_another_song_is_shown_whole(shown: Any, qtbot: Any) -> None:
    shown.waveform.zoom(4.0, 30.0)
    analysed(qtbot, shown, Path("another.wav"))
    come_to_rest(shown)
    assert in_sight(shown.loudness.plot) == pytest.approx((0, DURATION_S))


def test_the_loudness_of_the_reference_lies_at_the_places_that_are_linked(shown: Any) -> None:
    found, view = reference(), shown.loudness
    shown.player._put_reference(found)
    assert "Theirs, short-term, at the linked places" in view.legend.accessibleName()
    assert found.track is not None
    curve = np.asarray(found.track.mix["short_term"].value)
    # Without sections places are linked at the same share: 80 s of 100 with 40 of 50.
    expected = curve[round((40.0 - 3.0) / 0.1)]
    assert view._linked(np.array([80.0]))[0] == pytest.approx(expected)
    rows = view.table()
    assert rows[0][5] == "Theirs, short-term (LUFS)" and {len(row) for row in rows} == {len(rows[0])}
    assert next(row for row in rows if row[0] == "1:20")[5] == f"{expected:.1f}".replace("-", "−")
    shown.player.move_link(10.0)  # with 0 s of the mix
    assert view._linked(np.array([20.0]))[0] == pytest.approx(curve[round((30.0 - 3.0) / 0.1)])
    shown.player._put_reference(None)
    assert "Theirs" not in view.legend.accessibleName()


def test_the_width_and_mid_and_side_of_the_reference_lie_over_those_of_the_mix(shown: Any, qtbot: Any) -> None:
    shown.views.setCurrentWidget(shown.plots[4])
    come_to_rest(shown)
    view = shown.stereo
    shown.player._put_reference(reference())
    assert "Theirs" in view.width_bands.legend.accessibleName()
    view.width_bands.cursor_line.go_to(3.0)
    assert "C −" in view.width_bands.reading
    view.mid_side.setFocus()
    qtbot.keyClick(view.mid_side, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert view.mid_side.isChecked() and view.width_bands.legend.accessibleName() == "mid, side, dashed, Theirs"
    view.width_bands.cursor_line.go_to(3.01)
    assert "mid −" in view.width_bands.reading and "C: mid −" in view.width_bands.reading
    rows = view.table()
    assert {len(row) for row in rows} == {6} and sum(row[0] == "Side" for row in rows) == CENTRES_HZ.size


def test_mid_and_side_add_up_to_the_spectrum_and_part_by_the_width() -> None:
    both, width = np.linspace(-10, -40, 31), np.linspace(-20, 5, 31)
    found = mid_side({"ltas": Measurement(both), "width_bands": Measurement(width)})
    assert found is not None
    mid, side = found
    assert np.allclose(10 * np.log10(10 ** (mid / 10) + 10 ** (side / 10)), both) and np.allclose(side - mid, width)
    assert mid_side({"ltas": Measurement(both)}) is None
    mono = mid_side({"ltas": Measurement(both), "width_bands": Measurement(np.full(31, -60.0))})
    assert mono is not None and np.isnan(mono[1]).all() and np.allclose(mono[0], both, atol=0.001)


def test_mid_and_side_are_those_of_the_sound_itself() -> None:
    rng = np.random.default_rng(4)
    mid, side = rng.normal(0, 0.1, 44100 * 6), rng.normal(0, 0.03, 44100 * 6)
    values = measure(Audio(np.stack([mid + side, mid - side]).astype(np.float32), 44100), "mix", only=frozenset({"ltas", "width_bands"}))
    found = mid_side(values)
    assert found is not None
    assert np.nanmedian(found[1] - found[0]) == pytest.approx(20 * np.log10(0.3), abs=0.3)
