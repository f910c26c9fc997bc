"""Time stamps of Broadcast Wave files, wherever they stand."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import soundfile

from mixassistant.audio.broadcast import time_reference_s
from mixassistant.audio.decode import decode
from signals import noise

RATE = 48000
SHORT = noise(0, duration_s=0.5, rate=RATE)
_GUID = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"


def bext(samples: int) -> bytes:
    """Return the content of the chunk."""
    return b"A take".ljust(256, b"\0") + b"Recorder".ljust(64, b"\0") + b"2026-11-3012:00:00" + struct.pack("<QH", samples, 1) + bytes(254)


def stamped(path: Path, format_: str, samples: int, is_before: bool = True) -> Path:
    """Write a file, and put the chunk before or behind its samples."""
    soundfile.write(path, SHORT.samples.T, RATE, format=format_, subtype="PCM_24")
    data, content = path.read_bytes(), bext(samples)
    if format_ == "FLAC":
        block = b"riffbext" + struct.pack("<I", len(content)) + content
        end = 4 + 4 + 34
        last = data[4] & 0x80
        path.write_bytes(
            data[:4] + bytes([data[4] & 0x7F]) + data[5:end] + bytes([2 | last]) + len(block).to_bytes(3, "big") + block + data[end:]
        )
        return path
    if format_ == "W64":
        chunk = b"bext" + _GUID + struct.pack("<Q", 24 + len(content)) + content + bytes(-len(content) % 8)
        place = data.find(b"data" + _GUID)
        path.write_bytes(data[:16] + struct.pack("<Q", len(data) + len(chunk)) + data[24:place] + chunk + data[place:])
        return path
    chunk = b"bext" + struct.pack("<I", len(content)) + content
    place = data.find(b"data") if is_before else len(data)
    size = data[4:8] if format_ == "RF64" else struct.pack("<I", len(data) + len(chunk) - 8)
    path.write_bytes(data[:4] + size + data[8:place] + chunk + data[place:])
    return path


@pytest.mark.parametrize(("format_", "suffix", "is_before"), [
    ("WAV", "wav", True), ("WAV", "bwf", False), ("RF64", "wav", True), ("W64", "w64", True), ("FLAC", "flac", True),
])  # fmt: skip
@pytest.mark.parametrize("samples", [0, 1, RATE * 3600, RATE * 86399])
def test_the_stamp_is_the_time_since_midnight(tmp_path: Path, format_: str, suffix: str, is_before: bool, samples: int) -> None:
    path = stamped(tmp_path / f"a.{suffix}", format_, samples, is_before)
    assert time_reference_s(path) == samples / RATE
    assert decode(path).length == SHORT.length


@pytest.mark.parametrize(
    ("format_", "suffix"), [("WAV", "wav"), ("AIFF", "aiff"), ("FLAC", "flac"), ("W64", "w64"), ("OGG", "ogg"), ("MP3", "mp3")]
)
def test_a_file_without_a_stamp_has_none(tmp_path: Path, format_: str, suffix: str) -> None:
    soundfile.write(tmp_path / f"a.{suffix}", SHORT.samples.T, RATE, format=format_)
    assert time_reference_s(tmp_path / f"a.{suffix}") is None


def test_what_is_damaged_or_missing_has_none(tmp_path: Path) -> None:
    whole = stamped(tmp_path / "a.wav", "WAV", 12345).read_bytes()
    for length in (0, 3, 11, 20, 60, 300):
        (tmp_path / "b.wav").write_bytes(whole[:length])
        assert time_reference_s(tmp_path / "b.wav") is None
    assert time_reference_s(tmp_path / "none.wav") is None
    assert time_reference_s(tmp_path) is None
