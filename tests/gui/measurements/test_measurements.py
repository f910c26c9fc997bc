"""The table of all measurements: search, filters, order, copies, lists that open."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QAbstractItemModelTester, QTest
from sample_documents import make_profile
from window_driver import MISSING, REASON, analysed, come_to_rest, make_full_track

from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, Measurement
from mixassistant.gui.background.result import Result
from mixassistant.gui.measurements.rows import COLUMNS, FAMILY, NAME, POSSIBLE, PROFILE, SAYS, VALUE, WHERE
from mixassistant.gui.measurements.view import MeasurementsView
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.settings import load_settings
from mixassistant.stems.stem import ROLES


@pytest.fixture
def view(qtbot: Any, window: MainWindow) -> MeasurementsView:
    """The table of a song with every descriptor in the mix, four roles and eight stems."""
    analysed(qtbot, window)
    found = window.session.state.result
    analysis = replace(found.analysis, track=make_full_track(8), profile=make_profile(5))
    window.session.state.result = Result(analysis, found.peaks, {})
    window.measurements.show_result(window.session.state.result)
    window.views.setCurrentWidget(window.measurements)
    return window.measurements


def column(view: MeasurementsView, number: int) -> list[str]:
    return [view.model.index(row, number).data() for row in range(view.model.rowCount())]


def find(view: MeasurementsView, where: str, identifier: str) -> QModelIndex:
    place = next(i for i, row in enumerate(view.model.shown) if (row.part.name, row.descriptor.id) == (where, identifier))
    return view.model.index(place, 0)


def cell(view: MeasurementsView, where: str, identifier: str, number: int) -> str:
    return str(find(view, where, identifier).siblingAtColumn(number).data())


def click_heading(view: MeasurementsView, number: int) -> None:
    header = view.tree.header()
    at = QPoint(header.sectionViewportPosition(number) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def copied() -> list[list[str]]:
    return [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]


def test_every_descriptor_of_the_mix_each_role_and_each_stem_has_its_row(view: MeasurementsView) -> None:
    mix = [d for d in REGISTRY if "mix" in d.scopes]
    stem = [d for d in REGISTRY if "stem" in d.scopes]
    assert view.model.rowCount() == len(mix) + 12 * len(stem) > 1500
    assert list(dict.fromkeys(column(view, WHERE))) == ["Mix", "Drums", "Bass", "Vocals", "Other", *(f"Track {i:02d}" for i in range(1, 9))]
    assert column(view, NAME)[: len(mix)] == [d.name for d in mix]
    assert column(view, SAYS)[: len(mix)] == [d.description for d in mix]
    assert "Peaks and dynamics" in column(view, FAMILY)


def test_the_model_keeps_the_rules_of_qt(view: MeasurementsView) -> None:
    tester = QAbstractItemModelTester(view.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.tree.setExpanded(find(view, "Mix", "ltas"), True)
    view.model.sort(VALUE, Qt.SortOrder.DescendingOrder)
    view.search.setText("315 hz")
    view.search.setText("")
    assert tester.model() is view.model


def test_a_role_of_one_stem_is_shown_once_under_both_names(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    found = list(dict.fromkeys(column(window.measurements, WHERE)))
    assert found == ["Mix", "Drums", "Bass", "Vocals (LEAD VOX)", "Other (PAD + BASS)", "KICK", "SNARE", "HATS"]


def test_values_of_every_shape_are_shown(view: MeasurementsView) -> None:
    track = make_full_track(8)
    for identifier in ("lufs", "silent_channel", "key", "tonal_key"):
        if identifier in track.mix:
            assert cell(view, "Mix", identifier, VALUE) == REGISTRY[identifier].format(track.mix[identifier].value)
    shapes = {d.shape: d.id for d in REGISTRY if ("mix" in d.scopes and d.labels) or d.shape in ("bands", "curve", "flag")}
    assert cell(view, "Mix", shapes["flag"], VALUE) in ("yes", "no") and cell(view, "Mix", shapes["flag"], POSSIBLE) == "yes or no"
    assert cell(view, "Mix", shapes["category"], VALUE) in REGISTRY[shapes["category"]].labels
    assert cell(view, "Mix", "mfcc", VALUE) == "13 numbers"
    assert cell(view, "Mix", "ltas", VALUE) == "31 numbers"
    assert cell(view, "Mix", "correlation", POSSIBLE) == "−1 to 1"
    assert cell(view, "Mix", "clipping", POSSIBLE) == "0 to 10⁹ runs"
    low, high = make_profile(5).targets["mix/lufs"].low, make_profile(5).targets["mix/lufs"].high
    assert cell(view, "Mix", "lufs", PROFILE) == f"{low:.1f} to {high:.1f} LUFS".replace("-", "−")
    assert cell(view, "Track 01", "lufs", PROFILE) == ""  # the profile knows roles, not stems


def test_a_missing_value_says_why_and_sorts_last_either_way(view: MeasurementsView) -> None:
    assert cell(view, "Mix", MISSING, VALUE) == f"– ({REASON})"
    view.tree.setCurrentIndex(find(view, "Mix", MISSING))
    assert f"Missing: {REASON}." in view.details.text()
    for _ in range(2):
        click_heading(view, VALUE)
        assert [text.startswith("–") for text in column(view, VALUE)[-13:]] == [True] * 13
        assert not column(view, VALUE)[0].startswith("–")


def test_infinite_and_undefined_numbers_of_lists_are_told(qtbot: Any, view: MeasurementsView, window: MainWindow) -> None:
    result = window.session.state.result
    values = np.array([-math.inf, math.nan, *([1.0] * 29)])
    mix = {"ltas": Measurement(values), "momentary": Measurement(np.full(9, math.nan)), "beats": Measurement(np.zeros(0))}
    view.show_result(Result(replace(result.analysis, track=replace(result.analysis.track, mix=mix)), result.peaks, {}))
    parent = find(view, "Mix", "ltas")
    assert [view.model.index(i, VALUE, parent).data() for i in range(3)] == ["−∞ dB", "–", "1.0 dB"]
    for empty in ("momentary", "beats"):
        assert view.model.rowCount(find(view, "Mix", empty)) == 0 and not view.model.hasChildren(find(view, "Mix", empty))
    assert cell(view, "Mix", "beats", VALUE) == "none"


# Lists


def test_lists_open_into_their_numbers_by_keyboard(qtbot: Any, view: MeasurementsView) -> None:
    parent = find(view, "Mix", "ltas")
    view.tree.setFocus()
    view.tree.setCurrentIndex(parent)
    QTest.keyClick(view.tree, Qt.Key.Key_Right)
    assert view.tree.isExpanded(parent)
    names = [view.model.index(i, NAME, parent).data() for i in range(view.model.rowCount(parent))]
    assert names == [f"{REGISTRY['ltas'].name}, {hz:g} Hz" for hz in NOMINAL_HZ]
    target = make_profile(5).targets["mix/ltas"]
    at = names.index(f"{REGISTRY['ltas'].name}, 315 Hz")
    expected = f"{target.low[at]:.1f} to {target.high[at]:.1f} dB".replace("-", "−")
    assert view.model.index(at, PROFILE, parent).data() == expected
    assert view.model.parent(view.model.index(at, VALUE, parent)) == parent
    QTest.keyClick(view.tree, Qt.Key.Key_Left)
    assert not view.tree.isExpanded(parent)


def test_vectors_open_into_labels_and_curves_into_three_numbers(view: MeasurementsView) -> None:
    parent = find(view, "Mix", "chroma")
    names = [view.model.index(i, NAME, parent).data() for i in range(12)]
    assert names == [f"{REGISTRY['chroma'].name}, {label}" for label in REGISTRY["chroma"].labels]
    curve = make_full_track(8).mix["short_term"].value
    parent = find(view, "Mix", "short_term")
    found = {view.model.index(i, NAME, parent).data().split(", ")[1]: view.model.index(i, VALUE, parent).data() for i in range(3)}
    expected = {"minimum": curve.min(), "median": float(np.median(curve)), "maximum": curve.max()}
    assert found == {name: REGISTRY["short_term"].format(float(v)) for name, v in expected.items()}


# Search and filters


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        ("true peak", "true_peak"), ("TRUE_PEAK", "true_peak"), ("peak TRUE mix", "true_peak"), ("dBTP", "true_peak"),
        ("vocals integrated", "lufs"), (REASON, MISSING),
    ],
)  # fmt: skip
def test_every_word_is_searched_in_names_ids_parts_and_reasons(view: MeasurementsView, words: str, identifier: str) -> None:
    QTest.keyClicks(view.search, words)
    assert identifier in {row.descriptor.id for row in view.model.shown}
    assert 0 < view.model.rowCount() < view.model.total / 2
    assert view.count.text() == f"{view.model.rowCount()} of {view.model.total}"


def test_old_names_are_searched(view: MeasurementsView) -> None:
    aliased = [d for d in REGISTRY if d.aliases and "mix" in d.scopes]
    assert len(aliased) > 10
    for descriptor in aliased:
        view.search.setText(descriptor.aliases[0])
        assert descriptor.id in {row.descriptor.id for row in view.model.shown}


def test_a_search_for_a_frequency_opens_the_lists_at_it(view: MeasurementsView) -> None:
    view.search.setText("mix 315")
    parent = find(view, "Mix", "ltas")
    assert view.tree.isExpanded(parent)
    assert [view.model.index(i, NAME, parent).data() for i in range(view.model.rowCount(parent))] == [f"{REGISTRY['ltas'].name}, 315 Hz"]
    view.search.clear()
    assert view.model.rowCount(find(view, "Mix", "ltas")) == 31


def test_a_search_without_a_find_shows_nothing_and_says_so(view: MeasurementsView) -> None:
    view.search.setText("zebra")
    assert view.model.rowCount() == 0 and view.count.text() == f"0 of {view.model.total}"
    assert view.details.text().startswith("Select a row")
    view.tree.copy_all()
    assert copied() == [list(COLUMNS)]


def test_family_and_part_filter_together_and_stay_for_the_next_song(qtbot: Any, view: MeasurementsView, window: MainWindow) -> None:
    QTest.keyClicks(view.families, "Stereo")
    view.parts.setCurrentIndex(view.parts.findText("Track 02"))
    stereo = [d.name for d in REGISTRY if d.family == "stereo" and "stem" in d.scopes]
    assert column(view, NAME) == stereo and set(column(view, WHERE)) == {"Track 02"}
    view.show_result(window.session.state.result)
    assert column(view, NAME) == stereo
    analysed(qtbot, window)  # this one has no such stem
    assert view.parts.currentText() == "Everything" and view.families.currentText() == "Stereo"
    assert set(column(view, FAMILY)) == {"Stereo"} and len(set(column(view, WHERE))) > 3


def test_a_stem_that_is_called_like_a_role_is_not_taken_for_it(view: MeasurementsView, window: MainWindow) -> None:
    result = window.session.state.result
    stems = tuple(replace(s, name="Drums") if s.name == "Track 01" else s for s in result.analysis.track.stems)
    view.show_result(Result(replace(result.analysis, track=replace(result.analysis.track, stems=stems)), result.peaks, {}))
    role, stem = (i for i in range(view.parts.count()) if view.parts.itemText(i) == "Drums")
    values = []
    for index in (role, stem):
        view.parts.setCurrentIndex(index)
        values.append(cell(view, "Drums", "lufs", VALUE))
    track = result.analysis.track
    assert values == [REGISTRY["lufs"].format(v["lufs"].value) for v in (track.roles[ROLES[0]], track.stems[0].values)]


# Order


def test_headings_sort_up_down_and_back(view: MeasurementsView) -> None:
    natural = column(view, NAME)
    view.search.setText("true_peak dBTP")
    numbers = [row.measurement.value for row in view.model.shown]
    click_heading(view, VALUE)
    assert [row.measurement.value for row in view.model.shown] == sorted(numbers)
    click_heading(view, VALUE)
    assert [row.measurement.value for row in view.model.shown] == sorted(numbers, reverse=True)
    click_heading(view, VALUE)
    assert [row.measurement.value for row in view.model.shown] == numbers
    view.search.clear()
    assert column(view, NAME) == natural


@pytest.mark.parametrize("number", [WHERE, FAMILY, NAME, POSSIBLE, PROFILE, SAYS])
def test_every_column_sorts(view: MeasurementsView, number: int) -> None:
    everything = sorted(column(view, NAME))
    view.tree.sortByColumn(number, Qt.SortOrder.AscendingOrder)
    assert sorted(column(view, NAME)) == everything
    if number in (WHERE, FAMILY, NAME, SAYS):
        assert column(view, number) == sorted(column(view, number), key=str.casefold)
    if number == PROFILE:
        filled = [bool(row.target is not None and isinstance(row.target.median, float)) for row in view.model.shown]
        assert filled == sorted(filled, reverse=True) and any(filled)


def test_sorting_keeps_what_is_selected_and_open(view: MeasurementsView) -> None:
    chosen = find(view, "Vocals", "ltas")
    view.tree.setExpanded(chosen, True)
    view.tree.setCurrentIndex(view.model.index(5, 0, chosen))
    before = view.tree.currentIndex().siblingAtColumn(NAME).data()
    view.tree.sortByColumn(VALUE, Qt.SortOrder.DescendingOrder)
    assert view.tree.currentIndex().siblingAtColumn(NAME).data() == before
    assert view.tree.currentIndex().siblingAtColumn(WHERE).data() == "Vocals"
    assert view.tree.isExpanded(find(view, "Vocals", "ltas"))


# Copies


def test_selected_rows_are_copied_with_a_heading(view: MeasurementsView) -> None:
    view.search.setText("mix true_peak dBTP")
    view.tree.setFocus()
    view.tree.setCurrentIndex(view.model.index(0, 0))
    QTest.keySequence(view.tree, QKeySequence(QKeySequence.StandardKey.Copy))
    value = make_full_track(8).mix["true_peak"].value
    assert copied() == [list(COLUMNS), list(view.model.texts_at(view.model.index(0, 0)))]
    assert copied()[1][VALUE] == REGISTRY["true_peak"].format(value)


def test_everything_that_is_shown_is_copied_with_the_numbers_of_open_lists(view: MeasurementsView) -> None:
    view.families.setCurrentIndex(view.families.findText("Average spectrum"))
    view.parts.setCurrentIndex(view.parts.findText("Bass"))
    view.tree.setExpanded(find(view, "Bass", "ltas"), True)
    QTest.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    lines = copied()
    assert len(lines) == 1 + view.model.rowCount() + 31
    assert all(len(line) == len(COLUMNS) for line in lines)
    assert any(line[NAME].endswith(", 315 Hz") and line[WHERE] == "Bass" for line in lines)


def test_names_with_tabs_and_line_breaks_stay_in_their_cell(view: MeasurementsView, window: MainWindow) -> None:
    result = window.session.state.result
    stems = tuple(replace(s, name="A\tB\nC") if s.name == "Track 01" else s for s in result.analysis.track.stems)
    view.show_result(Result(replace(result.analysis, track=replace(result.analysis.track, stems=stems)), result.peaks, {}))
    view.search.setText("B true_peak dBTP")
    view.tree.copy_all()
    assert "A B C" in [line[WHERE] for line in copied()] and {len(line) for line in copied()} == {len(COLUMNS)}


# Reach


def test_details_name_method_source_version_and_needs(view: MeasurementsView) -> None:
    with_all = next(d for d in REGISTRY if d.method and d.needs and d.aliases and "mix" in d.scopes)
    index = find(view, "Mix", with_all.id)
    view.tree.setCurrentIndex(index)
    for text in (view.details.text(), index.data(Qt.ItemDataRole.ToolTipRole)):
        for part in (with_all.id, with_all.method, with_all.source, f"Version {with_all.version}", with_all.needs[0], with_all.aliases[0]):
            assert part in text


def test_keyboard_alone_reaches_everything(qtbot: Any, view: MeasurementsView) -> None:
    view.tree.setFocus()
    QTest.keySequence(view.tree, QKeySequence(QKeySequence.StandardKey.Find))
    qtbot.waitUntil(view.search.hasFocus, timeout=2000)
    seen = []
    for _ in range(8):
        seen.append(view.focusWidget())
        QTest.keyClick(view.focusWidget(), Qt.Key.Key_Tab)
    for widget in (view.search, view.shown, view.families, view.parts, view.mark, view.copy, view.tree):
        assert widget in seen and widget.accessibleName() and widget.toolTip()


@pytest.mark.parametrize(("width", "is_narrow"), [(1100, True), (1920, False)])
def test_the_value_is_in_sight_in_a_narrow_window_too(
    qtbot: Any, view: MeasurementsView, window: MainWindow, width: int, is_narrow: bool
) -> None:
    window.resize(width, 700)
    qtbot.waitUntil(lambda: view.tree.isColumnHidden(FAMILY) is is_narrow, timeout=2000)
    rectangle = view.tree.visualRect(find(view, "Mix", "lufs").siblingAtColumn(VALUE))
    assert rectangle.right() <= view.tree.viewport().width() and rectangle.width() > 60
    QTest.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    assert copied()[1][FAMILY] == "Loudness"  # what is hidden is copied


# What is outside, what is marked, and what there is room for


def choose(view: MeasurementsView, shown: str) -> None:
    view.shown.setCurrentIndex(view.shown.findData(shown))


def test_only_what_lies_outside_of_its_range_is_shown(view: MeasurementsView) -> None:
    everything = view.model.rowCount()
    choose(view, "outside")
    rows = list(view.model.shown)
    assert 0 < len(rows) < everything
    for place, row in enumerate(rows):
        assert row.target is not None
        entries = view.model.rowCount(view.model.index(place, 0))
        if entries:  # of a list, the numbers that are
            for number in range(entries):
                entry = view.model.entry_at(view.model.index(number, 0, view.model.index(place, 0)))
                assert entry is not None and not entry.low <= entry.value <= entry.high
        else:
            assert not row.target.low <= row.measurement.value <= row.target.high
    inside = [row for row in _all_rows(view) if isinstance(row.measurement.value, float) and row.target is not None and row not in rows]
    assert all(row.target.low <= row.measurement.value <= row.target.high for row in inside if row.descriptor.shape == "scalar")


def _all_rows(view: MeasurementsView) -> list[Any]:
    choose(view, "all")
    return list(view.model.shown)


def test_marked_rows_are_shown_alone_and_kept_for_other_songs(qtbot: Any, view: MeasurementsView, window: MainWindow) -> None:
    for place in ("lufs", "true_peak"):
        view.tree.setCurrentIndex(find(view, "Mix", place))
        QTest.keyClick(view.tree, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.session.state.settings.marked == ("mix/lufs", "mix/true_peak")
    assert find(view, "Mix", "lufs").siblingAtColumn(NAME).data().startswith("★ ")
    assert "marked" in find(view, "Mix", "lufs").siblingAtColumn(NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    choose(view, "marked")
    assert [row.mark for row in view.model.shown] == ["mix/lufs", "mix/true_peak"]
    view.copy.click()
    assert [line[NAME] for line in copied()[1:]] == [row.descriptor.name for row in view.model.shown]  # without the star
    qtbot.waitUntil(lambda: load_settings().marked == ("mix/lufs", "mix/true_peak"), timeout=5000)
    view.tree.selectAll()
    view.mark.click()  # all of them are marked: the marks are taken away
    assert window.session.state.settings.marked == () and view.model.rowCount() == 0


def test_each_group_begins_with_its_name_in_bold(view: MeasurementsView) -> None:
    firsts: list[str] = []
    for place, row in enumerate(view.model.shown):
        font = view.model.index(place, WHERE).data(Qt.ItemDataRole.FontRole)
        if font is not None and font.bold():
            firsts.append(row.part.key)
    keys = [row.part.key for row in view.model.shown]
    assert firsts == list(dict.fromkeys(keys)) and firsts[0] == "mix"


@pytest.mark.parametrize(("width", "height"), [(900, 560), (1280, 800), (1440, 900), (1920, 1080)])
def test_all_columns_are_in_sight(qtbot: Any, view: MeasurementsView, window: MainWindow, width: int, height: int) -> None:
    window.resize(width, height)
    come_to_rest(window)
    assert (window.width(), window.height()) == (width, height)
    assert view.tree.horizontalScrollBar().maximum() == 0
    for number in (WHERE, NAME, VALUE, PROFILE):
        assert not view.tree.isColumnHidden(number) and view.tree.columnWidth(number) >= 50
    view.tree.setCurrentIndex(find(view, "Mix", "lufs"))
    assert "Possible" in view.details.text()
