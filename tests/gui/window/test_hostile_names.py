"""Names that look like HTML, of everything that has a name, are shown letter by letter: none is rendered, and no picture is opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex
from PySide6.QtGui import QAction, Qt, QTextDocument
from PySide6.QtWidgets import QAbstractItemView, QLabel, QMessageBox, QWidget
from sample_documents import make_track
from window_driver import FakeCore, analysed, come_to_rest, drop

from mixassistant.advice.suggestion import Target
from mixassistant.analysis import Request
from mixassistant.gui.app import make_window
from mixassistant.gui.background.result import Result
from mixassistant.gui.dialogs import report_path
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.wording import as_plain
from mixassistant.library.library import Library
from mixassistant.progress import Progress
from mixassistant.stems.place import MIX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")  # which the plugin without a screen lacks
BOLD, PICTURE = "<b>tip", '<img src="file:///etc/hostname">'
NAME = f"{BOLD} {PICTURE}"
IN_FILE = BOLD + " <img src=x>"
TAGS_OF_FILE = {"artist": PICTURE, "title": NAME, "album": NAME, "genre": NAME}
TAGS = re.compile(r"<(?!/?(?:qt|br|html|head|body|p|span|table|tr|td|meta|style|b>[A-Z])\b)", re.IGNORECASE)


class HostileCore(FakeCore):
    """Gives everything in an analysis such a name."""

    def analyze(self, request: Request, progress: Progress) -> Result:
        progress(f"Measuring {NAME}", 0.5)
        made = super().analyze(request, progress)
        found = made.analysis
        hostile = tuple(s if s.target.place == MIX else replace(s, target=Target(s.target.place, f"V {NAME}")) for s in found.suggestions)
        references = tuple(replace(track, name=f"R {NAME}", tags={"artist": PICTURE}) for track in found.profile.references)
        profile = replace(found.profile, name=NAME, references=references)
        whose = replace(found.request, profile=NAME)
        changed = replace(found, suggestions=hostile, warnings=(f"{NAME} is silent.",), request=whose, profile=profile)
        return replace(made, analysis=replace(changed, stage_hint=f"{NAME} is rough"))


@pytest.fixture
def window(qtbot: Any, tmp_path: Path) -> Iterator[MainWindow]:
    core = HostileCore(tmp_path / "library.sqlite3")
    core.stems = {"drums": [f"K {NAME}", f"S {NAME}"], "vocals": [f"V {NAME}"], "bass": [f"B {NAME}"], "other": [f"O {NAME}"]}
    with Library(core.library) as library:
        added = library.references.add(Path(f"/nowhere/{IN_FILE}.wav"), replace(make_track(), name=NAME, tags=TAGS_OF_FILE))
        library.profiles.set(NAME, [added.id])
        library.profiles.choose(NAME)
    made = make_window(core)
    qtbot.addWidget(made)
    made.session.reference_jobs.list()
    made.show()
    qtbot.waitUntil(lambda: made.references.list.isVisible(), timeout=5000)
    yield made
    made.close()


def rendered(text: str) -> str:
    """Return the first tag of a text that Qt would render and that is not the window's own; empty where there is none."""
    found = TAGS.search(text) if Qt.mightBeRichText(text) else None
    return text[found.start() :][:40] if found else ""


def texts_of(model: QAbstractItemModel, above: QModelIndex | None = None) -> Iterator[str]:
    """Yield the tool-tips of all rows of a model."""
    parent = above if above is not None else QModelIndex()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            yield str(model.data(model.index(row, column, parent), Qt.ItemDataRole.ToolTipRole) or "")
        if not isinstance(model, QAbstractListModel):
            yield from texts_of(model, model.index(row, 0, parent))


def all_texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield whatever a window shows that Qt may take for HTML, each with what shows it."""
    for widget in (window, *window.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.accessibleName()}"
        yield f"tool-tip of {where}", widget.toolTip()
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            yield f"text of {where}", widget.text()
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            for text in texts_of(widget.model()):
                yield f"row of {where}", text
    for action in window.findChildren(QAction):
        yield f"action {action.text()}", action.toolTip()


def test_no_name_is_rendered_anywhere_in_the_window(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    mix = tmp_path / f"{IN_FILE}.wav"
    mix.touch()
    drop(window, [mix])
    analysed(qtbot, window)
    come_to_rest(window)
    window.session.told.emit(f"“{NAME}” cannot be heard", True)
    come_to_rest(window)
    shown = list(all_texts(window))
    assert any(as_plain(NAME)[4:-5] in text for _where, text in shown), "no name reached the window"
    assert [(where, rendered(text)) for where, text in shown if rendered(text)] == []


@pytest.mark.parametrize("name", [NAME, IN_FILE, "<qt>a", "a\n<img src=x>", "&lt;b&gt;", "plain & simple", "1 < 2", "a\n<b>\nb"])
def test_a_name_is_shown_letter_by_letter(qtbot: Any, name: str) -> None:
    label = QLabel(as_plain(name))
    qtbot.addWidget(label)
    assert not rendered(as_plain(name))
    document = QTextDocument()
    document.setHtml(label.text()) if Qt.mightBeRichText(label.text()) else document.setPlainText(label.text())
    assert document.toPlainText() == name


def test_a_question_shows_the_name_of_a_file_as_it_is(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()))
    parent = QWidget()
    qtbot.addWidget(parent)
    report_path._may_replace(parent, tmp_path / f"{IN_FILE}.html")
    assert asked
    assert not rendered(asked[0])
