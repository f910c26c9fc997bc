"""Which recording at hand a list means: identifiers first, then names as they are spoken; another version is another recording."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from noisy_lists import Maker, score

from mixassistant.library.matching import Matcher, Recording
from mixassistant.library.playlists.entry import Entry
from mixassistant.library.song_names import fold, likeness, song_name

MBID = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae"
LIGHT = Recording(Path("/m/light.flac"), "Winter Light", "The Amber Foxes", "Snow & Salt", 214.0, "GBABC1900017", MBID)
LIVE = Recording(Path("/m/live.flac"), "Winter Light (Live at Harbour)", "The Amber Foxes", "On Stage", 251.0)
COVER = Recording(Path("/m/cover.flac"), "Winter Light", "Neon Parade", "Others", 190.0)
PART_1 = Recording(Path("/m/part1.flac"), "Suite, Pt. 1", "Quiet Engines", "Suite", 300.0)
BJORK = Recording(Path("/m/joga.mp3"), "Jóga", "Björk", "Homogenic", 305.0)
BARE = Recording(Path("/m/01 - Hollow Choir - Paper Boats.wav"), duration_s=187.0)
ALL = (LIGHT, LIVE, COVER, PART_1, BJORK, BARE)


def found(entry: Entry, recordings: tuple[Recording, ...] = ALL, path: Path | None = None) -> tuple[str, str, Path | None]:
    match = Matcher(recordings).match(entry, path)
    return match.certainty, match.by, match.recording.path if match.recording else None


@pytest.mark.parametrize(
    "entry",
    [
        Entry("winter light", "AMBER FOXES"),
        Entry("Winter Light - 2011 Remaster", "Amber Foxes, The"),
        Entry("Winter Light (feat. Ana Sun) [Official Video]", "The Amber Foxes", duration_s=215.4),
        Entry("Winter Light", "The Amber Foxes feat. Ana Sun"),
        Entry("Wintr Light", "The Amber Foxes"),
        Entry("Winter Ligth", "The Ambr Foxes", duration_s=213.0),
        Entry("The Amber Foxes", "Winter Light"),
        Entry("The Amber Foxes - Winter Light"),
        Entry("Winter Light (Radio Edit)", "The Amber Foxes", duration_s=214.5),
        Entry("Winter Light", "", "Snow and Salt", 214.0),
    ],
)
def test_one_song_is_found_however_it_is_written(entry: Entry) -> None:
    assert found(entry) == ("sure", "name", LIGHT.path)


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (Entry("Winter Light (Live)", "The Amber Foxes", duration_s=251.0), LIVE.path),
        (Entry("JOGA", "bjork"), BJORK.path),
        (Entry("Joga", "Bjo\u0308rk"), BJORK.path),
        (Entry("Paper Boats", "Hollow Choir"), BARE.path),
        (Entry("Winter Light", "Neon Parade"), COVER.path),
    ],
)
def test_versions_accents_and_files_without_tags(entry: Entry, path: Path) -> None:
    assert found(entry) == ("sure", "name", path)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Entry("Jóga (Live)", "Björk"), "another version: live"),
        (Entry("Jóga (Howie Remix)", "Björk", duration_s=305.0), "another version: remix"),
        (Entry("Jóga", "Björk", duration_s=412.0), "another duration"),
        (Entry("Jóga (Extended Mix)", "Björk"), "another cut: extended"),
        (Entry("Jóga"), "the artist is not known"),
        (Entry("Winter Light (Live in Rome)", "The Amber Foxes"), "perhaps another one of its versions"),
    ],
)
def test_what_may_be_another_recording_is_unsure_and_says_why(entry: Entry, why: str) -> None:
    match = Matcher(ALL).match(entry)
    assert (match.certainty, match.why) == ("unsure", why)


@pytest.mark.parametrize(
    "entry",
    [
        Entry("Suite, Pt. 2", "Quiet Engines"),
        Entry("Winter Light", "Somebody Else Altogether"),
        Entry("Snowfall", "Björk"),
        Entry(isrc="X"),
    ],
)
def test_another_song_is_not_found(entry: Entry) -> None:
    assert found(entry) == ("none", "", None)


def test_a_stems_file_is_called_without_its_ending() -> None:
    stems = Recording(Path("/m/Hollow Choir - Snow.stem.mp4"), duration_s=200.0)
    assert found(Entry("Snow", "Hollow Choir"), (stems,)) == ("sure", "name", stems.path)


def test_identifiers_stand_before_names() -> None:
    assert found(Entry("Nothing Like It", "Nobody", isrc="GBABC1900017")) == ("sure", "ISRC", LIGHT.path)
    assert found(Entry("Winter Light (Live)", "Nobody", recording_mbid=MBID)) == ("sure", "MusicBrainz ID", LIGHT.path)
    assert found(Entry("Nothing", path="x"), path=BARE.path) == ("sure", "path", BARE.path)


def test_an_identifier_of_a_song_of_another_length_is_a_wrong_one() -> None:
    assert found(Entry("Jóga", "Björk", duration_s=305.0, isrc="GBABC1900017")) == ("sure", "name", BJORK.path)


def test_a_live_album_makes_its_songs_live() -> None:
    on_stage = replace(BJORK, album="Live at Shepherds Bush", path=Path("/m/bush.mp3"))
    assert found(Entry("Jóga - Live", "Björk"), (on_stage,)) == ("sure", "name", on_stage.path)
    assert found(Entry("Jóga", "Björk"), (on_stage,))[0] == "unsure"
    assert found(Entry("Jóga", "Björk"), (on_stage, BJORK)) == ("sure", "name", BJORK.path)


def test_of_copies_the_first_counts_and_two_recordings_of_one_name_are_unsure() -> None:
    copy, single = replace(LIGHT, path=Path("/m/copy.mp3"), isrc=""), replace(COVER, artist=LIGHT.artist)
    assert found(Entry("Winter Light", "Amber Foxes"), (copy, LIGHT)) == ("sure", "name", copy.path)
    assert found(Entry("Winter Light", "Amber Foxes"), (LIGHT, single))[0] == "unsure"
    assert found(Entry("Winter Light", "Amber Foxes", duration_s=190.0), (LIGHT, single)) == ("sure", "name", single.path)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("(I Can't Get No) Satisfaction", "I Can’t Get No Satisfaction"),
        ("Help! - Remastered 2009", "HELP"),
        ("Another Brick in the Wall, Pt. 2 - 2011 Remastered Version", "Another Brick In The Wall Pt 2"),
        ("Cola - Original Mix", "Cola"),
        ("Stan ft. Dido (Official Video)", "Stan"),
        ("Rosa (Live) [2011 Remaster]", "Rosa - Live Version"),
        ("がんばれ", "がんばれ"),
    ],
)
def test_titles_that_are_one(one: str, two: str) -> None:
    first, second = song_name(one, "a"), song_name(two, "a")
    assert (first.title, first.versions) == (second.title, second.versions)


def test_titles_that_are_not_one() -> None:
    assert song_name("Live and Let Die", "a").versions == frozenset()
    assert song_name("Love Story (Taylor's Version)", "a").versions == {"version"}
    assert (fold("Łódź & Ørsted"), fold("か"), fold("???")) == ("lodz and orsted", "か", "???")
    assert fold("か") != fold("が")


def table_distance(a: str, b: str) -> int:
    """The optimal string alignment distance, as its definition says."""
    rows = [list(range(len(b) + 1))]
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def test_likeness_is_the_distance_of_its_definition() -> None:
    drawn = random.Random(5)
    for _ in range(2000):
        a, b = ("".join(drawn.choice("abc") for _ in range(drawn.randint(1, 9))) for _ in range(2))
        assert likeness(a, b) == pytest.approx(1 - table_distance(a, b) / max(len(a), len(b)))
        assert likeness(a, b, 0.7) in (0.0, likeness(a, b))
        assert likeness(a, b) < 0.7 or likeness(a, b, 0.7) == likeness(a, b)


def test_of_noisy_entries_nearly_all_are_found_and_nearly_none_falsely() -> None:
    maker = Maker(seed=77)
    library = maker.library(600)
    reached = score(Matcher(library), maker.cases(library, 500))
    assert reached.there > 300
    assert reached.recall >= 0.95
    assert reached.false_share <= 0.005


def test_the_time_grows_with_the_entries_and_not_with_entries_times_recordings() -> None:
    maker = Maker(seed=78)
    library = maker.library(3000)
    entries = [case.entry for case in maker.cases(library, 150)]
    taken: list[float] = []
    for share in (len(library) // 8, len(library)):
        matcher = Matcher(library[:share])
        start = time.process_time()
        for entry in entries:
            matcher.match(entry)
        taken.append(time.process_time() - start)
    assert taken[1] < 5 * taken[0]  # of eight times the recordings
