"""Temporary files beside the file that they become, and clearing away those of programs that were killed while they wrote.

Whoever writes one holds a lock on it, which the system gives back however the program ends: what nobody holds, nobody writes. Where
locks do not tell (Windows, some network disks), age does, and Windows deletes no file that is open.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = ".part-"
LONGEST_SUFFIX = 12  # letters: what follows a dot far in front in a long name is none
OWN = re.compile(r"\.part-(?P<held>held-)?[a-z0-9_]{8}(\.[^/\\]*)?")
YOUNG_S = 5.0  # between making a file and locking it lies less
OLD_S = 3600.0  # for files that no lock tells of: a file takes minutes to write

_cleared: set[Path] = set()


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Make an empty file in the folder of `path`, for what is going to replace it; it is deleted at the end where it is still there.

    Leftovers in that folder are cleared away first, once in the life of this program.

    Raises
    ------
    OSError
        It cannot be made.
    """
    if path.parent not in _cleared:
        _cleared.add(path.parent)
        clear_leftovers(path.parent)
    handle, name = tempfile.mkstemp(prefix=f"{PREFIX}held-", suffix=path.suffix[:LONGEST_SUFFIX], dir=path.parent)
    try:
        _lock(handle)
        yield Path(name)
    finally:
        os.close(handle)
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)


def clear_leftovers(folder: Path) -> int:
    """Delete the temporary files of killed programs in a folder; return how many there were.

    Only files that are named as ours are, are the user's own, and that no program is writing.
    """
    count = 0
    try:
        found = [entry for entry in os.scandir(folder) if OWN.fullmatch(entry.name)]
    except OSError:
        return 0
    for entry in found:
        with suppress(OSError):
            if _is_left(Path(entry.path)):
                Path(entry.path).unlink()
                count += 1
    return count


def _is_left(path: Path) -> bool:
    """Tell whether nobody is writing a file."""
    facts = path.lstat()
    age_s = time.time() - facts.st_mtime
    if not stat.S_ISREG(facts.st_mode) or age_s < YOUNG_S or (sys.platform != "win32" and facts.st_uid != os.geteuid()):
        return False
    match = OWN.fullmatch(path.name)
    if match is None or match["held"] is None:  # of a version that held no lock
        return age_s > OLD_S
    if sys.platform == "win32":
        return age_s > OLD_S
    import fcntl

    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES) and age_s > OLD_S
    finally:
        os.close(handle)
    return True


def _lock(handle: int) -> None:
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError):  # on a disk that knows no locks
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
