"""The references panel, driven as a person would, on a real library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu
from sample_documents import make_track
from window_driver import FakeCore, analysed, drop

from mixassistant.audio.hashing import content_hash
from mixassistant.errors import InputError
from mixassistant.features.descriptor import Measurement
from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Added
from mixassistant.gui.references import actions
from mixassistant.gui.references.model import DRAGGED
from mixassistant.gui.session.references import moved_in
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.library.references import labels_in
from mixassistant.progress import Progress

# Of the plugin without a screen.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NAMES = ("Arc", "Bell", "Café", "Dune")


class MeasuringCore(FakeCore):
    """Measures a reference by its name: each is 1 LU louder than the one before."""

    def add_reference(self, path: Path, separator: str, device: str, progress: Progress, are_stems: bool = False) -> Added:
        if path.suffix == ".jpg":
            raise InputError("not-audio", f"cannot read “{path.name}” as audio", "choose another file")
        place = NAMES.index(path.stem) if path.stem in NAMES else 4
        track = make_track()
        values = {**track.mix, "lufs": Measurement(-9.8 + place), "bpm": Measurement(100.0 + place), "key": Measurement(21.0)}
        tags = {"artist": f"Artist {place}", "genre": "Rock" if place % 2 else "Techno"}
        track = replace(track, name=path.stem, content_hash=content_hash(path), mix=values, tags=tags)
        with Library(self.library) as library:
            library.tracks.keep(track, "m", "supplied")
            return Added(library.references.add(path, track))


@pytest.fixture
def core(tmp_path: Path) -> MeasuringCore:
    return MeasuringCore(tmp_path / "library.sqlite3")


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.wav").write_bytes(name.encode())
    return folder


@pytest.fixture
def liked(qtbot: Any, window: MainWindow, music: Path) -> MainWindow:
    """Return the window with four references."""
    drop(window.references, *(music / f"{name}.wav" for name in NAMES))
    settled(qtbot, window, lambda: shown(window) == [*NAMES])
    return window


def settled(qtbot: Any, window: MainWindow, condition: Callable[[], bool]) -> None:
    session = window.session
    qtbot.waitUntil(
        lambda: condition() and not (session.work.is_busy or session.work.keeper.busy or session.work.reader.busy), timeout=10_000
    )


def shown(window: MainWindow) -> list[str]:
    model = window.references.list.model()
    return [model.index(row, 0).data(Qt.ItemDataRole.EditRole) for row in range(model.rowCount())]


def spoken(window: MainWindow, row: int) -> str:
    return str(window.references.list.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def click(window: MainWindow, row: int, keys: Qt.KeyboardModifier = NONE, x: int = 80) -> None:
    view = window.references.list
    box = view.visualRect(view.model().index(row, 0))
    QTest.mouseClick(view.viewport(), LEFT, keys, QPoint(x, box.center().y()))


def choose(window: MainWindow, text: str) -> None:
    """Open the menu on the selected rows and choose an entry, of a submenu too."""
    panel = window.references
    menu = panel.actions_of_references.menu(panel.selected(), lambda: None, lambda: None)
    menus = [menu, *(m for m in menu.findChildren(QMenu))]
    entries = {action.text().split("\t")[0]: action for m in menus for action in m.actions()}
    assert entries[text].isEnabled()
    entries[text].trigger()


def drag(window: MainWindow, data: QMimeData, position: QPoint, let_go: bool = True) -> Qt.DropAction:
    panel, action = window.references, Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    panel.dragEnterEvent(QDragEnterEvent(position, action, data, LEFT, NONE))
    move = QDragMoveEvent(position, action, data, LEFT, NONE)
    panel.dragMoveEvent(move)
    if let_go:
        panel.dropEvent(QDropEvent(QPointF(position), action, data, LEFT, NONE))
    return move.dropAction()


def rows_data(window: MainWindow, *rows: int) -> QMimeData:
    model = window.references.list.model()
    return model.mimeData([model.index(row, 0) for row in rows])


def above(window: MainWindow, row: int) -> QPoint:
    """Return a point of the panel in the upper half of a row."""
    view = window.references.list
    box = view.visualRect(view.model().index(row, 0))
    return view.viewport().mapTo(window.references, QPoint(60, box.top() + 4))


def on_profile(window: MainWindow, name: str) -> QPoint:
    profiles = window.references.profiles
    box = profiles.visualRect(profiles.profiles.index(profiles.profiles.row_of(name), 0))
    return profiles.viewport().mapTo(window.references, box.center())


def make_profile(qtbot: Any, window: MainWindow, *rows: int) -> str:
    """Make a profile of rows by the button, and leave the name as it is offered."""
    panel = window.references
    panel.list.clearSelection()
    for row in rows:
        click(window, row, Qt.KeyboardModifier.ControlModifier)
    name = panel.profiles.profiles.fresh_name()
    QTest.mouseClick(panel.new_profile, LEFT)
    QTest.keyClick(panel.naming.name, Qt.Key.Key_Return)
    settled(qtbot, window, lambda: window.session.reference_jobs.listing.named(name) is not None)
    return name


# What a row says


def test_a_row_says_what_was_measured_and_how_close_it_is_to_the_mix(qtbot: Any, liked: MainWindow) -> None:
    assert "close" not in spoken(liked, 0)
    analysed(qtbot, liked)
    jobs = liked.session.reference_jobs
    qtbot.waitUntil(lambda: jobs.closeness is not None and "close" in spoken(liked, 0), timeout=5000)
    assert spoken(liked, 0).startswith("Arc, Artist 0 · Techno, −9.8 LUFS · 100 BPM · A minor, 100 % close to the mix")
    assert np.all(np.diff(jobs.closeness) < 0)  # each is 1 LU further away
    assert not liked.references.grab().isNull()


def test_the_closest_come_first_on_request(qtbot: Any, liked: MainWindow) -> None:
    with Library(liked.session.core.library) as library:
        library.references.arrange([r.id for r in reversed(library.references.all())])
    liked.session.reference_jobs.list()
    settled(qtbot, liked, lambda: shown(liked) == [*reversed(NAMES)])
    analysed(qtbot, liked)
    settled(qtbot, liked, lambda: liked.session.reference_jobs.closeness is not None)
    next(a for a in liked.references.filters.order.menu().actions() if a.text().startswith("Closest")).trigger()
    assert shown(liked) == [*NAMES]


# Finding


@pytest.mark.parametrize(
    ("typed", "found"),
    [("bel", ["Bell"]), ("cafe", ["Café"]), ("artist 3", ["Dune"]), ("TECHNO", ["Arc", "Café"]), ("#live", ["Bell"]), ("zydeco", [])],
)
def test_search_as_you_type_finds_names_artists_genres_and_tags(qtbot: Any, liked: MainWindow, typed: str, found: list[str]) -> None:
    with Library(liked.session.core.library) as library:
        library.references.describe([replace(library.references.find("Bell").description, labels=("live",))])
    liked.session.reference_jobs.list()
    settled(qtbot, liked, lambda: "#live" in spoken(liked, 1))
    QTest.keyClicks(liked.references.search, typed)
    assert shown(liked) == found
    assert liked.references._hint.isVisible() is not bool(found)
    liked.references.search.clear()
    assert shown(liked) == [*NAMES]


def test_marks_and_tags_are_filtered_together(qtbot: Any, liked: MainWindow) -> None:
    filters = liked.references.filters
    click(liked, 0)
    QTest.mouseClick(liked.references.dislike, LEFT)
    settled(qtbot, liked, lambda: "disliked" in spoken(liked, 0))
    filters.tags.setCurrentIndex(filters.tags.findText("Techno", Qt.MatchFlag.MatchStartsWith))
    assert shown(liked) == ["Arc", "Café"]
    filters.marks.setCurrentIndex(filters.marks.findData("liked"))
    assert shown(liked) == ["Café"]
    assert liked.references._count.text() == "1 of 4"


def test_a_search_keeps_what_is_selected_and_still_shown(qtbot: Any, liked: MainWindow) -> None:
    click(liked, 2)
    liked.references.search.setText("techno")
    assert [r.name for r in liked.references.selected()] == ["Café"]


# Marks, names, tags


def test_a_click_on_the_heart_dislikes_and_undo_likes_again(qtbot: Any, liked: MainWindow) -> None:
    click(liked, 1, x=12)
    settled(qtbot, liked, lambda: "disliked" in spoken(liked, 1))
    liked.session.state.undo_stack.undo()
    settled(qtbot, liked, lambda: "disliked" not in spoken(liked, 1))


def test_f2_renames_on_the_screen_alone_and_undo_takes_it_back(qtbot: Any, liked: MainWindow, music: Path) -> None:
    click(liked, 1)
    QTest.keyClick(liked.references.list, Qt.Key.Key_F2)
    editor = liked.references.list.findChild(QLineEdit)
    assert editor is not None and editor.text() == "Bell"
    editor.clear()
    QTest.keyClicks(editor, "Bells of spring")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settled(qtbot, liked, lambda: shown(liked)[1] == "Bells of spring")
    assert (music / "Bell.wav").exists()
    liked.session.state.undo_stack.undo()
    settled(qtbot, liked, lambda: shown(liked)[1] == "Bell")


def test_genre_and_tags_of_several_are_changed_at_once(qtbot: Any, liked: MainWindow) -> None:
    with Library(liked.session.core.library) as library:
        library.references.describe([replace(library.references.find("Arc").description, labels=("loud",))])
    liked.session.reference_jobs.list()
    settled(qtbot, liked, lambda: "#loud" in spoken(liked, 0))
    click(liked, 0)
    liked.references.list.selectAll()
    QTest.keyClick(liked.references.list, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = liked.references.actions_of_references.dialog
    assert dialog is not None and dialog.isVisible() and dialog.labels.text() == ""
    QTest.keyClicks(dialog.labels, "live, #Late night, LIVE")
    QTest.keyClicks(dialog.genre, "Soul")
    dialog.accept()
    settled(qtbot, liked, lambda: "#live" in spoken(liked, 3))
    assert [row.about for row in liked.session.reference_jobs.rows][:2] == [
        "Artist 0 · Soul · #loud #live #Late night", "Artist 1 · Soul · #live #Late night",
    ]  # fmt: skip
    liked.session.state.undo_stack.undo()
    settled(qtbot, liked, lambda: [row.about for row in liked.session.reference_jobs.rows][1] == "Artist 1 · Rock")


def test_tags_are_parted_by_commas_and_none_comes_twice() -> None:
    assert labels_in(" live , #Loud,, live,female  vocals ") == ("live", "Loud", "female vocals")


# Hearing


def test_enter_or_a_click_picks_what_is_heard_and_arrows_do_not(qtbot: Any, liked: MainWindow, music: Path) -> None:
    heard: list[Path | None] = []
    liked.references.picked.connect(heard.append)
    click(liked, 0)
    QTest.keyClick(liked.references.list, Qt.Key.Key_Down)
    assert heard == [music / "Arc.wav"]
    QTest.keyClick(liked.references.list, Qt.Key.Key_Return)
    assert heard == [music / "Arc.wav", music / "Bell.wav"]
    assert "picked to be heard" in spoken(liked, 1)
    QTest.keyClick(liked.references.list, Qt.Key.Key_Delete)
    settled(qtbot, liked, lambda: len(shown(liked)) == 3)
    assert heard[-1] is None


# Order


def test_rows_are_moved_by_dragging_and_stay_there(qtbot: Any, liked: MainWindow, core: MeasuringCore) -> None:
    assert drag(liked, rows_data(liked, 0, 2), above(liked, 3)) == Qt.DropAction.MoveAction
    settled(qtbot, liked, lambda: shown(liked) == ["Bell", "Arc", "Café", "Dune"])
    other = make_window(core)
    qtbot.addWidget(other)
    other.session.reference_jobs.list()
    settled(qtbot, other, lambda: shown(other) == ["Bell", "Arc", "Café", "Dune"])
    other.close()
    liked.session.state.undo_stack.undo()
    settled(qtbot, liked, lambda: shown(liked) == [*NAMES])


def test_alt_with_an_arrow_moves_a_row(qtbot: Any, liked: MainWindow) -> None:
    click(liked, 0)
    QTest.keyClick(liked.references.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settled(qtbot, liked, lambda: shown(liked) == ["Bell", "Arc", "Café", "Dune"])
    assert [r.name for r in liked.references.selected()] == ["Arc"]
    QTest.keyClick(liked.references.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settled(qtbot, liked, lambda: shown(liked) == [*NAMES])


def test_rows_in_another_order_are_not_moved_and_it_says_why(qtbot: Any, liked: MainWindow) -> None:
    next(a for a in liked.references.filters.order.menu().actions() if a.text() == "Loudest first").trigger()
    assert drag(liked, rows_data(liked, 0), above(liked, 2), let_go=False) == Qt.DropAction.IgnoreAction
    assert "My order" in liked.references._said.text()


@pytest.mark.parametrize(
    ("moved", "before", "expected"),
    [([1], 3, (2, 1, 3, 4)), ([4, 2], 1, (2, 4, 1, 3)), ([1, 2], None, (3, 4, 1, 2)), ([2, 3], 2, (1, 2, 3, 4)), ([3, 4], 4, (1, 2, 3, 4))],
)
def test_an_order_is_changed_as_the_line_shows(moved: list[int], before: int | None, expected: tuple[int, ...]) -> None:
    assert moved_in((1, 2, 3, 4), moved, before) == expected


# Profiles


def test_a_profile_is_made_of_what_is_selected_named_and_compared_with(qtbot: Any, liked: MainWindow) -> None:
    analysed(qtbot, liked)
    panel = liked.references
    click(liked, 0)
    click(liked, 1, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseClick(panel.new_profile, LEFT)
    assert "2 references" in panel.naming._told.text()
    QTest.keyClicks(panel.naming.name, "Club")  # over the name that is offered, which is selected
    QTest.keyClick(panel.naming.name, Qt.Key.Key_Return)
    jobs = liked.session.reference_jobs
    settled(qtbot, liked, lambda: jobs.listing.named("Club") is not None)
    with qtbot.waitSignal(liked.session.state.analysed, timeout=10_000):
        QTest.mouseClick(panel.profiles.viewport(), LEFT, NONE, panel.profiles.visualRect(panel.profiles.profiles.index(1, 0)).center())
    assert liked.session.state.result.analysis.request.profile == "Club"
    settled(qtbot, liked, lambda: shown(liked) == ["Arc", "Bell"])
    assert "“Club”" in panel._compared.text()


def test_escape_makes_no_profile_and_stops_no_work(qtbot: Any, liked: MainWindow) -> None:
    panel, jobs = liked.references, liked.session.reference_jobs
    QTest.mouseClick(panel.new_profile, LEFT)
    assert panel.naming.isVisible()
    core = liked.session.core
    core.may_go_on.clear()
    liked.session.queue.add([Path("song.wav")], shows_first=False)
    qtbot.waitUntil(lambda: liked.progress.isVisible(), timeout=5000)
    QTest.keyClick(panel.naming.name, Qt.Key.Key_Escape)
    assert not panel.naming.isVisible() and liked.session.queue.count("runs") == 1
    core.may_go_on.set()
    settled(qtbot, liked, lambda: liked.session.queue.count("done") == 1)
    jobs.list()
    settled(qtbot, liked, lambda: True)
    assert jobs.listing.profiles == () and liked.session.state.undo_stack.count() == 0


def test_a_name_is_given_once(qtbot: Any, liked: MainWindow) -> None:
    name, naming = make_profile(qtbot, liked, 0), liked.references.naming
    QTest.mouseClick(liked.references.new_profile, LEFT)
    for text in (name, f"  {name} ", "  "):
        naming.name.setText(text)
        assert not naming.make.isEnabled()
    QTest.keyClick(naming.name, Qt.Key.Key_Return)
    assert naming.isVisible()
    naming.name.setText("Another")
    QTest.mouseClick(naming.make, LEFT)
    settled(qtbot, liked, lambda: liked.session.reference_jobs.listing.named("Another") is not None)


@pytest.mark.parametrize("what", ["files", "folder", "first", "command"])
def test_plus_adds_references(qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(name.encode())
    files = [str(tmp_path / name) for name in ("a.wav", "b.wav")]
    monkeypatch.setattr(actions.QFileDialog, "getOpenFileNames", lambda *_words: (files, ""))
    monkeypatch.setattr(actions.QFileDialog, "getExistingDirectory", lambda *_words: str(tmp_path))
    added: list[tuple[list[Path], str]] = []
    monkeypatch.setattr(window.session.reference_jobs, "add", lambda paths, profile: added.append((paths, profile)))
    panel = window.references
    assert panel.add.text() == "+" and "Add" in panel.add.accessibleName()
    if what == "first":
        QTest.mouseClick(panel.add_first, LEFT)
    elif what == "command":
        QTest.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    else:
        panel.add.menu().actions()[what == "folder"].trigger()
    assert added == [([tmp_path] if what == "folder" else [Path(file) for file in files], "")]


def test_rows_are_dragged_onto_a_profile_and_delete_takes_them_out_again(qtbot: Any, liked: MainWindow) -> None:
    jobs = liked.session.reference_jobs
    name = make_profile(qtbot, liked, 0)
    qtbot.waitUntil(liked.references.profiles.isVisible, timeout=2000)
    assert drag(liked, rows_data(liked, 3, 0), on_profile(liked, name), let_go=False) == Qt.DropAction.CopyAction
    assert name in liked.references._said.text()
    drag(liked, rows_data(liked, 3, 0), on_profile(liked, name))
    settled(qtbot, liked, lambda: len(jobs.listing.named(name).references) == 2)
    jobs.choose_profile(name)
    settled(qtbot, liked, lambda: shown(liked) == ["Arc", "Dune"])
    drag(liked, rows_data(liked, 1), above(liked, 0))
    settled(qtbot, liked, lambda: shown(liked) == ["Dune", "Arc"])
    click(liked, 0)
    QTest.keyClick(liked.references.list, Qt.Key.Key_Delete)
    settled(qtbot, liked, lambda: shown(liked) == ["Arc"])
    assert len(liked.session.reference_jobs.references) == 4  # the library still has it
    liked.session.state.undo_stack.undo()
    settled(qtbot, liked, lambda: shown(liked) == ["Dune", "Arc"])


def test_the_menu_adds_to_a_profile_and_takes_out(qtbot: Any, liked: MainWindow) -> None:
    jobs = liked.session.reference_jobs
    name = make_profile(qtbot, liked, 0)
    liked.references.list.clearSelection()
    click(liked, 2)
    choose(liked, name)
    settled(qtbot, liked, lambda: len(jobs.listing.named(name).references) == 2)
    jobs.choose_profile(name)
    settled(qtbot, liked, lambda: shown(liked) == ["Arc", "Café"])
    click(liked, 0)
    choose(liked, f"Take out of “{name}”")
    settled(qtbot, liked, lambda: shown(liked) == ["Café"])


def test_what_is_dropped_while_a_profile_is_shown_goes_into_it(qtbot: Any, liked: MainWindow, tmp_path: Path) -> None:
    name = make_profile(qtbot, liked, 0)
    liked.session.reference_jobs.choose_profile(name)
    settled(qtbot, liked, lambda: shown(liked) == ["Arc"])
    (tmp_path / "New.wav").write_bytes(b"new")
    drop(liked.references, tmp_path / "New.wav")
    settled(qtbot, liked, lambda: shown(liked) == ["Arc", "New"])
    assert len(liked.session.reference_jobs.references) == 5


def test_a_deleted_profile_comes_back_with_undo_and_its_references_stay(qtbot: Any, liked: MainWindow) -> None:
    jobs, profiles = liked.session.reference_jobs, liked.references.profiles
    name = make_profile(qtbot, liked, 0, 1)
    jobs.choose_profile(name)
    settled(qtbot, liked, lambda: shown(liked) == ["Arc", "Bell"])
    QTest.keyClick(profiles, Qt.Key.Key_Delete)
    settled(qtbot, liked, lambda: shown(liked) == [*NAMES] and jobs.profile == "")
    liked.session.state.undo_stack.undo()
    settled(qtbot, liked, lambda: shown(liked) == ["Arc", "Bell"] and jobs.profile == name)


# Missing files


@pytest.fixture
def moved(qtbot: Any, liked: MainWindow, music: Path, tmp_path: Path) -> Path:
    """Move two of the files to another folder."""
    folder = tmp_path / "moved"
    folder.mkdir()
    for name in ("Arc", "Bell"):
        (music / f"{name}.wav").rename(folder / f"{name}.wav")
    liked.session.reference_jobs.list()
    settled(qtbot, liked, lambda: [r.missing for r in liked.session.reference_jobs.references] == [True, True, False, False])
    return folder


def test_a_missing_file_is_found_again_with_its_neighbours(
    qtbot: Any, liked: MainWindow, moved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    liked.references.filters.marks.setCurrentIndex(liked.references.filters.marks.findData("missing"))
    assert shown(liked) == ["Arc", "Bell"]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(moved / "Arc.wav"), ""))
    liked.references.list.setCurrentIndex(liked.references.list.model().index(0, 0))
    choose(liked, "Find again…")
    settled(qtbot, liked, lambda: not any(r.missing for r in liked.session.reference_jobs.references))
    assert [r.path for r in liked.session.reference_jobs.references][:2] == [moved / "Arc.wav", moved / "Bell.wav"]
    assert "and 1 more" in liked.message.text


def test_another_file_is_not_taken_for_the_missing_one(qtbot: Any, liked: MainWindow, moved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(moved / "Bell.wav"), ""))
    liked.references.list.setCurrentIndex(liked.references.list.model().index(0, 0))
    choose(liked, "Find again…")
    qtbot.waitUntil(lambda: liked.message.isVisible() and "its content differs" in liked.message.text, timeout=5000)
    assert liked.session.reference_jobs.references[0].missing


def test_a_missing_file_cannot_be_heard_and_says_so(qtbot: Any, liked: MainWindow, moved: Path) -> None:
    with qtbot.assertNotEmitted(liked.references.picked):
        click(liked, 0)
    assert "its file is missing" in liked.message.text


# Drops


def test_the_panel_lights_up_and_says_what_a_drop_will_do(qtbot: Any, liked: MainWindow, music: Path) -> None:
    from PySide6.QtCore import QUrl

    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(music / "Arc.wav"))])
    panel = liked.references
    panel.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, NONE))
    assert panel._overlay.isVisible() and panel._overlay.text == "Drop to like “Arc.wav”"
    panel.dragLeaveEvent(None)
    assert not panel._overlay.isVisible()


def test_a_drag_of_something_else_is_refused(qtbot: Any, liked: MainWindow) -> None:
    data = QMimeData()
    data.setText("words")
    assert drag(liked, data, QPoint(60, 300)) == Qt.DropAction.IgnoreAction
    assert shown(liked) == [*NAMES] and not data.hasFormat(DRAGGED)


def test_several_are_removed_at_once_and_come_back_at_once(qtbot: Any, liked: MainWindow) -> None:
    liked.references.list.selectAll()
    QTest.keyClick(liked.references.list, Qt.Key.Key_Delete)
    settled(qtbot, liked, lambda: shown(liked) == [])
    liked.session.state.undo_stack.undo()
    settled(qtbot, liked, lambda: shown(liked) == [*NAMES])
