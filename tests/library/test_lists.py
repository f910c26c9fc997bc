"""What lists show of a library: order, titles, tags, profiles as playlists, moved files, and how close references are to a mix."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_documents import make_profile, make_track

from mixassistant.errors import Cancelled, InputError
from mixassistant.features.descriptor import Measurement
from mixassistant.features.track import MeasuredTrack
from mixassistant.features.track_json import track_to_json
from mixassistant.library.library import Description, Library
from mixassistant.library.migrations import MIGRATIONS
from mixassistant.library.summary import BANDS, SCALARS, SHOWN, Z80, closeness, stacked, summarise, summary_of


def song(number: int, **values: float) -> MeasuredTrack:
    mix = {**make_track().mix, **{name: Measurement(value) for name, value in values.items()}}
    return replace(make_track(), name=f"Song {number}", content_hash=f"{number:064x}", mix=mix)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.sqlite3") as opened:
        for number in range(1, 5):
            opened.references.add(tmp_path / f"{number}.wav", song(number))
        yield opened


def order(library: Library) -> list[int]:
    return [reference.id for reference in library.references.arranged()]


# Order, titles, tags


def test_a_new_order_is_kept_and_what_is_not_named_follows(library: Library) -> None:
    library.references.arrange([3, 1])
    assert order(library) == [3, 1, 2, 4]
    library.references.arrange([4, 3, 2, 1])
    assert order(library) == [4, 3, 2, 1]


def test_the_order_of_the_list_does_not_change_what_a_mix_is_compared_with(library: Library) -> None:
    library.profiles.set("mine", [4, 2])
    library.references.arrange([4, 3, 2, 1])
    assert [r.id for r in library.references.all()] == [1, 2, 3, 4]
    assert [r.id for r in library.profiles.references_of("mine")] == [2, 4]


def test_a_new_reference_goes_to_the_end_of_the_list(library: Library, tmp_path: Path) -> None:
    library.references.arrange([4, 3, 2, 1])
    library.references.add(tmp_path / "5.wav", song(5))
    assert order(library) == [4, 3, 2, 1, 5]


def test_title_genre_and_tags_outlive_a_new_measurement(library: Library, tmp_path: Path) -> None:
    library.references.describe([Description(2, "Mine", "Dub", ("live", "“odd” tag"))])
    library.references.add(tmp_path / "2.wav", song(2))
    found = library.references.find("Mine")
    assert (found.id, found.shown_name, found.name, found.shown_genre, found.labels) == (2, "Mine", "Song 2", "Dub", ("live", "“odd” tag"))
    library.references.describe([Description(2)])
    assert library.references.find("Song 2").shown_genre == "Rock"


def test_several_are_liked_and_removed_at_once(library: Library) -> None:
    library.references.like([1, 3], False)
    assert [r.id for r in library.references.all(liked=False)] == [1, 3]
    library.references.remove([2, 3])
    assert order(library) == [1, 4]
    library.references.restore([2, 3])
    assert order(library) == [1, 2, 3, 4]


# Profiles as playlists


def test_a_profile_has_an_order_of_its_own(library: Library) -> None:
    library.profiles.set("mine", [3, 1, 4])
    library.profiles.extend("mine", [1, 2])
    assert library.profiles.all()[0].references == (3, 1, 4, 2)
    library.profiles.set("mine", [])
    assert library.profiles.counts() == (("mine", 0),)


def test_what_was_removed_from_the_library_comes_back_into_its_profile(library: Library) -> None:
    library.profiles.set("mine", [3, 1])
    library.references.remove(3)
    library.profiles.set("mine", [1, 2])
    library.references.restore(3)
    assert set(library.profiles.all()[0].references) == {1, 2, 3}


def test_a_renamed_profile_keeps_its_references_and_stays_chosen(library: Library) -> None:
    library.profiles.set("mine", [3, 1])
    library.profiles.set("other", [2])
    library.profiles.choose("mine")
    library.profiles.rename("mine", "Club")
    assert library.profiles.chosen() == "Club"
    assert dict(library.profiles.counts()) == {"Club": 2, "other": 1}
    with pytest.raises(InputError, match="there is a profile “other” already"):
        library.profiles.rename("Club", "other")
    with pytest.raises(InputError, match="needs a name"):
        library.profiles.rename("Club", "  ")


def test_a_chosen_profile_that_is_deleted_is_chosen_no_more(library: Library) -> None:
    library.profiles.set("mine", [1])
    library.profiles.choose("mine")
    library.profiles.delete("mine")
    assert library.profiles.chosen() == "" and library.profiles.counts() == ()
    library.profiles.extend("mine", [1])  # it was deleted while a song was measured for it
    assert library.profiles.counts() == ()


# Moved files


def test_a_file_that_has_moved_is_kept_at_its_new_place(library: Library, tmp_path: Path) -> None:
    (tmp_path / "new.wav").write_bytes(b"sound")
    library.references.relocate(2, tmp_path / "new.wav")
    assert [(r.path.name, r.missing) for r in library.references.all()][1] == ("new.wav", False)


def test_a_place_that_another_reference_has_is_refused_until_that_one_is_removed(library: Library, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="belongs to another reference"):
        library.references.relocate(2, tmp_path / "3.wav")
    library.references.remove(3)
    library.references.relocate(2, tmp_path / "3.wav")
    assert [r.path.name for r in library.references.all()] == ["1.wav", "3.wav", "4.wav"]


# Summaries and closeness


def test_a_summary_says_loudness_tempo_and_key(library: Library) -> None:
    library.tracks.keep(song(1, bpm=128.0, key=21.0), "m", "embedded")
    found = summary_of(stacked([library.tracks.summaries()[f"{1:064x}"], None])[0])
    assert (found.lufs, found.bpm, found.key) == (pytest.approx(-9.8), 128.0, "A minor")
    nothing = summary_of(stacked([None])[0])
    assert (nothing.lufs, nothing.bpm, nothing.key) == (None, None, "")


def test_of_several_separators_the_users_own_stems_count(library: Library) -> None:
    for origin, lufs in (("supplied", -5.0), ("embedded", -7.0), ("demucs:htdemucs", -6.0)):
        library.tracks.keep(song(1, lufs=lufs), "m", origin)
    assert summary_of(stacked([library.tracks.summaries()[f"{1:064x}"]])[0]).lufs == -5.0


def test_closeness_is_one_for_equal_songs_and_falls_with_every_audible_difference() -> None:
    mix, profile = make_track(), make_profile()
    rows = np.stack([summarise(song(1, lufs=-9.8 + louder)) for louder in (0.0, 0.5, 1.0, 2.0)])
    found = closeness(mix, profile, rows)
    assert found[0] == 1.0 and np.all(np.diff(found) < 0)
    assert np.isnan(closeness(mix, profile, stacked([None]))).all()


def test_two_songs_of_one_profile_are_six_tenths_close() -> None:
    # Each number differs by the square root of two standard deviations: exp(−2 / 4).
    mix, profile = make_track(), make_profile()
    row = summarise(mix)
    for place, (target, identifier) in enumerate(SCALARS, len(SHOWN)):
        found = profile.targets.get(f"{target}/{identifier}")
        if found is not None and isinstance(found.high, float) and isinstance(found.median, float):
            row[place] = summarise(mix)[place] + np.sqrt(2) * (found.high - found.median) / Z80
    row[-BANDS:] = summarise(mix)[-BANDS:] + np.sqrt(2) * profile.ltas["mix"].sd
    assert closeness(mix, profile, row[None])[0] == pytest.approx(np.exp(-0.5), abs=0.02)


def test_an_odd_number_alone_does_not_decide() -> None:
    mix, profile = make_track(), make_profile()
    found = closeness(mix, profile, np.stack([summarise(song(1, width=-60.0)), summarise(song(2, width=-200.0))]))
    assert found[0] == found[1] > 0.3


# Migration


def test_a_library_of_the_version_before_keeps_everything_and_gains_lists(tmp_path: Path) -> None:
    file, track = tmp_path / "old.sqlite3", song(7, bpm=90.0)
    old = sqlite3.connect(file)
    for migration in MIGRATIONS[:2]:
        old.executescript(migration)
    row = "INSERT INTO track_references (id, path, name, content_hash, liked, tags, added, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    old.execute(row, (4, str(tmp_path / "b.wav"), "B", track.content_hash, -1, '{"genre": "Jazz"}', "2025-01-01", None))
    old.execute(row, (9, str(tmp_path / "a.wav"), "A", "", 1, "{}", "2025-01-02", None))
    old.execute(row, (2, str(tmp_path / "c.wav"), "C", "", 1, "{}", "2025-01-03", "2025-02-01"))
    old.execute("INSERT INTO profiles VALUES ('mine', '2025-01-01')")
    old.executemany("INSERT INTO profile_references VALUES ('mine', ?)", [(9,), (4,), (2,)])
    old.execute(
        "INSERT INTO tracks VALUES (?, 'm', 'supplied', ?)", (track.content_hash, zlib.compress(json.dumps(track_to_json(track)).encode()))
    )
    old.execute("INSERT INTO tracks VALUES ('damaged', 'm', 'supplied', x'00')")
    old.execute("INSERT INTO decisions VALUES ('a', 'bass-eq', 1, '2026-01-01', 0.5)")
    old.execute("PRAGMA user_version = 2")
    old.commit()
    old.close()
    with Library(file) as library:
        assert [(r.id, r.name, r.liked, r.shown_genre, r.labels) for r in library.references.arranged()] == [
            (4, "B", False, "Jazz", ()), (9, "A", True, "", ()),
        ]  # fmt: skip
        assert library.profiles.all()[0].references == (4, 9) and library.profiles.chosen() == ""
        assert library.answers.decisions("a")["bass-eq"].amount == 0.5
        assert library.tracks.summaries() == {}
        assert library.tracks.complete_summaries() == 1
        assert summary_of(stacked([library.tracks.summaries()[track.content_hash]])[0]).bpm == 90.0
        library.references.restore(2)
        assert order(library) == [2, 4, 9]


def test_completing_the_summaries_can_be_cancelled(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        library.tracks.keep(song(1), "m", "supplied")
        with library._store.transaction() as connection:
            connection.execute("DELETE FROM summaries")

        def cancel(stage: str, fraction: float) -> None:
            raise Cancelled()

        with pytest.raises(Cancelled):
            library.tracks.complete_summaries(cancel)
        assert library.tracks.summaries() == {}
        assert library.tracks.complete_summaries() == 1
