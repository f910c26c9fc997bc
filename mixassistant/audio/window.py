"""A file of which a decoder sees certain bytes only: one recording of several, audio without the tags between."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from types import TracebackType
from typing import Any

from mixassistant.audio.audio import Samples

Piece = tuple[Samples, int]
"""Samples ``[shape=(channels, samples)]`` and their sample rate in Hz."""
Span = tuple[int, int]
"""The first byte of a stretch of a file, and the one behind its last."""


class Window:
    """Stretches of an open binary file, one behind the other, as a file of their own that can be read.

    It has no name, so that no decoder guesses from one what it holds.

    Parameters
    ----------
    file : binary file
        Open for reading; closed by its owner.
    spans : sequence of Span
        Not empty, each of at least one byte.
    """

    def __init__(self, file: Any, spans: Sequence[Span]) -> None:
        self._file, self._spans = file, spans
        self._starts = [0, *accumulate(end - start for start, end in spans)]
        self._place = 0

    def __enter__(self) -> Window:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._starts[-1]

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._place

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from the start, from here or from the end."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._starts[-1]}[whence]
        if base + place < 0:
            raise OSError("before the beginning")
        self._place = base + place
        return self._place

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, fewer at the end."""
        left = self._starts[-1] - self._place
        size = left if size < 0 else min(size, left)
        pieces = []
        while size > 0:
            index = bisect_right(self._starts, self._place) - 1
            start, end = self._spans[index]
            place = start + self._place - self._starts[index]
            self._file.seek(place)
            piece = self._file.read(min(size, end - place))
            if not piece:
                break
            pieces.append(piece)
            self._place += len(piece)
            size -= len(piece)
        return b"".join(pieces)

    def readinto(self, buffer: memoryview) -> int:
        """Fill a buffer with the next bytes and return how many there were."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
