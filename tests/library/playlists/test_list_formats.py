"""Every format says the same of a song in its own way; what a file is, its content tells; a damaged entry costs only itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mixassistant.errors import InputError
from mixassistant.library.playlists.entry import Entry, Listed, entry, isrc_in, merged, parted, year_in
from mixassistant.library.playlists.reading import read_list

LISTS = Path(__file__).parent / "lists"
MBID = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"
LOCATION = "Amber Foxes/01 Winter Light.flac"
SNOW = {"title": "Winter Light", "artist": "Amber Foxes", "album": "Snow & Salt"}
STATIC = {"title": "Static", "artist": "Neon Parade"}
BOATS = {"title": "Paper Boats", "artist": "The Quiet Engines"}
LIGHT = {"title": "Ljós", "artist": "Sólrún Ægir"}
EXPECTED: dict[str, tuple[str, int, list[Entry]]] = {
    "liked.m3u8": (
        "M3U playlist",
        0,
        [
            Entry("Winter Light", "Amber Foxes", duration_s=214, path=LOCATION),
            Entry(**LIGHT, album="Haust", path="http://example.org/stream/ljos.mp3"),
            Entry(**BOATS, path="03 - The Quiet Engines - Paper Boats.mp3"),
        ],
    ),
    "radio.pls": (
        "PLS playlist",
        0,
        [
            Entry("Winter Light", "Amber Foxes", duration_s=214, path=LOCATION),
            Entry("Night Radio", path="http://example.org:8000/live"),
        ],
    ),
    "mixtape.xspf": (
        "XSPF playlist",
        1,
        [
            Entry(**SNOW, duration_s=214.36, recording_mbid=MBID, path="file:///music/Amber%20Foxes/01%20Winter%20Light.flac"),
            Entry(**LIGHT),
        ],
    ),
    "Library.xml": (
        "iTunes or Music library",
        1,
        [
            Entry(
                **SNOW,
                duration_s=214.36,
                year=2019,
                path="file:///Users/me/Music/Amber%20Foxes/01%20Winter%20Light.m4a",
                opinion="liked",
            ),
            Entry(**LIGHT, opinion="liked"),
            Entry(**BOATS, lists=("Boats",)),
            Entry(**STATIC, opinion="disliked"),
        ],
    ),
    "rekordbox.xml": (
        "Rekordbox collection",
        0,
        [
            Entry(
                **SNOW,
                duration_s=214,
                year=2019,
                path="file://localhost/C:/Music/Amber%20Foxes/01%20Winter%20Light.flac",
                opinion="liked",
            ),
            Entry(**BOATS, duration_s=187, path="file://localhost/C:/Music/paper%20boats.mp3", lists=("Late", "colour aqua")),
            Entry(**STATIC, duration_s=301, path="file://localhost/C:/Music/static.mp3", lists=("Warm up",)),
        ],
    ),
    "exportify.csv": (
        "Exportify playlist",
        1,
        [
            Entry("Winter Light, Again", "Amber Foxes, Sólrún Ægir", "Snow & Salt", 214.36, "GBABC1900017", year=2019),
            Entry("Static - 2011 Remaster", "Neon Parade", "Static", 301, year=1987),
        ],
    ),
    "exportify_short.csv": ("Exportify playlist", 0, [Entry(**SNOW, duration_s=214.36, year=2019)]),
    "YourLibrary.json": (
        "Spotify library",
        1,
        [Entry(**SNOW, opinion="liked"), Entry(**LIGHT, album="Haust", opinion="liked"), Entry(**STATIC, opinion="disliked")],
    ),
    "Playlist1.json": (
        "Spotify playlists",
        1,
        [Entry(**SNOW, lists=("Morning", "Night")), Entry(**BOATS, album="Demos", duration_s=187, lists=("Morning",))],
    ),
    "StreamingHistory_music_0.json": (
        "Spotify listening history",
        0,
        [Entry("Winter Light", "Amber Foxes", opinion="heard")],
    ),
    "Streaming_History_Audio_2014.json": (
        "Spotify listening history",
        0,
        [Entry("Winter Light - Remastered", "Amber Foxes", "Snow & Salt", opinion="heard")],
    ),
    "feedback.jsonl": (
        "ListenBrainz feedback",
        1,
        [
            Entry(**SNOW, recording_mbid=MBID, opinion="liked"),
            Entry(**STATIC, opinion="disliked"),
            Entry(recording_mbid="11111111-1111-4111-8111-111111111111", opinion="liked"),
        ],
    ),
    "listens.json": (
        "ListenBrainz listens",
        0,
        [Entry(**SNOW, duration_s=214.36, isrc="GBABC1900017", recording_mbid=MBID, opinion="heard")],
    ),
    "scrobbles.csv": (
        "Last.fm scrobbles",
        1,
        [Entry(**SNOW, recording_mbid=MBID, opinion="heard"), Entry(**STATIC, opinion="heard")],
    ),
    "loved.csv": ("Last.fm loved songs", 0, [Entry("Winter Light", "Amber Foxes", opinion="liked")]),
    "lastfm_plain.csv": (
        "Last.fm scrobbles",
        0,
        [Entry(**SNOW, opinion="heard"), Entry("Paper Boats", "Engines, The Quiet", opinion="heard")],
    ),
}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", EXPECTED)
def test_every_format_is_read_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / "something.txt"
    shutil.copy(LISTS / name, path)
    found = read_list(path)
    kind, damaged, entries = EXPECTED[name]
    assert (found.kind, found.damaged) == (kind, damaged)
    assert list(found.entries) == entries


def test_titles_of_an_old_program_are_read_in_its_alphabet() -> None:
    (song,) = read_list(LISTS / "old.m3u").entries
    assert (song.artist, song.title, song.duration_s) == ("Мартын Белов", "Снег и огонь", 187)


def test_a_collection_tells_its_users_own_lists_and_not_those_of_the_program() -> None:
    assert read_list(LISTS / "Library.xml").lists == ("Boats",)
    assert read_list(LISTS / "rekordbox.xml").lists == ("Warm up", "Late", "colour aqua")
    assert read_list(LISTS / "Playlist1.json").lists == ("Morning", "Night")
    assert read_list(LISTS / "liked.m3u8").lists == ()


def test_lines_that_name_audio_files_are_a_playlist_without_a_heading(tmp_path: Path) -> None:
    found = read_list(written(tmp_path, "list", "Music\\a.mp3\nb.flac\nhttps://example.org/c\n"))
    assert (found.kind, [one.path for one in found.entries]) == ("M3U playlist", ["Music\\a.mp3", "b.flac", "https://example.org/c"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_how_a_list_is_coded(tmp_path: Path, encoding: str) -> None:
    for name in ("mixtape.xspf", "YourLibrary.json", "scrobbles.csv", "liked.m3u8"):
        text = (LISTS / name).read_text("utf-8-sig")
        if encoding == "utf-16":
            text = text.replace('encoding="UTF-8"', 'encoding="UTF-16"')
        assert list(read_list(written(tmp_path, name, text.encode(encoding))).entries) == EXPECTED[name][2]


LAUGHS = '<?xml version="1.0"?><!DOCTYPE playlist [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
REMOTE = '<?xml version="1.0"?><!DOCTYPE playlist [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"{LAUGHS}<playlist><trackList><track><title>&b;</title></track></trackList></playlist>", "declares entities"),
        (f"{REMOTE}<playlist><trackList><track><title>&a;</title></track></trackList></playlist>", "declares entities"),
        (
            f"{REMOTE.replace('playlist', 'plist')}<plist version='1.0'><dict><key>Tracks</key><string>&a;</string></dict></plist>",
            "damaged",
        ),
        (f"{REMOTE}<playlist/>".encode("utf-16"), "declares entities"),
        ("<playlist><trackList><track>", "damaged in line 1"),
        ("<a>" * 70 + "</a>" * 70, "deeper or larger"),
        ('{"tracks": [', "damaged JSON"),
        ('"Track Name","Artist Name(s)"\n"a","' + "b" * 200_000, "damaged in line 2"),
        ("#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:9.0,\nsegment0.ts\n", "a stream's pieces"),
        ("A letter to a friend\nwho likes music.\n", "no list of songs"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no list of songs"),
        ('{"hello": "world"}', "no list of songs"),
        ("<html><body>404</body></html>", "no list of songs"),
        ("#EXTM3U\n", "names no song"),
        ("[playlist]\nNumberOfEntries=0\n", "names no song"),
        ("", "no list of songs"),
    ],
)
def test_what_is_no_list_is_refused_in_one_line(tmp_path: Path, content: str | bytes, told: str) -> None:
    path = written(tmp_path, "likes.xml", content)
    with pytest.raises(InputError) as refused:
        read_list(path)
    assert told in str(refused.value)
    assert "likes.xml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.m3u", tmp_path):
        with pytest.raises(InputError, match="cannot read"):
            read_list(path)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_list_that_is_cut_off_anywhere_is_read_or_refused_and_never_more(tmp_path: Path, name: str) -> None:
    content = (LISTS / name).read_bytes()
    for end in range(0, len(content), max(len(content) // 40, 1)):
        path = written(tmp_path, name, content[:end])
        try:
            found: Listed | None = read_list(path)
        except InputError:
            found = None
        assert found is None or len(found.entries) <= len(EXPECTED[name][2]) + 1


def test_a_song_that_is_named_twice_counts_once_with_all_that_is_said_of_it() -> None:
    songs = [Entry("A", "B", lists=("one",)), Entry("a", "b", lists=("two",), opinion="liked"), Entry("A", "B", duration_s=200.0)]
    assert merged(songs) == (Entry("A", "B", lists=("one", "two"), opinion="liked"), Entry("A", "B", duration_s=200.0))


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("03 - Artist - Title", "Artist", "Title"),
        ("1-07 Artist - Title", "Artist", "Title"),
        ("Artist_-_Some_title", "Artist", "Some title"),
        ("12. Title", "", "Title"),
        ("07 Title", "", "Title"),
        ("99 Red Balloons", "", "99 Red Balloons"),
        ("Artist — Title - Live", "Artist — Title", "Live"),
        ("7", "", "7"),
    ],
)
def test_a_line_or_a_file_name_is_parted(name: str, artist: str, title: str) -> None:
    assert parted(name) == (artist, title)


def test_fields_hold_what_they_can_and_nothing_else() -> None:
    assert (isrc_in("GB-ABC-19-00017"), isrc_in("isrcGBABC1900017"), isrc_in("spotify")) == ("GBABC1900017", "GBABC1900017", "")
    assert (year_in("2019-11-08"), year_in(1987), year_in("0"), year_in("12019")) == (2019, 1987, None, None)
    made = entry("a\x1b[2Jb\n", 5, None, duration_s="-1", mbid=f"https://musicbrainz.org/recording/{MBID.upper()}")
    assert made == Entry("a [2Jb", recording_mbid=MBID)
    assert entry(" \n", path="a\0b") is None
