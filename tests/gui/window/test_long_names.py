"""Names of 200 letters without a space, of everything that has a name: all controls stay in reach in the smallest window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSlider, QWidget
from window_driver import FakeCore, analysed, come_to_rest, drop

from mixassistant.advice.suggestion import Target
from mixassistant.analysis import Request
from mixassistant.gui.app import make_window
from mixassistant.gui.background.result import Result
from mixassistant.gui.session.work import Busy
from mixassistant.gui.widgets.readout import Readout, name_label
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.window.queue_popup import WIDTH
from mixassistant.gui.wording import breakable, shortened
from mixassistant.library.library import Library
from mixassistant.progress import Progress
from mixassistant.stems.place import MIX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")  # which the plugin without a screen lacks
SMALLEST = (900, 560)
LONG = "Wq" * 100


class LongCore(FakeCore):
    """Gives everything in an analysis a long name."""

    def analyze(self, request: Request, progress: Progress) -> Result:
        made = super().analyze(request, progress)
        long = tuple(
            s if s.target.place == MIX else replace(s, target=Target(s.target.place, f"V{LONG}")) for s in made.analysis.suggestions
        )
        whose = replace(made.analysis.request, profile=f"P{LONG}")
        return replace(made, analysis=replace(made.analysis, suggestions=long, warnings=(f"“{LONG}” is silent.",), request=whose))


@pytest.fixture
def window(qtbot: Any, tmp_path: Path) -> Any:
    core = LongCore(tmp_path / "library.sqlite3")
    core.stems = {"drums": [f"K{LONG}", f"S{LONG}"], "vocals": [f"V{LONG}"], "bass": [f"B{LONG}"], "other": [f"O{LONG}"]}
    with Library(core.library) as library:
        added = library.references.add(Path(f"/nowhere/R{LONG}.wav"))
        library.profiles.set(f"P{LONG}", [added.id])
        library.profiles.choose(f"P{LONG}")
    made = make_window(core)
    qtbot.addWidget(made)
    made.session.reference_jobs.list()
    made.show()
    made.resize(*SMALLEST)
    qtbot.waitUntil(lambda: made.references.list.isVisible(), timeout=5000)
    yield made
    made.close()


def out_of_reach(window: MainWindow) -> list[str]:
    """Return the controls whose right end is not in the part of the window that is theirs."""
    controls = [control for kind in (QAbstractButton, QComboBox, QSlider) for control in window.findChildren(kind)]
    seen = (control for control in controls if control.isVisible() and control.window() is window)
    return [control.accessibleName()[:40] for control in seen if not _is_in_sight(control)]


def _is_in_sight(control: QWidget) -> bool:
    """Return whether nothing above a control cuts its right end off; lower ends may be scrolled to."""
    parent = control.parentWidget()
    while parent is not None:
        if control.mapTo(parent, QPoint(control.width(), 0)).x() > parent.width() + 1:
            return False
        if parent.isWindow():
            break
        parent = parent.parentWidget()
    return True


def test_no_control_is_pushed_out_of_the_smallest_window(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    drop(window, tmp_path / f"M{LONG}.wav")
    qtbot.waitUntil(lambda: window.session.state.result is not None and window.suggestions.cards != [], timeout=10_000)
    window.message.tell(f"cannot read “{LONG}.jpg” as audio: choose another file", True)
    for index in range(window.views.count()):
        window.views.setCurrentIndex(index)
        come_to_rest(window)
        assert (window.width(), window.height()) == SMALLEST
        assert out_of_reach(window) == [], window.views.tabText(index)
    for label in window.findChildren(QLabel):  # what is not elided is broken
        if label.isVisible() and not isinstance(label, Readout):
            assert label.width() <= SMALLEST[0] and (not label.wordWrap() or label.minimumSizeHint().width() <= 400), label.text()


def test_what_runs_and_what_waits_stay_in_their_places(qtbot: Any, window: MainWindow) -> None:
    window.session.work.progressed.emit(Busy(f"Reading {LONG}", 0.5, 7.0))
    come_to_rest(window)
    assert window.width() == SMALLEST[0] and out_of_reach(window) == []
    assert "…" in window.stage.text() and window.stage.toolTip() == f"Reading {LONG}" == window.stage.accessibleName()
    window.session.core.may_go_on.clear()
    window.session.queue.add([Path(f"/nowhere/{number}{LONG}.wav") for number in range(3)])
    popup = window.queue.popup
    popup.pop_up(window.queue)
    window.session.queue.entries[1].reason = f"cannot read “{LONG}”"
    popup.list.setCurrentIndex(window.session.queue.index(1, 0))
    come_to_rest(popup)
    assert popup.reason.width() <= WIDTH and popup.reason.minimumSizeHint().width() <= WIDTH
    popup.hide()
    window.session.cancel()


def test_long_names_keep_both_ends_and_are_whole_in_tooltip_and_for_a_screen_reader(qtbot: Any, window: MainWindow) -> None:
    analysed(qtbot, window, Path(f"M{LONG} v2.wav"))
    window.views.setCurrentWidget(window.stems)
    card = next(c for c in window.suggestions.cards if c.suggestion.target.place != MIX)
    come_to_rest(window)
    names = {window.head.title: f"M{LONG} v2.wav"}
    names |= {row.findChildren(Readout)[0]: row.stem.name for row in window.stems.rows}
    names |= {card.findChildren(Readout)[0]: f"“V{LONG}"}
    for label, name in names.items():
        assert label.accessibleName().startswith(name) and label.toolTip() == label.accessibleName()
        assert "…" in label.text() and label.text()[0] == name[0] and label.text()[-1] == label.accessibleName()[-1]
        assert label.fontMetrics().horizontalAdvance(label.text()) <= max(label.width(), 60)
    assert window.head.title.text().endswith("v2.wav")


def test_a_short_name_is_left_as_it_is(qtbot: Any) -> None:
    label = name_label("Lead vox")
    qtbot.addWidget(label)
    label.resize(400, 30)
    label.show()
    assert label.text() == "Lead vox" and label.objectName() == "heading"


def test_only_very_long_words_are_broken_and_nothing_else_changes() -> None:
    assert breakable("Wohnzimmeraufnahme_final2.wav is “short”") == "Wohnzimmeraufnahme_final2.wav is “short”"
    broken = breakable(f"a {LONG}\nb")
    assert broken.replace("\N{ZERO WIDTH SPACE}", "") == f"a {LONG}\nb" and max(map(len, broken.split("\N{ZERO WIDTH SPACE}"))) <= 16


def test_a_shortened_name_has_both_ends() -> None:
    assert shortened("mix", 9) == "mix" and shortened("0123456789", 9) == "0123…6789" and shortened("123456789", 9) == "123456789"
