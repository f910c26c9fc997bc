"""Playlists name songs: those that are on this disk are taken, all others are told, and nothing is asked of the network."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import Look, look, songs_at
from mixassistant.stems.playlists import Playlist, entries, notes_on
from signals import noise

Write = Callable[..., Path]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "Music"
    for name in ("one.wav", "Disc 1/two.wav", "drei größer.wav", "100% four.flac", "five #5;.wav"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def names(found: Playlist) -> list[str]:
    return [path.name for path in found.files]


PLS = "[playlist]\nNumberOfEntries=2\nFile1=one.wav\nTitle1=One\nLength1=3\nfile2 = Disc 1/two.wav\nVersion=2\n"
CUE = 'PERFORMER "A"\r\nFILE "one.wav" WAVE\r\n  TRACK 01 AUDIO\r\n    INDEX 01 00:00:00\r\nFILE "Disc 1\\two.wav" WAVE\r\n'
XSPF = (
    '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>one.wav</location></track>'
    "<track><location>Disc%201/two.wav</location></track></trackList></playlist>"
)


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("liked.m3u", "#EXTM3U\n#EXTINF:4,One\none.wav\n\nDisc 1/two.wav\n", "utf-8"),
        ("liked.m3u8", "one.wav\r\n./Disc 1/two.wav\r\none.wav\r\n", "utf-8-sig"),
        ("liked.m3u", "one.wav\rDisc 1\\two.wav", "utf-16"),
        ("LIKED.M3U", "{folder}/one.wav\nfile://{address}/Disc%201/two.wav\n", "utf-8"),
        ("liked.m3u", "file://localhost{address}/one.wav\nDisc%201/two.wav\n", "utf-8"),
        ("liked.pls", PLS, "utf-8"),
        ("liked.cue", CUE, "utf-8"),
        ("liked.xspf", XSPF, "utf-8"),
    ],
)
def test_every_kind_of_list_names_its_files_in_order_and_each_once(music: Path, name: str, text: str, encoding: str) -> None:
    address = music.as_posix() if music.as_posix().startswith("/") else f"/{music.as_posix()}"
    path = written(music, name, text.replace("{folder}", str(music)).replace("{address}", address), encoding)
    found = entries(path)
    assert found.files == (music / "one.wav", music / "Disc 1" / "two.wav")
    assert (found.missing, found.remote, found.moved) == ((), (), ())
    assert songs_at(path) == list(found.files)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
def test_names_in_old_charsets_are_found(music: Path, encoding: str) -> None:
    path = written(music, "liked.m3u", "drei größer.wav\n100% four.flac\nfive #5;.wav\n", encoding)
    assert names(entries(path)) == ["drei größer.wav", "100% four.flac", "five #5;.wav"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only there can a file name be other than Unicode")
def test_a_name_of_bytes_is_found_by_its_bytes(music: Path) -> None:
    (music / os.fsdecode(b"caf\xe9.wav")).touch()
    path = written(music, "liked.m3u", "café.wav\ngone é.wav\n", "latin-1")
    found = entries(path)
    assert [os.fsencode(file.name) for file in found.files] == [b"caf\xe9.wav"]
    assert found.notes == ("1 of 2 entries of “liked.m3u” is not on this disk: “gone \\xe9.wav”.",)


def test_a_name_that_is_composed_otherwise_is_found(music: Path) -> None:
    (music / "u\u0308ber.wav").touch()
    assert [file.exists() for file in entries(written(music, "liked.m3u", "\u00fcber.wav\n")).files] == [True]


def test_what_is_not_there_is_told_in_one_line_a_kind(music: Path) -> None:
    lines = [
        "one.wav",
        "gone 1.wav",
        "gone 2.wav",
        "gone 3.wav",
        "gone 4.wav",
        "https://user:secret@radio.example/live.mp3?key=1",
        "more.m3u",
    ]
    lines += ["\\\\server\\share\\a.wav", "//server/share/b.wav", "file://server/share/c.wav", "smb://server/d.wav"]
    found = entries(written(music, "liked.m3u", "\n".join(lines)))
    assert names(found) == ["one.wav"] and len(found.remote) == 5
    missing, remote, nested = found.notes
    assert missing == "4 of 11 entries of “liked.m3u” are not on this disk: “gone 1.wav”, “gone 2.wav”, “gone 3.wav” and 1 more."
    assert remote.startswith("5 of 11 entries of “liked.m3u” are on the network and were not opened: “https://radio.example/live.mp3”")
    assert nested == "1 of 11 entries of “liked.m3u” is a playlist itself and was not followed: “more.m3u”."
    assert "secret" not in remote


@pytest.mark.skipif(sys.platform == "win32", reason="there such a path may be one")
def test_paths_of_another_machine_are_looked_for_beside_the_list_and_that_is_told(music: Path) -> None:
    text = "C:\\Users\\me\\Music\\Disc 1\\two.wav\nD:\\one.wav\n/Volumes/Old/Music/drei größer.wav\nE:\\gone.wav\n"
    found = entries(written(music, "liked.m3u", text))
    assert found.files == (music / "Disc 1" / "two.wav", music / "one.wav", music / "drei größer.wav") == found.moved
    assert found.missing == ("E:\\gone.wav",)
    told = "3 of 4 entries of “liked.m3u” were not where it says, but found beside it: “two.wav”, “one.wav”, “drei größer.wav”."
    assert found.notes[1] == told


def test_a_cue_sheet_takes_whole_files_also_the_coded_one_of_a_ripped_wav(music: Path) -> None:
    found = entries(written(music, "album.cue", 'FILE "100% four.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n  TRACK 02 AUDIO\n'))
    assert names(found) == ["100% four.flac"]
    assert found.notes[-1] == "“100% four.flac” was taken whole: the tracks of the CUE sheet “album.cue” are not cut apart."
    assert "not where it says" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.m3u", b"#EXTM3U\n", "“empty.m3u” names no file that is on this disk: give the files themselves"),
        ("gone.m3u", b"a.wav\nb.wav\n", "on this disk: 2 of 2 entries of “gone.m3u” are not on this disk: “a.wav”, “b.wav”"),
        ("radio.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nhttp://127.0.0.1/a.ts\n", "is the list of a stream's pieces"),
        ("sound.m3u", b"RIFF\0\0\0\0WAVE" + b"\0" * 64, "“sound.m3u” is a playlist: give the files that it names"),
        ("bomb.xspf", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><playlist/>', "declares entities"),
        ("cut.xspf", b"<playlist><trackList>", "is a damaged playlist"),
    ],
)  # fmt: skip
def test_a_list_that_gives_nothing_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for refuses in (entries, songs_at, open_song):
        with pytest.raises(InputError, match=re.escape(told)):
            refuses(path)  # type: ignore[operator]
    assert look(path) == Look("mix", (path,)) and notes_on(path) == ()


def test_a_list_of_one_song_is_that_song_and_one_of_several_is_refused(music: Path) -> None:
    write_audio(noise(duration_s=4.0), music / "one.wav")
    assert open_song(written(music, "one.m3u", "one.wav\n")).name == "one"
    sheet = open_song(written(music, "one.cue", 'FILE "one.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n'))
    assert sheet.name == "one" and "were" not in sheet.warnings[0] and "was taken whole" in sheet.warnings[0]
    with pytest.raises(InputError, match=r"“two.m3u” is a playlist of 2 songs: give one of them"):
        open_song(written(music, "two.m3u", "one.wav\nDisc 1/two.wav\n"))
    assert look(music / "two.m3u") == Look("mixes", (music / "one.wav", music / "Disc 1" / "two.wav"))


def test_a_list_that_names_itself_ends(music: Path) -> None:
    with pytest.raises(InputError, match=r"is a playlist itself and was not followed"):
        open_song(written(music, "loop.m3u", "loop.m3u\n"))
