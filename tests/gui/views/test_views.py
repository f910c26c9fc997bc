"""The switchable views, on a real analysis of made sounds: what is drawn against what was measured."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sample_documents import make_profile, make_suggestions, make_verification, spectrum

from mixassistant.analysis import Analysis, Request
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.measure import measure_song
from mixassistant.features.stereo import WIDTH_FLOOR_DB
from mixassistant.features.track import MeasuredTrack
from mixassistant.gui.background.result import Result
from mixassistant.gui.views import DynamicsView, LibraryMapView, LoudnessView, SpectrogramView, SpectrumView, StereoView, spectrum_curves
from mixassistant.gui.views import spectrum as spectrum_module
from mixassistant.gui.views.dynamics import histogram
from mixassistant.gui.views.figures import number
from mixassistant.gui.views.fine_bands import fine_spectrum
from mixassistant.gui.views.placing import KEYS, place, way_text
from mixassistant.gui.views.table import TableDialog, number_in
from mixassistant.gui.views.view import View
from mixassistant.gui.widgets.targets import values_of
from mixassistant.gui.widgets.theme import DARK, LIGHT, apply_theme
from mixassistant.stems.stem import Song, Stem
from signals import music, sine

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # which the plugin without a screen lacks

MEASURED = frozenset(
    {
        "ltas", "momentary", "short_term", "lufs", "lra", "true_peak", "plr", "psr", "crest", "dynamic_spread", "level_quantiles",
        "width", "width_bands", "correlation", "mono_loss", "balance", "low_mono_share", "tilt", "level",
    }
)  # fmt: skip
VIEWS = (SpectrumView, SpectrogramView, LoudnessView, DynamicsView, StereoView, LibraryMapView)
NAMES = ("Harbour", "Lantern", "Meadow", "Orchard", "Quarry")


def make_song(seed: int, name: str) -> Song:
    """Return a song of two stems."""
    bass = Audio(sine(80 + seed, -12, 6.0, 44100).samples, 44100)
    other = music(seed, 6.0)
    return Song(
        name, f"{seed:064x}", mix([bass, other]), (Stem("BASS", "bass", "supplied", bass), Stem("KEYS", "other", "supplied", other)), {}
    )


def measured(song: Song) -> MeasuredTrack:
    return measure_song(song, only=MEASURED)


@pytest.fixture(scope="module")
def references() -> tuple[MeasuredTrack, ...]:
    return tuple(measured(make_song(i + 1, name)) for i, name in enumerate(NAMES))


@pytest.fixture(scope="module")
def result(references: tuple[MeasuredTrack, ...]) -> Result:
    song = make_song(0, "Night drive")
    track = measured(song)
    profile = replace(make_profile(len(references)), references=references)
    return Result(
        Analysis(
            Request(Path("song.wav")), song, track, profile, make_suggestions(), make_verification(), (), "2026-01-01T00:00:00+00:00", {}
        ),
        {},
        {},
    )


@pytest.fixture
def show(qtbot: Any) -> Callable[..., Any]:
    """Return what puts a view on the screen, as the window does, with an analysis in it."""

    def shown(kind: type[View], result: Result | None = None, width: int = 760, height: int = 420) -> Any:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, LIGHT)
        view = kind(LIGHT)  # type: ignore[call-arg]
        qtbot.addWidget(view)
        view.resize(width, height)
        if result is not None:
            view.show_result(result)
        view.show()
        qtbot.waitExposed(view)
        qtbot.waitUntil(lambda: not view.computation.is_running, timeout=20_000)
        return view

    return shown


def choose(box: Any, text: str) -> None:
    """Choose in a box by its keys, as a person may."""
    box.setFocus()
    for _step in range(box.count()):
        QTest.keyClick(box, Qt.Key.Key_Up)
    while box.currentText() != text:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down)
        assert box.currentIndex() > before, text


def with_references(result: Result, references: tuple[MeasuredTrack, ...]) -> Result:
    profile = replace(result.analysis.profile, references=references)
    return replace(result, analysis=replace(result.analysis, profile=profile))


def column(rows: list[tuple[str, ...]], index: int) -> list[float | None]:
    return [number_in(row[index]) for row in rows[1:]]


# Every view


@pytest.mark.parametrize("kind", VIEWS)
def test_before_there_is_a_mix_a_sentence_says_what_to_do(show: Any, kind: type[View]) -> None:
    view = show(kind)
    assert view.message.isVisible() and view.message.text().startswith("Open a mix to see")
    assert view.table() == [] and not view.as_table.isEnabled()


@pytest.mark.parametrize("kind", VIEWS)
def test_every_view_opens_its_table_at_a_click(show: Any, result: Result, kind: type[View]) -> None:
    view = show(kind, result)
    assert view.is_plotted
    QTest.mouseClick(view.as_table, Qt.MouseButton.LeftButton)
    dialog = view.findChild(TableDialog)
    rows = view.table()
    assert dialog.isVisible() and len(rows) > 5
    assert dialog.table.rowCount() == len(rows) - 1
    assert {len(row) for row in rows} == {dialog.table.columnCount()}
    assert not [cell for row in rows[1:] for cell in row if re.search(r"nan|inf\b|(^|\s)-\d", cell)]
    dialog.close()


@pytest.mark.parametrize("kind", VIEWS)
def test_a_view_follows_the_theme_and_keeps_what_it_shows(show: Any, result: Result, kind: type[View]) -> None:
    view = show(kind, result)
    rows = view.table()
    light = view.grab().toImage().pixelColor(4, view.height() - 4)
    view.set_tokens(DARK)
    plot = next(p for p in view.findChildren(spectrum_module.Plot) if p.isVisible())
    assert plot.backgroundBrush().color() == DARK.color("panel")
    assert view.table() == rows and view.is_plotted and light.isValid()


@pytest.mark.parametrize("kind", VIEWS)
def test_a_view_that_nobody_sees_computes_nothing(qtbot: Any, result: Result, kind: type[View]) -> None:
    view = kind(LIGHT)  # type: ignore[call-arg]
    qtbot.addWidget(view)
    view.show_result(result)
    assert not view.computation.is_running


@pytest.mark.parametrize("kind", VIEWS)
def test_nothing_is_wider_than_a_narrow_view(show: Any, result: Result, kind: type[View]) -> None:
    view = show(kind, result, 350, 200)
    assert view.width() == 350
    seen = [w for w in (view.target, view.as_table, *view.findChildren(spectrum_module.Plot)) if w.isVisible()]
    assert len(seen) >= 2
    for widget in seen:
        assert widget.mapTo(view, QPoint(0, 0)).x() >= 0 and widget.mapTo(view, QPoint(widget.width(), 0)).x() <= 350
    for plot in view.findChildren(spectrum_module.Plot):
        assert not plot.isVisible() or plot.height() >= 70


def test_a_role_stays_chosen_with_the_next_analysis(show: Any, result: Result) -> None:
    view = show(LoudnessView, result)
    choose(view.target, "Bass")
    view.show_result(result)
    assert view.target.currentText() == "Bass"


@pytest.mark.parametrize("kind", [SpectrogramView, DynamicsView, StereoView])
def test_a_role_without_audio_says_so(show: Any, result: Result, kind: type[View]) -> None:
    song = replace(result.analysis.song, stems=())
    view = show(kind, replace(result, analysis=replace(result.analysis, song=song)))
    choose(view.target, "Bass")
    texts = [view.message.text(), *(pane.legend.text() for pane in vars(view).values() if hasattr(pane, "legend"))]
    assert any("no audio of this stem" in text.replace("&nbsp;", " ") for text in texts)


# Spectrum


def test_the_spectrum_shows_what_was_measured_and_the_profile(show: Any, result: Result) -> None:
    view = show(SpectrumView, result)
    assert view.target.currentText() == "Bass"  # what the first suggestion is about
    choose(view.target, "Mix")
    rows = view.table()
    assert [row[0] for row in rows[1:]] == [f"{hz:g} Hz" for hz in NOMINAL_HZ]
    ltas = vector(result.analysis.track.mix, "ltas")
    for row, level in zip(rows[1:], ltas, strict=True):
        assert row[1] == "–" if level <= -119 else number_in(row[1]) == pytest.approx(level, abs=0.051)
    target = result.analysis.profile.targets["mix/ltas"]
    for index, edge in ((2, target.low), (3, target.median), (4, target.high)):
        assert column(rows, index) == pytest.approx(list(edge), abs=0.051)


def test_the_curve_after_the_suggestions_is_drawn_for_what_they_move(show: Any, result: Result) -> None:
    view = show(SpectrumView, result)
    assert column(view.table(), 5)[:20] == pytest.approx(list(spectrum("bass", 0, 0.3)[:20]), abs=0.051)
    assert "after the moves as set (rendered and measured)" in view.legend.accessibleName()
    choose(view.target, "Mix")
    assert {row[5] for row in view.table()[1:]} != {"–"} and "as set (predicted)" in view.legend.accessibleName()


def test_a_reference_is_drawn_beside_the_mix_when_it_is_chosen(show: Any, result: Result) -> None:
    view = show(SpectrumView, result)
    assert [view.other.itemText(i) for i in range(view.other.count())] == ["No reference", *NAMES] and view.other.isVisible()
    assert view.other.currentText() == "No reference"  # what the moves rest on is all of them
    columns, curves = len(view.table()[0]), len(view.plot.getPlotItem().items)
    choose(view.other, "Meadow")
    assert view.table()[0][columns:] == ("Meadow (dB)",) and "Meadow" in view.legend.text()
    assert len(view.plot.getPlotItem().items) == curves + 1
    (meadow,) = [track for track in result.analysis.profile.references if track.name == "Meadow"]
    wanted = vector(values_of(meadow, view.shown), "ltas")
    known = wanted > -119
    assert [v for v, is_known in zip(column(view.table(), columns), known, strict=True) if is_known] == pytest.approx(
        wanted[known], abs=0.051
    )
    view.plot.setFocus()
    QTest.keyClick(view.plot, Qt.Key.Key_Home)
    assert "reference" in view.readout.text()
    without = replace(result.analysis, profile=replace(result.analysis.profile, references=()))
    view.show_result(replace(result, analysis=without))
    assert not view.other.isVisible() and len(view.table()[0]) == columns


@pytest.mark.parametrize("tier", ["same song", "same session", "references"])
def test_the_one_reference_that_a_card_rests_on_is_drawn_at_once_and_its_evidence_lies_on_the_curves(
    show: Any, result: Result, tier: str
) -> None:
    (theirs,) = [track for track in result.analysis.profile.references if track.name == "Orchard"]
    band = NOMINAL_HZ.index(80)
    levels = [float(vector(values_of(track, "bass"), "ltas")[band]) for track in (result.analysis.track, theirs)]
    eq = next(move for move in result.analysis.moves if move.kind == "eq")
    evidence = replace(eq.evidence, measured=levels[0], target=levels[1], frequency_hz=80.0, references=("Orchard",), tier=tier)
    analysis = replace(result.analysis, suggestions=(replace(eq, evidence=evidence),))
    view = show(SpectrumView, replace(result, analysis=analysis))
    if tier == "references":
        assert view.other.currentText() == "No reference"
        choose(view.other, "Orchard")
    assert view.other.currentText() == "Orchard"
    row = view.table()[1 + band]
    assert (row[1], row[-1]) == (number(evidence.measured), number(evidence.target))


def test_finer_curves_come_from_a_worker_and_lie_on_the_coarse_one(
    qtbot: Any, show: Any, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def watched(*words: Any) -> Any:
        threads.append(threading.get_ident())
        return fine_spectrum(*words)

    monkeypatch.setattr(spectrum_curves, "fine_spectrum", watched)
    view = show(SpectrumView, result)
    choose(view.target, "Mix")
    for name, parts in (("1/6 octave", 2), ("1/12 octave", 4)):
        choose(view.resolution, name)
        qtbot.waitUntil(lambda: not view.computation.is_running and view.is_plotted, timeout=20_000)
        levels = np.array([np.nan if v is None else v for v in column(view.table(), 1)])
        assert levels.size == 31 * parts
        coarse = 10 * np.log10(np.nanmean(10 ** (np.nan_to_num(levels, nan=-120.0) / 10).reshape(31, parts), axis=1))
        ltas = vector(result.analysis.track.mix, "ltas")
        loud = ltas > -25  # beside a sine what leaks from it depends on the window
        assert coarse[loud] == pytest.approx(ltas[loud], abs=1.0)
        assert "interpolated" in view.legend.text()
    assert threading.get_ident() not in threads
    count = len(threads)
    choose(view.resolution, "1/6 octave")  # known by now
    assert view.is_plotted and len(threads) == count


def test_arrow_keys_and_the_pointer_read_the_spectrum_off(show: Any, result: Result) -> None:
    view = show(SpectrumView, result)
    choose(view.target, "Mix")
    view.plot.setFocus()
    QTest.keyClick(view.plot, Qt.Key.Key_Home)
    assert view.readout.text().startswith("20 Hz")
    for _step in range(12):
        QTest.keyClick(view.plot, Qt.Key.Key_Right)
    ltas = vector(result.analysis.track.mix, "ltas")
    assert NOMINAL_HZ[12] == 315
    assert view.readout.text().startswith("316 Hz") and f"now {ltas[12]:.1f} dB".replace("-", "−") in view.readout.text()
    box = view.plot.getViewBox()
    place = view.plot.mapFromScene(box.mapViewToScene(QPointF(np.log10(1000), box.viewRange()[1][0] + 5)))
    QTest.mouseMove(view.plot.viewport(), place)
    QApplication.processEvents()
    assert view.readout.text().startswith("1 kHz")


# Spectrogram


def test_the_spectrogram_is_computed_once_for_each_target(qtbot: Any, show: Any, result: Result) -> None:
    view = show(SpectrogramView, result)
    first = view.computation.get("mix")
    choose(view.target, "Bass")
    qtbot.waitUntil(lambda: view.is_plotted, timeout=20_000)
    choose(view.target, "Mix")
    assert view.is_plotted and view.computation.get("mix") is first
    view.plot.setFocus()
    QTest.keyClick(view.plot, Qt.Key.Key_Home)
    before = view.readout.text()
    QTest.keyClick(view.plot, Qt.Key.Key_Up)
    assert before.startswith("0:00.") and view.readout.text() != before and "dBFS" in before


def test_who_leaves_the_spectrogram_stops_it_and_who_comes_back_gets_it(qtbot: Any, show: Any, result: Result) -> None:
    view = show(SpectrogramView, result)
    view.show_result(result)
    assert view.computation.is_running and view.message.text().startswith("Computing")
    view.hide()
    assert not view.computation.is_running
    view.show()
    qtbot.waitUntil(lambda: view.is_plotted, timeout=20_000)


# Loudness


def test_the_loudness_table_holds_what_a_meter_shows_at_each_second(show: Any, result: Result) -> None:
    view = show(LoudnessView, result)
    rows, values = view.table(), result.analysis.track.mix
    assert number_in(rows[1][3]) == pytest.approx(scalar(values, "lufs"), abs=0.051)
    assert rows[1][4] == "−10.3 to −7.9 LUFS"
    fourth = rows[1 + 4]
    assert fourth[0] == "0:04"
    assert number_in(fourth[1]) == pytest.approx(vector(values, "momentary")[36], abs=0.051)
    assert number_in(fourth[2]) == pytest.approx(vector(values, "short_term")[10], abs=0.051)
    assert rows[1 + 2][2] == "–"  # no 3 s have passed
    assert "integrated" in view.legend.text() and "expected" in view.legend.text()


# Dynamics


def test_the_dynamics_table_holds_the_analysis_and_the_references_range(show: Any, result: Result) -> None:
    view = show(DynamicsView, result)
    rows = {(row[0], row[1]): row for row in view.table()}
    values = result.analysis.track.mix
    assert rows["Peak to loudness", ""][2] == REGISTRY["plr"].format(scalar(values, "plr"))
    own = [scalar(r.mix, "plr") for r in result.analysis.profile.references]
    low, high = (f"{end:.1f}" for end in np.quantile(own, [0.1, 0.9]))
    assert rows["What", "Where"][3:] == ("References, 10–90 %", "Expected, 10–90 %")
    assert rows["Peak to loudness", ""][3:] == (f"{low} to {high} LU", "8.5 to 10.7 LU")
    assert sum(number_in(r[2]) or 0 for (what, _where), r in rows.items() if what.startswith("Share")) == pytest.approx(100, abs=0.5)
    quantiles = vector(values, "level_quantiles")
    theirs = np.array([vector(r.mix, "level_quantiles") for r in result.analysis.profile.references])
    row = next(r for (what, where), r in rows.items() if what.startswith("Level over") and where == "50 %")
    assert number_in(row[2]) == pytest.approx(quantiles[10], abs=0.051)
    low, high = np.percentile(theirs[:, 10], [10, 90])
    assert row[3] == f"{low:.1f} to {high:.1f} dB".replace("-", "−")


def test_plots_beside_each_other_make_way_for_one_where_there_is_no_room(show: Any, result: Result) -> None:
    view = show(DynamicsView, result, 700, 420)
    assert view.peaks.isVisible() and view.levels.isVisible() and not view.kind.isVisible()
    view.resize(380, 420)
    QApplication.processEvents()
    assert view.peaks.isVisible() and not view.levels.isVisible()
    choose(view.kind, "Levels")
    assert view.levels.isVisible() and not view.peaks.isVisible()


# Stereo


def test_the_stereo_table_holds_the_width_of_every_band(show: Any, result: Result) -> None:
    view = show(StereoView, result, 380, 420)
    choose(view.kind, "Width per band")
    assert view.width_bands.isVisible() and not view.goniometer.isVisible()
    rows = [row for row in view.table() if row[0] == "Stereo width per band"]
    own = vector(result.analysis.track.mix, "width_bands")
    assert len(rows) == 31
    for row, level in zip(rows, own, strict=True):
        assert row[2] == "mono" if level <= -60 else number_in(row[2]) == pytest.approx(level, abs=0.051)
    assert sum(row[0] == "Correlation over 1 s" for row in view.table()) == 6


def point(view: Any, plot: Any, x: float, y: float) -> None:
    """Move the pointer to a place of a plot, given in its own units."""
    QTest.mouseMove(plot.viewport(), plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y))))
    QApplication.processEvents()


def test_the_goniometer_is_read_off_by_the_pointer_and_the_arrow_keys(qtbot: Any, show: Any, result: Result) -> None:
    view = show(StereoView, result, 1000, 420)
    qtbot.waitUntil(lambda: "mix" in view.computation, timeout=20_000)
    found = view.computation["mix"]
    point(view, view.goniometer.plot, 0.25 * found.extent, -0.5 * found.extent)
    cursor = view.goniometer.cursor_line
    side, mid = np.linspace(-found.extent, found.extent, 181)[[cursor.index, cursor.row]]
    assert (side, mid) == pytest.approx((0.25 * found.extent, -0.5 * found.extent), abs=found.extent / 40)
    share = found.density[cursor.row, cursor.index] / 255 * 100
    read = view.panes.readout.text().replace("−", "-")
    assert read.startswith(f"mid {mid:.2f}, side {side:.2f}  ·  left {mid - side:.2f}, right {mid + side:.2f}") and f"{share:.0f} %" in read
    row = cursor.row
    view.goniometer.plot.setFocus()
    QTest.keyClick(view.goniometer.plot, Qt.Key.Key_Up)
    assert cursor.row == row + 1 and view.panes.readout.text().replace("−", "-") != read


def test_nothing_is_labelled_beyond_full_scale(qtbot: Any, show: Any, result: Result) -> None:
    view = show(StereoView, result)
    for side in ("left", "bottom"):
        ticks = view.goniometer.plot.getAxis(side).tickValues(-5.3, 5.3, 300.0)  # a wide plot of equal steps on both axes
        found = {value for _step, values in ticks for value in values}
        assert {-1.0, 0.0, 1.0} <= found and max(found) == 1.0 and min(found) == -1.0


def test_remarks_leave_the_plot_its_room(qtbot: Any, show: Any, result: Result) -> None:
    view = show(StereoView, result, 300, 270)
    assert not view.facts.isVisible() and view.facts.text()
    view.resize(900, 420)
    qtbot.waitUntil(view.facts.isVisible, timeout=5000)


def test_correlation_and_width_are_read_off(qtbot: Any, show: Any, result: Result) -> None:
    view = show(StereoView, result, 1000, 420)
    qtbot.waitUntil(lambda: "mix" in view.computation, timeout=20_000)
    found = view.computation["mix"]
    view.correlation.plot.setFocus()
    QTest.keyClick(view.correlation.plot, Qt.Key.Key_Home)
    assert view.panes.readout.text() == f"0:00.5  ·  correlation {found.correlation[0]:.2f}".replace("-", "−")
    view.width_bands.plot.setFocus()
    QTest.keyClick(view.width_bands.plot, Qt.Key.Key_End)
    width = vector(result.analysis.track.mix, "width_bands")[-1]
    text = "mono" if width <= WIDTH_FLOOR_DB else f"{number(width)} dB"
    assert view.panes.readout.text().startswith(f"20 kHz  ·  now {text}")


def test_the_dynamics_are_read_off(qtbot: Any, show: Any, result: Result) -> None:
    view = show(DynamicsView, result, 1000, 420)
    qtbot.waitUntil(lambda: "mix" in view.computation, timeout=20_000)
    edges, shares = histogram(view.computation["mix"])
    view.peaks.plot.setFocus()
    QTest.keyClick(view.peaks.plot, Qt.Key.Key_Home)
    wanted = f"PSR {edges[0]:.0f} to {edges[1]:.0f} LU  ·  {shares[0]:.1f} % of the time"
    assert view.panes.readout.text() == wanted
    levels = vector(result.analysis.track.mix, "level_quantiles")
    x, y = (sum(limits) / 2 for limits in view.levels.plot.getViewBox().viewRange())
    point(view, view.levels.plot, x, y)
    index = view.levels.cursor_line.index
    assert f"{levels[index]:.1f} dB over the mean".replace("-", "−") in view.panes.readout.text()
    choose(view.target, "Bass")  # what is read off follows what is drawn
    levels = vector(values_of(result.analysis.track, "bass"), "level_quantiles")
    assert f"{levels[index]:.1f} dB over the mean".replace("-", "−") in view.panes.readout.text()


def test_a_mono_mix_has_no_stereo_image(show: Any, result: Result) -> None:
    track = replace(result.analysis.track, channels=1)
    view = show(StereoView, replace(result, analysis=replace(result.analysis, track=track)))
    assert view.message.isVisible() and "mono" in view.message.text()


# Map


def test_the_map_places_every_reference_and_a_click_tells_which_it_is(show: Any, result: Result) -> None:
    view = show(LibraryMapView, result)
    placing = view.placing
    assert placing.names == NAMES and placing.points.shape == (6, 2)
    box = view.plot.getViewBox()
    index = int(np.argmax(np.hypot(*(placing.points[1:] - placing.points[0]).T)))
    place_px = view.plot.mapFromScene(box.mapViewToScene(QPointF(*placing.points[1 + index])))
    QTest.mouseClick(view.plot.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_px)
    chosen = view.current
    assert view.readout.text().startswith(f"{NAMES[chosen]}: {placing.distances[chosen]:.1f} times the usual spread")


def test_the_map_is_walked_by_keys_and_enter_tells(show: Any, result: Result) -> None:
    view = show(LibraryMapView, result)
    order = [NAMES[i] for i in np.argsort(view.placing.points[1:, 0], kind="stable")]
    view.plot.setFocus()
    QTest.keyClick(view.plot, Qt.Key.Key_Right)
    QTest.keyClick(view.plot, Qt.Key.Key_Right)
    QTest.keyClick(view.plot, Qt.Key.Key_Return)
    assert view.readout.text().startswith(order[1])


def test_the_map_s_table_lists_references_by_their_distance(show: Any, result: Result) -> None:
    rows = show(LibraryMapView, result).table()
    assert rows[1][0] == "This mix" and {row[0] for row in rows[2:]} == set(NAMES)
    distances = column(rows, 1)
    assert distances == sorted(distances)


@pytest.mark.parametrize(("count", "words"), [(0, "none"), (1, "1 reference"), (2, "2 references")])
def test_without_three_references_the_map_says_so_in_one_sentence(
    show: Any, result: Result, references: tuple[MeasuredTrack, ...], count: int, words: str
) -> None:
    view = show(LibraryMapView, with_references(result, references[:count]))
    assert view.message.isVisible() and view.message.text().endswith(f"{words}.") and view.message.text().count(".") == 1
    assert len(view.table()) == 2 + count


def test_the_first_direction_is_what_songs_differ_in_most(result: Result) -> None:
    track = result.analysis.track
    names = ("A", "B", "C", "D")

    def louder(by: float) -> MeasuredTrack:
        lufs = replace(track.mix["lufs"], value=scalar(track.mix, "lufs") + by)
        return replace(track, mix={**track.mix, "lufs": lufs})

    songs = tuple(replace(louder(by), name=name) for name, by in zip(names, (3.0, 6.0, 9.0, 12.0), strict=True))
    found = place(track, replace(result.analysis.profile, references=songs))
    assert found is not None
    assert found.directions[0].words == ("louder",) and found.directions[0].share == pytest.approx(1)
    assert (np.diff(found.points[:, 0]) > 0).all() and (np.diff(found.distances) > 0).all()


def test_everything_that_songs_are_compared_by_is_told_as_people_say_it() -> None:
    assert [key for key in KEYS if not way_text(key, True) or way_text(key, True) == way_text(key, False)] == []


def test_equal_songs_lie_on_one_point(result: Result) -> None:
    track = result.analysis.track
    found = place(track, replace(result.analysis.profile, references=(track,) * 3))
    assert found is not None and np.abs(found.points).max() < 1e-9 and found.distances.max() == 0


# The table's window


def test_a_table_is_sorted_by_its_heading_and_copied_by_ctrl_c(qtbot: Any) -> None:
    dialog = TableDialog("Levels", [("Band", "Level"), ("100 Hz", "−3.0 dB"), ("1 kHz", "−12.0 dB"), ("20 Hz", "–")])
    qtbot.addWidget(dialog)
    dialog.show()
    table = dialog.table
    header = table.horizontalHeader()
    place_px = QPoint(header.sectionViewportPosition(0) + 10, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_px)
    assert [table.item(row, 0).text() for row in range(3)] == ["20 Hz", "100 Hz", "1 kHz"]
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Band\tLevel\n1 kHz\t−12.0 dB"
    QTest.mouseClick(dialog.copy_all, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().count("\n") == 3
