"""The declared shortcuts are the real ones: of the menus, of the window, and the keys that widgets answer themselves."""

from __future__ import annotations

import ast
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

import mixassistant.gui
from mixassistant.gui.dialogs.shortcuts import ShortcutsDialog
from mixassistant.gui.widgets.commands import COMMANDS, KEYS, SPLIT, WINDOW, lines, native, search
from mixassistant.gui.window.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
GUI = Path(mixassistant.gui.__file__).parent
ASIDE = {"Key_Select"}  # the middle button of a remote control


def menu_actions(window: MainWindow) -> list[tuple[str, str, str]]:
    """Return menu, text and keys of every entry, but for the recent mixes."""
    found = []
    for top in window.menuBar().actions():
        menu = top.menu()
        assert isinstance(menu, QMenu)
        entries = [a for a in menu.actions() if not a.isSeparator() and a.menu() is None]
        found += [(top.text(), a.text(), a.shortcut().toString()) for a in entries]
    return found


def declared_keys() -> set[str]:
    return {QKeySequence(part).toString() for key in KEYS for part in key.keys.split(SPLIT)}


def test_the_menus_are_what_is_declared(window: MainWindow) -> None:
    declared = [(c.menu, c.text, QKeySequence(c.keys).toString()) for c in COMMANDS.values()]
    shown = menu_actions(window)
    assert [(m, t.split(" ")[0] if t.startswith(("Undo", "Redo")) else t, k) for m, t, k in shown] == declared


def test_every_action_with_a_shortcut_is_declared(window: MainWindow) -> None:
    declared = {QKeySequence(c.keys).toString() for c in COMMANDS.values() if c.keys} | declared_keys()
    real = {keys.toString() for action in window.findChildren(QAction) for keys in action.shortcuts()}
    assert real - declared == set()


def test_every_shortcut_of_the_window_is_declared_and_exists(window: MainWindow) -> None:
    real = {s.key().toString() for s in window.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly)}
    declared = {QKeySequence(part).toString() for key in KEYS if key.where == WINDOW for part in key.keys.split(SPLIT)}
    assert real == declared
    assert {s.key().toString() for s in window.findChildren(QShortcut)} <= declared_keys()


def test_no_two_shortcuts_of_the_window_get_in_each_other_s_way(window: MainWindow) -> None:
    wide = [s for s in window.findChildren(QShortcut) if s.context() == Qt.ShortcutContext.WindowShortcut]
    keys = [s.key().toString() for s in wide] + [k.toString() for a in window.findChildren(QAction) for k in a.shortcuts()]
    assert sorted(keys) == sorted(set(keys)), "Qt carries out neither of two that are the same"


def test_every_key_that_a_widget_answers_is_declared() -> None:
    answered: dict[str, str] = {}
    for path in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr.startswith("Key_") and node.attr not in ASIDE:
                answered[node.attr] = path.name
    # Without modifiers: which ones go with a key is in the text of the dialog.
    known = {keys[index].key() for keys in (QKeySequence(k) for k in declared_keys()) for index in range(keys.count())}
    missing = {name: place for name, place in answered.items() if getattr(Qt.Key, name) not in known}
    assert missing == {}, "declare them in mixassistant/gui/widgets/commands.py"


def test_no_two_commands_have_the_same_keys() -> None:
    keys = [c.keys for c in COMMANDS.values() if c.keys]
    keys += [part for key in KEYS if key.where == WINDOW for part in key.keys.split(SPLIT)]
    assert [(a, b) for a, b in combinations(keys, 2) if QKeySequence(a) == QKeySequence(b)] == []


def test_every_declared_key_means_something() -> None:
    parts = [part for entry in (*COMMANDS.values(), *KEYS) for part in entry.keys.split(SPLIT) if part]
    assert [part for part in parts if QKeySequence(part).isEmpty() or QKeySequence(part).toString() == ""] == []


@pytest.mark.parametrize(("keys", "shown"), [("-", "−"), ("Left / Right", "← / →"), ("", "")])
def test_keys_are_drawn_as_they_look(keys: str, shown: str) -> None:
    assert native(keys) == shown


@pytest.mark.parametrize(
    ("words", "found"),
    [("loop", "Clear the loop"), ("LOOP waveform", "Clear the loop"), ("-", "Zoom out"), ("f1", "Guide"), ("undo", "Undo")],
)
def test_the_search_finds_by_what_by_key_and_by_place(words: str, found: str) -> None:
    assert found in [line.text for line in search(words)]
    assert len(search(words)) < len(lines())


@pytest.fixture
def dialog(qtbot: Any, window: MainWindow) -> ShortcutsDialog:
    made = ShortcutsDialog(window)
    made.show()
    return made


def shown(dialog: ShortcutsDialog) -> list[tuple[str, str, str]]:
    groups = (dialog.list.topLevelItem(index) for index in range(dialog.list.topLevelItemCount()))
    return [(g.text(0), g.child(i).text(0), g.child(i).text(1)) for g in groups for i in range(g.childCount())]


def test_the_dialog_lists_everything(dialog: ShortcutsDialog) -> None:
    assert shown(dialog) == [(line.where, line.text, line.keys) for line in lines()]


def test_typing_filters_and_nothing_found_says_so(dialog: ShortcutsDialog) -> None:
    QTest.keyClicks(dialog.search, "zoom")
    assert [text for _where, text, _keys in shown(dialog)] == ["Zoom in", "Zoom out"]
    QTest.keyClicks(dialog.search, "qqq")
    assert shown(dialog) == [] and dialog.none.isVisible() and not dialog.list.isVisible()
    dialog.search.clear()
    assert len(shown(dialog)) == len(lines())


def test_enter_in_the_search_does_not_close_the_dialog(dialog: ShortcutsDialog) -> None:
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_escape_clears_the_search_and_then_closes_the_dialog(dialog: ShortcutsDialog) -> None:
    QTest.keyClicks(dialog.search, "zoom")
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog.isVisible() and dialog.search.text() == "" and len(shown(dialog)) == len(lines())
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
