"""One SQLite file, safe to open from several threads and processes, one connection each.

Every call that changes something is one transaction: killed at any moment, the file holds all that was confirmed. A file in a place
that cannot be written is read as it is.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mixassistant import paths
from mixassistant.errors import OutputError
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
    OutputError
        The file is no library, is damaged, was written by a newer version, or is not there and cannot be made.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self.is_read_only = _is_read_only(self.path)
        """Whether every change raises an `OutputError`."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise OutputError(
                "library-folder", f"cannot make the library's folder “{self.path.parent}”: {why}", "choose another with --library"
            ) from error
        with self._explained():
            if self.is_read_only:
                self._connection = self._open_as_it_is()
            else:
                self._connection = self._open(self.path)
        self._identity = self._identity_now()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _open(self, path: Path) -> sqlite3.Connection:
        """Open a file to be written."""
        connection = _connect(os.fspath(path))
        try:
            self._refuse_others(connection)  # before anything is written: it may be another program's file
            connection.execute("PRAGMA foreign_keys = ON")
            if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = DELETE")  # network file systems have no shared memory
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_as_it_is(self) -> sqlite3.Connection:
        """Open a file in a place that cannot be written; one that needs more than reading, as a copy in memory."""
        address = self.path.resolve().as_uri()
        journal = self.path.with_name(f"{self.path.name}-wal")
        has_journal = journal.is_file() and journal.stat().st_size > 0
        # Beside the journal lies its index. Without it SQLite would have to make one, but where there is no journal it needs none.
        for options in ("mode=ro",) if has_journal else ("mode=ro", "mode=ro&immutable=1"):
            connection = _connect(f"{address}?{options}", is_address=True)
            try:
                self._refuse_others(connection)
                if _version(connection) == len(MIGRATIONS):
                    return connection
            except sqlite3.OperationalError as error:
                if not str(error.sqlite_errorname).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
                    connection.close()
                    raise
            except BaseException:
                connection.close()
                raise
            connection.close()
        with tempfile.TemporaryDirectory(prefix="mixassistant-") as folder:
            for file in (self.path, journal) if has_journal else (self.path,):
                shutil.copyfile(file, Path(folder) / file.name)
            with closing(self._open(Path(folder) / self.path.name)) as copied:
                memory = _connect(":memory:")
                copied.backup(memory)
        memory.execute("PRAGMA query_only = ON")
        return memory

    def _identity_now(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _refuse_a_lost_file(self) -> None:
        """Refuse to go on with a file that nobody can open again: SQLite writes into it as if it were there."""
        if self._identity_now() != self._identity:
            raise OutputError(
                "library-gone", f"the library “{self.path}” was deleted or replaced while it was in use", "put it back and try again"
            )

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
        self._refuse_a_lost_file()
        with self._explained(), _whole(self._connection):
            yield self._connection
        self._refuse_a_lost_file()

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return the rows that a query finds."""
        with self._explained():
            return self._connection.execute(query, values).fetchall()

    def _refuse_others(self, connection: sqlite3.Connection) -> None:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "track_references" not in tables:
            raise damaged(self.path)
        if _version(connection) > len(MIGRATIONS):
            raise OutputError("library-newer", f"the library “{self.path}” was written by a newer Mix Assistant", "update Mix Assistant")

    @staticmethod
    def _migrate(connection: sqlite3.Connection) -> None:
        if _version(connection) == len(MIGRATIONS):
            return
        with _whole(connection):
            # Another process may have migrated while this one waited for the lock.
            for migration in MIGRATIONS[_version(connection) :]:
                for statement in migration.split(";"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _is_read_only(path: Path) -> bool:
    """Tell whether a library is there and cannot be written: SQLite writes into its folder, too."""
    try:
        return path.is_file() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
    except OSError:
        return False


def _connect(place: str, is_address: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(place, timeout=BUSY_TIMEOUT_S, isolation_level=None, uri=is_address)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _whole(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep all changes at the end, or none where an error comes out."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
