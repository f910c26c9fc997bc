"""Access: what a screen reader is told of the window and of every dialog, and where the Tab key leads."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QScrollBar,
    QTextBrowser,
    QWidget,
)
from sample_documents import make_document
from shiboken6 import isValid
from sound_card import SoundCard
from window_driver import FakeCore, analysed, come_to_rest, run_until

import mixassistant.gui
from mixassistant import paths
from mixassistant.advice.decision import Decision
from mixassistant.gui.dialogs.about import AboutDialog
from mixassistant.gui.dialogs.guide import GuideDialog
from mixassistant.gui.dialogs.models import ModelsDialog
from mixassistant.gui.dialogs.settings import SettingsDialog
from mixassistant.gui.dialogs.shortcuts import ShortcutsDialog
from mixassistant.gui.dialogs.versions import VersionsDialog
from mixassistant.gui.references.import_dialog import ImportDialog, Looked
from mixassistant.gui.references.tagging import TaggingDialog
from mixassistant.gui.suggestions.blind_dialog import BlindDialog
from mixassistant.gui.suggestions.surer_dialog import SurerDialog
from mixassistant.gui.suggestions.taste_dialog import TasteDialog
from mixassistant.gui.views.table import TableDialog
from mixassistant.gui.waveform.section_dialog import SectionDialog
from mixassistant.gui.waveform.table import WaveformTable
from mixassistant.gui.window.album_dialog import AlbumDialog
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library, Reference
from mixassistant.library.playlists.entry import Listed
from mixassistant.report.album import AlbumTrack
from mixassistant.report.comparison import compare
from mixassistant.report.comparison_page import build_comparison_page

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
EXPLAINED = (QAbstractButton, QComboBox, QAbstractSlider, QAbstractSpinBox)
MOST_STEPS = 400  # of the Tab key: more is a trap
MOST_LINKS = 60  # of a text, through which Tab leads before it goes on
SMALLEST_TARGET = 24  # px, WCAG 2.2, 2.5.8
PARTS_OF_QT = ("qt_", "ScrollLeftButton", "ScrollRightButton", "_q_")


def a_reference(window: MainWindow) -> Reference:
    song = paths.data_folder() / "liked.wav"
    song.parent.mkdir(parents=True, exist_ok=True)
    song.write_bytes(b"a song")
    with Library(window.session.core.library) as library:
        return library.references.add(song)


def a_blind_test(window: MainWindow) -> BlindDialog:
    window.player.open_stream = SoundCard().open
    assert window.session.state.result is not None
    dialog = BlindDialog(window.session, window.player, window.session.state.result.analysis.moves[0], Decision(True), window)
    assert run_until(dialog.hear["A"].isEnabled)
    for side in dialog.hear:
        dialog.play(side)
    return dialog


def a_comparison(window: MainWindow) -> VersionsDialog:
    """Show a comparison with every table filled."""
    old, new = make_document(), make_document()
    old["suggestions"][0]["decision"]["answer"] = "accepted"
    new["mix"]["measurements"]["lufs"]["value"] -= 3
    window.session.versions.page = build_comparison_page(compare(old, new))
    return VersionsDialog(window.session, window)


def an_album() -> list[AlbumTrack]:
    return [AlbumTrack(f"Song {index}", {"lufs": -9.0, "true_peak": -1.0}) for index in range(5)]


DIALOGS: dict[type[QDialog], Callable[[MainWindow], QDialog]] = {
    SettingsDialog: lambda window: SettingsDialog(window.session, window),
    ShortcutsDialog: ShortcutsDialog,
    VersionsDialog: lambda window: a_comparison(window),
    GuideDialog: GuideDialog,
    AboutDialog: AboutDialog,
    ModelsDialog: ModelsDialog,
    WaveformTable: lambda window: window.waveform.show_table(),
    TableDialog: lambda window: TableDialog("Levels", [("Band", "Level"), ("1 kHz", "−12.0 dB"), ("2 kHz", "−15.0 dB")], window),
    TasteDialog: lambda window: TasteDialog(window.session, window),
    BlindDialog: a_blind_test,
    SurerDialog: lambda window: SurerDialog(window.session, window.session.state.result.analysis.moves, window),
    SectionDialog: lambda window: SectionDialog(window.waveform.structure.sections, 1, window),
    AlbumDialog: lambda window: AlbumDialog(an_album(), window.session.work.keep, window.session.told.emit, window),
    ImportDialog: lambda window: ImportDialog(lambda wish, progress: Looked(Listed(Path("likes.csv"), "No list", ())), window),
    TaggingDialog: lambda window: TaggingDialog([a_reference(window)], ["Jazz"], ["live"], window),
}


def every_dialog() -> set[type[QDialog]]:
    """Return the classes of dialogs that the window's modules define."""
    found = set()
    for module in pkgutil.walk_packages(mixassistant.gui.__path__, "mixassistant.gui."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, QDialog) and value.__module__.startswith("mixassistant."):
                found.add(value)
    return found


def interfaces(root: QWidget) -> Iterator[QAccessibleInterface]:
    """Yield what assistive programs see of a window, in their order."""

    def walk(interface: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
        if interface is None or not interface.isValid():
            return
        yield interface
        for index in range(interface.childCount()):
            yield from walk(interface.child(index))

    yield from walk(QAccessible.queryAccessibleInterface(root))


def is_part_of_qt(widget: QWidget) -> bool:
    """Return whether a widget is an inner part of another, which speaks for it."""
    if widget.objectName().startswith(PARTS_OF_QT) or isinstance(widget, QScrollBar):
        return True
    kind = type(widget).__name__
    return kind in ("QLineEditIconButton", "QTabBar", "QComboBoxPrivateContainer") or (kind == "QToolButton" and _in_line_edit(widget))


def _in_line_edit(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return parent is not None and parent.metaObject().className() in ("QLineEdit", "QTabBar")


def controls(root: QWidget) -> list[QWidget]:
    """Return the visible widgets that assistive programs can put the focus on."""
    found = []
    for interface in interfaces(root):
        widget = interface.object()
        if not isinstance(widget, QWidget) or not widget.isVisible() or widget.window() is not root or is_part_of_qt(widget):
            continue
        if interface.state().focusable and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None:
            found.append(widget)
    return found


def name_of(widget: QWidget) -> str:
    """Return what a widget is called: by itself, by its text or by a label beside it (a combo box's text is its value)."""
    if widget.accessibleName():
        return widget.accessibleName()
    labels = [label.text() for label in widget.window().findChildren(QLabel) if label.buddy() is widget]
    interface = QAccessible.queryAccessibleInterface(widget)
    text = "" if isinstance(widget, QComboBox) or interface is None else interface.text(QAccessible.Text.Name)
    return (labels or [text])[0]


def said(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()} “{name_of(widget)[:40]}” in {type(widget.parentWidget()).__name__}"


def tab_stops(root: QWidget) -> list[QWidget]:
    """Return where the Tab key should lead."""
    return [w for w in controls(root) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()]


def tab_round(root: QWidget) -> list[QWidget]:
    """Press Tab until the focus is where it began, and return where it was."""
    start = QApplication.focusWidget()
    assert start is not None and start.window() is root
    visited, inside = [start], 0
    for _step in range(MOST_STEPS):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is start and now is not visited[-1]:
            return visited
        if now is visited[-1]:
            inside += 1
            assert isinstance(now, QTextBrowser) and inside < MOST_LINKS, f"Tab is caught by {said(now)}"
            continue
        inside = 0
        assert now not in visited, f"Tab goes round without coming back: {said(now)}"
        visited.append(now)
    raise AssertionError("Tab does not come back")


def check(qtbot: Any, root: QWidget, place: str = "") -> None:
    """Assert names, explanations, sizes and the way of the Tab key; `place` is told with what is wrong."""
    shown = controls(root)
    assert shown
    assert [said(w) for w in shown if not name_of(w).strip()] == [], f"have no name {place}"
    explained = [w for w in shown if isinstance(w, EXPLAINED)]
    assert [said(w) for w in explained if not (w.toolTip() or w.accessibleDescription())] == [], f"have no tooltip {place}"
    small = [w for w in explained if isinstance(w, QAbstractButton) and min(w.width(), w.height()) < SMALLEST_TARGET]
    assert [f"{said(w)}: {w.width()} × {w.height()}" for w in small] == [], f"are hard to hit {place}"
    stops = tab_stops(root)
    root.activateWindow()
    qtbot.waitUntil(lambda: root.isActiveWindow(), timeout=2000)
    stops[0].setFocus(Qt.FocusReason.TabFocusReason)
    visited = tab_round(root)
    missed = [w for w in stops if w not in visited and not _is_reached_by_arrows(w, visited)]
    assert [said(w) for w in missed] == [], f"are not reached by Tab {place}"


def _is_reached_by_arrows(widget: QWidget, visited: list[QWidget]) -> bool:
    """Return whether a widget is one of an exclusive group, of which Tab reaches the one that is checked."""
    if not isinstance(widget, QAbstractButton):
        return False
    group = widget.group()
    others = group.buttons() if group is not None else []
    return any(other in visited for other in others)


def test_the_first_screen_is_accessible(qtbot: Any, window: MainWindow) -> None:
    check(qtbot, window)


def test_the_window_at_work_is_accessible(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    analysed(qtbot, window)
    core.may_go_on.clear()
    window.session.compare_again()
    qtbot.waitUntil(lambda: window.cancel.isVisible() and window.suggestions.is_built, timeout=5000)
    come_to_rest(window)
    check(qtbot, window)
    window.session.cancel()


def test_a_reference_beside_the_mix_is_accessible(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    analysed(qtbot, window)
    soundfile.write(tmp_path / "theirs.wav", np.random.default_rng(0).normal(0, 0.1, (44100 * 4, 2)), 44100)
    window.references.picked.emit(tmp_path / "theirs.wav")
    qtbot.waitUntil(lambda: window.player.can_hear("reference"), timeout=10_000)
    come_to_rest(window)
    assert window.reference_lane.isVisible()
    check(qtbot, window)


def test_a_message_is_accessible(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    window.message.tell("cannot read “holiday.jpg”: choose another file", True)
    check(qtbot, window)


def test_every_view_is_accessible(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    for place in range(window.views.count()):
        window.views.setCurrentIndex(place)
        check(qtbot, window, window.views.tabText(place))


def test_every_dialog_is_walked() -> None:
    assert {kind.__name__ for kind in every_dialog()} - {kind.__name__ for kind in DIALOGS} == set(), "add it to DIALOGS of this test"


@pytest.fixture(params=list(DIALOGS), ids=lambda kind: kind.__name__)
def dialog(qtbot: Any, window: MainWindow, request: pytest.FixtureRequest) -> Iterator[QDialog]:
    analysed(qtbot, window)
    made = DIALOGS[request.param](window)
    made.show()
    qtbot.waitExposed(made)
    yield made
    if not isValid(made):  # it goes when it is closed
        return
    made.close()
    if isinstance(made, SettingsDialog):
        assert made.wait()
    elif isinstance(made, ModelsDialog):
        assert made.page.wait()


def test_every_dialog_is_accessible(qtbot: Any, dialog: QDialog) -> None:
    assert dialog.windowTitle()
    check(qtbot, dialog)


def test_escape_closes_every_dialog(qtbot: Any, dialog: QDialog) -> None:
    dialog.activateWindow()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not isValid(dialog) or not dialog.isVisible()


def test_letters_with_a_line_are_each_there_once(window: MainWindow) -> None:
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(set(letters)) == len(letters)
    dialog = SettingsDialog(window.session, window)
    marked = [label.text() for label in dialog.findChildren(QLabel) if "&" in label.text() and label.buddy() is not None]
    letters = [text[text.index("&") + 1].lower() for text in marked]
    assert len(set(letters)) == len(letters) >= 5
    dialog.reject()
    assert dialog.wait()


def draws_itself(widget: QWidget) -> bool:
    """Return whether what a widget shows is a picture of ours, which says nothing by itself."""
    ours = (kind for kind in type(widget).__mro__ if kind.__module__.startswith("mixassistant."))
    return any("paintEvent" in vars(kind) for kind in ours)


def test_every_picture_says_what_it_is(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window)
    for place in range(window.views.count()):
        window.views.setCurrentIndex(place)
        pictures = [w for w in window.findChildren(QWidget) if w.isVisible() and draws_itself(w)]
        assert pictures
        assert [said(w) for w in pictures if not w.accessibleName()] == [], window.views.tabText(place)
