"""References as people have them: folders that may be stems are asked about, and what is odd about files is told when they are added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sample_documents import make_track
from window_driver import FakeCore, drop

from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.extraction.measurer import Measurer
from mixassistant.extraction.references import Wanted, gather
from mixassistant.features.measure import methods_key
from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Added, Core
from mixassistant.gui.player.rendering import read_reference
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.wording import on_reference, remarks_text
from mixassistant.library.library import Library
from mixassistant.progress import Progress, silent
from mixassistant.stems.drop import open_song
from signals import music

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")
WAIT_MS = 30_000
CHOICE = "Stream 1 of 2 in “Arc.mkv” is read, the default; --stream with another number takes another."
REMARKS: Mapping[str, tuple[str, ...]] = {
    "Arc.wav": (CHOICE, "“Arc.wav” holds 4.0 s of sound, although its header says 9.0 s."),
    "Bell.wav": ("“Bell.wav” is odd.",),
}


class OpeningCore(FakeCore):
    """Opens references as the real one does; their measurements are left out."""

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.added: list[tuple[str, list[str]]] = []  # names, and those of their stems

    def add_reference(self, path: Path, separator: str, device: str, progress: Progress, are_stems: bool = False) -> Added:
        song = open_song(path, called="stems" if are_stems else "")
        self.added.append((path.name, [stem.name for stem in song.stems]))
        with Library(self.library) as library:
            return Added(library.references.add(path), REMARKS.get(path.name, song.warnings))


@pytest.fixture
def core(tmp_path: Path) -> OpeningCore:
    return OpeningCore(tmp_path / "library.sqlite3")


@pytest.fixture
def window(qtbot: Any, core: OpeningCore) -> Iterator[MainWindow]:
    made = make_window(core)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
    assert made.session.wait(10_000)


def write(folder: Path, **lengths_s: float) -> Path:
    folder.mkdir(parents=True)
    for seed, (name, length_s) in enumerate(lengths_s.items()):
        write_audio(music(seed, length_s), folder / f"{name}.wav")
    return folder


def asked(qtbot: Any, window: MainWindow) -> str:
    qtbot.waitUntil(lambda: window.message.accept.isVisible() and not window.session.work.is_busy, timeout=WAIT_MS)
    return window.message.text


def settle(qtbot: Any, window: MainWindow) -> None:
    work = window.session.work
    qtbot.waitUntil(lambda: not (work.is_busy or work.keeper.busy or work.reader.busy), timeout=WAIT_MS)


@pytest.mark.parametrize("answer", ["songs", "stems", "neither"])
def test_a_folder_that_may_be_stems_is_asked_about(qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path, answer: str) -> None:
    folder = write(tmp_path / "Tape", one=4.0, two=4.0, three=4.0)
    drop(window.references, folder)
    assert asked(qtbot, window) == "Reference “Tape”: are its 3 files whole songs, or the stems of one song?"
    bar = window.message
    assert [button.text() for button in (bar.accept, bar.other, bar.dismiss)] == ["Whole songs", "Stems of one song", "Neither"]
    assert core.added == []
    QTest.mouseClick({"songs": bar.accept, "stems": bar.other, "neither": bar.dismiss}[answer], Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    names = [reference.path for reference in window.session.reference_jobs.references]
    if answer == "songs":
        assert core.added == [("one.wav", []), ("three.wav", []), ("two.wav", [])] and len(names) == 3
    elif answer == "neither":
        assert core.added == [] and names == []
    else:
        assert core.added == [("Tape", ["one", "three", "two"])] and names == [folder]
        assert read_reference(folder, 44100, lambda _content: None, silent).samples.shape[1] == 4 * 44100  # it can be heard


def test_folders_of_one_name_are_asked_about_by_the_folders_around_them(
    qtbot: Any, window: MainWindow, core: OpeningCore, tmp_path: Path
) -> None:
    folders = [write(tmp_path / group / "Tape", one=4.0, two=4.0, three=4.0) for group in ("A", "B")]
    drop(window.references, *folders)
    assert "“A/Tape”" in asked(qtbot, window)
    QTest.mouseClick(window.message.other, Qt.MouseButton.LeftButton)
    assert "“B/Tape”" in asked(qtbot, window)
    QTest.mouseClick(window.message.dismiss, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert core.added == [("Tape", ["one", "three", "two"])]
    assert [reference.path for reference in window.session.reference_jobs.references] == folders[:1]


def test_a_kept_folder_of_stems_is_told_from_another_when_it_is_found_again(tmp_path: Path) -> None:
    core, folder = Core(tmp_path / "library.sqlite3"), write(tmp_path / "Tape", one=4.0, two=4.0, three=4.0)
    content = open_song(folder, called="stems").content_hash
    moved = folder.rename(tmp_path / "Moved tape")
    with Library(core.library) as library:
        reference = library.references.add(folder, replace(make_track(), name="Tape", content_hash=content))
    assert core.find_again(reference, moved, (), silent) == ["Tape"]


def test_the_real_core_measures_a_folder_as_what_it_is_called(tmp_path: Path) -> None:
    core, folder = Core(tmp_path / "library.sqlite3"), write(tmp_path / "Tape", one=4.0, two=4.0, three=4.0)
    with pytest.raises(InputError, match="3 whole songs"):
        core.add_reference(folder, "embedded", "cpu", silent)
    added = core.add_reference(folder, "embedded", "cpu", silent, are_stems=True)
    assert added.reference.content_hash == open_song(folder, called="stems").content_hash
    (heard,) = (told for told in added.remarks if "--role" in told)
    assert on_reference(heard).endswith("If that is wrong, give the files names that tell.")
    with Library(core.library) as library:
        track = library.tracks.find(added.reference.content_hash, methods_key(), "supplied")
        assert track is not None and sorted(stem.name for stem in track.stems) == ["one", "three", "two"]
        again = gather(Wanted(), Measurer.of(library, "embedded", "cpu"))  # what a mix is compared with later
    assert [(song.name, len(song.stems)) for song in again.liked] == [("Tape", 3)] and again.warnings == ()


# What is odd about their files


def tips(window: MainWindow) -> list[str]:
    model = window.references.list.model()
    return [str(model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)) for row in range(model.rowCount())]


def test_remarks_of_several_are_counted_in_one_line_and_kept_on_their_rows(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    drop(window.references, write(tmp_path / "Album", Arc=4.0, Bell=5.5, Cafe=7.0))
    settle(qtbot, window)
    told = "3 remarks on 2 references (the menu of a row tells them). The first: “Arc”: Stream 1 of 2"
    assert window.message.text.startswith(f"✓ {told}") and "--" not in window.message.text
    arc, bell, cafe = tips(window)
    assert "is read, the default." in arc and "although its header" in arc and "--stream" not in arc
    assert "is odd" in bell and "odd" not in cafe
    assert max(len(line) for line in arc.splitlines()[:-1]) <= 90  # of a tip that is no wider than the screen
    panel = window.references
    panel.list.setCurrentIndex(panel.list.model().index(0, 0))
    menu = panel.actions_of_references.menu(panel.selected(), lambda: None, lambda: None)
    (entry,) = (action for action in menu.actions() if action.text() == "Remarks on its files")
    entry.trigger()
    assert window.message.text.endswith("although its header says 9.0 s.") and "is read, the default.\n" in window.message.text


def test_a_remark_leaves_why_another_was_refused(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    folder = write(tmp_path / "Album", Bell=4.0)
    (folder / "Torn.wav").write_bytes(b"no sound")
    drop(window.references, folder / "Torn.wav", folder / "Bell.wav")
    settle(qtbot, window)
    assert "Torn.wav" in window.message.text and "“Bell”: “Bell.wav” is odd." in window.message.text


def test_one_remark_is_told_as_it_is() -> None:
    assert remarks_text([("Song", ("It is odd.",))]) == "“Song”: It is odd."
    assert remarks_text([("Song", ("It is odd.", "And old."))]).startswith("2 remarks on 1 reference ")
