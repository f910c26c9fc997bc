"""The mix's waveform is on screen while its analysis goes on."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from situations.files import stamped
from window_driver import FakeCore, analysed, drop, hold_analyses

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode
from mixassistant.audio.skim import Kept
from mixassistant.errors import Cancelled, InputError
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.measure import measure
from mixassistant.gui.background.preview import FIRST, previews
from mixassistant.gui.session import opening
from mixassistant.gui.window.main_window import MainWindow
from signals import noise, sine


def write(path: Path, audio: Audio) -> Path:
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, audio.samples.T, audio.sample_rate_hz)
    return path


def test_of_a_folder_of_stems_the_sum_is_shown_and_each_stem(tmp_path: Path) -> None:
    write(tmp_path / "song" / "kick.wav", sine(100, -12, 5.0, 44100))
    write(tmp_path / "song" / "vox.wav", sine(100, -12, 3.5, 44100, channels=1))
    found = list(previews(tmp_path / "song"))
    assert {tuple((stem.name, stem.role) for stem in p.stems) for p in found} == {(("kick", "drums"), ("vox", "vocals"))}
    kick, vox = (stem.peaks.view(0, 5, 50)[1] for stem in found[-1].stems)
    assert kick[2:49] == pytest.approx(np.full(47, 0.25), abs=0.02)
    assert vox[2:34] == pytest.approx(np.full(32, 0.25), abs=0.02) and vox[36:].max() == 0
    assert {p.name for p in found} == {"song"} and found[-1].duration_s == 5.0
    high = found[-1].peaks.view(0, 5, 50)[1]
    assert high[2:34] == pytest.approx(np.full(32, 0.5), abs=0.02) and high[36:49] == pytest.approx(np.full(13, 0.25), abs=0.02)


def test_a_mix_beside_its_stems_is_shown_itself(tmp_path: Path) -> None:
    for name in ("kick", "vox", "bass"):
        write(tmp_path / "song" / f"{name}.wav", sine(100, -30, 4.0, 44100))
    write(tmp_path / "song" / "final mix.wav", sine(100, -6, 4.0, 44100))
    found = list(previews(tmp_path / "song"))[-1]
    assert found.peaks.largest == pytest.approx(0.5, abs=0.01)
    assert {stem.name: round(stem.peaks.largest, 3) for stem in found.stems} == {"kick": 0.032, "vox": 0.032, "bass": 0.032}


def test_stems_of_several_sample_rates_have_no_lanes_yet_and_the_mix_beside_them_has(tmp_path: Path) -> None:
    write(tmp_path / "song" / "kick.wav", sine(100, -30, 4.0, 48000))
    write(tmp_path / "song" / "vox.wav", sine(100, -30, 4.0, 44100))
    assert list(previews(tmp_path / "song")) == []
    write(tmp_path / "song" / "final mix.wav", sine(100, -6, 4.0, 44100))
    found = list(previews(tmp_path / "song"))[-1]
    assert found.peaks.largest == pytest.approx(0.5, abs=0.01) and found.stems == ()


@pytest.mark.parametrize("name", ["vox", "final mix"])
def test_what_begins_later_by_its_time_stamp_is_drawn_there(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "song"
    for index, other in enumerate(("kick", "bass")):
        stamped(folder / f"{other}.wav", sine(100, -12 if name == "vox" else -40, 3.5, 44100).samples, 36000.0 + index * 0.0001)
    stamped(folder / f"{name}.wav", sine(100, -6, 3.0, 44100).samples, 36002.5)
    found = list(previews(folder))[-1]
    heights = found.peaks.view(0, 5.5, 55)[1]
    assert found.duration_s == pytest.approx(5.5, abs=0.01)
    assert heights[36:54] == pytest.approx(np.full(18, 0.5), abs=0.02)
    assert heights[:24].max() == pytest.approx(0.5 if name == "vox" else 0.0, abs=0.02)


def test_stems_of_an_ni_file_are_not_mistaken_for_the_mix(real_music: Path) -> None:
    path = sorted((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))[0]
    found = list(previews(path))
    assert found[-1].name == path.name.removesuffix(".stem.mp4") and 5 < found[-1].duration_s < 9 and found[-1].peaks.largest > 0.1


def test_a_folder_of_songs_has_none_and_an_unreadable_file_says_so(tmp_path: Path) -> None:
    for index, name in enumerate(("Yesterday", "Tomorrow Never Knows", "Help")):
        write(tmp_path / "songs" / f"{name}.wav", noise(index, duration_s=4.0 + 9 * index))
    assert list(previews(tmp_path / "songs")) == []
    (tmp_path / "no.wav").write_bytes(b"no")
    with pytest.raises(InputError):
        list(previews(tmp_path / "no.wav"))


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_the_first_measurements_are_those_of_the_analysis(tmp_path: Path, suffix: str) -> None:
    song = write(tmp_path / f"song.{suffix}", noise(0, duration_s=7))
    found = list(previews(song))
    assert all(not preview.values for preview in found[:-1])
    whole = measure(decode(song), "mix", only=FIRST)
    assert found[-1].channels == 2 and found[-1].values.keys() == whole.keys() == FIRST
    for name, value in whole.items():
        np.testing.assert_array_equal(np.asarray(found[-1].values[name].value), np.asarray(value.value))


def test_the_first_measurements_of_a_folder_are_of_the_sum_of_its_stems(tmp_path: Path) -> None:
    for index, name in enumerate(("kick", "vox", "bass")):
        write(tmp_path / "song" / f"{name}.wav", noise(index, duration_s=6.0))
    found = list(previews(tmp_path / "song"))[-1]
    expected = measure(mix([decode(file) for file in sorted((tmp_path / "song").iterdir())]), "mix", only=FIRST)
    assert scalar(found.values, "lufs") == pytest.approx(scalar(expected, "lufs"), abs=1e-3)
    np.testing.assert_allclose(vector(found.values, "ltas"), vector(expected, "ltas"), atol=1e-3)


def test_a_file_that_holds_more_than_it_announces_is_not_measured_beforehand(tmp_path: Path) -> None:
    kept = Kept()
    blocks = [np.ones((2, 100), np.float32)] * 3
    assert len(list(kept.passing(blocks, 44100, 250))) == 3
    assert kept.audio is None
    assert Kept().audio is None
    shorter = Kept()
    list(shorter.passing(blocks, 44100, 400))
    assert shorter.audio is not None and shorter.audio.length == 300


def test_it_can_be_stopped_at_any_block(tmp_path: Path) -> None:
    for name in ("kick.wav", "vox.wav"):
        write(tmp_path / "song" / name, noise(0, duration_s=9))
    seen: list[float] = []

    def stop(stage: str, fraction: float) -> None:
        seen.append(fraction)
        if len(seen) == 2:
            raise Cancelled()

    with pytest.raises(Cancelled):
        list(previews(tmp_path / "song", stop))
    assert seen[-1] < 0.5


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Hold the analysis back until it is let go."""
    return hold_analyses(monkeypatch)


def test_the_waveform_is_there_before_the_analysis(qtbot: Any, window: MainWindow, held: threading.Event, tmp_path: Path) -> None:
    song = write(tmp_path / "Night drive.wav", noise(0, duration_s=5))
    with qtbot.waitSignal(window.session.state.previewed, timeout=5000):
        drop(window, song)
    assert window.session.state.result is None
    assert window.waveform.isVisible() and window.waveform.names_in_sight() == ["Mix"] and window.waveform.end_s == 5.0
    assert window.head.title.text() == "Night drive" and not window.suggestions.isEnabled()
    with qtbot.waitSignal(window.session.state.analysed, timeout=5000):
        held.set()
    assert len(window.waveform.names_in_sight()) > 1 and window.suggestions.isEnabled() and window.views.isEnabled()


def test_loudness_and_spectrum_are_there_before_the_analysis_and_go_with_their_song(
    qtbot: Any, window: MainWindow, held: threading.Event, tmp_path: Path
) -> None:
    song = write(tmp_path / "Night drive.wav", noise(0, duration_s=5))
    loudness = REGISTRY["lufs"].format(scalar(measure(decode(song), "mix", only=FIRST), "lufs"))
    first = window.split.first_look
    drop(window, song)
    qtbot.waitUntil(lambda: loudness in window.head.facts.text(), timeout=20_000)
    assert window.session.state.result is None and "being analysed" in window.head.facts.text()
    spectrum = first.spectrum
    assert spectrum is not None and spectrum.plot.isVisible() and loudness in spectrum.told.text()
    spectrum.plot.setFocus()
    QTest.keyClick(spectrum.plot, Qt.Key.Key_Home)
    assert spectrum.readout.text().startswith("20 Hz") and "dB" in spectrum.readout.text()
    drop(window, tmp_path / "another.wav")  # which cannot be read
    qtbot.waitUntil(lambda: not spectrum.plot.isVisible(), timeout=5000)
    assert loudness not in window.head.facts.text()
    with qtbot.waitSignal(window.session.state.analysed, timeout=5000):
        held.set()
    assert window.views.isVisible() and not first.isVisible()


def test_comparing_again_keeps_the_picture(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    song = write(tmp_path / "one.wav", noise(0, duration_s=5))
    analysed(qtbot, window, song)
    window.waveform.zoom(3, 2.0)
    sight = window.waveform.start_s, window.waveform.end_s
    with qtbot.waitSignal(window.session.state.analysed, timeout=5000), qtbot.assertNotEmitted(window.session.state.previewed):
        window.session.compare_again()
    assert (window.waveform.start_s, window.waveform.end_s) == sight


def test_an_analysis_does_not_wait_for_a_waveform_that_does_not_come(
    qtbot: Any, window: MainWindow, core: FakeCore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "FIRST_LOOK_S", 0.2)
    gate = threading.Event()

    def slow(path: Path, progress: Any, stream: int | None) -> Any:
        while not gate.wait(0.005):
            progress("Drawing", 0.0)
        yield from previews(path, progress)

    monkeypatch.setattr(core, "previews", slow)
    with qtbot.assertNotEmitted(window.session.state.previewed):
        analysed(qtbot, window, write(tmp_path / "one.wav", noise(0, duration_s=5)))
        gate.set()  # too late: the result is there
        qtbot.waitUntil(lambda: not window.session.openings.worker.busy, timeout=10_000)
    assert len(window.waveform.names_in_sight()) > 1


def test_the_window_closes_while_a_waveform_is_on_its_way(qtbot: Any, window: MainWindow, core: FakeCore, tmp_path: Path) -> None:
    started = threading.Event()

    def endless(path: Path, progress: Any, stream: int | None) -> Any:
        started.set()
        while True:
            progress("Drawing", 0.0)
            yield from previews(path)

    core.previews = endless  # type: ignore[method-assign]
    core.may_go_on.clear()
    drop(window, write(tmp_path / "one.wav", noise(0, duration_s=5)))
    qtbot.waitUntil(started.is_set)
    window.close()
    assert window.session.wait(5000)
