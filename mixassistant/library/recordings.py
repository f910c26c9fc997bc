"""What the files at hand say of themselves: tags and durations, read once and remembered while a file looks the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from mixassistant.audio.decode import probe
from mixassistant.audio.tags import IDENTIFYING, read_tags
from mixassistant.bounded_json import parse_json
from mixassistant.errors import InputError
from mixassistant.library.matching import Recording
from mixassistant.library.playlists.entry import isrc_in, mbid_in, seconds
from mixassistant.library.store import Store, stored
from mixassistant.progress import Progress, silent

FILES_AT_ONCE = 200  # in one transaction: a second's work that a cancelling loses
MOST_FILES = 200_000  # rows; those that were read longest ago go first


class Recordings:
    """The part of a library that remembers the tags of files."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of_files(self, files: Iterable[Path], progress: Progress = silent) -> tuple[Recording, ...]:
        """Return what files say of themselves; one that cannot be read has its name alone."""
        paths = [*dict.fromkeys(file.resolve() for file in files)]
        found: list[Recording] = []
        for start in range(0, len(paths), FILES_AT_ONCE):
            part, fresh = paths[start : start + FILES_AT_ONCE], []
            for index, path in enumerate(part, start):
                progress("Reading tags", index / len(paths))
                state = _state(path)
                said = self._remembered(path, state)
                if said is None:
                    said = _said(path)
                    fresh.append((stored(path), state, json.dumps(said)))
                found.append(_recording(path, said))
            self._keep(fresh)
        return tuple(found)

    def _remembered(self, path: Path, state: str) -> dict[str, str] | None:
        rows = self._store.rows("SELECT said FROM recordings WHERE path = ? AND state = ?", stored(path), state) if state else []
        try:
            return dict(parse_json(rows[0][0])) if rows else None
        except (ValueError, TypeError):
            return None  # damaged: read again and overwritten

    def _keep(self, rows: Sequence[tuple[str | bytes, str, str]]) -> None:
        kept = [row for row in rows if row[1]]
        if kept and not self._store.is_read_only:
            with self._store.transaction() as connection:
                connection.executemany("INSERT OR REPLACE INTO recordings VALUES (?, ?, ?)", kept)
                connection.execute("DELETE FROM recordings WHERE rowid <= (SELECT max(rowid) FROM recordings) - ?", (MOST_FILES,))


def recording_of(path: Path) -> Recording:
    """Return what one file says of itself."""
    return _recording(path, _said(path))


def _said(path: Path) -> dict[str, str]:
    said = read_tags(path, IDENTIFYING)
    with suppress(InputError):  # it is told when it is measured
        said["duration"] = f"{probe(path).duration_s:.2f}"
    return said


def _recording(path: Path, said: dict[str, str]) -> Recording:
    return Recording(
        path,
        said.get("title", ""),
        said.get("artist", ""),
        said.get("album", ""),
        seconds(said.get("duration")),
        isrc_in(said.get("isrc", "")),
        mbid_in(said.get("musicbrainz_trackid", "")),
    )


def _state(path: Path) -> str:
    """Return how a file looks from outside; empty where that cannot be told."""
    try:
        seen = path.stat()
    except OSError:
        return ""
    return f"{seen.st_size} {seen.st_mtime_ns}"
