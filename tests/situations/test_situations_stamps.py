"""Situations of the fourth kind: Broadcast Wave files say when they begin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from situations.files import stamped
from situations.program import extracted
from situations.song import CLOSE, RATE, Samples, loudness, mixed, rolled, song

from mixassistant.stems.drop import open_song

HOUR_S = 3600.0  # where sessions for film, and many others, begin
PLACED = "stamp", "moved", "placed", "later", "starts", "begins", "time reference"


def is_heard(found: Samples, truth: Samples) -> bool:
    """Tell whether two mixes are the same but for a thousandth of the energy."""
    if found.shape != truth.shape:
        return False
    return float(np.square(found - truth).mean()) < 1e-3 * float(np.square(truth).mean())


def test_31_clips_that_were_not_padded_stand_where_they_were_recorded(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Post-production and Pro Tools users send clips with stamps in place of silence: the verse, and the chorus that follows it."""
    parts = song(1)
    verse, chorus = parts["voice"][:, : 3 * RATE], parts["keys"][:, : 4 * RATE]
    clips = {"Drums": (parts["drums"], 0.0), "Bass": (parts["bass"], 0.0), "Vox Verse": (verse, 0.0), "Rhodes Chorus": (chorus, 4.25)}
    for name, (samples, start) in clips.items():
        stamped(tmp_path / "Song" / f"{name}.wav", samples, HOUR_S + start)
    truth = mixed(*(rolled(samples, start) for samples, start in clips.values()))
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.only["mix"]["duration_s"] == pytest.approx(8.25, abs=0.01), found.said
    assert found.lufs() == pytest.approx(loudness(truth), abs=CLOSE)
    opened = open_song(tmp_path / "Song")
    assert is_heard(opened.mix.samples, truth)
    assert any(word in " ".join((*opened.warnings, found.said)).lower() for word in PLACED), opened.warnings


def test_32_a_stamp_counts_samples_of_its_own_file(tmp_path: Path) -> None:
    """A live recorder ran at 48 kHz and the overdub at 96 kHz: the same time of day is twice the number there."""
    parts, fine = song(2, 6.3, 48000), song(3, 3.1, 96000)
    start = 10 * HOUR_S + 1234.5
    for name, samples, rate, later in (
        ("Drums", parts["drums"], 48000, 0.0), ("Bass", parts["bass"], 48000, 0.0), ("Keys", parts["keys"], 48000, 0.0),
        ("Lead Vox", fine["voice"], 96000, 2.0),
    ):  # fmt: skip
        stamped(tmp_path / "Song" / f"{name}.wav", samples, start + later, rate)
    voice = next(stem for stem in open_song(tmp_path / "Song").stems if stem.role == "vocals").audio
    heard = np.flatnonzero(np.abs(voice.samples[0]) > 1e-3)
    truth = np.flatnonzero(np.abs(fine["voice"][0]) > 1e-3)
    assert heard[0] / voice.sample_rate_hz == pytest.approx(2.0 + truth[0] / 96000, abs=0.01)
    assert voice.duration_s == pytest.approx(6.3, abs=0.01)


def test_33_stems_of_an_afternoon_begin_together(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A multitrack recorder stamps all tracks with the time of day: that moves nothing, and nobody needs to hear of it."""
    parts = song(3)
    for name, samples in zip(("Drums", "Bass", "Keys", "Vox"), parts.values(), strict=True):
        stamped(tmp_path / "Song" / f"{name}.wav", samples, 14 * HOUR_S + 195.25)
    opened = open_song(tmp_path / "Song")
    assert is_heard(opened.mix.samples, mixed(*parts.values()))
    assert opened.warnings == ()
    assert extracted(capfd, tmp_path / "out", tmp_path / "Song").lufs() == pytest.approx(loudness(mixed(*parts.values())), abs=CLOSE)


@pytest.mark.parametrize("odd_s", [0.0, 23 * HOUR_S], ids=["a file that lost its stamp", "a file of another day"])
def test_34_one_stamp_that_cannot_be_meant_puts_no_hour_of_silence_into_the_song(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], odd_s: float
) -> None:
    """One stem went through a program that drops or renews the stamp; all four are of one length and were exported from one place."""
    parts = song(4)
    for name, samples in zip(("Drums", "Bass", "Keys", "Vox"), parts.values(), strict=True):
        stamped(tmp_path / "Song" / f"{name}.wav", samples, odd_s if name == "Vox" else HOUR_S)
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.only["mix"]["duration_s"] == pytest.approx(6.3, abs=0.01), found.said
    assert found.lufs() == pytest.approx(loudness(mixed(*parts.values())), abs=CLOSE)
