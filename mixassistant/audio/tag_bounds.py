"""Packed tags, bounded while they are unpacked: ID3 frames may be compressed, and a megabyte of them unpacks to gigabytes.

Titles, artists and genres are some hundred bytes, a cover a megabyte; nobody packs them. What is beyond the bounds is left out by
the reader of tags like any other frame that is damaged.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from mixassistant.bounded_json import TooMuch, inflate

UNPACKED_BYTES = 16 << 20  # of all tags of a file together


class _Room(threading.local):
    """What this thread may still unpack, in bytes; ``None`` where nobody asked for a bound."""

    left: int | None = None
    is_spent = False  # more than that was asked for


class _BoundedZlib:
    """Stands where mutagen has `zlib`; of that it uses these two names."""

    error = zlib.error

    def __init__(self) -> None:
        self.room = _Room()

    def decompress(self, data: bytes) -> bytes:
        """Unpack within what is left to this thread."""
        if self.room.left is None:
            return zlib.decompress(data)
        try:
            made = inflate(data, self.room.left)
        except TooMuch as error:
            self.room.left, self.room.is_spent = 0, True
            raise zlib.error(str(error)) from error
        self.room.left -= len(made)
        return made


_ZLIB = _BoundedZlib()


@contextmanager
def bounded_tags() -> Iterator[_Room]:
    """Let mutagen unpack no more than `UNPACKED_BYTES` in this thread, for one file; what is yielded tells whether it wanted more."""
    import mutagen.id3._frames as frames

    frames.zlib = _ZLIB  # type: ignore[assignment, attr-defined] # everything that mutagen unpacks goes through this name
    _ZLIB.room.left, _ZLIB.room.is_spent = UNPACKED_BYTES, False
    try:
        yield _ZLIB.room
    finally:
        _ZLIB.room.left = None
