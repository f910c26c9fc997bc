"""SQLite's errors in words that a user can act on."""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from pathlib import Path

from mixassistant.errors import MixAssistantError, OutputError

# SQLite's result codes to the code, the words and the hint of our errors.
_FAULTS = (
    (("SQLITE_FULL",), "disk-full", ": the disk is full", "free some space"),
    (("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR"), "library-read-only", "", "check its permissions"),
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "library-busy", ": another program is using it", "close it and try again"),
)
_MAYBE_FULL = ("SQLITE_CANTOPEN", "SQLITE_IOERR")  # also what a disk without room for the journal's index says
_DAMAGES = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")  # SQLITE_ERROR: a table or a column is not there
_INDEX_BYTES = 1 << 16  # more than what SQLite makes beside the library


def explained(error: sqlite3.DatabaseError, library: Path) -> MixAssistantError | None:
    """Return the user's error for one of SQLite's; ``None`` for a call that makes no sense, which is ours to mend."""
    kind = str(getattr(error, "sqlite_errorname", ""))
    if kind.startswith(_MAYBE_FULL) and _is_full(library.parent):
        kind = "SQLITE_FULL"
    if kind.startswith("SQLITE_CANTOPEN") and library.is_dir():
        return OutputError("is-folder", f"cannot write the library “{library}”: it is a folder", "give a file")
    for kinds, code, what, hint in _FAULTS:
        if kind.startswith(kinds):
            return OutputError(code, f"cannot write the library “{library}”{what}", hint)
    return damaged(library) if kind.startswith(_DAMAGES) else None


def read_only(library: Path) -> OutputError:
    """Return the error for a library in a place that cannot be written."""
    return OutputError("library-read-only", f"cannot write the library “{library}”", "check its permissions")


def damaged(library: Path) -> OutputError:
    """Return the error for a file that is no library, or was one: nothing can be written into it."""
    return OutputError(
        "library-damaged",
        f"the library “{library}” is damaged or not a library",
        "restore it from a backup or move it away to start a new one",
    )


def _is_full(folder: Path) -> bool:
    """Tell whether there is no room for what SQLite makes beside the library: it does not tell itself, and quotas do not show."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_INDEX_BYTES))
            file.flush()
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return False
