"""Situations of the ninth kind: what is no audio is told for what it is, lists are read, and decoders keep quiet."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from situations.files import write
from situations.program import Listener, extracted
from situations.song import CLOSE, RATE, loudness, part

from mixassistant.cli import main

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
def test_60_what_is_no_audio_is_told_for_what_it_is(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    """People drop what they were sent: a download that is the shop's login page, a melody, a project, an archive, a sleeve."""
    content, words = NO_AUDIO[name]
    (tmp_path / name).write_bytes(content)
    found = extracted(capfd, tmp_path / "out", tmp_path / name)
    assert found.is_refused(), found.said
    shown = found.said.lower().replace(name.lower(), "")
    assert any(word in shown for word in words), found.said


def test_61_a_logic_project_is_no_folder_of_stems(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A Mac shows a project as one thing; elsewhere it is a folder, whose recordings are takes and no stems: their sum is no mix."""
    project = tmp_path / "Ballad.logicx"
    for name, samples in (("Drums#01", part("drums")), ("Vox#01", part("voice")), ("Vox#02", part("voice")), ("Bass#03", part("bass"))):
        write(project / "Media" / "Audio Files" / f"{name}.wav", samples)
    (project / "Alternatives" / "000").mkdir(parents=True)
    (project / "Alternatives" / "000" / "ProjectData").write_bytes(bytes(256))
    found = extracted(capfd, tmp_path / "out", project)
    shown = found.said.lower().replace("ballad.logicx", "")
    assert "logic" in shown or "project" in shown, found.said


def test_62_a_playlist_of_windows_is_its_songs_that_are_there(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], listener: Listener
) -> None:
    """An M3U of an old player: code page 1252, backslashes, a song that is gone and a radio station in between."""
    write(tmp_path / "music" / "Motörhead" / "Ace.flac", part("mix", 1), subtype="PCM_16")
    lines = [
        "#EXTM3U",
        "#EXTINF:6,Motörhead - Ace",
        r"Motörhead\Ace.flac",
        f"http://127.0.0.1:{listener.port}/live.mp3",
        r"Gone\Away.mp3",
        "",
    ]
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
    assert not listener.is_called()


def test_63_an_album_with_its_papers_is_its_songs(tmp_path: Path, capfd: pytest.CaptureFixture[str], listener: Listener) -> None:
    """A ripped album holds its cue sheet, lists of players, a log, scans and a checksum file: none of them is a song or an error."""
    lengths = {1: 4.1, 3: 7.9}
    folder = tmp_path / "Album"
    for number, seconds in lengths.items():
        write(folder / f"{number:02} Track.flac", part("mix", number, seconds), subtype="PCM_16")
    (folder / "Album.cue").write_text('FILE "01 Track.flac" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n')
    (folder / "Album.m3u8").write_text(f"#EXTM3U\n01 Track.flac\nhttp://127.0.0.1:{listener.port}/more.mp3\n")
    (folder / "Album.pls").write_text(f"[playlist]\nFile1=http://127.0.0.1:{listener.port}/x.mp3\nNumberOfEntries=1\n")
    (folder / "Album.log").write_text("Exact Audio Copy V1.6\n")
    (folder / "Album.md5").write_text("d41d8cd98f00b204e9800998ecf8427e *01 Track.flac\n")
    (folder / "Scans").mkdir()
    (folder / "Scans" / "front.jpg").write_bytes(JPEG)
    found = extracted(capfd, tmp_path / "out", folder)
    assert found.code == 0 and not found.tells("cannot", "no audio"), found.said
    assert sorted(found.songs) == ["01 Track", "03 Track"]
    assert not listener.is_called()


@pytest.mark.parametrize("kind", ["noise", "zeros", "text"])
def test_64_a_scratch_in_an_mp3_is_no_matter_for_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str) -> None:
    """A bad sector, or a proxy's words in the middle of a download: decoders print what they think of it, on and on."""
    truth = part("mix", 3)
    data = bytearray(write(tmp_path / "song.mp3", truth).read_bytes())
    middle, length = len(data) // 2, 3000
    rng = np.random.default_rng(9)
    holes = {"noise": rng.integers(0, 256, length, dtype=np.uint8).tobytes(), "zeros": bytes(length), "text": b"<p>try again</p>\n" * 180}
    data[middle : middle + length] = holes[kind][:length]
    (tmp_path / "song.mp3").write_bytes(data)
    found = extracted(capfd, tmp_path / "out", tmp_path / "song.mp3")
    assert all(line.startswith("mixassistant: ") for line in found.errors), found.errors
    assert len(found.errors) <= 1
    if found.songs:
        is_whole = abs(found.only["mix"]["duration_s"] - truth.shape[1] / RATE) < 0.5 and abs(found.lufs() - loudness(truth)) < 2 * CLOSE
        assert is_whole or found.tells("damaged", "breaks off", "shorter", "differ"), found.said
