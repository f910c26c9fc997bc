"""The page of delivery: every target's numbers, one chosen and remembered, heard as B, written as a master, told in the report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from sound_card import SoundCard
from window_driver import FakeCore, analysed, run_until

from mixassistant.advice.audition import loudness_lufs
from mixassistant.advice.decision import Decision
from mixassistant.advice.targets import load_targets
from mixassistant.analysis import Request
from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.true_peak import true_peak
from mixassistant.features.descriptor import Measurement
from mixassistant.gui.background.result import Result
from mixassistant.progress import Progress
from mixassistant.settings import load_settings
from signals import music, scaled


class MusicCore(FakeCore):
    """Its songs are loud music, and measure what they sound like."""

    lufs: float | None = None

    def analyze(self, request: Request, progress: Progress) -> Result:
        made = super().analyze(request, progress)
        mix = scaled(music(duration_s=6.0), 6.0)
        own = {"lufs": Measurement(loudness_lufs(mix)), "true_peak": Measurement(20 * float(np.log10(true_peak(mix))))}
        track = replace(made.analysis.track, mix={**made.analysis.track.mix, **own})
        return replace(made, analysis=replace(made.analysis, track=track, song=replace(made.analysis.song, mix=mix)))


@pytest.fixture
def core(tmp_path: Path) -> MusicCore:
    return MusicCore(tmp_path / "library.sqlite3")


@pytest.fixture
def page(window: Any, qtbot: Any) -> Any:
    card = SoundCard()
    window.player.open_stream = card.open
    window.card = card
    analysed(qtbot, window)
    window.views.setCurrentWidget(window.delivery)
    return window.delivery


def heard_at(window: Any) -> Audio:
    """Return what B is, at full volume and without level match."""
    voice_of = window.player._voice()
    total = np.zeros((2, voice_of.length), np.float32)
    for layer in voice_of.layers:
        total[:, layer.start : layer.start + layer.samples.shape[1]] += np.float32(layer.gain) * layer.samples
    return Audio(total, window.session.state.result.analysis.song.mix.sample_rate_hz)


def hear(page: Any, button: Any = None) -> None:
    (button or page.hear).click()
    assert run_until(lambda: page.told.text().startswith("B: "))


def test_before_a_mix_it_says_what_it_will_show(window: Any) -> None:
    window.views.setCurrentWidget(window.delivery)
    assert window.delivery.headline.text().startswith("Open a mix")
    assert not window.delivery.hear.isVisible()


def test_every_target_has_its_row_with_a_mark_beside_the_colour(page: Any) -> None:
    names = [page.table.item(row, 0).text().rstrip(" *") for row in range(page.table.rowCount())]
    assert names == [target.name for target in load_targets().values()]
    for row, plan in enumerate(page._session.delivery.plans):
        last = page.table.item(row, 4).text()
        assert last[0] == ("▲" if plan.is_over else "✓")
        assert page.table.item(row, 0).text().endswith("*") == (not plan.target.is_published)
    assert page.headline.text().startswith("Spotify ")


def test_a_target_is_chosen_with_the_arrow_keys_and_remembered(page: Any, window: Any, qtbot: Any) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.headline.text().startswith("Apple Music ")
    assert window.session.state.settings.delivery_target == "apple-music"
    assert page.codec.currentData() == "aac 256"
    assert run_until(lambda: load_settings().delivery_target == "apple-music")


def test_what_is_heard_as_b_is_as_loud_as_the_target_wants_it(page: Any, window: Any) -> None:
    hear(page)
    player = window.player
    assert player.source == "suggestion" and player.version == "Spotify"
    assert window.transport.sources["suggestion"].accessibleName() == "B  Spotify"
    player.set_match(False)
    heard = heard_at(window)
    assert loudness_lufs(heard) == pytest.approx(-14.0, abs=0.15)
    assert 20 * np.log10(true_peak(heard)) <= -1.0 + 0.1
    player.set_match(True)
    assert loudness_lufs(heard_at(window)) == pytest.approx(min(player.mix_lufs, -14.0), abs=0.15)


def test_a_codec_is_heard_and_its_peaks_go_into_the_table_of_the_report(page: Any, window: Any, tmp_path: Path, qtbot: Any) -> None:
    page.as_master.setChecked(False)
    page.codec.setCurrentIndex(page.codec.findData("aac 256"))
    hear(page)
    assert "After AAC at 256 kbit/s" in page.told.text()
    window.player.set_match(False)
    heard, mix = heard_at(window), window.session.state.result.analysis.song.mix
    left = heard.samples - mix.samples
    assert -60.0 < 10 * np.log10((left**2).mean() / (mix.samples**2).mean()) < -12.0
    window.session.export(tmp_path / "report.json")
    assert run_until((tmp_path / "report.json").exists)
    (entry,) = json.loads((tmp_path / "report.json").read_text("utf-8"))["delivery"]
    assert entry["target"] == "spotify" and entry["codec"]["name"] == "aac"


def test_what_a_codec_changes_is_heard_alone(page: Any, window: Any) -> None:
    assert not page.difference.isEnabled()
    page.codec.setCurrentIndex(page.codec.findData("mp3 128"))
    page.as_master.setChecked(False)
    hear(page, page.difference)
    mix = window.session.state.result.analysis.song.mix
    window.player.set_match(True)  # it stays as quiet as it is
    power = (heard_at(window).samples ** 2).mean() / (mix.samples**2).mean()
    assert 10 * np.log10(power) < -12.0
    assert "Level match" not in page.told.text()


def test_accepted_moves_are_delivered_unless_they_are_left_out(page: Any, window: Any) -> None:
    assert not page.with_moves.isEnabled() and page.sent().moves == ()
    move = next(m for m in window.session.state.result.analysis.moves if m.place.role == "mix" or m.kind == "eq")
    window.session.decide(move.id, Decision(True, 1.5))
    assert page.with_moves.isEnabled()
    ((sent, chain),) = page.sent().moves
    assert sent.id == move.id and chain != move.chain
    page.with_moves.setChecked(False)
    assert page.sent().moves == ()


def test_a_master_is_written_and_measured(page: Any, window: Any, tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_words: (str(path), "FLAC (*.flac)"))
    page.write.click()
    assert run_until((tmp_path / "out.flac").exists)
    written = decode(tmp_path / "out.flac")
    assert loudness_lufs(written) == pytest.approx(-14.0, abs=0.1)
    assert 20 * np.log10(true_peak(written)) <= -1.0 + 0.1
    assert run_until(lambda: "master written" in window.message.text)


def test_the_mix_itself_is_not_written_over(page: Any, window: Any, tmp_path: Path, monkeypatch: Any) -> None:
    mix = tmp_path / "song.wav"
    mix.write_bytes(b"audio")
    window.session.state.source = mix
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_words: (str(mix), "WAV (*.wav)"))
    told: list[str] = []
    window.session.told.connect(lambda text, _is_error: told.append(text))
    page.write.click()
    assert len(told) == 1 and "is the mix itself" in told[0]
    assert mix.read_bytes() == b"audio"


def test_another_mix_takes_what_was_told_of_the_one_before_away(page: Any, window: Any, qtbot: Any) -> None:
    hear(page)
    analysed(qtbot, window, Path("another.wav"))
    assert page.told.text() == "" and window.player.version == ""
    assert window.transport.sources["suggestion"].accessibleName() == "B  Suggestion"


@pytest.mark.parametrize("width", [900, 1280, 1440, 1920])
def test_nothing_on_it_is_cut_off_at_its_side(page: Any, window: Any, width: int) -> None:
    window.resize(width, 900)
    assert run_until(lambda: window.width() == width)
    assert run_until(lambda: page.widget().width() <= page.viewport().width())
    for widget in (page.hear, page.difference, page.write, page.codec, page.as_master):
        right = widget.mapTo(page.viewport(), widget.rect().topRight()).x()
        assert right <= page.viewport().width()
    if page.chooser.isHidden():
        assert page.table.viewport().width() >= page.table.horizontalHeader().length()
