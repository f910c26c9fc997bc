"""What the command line makes of lists of likes: what is found is added, what is unsure is shown, what is not here is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mixassistant.audio.write import write_audio
from mixassistant.cli import main
from mixassistant.library.library import Library
from signals import noise

Run = Callable[..., int]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


@pytest.fixture
def run(library: Path) -> Run:
    return lambda *words: main([*map(str, words), "--library", str(library)], lambda files, demo: 0)


@pytest.fixture
def likes(tmp_path: Path) -> Path:
    (tmp_path / "Music").mkdir()
    (tmp_path / "Music/Amber Foxes - Winter Light.wav").touch()
    (tmp_path / "Music/Quiet Engines - Paper Boats (Live).wav").touch()
    path = tmp_path / "likes.csv"
    path.write_text(
        "artist,title,album,year\nAmber Foxes,Winter Light,,\nQuiet Engines,Paper Boats,,\nNeon Parade,Static,Static,1987\n,,,\n", "utf-8"
    )
    return path


def titles(library: Path) -> list[str]:
    with Library(library) as opened:
        return [reference.name for reference in opened.references.all()]


def wanted(library: Path) -> list[str]:
    with Library(library) as opened:
        return [song.entry.title for song in opened.wanted.all()]


def test_a_dry_run_says_all_and_changes_nothing(run: Run, likes: Path, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("references", "import", likes, "--folder", likes.parent / "Music", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "likes.csv: table of songs, 3 songs\n1 damaged, left out" in told
    assert "Found: 1\n  like  Amber Foxes – Winter Light  by name" in told
    assert "Unsure, not added: 1\n  Quiet Engines – Paper Boats  another version: live" in told
    assert "Not here, wanted: 1\n  Neon Parade – Static  Static  1987" in told
    assert (titles(library), wanted(library)) == ([], [])


def test_what_is_found_is_added_and_the_rest_is_wanted(run: Run, likes: Path, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("references", "import", likes, "--folder", likes.parent / "Music", "--no-measure")
    assert run(*words) == 0
    assert (titles(library), wanted(library)) == (["Amber Foxes - Winter Light"], ["Static"])
    capsys.readouterr()
    assert run(*words) == 0
    assert "reference 1" in capsys.readouterr().out
    assert len(titles(library)) == 1


def test_only_the_list_is_kept_when_that_is_asked(run: Run, likes: Path, library: Path) -> None:
    assert run("references", "import", likes, "--folder", likes.parent / "Music", "--only-list") == 0
    assert (titles(library), wanted(library)) == ([], ["Static"])


def test_a_list_may_be_disliked(run: Run, likes: Path, library: Path) -> None:
    assert run("references", "import", likes, "--folder", likes.parent / "Music", "--dislike", "--no-measure") == 0
    with Library(library) as opened:
        assert [reference.liked for reference in opened.references.all()] == [False]
    assert wanted(library) == []


def test_the_wanted_list_is_listed_exported_and_cleared(
    run: Run, likes: Path, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("references", "wanted", "list") == 0
    assert capsys.readouterr().out == "Nothing is wanted.\n"
    run("references", "import", likes, "--only-list", "--like")
    capsys.readouterr()
    assert run("references", "wanted", "list") == 0
    assert capsys.readouterr().out.splitlines()[3].split() == ["Neon", "Parade", "–", "Static", "Static", "1987", "likes.csv"]
    assert run("references", "wanted", "export", tmp_path / "shop.csv") == 0
    assert (tmp_path / "shop.csv").read_text("utf-8").splitlines()[3].startswith("Neon Parade,Static,Static,1987,,,,likes.csv,")
    assert run("references", "wanted", "export", tmp_path / "no folder" / "shop.csv") == 5
    capsys.readouterr()
    assert run("references", "wanted", "clear") == 0
    assert capsys.readouterr().out == "3 songs taken off the wanted list\n"
    assert wanted(library) == []


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        ("A letter.\n", 3, "no list of songs"),
        ("uts,artist,album,track\n1,A,B,C\n", 3, "take all of it with --like"),
        (None, 3, "cannot read"),
    ],
)
def test_what_cannot_be_imported_is_one_line(
    run: Run, tmp_path: Path, content: str | None, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "x.csv").write_text(content, "utf-8")
    assert run("references", "import", tmp_path / "x.csv") == code
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_like_and_dislike_at_once_are_wrong_words(run: Run, likes: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run("references", "import", likes, "--like", "--dislike")
    assert ended.value.code == 2


def test_songs_are_measured_as_they_are_added_and_a_second_run_goes_on(
    run: Run, tmp_path: Path, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(noise(1, duration_s=4.0), tmp_path / "one.wav")
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    (tmp_path / "liked.m3u").write_text("broken.wav\none.wav\n", "utf-8")
    assert run("references", "import", tmp_path / "liked.m3u", "--separator", "embedded") == 3
    told = capsys.readouterr()
    assert "Added one:" in told.out
    assert "broken.wav" in told.err
    assert titles(library) == ["one"]
    assert run("references", "import", tmp_path / "liked.m3u", "--separator", "embedded") == 3
    told = capsys.readouterr()
    assert "reference 1" in told.out
    assert "Added" not in told.out
