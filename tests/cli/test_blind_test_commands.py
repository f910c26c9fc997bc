"""`taste show` and `taste export` tell what was preferred in blind tests."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from mixassistant.cli import main
from mixassistant.library.library import Library
from mixassistant.library.listening import BlindTest


def run(*words: object) -> int:
    return main([str(word) for word in words], lambda files, demo: 0)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite3"
    with Library(path) as opened:
        opened.blind_tests.add(BlindTest("level", "vocals", "rough", 2, 1, 0))
        opened.blind_tests.add(BlindTest("eq", "mix", "working", 0, 0, 3))
    return path


def test_what_was_preferred_is_shown_though_nothing_was_learned_of_taste(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("taste", "show", "--library", library) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Nothing is known") and "blind tests" in lines[1]
    assert lines[2].split()[:3] == ["eq", "mix", "working"] and "no difference 3" in lines[2] and "interval" not in lines[2]
    assert "the move 2, the mix as it was 1" in lines[3] and "90 % interval" in lines[3]


def test_it_is_exported_as_a_table(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tests.csv"
    assert run("taste", "export", file, "--library", library) == 0
    assert "2 blind tests" in capsys.readouterr().out
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [(row["kind"], row["preferred_the_move"], row["no_difference"]) for row in rows] == [("eq", "0", "3"), ("level", "2", "0")]


@pytest.mark.parametrize(("name", "code"), [("tests.txt", 2), ("nowhere/tests.csv", 5)])
def test_a_file_that_is_no_table_or_has_no_folder_is_refused(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, code: int
) -> None:
    assert run("taste", "export", tmp_path / name, "--library", library) == code
    assert len(capsys.readouterr().err.splitlines()) == 1 and not (tmp_path / name).exists()
