"""Playing in the window: keys, clicks, suggestions that are heard, references, and sound cards that are not there."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from sound_card import SoundCard
from window_driver import analysed

from mixassistant.advice.decision import Decision
from mixassistant.errors import MissingError
from mixassistant.gui.player import rendering, stream
from mixassistant.gui.window.transport import clock


def samples(window: Any) -> np.ndarray:
    return window.session.state.result.analysis.song.mix.samples


def test_the_space_bar_plays_and_pauses_where_it_is(playing: Any, card: SoundCard, qtbot: Any) -> None:
    qtbot.keyClick(playing, Qt.Key.Key_Space)
    assert playing.player.is_playing and playing.transport.play.accessibleName() == "Pause"
    heard = card.run(1.0)
    gain = 10 ** (playing.player.gain_db("mix") / 20)
    assert np.abs(heard[:, 300:40000] - gain * samples(playing)[:, 300:40000]).max() < 1e-5
    qtbot.keyClick(playing, Qt.Key.Key_Space)
    assert not playing.player.is_playing
    assert playing.player.position_s == pytest.approx(1.0, abs=0.05)
    card.run(0.05)
    assert not card.run(0.1).any()


def test_space_in_a_field_is_a_letter(playing: Any, qtbot: Any) -> None:
    playing.views.setCurrentWidget(playing.measurements)
    field = playing.measurements.search if hasattr(playing.measurements, "search") else playing.references.search
    field.setVisible(True)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert not playing.player.is_playing


def test_space_presses_a_button_reached_by_tab_and_plays_after_a_click_on_one(playing: Any, qtbot: Any) -> None:
    qtbot.waitUntil(playing.isActiveWindow)
    card = playing.suggestions.move_cards[0]
    card.amount.setFocus()
    qtbot.keyClick(card.amount, Qt.Key.Key_Tab)
    qtbot.keyClick(card.accept, Qt.Key.Key_Space)
    assert playing.session.state.decisions == {card.suggestion.id: Decision(True)}
    assert not playing.player.is_playing
    qtbot.mouseClick(card.reject, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card.reject, Qt.Key.Key_Space)
    assert playing.session.state.decisions == {card.suggestion.id: Decision(False)}
    assert playing.player.is_playing


@pytest.mark.qt_log_ignore("This plugin does not support")  # lifting what pops up, and its hold on the keyboard
def test_space_opens_a_list_of_choices_and_the_other_keys_act_as_everywhere(playing: Any, qtbot: Any) -> None:
    qtbot.waitUntil(playing.isActiveWindow)
    playing.views.setCurrentIndex(0)
    box = playing.spectrum.target
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_L)
    assert playing.player.loop is not None
    qtbot.keyClick(box, Qt.Key.Key_Space)
    qtbot.waitUntil(box.view().isVisible)
    assert not playing.player.is_playing
    box.hidePopup()


def test_hear_it_renders_the_move_switches_to_it_and_matches_its_loudness(playing: Any, card: SoundCard, qtbot: Any) -> None:
    move = next(c for c in playing.suggestions.move_cards if c.proposed.chain.gain_db)
    qtbot.mouseClick(move.hear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: playing.player.source == "suggestion" and playing.player.gain_db("suggestion") != playing.player.gain_db("mix"))
    assert playing.player.is_playing and move.hear.isChecked()
    card.run(0.05)
    at = card.mixer.position if card.mixer else 0
    heard = card.run(0.5)
    # The song of this test has no stems: a gain on a stem is a gain on the mix, and matching takes it back whole.
    expected = min(1.0, 10 ** (-move.proposed.chain.gain_db / 20)) * 10 ** (move.proposed.chain.gain_db / 20)
    ratio = np.std(heard) / np.std(samples(playing)[:, at : at + heard.shape[1]])
    assert 20 * np.log10(ratio / expected) == pytest.approx(0.0, abs=0.1)
    qtbot.mouseClick(move.hear, Qt.MouseButton.LeftButton)
    assert playing.player.source == "mix" and not move.hear.isChecked()


def test_the_amount_is_heard_and_one_and_two_switch_at_once(playing: Any, card: SoundCard, qtbot: Any) -> None:
    move = next(c for c in playing.suggestions.move_cards if c.proposed.chain.gain_db)
    playing.player.set_match(False)
    qtbot.mouseClick(move.hear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: playing.player.source == "suggestion")
    for amount in (50, 0, 150):
        move.amount.setValue(amount)
        wanted = move.proposed.chain.gain_db * amount / 100

        def is_heard(wanted: float = wanted) -> bool:
            card.run(0.05)
            start = card.mixer.position if card.mixer else 0
            if start > 4 * 44100:
                playing.player.seek(0.0)
                return False
            heard = card.run(0.1)
            level = 20 * np.log10(np.std(heard) / np.std(samples(playing)[:, start : start + heard.shape[1]]))
            return abs(level - wanted) < 0.1

        qtbot.waitUntil(is_heard, timeout=5000)
        assert move.amount_text.text() == f"{amount} %"
    qtbot.keyClick(playing, Qt.Key.Key_1)
    assert playing.player.source == "mix"
    qtbot.keyClick(playing, Qt.Key.Key_2)
    assert playing.player.source == "suggestion"


def test_all_accepted_moves_are_heard_together(playing: Any, qtbot: Any) -> None:
    moves = playing.suggestions.move_cards
    qtbot.mouseClick(moves[0].accept, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(moves[1].accept, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(playing.suggestions.hear_all, Qt.MouseButton.LeftButton)
    assert playing.player.trial.names == {moves[0].suggestion.id, moves[1].suggestion.id}


def test_a_reference_is_heard_as_loud_as_the_mix(playing: Any, card: SoundCard, qtbot: Any, tmp_path: Path) -> None:
    other = np.random.default_rng(5).normal(0, 0.02, (44100 * 5, 2)).astype(np.float32)
    soundfile.write(tmp_path / "ref.wav", other, 44100, subtype="FLOAT")
    assert not playing.transport.sources["reference"].isEnabled()
    playing.player.choose_reference(tmp_path / "ref.wav")
    qtbot.waitUntil(lambda: playing.player.can_hear("reference"))
    playing.player.play()
    levels = {}
    for key, name in ((Qt.Key.Key_3, "reference"), (Qt.Key.Key_1, "mix")):
        qtbot.keyClick(playing, key)
        assert playing.player.source == name
        card.run(0.05)
        levels[name] = 20 * np.log10(np.std(card.run(1.0)))
    assert levels["reference"] == pytest.approx(levels["mix"], abs=0.1)
    assert "−" in playing.transport.applied.text()


def test_l_loops_and_seeking_moves_the_playhead(playing: Any, card: SoundCard, qtbot: Any) -> None:
    playing.player.seek(1.0)
    playing.player.set_loop((1.0, 1.5))
    playing.player.play()
    card.run(2.3)
    assert 1.0 <= playing.player.position_s <= 1.52
    qtbot.keyClick(playing, Qt.Key.Key_L)
    assert playing.player.loop is None
    playing.player.seek(3.0)
    card.run(0.2)
    assert playing.player.position_s == pytest.approx(3.2, abs=0.03)
    playing.player.seek(4.9)
    card.run(0.3)
    qtbot.waitUntil(lambda: not playing.player.is_playing)
    assert playing.transport.time.text().startswith(clock(5.0))


def test_the_place_that_is_shown_is_the_one_that_is_heard(playing: Any, card: SoundCard, qtbot: Any) -> None:
    card.latency_s = 0.15
    shown: list[float] = []
    playing.player.moved.connect(shown.append)
    playing.player.seek(1.0)
    playing.player.play()
    card.run(0.1)  # the output is being filled: nothing is heard yet
    assert playing.player.position_s == 1.0
    card.run(1.0)
    at = playing.player.position_s
    assert at == pytest.approx(1.95, abs=0.03)
    qtbot.waitUntil(lambda: shown[-1] == at)
    playing.player.pause()
    card.run(0.3)
    assert playing.player.position_s == at and playing.transport.time.text().startswith(clock(at))
    playing.player.play()
    card.run(0.05)
    assert playing.player.position_s == at
    playing.player.stop()
    assert playing.player.position_s == 0.0


def test_the_place_in_a_loop_is_the_one_that_is_heard(playing: Any, card: SoundCard) -> None:
    card.latency_s = 0.15
    playing.player.set_loop((1.0, 1.5))
    playing.player.seek(1.0)
    playing.player.play()
    places = []
    for _ in range(40):
        card.run(0.05)
        places.append(playing.player.position_s)
    assert all(1.0 <= place <= 1.5 for place in places)
    rendered = [1.0 + (0.05 * (n + 1)) % 0.5 for n in range(40)]
    # Where it is rendered at the start of the loop, its end is heard.
    assert all(place > rendered[n] for n, place in enumerate(places) if n > 10 and rendered[n] < 1.1)


def test_the_end_of_a_song_is_heard_out(playing: Any, card: SoundCard, qtbot: Any) -> None:
    card.latency_s = 0.15
    playing.player.seek(4.5)
    playing.player.play()
    card.run(0.55)
    with qtbot.waitSignal(playing.player.moved):  # it has looked whether that was the end
        pass
    assert playing.player.is_playing and playing.player.position_s == pytest.approx(4.9, abs=0.03)
    card.run(0.15)
    qtbot.waitUntil(lambda: not playing.player.is_playing)
    assert playing.player.position_s == 5.0


def test_the_same_mix_compared_again_plays_on_with_what_was_chosen(
    playing: Any, card: SoundCard, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = playing.player
    sound = np.random.default_rng(5).normal(0, 0.02, (44100 * 5, 2)).astype(np.float32)
    soundfile.write(tmp_path / "ref.wav", sound, 44100, subtype="FLOAT")
    player.choose_reference(tmp_path / "ref.wav")
    move = next(c for c in playing.suggestions.move_cards if c.proposed.chain.gain_db)
    move.amount.setValue(50)
    qtbot.mouseClick(move.hear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: player.can_hear("reference") and player.source == "suggestion" and not player._worker.busy)
    player.set_loop((1.0, 4.0))
    player.seek(2.0)
    card.run(0.5)
    opened = len(card.devices)
    for source in ("suggestion", "reference", "mix"):
        player.set_source(source)
        before, at = player._song, player.position_s
        with qtbot.waitSignal(playing.session.state.analysed, timeout=10_000):
            qtbot.keyClick(playing, Qt.Key.Key_F5)
        qtbot.waitUntil(lambda: not player._worker.busy)
        assert player._song is playing.session.state.result.analysis.song is not before
        assert player.is_playing and len(card.devices) == opened
        assert (player.source, player.loop) == (source, (1.0, 4.0)) and playing.waveform.current_loop() == (1.0, 4.0)
        assert player.position_s == at
        assert (player.can_hear("suggestion"), player.can_hear("reference")) == (True, True)
        assert player.trial.decisions == (Decision(True, 0.5),) and player.trial.moves[0] in playing.session.state.result.analysis.moves
        assert card.run(0.1).any()
    analysed(qtbot, playing, Path("another.wav"))
    assert (player.is_playing, player.source, player.loop, player.position_s, player.trial) == (False, "mix", None, 0.0, None)


def test_a_suggestion_that_is_not_made_again_is_not_heard_any_more(playing: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    move = next(c for c in playing.suggestions.move_cards if c.proposed.chain.gain_db)
    qtbot.mouseClick(move.hear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: playing.player.source == "suggestion" and not playing.player._worker.busy)
    monkeypatch.setattr("window_driver.make_suggestions", list)
    with qtbot.waitSignal(playing.session.state.analysed, timeout=10_000):
        qtbot.keyClick(playing, Qt.Key.Key_F5)
    assert playing.player.source == "mix" and not playing.player.can_hear("suggestion") and playing.player.is_playing


def test_who_goes_back_to_the_mix_while_a_suggestion_is_rendered_stays_there(playing: Any, qtbot: Any) -> None:
    move = next(c for c in playing.suggestions.move_cards if c.proposed.chain.gain_db)
    stretch = rendering.AFTER_S
    rendering.AFTER_S = 1.0
    try:
        qtbot.mouseClick(move.hear, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(playing.player.state_changed, check_params_cb=lambda: playing.player.source == "suggestion"):
            pass
        qtbot.keyClick(playing, Qt.Key.Key_1)
        qtbot.waitUntil(lambda: not playing.player._worker.busy)
        assert playing.player.source == "mix"
    finally:
        rendering.AFTER_S = stretch


def test_a_card_that_disappears_pauses_and_says_so(playing: Any, card: SoundCard, qtbot: Any) -> None:
    playing.player.play()
    card.run(0.5)
    with qtbot.waitSignal(playing.player.lost) as lost:
        card.ended()
    assert "sound card is gone" in lost.args[0]
    assert not playing.player.is_playing and playing.message.isVisible()
    assert playing.player.position_s == pytest.approx(0.5, abs=0.05)
    playing.player.play()
    assert playing.player.is_playing
    qtbot.waitUntil(lambda: card.is_open)


def test_without_any_sound_card_everything_else_works(window: Any, qtbot: Any) -> None:
    def none(*_: object) -> object:
        raise MissingError("no-output", "the sound card does not play", "choose another output")

    window.player.open_stream = none
    analysed(qtbot, window)
    with qtbot.waitSignal(window.player.lost):
        window.player.play()
    assert not window.player.is_playing and window.message.isVisible()
    assert window.suggestions.cards


class SlowCard(SoundCard):
    """A sound card that takes its time to open."""

    def __init__(self) -> None:
        super().__init__()
        self.may_open = threading.Event()
        self.opened = self.closed = 0

    def open(self, *how: Any) -> Any:
        assert self.may_open.wait(30)
        self.may_open.clear()
        self.opened += 1
        return super().open(*how)

    def close(self) -> None:
        self.closed += 1
        super().close()


@pytest.fixture
def slow(playing: Any) -> Iterator[SlowCard]:
    card = SlowCard()
    playing.player.open_stream = card.open
    yield card
    card.may_open.set()


def test_to_play_is_a_state_at_once_and_sounds_where_it_was_sought_when_the_output_is_open(playing: Any, slow: SlowCard) -> None:
    playing.player.play()
    assert playing.player.is_playing and playing.player.position_s == 0 and not slow.opened
    playing.player.seek(2.0)
    playing.player.set_match(False)
    assert playing.player.position_s == 2.0
    slow.may_open.set()
    heard = slow.run(0.1)
    assert np.abs(heard[:, 300:] - samples(playing)[:, 88200 + 300 : 88200 + heard.shape[1]]).max() < 1e-5


def test_an_output_that_opens_after_a_pause_is_silent_and_used_by_the_next_play(playing: Any, slow: SlowCard, qtbot: Any) -> None:
    playing.player.play()
    playing.player.pause()
    slow.may_open.set()
    qtbot.waitUntil(lambda: slow.is_open and not playing.player._connection._worker.busy)
    assert not playing.player.is_playing and slow.mixer is not None
    playing.player.play()
    assert slow.run(0.1).any() and slow.opened == 1


def test_an_output_that_opens_too_late_is_closed_and_another_opened(playing: Any, slow: SlowCard, qtbot: Any) -> None:
    playing.player.play()
    qtbot.waitUntil(lambda: not playing.player._connection._worker._queue.qsize())  # it is being opened
    playing.player.set_device("Headphones")
    assert playing.player.is_playing
    slow.may_open.set()
    qtbot.waitUntil(lambda: slow.closed == 1)
    slow.may_open.set()
    assert slow.run(0.1).any()
    assert slow.devices == ["", "Headphones"] and (slow.opened, slow.closed) == (2, 1)


def test_another_song_while_an_output_opens_leaves_nothing_open(playing: Any, slow: SlowCard, qtbot: Any) -> None:
    playing.player.play()
    analysed(qtbot, playing, Path("second.wav"))
    assert not playing.player.is_playing
    slow.may_open.set()
    qtbot.waitUntil(lambda: not playing.player._connection._worker.busy)
    assert slow.opened == slow.closed
    slow.may_open.set()
    playing.player.play()
    assert slow.run(0.1).any() and slow.is_open


def test_a_window_that_closes_leaves_no_output_open(playing: Any, slow: SlowCard, qtbot: Any) -> None:
    playing.player.play()
    playing.close()
    slow.may_open.set()
    assert playing.player.wait()
    assert slow.opened == slow.closed


class NoPortAudio:
    """The part of sounddevice that tells of devices and opens them, on a machine without any that works."""

    class PortAudioError(Exception):
        pass

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self._ffi = SimpleNamespace(cast=lambda _kind, address: address)
        self.default = SimpleNamespace(device=(-1, 0))

    def query_devices(self) -> list[dict[str, Any]]:
        return [{"index": i, "name": name, "max_output_channels": 2} for i, name in enumerate(self.names)]

    def _initialize(self) -> None:
        self.names = ["Headphones"]

    def _terminate(self) -> None:
        self.names = []

    def _StreamBase(self, **_how: Any) -> Any:
        raise self.PortAudioError("Error querying device -1")


@pytest.mark.parametrize(
    ("names", "hint"), [([], "choose “Look again” under “Output”"), (["Headphones"], "choose another one under “Output”")]
)
def test_without_a_sound_card_it_is_told_in_plain_words_what_to_do(
    playing: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, names: list[str], hint: str
) -> None:
    monkeypatch.setattr(stream, "_sounddevice", lambda: NoPortAudio(names))
    playing.player.open_stream = stream.Stream
    with qtbot.waitSignal(playing.player.lost) as lost:
        playing.player.play()
    assert hint in lost.args[0] and "-1" not in lost.args[0]
    assert "Error querying device -1" in caplog.text
    assert not playing.player.is_playing and playing.message.isVisible()


def test_outputs_are_looked_for_beside_the_window_and_again_on_request(window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    library = NoPortAudio([])
    monkeypatch.setattr(stream, "_sounddevice", lambda: library)
    menu = window.transport.output.menu()

    def texts() -> list[str]:
        return [action.text() for action in menu.actions() if action.text()]

    with qtbot.waitSignal(window.player.listed, timeout=60_000):
        menu.aboutToShow.emit()
        assert "Looking for sound cards …" in texts()
    assert texts() == ["The system’s choice", "No sound card was found", "Look again"]
    with qtbot.waitSignal(window.player.listed):
        menu.actions()[-1].trigger()
    assert texts() == ["The system’s choice", "Headphones", "Look again"]


@pytest.mark.parametrize("is_before", [True, False], ids=["at the start", "while the program runs"])
def test_an_output_that_was_chosen_and_is_gone_is_told_with_the_one_that_plays_instead(
    window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch, is_before: bool
) -> None:
    library = NoPortAudio(["Built-in", "Headphones"])
    monkeypatch.setattr(stream, "_sounddevice", lambda: library)
    monkeypatch.setattr(library, "_initialize", lambda: setattr(library, "names", ["Built-in"]))
    window.player.set_device("Headphones")
    if is_before:
        library.names = ["Built-in"]
        with qtbot.waitSignal(window.player.listed, timeout=60_000):
            analysed(qtbot, window)
    else:
        with qtbot.waitSignal(window.player.listed, timeout=60_000):
            window.player.look()
        assert not window.message.isVisible()
        with qtbot.waitSignal(window.player.listed):
            window.player.rescan()
    assert window.message.isVisible()
    assert window.message.text == "⚠ The output “Headphones” is not there: playback goes through “Built-in”, the system’s choice"
    window.transport.output.menu().aboutToShow.emit()
    shown = {action.text(): action for action in window.transport.output.menu().actions()}
    assert shown["Headphones: not there"].isChecked() and not shown["The system’s choice"].isChecked()
    assert window.player.device == "Headphones"  # it is used again when it is back
    monkeypatch.setattr(library, "_initialize", lambda: setattr(library, "names", ["Built-in", "Headphones"]))
    qtbot.mouseClick(window.message.dismiss, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.player.listed):
        window.player.rescan()
    assert not window.message.isVisible()


def test_every_control_of_the_transport_has_a_name_and_says_what_it_does(playing: Any) -> None:
    for button in playing.transport.findChildren(QPushButton):
        assert button.accessibleName() and button.toolTip()
    assert [clock(s) for s in (0, 59.96, 61.25, 3599.99)] == ["0:00.0", "0:59.9", "1:01.2", "59:59.9"]


@pytest.mark.parametrize(
    ("failure", "what", "hint"),
    [
        ("ModuleNotFoundError('sounddevice')", "the package sounddevice is not installed", "pip install sounddevice"),
        ("OSError('PortAudio library not found')", "PortAudio is not installed", "libportaudio2"),
    ],
    ids=["no package", "no library"],
)
def test_what_is_missing_for_sound_is_told_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str, what: str, hint: str
) -> None:
    # A package of that name which fails as the real one does.
    (tmp_path / "sounddevice.py").write_text(f"raise {failure}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    stream._sounddevice.cache_clear()
    try:
        with pytest.raises(MissingError, match=what) as error:
            stream._sounddevice()
        assert hint in error.value.hint
        assert stream.outputs() == ()
    finally:
        stream._sounddevice.cache_clear()


def test_a_band_is_soloed_by_key_and_by_button_on_whatever_sounds(playing: Any, card: SoundCard, qtbot: Any) -> None:
    player, bar = playing.player, playing.transport.listening
    player.set_match(False)
    player.play()
    card.run(0.3)
    whole = np.std(card.run(0.5))
    qtbot.keyClick(playing, Qt.Key.Key_4)
    assert player.listening.band == "lows" and bar.buttons["lows"].isChecked() and bar.menu_button.text() == "Lows"
    card.run(0.1)
    at = card.mixer.position if card.mixer else 0
    # Of white noise a band holds its share of the spectrum: 141 of 22,050 Hz.
    assert 20 * np.log10(np.std(card.run(0.5)) / whole) == pytest.approx(10 * np.log10(141 / 22050), abs=1.5)
    qtbot.mouseClick(bar.buttons["highs"], Qt.MouseButton.LeftButton)
    assert player.listening.band == "highs" and not bar.buttons["lows"].isChecked()
    card.run(0.1)
    assert 20 * np.log10(np.std(card.run(0.2)) / whole) == pytest.approx(10 * np.log10((22050 - 2239) / 22050), abs=0.5)
    qtbot.keyClick(playing, Qt.Key.Key_7)
    qtbot.keyClick(playing, Qt.Key.Key_9)
    assert (player.listening.band, player.listening.side) == ("", "side")
    card.run(0.1)
    heard = card.run(0.3)
    assert np.array_equal(heard[0], heard[1]) and 20 * np.log10(np.std(heard) / whole) == pytest.approx(-3.0, abs=0.3)
    qtbot.keyClick(playing, Qt.Key.Key_9)
    card.run(0.1)
    first = card.mixer.position if card.mixer else 0
    assert np.array_equal(card.run(0.1)[:, :4000], samples(playing)[:, first : first + 4000])
    assert first > at  # it never went back


def test_the_part_that_is_listened_to_ends_with_the_song_and_has_a_menu_in_a_narrow_window(
    playing: Any, card: SoundCard, qtbot: Any
) -> None:
    bar = playing.transport.listening
    playing.resize(1440, 900)
    assert bar.buttons["side"].isVisible() and not bar.menu_button.isVisible()
    playing.resize(1000, 700)
    qtbot.waitUntil(bar.menu_button.isVisible)
    assert not bar.buttons["side"].isVisible()
    bar.actions_of_parts["mids"].trigger()
    bar.actions_of_parts["mid"].trigger()
    assert bar.menu_button.text() == "Mids · Mid" and "355 to 2239 Hz" in bar.actions_of_parts["mids"].toolTip()
    analysed(qtbot, playing, Path("another.wav"))
    assert (playing.player.listening.band, playing.player.listening.side, bar.menu_button.text()) == ("", "", "All")
