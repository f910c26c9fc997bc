"""Recordings that were put behind each other in one file, byte by byte: each is to be read, not only the first.

References
----------
RFC 3533 (Ogg: chained and grouped streams), RFC 9639 (FLAC), RIFF/WAVE (Microsoft 1991), AIFF (Apple 1989).
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.mpeg import after_tag
from mixassistant.audio.window import Span

_FLAC = b"fLaC\x00\x00\x00\x22"  # the mark, and STREAMINFO with its 34 bytes


@dataclass(frozen=True)
class Recordings:
    """The recordings in a file.

    Parameters
    ----------
    spans : tuple of Span
        Where each of them lies.
    streams : int
        How many streams of sound, or of anything else, the first of them holds beside each other.
    """

    spans: tuple[Span, ...]
    streams: int = 1


def recordings(path: Path, is_thorough: bool) -> Recordings:
    """Return the recordings of a WAV, AIFF, FLAC or Ogg file, nearly always one; of any other file all of it.

    Parameters
    ----------
    path : Path
    is_thorough : bool
        FLAC and Ogg do not say where a recording ends: all of the file must be read to find a second one. If not, the first is all.

    Raises
    ------
    OSError, ValueError
        The file cannot be read, or is empty.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        begin, size = after_tag(data, 0), len(data)
        head = data[begin : begin + 12]
        if head[:4] == b"OggS":
            return _ogg(data, begin, is_thorough)
        if head[:4] == b"fLaC" and is_thorough:
            starts = list(_found(data, begin, _FLAC))
        elif head[:4] in (b"RIFF", b"FORM"):
            starts = list(_iff(data, begin))
        else:
            starts = []
        starts = starts or [begin]
        return Recordings(tuple(zip(starts, [*starts[1:], size], strict=True)))


def _found(data: mmap.mmap, place: int, mark: bytes) -> Iterator[int]:
    while (place := data.find(mark, place)) >= 0:
        yield place
        place += len(mark)


def _iff(data: mmap.mmap, place: int) -> Iterator[int]:
    """Yield where the files begin of which each announces its size and is followed by one of its own kind."""
    kind = data[place : place + 4], data[place + 8 : place + 11]  # AIFF and AIFF-C are one kind
    order = "<I" if kind[0] == b"RIFF" else ">I"
    while (data[place : place + 4], data[place + 8 : place + 11]) == kind:
        yield place
        size = struct.unpack(order, data[place + 4 : place + 8])[0]
        place += 8 + size + (size & 1 if data[place + 8 + size : place + 12 + size] != kind[0] else 0)


def _ogg(data: mmap.mmap, place: int, is_thorough: bool) -> Recordings:
    """Follow the pages: streams that begin together belong together, one that begins later is another recording."""
    starts: list[int] = []
    streams, is_beginning = 0, False
    while data[place : place + 5] == b"OggS\0" or (place := data.find(b"OggS\0", place)) >= 0:
        head = data[place : place + 27]
        if len(head) < 27:
            break
        begins = bool(head[5] & 2)
        if starts and not begins and not is_thorough:
            break
        if begins and not is_beginning:
            starts.append(place)
        streams += begins and len(starts) == 1
        is_beginning = begins
        table = data[place + 27 : place + 27 + head[26]]
        place += 27 + len(table) + sum(table)
    starts = starts or [0]
    return Recordings(tuple(zip(starts, [*starts[1:], len(data)], strict=True)), max(streams, 1))
