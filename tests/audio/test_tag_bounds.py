"""Packed tags are unpacked within bounds, whatever container they are in."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixassistant.audio.tag_bounds import UNPACKED_BYTES, bounded_tags
from mixassistant.audio.tags import read_tags


def frame(name: bytes, text: bytes, *, version: int = 3, is_packed: bool = True) -> bytes:
    """Return an ID3 frame with a text in Latin-1."""
    content = b"\0" + text
    if not is_packed:
        return name + struct.pack(">IH", len(content), 0) + content
    packed = zlib.compress(content, 9)
    if version == 3:
        return name + struct.pack(">IH", len(packed) + 4, 0x0080) + struct.pack(">I", len(content) & 0xFFFFFFFF) + packed
    return name + synchsafe(len(packed) + 4) + b"\0\x09" + synchsafe(len(content)) + packed


def synchsafe(value: int) -> bytes:
    return bytes(value >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3(*frames: bytes, version: int = 3) -> bytes:
    body = b"".join(frames)
    return b"ID3" + bytes([version, 0, 0]) + synchsafe(len(body)) + body


def sound(kind: str) -> bytes:
    made = io.BytesIO()
    soundfile.write(made, np.zeros((4410, 2), np.float32), 44_100, format=kind)
    return made.getvalue()


def in_file(path: Path, tag: bytes) -> Path:
    """Write a short sound with an ID3 tag, where its container has one."""
    if path.suffix == ".mp3":
        path.write_bytes(tag + sound("MP3"))
    else:
        wave = sound("WAV") + b"id3 " + struct.pack("<I", len(tag)) + tag + bytes(len(tag) % 2)
        path.write_bytes(wave[:4] + struct.pack("<I", len(wave) - 8) + wave[8:])
    return path


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("suffix", [".mp3", ".wav"])
def test_packed_titles_are_read(tmp_path: Path, suffix: str, version: int) -> None:
    tag = id3(frame(b"TIT2", b"A song", version=version), version=version)
    assert read_tags(in_file(tmp_path / f"a{suffix}", tag)) in ({"title": "A song"}, {})
    with bounded_tags():
        import mutagen

        assert str(mutagen.File(tmp_path / f"a{suffix}").tags["TIT2"]) == "A song"


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("suffix", [".mp3", ".wav"])
def test_a_bomb_takes_no_more_memory_than_the_bound(tmp_path: Path, suffix: str, version: int) -> None:
    # Many frames that are each small enough, and one that is not: a megabyte that unpacks to a gigabyte.
    many = [frame(b"TXXX", b"%d\0" % index + b"a" * 900_000, version=version) for index in range(1000)]
    tag = id3(*many, frame(b"COMM", b"eng\0" + bytes(200 << 20), version=version), version=version)
    path = in_file(tmp_path / f"bomb{suffix}", tag)
    assert path.stat().st_size < 2 << 20
    tracemalloc.start()
    try:
        read_tags(path)
        assert tracemalloc.get_traced_memory()[1] < 8 * UNPACKED_BYTES
    finally:
        tracemalloc.stop()


def test_the_bound_is_for_each_file_and_gone_after_it(tmp_path: Path) -> None:
    import mutagen

    tag = id3(frame(b"TIT2", b"A song"), frame(b"TXXX", b"x\0" + b"a" * (UNPACKED_BYTES + 1)))
    path = in_file(tmp_path / "a.mp3", tag)
    for _ in range(2):
        assert read_tags(path)["title"] == "A song"
    with bounded_tags():
        assert "TXXX:x" not in mutagen.File(path).tags
    assert "TXXX:x" in mutagen.File(path).tags  # so it is unpacked by the name that is bounded
