"""Songs that are liked and not at hand stay on a list, with what is known of them, until their file is added."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from sample_documents import make_track

from mixassistant.library.library import Library
from mixassistant.library.matching import Recording
from mixassistant.library.playlists.entry import Entry
from mixassistant.library.playlists.reading import read_list
from mixassistant.library.wanted import write_wanted
from signals import noise

LIGHT = Entry("Winter Light", "Amber Foxes", "Snow & Salt", 214.0, "GBABC1900017", year=2019)
BOATS = Entry("Paper Boats", "Quiet Engines")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.wanted.is_empty
        assert library.wanted.keep([LIGHT, BOATS], "liked.m3u") == 2
    return tmp_path / "library.sqlite3"


def test_what_is_known_of_a_song_is_there_in_the_next_session(file: Path) -> None:
    with Library(file) as library:
        songs = library.wanted.all()
        assert [song.entry for song in songs] == [LIGHT, BOATS]
        assert {song.source for song in songs} == {"liked.m3u"}
        assert songs[0].added.endswith("+00:00")


def test_a_song_is_wanted_once(file: Path) -> None:
    with Library(file) as library:
        assert library.wanted.keep([BOATS, Entry("Another", "Song"), BOATS], "again.csv") == 1
        assert [song.entry.title for song in library.wanted.all()] == ["Winter Light", "Paper Boats", "Another"]


def test_a_song_leaves_the_list_when_its_file_is_added(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    with soundfile.SoundFile(path, "w", 44100, 2) as out:
        out.title, out.artist = "Paper Boats (Remastered)", "The Quiet Engines"
        out.write(noise(0, duration_s=0.2).samples.T)
    with Library(file) as library:
        library.references.add(path)
        assert [song.entry for song in library.wanted.all()] == [LIGHT]


def test_what_was_read_when_a_song_was_measured_tells_too(file: Path) -> None:
    with Library(file) as library:
        track = replace(make_track("x"), tags={"title": "Winter light", "artist": "Amber Foxes"}, duration_s=300.0)
        library.references.add(Path("/gone/x.wav"), track)
        assert len(library.wanted.all()) == 2  # of another length: another recording
        library.references.add(Path("/gone/y.wav"), replace(track, duration_s=213.0, content_hash="1" * 64))
        assert [song.entry for song in library.wanted.all()] == [BOATS]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Quiet Enigines - Paper Baots", ["Winter Light"]),
        ("QUIET ENGINES - Papér Boats", ["Winter Light"]),
        ("Ox - Go", ["Winter Light", "Paper Boats"]),
    ],
)
def test_a_song_that_is_written_otherwise_leaves_the_list_too(file: Path, name: str, left: list[str]) -> None:
    with Library(file) as library:
        library.references.add(Path(f"/gone/{name}.wav"))
        assert [song.entry.title for song in library.wanted.all()] == left


def test_a_song_leaves_by_its_number_whatever_it_is_called(file: Path) -> None:
    with Library(file) as library:
        assert library.wanted.strike([Recording(Path("/x.wav"), "Zzz", isrc="GBABC1900017")])[0].entry == LIGHT


def test_another_version_leaves_the_song_on_the_list(file: Path) -> None:
    with Library(file) as library:
        library.references.add(Path("/gone/Quiet Engines - Paper Boats (Live).wav"))
        assert len(library.wanted.all()) == 2


def test_the_list_is_cleared(file: Path) -> None:
    with Library(file) as library:
        assert library.wanted.clear() == 2
        assert library.wanted.is_empty


def test_the_table_of_wanted_songs_can_be_imported_again(file: Path, tmp_path: Path) -> None:
    with Library(file) as library:
        library.wanted.keep([Entry("=1+1", "@evil")], "x")
        songs = library.wanted.all()
    out = io.StringIO()
    write_wanted(songs, out)
    assert list(csv.reader(io.StringIO(out.getvalue())))[-1][:2] == ["'@evil", "'=1+1"]
    path = tmp_path / "wanted.csv"
    path.write_text(out.getvalue(), "utf-8")
    assert read_list(path).entries[:2] == (LIGHT, BOATS)
