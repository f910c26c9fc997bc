"""What files promise: how much of the audio that a header announces is not there.

A copy that was cut off opens like a shorter song in most decoders. The sizes in the headers tell the two apart; where a header
tells no size (recorders that stream, Ogg, bare MPEG frames), nothing is claimed.

References
----------
RIFF/WAVE (Microsoft 1991), RF64 (EBU Tech 3306), AIFF-C (Apple 1991), Wave64 (Sony), CAF (Apple), Ogg (RFC 3533),
ISO/IEC 14496-12 (MP4), Matroska (RFC 9559), Advanced Systems Format (Microsoft 2004).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from mixassistant.audio import mpeg
from mixassistant.audio.window import Span

# Sizes of programs that write to a pipe and do not know: the largest 31- and 32-bit numbers, less a header.
_UNKNOWN_32 = ((0x7FFFF000, 0x7FFFFFFF), (0xFFFFF000, 0xFFFFFFFF))
_OGG_TAIL = 1 << 17  # bytes: more than a page
_W64_NAME = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_LOOKED_AT = 1 << 12  # bytes behind the samples that a header counts
_LEAST = 1 << 13  # bytes there that are worth a thought: 46 ms of a CD
_PLACES = 65  # at which it is looked for sound
_OTHERS = (b"RIFF", b"RF64", b"FORM", b"TAG", b"ID3", b"APETAGEX", b"LIST", b"id3 ", b"bext", b"iXML", b"_PMX")
_TEXT = frozenset((9, 10, 13, *range(0x20, 0x7F)))
_MOSTLY = 0.9  # of bytes that are letters: samples are at a third, text at nearly all
_CHUNK_LIMIT = 10_000  # of chunks looked at: no file of ours has more

Promise = tuple[int, int]
"""Bytes that a header announces, and how many of them are there."""


def missing_share(path: Path) -> float:
    """Return the share of its audio that a file announces and does not hold, 0 to 1.

    0 where nothing is missing or the file does not tell; 1 where it breaks off in the middle of something and does not tell how
    much was to come.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(16)
            reader = next((read for matches, read in _READERS if matches(start)), None)
            found = reader(file, size) if reader else mpeg.promise(path)
    except (OSError, struct.error, ValueError, IndexError):
        return 0.0  # the decoder will say what is wrong
    if found is None:
        return 0.0
    announced, held = found
    return min(max(1 - held / announced, 0.0), 1.0) if announced > 0 else 0.0


def wave_format(path: Path) -> int | None:
    """Return the tag of a WAV's coding (1: PCM, 3: floating point, 0x55: MP3 …); None: it is no WAV, or has none."""
    with path.open("rb") as file:
        if not _is_wave(file.read(16)):
            return None
        size = os.fstat(file.fileno()).st_size
        place = next((begin for name, _length, begin in chunks(file, 12, "<", size) if name == b"fmt "), None)
        if place is None:
            return None
        file.seek(place)
        return int.from_bytes(file.read(2), "little")


def unannounced(path: Path) -> Span | None:
    """Return where the samples of a WAV or AIFF lie whose header counts fewer than there are; None: it counts them all.

    Recorders write the sizes when they stop: one that lost its power leaves none, or those of the last time that it saved. A WAV of
    more than 4 GB has sizes that are too small by a multiple of that.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(16)
            if _is_wave(start):
                order, wanted, first = "<", b"data", 0
            elif _is_aiff(start):
                order, wanted, first = ">", b"SSND", 8  # offset and block size stand before the samples
            else:
                return None
            found = next(((n, place) for name, n, place in chunks(file, 12, order, size) if name == wanted), None)
            if found is None or any(low <= found[0] <= high for low, high in _UNKNOWN_32):
                return None
            length, place = found
            end = place + max(length, first)
            return (place + first, size) if size > end and _goes_on(file, end, order, size) else None
    except (OSError, struct.error, ValueError, IndexError):
        return None


def _goes_on(file: BinaryIO, place: int, order: str, size: int) -> bool:
    """Tell whether what follows the samples that a header counts is more of them: no chunks, tags, text or padding."""
    if size - place < _LEAST:
        return False
    file.seek(place)
    rest = file.read(_LOOKED_AT)
    if rest.startswith(_OTHERS) or rest[1:].startswith(_OTHERS):
        return False
    for part in range(_PLACES):  # padding, and silence, are one byte over and over
        file.seek(place + (size - place - _LOOKED_AT) * part // (_PLACES - 1))
        rest = file.read(_LOOKED_AT)
        if len(set(rest)) > 1:
            break
    else:
        return False
    text = sum(byte in _TEXT for byte in rest) / len(rest)
    return text < _MOSTLY and not any(_are_chunks(file, begin, order, size) for begin in (place, place + 1))


def _are_chunks(file: BinaryIO, place: int, order: str, size: int) -> bool:
    """Tell whether chunks follow each other from a place on, up to the end of the file or close to it."""
    end = place
    for name, length, begin in chunks(file, place, order, size):
        if not all(0x20 <= byte < 0x7F for byte in name) or begin + length > size + 1:
            return size - end < _LEAST and end > place
        end = begin + length + (length & 1)
    return end > place


def chunks(file: BinaryIO, place: int, order: str, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, announced size and the place of the content of IFF chunks."""
    for _ in range(_CHUNK_LIMIT):
        file.seek(place)
        header = file.read(8)
        if len(header) < 8:
            return
        name, length = struct.unpack(f"{order}4sI", header)
        yield name, length, place + 8
        place += 8 + length + (length & 1)
        if place > size:
            return


def _is_wave(start: bytes) -> bool:
    return start[:4] in (b"RIFF", b"RF64", b"BW64") and start[8:12] == b"WAVE"


def _is_aiff(start: bytes) -> bool:
    return start[:4] == b"FORM" and start[8:12] in (b"AIFF", b"AIFC")


def _wave(file: BinaryIO, size: int) -> Promise | None:
    long = None
    for name, length, place in chunks(file, 12, "<", size):
        if name == b"ds64":
            file.seek(place + 8)
            long = struct.unpack("<Q", file.read(8))[0]
        if name == b"data":
            announced = long if long is not None and length == 0xFFFFFFFF else length
            if announced in (0, 0xFFFFFFFFFFFFFFFF) or any(low <= announced <= high for low, high in _UNKNOWN_32):
                return None
            return announced, size - place
    return None


def _aiff(file: BinaryIO, size: int) -> Promise | None:
    for name, length, place in chunks(file, 12, ">", size):
        if name == b"SSND" and length and not any(low <= length <= high for low, high in _UNKNOWN_32):
            return length, size - place
    return None


def wave64_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, size and the place of the content of the chunks of a Wave64."""
    place = 40
    for _ in range(_CHUNK_LIMIT):
        file.seek(place)
        header = file.read(24)
        if len(header) < 24:
            return
        length = struct.unpack("<Q", header[16:])[0]  # with the header itself
        yield header[:4] if header[4:16] == _W64_NAME else header[:16], length - 24, place + 24
        place += max(24, (length + 7) // 8 * 8)


def _wave64(file: BinaryIO, size: int) -> Promise | None:
    return next(((length, size - place) for name, length, place in wave64_chunks(file) if name == b"data"), None)


def _caf(file: BinaryIO, size: int) -> Promise | None:
    place = 8
    for _ in range(_CHUNK_LIMIT):
        file.seek(place)
        header = file.read(12)
        if len(header) < 12:
            return None
        name, length = struct.unpack(">4sq", header)
        if name == b"data":
            return (length, size - place - 12) if length > 0 else None  # −1: to the end of the file
        place += 12 + max(length, 0)
    return None


def _au(file: BinaryIO, size: int) -> Promise | None:
    file.seek(4)
    offset, length = struct.unpack(">II", file.read(8))
    return (length, size - offset) if length != 0xFFFFFFFF else None


def _ogg(file: BinaryIO, size: int) -> Promise | None:
    """Look at the last page: Ogg announces no length, but a page that is not whole was cut."""
    begin = max(size - _OGG_TAIL, 0)
    file.seek(begin)
    tail = file.read()
    place = tail.rfind(b"OggS\x00")
    if place < 0:
        return None
    page = tail[place:]
    segments = page[26] if len(page) > 26 else 0
    whole = 27 + segments + sum(page[27 : 27 + segments])
    return None if len(page) > 26 and len(page) >= whole else (1, 0)


def _mp4(file: BinaryIO, size: int) -> Promise | None:
    place = 0
    for _ in range(_CHUNK_LIMIT):
        file.seek(place)
        header = file.read(16)
        if len(header) < 8:
            return None
        length, name = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:])[0]
        if length == 0:  # to the end of the file
            return None
        if name == b"mdat" and place + length > size:
            return place + length, size
        place += max(length, 8)
    return None


def _matroska(file: BinaryIO, size: int) -> Promise | None:
    def number(place: int) -> tuple[int | None, int]:
        file.seek(place)
        raw = file.read(8)
        width = 9 - raw[0].bit_length()
        value = int.from_bytes(raw[:width], "big") & ((1 << 7 * width) - 1)
        return (None if value == (1 << 7 * width) - 1 else value), place + width  # all ones: not known

    length, place = number(4)
    if length is None:
        return None
    place += length
    file.seek(place)
    if file.read(4) != b"\x18\x53\x80\x67":
        return None
    announced, place = number(place + 4)
    return (announced, size - place) if announced else None


def _asf(file: BinaryIO, size: int) -> Promise | None:
    place = 30
    for _ in range(_CHUNK_LIMIT):
        file.seek(place)
        header = file.read(24)
        if len(header) < 24:
            return None
        if header[:16] == _ASF_FILE:
            content = file.read(80)
            is_live = struct.unpack("<I", content[64:68])[0] & 1
            announced = struct.unpack("<Q", content[16:24])[0]
            return None if is_live or not announced else (announced, size)
        place += max(struct.unpack("<Q", header[16:])[0], 24)
    return None


_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[BinaryIO, int], Promise | None]], ...] = (
    (_is_wave, _wave),
    (_is_aiff, _aiff),
    (lambda start: start[:4] == b"riff" and start[4:8] == b"\x2e\x91\xcf\x11", _wave64),
    (lambda start: start[:4] == b"caff", _caf),
    (lambda start: start[:4] == b".snd", _au),
    (lambda start: start[:4] == b"OggS", _ogg),
    (lambda start: start[4:8] == b"ftyp", _mp4),
    (lambda start: start[:4] == b"\x1a\x45\xdf\xa3", _matroska),
    (lambda start: start[:16] == _ASF_HEADER, _asf),
)
