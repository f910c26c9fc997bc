"""Encodings for others: what comes back is what went in, as well as each of them can."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import signals
from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode, probe
from mixassistant.audio.encodings import ENCODINGS, write_encoded
from mixassistant.errors import UsageError

STEPS = {"flac": 2**-23, "wav24": 2**-23, "wav16": 2**-15, "wav32f": 0.0}


@pytest.mark.parametrize("name", STEPS)
def test_lossless_ones_come_back_to_their_last_digit(tmp_path: Path, name: str) -> None:
    music, path = signals.music(1), tmp_path / f"a{ENCODINGS[name].suffix}"
    write_encoded(music, path, name)
    assert np.abs(decode(path).samples - music.samples).max() <= STEPS[name]


@pytest.mark.parametrize("name", ["mp3", "ogg"])
@pytest.mark.parametrize("rate", [44100, 48000])
def test_lossy_ones_come_back_at_their_length_and_in_their_place(tmp_path: Path, name: str, rate: int) -> None:
    music, path = signals.music(2, 6.0, rate), tmp_path / f"a{ENCODINGS[name].suffix}"
    write_encoded(music, path, name)
    back = decode(path)
    assert (back.sample_rate_hz, back.channels) == (rate, 2) and abs(back.length - music.length) <= 1152
    length = min(back.length, music.length)
    rest = back.samples[:, :length] - music.samples[:, :length]
    assert 10 * np.log10(np.square(rest).mean() / np.square(music.samples).mean()) < -15


def test_bit_rate_and_quality_are_what_the_file_weighs(tmp_path: Path) -> None:
    noise = signals.noise(0, -20.0, 4.0)
    for kbps in (128, 320):
        write_encoded(noise, tmp_path / "a.mp3", "mp3", kbps=kbps)
        assert (tmp_path / "a.mp3").stat().st_size * 8 / 4000 == pytest.approx(kbps, rel=0.04)
    sizes = []
    for quality in (0.0, 5.0, 10.0):
        write_encoded(noise, tmp_path / "a.ogg", "ogg", quality=quality)
        sizes.append((tmp_path / "a.ogg").stat().st_size)
    assert sizes[0] < sizes[1] < sizes[2]


@pytest.mark.parametrize(("rate", "wanted"), [(96000, 48000), (88200, 44100), (192000, 48000), (32000, 32000)])
def test_an_mp3_of_a_rate_that_it_does_not_know_is_made_at_one_that_it_does(tmp_path: Path, rate: int, wanted: int) -> None:
    write_encoded(signals.sine(440.0, duration_s=2.0, rate=rate), tmp_path / "a.mp3", "mp3")
    assert probe(tmp_path / "a.mp3").sample_rate_hz == wanted


def test_samples_beyond_full_scale_are_clipped_where_they_cannot_be_kept(tmp_path: Path) -> None:
    loud = Audio(1.5 * signals.sine(200.0, -1.0, 2.0, 44100).samples, 44100)
    for name in ENCODINGS:
        path = tmp_path / f"a{ENCODINGS[name].suffix}"
        write_encoded(loud, path, name)
        peak = float(np.abs(decode(path).samples).max())
        assert peak > 1.3 if name == "wav32f" else peak <= 1.12  # a codec overshoots what was clipped


@pytest.mark.parametrize(("name", "kbps", "quality"), [("aac", 320, 6.0), ("mp3", 16, 6.0), ("mp3", 512, 6.0), ("ogg", 320, 11.0)])
def test_what_no_encoding_knows_is_refused_and_nothing_is_written(tmp_path: Path, name: str, kbps: int, quality: float) -> None:
    with pytest.raises(UsageError):
        write_encoded(signals.music(1), tmp_path / "a.mp3", name, kbps, quality)
    assert not [*tmp_path.iterdir()]
