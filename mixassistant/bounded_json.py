"""JSON from files and databases, bounded before it is read: a small file must not ask for gigabytes, nor for endless depth."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Bounds:
    """What a document of one kind may ask for.

    Parameters
    ----------
    size_bytes : int
        Of the text.
    values : int
        Numbers, texts, lists and objects together: each takes up to 200 bytes of memory.
    depth : int
        Lists and objects inside each other.
    """

    size_bytes: int
    values: int = 4_000_000
    depth: int = 32


SMALL = Bounds(1 << 20)
"""Notes, settings and records of our own."""
LARGE = Bounds(64 << 20)
"""Measurements with curves over time: an hour's have some 8 MB with four stems."""


class TooMuch(ValueError):
    """A document beyond its bounds; the message says by which, to stand after “has”: “70 MB, where 64 MB are the most”."""


def parse_json(data: bytes | str, bounds: Bounds = SMALL, **hooks: Any) -> Any:
    """Return what a JSON text holds.

    Parameters
    ----------
    data : bytes or str
        UTF-8, with or without a byte order mark.
    bounds : Bounds
    **hooks : callable
        ``parse_float``, ``parse_int`` and ``parse_constant`` of `json.loads`.

    Raises
    ------
    TooMuch
        It is beyond its bounds.
    ValueError
        It is no JSON.
    """
    if len(data) > bounds.size_bytes:
        raise TooMuch(f"{_megabytes(len(data))}, where {_megabytes(bounds.size_bytes)} are the most")
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    # Commas and brackets inside of texts count too: no document of ours comes near.
    values = text.count(",") + text.count("[") + text.count("{")
    if values > bounds.values:
        raise TooMuch(f"{values} values, where {bounds.values} are the most")
    try:
        found = json.loads(text, **hooks)
    except RecursionError:
        raise _too_deep(bounds) from None
    level = _holders([found])
    for _depth in range(bounds.depth):
        level = [inner for held in level for inner in _holders(held.values() if isinstance(held, dict) else held)]
    if level:
        raise _too_deep(bounds)
    return found


def _holders(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, (dict, list))]


def _too_deep(bounds: Bounds) -> TooMuch:
    return TooMuch(f"more than {bounds.depth} levels inside each other")


def read_json(path: Path, bounds: Bounds = SMALL, **hooks: Any) -> Any:
    """Return what a JSON file holds; as `parse_json`, and no more of the file is read than its bounds allow.

    Raises
    ------
    OSError
        It cannot be read.
    TooMuch
        It is beyond its bounds.
    ValueError
        It is no JSON.
    """
    return parse_json(read_bounded(path, bounds.size_bytes), bounds, **hooks)


def read_bounded(path: Path, size_bytes: int) -> bytes:
    """Return the content of a file.

    Raises
    ------
    OSError
        It cannot be read.
    TooMuch
        It is larger than `size_bytes`.
    """
    with path.open("rb") as file:
        data = file.read(size_bytes + 1)
        if len(data) > size_bytes:
            whole = max(path.stat().st_size, len(data))  # a pipe has no size
            raise TooMuch(f"{_megabytes(whole)}, where {_megabytes(size_bytes)} are the most")
    return data


def inflate(data: bytes, size_bytes: int) -> bytes:
    """Return what zlib has compressed, without making more of it than `size_bytes`.

    Raises
    ------
    TooMuch
        There is more.
    zlib.error
        It is damaged.
    """
    reader = zlib.decompressobj()
    made = reader.decompress(data, size_bytes)
    if reader.unconsumed_tail:
        raise TooMuch(f"more than {_megabytes(size_bytes)} when it is unpacked")
    if not reader.eof:
        raise zlib.error("cut off")
    return made


def _megabytes(count: int) -> str:
    return f"{count / (1 << 20):.{1 if count < 10 << 20 else 0}f} MB"
