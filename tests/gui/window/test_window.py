"""The window, driven as a person would: drops, clicks and keys."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from window_driver import FakeCore, analysed, come_to_rest, drop, opened_card

from mixassistant.advice.decision import Decision
from mixassistant.errors import InputError
from mixassistant.gui.session.exports import report_item
from mixassistant.gui.widgets.theme import DARK, LIGHT, TEXT_PAIRS, contrast
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.progress import silent
from mixassistant.report.document import read_document
from mixassistant.report.moves import decisions_of
from mixassistant.settings import load_settings


def test_first_start_shows_where_to_drop_and_the_demo_is_one_click_away(qtbot: Any, window: MainWindow) -> None:
    assert window.pages.currentWidget() is window.start
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.start.try_demo, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.split
    assert window.suggestions.cards


def test_the_demo_is_shown_beside_other_artists_songs_and_then_beside_its_earlier_mix(qtbot: Any, window: MainWindow) -> None:
    for name, told in (("Open the demo song", "by other artists"), ("Open the demo song beside its earlier mix", "its own earlier mix")):
        (action,) = (a for a in window.findChildren(QAction) if a.text() == name)
        with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
            action.trigger()
        assert window.session.state.is_demo and window.references._compared.isVisible()
        assert told in window.references._compared.text().replace("\u200b", "")


def test_a_dropped_mix_is_analysed_and_shown_everywhere(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    assert "song.wav" in window.windowTitle()
    assert len(window.suggestions.cards) == len(window.session.state.result.analysis.suggestions)
    assert window.measurements.model.rowCount() > 50
    assert window.spectrum.target.count() >= 4
    for index in range(window.views.count()):
        window.views.setCurrentIndex(index)
        assert not window.grab().isNull()


def test_progress_is_shown_and_escape_cancels(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_go_on.clear()
    drop(window, Path("song.wav"))
    qtbot.waitUntil(lambda: window.progress.isVisible() and window.progress.value() == 500, timeout=5000)
    assert "drums" in window.stage.text()
    QTest.mouseClick(window.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.progress.isVisible(), timeout=2000)
    assert window.pages.currentWidget() is window.start
    assert window.message.text == "Stopped: the analysis of “song.wav”"
    core.may_go_on.set()
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    assert window.head.title.text() == "song.wav" and not window.message.isVisible()


def test_a_second_mix_supersedes_the_first(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_go_on.clear()
    drop(window, Path("first.wav"))
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        drop(window, Path("second.wav"))
        core.may_go_on.set()
    assert window.session.state.result.analysis.track.name == "second.wav"


@pytest.mark.parametrize("error", [InputError, RuntimeError, MemoryError])
def test_an_error_is_told_and_everything_else_stays_alive(qtbot: Any, window: MainWindow, core: FakeCore, error: type[Exception]) -> None:
    analysed(qtbot, window)
    core.fails = error
    with qtbot.waitSignal(window.session.told, timeout=5000):
        drop(window, Path("holiday.jpg"))
    assert window.message.isVisible() and "\n" not in window.message.text
    assert window.session.state.result.analysis.track.name == "song.wav"
    QTest.mouseClick(window.message.dismiss, Qt.MouseButton.LeftButton)
    assert not window.message.isVisible()
    core.fails = None
    analysed(qtbot, window, Path("next.wav"))


def test_accepting_rejecting_and_undo(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    analysed(qtbot, window)
    stack: QUndoStack = window.session.state.undo_stack
    card = window.suggestions.move_cards[0]
    QTest.mouseClick(card.accept, Qt.MouseButton.LeftButton)
    assert card.accept.isChecked() and window.session.state.decisions[card.suggestion.id].accepted
    QTest.mouseClick(opened_card(window, card).reject, Qt.MouseButton.LeftButton)
    assert card.reject.isChecked() and not card.accept.isChecked()
    stack.undo()
    assert window.session.state.decisions[card.suggestion.id].accepted
    stack.undo()
    assert card.suggestion.id not in window.session.state.decisions
    stack.redo()
    content = window.session.state.result.analysis.track.content_hash

    def saved() -> bool:
        with Library(core.library) as library:
            return library.answers.decisions(content) == {card.suggestion.id: Decision(True)}

    qtbot.waitUntil(saved, timeout=5000)
    analysed(qtbot, window)  # the same mix again: the decision is remembered
    assert window.session.state.decisions == {card.suggestion.id: Decision(True)}


def test_cards_are_never_wider_than_their_panel(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    for width in (900, 1100, 1600):
        window.resize(width, 700)
        come_to_rest(window)
        assert {c.proposed.kind for c in window.suggestions.move_cards} >= {"eq", "level", "compression"}
        room = window.suggestions._area.viewport().width()
        assert all(card.width() <= room for card in window.suggestions.cards), width


def test_dropped_references_are_liked_and_a_refused_one_says_why(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    files = [tmp_path / n for n in ("a.wav", "holiday.jpg", "b.wav")]
    for file in files:
        file.write_bytes(file.name.encode())
    drop(window.references, *files)
    qtbot.waitUntil(lambda: [r.name for r in window.session.reference_jobs.references] == ["a", "b"], timeout=5000)
    qtbot.waitUntil(lambda: window.message.isVisible() and "holiday.jpg" in window.message.text, timeout=5000)
    window.references.list.selectAll()
    QTest.mouseClick(window.references.dislike, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [r.liked for r in window.session.reference_jobs.references] == [False, False], timeout=5000)


def test_delete_removes_references_and_undo_brings_them_back(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"a")
    drop(window.references, tmp_path / "a.wav")
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 1, timeout=5000)
    window.references.list.selectAll()
    QTest.keyClick(window.references, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: window.session.reference_jobs.references == (), timeout=5000)
    window.session.state.undo_stack.undo()
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 1, timeout=5000)


def test_a_missing_reference_is_marked(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"a")
    drop(window.references, tmp_path / "a.wav")
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 1, timeout=5000)
    (tmp_path / "a.wav").unlink()
    window.session.reference_jobs.list()
    qtbot.waitUntil(lambda: window.session.reference_jobs.references[0].missing, timeout=5000)
    assert "missing" in window.references.list.model().index(0, 0).data()


@pytest.mark.parametrize("suffix", [".html", ".pdf", ".md", ".json"])
def test_every_report_format_is_exported(qtbot: Any, window: MainWindow, tmp_path: Path, suffix: str) -> None:
    analysed(qtbot, window)
    with qtbot.waitSignal(window.session.told, timeout=20_000):
        window.session.export(tmp_path / f"r{suffix}")
    assert (tmp_path / f"r{suffix}").stat().st_size > 1000


def test_what_is_decided_goes_with_the_report(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    analysed(qtbot, window)
    first, second, *_rest = (move.id for move in window.session.state.result.analysis.moves)
    window.session.decide(first, Decision(True, 1.44))
    window.session.decide(second, Decision(False))
    with qtbot.waitSignal(window.session.told, timeout=10_000):
        window.session.export(tmp_path / "r.json")
    dragged = report_item(window.session.state, core)
    assert dragged is not None
    dragged.make(tmp_path / "dragged.json", silent)
    for name in ("r.json", "dragged.json"):
        answers = decisions_of(read_document(tmp_path / name))
        assert answers == {first: Decision(True, 1.44), second: Decision(False)}, name
    window.session.decide(first, None)
    again = report_item(window.session.state, core)
    assert again is not None and again.path != dragged.path  # what was made before is not taken for it


def test_an_export_that_fails_is_told(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    analysed(qtbot, window)
    with qtbot.waitSignal(window.session.told, timeout=20_000) as told:
        window.session.export(tmp_path / "no" / "r.json")
    assert told.args[1] is True


def test_the_waveform_zooms_at_a_moment_and_pans(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    wave = window.waveform
    whole = wave.end_s
    wave.zoom(4.0, around_s=1.0)
    assert wave.end_s - wave.start_s == pytest.approx(whole / 4)
    assert wave.start_s <= 1.0 <= wave.end_s
    QTest.keyClick(wave, Qt.Key.Key_0)
    assert (wave.start_s, wave.end_s) == (0.0, whole)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_passes_wcag_aa_and_roles_stand_out(tokens: Any) -> None:
    for front, back in TEXT_PAIRS:
        assert contrast(getattr(tokens, front), getattr(tokens, back)) >= 4.5, (front, back)
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    for role in ("mix", "drums", "bass", "vocals", "other"):
        assert contrast(getattr(tokens, role), tokens.panel) >= 4.5, role


def test_every_control_has_a_name_and_a_tooltip(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    controls = [w for kind in (QAbstractButton, QComboBox, QLineEdit) for w in window.findChildren(kind) if w.isVisible()]
    assert len(controls) >= 8
    unnamed = [
        w for w in controls if not (w.accessibleName() or getattr(w, "text", str)()) and w.objectName() not in ("qt_toolbar_ext_button",)
    ]
    assert unnamed == []
    own = [w for w in controls if not w.objectName().startswith("qt_") and type(w).__name__ in ("QPushButton", "QComboBox", "QLineEdit")]
    assert [w.accessibleName() for w in own if not w.toolTip()] == []


def test_recent_mixes_and_the_window_s_place_are_remembered(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window, Path("remembered.wav"))
    assert [a.text() for a in window.recent.actions()] == ["remembered.wav"]
    window.close()
    assert window.session.wait()
    settings = load_settings()
    assert settings.geometry and Path(settings.recent[0]).name == "remembered.wav"


def test_closing_during_work_stops_it(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    core.may_go_on.clear()
    drop(window, Path("song.wav"))
    qtbot.waitUntil(lambda: window.progress.isVisible(), timeout=5000)
    window.close()
    assert not window.isVisible()
