"""Keeping other programs, and other threads of this one, out of a file that is being written."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path


def lock(path: Path) -> AbstractContextManager[object]:
    """Take a lock file, made when absent, until the end of a ``with`` statement.

    Raises
    ------
    BlockingIOError
        Somebody has it.
    OSError
        It cannot be made.
    """
    from filelock import FileLock, Timeout

    taken = FileLock(path, thread_local=False)  # whoever ends the work gives it back, in whatever thread
    try:
        return taken.acquire(timeout=0)
    except Timeout as error:
        raise BlockingIOError(f"“{path}” is in use") from error
