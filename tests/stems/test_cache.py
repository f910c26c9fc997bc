"""The cache: what is in it is told, it stays below its limit, and what goes is our own and used by nobody."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from mixassistant.errors import UsageError
from mixassistant.stems import cache as caches
from mixassistant.stems.cache import (
    LEAST_LIMIT_BYTES,
    LIMIT_FILE,
    USUAL_LIMIT_BYTES,
    clear,
    contents,
    limit_of,
    make_room,
    parsed_size,
    set_limit,
    size_text,
)
from mixassistant.stems.lock import lock
from mixassistant.stems.stem_files import LOCK


@pytest.fixture(autouse=True)
def small_songs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "LEAST_LIMIT_BYTES", 10)


def put(cache: Path, kind: str, number: int, size: int = 1000, age_s: float = 0.0) -> Path:
    """Make an entry that was used so long ago."""
    entry = cache / kind / (f"{number:x}" * (40 if kind == "stems" else 20))
    entry.mkdir(parents=True)
    (entry / "a.npy").write_bytes(bytes(size))
    os.utime(entry, (time.time() - age_s, time.time() - age_s))
    return entry


def test_what_it_holds_is_counted_by_kind(tmp_path: Path) -> None:
    put(tmp_path, "stems", 1, 3000)
    put(tmp_path, "stems", 2, 500)
    put(tmp_path, "drag", 3, 200)
    put(tmp_path, "other", 4)
    found = contents(tmp_path)
    assert (found.stems_bytes, found.songs, found.made_bytes, found.made) == (3500, 2, 200, 1)
    assert found.bytes == 3700
    assert contents(tmp_path / "nowhere").bytes == 0


def test_over_the_limit_the_oldest_of_both_kinds_goes_first(tmp_path: Path) -> None:
    oldest = put(tmp_path, "stems", 1, age_s=9e4)
    older = put(tmp_path, "drag", 2, age_s=8e4)
    newer = put(tmp_path, "stems", 3, age_s=7e4)
    newest = put(tmp_path, "drag", 4, age_s=6e4)
    found = set_limit(tmp_path, 2500)
    assert [entry.exists() for entry in (oldest, older, newer, newest)] == [False, False, True, True]
    assert found.bytes == 2000
    assert found.limit_bytes == limit_of(tmp_path) == 2500


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to a process on Windows, and this test is one")
def test_what_is_in_use_stays(tmp_path: Path) -> None:
    busy, made, idle = put(tmp_path, "stems", 1, age_s=100.0), put(tmp_path, "drag", 2, age_s=60.0), put(tmp_path, "stems", 3)
    with lock(busy / LOCK):
        make_room(tmp_path, limit_bytes=1)
    assert busy.exists(), "somebody writes there"
    assert made.exists(), "a program may still read it"
    assert not idle.exists()


def test_what_was_made_just_now_stays_however_large_it_is(tmp_path: Path) -> None:
    other, fresh = put(tmp_path, "stems", 1), put(tmp_path, "stems", 2, 5000)
    make_room(tmp_path, fresh, 3000)
    assert fresh.exists() and not other.exists()


def test_clearing_leaves_the_limit_and_what_is_not_ours(tmp_path: Path) -> None:
    set_limit(tmp_path, 5000)
    put(tmp_path, "stems", 1)
    put(tmp_path, "drag", 2)
    album = tmp_path / "stems" / "My album"
    album.mkdir()
    assert clear(tmp_path).bytes == 0
    assert limit_of(tmp_path) == 5000
    assert album.is_dir()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"bytes": "many"}', '{"bytes": null}', '{"bytes": 1e999}'])
def test_a_damaged_limit_is_the_usual_one(tmp_path: Path, text: str) -> None:
    (tmp_path / LIMIT_FILE).write_text(text)
    assert limit_of(tmp_path) == USUAL_LIMIT_BYTES


def test_a_limit_that_holds_no_song_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "LEAST_LIMIT_BYTES", LEAST_LIMIT_BYTES)
    with pytest.raises(UsageError, match="hold no song"):
        set_limit(tmp_path, LEAST_LIMIT_BYTES - 1)
    assert limit_of(tmp_path) == USUAL_LIMIT_BYTES


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 kB"),
        (999, "1 kB"),
        (84_200, "84 kB"),
        (999_600, "1.0 MB"),
        (12_340_000, "12.3 MB"),
        (999_400_000, "999 MB"),
        (4_294_967_296, "4.3 GB"),
    ],
)
def test_sizes_are_written_as_file_managers_do(count: int, text: str) -> None:
    assert size_text(count) == text.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("text", "count"),
    [("2GB", 2_000_000_000), ("2 gb", 2_000_000_000), ("1.5", 1_500_000_000), ("500 MB", 500_000_000), ("1,5G", 1_500_000_000),
     ("1 GiB", 1_073_741_824)],
)  # fmt: skip
def test_sizes_are_read_as_people_write_them(text: str, count: int) -> None:
    assert parsed_size(text) == count


@pytest.mark.parametrize("text", ["", "much", "-2 GB", "2 XB", "2 GB more"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no size"):
        parsed_size(text)
