"""The bounces that were analysed of late: by them a later bounce of the same song is told, and compared with them."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path

from mixassistant.bounded_json import LARGE, inflate, parse_json
from mixassistant.features.fingerprint import Fingerprint, pack, unpack
from mixassistant.library.store import Store, stored
from mixassistant.report.version import Version, version_from_json, version_to_json

MOST_VERSIONS = 200  # rows, of some ten kilobytes each; those that were analysed longest ago go first


class Versions:
    """The part of a library that holds the bounces that were analysed of late."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, version: Version) -> None:
        """Remember a bounce in place of what was analysed of the same audio before; a library that cannot be written forgets it."""
        if self._store.is_read_only:
            return
        blob = zlib.compress(json.dumps(version_to_json(version)).encode("utf-8", "backslashreplace"))
        told = (version.content_hash, version.analysed, stored(version.path), pack(version.fingerprint), blob)
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO versions (content_hash, analysed, path, fingerprint, version) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (content_hash) DO UPDATE SET analysed = excluded.analysed, path = excluded.path, "
                "fingerprint = excluded.fingerprint, version = excluded.version",
                told,
            )
            connection.execute(
                "DELETE FROM versions WHERE content_hash NOT IN "
                "(SELECT content_hash FROM versions ORDER BY analysed DESC, rowid DESC LIMIT ?)",
                (MOST_VERSIONS,),
            )

    def fingerprints(self) -> tuple[tuple[str, Fingerprint], ...]:
        """Return the content and the fingerprint of each bounce, the last one that was analysed first; what is damaged is left out."""
        found = []
        for content, packed in self._store.rows("SELECT content_hash, fingerprint FROM versions ORDER BY analysed DESC, rowid DESC"):
            try:
                found.append((str(content), unpack(packed)))
            except ValueError:
                continue
        return tuple(found)

    def find(self, content_hash: str) -> Version | None:
        """Return a bounce by its content, as it was decided when it was kept; None where there is none, or it is damaged."""
        rows = self._store.rows("SELECT version FROM versions WHERE content_hash = ?", content_hash)
        try:
            return version_from_json(parse_json(inflate(rows[0][0], LARGE.size_bytes), LARGE)) if rows else None
        except (ValueError, zlib.error):
            return None

    def say_earlier(self, content_hash: str, earlier: str) -> None:
        """Remember which bounce the user says came before one; empty: none, it is another song."""
        if not self._store.is_read_only:
            with self._store.transaction() as connection:
                connection.execute("UPDATE versions SET earlier = ? WHERE content_hash = ?", (earlier, content_hash))

    def earlier_of(self, content_hash: str) -> str | None:
        """Return the content of the bounce before one, as the user has said; empty: nothing was said. None: this one is not known."""
        rows = self._store.rows("SELECT earlier FROM versions WHERE content_hash = ?", content_hash)
        return str(rows[0][0]) if rows else None

    def paths(self, content_hash: str) -> tuple[Path, ...]:
        """Return where audio of this content is known to have lain: as a mix, or as a reference or a measured file."""
        rows = self._store.rows(
            "SELECT path FROM versions WHERE content_hash = ? UNION SELECT path FROM files WHERE content_hash = ? "
            "UNION SELECT path FROM track_references WHERE content_hash = ?",
            content_hash, content_hash, content_hash,
        )  # fmt: skip
        return tuple(Path(os.fsdecode(path)) for (path,) in rows)
