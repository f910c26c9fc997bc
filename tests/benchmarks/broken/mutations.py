"""What befalls files: bits turn over, copies break off, blocks are lost, programs write sizes that are not true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

Random = np.random.Generator
HEAD = 512  # bytes in which most headers lie
_HUGE = (0xFF, 0x7F, 0x80, 0x00)  # the first bytes of sizes that are nowhere near the truth


def _place(data: bytes, random: Random) -> int:
    """Return a place in a file: every second one in its header, where a byte does more."""
    return int(random.integers(0, min(HEAD, len(data)) if random.random() < 0.5 else len(data)))


def _flip(data: bytes, random: Random, _other: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(int(random.choice((1, 1, 2, 8, 64)))):
        made[_place(data, random)] ^= 1 << int(random.integers(8))
    return bytes(made)


def _cut(data: bytes, random: Random, _other: bytes) -> bytes:
    return data[: _place(data, random)]


def _behead(data: bytes, random: Random, _other: bytes) -> bytes:
    return data[_place(data, random) :]


def _insert(data: bytes, random: Random, _other: bytes) -> bytes:
    place = _place(data, random)
    return data[:place] + random.bytes(int(random.choice((1, 3, 64, 5000)))) + data[place:]


def _remove(data: bytes, random: Random, _other: bytes) -> bytes:
    place = _place(data, random)
    return data[:place] + data[place + int(random.choice((1, 2, 16, 4096))) :]


def _zero(data: bytes, random: Random, _other: bytes) -> bytes:
    place, count = _place(data, random), int(random.choice((4, 16, 512, 4096, 65536)))
    gone = data[place : place + count]
    return data[:place] + bytes(len(gone)) + data[place + len(gone) :]


def _swap(data: bytes, random: Random, _other: bytes) -> bytes:
    """Exchange two pieces, as a file system does that has lost its table."""
    count = int(random.choice((4, 8, 64, 512, 4096)))
    first, second = sorted((_place(data, random), _place(data, random)))
    second = max(second, first + count)
    a, b = data[first : first + count], data[second : second + count]
    return data[:first] + b + data[first + count : second] + a + data[second + count :]


def _huge(data: bytes, random: Random, _other: bytes) -> bytes:
    """Put a number that is far too large, or far too small, over four or eight bytes of a header."""
    place = int(random.integers(0, min(HEAD, len(data))))
    width = int(random.choice((2, 4, 8)))
    number = bytes([int(random.choice(_HUGE))]) + bytes([int(random.choice((0x00, 0xFF)))]) * (width - 1)
    return data[:place] + (number if random.random() < 0.5 else number[::-1]) + data[place + width :]


def _repeat(data: bytes, random: Random, _other: bytes) -> bytes:
    """Write a piece again and again: chunks in chunks."""
    place = _place(data, random)
    piece = data[place : place + int(random.choice((8, 16, 64, 1024)))]
    return data[:place] + piece * int(random.choice((2, 100, 2000))) + data[place + len(piece) :]


def _join(data: bytes, random: Random, other: bytes) -> bytes:
    """Put the end of one format behind the beginning of another."""
    return data[: _place(data, random)] + other[_place(other, random) :]


MUTATIONS: Mapping[str, Callable[[bytes, Random, bytes], bytes]] = MappingProxyType(
    {
        "bits": _flip,
        "cut": _cut,
        "beheaded": _behead,
        "inserted": _insert,
        "removed": _remove,
        "zeroed": _zero,
        "swapped": _swap,
        "sizes": _huge,
        "repeated": _repeat,
        "joined": _join,
    }
)


def broken(data: bytes, other: bytes, random: Random) -> tuple[bytes, str]:
    """Return a broken file made of a whole one, and of another where two are joined; and what befell it."""
    names = [str(name) for name in random.choice([*MUTATIONS], size=int(random.choice((1, 1, 1, 2))), replace=False)]
    for name in names:
        data = MUTATIONS[name](data or b"\0", random, other)
    return data, "+".join(names)
