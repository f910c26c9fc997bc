"""Situations of the tenth kind: nothing in a file reaches the network."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from situations.files import Track, box, encode
from situations.program import Listener, extracted
from situations.song import part


def _reference_movie(port: int) -> bytes:
    """Return a movie that is an address alone, as film sites gave them out for several speeds of a modem."""
    address = f"http://127.0.0.1:{port}/film.mov\0".encode()
    entry = box(b"rmda", box(b"rdrf", struct.pack(">I4sI", 0, b"url ", len(address)) + address))
    return box(b"ftyp", b"qt  \0\0\2\0qt  ") + box(b"moov", box(b"rmra", entry))


LINKS: dict[str, Callable[[int], bytes]] = {
    "radio.wma": lambda port: f'<asx version="3.0"><entry><ref href="http://127.0.0.1:{port}/a.wma"/></entry></asx>'.encode(),
    "radio.mp3": lambda port: f"[Reference]\nRef1=http://127.0.0.1:{port}/a?MSWMExt=.asf\n".encode(),
    "trailer.mov": _reference_movie,
    "live.mp4": lambda port: f"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nhttp://127.0.0.1:{port}/1.ts\n#EXT-X-ENDLIST\n".encode(),
}


@pytest.mark.parametrize("name", LINKS)
def test_65_a_file_that_is_only_an_address_calls_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], listener: Listener, name: str
) -> None:
    """Old web radios and film sites gave out small files under the names of songs and films, which players follow to the network."""
    (tmp_path / name).write_bytes(LINKS[name](listener.port))
    found = extracted(capfd, tmp_path / "out", tmp_path / name)
    assert found.is_refused(), found.said
    assert not listener.is_called()


def test_66_a_movie_saved_as_a_reference_to_a_server_measures_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], listener: Listener
) -> None:
    """QuickTime saves movies that are not self-contained: the tables of the sound are here, the sound itself is elsewhere."""
    data = encode(tmp_path / "whole.mov", "mov", Track(part("mix", 1), "pcm_s16le")).read_bytes()
    begin = data.rindex(b"moov") - 4  # FFmpeg writes it at the end, behind the sound
    moov = bytearray(data[begin:])
    place = moov.index(b"dref") + 12  # of its one entry, which says that the sound is in this file
    old = struct.unpack(">I", moov[place : place + 4])[0]
    entry = box(b"url ", bytes(4) + f"http://127.0.0.1:{listener.port}/sound.mov\0".encode())
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = moov.rindex(name, 0, place) - 4
        moov[at : at + 4] = struct.pack(">I", struct.unpack(">I", moov[at : at + 4])[0] + len(entry) - old)
    moov[place : place + old] = entry
    (tmp_path / "edit.mov").write_bytes(box(b"ftyp", b"qt  \0\0\2\0qt  ") + moov)
    found = extracted(capfd, tmp_path / "out", tmp_path / "edit.mov")
    assert found.is_refused(), (found.said, found.songs)
    assert not listener.is_called()
