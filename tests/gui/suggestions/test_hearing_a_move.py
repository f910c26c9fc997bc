"""Hear it: the passage is looped, the button says what is heard, and afterwards the player is as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sound_card import SoundCard
from window_driver import FakeCore, analysed, opened_card

from mixassistant.advice.decision import Decision
from mixassistant.analysis import Request
from mixassistant.audio.audio import Audio
from mixassistant.gui.background.result import Result
from mixassistant.gui.suggestions.move_card import MoveCard
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.processing.moves import Band
from mixassistant.progress import Progress
from mixassistant.stems.stem import Song, Stem

LEFT = Qt.MouseButton.LeftButton
RATE, SECONDS, PLAYS = 22050, 40, (22.0, 34.0)
WAIT_MS = 10_000


def sounding(seed: int) -> Song:
    """Return a song whose bass and vocals play in its second half."""
    rng = np.random.default_rng(seed)
    drums, bass, vocals = (rng.normal(0, 0.05, (2, RATE * SECONDS)).astype(np.float32) for _ in range(3))
    for part in (bass, vocals):
        part[:, : round(PLAYS[0] * RATE)] = 0
        part[:, round(PLAYS[1] * RATE) :] = 0
    stems = tuple(Stem(n, n, "supplied", Audio(s, RATE)) for n, s in (("drums", drums), ("bass", bass), ("vocals", vocals)))
    return Song("song", "0" * 64, Audio(drums + bass + vocals, RATE), stems, {})


class SoundingCore(FakeCore):
    def analyze(self, request: Request, progress: Progress) -> Result:
        made = super().analyze(request, progress)
        song = replace(sounding(len(made.analysis.track.name)), content_hash=made.analysis.song.content_hash)
        return replace(made, analysis=replace(made.analysis, song=song))


@pytest.fixture
def core(tmp_path: Any) -> SoundingCore:
    return SoundingCore(tmp_path / "library.sqlite3")


@pytest.fixture
def card(qtbot: Any, window: MainWindow) -> MoveCard:
    window.player.open_stream = SoundCard().open
    analysed(qtbot, window)
    return window.suggestions.move_cards[0]


def hear(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    QTest.mouseClick(card.hear, LEFT)
    qtbot.waitUntil(lambda: window.player.is_heard(card.proposed.id) and window.player.is_playing, timeout=WAIT_MS)


def test_where_it_matters_most_is_looped(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    hear(qtbot, window, card)
    loop = window.player.loop
    assert loop is not None and PLAYS[0] - 1 <= loop[0] and loop[1] <= PLAYS[1] + 1 and 8 <= loop[1] - loop[0] <= 12
    assert loop[0] <= window.player.position_s <= loop[1]


def test_the_button_says_what_is_heard(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    assert card.hear.text() == "Hear it" and not card.done.isVisible()
    hear(qtbot, window, card)
    assert card.hear.text() == "With it" and card.hear.isChecked() and card.done.isVisible()
    QTest.mouseClick(card.hear, LEFT)
    assert (card.hear.text(), card.hear.isChecked(), window.player.source) == ("Without it", False, "mix")
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: card.hear.text() == "With it", timeout=WAIT_MS)
    window.transport.sources["mix"].click()
    assert card.hear.text() == "Without it"


def test_by_how_much_the_level_is_matched_is_said(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    hear(qtbot, window, card)
    player = window.player
    gain = player.gain_db("suggestion") - player.gain_db("mix")
    assert gain < -0.3  # the vocals are turned up by 4 dB
    assert card.heard.text().replace("\N{NO-BREAK SPACE}", " ").endswith(f"matched −{-gain:.1f} dB")
    window.transport.match.click()
    assert card.heard.text().endswith("not matched")


def test_what_is_matched_by_nothing_has_no_minus(qtbot: Any, window: MainWindow, card: MoveCard, monkeypatch: pytest.MonkeyPatch) -> None:
    hear(qtbot, window, card)
    monkeypatch.setattr(window.player, "gain_db", lambda name: -0.02 if name == "suggestion" else 0.0)
    card.refresh()
    window.transport.refresh()
    assert card.heard.text().replace("\N{NO-BREAK SPACE}", " ").endswith("matched +0.0 dB")
    assert window.transport.applied.text() == "+0.0 dB"


@pytest.mark.parametrize("way", ["done", "another card", "accept"])
def test_whoever_leaves_finds_loop_position_and_source_as_they_were(qtbot: Any, window: MainWindow, card: MoveCard, way: str) -> None:
    player = window.player
    player.set_loop((3.0, 6.0))
    player.seek(4.0)
    hear(qtbot, window, card)
    if way == "done":
        QTest.mouseClick(card.done, LEFT)
    elif way == "accept":
        QTest.mouseClick(card.accept, LEFT)
    else:
        opened_card(window, window.suggestions.move_cards[1])
    assert (player.loop, player.source, player.is_playing) == ((3.0, 6.0), "mix", False)
    assert player.position_s == pytest.approx(4.0)
    assert card.hear.text() == "Hear it"


def test_a_loop_of_the_user_s_own_stays(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    hear(qtbot, window, card)
    window.player.set_loop((1.0, 2.0))
    QTest.mouseClick(card.done, LEFT)
    assert window.player.loop == (1.0, 2.0)


def test_an_equalizer_that_is_shaped_while_it_is_heard_is_heard_as_it_is(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    equalizer = opened_card(window, next(c for c in window.suggestions.move_cards if c.proposed.kind == "eq"))
    hear(qtbot, window, equalizer)
    shaped = Decision(True, 1.0, (Band("bell", 500.0, -12.0, 2.0),))
    for gain_db in (-9.0, -10.0, -11.0):
        window.session.state.try_out("bass-eq", Decision(True, 1.0, (Band("bell", 500.0, gain_db, 2.0),)))
    window.session.state.try_out("bass-eq", shaped)
    qtbot.waitUntil(lambda: window.player.trial is not None and window.player.trial.decisions == (shaped,), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.player._heard is not None and window.player._heard.trial.decisions == (shaped,), timeout=WAIT_MS)


def test_what_is_set_is_measured_again_where_it_is_left(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    equalizer = opened_card(window, next(c for c in window.suggestions.move_cards if c.proposed.kind == "eq"))
    view = window.spectrum
    qtbot.waitUntil(lambda: view.shown == "bass" and view._curves is not None and view._curves.is_measured, timeout=WAIT_MS)
    equalizer.amount.setValue(50)
    qtbot.waitUntil(lambda: not view._curves.is_measured and "(predicted)" in view.legend.accessibleName(), timeout=WAIT_MS)
    predicted = view._curves.after
    qtbot.waitUntil(lambda: view._curves.is_measured and "(rendered and measured)" in view.legend.accessibleName(), timeout=WAIT_MS)
    assert np.nanmax(np.abs(view._curves.after - predicted)[8:20]) > 0.01  # it is another number


def test_moves_that_are_heard_together_follow_as_well(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    QTest.mouseClick(window.suggestions.hear_all, LEFT)
    qtbot.waitUntil(lambda: window.player.source == "suggestion", timeout=WAIT_MS)
    assert window.player.trial is not None and len(window.player.trial.moves) == 3 and window.player.loop is None
    card.amount.setValue(40)
    qtbot.waitUntil(lambda: window.player.trial is not None and Decision(True, 0.4) in window.player.trial.decisions, timeout=WAIT_MS)
    assert len(window.player.trial.moves) == 3


def test_another_mix_ends_it_without_a_word_of_the_loop_before(qtbot: Any, window: MainWindow, card: MoveCard) -> None:
    window.player.set_loop((3.0, 6.0))
    hear(qtbot, window, card)
    analysed(qtbot, window, window.session.state.source.with_name("another.wav"))
    assert window.player.loop is None and window.suggestions.audition.move is None
