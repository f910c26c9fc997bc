"""Sections in the whole window: edited over the waveform, measured beside it, kept, undone, and shown in the views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from structured_songs import SECTIONS, StructuredCore
from window_driver import analysed, come_to_rest, drop

from mixassistant.features.descriptor import scalar
from mixassistant.gui.app import make_window
from mixassistant.gui.background.song_structure import section_text
from mixassistant.gui.waveform import RULER_HEIGHT, SECTIONS_HEIGHT
from mixassistant.gui.waveform.section_dialog import SectionDialog
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing")
LEFT, NONE, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def core(tmp_path: Path) -> Iterator[StructuredCore]:
    made = StructuredCore(tmp_path / "library.sqlite3")
    yield made
    made.may_measure.set()


def at(window: MainWindow, time_s: float) -> QPoint:
    return QPoint(round(window.waveform.x_at(time_s)), RULER_HEIGHT + SECTIONS_HEIGHT // 2)


def texts(window: MainWindow) -> list[str]:
    return [section_text(section) for section in window.waveform.structure.sections]


def starts(window: MainWindow) -> list[float]:
    return [section.start_s for section in window.waveform.structure.sections]


def measured(window: MainWindow) -> list[tuple[float, str, float | None]]:
    """Return start, letter and loudness of the sections as they were measured."""
    assert window.session.state.result is not None
    return [(s.start_s, s.letter, scalar(s.values, "lufs")) for s in window.session.state.result.analysis.track.sections]


def press(qtbot: Any, window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press a key on the waveform and wait until the sections are measured."""
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        QTest.keyClick(window.waveform, key, keys)


def kept(core: StructuredCore, window: MainWindow) -> list[str] | None:
    assert window.session.state.result is not None
    with Library(core.library) as library:
        said = library.sections.said(window.session.state.result.analysis.track.content_hash)
    return None if said is None else [section_text(section) for section in said]


def test_a_section_that_is_split_is_measured_and_kept_and_undone(qtbot: Any, window: MainWindow, core: StructuredCore) -> None:
    analysed(qtbot, window)
    window.waveform.show_position(31.0)
    press(qtbot, window, Qt.Key.Key_S)
    assert measured(window)[1:4] == [(21.5, "B", -11.0), (31.5, "D", -10.0), (41.5, "A", -9.0)]
    qtbot.waitUntil(lambda: kept(core, window) is not None, timeout=5000)
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.waveform.structure.sections == SECTIONS and len(measured(window)) == 5
    qtbot.waitUntil(lambda: kept(core, window) is None, timeout=5000)
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        QTest.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert starts(window)[2] == 31.5


def test_a_name_is_there_after_a_restart(qtbot: Any, window: MainWindow, core: StructuredCore) -> None:
    analysed(qtbot, window)
    QTest.mouseDClick(window.waveform, LEFT, NONE, at(window, 90.0))
    dialog = window.findChild(SectionDialog)
    assert dialog is not None
    dialog.kind.setFocus()
    QTest.keyClick(dialog.kind, Qt.Key.Key_End)
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert texts(window)[-1] == "C · Outro"
    window.close()
    assert window.session.wait()
    again = make_window(core)
    qtbot.addWidget(again)
    again.show()
    analysed(qtbot, again)
    assert texts(again) == ["A · Verse?", "B · Chorus?", "A · Verse?", "B · Chorus?", "C · Outro"]
    assert again.waveform.structure.are_own
    again.close()


def test_the_window_stays_awake_while_sections_are_measured_and_the_last_edit_counts(
    qtbot: Any, window: MainWindow, core: StructuredCore
) -> None:
    analysed(qtbot, window)
    core.may_measure.clear()
    window.waveform.show_position(31.0)
    QTest.keyClick(window.waveform, Qt.Key.Key_S)
    QTest.keyClick(window.waveform, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(window.waveform, Qt.Key.Key_J)
    assert starts(window) == [0.0, 21.5, 61.5, 81.5] and len(measured(window)) == 5
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        core.may_measure.set()
    assert [start for start, _letter, _lufs in measured(window)] == [0.0, 21.5, 61.5, 81.5]


def test_quick_steps_of_a_boundary_are_undone_together(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    window.waveform.show_position(41.0)
    for _step in range(3):
        QTest.keyClick(window.waveform, Qt.Key.Key_Right, ALT)
    assert starts(window)[2] == 47.5
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert starts(window)[2] == 41.5 and not window.session.state.undo_stack.canUndo()
    assert window.session.state.undo_stack.redoText() == "Move a boundary"


def test_back_to_what_was_found_can_be_undone_as_well(qtbot: Any, window: MainWindow, core: StructuredCore) -> None:
    analysed(qtbot, window)
    window.waveform.show_position(31.0)
    press(qtbot, window, Qt.Key.Key_J)
    with qtbot.waitSignal(window.session.state.sections_measured, timeout=10_000):
        window.waveform.edit_sections("Sections as found", None)
    assert window.waveform.structure.sections == SECTIONS and not window.waveform.structure.are_own
    qtbot.waitUntil(lambda: kept(core, window) is None, timeout=5000)
    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert starts(window) == [0.0, 21.5, 61.5, 81.5] and window.waveform.structure.are_own


def test_a_section_is_chosen_over_the_waveform_and_in_a_view(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    window.views.setCurrentWidget(window.plots[2])
    view = window.loudness
    come_to_rest(window)
    QTest.mouseClick(window.waveform, LEFT, NONE, at(window, 30.0))
    assert view.section.currentText() == "B · Chorus?  0:22" and window.spectrum.section.currentText() == "B · Chorus?  0:22"
    told = view.section_told.toolTip()
    assert told.startswith("B · Chorus?   −11.0 LUFS, −1.2 LU against the song (choruses of 12 references −9.9, −0.1)")
    assert "Vocals −7.0 LU (song −6.1, references −6.0)" in view.levels_told.toolTip()
    view.section.setFocus()
    QTest.keyClick(view.section, Qt.Key.Key_Home)
    QTest.keyClick(view.section, Qt.Key.Key_End)
    assert window.waveform.chosen_section == 4 and window.spectrum.section.currentText() == "C  1:22"
    QTest.keyClick(view.section, Qt.Key.Key_Home)
    assert window.waveform.chosen_section is None and not view.section_told.isVisible()


def test_the_spectrum_of_a_section_stands_beside_its_kind_in_the_references(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    view = window.spectrum
    window.views.setCurrentWidget(window.plots[0])
    view.target.setCurrentIndex(2)
    come_to_rest(window)
    window.session.sections.choose(3)
    assert view.shown == "mix", "roles are known over the whole song"
    assert "choruses of 12 references, 10–90 %" in view.legend.accessibleName()
    assert view.table()[0][-1] == "B · Chorus? (dB)"
    song, section = (float(view.table()[1][column].replace("−", "-")) for column in (1, -1))
    assert section == pytest.approx(song - 1.5, abs=0.06), "the fourth section has so much less of the lowest band"
    window.session.sections.choose(4)
    assert "expected" in view.legend.accessibleName(), "nothing is told of its kind"
    window.session.sections.choose(None)
    assert view.table()[0][-1] != "C (dB)"


def test_the_table_of_loudness_tells_sections_and_levels_of_roles(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    rows = window.loudness.table()
    assert rows[0][5:] == ("Drums to the rest (LU)", "Bass to the rest (LU)", "Vocals to the rest (LU)", "Other to the rest (LU)")
    assert rows[3][0] == "0:22 – 0:42  B · Chorus?" and rows[3][3] == "−11.0" and rows[3][5] == "−5.0"


def test_another_song_forgets_what_was_chosen_and_what_could_be_undone(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    window.session.sections.choose(1)
    window.waveform.show_position(31.0)
    press(qtbot, window, Qt.Key.Key_J)
    analysed(qtbot, window, Path("another.wav"))
    assert window.waveform.chosen_section is None and window.waveform.structure.sections == SECTIONS
    assert not window.session.state.undo_stack.canUndo()


def test_what_is_measured_late_of_another_song_is_dropped(qtbot: Any, window: MainWindow, core: StructuredCore) -> None:
    analysed(qtbot, window)
    core.may_measure.clear()
    window.waveform.show_position(31.0)
    QTest.keyClick(window.waveform, Qt.Key.Key_J)
    analysed(qtbot, window, Path("another.wav"))
    with qtbot.assertNotEmitted(window.session.state.sections_measured):
        core.may_measure.set()
        qtbot.waitUntil(lambda: not window.session.work.reader.busy, timeout=5000)
    assert len(measured(window)) == 5


def test_an_analysis_of_the_same_song_keeps_the_chosen_section(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    window.session.sections.choose(2)
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert window.waveform.chosen_section == 2 and window.session.state.section == 2


def test_while_another_mix_is_on_its_way_its_waveform_has_no_sections_to_edit(qtbot: Any, window: MainWindow, core: StructuredCore) -> None:
    analysed(qtbot, window)
    before = texts(window)
    core.may_go_on.clear()
    drop(window, Path("another.wav"))
    qtbot.waitUntil(lambda: window.session.state.coming is not None, timeout=5000)
    QApplication.processEvents()
    assert texts(window) == before or not texts(window)
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        core.may_go_on.set()


def test_under_other_roles_the_sections_stay(qtbot: Any, window: MainWindow, core: StructuredCore) -> None:
    analysed(qtbot, window)
    window.waveform.show_position(31.0)
    press(qtbot, window, Qt.Key.Key_J)
    assert core.sections is None
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.stems.choose_role("LEAD VOX", "other")  # which makes it another content
    assert core.sections is not None and [section.start_s for section in core.sections] == [0.0, 21.5, 61.5, 81.5]


def test_what_is_said_while_the_same_song_is_analysed_again_is_not_lost(qtbot: Any, window: MainWindow, core: StructuredCore) -> None:
    analysed(qtbot, window)
    core.is_late = True
    core.may_go_on.clear()
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.state.coming is not None, timeout=5000)
    window.waveform.show_position(31.0)
    press(qtbot, window, Qt.Key.Key_J)
    with qtbot.waitSignals([window.session.state.analysed, window.session.state.sections_measured], timeout=10_000):
        core.may_go_on.set()
    assert starts(window) == [0.0, 21.5, 61.5, 81.5] and len(measured(window)) == 4
    assert window.waveform.structure.are_own


def test_the_transport_tells_section_chord_and_bar_of_the_position(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    window.player.seek(23.0)
    come_to_rest(window)
    qtbot.waitUntil(lambda: window.transport.place.text() == "B · Chorus?  ·  C  ·  bar 11.4", timeout=5000)
    window.resize(900, 560)
    come_to_rest(window)
    window.player.seek(24.0)
    qtbot.waitUntil(lambda: window.transport.place.text() in ("", "bar 12.2", "G  ·  bar 12.2"), timeout=5000)
    assert window.transport.place.accessibleName() == "Section, chord, bar and beat"
