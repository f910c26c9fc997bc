"""The stems in the window: listened to alone, exported, replaced, separated again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from sound_card import SoundCard
from window_driver import FakeCore, analysed, come_to_rest, drop

from mixassistant.advice.decision import Decision
from mixassistant.analysis import Request
from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import Measurement
from mixassistant.gui.background.result import Result
from mixassistant.gui.stems.row import told_level
from mixassistant.progress import Progress
from mixassistant.stems import weights
from mixassistant.stems.stem import Stem


class SeparatingCore(FakeCore):
    """Gives every song stems with sound, of the separator that was asked for."""

    origin = "embedded"
    doubts: tuple[str, ...] = ()

    def doubts_about(self, song: Any, role: Any, path: Path, progress: Progress) -> tuple[str, ...]:
        return self.doubts

    def analyze(self, request: Request, progress: Progress) -> Result:
        made = super().analyze(request, progress)
        self.requests = [*getattr(self, "requests", []), request]
        track = made.analysis.track
        own = {role for role, _path in request.replacements}
        stems = tuple(replace(s, origin="supplied" if s.role in own else self.origin) for s in track.stems)
        rng = np.random.default_rng(1)
        sounds = tuple(Stem(s.name, s.role, s.origin, Audio(rng.normal(0, 0.05, (2, 44100 * 5)).astype(np.float32), 44100)) for s in stems)
        song = replace(made.analysis.song, stems=sounds)
        return replace(made, analysis=replace(made.analysis, request=request, track=replace(track, stems=stems), song=song))


@pytest.fixture
def core(tmp_path: Path) -> SeparatingCore:
    return SeparatingCore(tmp_path / "library.sqlite3")


@pytest.fixture
def stems(window: Any, qtbot: Any) -> Any:
    card = SoundCard()
    window.player.open_stream = card.open
    window.card = card
    analysed(qtbot, window)
    window.views.setCurrentWidget(window.stems)
    return window.stems


def test_the_same_mix_compared_again_keeps_what_is_heard_alone_and_left_out(stems: Any, window: Any, qtbot: Any) -> None:
    window.player.set_solo(stems.rows[0].stem.name, True)
    window.player.set_solo(stems.rows[1].stem.name, True)
    window.player.set_mute(stems.rows[1].stem.name, True)
    chosen = window.player.solos, window.player.mutes
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.compare_again()
    assert (window.player.solos, window.player.mutes) == chosen
    assert (window.waveform._solo, window.waveform._muted) == chosen
    analysed(qtbot, window, Path("another.wav"))
    assert (window.player.solos, window.player.mutes) == (frozenset(), frozenset())


def click(qtbot: Any, button: QPushButton) -> None:
    assert button.isVisible() and button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_who_made_the_stems_and_how_well_is_told(stems: Any) -> None:
    from mixassistant.gui.stems.row import made_by

    assert "taken from the mix" in stems.notes.text()
    for row in stems.rows:
        text = made_by(row.stem)
        assert "embedded separator" in text and "LU" in text and "dB" in text


def test_one_stem_is_heard_alone_and_then_everything_again(stems: Any, window: Any, qtbot: Any) -> None:
    row = stems.rows[1]
    click(qtbot, row.listen)
    assert window.player.is_playing and window.player.solos == {row.stem.name} and row.listen.isChecked()
    heard = window.card.run(0.5)
    song = window.session.state.result.analysis.song
    alone = next(s.audio.samples for s in song.stems if s.name == row.stem.name)[:, 300 : heard.shape[1]]
    assert np.corrcoef(heard[0, 300:], alone[0])[0, 1] > 0.999
    click(qtbot, stems.rows[2].listen)
    assert window.player.solos == {stems.rows[2].stem.name} and not row.listen.isChecked()
    click(qtbot, stems.rows[2].listen)
    assert not window.player.solos


def test_stems_are_exported_and_nothing_is_written_over_unasked(
    stems: Any, window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    name = stems.rows[0].stem.name
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    stems.format.setCurrentText("FLAC, 24 bit")
    with qtbot.waitSignal(window.session.told):
        click(qtbot, stems.rows[0].export)
    samples, rate = soundfile.read(folder / f"{name}.flac", always_2d=True, dtype="float32")
    sound = window.session.state.result.analysis.song.stems[0].audio
    assert rate == 44100 and np.abs(samples.T - sound.samples).max() < 1e-6
    before = (folder / f"{name}.flac").stat().st_mtime_ns
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    click(qtbot, stems.rows[0].export)
    assert (folder / f"{name}.flac").stat().st_mtime_ns == before
    stems.format.setCurrentText("WAV, 16 bit")
    with qtbot.waitSignal(window.session.told):
        click(qtbot, stems.export_all)
    assert sorted(p.stem for p in folder.glob("*.wav")) == sorted(row.stem.name for row in stems.rows)


def rms_db(samples: np.ndarray) -> float:
    return 10 * float(np.log10(np.square(samples.astype(np.float64)).mean()))


def test_what_is_exported_with_accepted_moves_is_what_is_heard(
    stems: Any, window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A move accepted at 144 % on the vocals is in the file of the vocals and in that of the mix, at that amount; and not without."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    stems.format.setCurrentText("WAV, 32 bit float")
    song = window.session.state.result.analysis.song
    move = next(m for m in window.session.state.result.analysis.moves if m.kind == "level")
    row = next(r for r in stems.rows if r.stem.role == move.role)
    assert stems.mix.isVisible() and "as it is" in stems.mix.about.text()
    stems.moved.setChecked(True)
    assert "no move is accepted yet" in stems.mix.about.text()
    window.session.decide(move.id, Decision(True, 1.44))
    assert "with 1 accepted move" in stems.mix.about.text()
    for button in (row.export, stems.mix.export):
        with qtbot.waitSignal(window.session.told, timeout=10_000) as told:
            click(qtbot, button)
        assert "with 1 accepted move" in told.args[0]
    sound = next(s.audio for s in song.stems if s.name == row.stem.name).samples
    moved, whole = (
        soundfile.read(tmp_path / f"{name}.wav", always_2d=True, dtype="float32")[0].T
        for name in (row.stem.name, f"{window.session.state.result.analysis.track.name} with moves")
    )
    assert rms_db(moved) - rms_db(sound) == pytest.approx(1.44 * move.chain.gain_db, abs=0.05)
    added = whole - song.mix.samples  # nothing else of the mix has changed
    assert np.abs(added[:, : sound.shape[1]] - (moved - sound)).max() < 1e-5
    stems.moved.setChecked(False)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    with qtbot.waitSignal(window.session.told, timeout=10_000):
        click(qtbot, row.export)
    plain, _rate = soundfile.read(tmp_path / f"{row.stem.name}.wav", always_2d=True, dtype="float32")
    assert np.array_equal(plain.T, sound)


@pytest.mark.parametrize("button", ["export", "replace"])
def test_a_dialog_that_was_opened_for_another_mix_does_nothing(
    stems: Any, core: SeparatingCore, window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    def answer(*_words: Any) -> Any:
        with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):  # the queue brings another mix meanwhile
            drop(window, tmp_path / "other.wav")
        return str(tmp_path) if button == "export" else (str(tmp_path / "my.wav"), "")

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", answer)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    click(qtbot, getattr(stems.rows[0], button))
    assert "another mix has come to the screen" in window.message.text.lower()
    qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=10_000)
    assert [*tmp_path.glob("*.wav")] == [] and core.requests[-1].replacements == ()


def test_a_file_that_is_dropped_on_a_stem_takes_its_place(
    stems: Any, core: SeparatingCore, window: Any, qtbot: Any, tmp_path: Path
) -> None:
    row = next(r for r in stems.rows if r.stem.role == "bass")
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        drop(row, tmp_path / "my bass.wav")
    assert core.requests[-1].replacements == (("bass", tmp_path / "my bass.wav"),)
    assert next(r for r in stems.rows if r.stem.role == "bass").stem.origin == "supplied"


def replace_bass(window: Any, qtbot: Any, file: Path) -> None:
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        drop(next(r for r in window.stems.rows if r.stem.role == "bass"), file)


def origins(window: Any) -> dict[str, str]:
    return {row.stem.role: row.stem.origin for row in window.stems.rows}


def test_a_replaced_stem_is_told_by_its_files_name_and_no_longer_as_taken_from_the_mix(
    stems: Any, window: Any, qtbot: Any, tmp_path: Path
) -> None:
    assert "own" not in window.head.facts.text()
    replace_bass(window, qtbot, tmp_path / "my bass.wav")
    (row,) = [r for r in stems.rows if r.stem.role == "bass"]
    assert "Your own file, “my bass.wav”" in row.about.text()
    assert "1 of your own" in stems.notes.text() and "taken from the mix" in stems.notes.text()
    window.resize(1900, 1000)
    assert "own bass" in window.head.facts.accessibleName() + window.head.facts.text() + window.head.facts.toolTip()


def test_a_replaced_stem_can_be_undone_and_done_again(stems: Any, core: SeparatingCore, window: Any, qtbot: Any, tmp_path: Path) -> None:
    stack = window.session.state.undo_stack
    replace_bass(window, qtbot, tmp_path / "my bass.wav")
    assert stack.undoText() == "Replace stem" and origins(window)["bass"] == "supplied"
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        stack.undo()
    assert core.requests[-1].replacements == () and origins(window)["bass"] == "embedded"
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        stack.redo()
    assert core.requests[-1].replacements == (("bass", tmp_path / "my bass.wav"),) and origins(window)["bass"] == "supplied"
    analysed(qtbot, window, Path("another.wav"))
    assert stack.count() == 0


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_file_that_seems_to_be_something_else_is_asked_about_before_any_work(
    stems: Any, core: SeparatingCore, window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_wanted: bool
) -> None:
    asked: list[str] = []

    def question(_parent: Any, _title: str, text: str) -> Any:
        asked.append(text)
        return QMessageBox.StandardButton.Yes if is_wanted else QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", question)
    core.doubts = ("“snare.wav” sounds like drums, not bass.",)
    before = len(core.requests)
    drop(next(r for r in stems.rows if r.stem.role == "bass"), tmp_path / "snare.wav")
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    assert "sounds like drums" in asked[0] and asked[0].rstrip("</p>").endswith("all the same?")
    if is_wanted:
        qtbot.waitUntil(lambda: origins(window)["bass"] == "supplied", timeout=10_000)
    else:
        qtbot.waitUntil(lambda: not window.session.work.is_busy, timeout=10_000)
        assert len(core.requests) == before and window.session.state.undo_stack.count() == 0


def test_the_mix_is_separated_again_with_another_separator(
    stems: Any, core: SeparatingCore, window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [stems.separator.itemText(i) for i in range(stems.separator.count())]
    assert "Demucs htdemucs_ft: not installed" in entries
    model = stems.separator.model()
    assert not model.flags(model.index(entries.index("Demucs htdemucs: not installed"), 0)) & Qt.ItemFlag.ItemIsEnabled
    monkeypatch.setattr(weights, "installed", lambda name: Path("there") if name == "htdemucs" else None)
    stems.show_result(window.session.state.result)
    core.origin = "demucs:htdemucs"
    stems.separator.setCurrentIndex(stems.separator.findText("Demucs htdemucs"))
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        click(qtbot, stems.again)
    assert core.requests[-1].separator == "demucs:htdemucs"
    assert {row.stem.origin for row in stems.rows} == {"demucs:htdemucs"}


def test_own_stems_are_neither_replaced_nor_separated_again(core: SeparatingCore, window: Any, qtbot: Any) -> None:
    core.origin = "supplied"
    analysed(qtbot, window)
    window.views.setCurrentWidget(window.stems)
    assert not window.stems.again.isVisible()
    assert not any(row.replace.isVisible() for row in window.stems.rows)


def test_every_control_has_a_name_and_a_tooltip(stems: Any) -> None:
    for control in [*stems.findChildren(QPushButton), stems.format, stems.separator]:
        assert control.accessibleName() and control.toolTip()


def test_comparing_again_keeps_the_files_in_place_of_stems_and_the_separator(qtbot: Any, window: Any, tmp_path: Path) -> None:
    song, own = tmp_path / "song.wav", tmp_path / "own.wav"
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.open_mix(song, "embedded", (("vocals", own),))
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.compare_again()
    assert window.session.state.result is not None
    request = window.session.state.result.analysis.request
    assert (request.path, request.separator, request.replacements) == (song, "embedded", (("vocals", own),))
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.open_mix(tmp_path / "another.wav")
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        window.session.compare_again()
    assert window.session.state.result.analysis.request.replacements == ()


@pytest.mark.parametrize("size", [(900, 560), (1440, 900)])
def test_every_button_of_a_stem_is_whole_in_every_window(window: Any, stems: Any, size: tuple[int, int]) -> None:
    window.resize(*size)
    come_to_rest(window)
    port = stems._area.viewport()
    shown = [b for b in stems.findChildren(QPushButton) if b.isVisible()]
    assert len(shown) >= 4 * len(stems.rows)
    for button in shown:
        right = button.mapTo(port, QPoint(button.width(), 0)).x()
        assert right <= port.width() and button.width() >= button.minimumSizeHint().width(), button.accessibleName()


def test_how_loud_a_stem_is_has_a_sign(stems: Any) -> None:
    loud = replace(stems.rows[0].stem, values={**stems.rows[0].stem.values, "level": Measurement(1.0)})
    assert told_level(loud) == "+1.0 LU"
    assert told_level(replace(loud, values={**loud.values, "level": Measurement(-11.8)})).replace("\N{NO-BREAK SPACE}", " ") == "−11.8 LU"
