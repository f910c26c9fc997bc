"""One SQLite file, safe to open from several threads and processes, one connection each.

Every call that changes something is one transaction: killed at any moment, the file holds all that was confirmed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mixassistant import paths
from mixassistant.errors import InputError, OutputError
from mixassistant.library.faults import damaged, explained
from mixassistant.library.migrations import MIGRATIONS

BUSY_TIMEOUT_S = 10.0


def default_path() -> Path:
    """Return where the user's own library lives."""
    return paths.data_folder() / "library.sqlite3"


def now() -> str:
    """Return the date and time as the library keeps them: ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def stored(path: Path) -> str | bytes:
    """Return a path as SQLite can hold it: a name that is not UTF-8 keeps its bytes."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return str(path)


class Store:
    """One connection to the file.

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
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Change the file as one: all of it is kept at the end, or nothing where an error comes out."""
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return the rows that a query finds."""
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
        with self.transaction() as connection:
            # Another process may have migrated while this one waited for the lock.
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            for migration in MIGRATIONS[version:]:
                for statement in migration.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
