"""From the moment a mix is opened, one song is on the screen: nothing of the one before is beside it, and that comes back whole."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QWidget
from window_driver import FakeCore, analysed, come_to_rest, drop, hold_analyses

from mixassistant.audio.audio import Audio
from mixassistant.gui.session.offer import Offer
from mixassistant.gui.window.main_window import MainWindow
from signals import noise, sine

STEMS = {"drums": ["Kick", "Snare"], "vocals": ["Voice"], "bass": ["Low end"], "other": ["Keys"]}


def write(path: Path, audio: Audio) -> Path:
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, audio.samples.T, audio.sample_rate_hz)
    return path


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Hold the analysis back until it is let go; pictures are refused then."""
    return hold_analyses(monkeypatch)


@pytest.fixture
def shown(qtbot: Any, window: MainWindow, core: FakeCore, held: threading.Event) -> MainWindow:
    """Show a song that was played, zoomed, looped and told of, and hold the next one back."""
    core.stems = STEMS
    held.set()
    analysed(qtbot, window, Path("first song.wav"))
    window.waveform.zoom(3, 2.0)
    window.waveform.put_loop((1.0, 2.5), True)
    window.player.seek(2.0)
    window.views.setCurrentIndex(2)
    window.message.tell("first song was written", False)
    come_to_rest(window)
    held.clear()
    return window


def told(window: MainWindow) -> str:
    """Return all that is to be read in a window, or heard from a screen reader."""
    seen: list[str] = [window.windowTitle()]
    for widget in window.findChildren(QWidget):
        if widget.isVisible():
            said = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
            seen += [said, widget.accessibleName(), widget.accessibleDescription()]
    return "\n".join(seen)


def look_of(window: MainWindow) -> tuple[object, ...]:
    wave, transport = window.waveform, window.transport
    return (
        window.windowTitle(), window.head.title.text(), window.head.facts.text(), wave.names_in_sight(), wave.start_s, wave.end_s,
        wave.accessibleDescription(), window.player.position_s, window.player.loop, transport.time.text(), transport.loop.isChecked(),
        [(button.isEnabled(), button.isChecked()) for button in transport.sources.values()], window.views.currentIndex(),
        window.references._compared.text(), window.references._compared.isVisible(),
        [widget.isEnabled() for widget in (window.report, window.export_action, window.suggestions, window.views, transport)],
        [card.suggestion.id for card in window.suggestions.cards if card.isVisible()],
    )  # fmt: skip


def test_nothing_of_the_song_before_is_left_at_the_moment_another_is_opened(shown: MainWindow, tmp_path: Path) -> None:
    song = write(tmp_path / "second.wav", noise(1, duration_s=4))
    assert "first song" in told(shown) and "Low end" in told(shown)
    drop(shown, song)  # and no event has been dealt with since
    text = told(shown)
    for word in ("first song", *(name for names in STEMS.values() for name in names), "LUFS", "dBTP", "Compared with"):
        assert word not in text, word
    assert shown.head.title.text() == "second.wav" and shown.windowTitle().startswith("second.wav")
    assert shown.waveform.names_in_sight() == [] and "being read" in shown.waveform.accessibleDescription()
    assert not any(part.isVisible() for part in (shown.views, shown.suggestions, shown.message))
    assert not any(table.isVisible() for table in shown.split.findChildren(QTableView))
    assert shown.transport.time.text() == "0:00.0 / 0:00.0" and not shown.transport.loop.isChecked()
    assert not any(button.isEnabled() or button.isChecked() for button in shown.transport.sources.values())
    shown.player.toggle()
    assert not shown.player.is_playing
    shown.session.cancel()


@pytest.mark.parametrize("how", ["cancelled", "refused", "opened again"])
def test_it_comes_back_whole_where_nothing_comes_of_the_other(
    qtbot: Any, shown: MainWindow, held: threading.Event, tmp_path: Path, how: str
) -> None:
    before = look_of(shown)
    song = write(tmp_path / ("second.wav" if how != "refused" else "second.jpg"), noise(1, duration_s=4)) if how != "refused" else None
    if song is None:
        song = tmp_path / "second.jpg"
        song.write_bytes(b"no sound")
    drop(shown, song)
    if how != "refused":
        qtbot.waitUntil(lambda: shown.waveform.names_in_sight() == ["Mix"], timeout=10_000)
    with qtbot.waitSignal(shown.session.state.opening, timeout=10_000, check_params_cb=lambda mix: mix is None):
        if how == "cancelled":
            shown.session.cancel()
        else:
            held.set()
            if how == "opened again":
                drop(shown, Path("first song.wav"))
    come_to_rest(shown)
    assert look_of(shown) == before and not shown.player.is_held
    if how == "refused":
        assert shown.message.isVisible() and "picture" in shown.message.text


def test_what_cannot_be_opened_leads_back_to_the_first_page(qtbot: Any, window: MainWindow, held: threading.Event, tmp_path: Path) -> None:
    drop(window, write(tmp_path / "two.wav", noise(1, duration_s=4)))
    assert window.pages.currentWidget() is window.split
    with qtbot.waitSignal(window.session.state.opening, timeout=10_000, check_params_cb=lambda mix: mix is None):
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.start and window.windowTitle() == "Mix Assistant"


def test_the_first_page_goes_as_soon_as_the_demo_is_made(qtbot: Any, window: MainWindow, held: threading.Event) -> None:
    QTest.mouseClick(window.start.try_demo, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.split and window.head.title.text() == "Demo song"
    assert "Drop your mix here" not in told(window)
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        held.set()
    assert window.suggestions.isVisible() and window.views.isVisible()


def test_the_stems_of_a_folder_are_there_before_its_analysis(
    qtbot: Any, shown: MainWindow, core: FakeCore, held: threading.Event, tmp_path: Path
) -> None:
    for name in ("drums", "vocals", "strings"):
        write(tmp_path / "Night drive" / f"{name}.wav", sine(200, -12, 4.0, 44100))
    drop(shown, tmp_path / "Night drive")
    assert shown.head.title.text() == "Night drive"
    qtbot.waitUntil(lambda: len(shown.waveform.names_in_sight()) > 1, timeout=10_000)
    assert shown.waveform.names_in_sight() == ["Mix", "drums", "strings", "vocals"] and shown.waveform.end_s == 4.0
    heads = [head for head in shown.waveform._heads if head.isVisible()]
    assert len(heads) == 3 and not any(head.solo.isEnabled() or head.mute.isEnabled() for head in heads)
    held.set()
    qtbot.waitUntil(lambda: shown.suggestions.isVisible(), timeout=10_000)
    assert all(head.solo.isEnabled() for head in shown.waveform._heads if head.isVisible())


def test_analysing_the_same_song_again_leaves_it_on_the_screen(qtbot: Any, shown: MainWindow, held: threading.Event) -> None:
    before = look_of(shown)
    shown.session.compare_again()
    assert look_of(shown) == before and shown.message.isVisible()
    with qtbot.waitSignal(shown.session.state.analysed, timeout=10_000):
        held.set()


# Messages


def test_a_message_moves_nothing(qtbot: Any, shown: MainWindow) -> None:
    shown.message.back_out()
    come_to_rest(shown)
    places = [(widget, widget.geometry(), widget.isVisible()) for widget in shown.findChildren(QWidget) if widget is not shown.message]
    places = [place for place in places if not shown.message.isAncestorOf(place[0])]
    for number in range(4):
        shown.message.tell(f"cannot read “holiday {number}.jpg”: " + "words " * 40, True)
    come_to_rest(shown)
    assert shown.message.isVisible() and shown.message.height() > 40
    assert [(widget, widget.geometry(), widget.isVisible()) for widget, _place, _is in places] == places


def test_a_message_ends_with_the_song_that_it_is_about(qtbot: Any, shown: MainWindow, held: threading.Event) -> None:
    held.set()
    assert shown.message.isVisible()
    shown.session.queue.add([Path("third.wav")])
    qtbot.waitUntil(lambda: shown.head.title.text() == "third.wav", timeout=10_000)
    assert not shown.message.isVisible()


def test_a_note_goes_by_itself_and_an_error_stays(qtbot: Any, shown: MainWindow) -> None:
    shown.message._end.setInterval(30)
    shown.message.tell("written", False)
    shown.message.dismiss.setFocus()
    with qtbot.waitSignal(shown.message._end.timeout, timeout=5000):
        pass
    assert shown.message.isVisible()  # somebody may be about to press its button
    shown.waveform.setFocus()
    qtbot.waitUntil(lambda: not shown.message.isVisible(), timeout=5000)
    shown.message.tell("cannot write: the disk is full", True)
    assert not shown.message._end.isActive() and shown.message.isVisible()


def test_a_question_stays_in_front_of_the_page_that_comes(qtbot: Any, window: MainWindow) -> None:
    window.message.offer(Offer("Open “Song” again?", "Open again", lambda: None, lambda: None))
    analysed(qtbot, window)
    come_to_rest(window)
    bar = window.message
    for place in (QPoint(5, 5), bar.rect().center(), bar.accept.geometry().center()):
        found = window.childAt(bar.mapTo(window, place))
        assert found is bar or bar.isAncestorOf(found), found
