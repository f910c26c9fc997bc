"""`Library`: one SQLite file, safe to open from several threads and processes, one connection each.

Every call that changes something is one transaction: killed at any moment, the file holds all that was confirmed.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from mixassistant import paths
from mixassistant.errors import InputError, MissingError, OutputError
from mixassistant.features.track import MeasuredTrack
from mixassistant.features.track_json import track_from_json, track_to_json
from mixassistant.library.faults import damaged, explained
from mixassistant.library.migrations import MIGRATIONS

BUSY_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Reference:
    """A row of the references: `missing` tells that nothing is at its path now; `liked` is false for disliked ones."""

    id: int
    path: Path
    name: str
    content_hash: str
    liked: bool
    tags: Mapping[str, str]
    added: str
    missing: bool


@dataclass(frozen=True)
class Decision:
    """What the user said to a suggestion; `amount` is the share of it that was taken, 1 for all."""

    suggestion: str
    accepted: bool
    decided: str
    amount: float = 1.0


@dataclass(frozen=True)
class KeptAnalysis:
    """A report that the library keeps; `Library.analysis` returns the document."""

    id: int
    name: str
    content_hash: str
    created: str


def default_path() -> Path:
    """Return where the user's own library lives."""
    return paths.data_folder() / "library.sqlite3"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _stored(path: Path) -> str | bytes:
    """Return a path as SQLite can hold it: a name that is not UTF-8 keeps its bytes."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return str(path)


def _text(name: str) -> str:
    """Return a name as SQLite can hold it; what is not UTF-8 in it becomes a question mark."""
    return name.encode(errors="replace").decode()


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be looked into, a name too long for this disk
        return False


class Library:
    """The library of one user.

    Parameters
    ----------
    path : Path or None
        The file, made when absent; None for the user's own.

    Raises
    ------
    InputError
        The file is no library, is damaged, or was written by a newer version.
    OutputError
        It cannot be written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise OutputError(
                "library-folder", f"cannot make the library's folder “{self.path.parent}”: {why}", "choose another with --library"
            ) from error
        with self._explained():
            self._connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                self._refuse_others()  # before anything is written: it may be another program's file
                self._connection.execute("PRAGMA foreign_keys = ON")
                if self._connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                    self._connection.execute("PRAGMA journal_mode = DELETE")  # network file systems have no shared memory
                self._migrate()
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn SQLite's errors into ones that a user can act on."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            told = explained(error, self.path)
            if told is None:
                raise
            raise told from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._explained():
            return self._connection.execute(query, values).fetchall()

    def _refuse_others(self) -> None:
        tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "track_references" not in tables:
            raise damaged(self.path)
        if int(self._connection.execute("PRAGMA user_version").fetchone()[0]) > len(MIGRATIONS):
            raise InputError("library-newer", f"the library “{self.path}” was written by a newer Mix Assistant", "update Mix Assistant")

    def _migrate(self) -> None:
        if int(self._connection.execute("PRAGMA user_version").fetchone()[0]) == len(MIGRATIONS):
            return
        with self._transaction() as connection:
            # Another process may have migrated while this one waited for the lock.
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            for migration in MIGRATIONS[version:]:
                for statement in migration.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    # Measured tracks

    def cached_track(self, content_hash: str, method: str, origin: str) -> MeasuredTrack | None:
        """Return what was measured of this content with these methods and this separator's stems, or ``None``."""
        rows = self._rows("SELECT measured FROM tracks WHERE content_hash = ? AND method = ? AND origin = ?", content_hash, method, origin)
        try:
            return track_from_json(json.loads(zlib.decompress(rows[0][0]))) if rows else None
        except (ValueError, KeyError, TypeError, zlib.error):
            return None  # damaged: measured again and overwritten

    def cache_track(self, track: MeasuredTrack, method: str, origin: str) -> None:
        """Remember a measured track; measurements of older methods of the same content are forgotten."""
        blob = zlib.compress(json.dumps(track_to_json(track)).encode())
        with self._transaction() as connection:
            connection.execute("DELETE FROM tracks WHERE content_hash = ? AND origin = ?", (track.content_hash, origin))
            connection.execute("INSERT INTO tracks VALUES (?, ?, ?, ?)", (track.content_hash, method, origin, blob))

    # References

    def add_reference(self, path: Path, track: MeasuredTrack | None = None, liked: bool = True) -> Reference:
        """Add a reference; the same path or the same content again updates its row instead of doubling it."""
        resolved = _stored(path.resolve())
        name = _text(track.name if track else path.stem)
        content, tags = (track.content_hash, json.dumps(dict(track.tags))) if track else ("", "{}")
        with self._transaction() as connection:
            found = connection.execute(
                "SELECT id FROM track_references WHERE path = ? OR (content_hash = ? AND content_hash != '') "
                "ORDER BY path = ? DESC LIMIT 1",
                (resolved, content, resolved),
            ).fetchone()
            if found:
                connection.execute(
                    "UPDATE track_references SET path = ?, name = ?, liked = ?, "
                    "content_hash = CASE WHEN ? = '' THEN content_hash ELSE ? END, "
                    "tags = CASE WHEN ? = '{}' THEN tags ELSE ? END, removed = NULL WHERE id = ?",
                    (resolved, name, 1 if liked else -1, content, content, tags, tags, found[0]),
                )
                row_id = int(found[0])
                self._merge(connection, row_id, content)
            else:
                row_id = int(
                    connection.execute(
                        "INSERT INTO track_references (path, name, content_hash, liked, tags, added) VALUES (?, ?, ?, ?, ?, ?)",
                        (resolved, name, content, 1 if liked else -1, tags, _now()),
                    ).lastrowid
                    or 0
                )
        return self._reference(row_id)

    @staticmethod
    def _merge(connection: sqlite3.Connection, kept: int, content: str) -> None:
        """Let a row take the place of others of the same content: a reference was moved over another one's path."""
        doubles = connection.execute(
            "SELECT id FROM track_references WHERE content_hash = ? AND content_hash != '' AND id != ?", (content, kept)
        ).fetchall()
        for (double,) in doubles:
            connection.execute("UPDATE OR IGNORE profile_references SET reference = ? WHERE reference = ?", (kept, double))
            connection.execute("DELETE FROM track_references WHERE id = ?", (double,))

    def references(self, liked: bool | None = None) -> tuple[Reference, ...]:
        """Return the references in the order of their adding; only liked or disliked ones when asked."""
        rows = self._rows("SELECT * FROM track_references WHERE removed IS NULL ORDER BY id")
        found = tuple(self._row(row) for row in rows)
        return found if liked is None else tuple(r for r in found if r.liked is liked)

    def find_reference(self, key: str) -> Reference:
        """Return the reference with this number, path or name.

        Raises
        ------
        InputError
            There is none, or several have the name.
        """
        rows = self.references()
        matches = [r for r in rows if str(r.id) == key or str(r.path) == str(Path(key).resolve())] or [r for r in rows if r.name == key]
        if len(matches) == 1:
            return matches[0]
        if not matches:
            raise InputError("no-reference", f"there is no reference “{key}”", "see: mixassistant references list")
        raise InputError("ambiguous", f"{len(matches)} references are named “{key}”", "use the number from: mixassistant references list")

    def like(self, reference: int, liked: bool = True) -> None:
        """Mark a reference as liked or disliked."""
        with self._transaction() as connection:
            connection.execute("UPDATE track_references SET liked = ? WHERE id = ?", (1 if liked else -1, reference))

    def remove_reference(self, reference: int) -> None:
        """Remove a reference from the library (never its file); `restore_reference` undoes it."""
        with self._transaction() as connection:
            connection.execute("UPDATE track_references SET removed = ? WHERE id = ?", (_now(), reference))

    def restore_reference(self, reference: int) -> None:
        """Undo `remove_reference`."""
        with self._transaction() as connection:
            connection.execute("UPDATE track_references SET removed = NULL WHERE id = ?", (reference,))

    def _reference(self, reference: int) -> Reference:
        return self._row(self._rows("SELECT * FROM track_references WHERE id = ?", reference)[0])

    @staticmethod
    def _row(row: Sequence[Any]) -> Reference:
        number, stored, name, content, liked, tags, added, _ = row
        path = Path(os.fsdecode(stored))
        return Reference(number, path, name, content, liked > 0, json.loads(tags), added, not _is_there(path))

    # Profiles

    def create_profile(self, name: str, references: Sequence[int]) -> None:
        """Name a set of references; an existing profile of that name is replaced.

        Raises
        ------
        InputError
            There are no references to put into it.
        """
        if not references:
            raise InputError("empty-profile", f"the profile “{name}” would be empty", "like some references first")
        name = _text(name)
        with self._transaction() as connection:
            connection.execute("DELETE FROM profiles WHERE name = ?", (name,))
            connection.execute("INSERT INTO profiles VALUES (?, ?)", (name, _now()))
            connection.executemany("INSERT OR IGNORE INTO profile_references VALUES (?, ?)", [(name, r) for r in references])

    def profiles(self) -> tuple[tuple[str, int], ...]:
        """Return the names of the profiles and how many references each has."""
        query = (
            "SELECT p.name, COUNT(t.id) FROM profiles p LEFT JOIN profile_references r ON r.profile = p.name "
            "LEFT JOIN track_references t ON t.id = r.reference AND t.removed IS NULL GROUP BY p.name ORDER BY p.name"
        )
        return tuple((name, count) for name, count in self._rows(query))

    def profile_references(self, name: str) -> tuple[Reference, ...]:
        """Return the references of a profile.

        Raises
        ------
        MissingError
            There is no such profile.
        """
        name = _text(name)
        if not self._rows("SELECT 1 FROM profiles WHERE name = ?", name):
            raise MissingError("no-profile", f"there is no profile “{name}”", "see: mixassistant profile list")
        rows = self._rows(
            "SELECT t.* FROM track_references t JOIN profile_references r ON r.reference = t.id "
            "WHERE r.profile = ? AND t.removed IS NULL ORDER BY t.id",
            name,
        )
        return tuple(self._row(row) for row in rows)

    # Analyses and decisions

    def record_analysis(self, document: Mapping[str, Any]) -> int:
        """Keep a report; return its number."""
        mix = document["mix"]
        blob = zlib.compress(json.dumps(document).encode())
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO analyses (created, name, content_hash, document) VALUES (?, ?, ?, ?)",
                (document["created"], _text(mix["name"]), mix["content_hash"], blob),
            )
            return int(cursor.lastrowid or 0)

    def analyses(self, limit: int = 20) -> tuple[KeptAnalysis, ...]:
        """Return the newest reports that are kept, newest first."""
        rows = self._rows("SELECT id, name, content_hash, created FROM analyses ORDER BY id DESC LIMIT ?", limit)
        return tuple(KeptAnalysis(*row) for row in rows)

    def analysis(self, number: int) -> dict[str, Any]:
        """Return the report with this number.

        Raises
        ------
        InputError
            There is none.
        """
        rows = self._rows("SELECT document FROM analyses WHERE id = ?", number)
        if not rows:
            raise InputError("no-analysis", f"the library keeps no analysis {number}", "analyze the mix again")
        return dict(json.loads(zlib.decompress(rows[0][0])))

    def last_analysis(self) -> dict[str, Any] | None:
        """Return the newest report, or ``None``."""
        kept = self.analyses(1)
        return self.analysis(kept[0].id) if kept else None

    def decide(self, content_hash: str, suggestion: str, accepted: bool | None, amount: float = 1.0) -> None:
        """Record that the user accepted (how much of it) or rejected a suggestion on a mix; ``None`` takes the decision back."""
        with self._transaction() as connection:
            if accepted is None:
                connection.execute("DELETE FROM decisions WHERE content_hash = ? AND suggestion = ?", (content_hash, suggestion))
            else:
                connection.execute(
                    "INSERT OR REPLACE INTO decisions (content_hash, suggestion, accepted, decided, amount) VALUES (?, ?, ?, ?, ?)",
                    (content_hash, suggestion, int(accepted), _now(), amount),
                )

    def decisions(self, content_hash: str) -> tuple[Decision, ...]:
        """Return what the user decided on the suggestions for a mix."""
        query = "SELECT suggestion, accepted, decided, amount FROM decisions WHERE content_hash = ? ORDER BY suggestion"
        rows = self._rows(query, content_hash)
        return tuple(Decision(suggestion, bool(accepted), decided, amount) for suggestion, accepted, decided, amount in rows)
