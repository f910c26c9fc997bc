"""A library in a place that cannot be written is read; what cannot be written is never said to be."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixassistant.errors import OutputError
from mixassistant.library import store
from mixassistant.library.library import Library
from mixassistant.library.migrations import MIGRATIONS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of folders are POSIX's")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A library with a reference, in a folder of its own."""
    folder = tmp_path / "place"
    folder.mkdir()
    path = folder / "library.sqlite3"
    with Library(path) as library:
        library.references.add(Path("/music/one.wav"))
    yield path
    folder.chmod(0o755)


def close_to_writing(file: Path) -> None:
    for path in file.parent.iterdir():
        path.chmod(0o444)
    file.parent.chmod(0o555)


# Gives up what lets an administrator write everywhere (PR_CAPBSET_DROP: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH), and becomes the program.
AS_ANYBODY = """
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "mixassistant", *sys.argv[1:]])
"""


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", AS_ANYBODY, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="an administrator gives up rights by Linux's prctl")
def test_a_library_that_cannot_be_written_is_read_and_says_what_it_cannot_do(file: Path) -> None:
    close_to_writing(file)
    listed = run("references", "list", "--library", file)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "one" in listed.stdout
    disliked = run("references", "dislike", "1", "--library", file)
    assert (disliked.returncode, disliked.stdout) == (5, "")
    assert disliked.stderr.count("\n") == 1
    assert "cannot write the library" in disliked.stderr
    added = run("references", "add", file, "--library", file)  # refused before anything is measured
    assert (added.returncode, added.stdout) == (5, "")
    assert added.stderr.count("\n") == 1
    assert sorted(path.name for path in file.parent.iterdir()) == ["library.sqlite3"]


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every library that is there for one that cannot be written: whoever runs the tests may write it."""
    monkeypatch.setattr(store, "_is_read_only", lambda path: path.is_file())


@pytest.mark.usefixtures("read_only")
def test_what_was_confirmed_before_the_program_was_killed_is_read_from_the_journal(file: Path) -> None:
    # A copy of both files while one is open is what a killed program leaves.
    kept = file.with_name("kept.sqlite3")
    connection = sqlite3.connect(file)
    connection.execute("UPDATE track_references SET name = 'newer'")
    connection.commit()
    shutil.copyfile(file, kept)
    shutil.copyfile(f"{file}-wal", f"{kept}-wal")
    connection.close()
    before = {path.name: path.read_bytes() for path in file.parent.iterdir()}
    with Library(kept) as library:
        assert library.is_read_only
        assert [reference.name for reference in library.references.all()] == ["newer"]
        with pytest.raises(OutputError, match="cannot write the library"):
            library.references.like(1, False)
    assert {name: data for name, data in before.items() if name.endswith("sqlite3")} == {
        path.name: path.read_bytes() for path in file.parent.iterdir() if path.name.endswith("sqlite3")
    }


@pytest.mark.usefixtures("read_only")
def test_an_older_library_is_read_as_a_copy_that_is_brought_up_to_date(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(
        f"DROP TABLE wanted; DROP TABLE recordings; PRAGMA user_version = {len(MIGRATIONS) - 1}; PRAGMA journal_mode = DELETE"
    )
    connection.close()
    before = file.read_bytes()
    with Library(file) as library:
        assert library.absences.said("0", ("vocals",)) == ("vocals",)
        assert library.absences.said("0") == ()
        assert library.stages.said("0", "rough") == "rough"
        assert library.stages.said("0") == "working"
        assert len(library.references.all()) == 1
        assert library.wanted.is_empty
    assert file.read_bytes() == before


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize("content", [b"precious" * 1000, b"", b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_library_is_told_in_a_place_that_cannot_be_written_too(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.sqlite3"
    other.write_bytes(content)
    if content:
        with pytest.raises(OutputError, match="damaged or not a library") as caught:
            Library(other)
        assert caught.value.exit_code == 5
    else:
        with Library(other) as library:
            assert library.references.all() == ()
    assert other.read_bytes() == content


@pytest.mark.parametrize("put", [None, b"other"])
def test_a_library_that_is_deleted_or_replaced_during_a_run_is_told(file: Path, put: bytes | None) -> None:
    with Library(file) as library:
        library.references.like(1, False)
        file.rename(file.with_name("moved.sqlite3"))
        if put is not None:
            file.write_bytes(put)
        with pytest.raises(OutputError, match="deleted or replaced while it was in use") as caught:
            library.references.like(1, True)
    assert caught.value.exit_code == 5


def test_one_that_is_deleted_in_the_middle_of_a_change_is_told(file: Path) -> None:
    with (
        Library(file) as library,
        pytest.raises(OutputError, match="deleted or replaced"),
        library._store.transaction() as connection,
    ):
        connection.execute("UPDATE track_references SET name = 'x'")
        file.unlink()
