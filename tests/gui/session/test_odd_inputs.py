"""What is no single audio file, dropped on the window: archives, projects, playlists, names that are no text."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QUrl
from window_driver import FakeCore, drop

from mixassistant.analysis import Request
from mixassistant.audio.write import write_audio
from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Added
from mixassistant.gui.background.result import Result
from mixassistant.gui.widgets.dragging import dropped_paths
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.progress import Progress
from mixassistant.stems.drop import open_song
from signals import music

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")
WAIT_MS = 20_000


class OpeningCore(FakeCore):
    """Opens what is dropped as the real one does; what it then measures is made up."""

    def analyze(self, request: Request, progress: Progress) -> Result:
        open_song(request.path)
        return super().analyze(request, progress)

    def add_reference(self, path: Path, separator: str, device: str, progress: Progress, are_stems: bool = False) -> Added:
        open_song(path)
        return super().add_reference(path, separator, device, progress, are_stems)


@pytest.fixture
def window(qtbot: Any, tmp_path: Path) -> Iterator[MainWindow]:
    made = make_window(OpeningCore(tmp_path / "library.sqlite3"))
    qtbot.addWidget(made)
    for page in made.plots:  # as the program does before anything is analysed
        page.load()
    made.show()
    yield made
    made.close()
    assert made.session.wait(10_000)


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    folder = tmp_path / "Songs"
    folder.mkdir()
    for seed, name in enumerate(("harbour", "lantern")):
        write_audio(music(seed, 4.0), folder / f"{name}.wav")
    (folder / "two.m3u").write_text("harbour.wav\nlantern.wav\ngone.wav\n")
    return folder


def titles(window: MainWindow) -> list[str]:
    return sorted(row.reference.shown_name for row in window.session.reference_jobs.rows)


def test_an_archive_is_told_with_what_to_give_instead_wherever_it_is_dropped(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    archive = tmp_path / "stems.zip"
    with zipfile.ZipFile(archive, "w") as held:
        held.writestr("Drums.wav", "x")
    for place in (window, window.references):
        drop(place, archive)
        qtbot.waitUntil(lambda: "“stems.zip” is an archive: unpack it and give the folder" in window.message.text, timeout=WAIT_MS)
        window.message.hide()
    package = tmp_path / "Song.logicx" / "Media"
    package.mkdir(parents=True)
    write_audio(music(0, 4.0), package / "Vox.wav")
    drop(window, package.parent)
    qtbot.waitUntil(lambda: "“Song.logicx” is a Logic Pro project: bounce the mix" in window.message.text, timeout=WAIT_MS)


def test_the_songs_of_a_playlist_are_queued_and_what_is_missing_is_told(qtbot: Any, window: MainWindow, songs: Path) -> None:
    drop(window, songs / "two.m3u")
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 2, timeout=WAIT_MS)
    assert window.message.text == (
        "✓ “two.m3u” holds 2 whole songs: they are analysed one after another. 1 of 3 entries of “two.m3u” is not on this disk: “gone.wav”"
    )


def test_a_playlist_becomes_references(qtbot: Any, window: MainWindow, songs: Path) -> None:
    drop(window.references, songs / "two.m3u")
    qtbot.waitUntil(lambda: titles(window) == ["harbour", "lantern"], timeout=WAIT_MS)
    assert "1 of 3 entries of “two.m3u” is not on this disk: “gone.wav”" in window.message.text


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only there can a file name be other than Unicode")
def test_a_file_whose_name_is_no_text_is_opened_and_shown(qtbot: Any, window: MainWindow, songs: Path) -> None:
    path = (songs / "harbour.wav").rename(songs / os.fsdecode(b"caf\xe9.wav"))
    data = QMimeData()
    data.setUrls([QUrl.fromEncoded(f"file://{songs}/caf%E9.wav".encode()), QUrl.fromLocalFile(str(songs / "lantern.wav"))])
    assert dropped_paths(data) == [path, songs / "lantern.wav"]
    window.session.open_mixes([path])
    qtbot.waitUntil(lambda: window.session.state.result is not None, timeout=WAIT_MS)
    assert window.session.state.source == path
    window.session.open_mixes([path, songs / "gone.wav"])
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 1 and window.session.queue.count("failed") == 1, timeout=WAIT_MS)
    assert window.session.queue.index(0, 0).data() == "caf\\xe9.wav"
