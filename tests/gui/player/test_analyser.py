"""The spectrum of what is heard: the third octaves that a song's average spectrum has, at any rate, and as cheap as it must be."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from sound_card import SoundCard

from mixassistant.audio.audio import Audio
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import vector
from mixassistant.features.measure import measure
from mixassistant.gui.player.analyser import WINDOW_S, Analyser
from mixassistant.gui.views.overlays import LIVE


def pink(seconds: float, rate: int) -> np.ndarray:
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal((2, round(seconds * rate))))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.shape[1]), 1))
    sound = np.fft.irfft(spectrum)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_its_mean_is_the_average_spectrum_that_songs_are_compared_by(rate: int) -> None:
    music, analyser = pink(12.0, rate), Analyser.at(rate)
    assert analyser.length / rate >= WINDOW_S
    starts = range(0, music.shape[1] - analyser.length, analyser.length // 2)
    parts = [music[:, start : start + analyser.length] for start in starts]
    power = np.mean([10 ** (np.asarray(analyser.levels(part, part)) / 10) for part in parts], axis=0)
    average = np.asarray(measure(Audio(music, rate), "mix", only=frozenset({"ltas"}))["ltas"].value)
    # Below, a window of 0.3 s tells neighbours apart badly; the band at 20 kHz reaches beyond what songs are measured at.
    compared = (CENTRES_HZ > 40) & (CENTRES_HZ < 18_000)
    assert np.abs(10 * np.log10(power) - average)[compared].max() < 0.5


@pytest.mark.parametrize("hz", [100.0, 1000.0, 8000.0])
def test_a_tone_lies_in_its_band(hz: float) -> None:
    analyser = Analyser.at(44100)
    wave = np.tile(np.sin(2 * np.pi * hz * np.arange(analyser.length) / 44100), (2, 1)).astype(np.float32)
    levels = analyser.levels(wave, wave)
    assert levels is not None
    band = int(np.abs(np.log(CENTRES_HZ / hz)).argmin())
    assert levels.argmax() == band and levels[band] == pytest.approx(0.0, abs=0.1)
    assert np.delete(levels, [band - 1, band, band + 1]).max() < -40


def test_a_part_stays_where_it_is_in_the_whole_and_silence_has_no_spectrum() -> None:
    analyser, rate = Analyser.at(44100), 44100
    times = np.arange(analyser.length) / rate
    low, high = (np.tile(np.sin(2 * np.pi * hz * times), (2, 1)).astype(np.float32) for hz in (100, 8000))
    whole, part = analyser.levels(low + high, low + high), analyser.levels(low + high, high)
    assert whole is not None and part is not None
    assert part.max() == pytest.approx(whole[int(part.argmax())], abs=0.01) == pytest.approx(-3.0, abs=0.1)
    assert analyser.levels(np.zeros_like(low), np.zeros_like(low)) is None


def test_a_spectrum_takes_less_than_two_milliseconds() -> None:
    analyser = Analyser.at(48000)
    music = pink(1.0, 48000)[:, : analyser.length]
    taken = []
    for _ in range(20):
        begun = time.thread_time()
        analyser.levels(music, music * 0.5)
        taken.append(time.thread_time() - begun)
    assert np.median(taken) < 0.002


def test_a_key_draws_what_is_heard_and_takes_it_away_when_it_falls_silent(playing: Any, card: SoundCard, qtbot: Any) -> None:
    playing.views.setCurrentIndex(0)
    view = playing.spectrum
    qtbot.keyClick(playing, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert view.live.isChecked() and LIVE not in view._overlays.names
    playing.player.play()
    card.run(0.5)
    qtbot.waitUntil(lambda: LIVE in view._overlays.names)
    # White noise rises by 3 dB an octave in bands of equal ratio.
    rise = view._overlays.level(LIVE, 8000) - view._overlays.level(LIVE, 1000)
    assert rise == pytest.approx(9.0, abs=2.5) and LIVE in view.legend.accessibleName()
    playing.player.pause()
    assert LIVE not in view._overlays.names and LIVE not in view.legend.accessibleName()
    qtbot.mouseClick(view.live, Qt.MouseButton.LeftButton)
    assert not playing.player.is_analysing
    playing.player.play()
    card.run(0.2)
    with qtbot.waitSignal(playing.player.metered):
        pass
    assert LIVE not in view._overlays.names


def test_nothing_is_drawn_of_what_is_heard_blind(playing: Any, card: SoundCard, qtbot: Any) -> None:
    playing.player.analyse(True)
    playing.player.set_blind(True)
    playing.player.play()
    card.run(0.2)
    with qtbot.waitSignal(playing.player.moved):
        pass
    assert LIVE not in playing.spectrum._overlays.names


def test_the_reference_that_can_be_heard_is_drawn_over_the_spectrum(playing: Any, qtbot: Any, tmp_path: Path) -> None:
    track = playing.session.state.result.analysis.profile.references[0]
    playing.player.recall = lambda _content: replace(track, content_hash="cd" * 32)
    soundfile.write(tmp_path / "Their song.wav", pink(5.0, 44100).T, 44100)
    playing.views.setCurrentIndex(0)
    playing.references.picked.emit(tmp_path / "Their song.wav")
    view = playing.spectrum
    qtbot.waitUntil(lambda: "Their song" in view._overlays.names)
    view.target.setCurrentIndex(0)
    levels = vector(track.mix, "ltas")
    assert view._overlays.level("Their song", 1000.0) == pytest.approx(levels[17], abs=0.01)
    assert "Their song" in view.legend.accessibleName()
    assert view.table()[0][-1] == "Their song (dB)" and len(view.table()[5]) == len(view.table()[0])
    view.target.setCurrentIndex(1)  # a role: the reference's own
    role = view.shown
    assert view._overlays.level("Their song", 1000.0) == pytest.approx(vector(track.roles[role], "ltas")[17], abs=0.01)
    playing.references.picked.emit(None)
    assert "Their song" not in view._overlays.names
