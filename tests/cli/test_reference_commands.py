"""What the command line says of references and profiles: titles, genres, tags, order, and the profile in use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sample_documents import make_profile, make_suggestions, make_track, make_verification

from mixassistant.cli import commands, main
from mixassistant.library.library import Library

Run = Callable[..., int]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a library of four references: One to Four."""
    path = tmp_path / "library.sqlite3"
    with Library(path) as opened:
        for number, name in enumerate(("One", "Two", "Three", "Four"), 1):
            song = tmp_path / f"{name}.wav"
            song.touch()
            opened.references.add(song, replace(make_track(name), content_hash=f"{number:064}", tags={}))
    return path


@pytest.fixture
def run(library: Path) -> Run:
    return lambda *words: main([*map(str, words), "--library", str(library)], lambda files, demo: 0)


def order(library: Path) -> list[int]:
    with Library(library) as opened:
        return [r.id for r in opened.references.arranged()]


def held(library: Path, name: str) -> tuple[int, ...]:
    with Library(library) as opened:
        return next(p.references for p in opened.profiles.all() if p.name == name)


def test_the_list_shows_title_tags_weight_and_profiles(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("references", "title", "2", "  The loud\x1b one ")
    run("references", "tag", "live, #Loud,live", "2", "3")
    run("references", "weigh", "2.5", "Two")
    run("references", "genre", "Pop", "2")
    run("profile", "create", "night", "2")
    capsys.readouterr()
    assert run("references", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["title", "genre", "tags", "songs", "profiles", "path"]
    assert lines[2].split()[:10] == ["2", "liked", "The", "loud", "one", "Pop", "live,", "Loud", "2.5", "night"]
    assert lines[1].split()[:4] == ["1", "liked", "One", "1"]


def test_columns_that_nobody_filled_are_left_out(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("references", "list") == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["title", "songs", "path"]


def test_the_list_is_narrowed_to_a_profile_in_its_order_and_to_tags(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("profile", "create", "night", "3", "1")
    run("references", "tag", "Live", "1", "4")
    capsys.readouterr()
    run("references", "list", "--profile", "night")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["3", "1"]
    run("references", "list", "--tag", "live")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["1", "4"]
    run("references", "list", "--tag", "live, nothing")
    assert "No reference" in capsys.readouterr().out
    assert run("references", "list", "--profile", "nobody") == 4


def test_a_title_is_taken_back_by_giving_none(run: Run, library: Path) -> None:
    run("references", "title", "One", "First")
    assert run("references", "title", "First") == 0
    with Library(library) as opened:
        assert opened.references.find("1").title == ""


def test_tags_are_taken_off_in_any_case(run: Run, library: Path) -> None:
    run("references", "tag", "Live,loud", "1")
    assert run("references", "untag", "LIVE", "1", "2") == 0
    with Library(library) as opened:
        assert opened.references.find("1").labels == ("loud",)
    assert run("references", "tag", " , #", "1") == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("1", "3"), [3, 1, 2, 4]), (("2", "4", "1"), [2, 4, 1, 3]), (("99", "1"), [2, 3, 4, 1]), (("2", "2"), [1, 2, 3, 4])],
)
def test_references_are_moved_to_a_place_in_the_order_named(words: tuple[str, ...], expected: list[int], run: Run, library: Path) -> None:
    assert run("references", "move", *words) == 0
    assert order(library) == expected


def test_a_profile_has_an_order_of_its_own(run: Run, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("profile", "create", "night", "1", "2", "3")
    assert run("references", "move", "1", "3", "--profile", "night") == 0
    assert held(library, "night") == (3, 1, 2) and order(library) == [1, 2, 3, 4]
    assert run("references", "move", "1", "4", "--profile", "night") == 3
    assert "not all of these are in" in capsys.readouterr().err


def test_references_go_into_a_profile_and_out_of_it(run: Run, library: Path) -> None:
    run("profile", "create", "night", "1")
    assert run("profile", "add", "night", "3", "1") == 0
    assert held(library, "night") == (1, 3)
    assert run("profile", "take-out", "night", "1") == 0
    assert held(library, "night") == (3,)
    assert len(order(library)) == 4
    assert run("profile", "add", "nobody", "1") == 4


def test_a_profile_is_renamed_and_deleted(run: Run, library: Path) -> None:
    run("profile", "create", "night", "1")
    run("profile", "create", "day", "2")
    assert run("profile", "rename", "night", "day") == 3
    assert run("profile", "rename", "night", "evening") == 0
    assert run("profile", "delete", "day") == 0
    assert run("profile", "delete", "day") == 4
    with Library(library) as opened:
        assert opened.profiles.counts() == (("evening", 1),)


def test_the_profile_in_use_is_compared_with_unless_others_are_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    class Found:
        track, profile, suggestions, warnings, verification = make_track(), make_profile(2), make_suggestions(), (), make_verification()

    def analyze(request: Any, progress: object) -> Any:
        asked.append(request.profile)
        return Found

    monkeypatch.setattr(commands, "run_analysis", analyze)
    run("profile", "create", "night", "1")
    run("profile", "create", "day", "2")
    assert run("profile", "use", "night") == 0
    capsys.readouterr()
    run("profile", "list")
    assert [line.split() for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["(all", "liked)", "4"], ["day", "1"], ["night", "1", "in", "use"],
    ]  # fmt: skip
    run("analyze", "mix.wav")
    run("analyze", "mix.wav", "--profile", "day")
    run("analyze", "mix.wav", "--reference", "a.wav")
    assert run("profile", "use") == 0
    run("analyze", "mix.wav")
    assert asked == ["night", "day", "", ""]
    assert run("profile", "use", "nobody") == 4


def test_the_readme_names_every_action_of_references_and_profiles(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    for command in ("references", "profile"):
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{command}` |"))
        with pytest.raises(SystemExit):
            main([command, "--help"], lambda files, demo: 0)
        actions = re.findall(r"^    ([a-z-]+) ", capsys.readouterr().out, flags=re.MULTILINE)
        assert actions and set(re.findall(r"`([a-z-]+)`", row)) - {command} == set(actions)
