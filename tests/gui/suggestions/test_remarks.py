"""What the user should know of a mix: the first sentence above the cards, the others on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from window_driver import FakeCore, analysed, come_to_rest

from mixassistant.audio.streams import FileInfo, StreamInfo, choice_note
from mixassistant.gui.suggestions.remarks import Remarks
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.wording import on_mix, on_reference
from mixassistant.stems.corrections import heard_roles
from mixassistant.stems.folders.sorting import Part, sort_out
from mixassistant.stems.folders.tracks import Track
from mixassistant.stems.hearing import hear
from mixassistant.stems.stem import Stem
from signals import noise

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")  # which the plugin without a screen lacks
TEN = tuple(f"Sentence {number} says what was set aside, and why that is so." for number in range(10))


def seen(remarks: Remarks) -> list[str]:
    return [label.text() for label in remarks.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def remarks(qtbot: Any) -> Remarks:
    made = Remarks()
    qtbot.addWidget(made)
    made.resize(310, 100)
    return made


def test_of_ten_sentences_the_first_is_seen_and_a_press_shows_them_all(remarks: Remarks) -> None:
    remarks.say(TEN)
    assert seen(remarks) == [TEN[0]] and remarks.more.text() == "9 more"
    assert remarks.more.accessibleName() == "9 more remarks on this mix"
    remarks.more.setFocus()
    QTest.keyClick(remarks.more, Qt.Key.Key_Space)
    assert seen(remarks) == [*TEN] and remarks.more.text() == "Fewer"
    remarks.say(TEN)  # the same mix, compared again
    assert seen(remarks) == [*TEN]
    remarks.say(TEN[1:])
    assert seen(remarks) == [TEN[1]] and remarks.more.text() == "8 more"


def test_one_sentence_needs_no_button_and_none_no_room(remarks: Remarks) -> None:
    remarks.say(TEN[:1])
    assert seen(remarks) == [TEN[0]] and not remarks.more.isVisible()
    remarks.say(())
    assert not remarks.isVisible()


def test_they_stand_above_where_the_mix_stands_and_its_cards(qtbot: Any, window: MainWindow, core: FakeCore) -> None:
    analysed(qtbot, window)
    panel = window.suggestions
    for size in ((900, 560), (1440, 900)):
        window.resize(*size)
        qtbot.waitUntil(lambda: panel.is_built, timeout=10_000)
        come_to_rest(window)
        assert seen(panel.remarks) == ["A note."]
        heights = [widget.mapTo(window, widget.rect().topLeft()).y() for widget in (panel.remarks, panel.cards[0])]
        assert heights[0] < heights[1]
        assert not panel.remarks.visibleRegion().isEmpty()


# No words of the command line


def test_which_stream_was_read_is_told_in_the_windows_words() -> None:
    streams = (StreamInfo("Game", 2, 48000, 4.0, True), StreamInfo("Microphone", 2, 48000, 4.0, False))
    told = choice_note(Path("talk.mkv"), FileInfo(4.0, 48000, 2, streams, "flac"), "the default")
    assert "--stream" in told
    assert on_mix(told) == "Stream 1 “Game” of 2 in “talk.mkv” is read, the default; another is taken by the button beside the mix's name."
    assert on_reference(told) == "Stream 1 “Game” of 2 in “talk.mkv” is read, the default."


def test_what_was_left_out_and_what_was_heard_are_told_in_the_windows_words() -> None:
    tracks = [Track("Kick", (Path("Kick.wav"),), "drums"), Track("Click", (Path("Click.wav"),), None, "click", True)]
    (left_out,) = sort_out([Part(track, noise(seed)) for seed, track in enumerate(tracks)], ()).told
    sound = noise(3)
    (heard,) = heard_roles([Stem("Spur 5", "other", "supplied", sound, hear(sound))])
    for told in (left_out, heard):
        assert "--role" in told and "--" not in on_mix(told) and "--" not in on_reference(told)
    assert on_mix(left_out) == ("“Click.wav” is called a click and was left out: if it belongs to the song, give its file another name.")
    assert on_mix(heard).endswith("say so in the stem's row under Stems in the window.")
