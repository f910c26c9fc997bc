"""Situations of the sixth kind: formats, rates and clips."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from situations.files import Track, encode, write
from situations.program import extracted
from situations.song import CLOSE, RATE, loudness, part


def test_44_an_archive_of_forty_years_is_seen_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A station's shelf: Broadcast Waves that are called .bwf, Musicam for air, Wave64 of long concerts, and a collector's TTA."""
    shelf = tmp_path / "Archive"
    songs = {f"tape {n}": part("mix", n, seconds) for n, seconds in enumerate((4.1, 4.7, 7.9, 10.9), 1)}
    write(shelf / "tape 1.bwf", songs["tape 1"], subtype="PCM_24", kind="WAV")
    encode(shelf / "tape 2.mp2", "mp2", Track(songs["tape 2"], "mp2"))
    write(shelf / "tape 3.W64", songs["tape 3"], subtype="PCM_24", kind="W64")
    encode(shelf / "tape 4.tta", "tta", Track(songs["tape 4"], "tta"))
    found = extracted(capfd, tmp_path / "out", shelf)
    assert sorted(found.songs) == sorted(songs), found.said
    for name, samples in songs.items():
        assert found.lufs(name) == pytest.approx(loudness(samples), abs=CLOSE)


def test_45_a_transfer_at_352_8_khz_is_measured(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Labels of classical music record and sell DXD."""
    slow = part("mix", 1, 4.1)
    spectrum = np.fft.rfft(slow, axis=1)
    wide = np.zeros((2, slow.shape[1] * 4 + 1), complex)
    wide[:, : spectrum.shape[1]] = 8 * spectrum
    fast = np.fft.irfft(wide, slow.shape[1] * 8, axis=1).astype(np.float32)
    write(tmp_path / "DXD.wav", fast, 8 * RATE, "PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "DXD.wav")
    assert found.only["mix"]["sample_rate_hz"] == 352_800 or found.tells("352.8 kHz"), found.said
    assert found.lufs() == pytest.approx(loudness(slow), abs=CLOSE)


@pytest.mark.parametrize("seconds", [0.25, 1.4])
def test_46_one_shots_of_a_sample_library_are_measured_as_far_as_they_go(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], seconds: float
) -> None:
    """Who sorts samples by level measures kicks of a quarter of a second: no loudness by its definition then, but a peak."""
    samples = part("drums", 1)[:, : round(seconds * RATE)]
    write(tmp_path / "Kick 01.wav", samples)
    found = extracted(capfd, tmp_path / "out", tmp_path / "Kick 01.wav", only="lufs,sample_peak,true_peak")
    measured = found.only["mix"]["measurements"]
    peak = 20 * np.log10(np.abs(samples).max())
    assert any(m["value"] is not None and 0 <= m["value"] - peak + 0.1 < 1 for key, m in measured.items() if "peak" in key), measured
    if seconds < 0.4:  # one block of BS.1770
        assert measured["lufs"]["value"] is None and measured["lufs"]["reason"]
    else:
        assert measured["lufs"]["value"] == pytest.approx(loudness(samples), abs=CLOSE)


LIES = {
    "a film's sound as .mp3": ("ripped.mp3", "ipod", "aac"),
    "a wave as .flac": ("archived.flac", "wav", "pcm_s24le"),
    "an mp3 as .wav": ("beat.wav", "mp3", "libmp3lame"),
    "a flac as .aif": ("loop.aif", "flac", "flac"),
    "an mp3 in a wave": ("air.wav", "wav", "libmp3lame"),
    "a WavPack as .flac": ("saved.flac", "wv", "wavpack"),
}


@pytest.mark.parametrize("kind", LIES)
def test_47_a_file_is_what_it_holds_and_not_what_it_is_called(tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str) -> None:
    """Download sites and renaming tools give the suffix that somebody asked for; old stations put MP3 into RIFF files."""
    name, format_, codec = LIES[kind]
    truth = part("mix", 2)
    encode(tmp_path / name, format_, Track(truth, codec))
    found = extracted(capfd, tmp_path / "out", tmp_path / name)
    assert found.songs, found.said
    assert found.only["mix"]["duration_s"] == pytest.approx(truth.shape[1] / RATE, abs=0.1)
    assert found.lufs() == pytest.approx(loudness(truth), abs=CLOSE)


def test_48_an_opus_file_is_as_loud_as_its_header_says(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Gain tools write the loudness of a podcast into the Opus header, whose gain every decoder must apply (RFC 7845, 5.1)."""
    truth = part("mix", 3, 6.3, 48000)
    encode(tmp_path / "set.opus", "opus", Track(truth, "libopus"), 48000)
    data = bytearray((tmp_path / "set.opus").read_bytes())
    head = data.index(b"OpusHead")
    data[head + 16 : head + 18] = struct.pack("<h", -9 * 256)  # dB in Q7.8
    data[22:26] = bytes(4)
    data[22:26] = struct.pack("<I", _ogg_crc(bytes(data[: 27 + data[26] + sum(data[27 : 27 + data[26]])])))
    (tmp_path / "set.opus").write_bytes(data)
    found = extracted(capfd, tmp_path / "out", tmp_path / "set.opus")
    assert found.lufs() == pytest.approx(loudness(truth, 48000) - 9, abs=2 * CLOSE), found.said


def _ogg_crc(page: bytes) -> int:
    """Return the checksum of an Ogg page whose own is zero (RFC 3533: polynomial 0x04c11db7, no reflection)."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 1 << 31 else crc << 1) & 0xFFFFFFFF
    return crc
