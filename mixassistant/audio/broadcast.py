"""Time stamps of Broadcast Wave files: when, after midnight, the first sample was recorded.

DAWs and field recorders write them, so that tracks that begin at different moments can be put where they belong.

References
----------
EBU Tech 3285 (the chunk ``bext``), EBU Tech 3306 (RF64), Sony Wave64; ``flac --keep-foreign-metadata`` (block ``riff`` of FLAC).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mixassistant.audio.headers import chunks, wave64_chunks

_TIME = 338  # bytes of description, originator, reference, date and time before the stamp
_BLOCKS = 1000  # of metadata in a FLAC


def time_reference_s(path: Path) -> float | None:
    """Return the seconds from midnight to the first sample of a WAV, RF64, Wave64 or FLAC; None where the file does not tell.

    A stamp of zero is a stamp.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            rate, samples = _found(file, size)
    except (OSError, struct.error, ValueError):
        return None
    return samples / rate if rate and samples is not None else None


def _found(file: BinaryIO, size: int) -> tuple[int, int | None]:
    """Return the sample rate in Hz, and the stamp in samples."""
    start = file.read(12)
    rate, samples = 0, None
    if start[:4] in (b"RIFF", b"RF64", b"BW64") and start[8:] == b"WAVE":
        found = chunks(file, 12, "<", size)
    elif start[:4] == b"riff":
        found = wave64_chunks(file)
    elif start[:4] == b"fLaC":
        return _flac(file)
    else:
        return 0, None
    for name, length, place in found:
        if name == b"fmt ":
            file.seek(place + 4)
            rate = struct.unpack("<I", file.read(4))[0]
        if name == b"bext" and length >= _TIME + 8:
            file.seek(place + _TIME)
            samples = struct.unpack("<Q", file.read(8))[0]
        if rate and samples is not None:
            break
    return rate, samples


def _flac(file: BinaryIO) -> tuple[int, int | None]:
    rate, samples = 0, None
    for kind, place, length in _flac_blocks(file):
        file.seek(place)
        if kind == 0:  # STREAMINFO: the rate is 20 bits after ten bytes
            rate = int.from_bytes(file.read(13)[10:], "big") >> 4
        elif kind == 2 and file.read(8) == b"riffbext" and length >= 12 + _TIME + 8:
            file.seek(place + 12 + _TIME)
            samples = struct.unpack("<Q", file.read(8))[0]
    return rate, samples


def _flac_blocks(file: BinaryIO) -> Iterator[tuple[int, int, int]]:
    """Yield kind, place and length of the metadata blocks of a FLAC."""
    place = 4
    for _ in range(_BLOCKS):
        file.seek(place)
        head = file.read(4)
        if len(head) < 4:
            return
        length = int.from_bytes(head[1:], "big")
        yield head[0] & 0x7F, place + 4, length
        if head[0] & 0x80:
            return
        place += 4 + length
