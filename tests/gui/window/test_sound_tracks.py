"""A mix whose file has several sound tracks: another can be taken, which is remembered and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from encoded import encode
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from window_driver import FakeCore, drop, run_until

from mixassistant.analysis import Request
from mixassistant.audio.audio import Audio
from mixassistant.audio.streams import StreamInfo
from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.preview import previews
from mixassistant.gui.background.result import Result
from mixassistant.gui.background.sound_tracks import SoundTracks, sound_tracks
from mixassistant.gui.session.notes import Note
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.window.track_menu import track_text
from mixassistant.progress import Progress
from mixassistant.stems.drop import open_song
from signals import music, scaled

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")
WAIT_MS = 30_000
TITLES = ({"title": "Game"}, {"title": "Microphone"}, {})


class OpeningCore(FakeCore):
    """Opens mixes as the real one does; what it then measures is made up."""

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.taken: list[tuple[str, int | None]] = []

    def analyze(self, request: Request, progress: Progress) -> Result:
        open_song(request.path, stream=request.stream)
        self.taken.append((request.path.name, request.stream))
        return super().analyze(request, progress)


@pytest.fixture
def core(tmp_path: Path) -> OpeningCore:
    return OpeningCore(tmp_path / "library.sqlite3")


@pytest.fixture
def window(qtbot: Any, core: OpeningCore) -> Iterator[MainWindow]:
    made = make_window(core)
    qtbot.addWidget(made)
    for page in made.plots:  # as the program does before anything is analysed
        page.load()
    made.show()
    yield made
    made.close()
    assert made.session.wait(10_000)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording with three tracks of sound, each 6 dB quieter than the one before; the last is silent."""
    sounds = [music(0, 4.0), scaled(music(1, 4.0), -6.0)]
    silent = Audio(sounds[0].samples * 0, sounds[0].sample_rate_hz)
    return encode(tmp_path_factory.mktemp("films") / "talk.mkv", [*sounds, silent], "pcm_s16le", titles=TITLES)


def texts(menu: QMenu) -> list[tuple[str, bool]]:
    return [(action.text(), action.isChecked()) for action in menu.actions() if not action.isSeparator()]


def settle(qtbot: Any, window: MainWindow) -> None:
    session = window.session
    qtbot.waitUntil(
        lambda: session.state.coming is None and not (session.work.is_busy or session.work.reader.busy or session.work.keeper.busy),
        timeout=WAIT_MS,
    )


def opened(qtbot: Any, window: MainWindow, path: Path) -> None:
    drop(window, path)
    settle(qtbot, window)


def choose(qtbot: Any, window: MainWindow, part: str) -> None:
    (action,) = (action for action in window.head.track.tracks.actions() if part in action.text() and not action.isSeparator())
    action.trigger()
    settle(qtbot, window)


def test_another_track_is_taken_marked_and_remembered(
    qtbot: Any, window: MainWindow, core: OpeningCore, film: Path, tmp_path: Path
) -> None:
    button = window.head.track
    assert not button.isVisible() and not button.tracks.isEnabled()
    opened(qtbot, window, film)
    assert core.taken == [("talk.mkv", None)] and button.isVisible() and button.text() == "Track 1 of 3"
    assert texts(button.tracks) == [
        ("As the file says: 1 “Game”", True),
        ("1 “Game”  ·  stereo  ·  44.1 kHz  ·  0:04", False),
        ("2 “Microphone”  ·  stereo  ·  44.1 kHz  ·  0:04", False),
        ("3  ·  stereo  ·  44.1 kHz  ·  0:04", False),
    ]
    choose(qtbot, window, "2 “Microphone”")
    assert core.taken[1:] == [("talk.mkv", 1)] and button.text() == "Track 2 of 3" and "Track 2 of 3" in button.accessibleName()
    assert [text for text, is_checked in texts(button.tracks) if is_checked] == ["2 “Microphone”  ·  stereo  ·  44.1 kHz  ·  0:04"]
    choose(qtbot, window, "3")  # it cannot be: what is on the screen stays, and so does what is remembered
    assert "silent" in window.message.text and button.text() == "Track 2 of 3" and button.isVisible()
    window.session.compare_again()
    settle(qtbot, window)
    assert core.taken[2:] == [("talk.mkv", 1)]
    opened(qtbot, window, encode(tmp_path / "one.mka", [music(0, 4.0)], "pcm_s16le"))
    assert not button.isVisible() and not button.tracks.isEnabled()
    window.session.queue.add([film])
    qtbot.waitUntil(lambda: window.session.queue.count("done") == 1, timeout=WAIT_MS)
    opened(qtbot, window, film)
    assert core.taken[4:] == [("talk.mkv", 1)] * 2 and button.text() == "Track 2 of 3"
    choose(qtbot, window, "As the file says")
    assert core.taken[6:] == [("talk.mkv", None)] and button.text() == "Track 1 of 3"


def test_the_menu_opens_by_the_keyboard_and_stands_among_the_menus_too(qtbot: Any, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    button, seen = window.head.track, list[str]()

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            QTimer.singleShot(5, window, look)
            return
        seen.extend(text for text, _is_checked in texts(menu))
        menu.close()

    qtbot.waitUntil(window.isActiveWindow)
    window.report.setFocus()
    QTest.keyClick(window.report, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert button.hasFocus()
    QTimer.singleShot(0, window, look)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert run_until(lambda: bool(seen) and QApplication.activePopupWidget() is None)
    assert "2 “Microphone”" in " ".join(seen) and not window.player.is_playing
    mix_menu = next(action.menu() for action in window.menuBar().actions() if action.text() == "&Mix")
    assert "Take another sound track" in [action.text() for action in mix_menu.actions()]


def test_a_file_whose_own_track_is_surround_offers_another(
    qtbot: Any, window: MainWindow, core: OpeningCore, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mixassistant.audio.faults import too_many_channels

    real = OpeningCore.analyze

    def refuse(self: OpeningCore, request: Request, progress: Progress) -> Result:
        if request.stream is None:
            raise too_many_channels(request.path, 6, "take a stream that has no more, with --stream: 2 “Microphone”")
        return real(self, request, progress)

    found = sound_tracks(film)
    assert found is not None
    surround = StreamInfo("Surround", 6, 48000, 4.0, True)
    monkeypatch.setattr(OpeningCore, "analyze", refuse)
    monkeypatch.setattr(core, "sound_tracks", lambda path: SoundTracks((surround, *found.streams[1:]), (), False))
    drop(window, film)
    qtbot.waitUntil(window.message.accept.isVisible, timeout=WAIT_MS)
    assert "“talk.mkv” has other sound tracks that may be the mix" in window.message.text and "--stream" not in window.message.text
    assert [button.text() for button in (window.message.accept, window.message.other)] == ["Take 2 “Microphone”", "Take 3"]
    QTest.mouseClick(window.message.accept, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert core.taken == [("talk.mkv", 1)] and window.head.track.text() == "Track 2 of 3"
    first = window.head.track.tracks.actions()[0]
    assert first.text().startswith("1 “Surround”  ·  6 channels: too many for a mix") and not first.isEnabled()


def test_nothing_is_chosen_from_a_file_that_has_one_track_or_none(tmp_path: Path, film: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"no")
    assert sound_tracks(tmp_path / "no.wav") is None and sound_tracks(tmp_path) is None
    assert sound_tracks(encode(tmp_path / "one.mka", [music(0, 4.0)], "pcm_s16le")) is None
    found = sound_tracks(film)
    assert found is not None and found.own == (0,) and found.fitting == (0, 1, 2) and not found.are_stems
    assert track_text(found, 1).startswith("2 “Microphone”")


def test_the_waveform_before_the_analysis_is_that_of_the_track(film: Path) -> None:
    first, second = (list(previews(film, stream=stream))[-1] for stream in (None, 1))
    assert second.name == "talk (track 2)" and second.peaks.largest < 0.8 * first.peaks.largest


def test_the_track_is_noted_for_the_next_start(tmp_path: Path) -> None:
    note = Note(OpenMix(tmp_path / "talk.mkv", stream=1))
    assert Note.of_document(note.document()) == note
    for wrong in (-1, "1", True, 1.0):
        document = note.document()
        document["mix"]["stream"] = wrong
        with pytest.raises(ValueError, match="stream"):
            Note.of_document(document)


def test_the_real_analysis_takes_the_track_names_it_and_says_which_was_read(qtbot: Any, tmp_path: Path, film: Path) -> None:
    window = make_window(Core(tmp_path / "library.sqlite3"))
    qtbot.addWidget(window)
    window.show()
    window.session.change(separator="embedded")
    with qtbot.waitSignal(window.session.state.analysed, timeout=60_000):
        drop(window, film)
    assert window.head.title.toolTip() == "talk"
    assert "Stream 1 “Game” of 3 in “talk.mkv” is read" in window.suggestions.remarks.sentences[0]
    settle(qtbot, window)
    with qtbot.waitSignal(window.session.state.analysed, timeout=60_000):
        next(action for action in window.head.track.tracks.actions() if action.text().startswith("2 “")).trigger()
    assert window.head.title.toolTip() == "talk (track 2)" and window.windowTitle().startswith("talk (track 2)")
    result = window.session.state.result
    assert result is not None and result.analysis.document()["mix"]["source"]["stream"] == 2
    window.close()
    assert window.session.wait(30_000)
