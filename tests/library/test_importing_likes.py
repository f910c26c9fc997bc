"""An import is planned before anything is changed: what is found, unsure and wanted; what the user decided in the library stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import soundfile

from mixassistant.errors import Cancelled, InputError
from mixassistant.library.importing import Plan, Says, Wish, carry_out, plan_import
from mixassistant.library.library import Library
from signals import noise

SHORT = noise(0, duration_s=0.2).samples.T


def song(path: Path, title: str, artist: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with soundfile.SoundFile(path, "w", 44100, 2) as out:
        out.title, out.artist = title, artist
        out.write(SHORT)
    return path.resolve()


def spotify(path: Path, liked: list[tuple[str, str]], banned: list[tuple[str, str]] = []) -> Path:  # noqa: B006 # never changed
    said: dict[str, Any] = {
        "tracks": [{"artist": artist, "track": title} for artist, title in liked],
        "bannedTracks": [{"artist": artist, "track": title} for artist, title in banned],
    }
    path.write_text(json.dumps(said), "utf-8")
    return path


def paths(plan: Plan) -> list[Path]:
    return [match.recording.path for match in plan.sure if match.recording is not None]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    song(tmp_path / "Music/Amber Foxes/light.flac", "Winter Light", "Amber Foxes")
    song(tmp_path / "Music/boats.flac", "Paper Boats (Live)", "Quiet Engines")
    song(tmp_path / "Music/static.flac", "Static", "Neon Parade")
    return tmp_path / "Music"


def test_likes_are_found_in_folders_and_the_rest_is_unsure_or_wanted(tmp_path: Path, music: Path) -> None:
    likes = spotify(
        tmp_path / "YourLibrary.json",
        [("AMBER FOXES", "Winter Light - Remastered"), ("Quiet Engines", "Paper Boats"), ("Nobody", "Nowhere")],
        [("Neon Parade", "Static"), ("Nobody", "Never")],
    )
    with Library(tmp_path / "library.sqlite3") as library:
        plan = plan_import(library, Wish(likes, (music,)))
        assert paths(plan) == [music / "Amber Foxes/light.flac", music / "static.flac"]
        assert [match.entry.opinion for match in plan.new] == ["liked", "disliked"]
        assert [match.why for match in plan.unsure] == ["another version: live"]
        assert [entry.title for entry in plan.wanted] == ["Nowhere"]  # what is disliked is not wanted
        assert library.wanted.is_empty
        assert carry_out(library, plan) == 1
        assert [wanted.source for wanted in library.wanted.all()] == ["YourLibrary.json"]


def test_paths_of_a_playlist_are_found_without_a_folder_being_named(tmp_path: Path, music: Path) -> None:
    playlist = tmp_path / "liked.m3u8"
    playlist.write_text(
        "#EXTM3U\n#EXTINF:-1,Whatever\nMusic/static.flac\nMusic/../Music/static.flac\nMusic/gone.flac\n../../etc/passwd\n", "utf-8"
    )
    with Library(tmp_path / "library.sqlite3") as library:
        plan = plan_import(library, Wish(playlist))
    assert paths(plan) == [music / "static.flac"]
    assert (plan.again, [entry.title for entry in plan.wanted]) == (1, ["gone", "passwd"])
    assert plan.sure[0].by == "path"


def test_a_reference_that_is_there_is_known_and_what_the_library_says_of_it_stands(tmp_path: Path, music: Path) -> None:
    likes = spotify(tmp_path / "likes.json", [("Amber Foxes", "Winter Light"), ("Neon Parade", "Static")])
    with Library(tmp_path / "library.sqlite3") as library:
        disliked = library.references.add(music / "static.flac", liked=False)
        library.references.add(music / "Amber Foxes/light.flac")
        plan = plan_import(library, Wish(likes))
        assert (plan.new, len(plan.known)) == ((), 2)
        assert [match.entry.title for match in plan.kept] == ["Static"]
        carry_out(library, plan)
        assert not library.references.find(str(disliked.id)).liked
        carry_out(library, plan_import(library, Wish(likes, says="liked")))
        assert library.references.find(str(disliked.id)).liked


def test_a_reference_whose_file_is_gone_is_known_by_what_the_library_knows(tmp_path: Path) -> None:
    likes = spotify(tmp_path / "likes.json", [("Hollow Choir", "Snow")])
    with Library(tmp_path / "library.sqlite3") as library:
        library.references.add(tmp_path / "Hollow Choir - Snow.wav")
        assert len(plan_import(library, Wish(likes)).known) == 1


def collection(path: Path) -> Path:
    playlists = [{"name": name, "items": [{"track": {"trackName": t, "artistName": "A"}} for t in held]} for name, held in LISTS.items()]
    path.write_text(json.dumps({"playlists": playlists}), "utf-8")
    return path


LISTS = {"Morning": ["One", "Two"], "Night": ["Two", "Three"]}


@pytest.mark.parametrize(
    ("lists", "says", "titles"),
    [(("night",), "", ["Two", "Three"]), (("Morning", "Night"), "", ["One", "Two", "Three"]), ((), "liked", ["One", "Two", "Three"])],
)
def test_of_a_file_with_several_playlists_one_is_chosen(tmp_path: Path, lists: tuple[str, ...], says: Says, titles: list[str]) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        plan = plan_import(library, Wish(collection(tmp_path / "p.json"), lists=lists, says=says))
    assert [entry.title for entry in plan.wanted] == titles
    assert plan.left_out == 3 - len(titles)


def test_what_names_no_choice_is_asked_for_one(tmp_path: Path) -> None:
    file = collection(tmp_path / "p.json")
    with Library(tmp_path / "library.sqlite3") as library:
        with pytest.raises(InputError, match="--playlist among “Morning”, “Night”"):
            plan_import(library, Wish(file))
        with pytest.raises(InputError, match="has no playlist “Noon”: there are “Morning”, “Night”"):
            plan_import(library, Wish(file, lists=("Noon",)))
        with pytest.raises(InputError, match="cannot open the folder"):
            plan_import(library, Wish(file, (tmp_path / "nowhere",), says="liked"))


def test_tags_are_read_once_while_a_file_looks_the_same(tmp_path: Path, music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    likes = spotify(tmp_path / "likes.json", [("Amber Foxes", "Winter Light")])
    with Library(tmp_path / "library.sqlite3") as library:
        plan_import(library, Wish(likes, (music,)))
        read: list[Path] = []
        monkeypatch.setattr("mixassistant.library.recordings._said", lambda path: read.append(path) or {})
        assert len(plan_import(library, Wish(likes, (music,))).sure) == 1
        assert read == []
        song(music / "static.flac", "Static, longer by a few words", "Neon Parade")
        plan_import(library, Wish(likes, (music,)))
        assert read == [music / "static.flac"]


def test_an_import_that_is_cancelled_changes_nothing(tmp_path: Path, music: Path) -> None:
    def stop(stage: str, fraction: float) -> None:
        if fraction > 0.5:
            raise Cancelled

    with Library(tmp_path / "library.sqlite3") as library:
        with pytest.raises(Cancelled):
            plan_import(library, Wish(spotify(tmp_path / "likes.json", [("A", "B")]), (music,)), stop)
        assert (library.wanted.is_empty, library.references.all()) == (True, ())
