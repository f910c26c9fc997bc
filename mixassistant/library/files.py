"""What files held when they were measured: one that looks the same from outside is not opened again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mixassistant.bounded_json import parse_json
from mixassistant.library.store import Store, stored

MOST_FILES = 50_000  # rows; those that were measured longest ago go first


@dataclass(frozen=True)
class Held:
    """What a file, or the folder of a song, held.

    Parameters
    ----------
    content_hash : str
    origin : str
        Of the stems that it brings (``"supplied"``); empty: it brings none.
    name : str
        Of the song.
    tags : mapping of str to str
    warnings : tuple of str
        What was odd about it.
    """

    content_hash: str
    origin: str
    name: str
    tags: Mapping[str, str]
    warnings: tuple[str, ...]


class Files:
    """The part of a library that remembers which content lies where."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, path: Path, asked: str, state: str) -> Held | None:
        """Return what lay at a resolved path, opened in this way, if it was in this state; ``None``: it must be opened."""
        query = "SELECT content_hash, origin, name, tags, warnings FROM files WHERE path = ? AND asked = ? AND state = ?"
        rows = self._store.rows(query, stored(path), asked, state)
        if not rows:
            return None
        content_hash, origin, name, tags, warnings = rows[0]
        try:
            return Held(content_hash, origin, name, dict(parse_json(tags)), tuple(parse_json(warnings)))
        except (ValueError, TypeError):
            return None  # damaged: opened again and overwritten

    def keep(self, path: Path, asked: str, state: str, held: Held) -> None:
        """Remember what lies at a resolved path; a library that cannot be written forgets it."""
        if self._store.is_read_only:
            return
        texts = json.dumps(dict(held.tags)), json.dumps(held.warnings)
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (stored(path), asked, state, held.content_hash, held.origin, held.name, *texts),
            )
            connection.execute("DELETE FROM files WHERE rowid <= (SELECT max(rowid) FROM files) - ?", (MOST_FILES,))
