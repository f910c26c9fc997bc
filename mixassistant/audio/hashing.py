"""The identity of content: a file that moved or was renamed is the same file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mixassistant.errors import InputError


def content_hash(*paths: Path, extra: str = "") -> str:
    """Return the SHA-256 (hex) of the content of files, in the order of their names, and of `extra`.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    whole = hashlib.sha256(extra.encode())
    for path in sorted(paths, key=lambda p: p.name):
        try:
            with path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise InputError("unreadable", f"cannot read “{path.name}”", (error.strerror or "").lower()) from error
    return whole.hexdigest()
