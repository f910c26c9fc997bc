"""The labels of Native Instruments' stem format: JSON in the box ``moov/udta/stem`` of an MP4 file.

References
----------
Native Instruments, Stem file specification (2015); ISO/IEC 14496-12.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

from mixassistant.bounded_json import parse_json

_LARGEST = 1 << 20  # bytes of the box: a kilobyte as a rule
_BOXES = 1000  # looked at in one box


def stem_labels(path: Path) -> tuple[str, ...] | None:
    """Return the names of the four stems as the file gives them, empty ones included; None: it holds no such box."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            place: tuple[int, int] | None = (0, size)
            for name in (b"moov", b"udta", b"stem"):
                place = _box(file, name, *place) if place else None
            if place is None or place[1] - place[0] > _LARGEST:
                return None
            file.seek(place[0])
            content = parse_json(file.read(place[1] - place[0]).decode("utf-8", "replace"))
            return tuple(str(stem.get("name") or "").strip() for stem in content["stems"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        return None


def _box(file: BinaryIO, name: bytes, place: int, end: int) -> tuple[int, int] | None:
    """Return where the content of the first box of a name lies."""
    for _ in range(_BOXES):
        file.seek(place)
        header = file.read(16)
        if place + 8 > end or len(header) < 8:
            return None
        length, found = struct.unpack(">I4s", header[:8])
        begin = place + 8
        if length == 1 and len(header) == 16:
            length, begin = struct.unpack(">Q", header[8:])[0], place + 16
        stop = end if length == 0 else place + length
        if found == name:
            return begin, min(stop, end)
        if stop < begin:
            return None
        place = stop
    return None
