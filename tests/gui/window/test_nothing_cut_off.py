"""In the smallest window, in both themes: no text is cut off or shortened, and every plot is high enough to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QPushButton, QTabBar, QWidget
from window_driver import FakeCore, analysed, come_to_rest

from mixassistant.gui import screenshots
from mixassistant.gui.suggestions.card import Head
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.theme import apply_theme, tokens_for
from mixassistant.gui.window.building import dialogs
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
SMALLEST = (900, 560)
PLOT_HEIGHT = 200  # px
ARROW = 22  # px, of a list of choices
THEMES = ("light", "dark")


@pytest.fixture(params=THEMES)
def small(request: Any, qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> MainWindow:
    """Show a song with stems beside references with a profile, in the smallest window."""
    core.stems = {"drums": ["Kick", "Snare"], "vocals": ["Voice"], "bass": ["Bass"], "other": ["Keys"]}
    with Library(core.library) as library:
        numbers = []
        for name in ("Arc", "Bell", "Canyon"):
            (tmp_path / f"{name}.wav").write_bytes(name.encode())
            numbers.append(library.references.add(tmp_path / f"{name}.wav").id)
        library.profiles.create("Club", numbers[:2])
    window.session.change(theme=request.param)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, tokens_for(request.param))
    window.resize(*SMALLEST)
    window.session.reference_jobs.list()
    analysed(qtbot, window)
    qtbot.waitUntil(lambda: window.references.list.isVisible() and window.suggestions.is_built, timeout=10_000)
    come_to_rest(window)
    return window


def cut_off(widget: QWidget) -> str:
    """Return the text of a widget that is not seen as a whole; empty: there is none."""
    text, metrics, inside = "", widget.fontMetrics(), widget.contentsRect()
    if isinstance(widget, QLabel):
        text = widget.text().replace("\u200b", "")
        if widget.buddy() is not None:
            text = text.replace("&", "")
        if "<" in text:
            return ""
        if widget.wordWrap():
            is_whole = widget.heightForWidth(widget.width()) <= widget.height() + 1
        else:
            is_shortened = isinstance(widget, Readout) and widget.text() not in widget._texts
            is_whole = not is_shortened and metrics.horizontalAdvance(text) <= inside.width() + 1
        is_whole &= metrics.height() <= widget.height() + 1
    elif isinstance(widget, QComboBox):
        text = widget.currentText()
        is_whole = metrics.horizontalAdvance(text) + ARROW <= inside.width() and metrics.height() <= widget.height()
    elif isinstance(widget, QAbstractButton):
        text = widget.text().replace("&", "")
        is_whole = metrics.horizontalAdvance(text) <= inside.width() and metrics.height() <= widget.height()
    elif isinstance(widget, QTabBar):
        text = widget.tabText(widget.count() - 1)
        is_whole = widget.sizeHint().width() <= widget.width()
    else:
        return ""
    return "" if is_whole else f"{type(widget).__name__}: {text}"


def all_cut_off(window: QWidget) -> list[str]:
    """Return the texts that are not seen as a whole, but for the lines of folded cards: a click unfolds them."""
    visible = [widget for widget in window.findChildren(QWidget) if widget.isVisible() and widget.window() is window]
    seen = [widget for widget in visible if not isinstance(widget.parentWidget(), Head)]
    return [text for widget in seen if (text := cut_off(widget))]


def test_a_text_that_is_cut_off_is_found(qtbot: Any) -> None:
    """What looks for them finds them."""
    page = QWidget()
    qtbot.addWidget(page)
    long = "words and words and words " * 3
    label, wrapped, button, box = QLabel(long, page), QLabel(long, page), QPushButton(long, page), QComboBox(page)
    wrapped.setWordWrap(True)
    box.addItem(long)
    for widget in (label, wrapped, button, box):
        widget.resize(80, 20)
    page.show()
    assert len(all_cut_off(page)) == 4


def test_no_text_is_cut_off_in_any_view(qtbot: Any, small: MainWindow) -> None:
    assert (small.width(), small.height()) == SMALLEST
    for place in range(small.views.count()):
        small.views.setCurrentIndex(place)
        screenshots.settled_picture(small)
        assert all_cut_off(small) == [], small.views.tabText(place)


def test_no_choice_of_the_references_filters_is_cut_off(small: MainWindow) -> None:
    filters = small.references.filters
    for box in (filters.marks, filters.tags):
        for place in range(box.count()):
            box.setCurrentIndex(place)
            assert cut_off(box) == ""


def test_naming_a_profile_has_room(small: MainWindow) -> None:
    panel = small.references
    QTest.mouseClick(panel.new_profile, Qt.MouseButton.LeftButton)
    come_to_rest(small)
    assert panel.naming.name.height() >= panel.naming.name.sizeHint().height()
    assert all_cut_off(small) == []
    panel.naming.hide()
    panel.profiles.rename("Club")
    come_to_rest(small)
    editor = panel.profiles.findChild(QWidget, "inline")
    assert editor.contentsRect().height() >= editor.fontMetrics().height()


def test_every_plot_is_high_enough_to_be_read(qtbot: Any, small: MainWindow) -> None:
    for place, name in enumerate(("spectrum", "spectrogram", "loudness", "dynamics", "stereo", "library_map")):
        small.views.setCurrentIndex(place)
        come_to_rest(small)
        view = getattr(small, name)
        plots = [pane.plot for pane in view.panes._panes] if hasattr(view, "panes") else [view.plot]
        assert all(plot.height() >= PLOT_HEIGHT for plot in plots if plot.isVisible()), name


def test_the_user_decides_what_is_folded_and_that_is_kept(qtbot: Any, small: MainWindow, core: FakeCore) -> None:
    fold, standing = small.head.fold, small.suggestions.standing
    assert fold.is_folded and fold.choice is None and small.waveform.names_in_sight() == ["Mix"]
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    come_to_rest(small)
    assert len(small.waveform.names_in_sight()) > 1 and "Fold" in fold.accessibleName()
    QTest.keyClick(small, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    come_to_rest(small)
    assert standing.fold.is_folded and not standing.table.isVisible() and standing.stage.isVisible()
    small.resize(1440, 900)
    come_to_rest(small)
    assert not fold.is_folded  # as was chosen
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    small.close()
    small.session.wait()
    again = screenshots.make_window(core)
    qtbot.addWidget(again)
    assert (again.head.fold.choice, again.suggestions.standing.fold.choice) == (True, True)
    again.close()


@pytest.mark.parametrize("name", ["taste", "settings", "models", "shortcuts", "about", "guide"])
def test_no_text_of_a_dialog_is_cut_off(qtbot: Any, small: MainWindow, name: str) -> None:
    small._present(name, *((small.session,) if name in ("taste", "settings") else ()))
    dialog = small.findChild(dialogs()[name])
    come_to_rest(dialog)
    assert dialog.height() <= SMALLEST[1] and dialog.width() <= SMALLEST[0]
    assert all_cut_off(dialog) == []
    assert not dialog.isModal() and dialog.x() < small.waveform.mapToGlobal(small.waveform.rect().topLeft()).x()
    dialog.close()
