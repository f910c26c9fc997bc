"""The guide: what it covers, its contents, and its search."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTreeWidgetItemIterator

from mixassistant import paths
from mixassistant.gui.dialogs.guide import GuideDialog
from mixassistant.gui.suggestions.move_card import STEPS
from mixassistant.gui.window.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
TEXT = paths.resource("guide.md").read_text("utf-8")


@pytest.fixture
def guide(qtbot: Any, window: MainWindow) -> GuideDialog:
    made = GuideDialog(window)
    made.show()
    qtbot.waitExposed(made)
    return made


def top_line(guide: GuideDialog) -> str:
    """Return the first heading in sight."""
    top = guide.text.cursorForPosition(guide.text.viewport().rect().topLeft() + QPoint(30, 24)).block()  # inside the margin
    while not top.blockFormat().headingLevel():
        top = top.next()
    return top.text()


def entries(guide: GuideDialog) -> list[str]:
    texts, walk = [], QTreeWidgetItemIterator(guide.contents)
    while walk.value() is not None:
        texts.append(walk.value().text(0))
        walk += 1  # type: ignore[operator]
    return texts


def test_it_can_be_read_in_five_minutes() -> None:
    assert 900 <= len(TEXT.split()) <= 1300


def test_every_view_of_the_window_is_explained(window: MainWindow) -> None:
    views = [window.views.tabText(index).replace("&", "") for index in range(window.views.count())]
    assert [view for view in views if f"### {view}\n" not in TEXT] == []


def test_stages_and_amounts_are_explained(window: MainWindow) -> None:
    assert [stage.text() for stage in window.suggestions.standing.stage.buttons.values() if f"*{stage.text()}*" not in TEXT] == []
    assert [step for step in STEPS if step not in TEXT] == []


def test_typography_is_as_in_the_rest_of_the_window() -> None:
    assert re.findall(r"[!\"]|(?<=\w)'(?=\w)|(?<!\w)-\d", TEXT) == []


def test_buttons_and_menus_that_are_named_exist(window: MainWindow) -> None:
    known = {action.text().replace("&", "").rstrip("…") for action in window.findChildren(QAction)}
    known |= {button.text() for button in window.findChildren(QPushButton)}
    known |= {"Hear it", "Amount", "Blind…", "Level match", "Table"}
    named = set(re.findall(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)", TEXT))
    assert named - known == set()


def test_the_contents_are_the_headings(guide: GuideDialog) -> None:
    assert entries(guide) == re.findall(r"^##+ (.+)$", TEXT, flags=re.MULTILINE)


def test_it_opens_at_the_top(guide: GuideDialog) -> None:
    assert guide.text.verticalScrollBar().value() == 0
    assert top_line(guide) == "Guide to Mix Assistant"


def test_a_heading_in_the_contents_is_where_the_text_goes(guide: GuideDialog) -> None:
    (item,) = guide.contents.findItems("Stereo", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    guide.contents.setCurrentItem(item)
    assert top_line(guide) == "Stereo"
    guide.text.verticalScrollBar().setValue(0)
    guide.contents.itemClicked.emit(item, 0)
    assert top_line(guide) == "Stereo", "a click on what is current already goes there again"


def test_the_search_counts_marks_and_goes_round(guide: GuideDialog) -> None:
    QTest.keyClicks(guide.search, "goniometer")
    count = TEXT.lower().count("goniometer")
    assert guide.count.text() == f"1 of {count}"
    assert len(guide.text.extraSelections()) == count
    QTest.keyClick(guide.search, Qt.Key.Key_Backspace)
    guide.search.setText("level")
    every = len(guide.text.extraSelections())
    assert every == TEXT.lower().count("level")
    QTest.keyClick(guide.search, Qt.Key.Key_Return)
    assert guide.count.text() == f"2 of {every}"
    for _ in range(2):
        QTest.mouseClick(guide.previous, Qt.MouseButton.LeftButton)
    assert guide.count.text() == f"{every} of {every}"
    assert guide.isVisible(), "Enter in the search does not close the guide"


def test_what_is_not_there_is_said(guide: GuideDialog) -> None:
    QTest.keyClicks(guide.search, "xylophone")
    assert guide.count.text() == "Not found"
    assert not guide.next.isEnabled()
    guide.search.clear()
    assert not guide.count.isVisible() and guide.text.extraSelections() == []


def test_the_window_works_while_the_guide_is_open_and_f1_opens_one(qtbot: Any, window: MainWindow) -> None:
    (action,) = (a for a in window.findChildren(QAction) if a.shortcut().toString() == "F1")
    action.trigger()
    action.trigger()
    (guide,) = window.findChildren(GuideDialog)
    assert not guide.isModal()
    guide.close()
    qtbot.waitUntil(lambda: window.findChildren(GuideDialog) == [], timeout=2000)


def test_marks_take_the_colours_of_another_theme(guide: GuideDialog, window: MainWindow) -> None:
    guide.search.setText("level")
    colors = set()
    for theme in ("light", "dark"):
        window.session.change(theme=theme)
        (first, *_rest) = guide.text.extraSelections()
        colors.add(first.format.background().color().name())
    assert len(colors) == 2


def test_escape_clears_the_search_and_then_closes_the_guide(guide: GuideDialog) -> None:
    guide.search.setFocus()
    QTest.keyClicks(guide.search, "masking")
    QTest.keyClick(guide.search, Qt.Key.Key_Escape)
    assert guide.isVisible() and guide.search.text() == "" and guide.search.hasFocus()
    QTest.keyClick(guide.search, Qt.Key.Key_Escape)
    assert not guide.isVisible()
