"""Likes and playlists are imported in the window: one sees what is found, unsure and wanted before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_driver import FakeCore

from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Added
from mixassistant.gui.references.import_dialog import ImportDialog
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")
WAIT_MS = 30_000


class AddingCore(FakeCore):
    """Adds references as the real one does; their measurements are left out."""

    def add_reference(self, path: Path, separator: str, device: str, progress: Progress, are_stems: bool = False) -> Added:
        with Library(self.library) as library:
            return Added(library.references.add(path), ())


@pytest.fixture
def core(tmp_path: Path) -> AddingCore:
    return AddingCore(tmp_path / "library.sqlite3")


@pytest.fixture
def window(qtbot: Any, core: AddingCore) -> Iterator[MainWindow]:
    made = make_window(core)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
    assert made.session.wait(10_000)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "Music"
    folder.mkdir()
    for name in ("Amber Foxes - Winter Light", "Quiet Engines - Paper Boats (Live)", "Neon Parade - Static"):
        (folder / f"{name}.wav").touch()
    return folder


@pytest.fixture
def likes(tmp_path: Path) -> Path:
    said = {
        "tracks": [
            {"artist": artist, "track": title}
            for artist, title in (("Amber Foxes", "Winter Light"), ("Quiet Engines", "Paper Boats"), ("Hollow Choir", "Snow"))
        ],
        "bannedTracks": [{"artist": "Neon Parade", "track": "Static"}],
    }
    path = tmp_path / "YourLibrary.json"
    path.write_text(json.dumps(said), "utf-8")
    return path


@pytest.fixture
def dialog(window: MainWindow) -> ImportDialog:
    """Return the dialog as the “+” of the references opens it."""
    next(action for action in window.references.add.menu().actions() if action.text() == "Likes or a playlist…").trigger()
    (opened,) = window.findChildren(ImportDialog)
    return opened


def looked(qtbot: Any, dialog: ImportDialog) -> str:
    qtbot.waitUntil(lambda: not dialog._worker.busy and not dialog.progress.isVisible(), timeout=WAIT_MS)
    return dialog.summary.text()


def rows(dialog: ImportDialog) -> list[tuple[str, str]]:
    return [(row.what, row.song) for row in dialog.model.rows]


def test_an_import_shows_first_what_it_comes_to(qtbot: Any, dialog: ImportDialog, likes: Path, music: Path) -> None:
    assert not dialog.ok.isEnabled()
    dialog.open_list(likes)
    assert "Add the folder with your music" in looked(qtbot, dialog)
    assert {what for what, _song in rows(dialog)} == {"Wanted"}
    dialog.search_in(music)
    assert looked(qtbot, dialog) == "Spotify library, 4 songs. 2 found (2 new), 1 unsure, 1 not here."
    assert rows(dialog) == [
        ("Like", "Amber Foxes – Winter Light"),
        ("Dislike", "Neon Parade – Static"),
        ("Unsure", "Quiet Engines – Paper Boats"),
        ("Wanted", "Hollow Choir – Snow"),
    ]
    assert (dialog.ok.text(), dialog.ok.isEnabled()) == ("Add 2 references", True)


def test_what_is_agreed_to_is_added_and_the_rest_is_wanted(
    qtbot: Any, window: MainWindow, core: AddingCore, dialog: ImportDialog, likes: Path, music: Path
) -> None:
    dialog.open_list(likes)
    dialog.search_in(music)
    looked(qtbot, dialog)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.session.reference_jobs.references) == 2, timeout=WAIT_MS)
    liked = {reference.name: reference.liked for reference in window.session.reference_jobs.references}
    assert liked == {"Amber Foxes - Winter Light": True, "Neon Parade - Static": False}
    with Library(core.library) as library:
        assert [song.entry.title for song in library.wanted.all()] == ["Snow"]


def test_nothing_is_kept_of_an_import_that_is_left_or_whose_wanted_songs_are_not_asked_for(
    qtbot: Any, window: MainWindow, core: AddingCore, dialog: ImportDialog, likes: Path
) -> None:
    dialog.open_list(likes)
    looked(qtbot, dialog)
    dialog.keeps_wanted.setChecked(False)
    assert not dialog.ok.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    with Library(core.library) as library:
        assert (library.references.all(), library.wanted.all()) == ((), ())


def test_of_a_file_with_playlists_one_is_chosen(qtbot: Any, dialog: ImportDialog, tmp_path: Path) -> None:
    playlists = [{"name": name, "items": [{"track": {"trackName": name, "artistName": "A"}}]} for name in ("Morning", "Night")]
    (tmp_path / "Playlist1.json").write_text(json.dumps({"playlists": playlists}), "utf-8")
    dialog.open_list(tmp_path / "Playlist1.json")
    assert "Nothing in it is marked as liked" in looked(qtbot, dialog)
    assert [dialog.take.itemText(i) for i in range(dialog.take.count())] == [
        "What it says is liked",
        "All of it",
        "Playlist “Morning”",
        "Playlist “Night”",
    ]
    dialog.take.setCurrentIndex(3)
    qtbot.waitUntil(lambda: rows(dialog) == [("Wanted", "A – Night")], timeout=WAIT_MS)


def test_what_is_no_list_is_said_in_the_dialog(qtbot: Any, dialog: ImportDialog, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear friend,\n", "utf-8")
    dialog.open_list(tmp_path / "letter.txt")
    assert "“letter.txt” is no list of songs" in looked(qtbot, dialog)
    assert not dialog.ok.isEnabled()


def test_every_control_says_what_it_is(dialog: ImportDialog) -> None:
    for control in (dialog.choose, dialog.take, dialog.add_folder, dialog.table, dialog.keeps_wanted, dialog.ok):
        assert control.toolTip() or control is dialog.table
        assert control.accessibleName() or control.text()
