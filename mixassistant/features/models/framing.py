"""The framed protocol between us and a worker process: JSON headers, raw float32, nothing that could run.

A frame is ``b"MXF1"``, the header's length (uint32, little-endian), the header (UTF-8 JSON) and then the arrays that
its ``arrays`` entry lists as ``[name, shape]``, in that order, as little-endian float32.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mixassistant.bounded_json import parse_json

MAGIC = b"MXF1"
HEADER_LIMIT = 1 << 20  # bytes; ours are a few hundred
ARRAYS_LIMIT = 1 << 32  # bytes; an hour of mono at 44.1 kHz is 0.6 GB

Arrays = Mapping[str, NDArray[np.float32]]


class BrokenFrame(ValueError):
    """What was read is not a frame: the other side is not ours, or it died while writing."""


@dataclass(frozen=True)
class Frame:
    """A message: a header of plain JSON values, and named arrays."""

    header: Mapping[str, Any]
    arrays: Arrays = field(default_factory=dict)


def write_frame(stream: BinaryIO, frame: Frame) -> None:
    """Write a frame and flush it.

    Raises
    ------
    OSError
        The other side is gone.
    """
    arrays = {name: np.ascontiguousarray(values, dtype="<f4") for name, values in frame.arrays.items()}
    listed = [[name, list(values.shape)] for name, values in arrays.items()]
    header = json.dumps({**frame.header, "arrays": listed}).encode()
    stream.write(MAGIC + struct.pack("<I", len(header)) + header)
    for values in arrays.values():
        stream.write(values.tobytes())
    stream.flush()


def read_frame(stream: BinaryIO) -> Frame | None:
    """Read a frame; ``None`` when the stream ended between two frames.

    Raises
    ------
    BrokenFrame
        The stream ended inside a frame or holds something else.
    """
    start = stream.read(len(MAGIC) + 4)
    if not start:
        return None
    if len(start) < len(MAGIC) + 4 or not start.startswith(MAGIC):
        raise BrokenFrame("not a frame")
    (size,) = struct.unpack("<I", start[len(MAGIC) :])
    if size > HEADER_LIMIT:
        raise BrokenFrame("the header is too long")
    try:
        header = parse_json(_exactly(stream, size))
        listed = [(str(name), tuple(int(n) for n in shape)) for name, shape in header.pop("arrays")]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BrokenFrame("the header is not ours") from error
    if any(n < 0 for _, shape in listed for n in shape) or sum(4 * math.prod(shape) for _, shape in listed) > ARRAYS_LIMIT:
        raise BrokenFrame("the arrays are too large")
    arrays = {name: np.frombuffer(_exactly(stream, 4 * math.prod(shape)), dtype="<f4").reshape(shape) for name, shape in listed}
    return Frame(header, arrays)


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise BrokenFrame("the stream ended inside a frame")
    return data
