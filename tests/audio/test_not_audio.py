"""Files that are no audio are told for what they are, with what to give in their place."""

from __future__ import annotations

import gzip
import io
import tarfile
import wave
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest

from mixassistant.audio.decode import SUFFIXES, decode, probe
from mixassistant.audio.not_audio import is_package, project_in, refusal, what_it_is
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import kind_of, look, songs_at
from signals import noise

BOUNCE = "bounce the mix or export the stems, and give those"


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


def tarred() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("Drums.wav"))
    return held.getvalue()


XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
FILES = [
    ("stems.zip", zipped("Drums.wav"), "an archive: unpack it and give the folder"),
    ("stems.wav", zipped("Drums.wav"), "an archive: unpack it and give the folder"),
    ("mix.mp3", b"Rar!\x1a\x07\x01\0" + b"\x55" * 400, "an archive"),
    ("mix.flac", b"7z\xbc\xaf\x27\x1c" + b"\x55" * 400, "an archive"),
    ("stems.tar", tarred(), "an archive"),
    ("stems.tar.gz", gzip.compress(tarred()), "an archive"),
    ("song.als", gzip.compress(XML + b'<Ableton MajorVersion="5">'), f"an Ableton Live project: {BOUNCE}"),
    ("song.xyz", gzip.compress(XML + b'<Ableton MajorVersion="5">'), "an Ableton Live project"),
    ("lead.adg", gzip.compress(XML + b'<Ableton MajorVersion="5">'), "an Ableton Live preset, rack or clip"),
    ("song.rpp", b"<REAPER_PROJECT 0.1\n>\n", f"a Reaper project: {BOUNCE}"),
    ("song.wav", b"<REAPER_PROJECT 0.1\n>\n", "a Reaper project"),
    ("song.flp", b"FLhd\6\0\0\0\0\0\1\0`\0FLdt", "an FL Studio project"),
    ("song.cpr", b"RIFF\0\0\1\0NUND" + b"\0" * 64, "a Cubase or Nuendo project"),
    ("song.wav", b"RIFF\0\0\1\0NUND" + b"\0" * 64, "a Cubase or Nuendo project"),
    ("song.ptx", b"\x030010111100101011\0" + b"\x17" * 64, "a Pro Tools project"),
    ("song.bwproject", b"BtWg00020001008d" + b"\0" * 64, "a Bitwig project"),
    ("song.song", zipped("Song/song.xml"), "a Studio One project"),
    ("song.dawproject", zipped("project.xml", "metadata.xml"), "a DAW project"),
    ("song.zip", zipped("project.xml", "metadata.xml"), "a DAW project"),
    ("song.aup3", b"SQLite format 3\0" + b"\0" * 52 + b"AUDY" + b"\0" * 400, "an Audacity project"),
    ("song.aup", XML + b'<project xmlns="http://audacity.sourceforge.net/xml/">', "an Audacity project"),
    ("song.reason", b"\x07\x11" * 64, "a Reason project"),
    ("song.ardour", XML + b'<Session version="7003">', "an Ardour project"),
    ("film.prproj", gzip.compress(XML + b"<PremiereData>"), "a video project"),
    ("cover.wav", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "an image"),
    ("cover.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 64, "an image"),
    ("notes.mp3", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
    ("lyrics.docx", zipped("[Content_Types].xml", "word/document.xml"), "a text document"),
    ("lyrics.txt", b"Hello darkness\n", "a text file: give an audio file"),
    ("lyrics.wav", b"Hello darkness\n", "a text file"),
    ("song.mid", b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk", "a MIDI file: notes without sound: render it"),
    ("song.wav", b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk", "a MIDI file"),
    ("song.mscz", zipped("score.mscx"), "a score"),
    ("lead.fxp", b"CcnK\0\0\1\0FPCh" + b"\0" * 64, "a plug-in's preset"),
    ("lead.vstpreset", b"VST3\1\0\0\0" + b"\0" * 64, "a plug-in's preset"),
    ("piano.sf2", b"RIFF\0\0\1\0sfbkLIST" + b"\0" * 64, "a collection of sounds"),
    ("song.mp3", b"<!DOCTYPE html>\n<html><body>404</body></html>", "a web page and no download of the audio"),
    ("song.wav.crdownload", b"\x12" * 400, "an unfinished download"),
    ("Vox.wav.asd", b"\xa5" * 400, "a program's notes on a file"),
    ("song.lnk", b"L\0\0\0\x01\x14\x02\0" + b"\0" * 64, "a link and not the file"),
    ("list.wpl", b'<?wpl version="1.0"?>', "a playlist"),
    ("list.wav", b"#EXTM3U\n#EXTINF:4,Song\nmix.wav\n", "a playlist: give the files that it names"),
    ("mix.report.json", b'{\n "schema": "mixassistant.report/2"\n}', "a report of Mix Assistant"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "told"), FILES, ids=[f"{i:02d} {name}" for i, (name, _, _) in enumerate(FILES)])
def test_what_is_no_audio_is_called_what_it_is(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for look_at in (probe, decode, open_song):
        with pytest.raises(InputError) as caught:
            look_at(path)  # type: ignore[operator]
        assert str(caught.value).startswith(f"“{name}” is {told}") and caught.value.code == "not-audio"


def test_what_nobody_knows_is_not_called_anything(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(bytes(range(256)) * 8)
    assert what_it_is(path) is None and refusal(tmp_path / "gone.zip") is None
    with pytest.raises(InputError, match=r"cannot read “song.wav” as audio"):
        decode(path)


def test_audio_is_not_called_otherwise_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "song.zip"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(np.zeros(44100, np.int16).tobytes())
    assert decode(path).duration_s == 0.5
    assert not {".zip", ".rpp", ".m3u", ".pdf", ".mid"} & SUFFIXES


def test_a_video_without_sound_is_called_that(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(25):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    with pytest.raises(InputError, match=r"“clip.mp4” is a video without sound: export the sound as audio and give that"):
        open_song(path)


@pytest.mark.parametrize(("name", "told"), [("Song.logicx", "a Logic Pro project"), ("Song.band", "a GarageBand project")])
def test_a_project_that_is_a_folder_hides_its_clips(tmp_path: Path, name: str, told: str) -> None:
    clips = tmp_path / "Music" / name / "Media"
    clips.mkdir(parents=True)
    for clip in ("Vox 1.wav", "Drums 1.wav"):
        with wave.open(str(clips / clip), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(44100)
            file.writeframes(np.zeros(4 * 44100, np.int16).tobytes())
    package = tmp_path / "Music" / name
    assert is_package(package)
    for refuses in (kind_of, songs_at, open_song):
        with pytest.raises(InputError, match=f"“{name}” is {told}: {BOUNCE}"):
            refuses(package)  # type: ignore[operator]
    with pytest.raises(InputError, match=f"there is no audio in the folder “Music”: “{name}” in it is {told}"):
        songs_at(tmp_path / "Music")
    assert look(tmp_path / "Music").songs == (tmp_path / "Music",)  # opening it says why


def test_clips_beside_a_project_are_told_to_be_that(tmp_path: Path) -> None:
    folder = tmp_path / "Song Project"
    (folder / "Samples").mkdir(parents=True)
    (folder / "Song.als").write_bytes(gzip.compress(XML + b'<Ableton MajorVersion="5">'))
    for index, name in enumerate(("0001 Take.wav", "0002 Take.wav")):
        write_audio(noise(index, duration_s=3.5 + 3 * index), folder / "Samples" / name)
    told = f"“Song.als” is an Ableton Live project: {BOUNCE}"
    assert project_in(folder) == told and project_in(folder / "Samples") == ""
    with pytest.raises(InputError, match=f"“Song Project” looks like a folder of 2 whole songs: {told}"):
        open_song(folder)
    assert look(folder).notes == (f"“Song Project” holds the clips of a project, which are taken for whole songs: {told}.",)
    assert look(folder, "songs").notes == ()


def test_a_folder_of_a_band_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "The new.band"
    folder.mkdir()
    (folder / "song.wav").write_bytes(b"")
    assert not is_package(folder) and what_it_is(folder) is None


def test_an_archive_alone_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "stems.zip").write_bytes(zipped("Drums.wav"))
    (tmp_path / "cover.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "._stems.zip").write_bytes(b"\0\5\x16\7")
    with pytest.raises(InputError, match=r"“stems.zip” in it is an archive: unpack it and give the folder"):
        kind_of(tmp_path)
