"""Situations of the ninth and the tenth kind: what is no audio is told for what it is, and nothing in a file reaches the network."""

from __future__ import annotations

import gzip
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mixassistant.cli import main
from situations.files import write
from situations.program import extracted
from situations.song import CLOSE, loudness, part

PAGE = b"""<!DOCTYPE html>
<html lang="en"><head><title>Sign in</title></head><body><form action="/login"><input name="user"></form></body></html>
"""
MIDI = b"MThd" + struct.pack(">IHHH", 6, 0, 1, 96) + b"MTrk" + struct.pack(">I", 12) + bytes.fromhex("00903c4060803c4000ff2f00")
FLP = b"FLhd" + struct.pack("<IHHH", 6, 0, 4, 96) + b"FLdt" + struct.pack("<I", 8) + bytes(8)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010101004800480000ffdb0043") + bytes(64) + bytes.fromhex("ffd9")
LIVE = gzip.compress(b'<?xml version="1.0" encoding="UTF-8"?>\n<Ableton MajorVersion="5" Creator="Ableton Live 11.3"></Ableton>')
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(64)
NO_AUDIO: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "Hit Song.mp3": (PAGE, ("web page", "html", "website")),
    "melody.mid": (MIDI, ("midi",)),
    "beat.flp": (FLP, ("fl studio", "project")),
    "Set.als": (LIVE, ("ableton", "project")),
    "stems.rar": (RAR, ("archive", "unpack")),
    "Front.wav": (JPEG, ("image", "picture", "jpeg")),
}


@pytest.mark.parametrize("name", NO_AUDIO)
def test_55_what_is_no_audio_is_told_for_what_it_is(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    """People drop what they were sent: a download that is the shop's login page, a melody, a project, an archive, a sleeve."""
    content, words = NO_AUDIO[name]
    (tmp_path / name).write_bytes(content)
    found = extracted(capfd, tmp_path / "out", tmp_path / name)
    assert found.is_refused(), found.said
    shown = found.said.lower().replace(name.lower(), "")
    assert any(word in shown for word in words), found.said


def test_56_a_logic_project_is_no_folder_of_stems(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A Mac shows a project as one thing; elsewhere it is a folder, whose recordings are takes and no stems: their sum is no mix."""
    project = tmp_path / "Ballad.logicx"
    for name, samples in (("Drums#01", part("drums")), ("Vox#01", part("voice")), ("Vox#02", part("voice")), ("Bass#03", part("bass"))):
        write(project / "Media" / "Audio Files" / f"{name}.wav", samples)
    (project / "Alternatives" / "000").mkdir(parents=True)
    (project / "Alternatives" / "000" / "ProjectData").write_bytes(bytes(256))
    found = extracted(capfd, tmp_path / "out", project)
    shown = found.said.lower().replace("ballad.logicx", "")
    assert "logic" in shown or "project" in shown, found.said
    assert found.is_refused() or found.songs


@pytest.fixture
def listener() -> Iterator[tuple[int, Callable[[], bool]]]:
    """Return a port of this machine and a question: has anybody called?"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        def is_called() -> bool:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], is_called


def test_57_a_playlist_of_windows_is_its_songs_that_are_there(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], listener: tuple[int, Callable[[], bool]]
) -> None:
    """An M3U of an old player: code page 1252, backslashes, a song that is gone and a radio station in between."""
    port, is_called = listener
    write(tmp_path / "music" / "Motörhead" / "Ace.flac", part("mix", 1), subtype="PCM_16")
    lines = ["#EXTM3U", "#EXTINF:6,Motörhead - Ace", r"Motörhead\Ace.flac", f"http://127.0.0.1:{port}/live.mp3", r"Gone\Away.mp3", ""]
    (tmp_path / "music" / "party.m3u").write_bytes("\r\n".join(lines).encode("cp1252"))
    capfd.readouterr()
    words = ["references", "add", str(tmp_path / "music" / "party.m3u"), "--separator", "embedded", "--device", "cpu"]
    code = main(words, lambda _files, _demo: 0)
    shown, errors = capfd.readouterr()
    assert shown.count("Added ") == 1 and "Ace" in shown, (shown, errors)
    value = float(shown.split(":")[1].split()[0].replace("−", "-"))
    assert value == pytest.approx(loudness(part("mix", 1)), abs=CLOSE)
    assert code in (0, 3)
    assert "Away" in errors + shown, "a song that is gone is told"
    assert not is_called()


def test_58_an_album_with_its_papers_is_its_songs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], listener: tuple[int, Callable[[], bool]]
) -> None:
    """A ripped album holds its cue sheet, lists of players, a log, scans and a checksum file: none of them is a song or an error."""
    port, is_called = listener
    lengths = {1: 4.1, 3: 7.9}
    folder = tmp_path / "Album"
    for number, seconds in lengths.items():
        write(folder / f"{number:02} Track.flac", part("mix", number, seconds), subtype="PCM_16")
    (folder / "Album.cue").write_text('FILE "01 Track.flac" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n')
    (folder / "Album.m3u8").write_text(f"#EXTM3U\n01 Track.flac\nhttp://127.0.0.1:{port}/more.mp3\n")
    (folder / "Album.pls").write_text(f"[playlist]\nFile1=http://127.0.0.1:{port}/x.mp3\nNumberOfEntries=1\n")
    (folder / "Album.log").write_text("Exact Audio Copy V1.6\n")
    (folder / "Album.md5").write_text("d41d8cd98f00b204e9800998ecf8427e *01 Track.flac\n")
    (folder / "Scans").mkdir()
    (folder / "Scans" / "front.jpg").write_bytes(JPEG)
    found = extracted(capfd, tmp_path / "out", folder)
    assert found.code == 0 and not found.errors, found.said
    assert sorted(found.songs) == ["01 Track", "03 Track"]
    assert not is_called()


def _reference_movie(port: int) -> bytes:
    def box(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(content), name) + content

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
def test_59_a_file_that_is_only_an_address_calls_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], listener: tuple[int, Callable[[], bool]], name: str
) -> None:
    """Old web radios and film sites gave out small files under the names of songs and films, which players follow to the network."""
    port, is_called = listener
    (tmp_path / name).write_bytes(LINKS[name](port))
    found = extracted(capfd, tmp_path / "out", tmp_path / name)
    assert found.is_refused(), found.said
    assert not is_called()
