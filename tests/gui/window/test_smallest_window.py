"""What is seen in a small window: facts of the mix, plots and cards, whatever is told above them; and pictures of it at rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget
from window_driver import FakeCore, analysed, come_to_rest

from mixassistant.gui import screenshots
from mixassistant.gui.suggestions.panel import SuggestionsPanel
from mixassistant.gui.views.plot import TICK_HEIGHT, Axis
from mixassistant.gui.views.spectrum import SpectrumView
from mixassistant.gui.widgets.theme import LIGHT
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library

SMALLEST = (900, 560)


@pytest.fixture
def shown(qtbot: Any, window: MainWindow, core: FakeCore) -> MainWindow:
    core.stems = {"drums": ["Kick", "Snare"], "vocals": ["Voice"], "bass": ["Bass"], "other": ["Keys"]}
    analysed(qtbot, window)
    window.resize(*SMALLEST)
    qtbot.waitUntil(lambda: window.suggestions.is_built and window.size().height() == SMALLEST[1], timeout=5000)
    return window


def bottom(window: MainWindow, widget: QWidget) -> int:
    return widget.mapTo(window, QPoint(0, widget.height())).y()


def top(window: MainWindow, widget: QWidget) -> int:
    return widget.mapTo(window, QPoint(0, 0)).y()


@pytest.mark.parametrize("size", [SMALLEST, (1100, 700), (1440, 900), (1920, 1080)])
def test_the_facts_of_the_mix_are_whole_in_every_window(qtbot: Any, shown: MainWindow, size: tuple[int, int]) -> None:
    shown.resize(*size)
    qtbot.waitUntil(lambda: (shown.width(), shown.height()) == size, timeout=5000)
    text, everything = shown.head.facts.text(), shown.head.facts.toolTip()
    assert "…" not in text and "LUFS" in text and "dBTP" in text
    for fact in text.split("  ·  "):
        assert fact.removeprefix("PSR ") in everything
    assert "kHz" in everything and "stereo" in everything and "Integrated loudness" in everything


def test_a_line_says_the_longest_that_there_is_room_for(shown: MainWindow) -> None:
    facts = shown.head.facts
    facts.say("a " * 500, "b " * 400, "short", "s")
    assert facts.text() == "short" and facts.toolTip() == "a " * 500
    facts.say("a " * 500, "b " * 400)
    assert facts.text().startswith("b b") and facts.text().endswith("…")


@pytest.mark.parametrize("count", [1, 4])
def test_errors_push_neither_plots_nor_cards_out_of_reach(qtbot: Any, shown: MainWindow, count: int) -> None:
    for number in range(count):
        shown.message.tell(f"cannot read “holiday {number}.jpg” as audio, and this is a long story of why that is: " + "words " * 30, True)
    qtbot.waitUntil(lambda: shown.message.isVisible() and bottom(shown, shown.message) > 0, timeout=5000)
    come_to_rest(shown)
    assert (shown.width(), shown.height()) == SMALLEST
    assert shown.message.height() < 0.15 * SMALLEST[1]
    for widget in (shown.views, shown.suggestions):
        assert bottom(shown, widget) <= top(shown, shown.transport)
    assert top(shown, shown.views) >= bottom(shown, shown.message)
    assert bottom(shown, shown.spectrum.plot) <= bottom(shown, shown.views) and shown.spectrum.plot.height() >= 30
    assert shown.suggestions._area.height() >= 150
    assert (shown.message._area.verticalScrollBar().maximum() > 0) == (count > 1)  # all of it can still be read
    assert shown.message.text in shown.message._text.toolTip()


def test_a_short_message_takes_a_line(qtbot: Any, shown: MainWindow) -> None:
    shown.message.tell("report written", False)
    come_to_rest(shown)
    assert shown.message.height() <= shown.message.dismiss.sizeHint().height() + 12
    assert shown.message._area.verticalScrollBar().maximum() == 0


def test_the_waveform_leaves_no_gap_where_stems_are_out_of_sight(shown: MainWindow) -> None:
    shown.head.fold.choose(False)
    come_to_rest(shown)
    assert shown.waveform.more_text()
    assert shown.waveform.height() - shown.waveform._field().bottom() <= 1


@pytest.mark.parametrize("width", [190, 210])
def test_nothing_of_the_references_is_cut_off_in_a_narrow_column(
    qtbot: Any, shown: MainWindow, core: FakeCore, tmp_path: Path, width: int
) -> None:
    with Library(core.library) as library:
        for number in range(12):
            library.references.add(tmp_path / f"{number}.wav")
    shown.session.reference_jobs.list()
    panel = shown.references
    qtbot.waitUntil(panel.list.isVisible, timeout=5000)
    shown.outer.setSizes([width, SMALLEST[0] - width])
    qtbot.waitUntil(lambda: panel.width() == width, timeout=5000)
    heading = next(label for label in panel.findChildren(QLabel) if label.text() == "References")
    for whole in (heading, panel.new_profile, panel.add, panel.like, panel.dislike):
        assert whole.width() >= whole.sizeHint().width(), whole
    assert panel._count.text() == ("12 liked" if width > 190 else "") and panel._count.toolTip() == "12 liked"


# Plots


@pytest.mark.parametrize("size", [20.0, 35.0, 60.0, 120.0, 400.0])
@pytest.mark.parametrize("span", [0.7, 2.13, 45.0, 70.0, 96.0])
def test_labels_beside_a_low_plot_do_not_touch(size: float, span: float) -> None:
    (step, _start), *finer = Axis("left").tickSpacing(-span, 0.0, size)
    assert step / span * size >= min(TICK_HEIGHT, size) * 0.999
    assert all(fine < step for fine, _start in finer)


def test_a_low_view_keeps_its_numbers_and_gives_up_the_name_of_its_axis(qtbot: Any, shown: MainWindow) -> None:
    view = shown.spectrum
    shown.head.fold.choose(False)
    come_to_rest(shown)
    assert isinstance(view, SpectrumView) and not view.plot.getAxis("bottom").label.isVisible()
    shown.resize(1440, 900)
    qtbot.waitUntil(lambda: view.plot.getAxis("bottom").label.isVisible(), timeout=5000)


# Pictures of it


def test_a_picture_waits_until_the_last_card_is_built(qtbot: Any, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    build = SuggestionsPanel._build_next
    monkeypatch.setattr(SuggestionsPanel, "_build_next", lambda panel: QTimer.singleShot(300, panel, lambda: build(panel)))
    analysed(qtbot, window)
    assert not window.suggestions.is_built
    picture = screenshots.settled_picture(window)
    assert window.suggestions.is_built
    cards = window.suggestions.cards
    assert all(card.isVisible() and card.height() >= card.layout().totalHeightForWidth(card.width()) for card in cards)
    come_to_rest(window)
    assert picture == window.grab().toImage()


def test_every_state_can_be_shown(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    result = core.demo(lambda stage, fraction: None)
    pictures: dict[str, QImage] = {}
    for state in screenshots.STATES:
        screenshots.show_state(window, state, result)
        pictures[state] = screenshots.settled_picture(window)
    assert window.suggestions.standing.stage.buttons[result.analysis.stage].isChecked()
    assert len({bytes(picture.constBits()) for picture in pictures.values()}) == len(screenshots.STATES)
    assert window.message.isVisible() and pictures["empty"].pixelColor(2, 300).name() == LIGHT.window
