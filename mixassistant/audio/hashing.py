"""The identity of content: a file that moved or was renamed is the same file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mixassistant.errors import InputError
from mixassistant.progress import Progress, silent

_BLOCK = 1 << 25  # bytes: some 20 ms of work


def content_hash(*paths: Path, extra: str = "", progress: Progress = silent) -> str:
    """Return the SHA-256 (hex) of the content of files, in the order of their names, and of `extra`.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    whole = hashlib.sha256(extra.encode())
    for index, path in enumerate(sorted(paths, key=lambda p: p.name)):
        content = hashlib.sha256()
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    content.update(block)
                    progress(f"Reading {path.name}", index / len(paths))
        except OSError as error:
            raise InputError("unreadable", f"cannot read “{path.name}”", (error.strerror or "").lower()) from error
        whole.update(content.digest())
    return whole.hexdigest()


def state_of(file: Path) -> tuple[int, int]:
    """Return what changes when a file does."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
