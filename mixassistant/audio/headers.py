"""What files promise: how much of the audio that a header announces is not there.

A copy that was cut off opens like a shorter song in most decoders. The sizes in the headers tell the two apart; where a header
tells no size (recorders that stream, Ogg, bare MPEG frames), nothing is claimed.

References
----------
RIFF/WAVE (Microsoft 1991), RF64 (EBU Tech 3306), AIFF-C (Apple 1991), Wave64 (Sony), CAF (Apple), Ogg (RFC 3533), Xing and VBRI
headers of MP3, ISO/IEC 14496-12 (MP4), Matroska (RFC 9559), Advanced Systems Format (Microsoft 2004).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

# Sizes of programs that write to a pipe and do not know: the largest 31- and 32-bit numbers, less a header.
_UNKNOWN_32 = ((0x7FFFF000, 0x7FFFFFFF), (0xFFFFF000, 0xFFFFFFFF))
_OGG_TAIL = 1 << 17  # bytes: more than a page
_MPEG_SEARCH = 1 << 16  # bytes after the tag in which the first frame begins
_W64_DATA = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
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
            found = reader(file, size) if reader else None
    except (OSError, struct.error, ValueError, IndexError):
        return 0.0  # the decoder will say what is wrong
    if found is None:
        return 0.0
    announced, held = found
    return min(max(1 - held / announced, 0.0), 1.0) if announced > 0 else 0.0


def has_open_end(path: Path) -> bool:
    """Tell whether a WAV says that it holds no audio, and goes on after that: its recorder never came to write the size."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not _is_wave(file.read(16)):
                return False
            return next((n == 0 and size > place + 8 for name, n, place in _chunks(file, 12, "<", size) if name == b"data"), False)
    except (OSError, struct.error, ValueError, IndexError):
        return False


def mp3_tells_length(path: Path) -> bool:
    """Tell whether an MP3 begins with a Xing or VBRI header: without one its length is guessed from the size of its frames."""
    try:
        with path.open("rb") as file:
            return _mp3(file, os.fstat(file.fileno()).st_size) is not None
    except (OSError, struct.error, ValueError, IndexError):
        return False


def holds_mpeg_frames(path: Path) -> bool:
    """Tell whether two MPEG audio frames follow each other near the start: the MP3 decoder prints errors about all else."""
    try:
        with path.open("rb") as file:
            file.seek(_after_id3(file))
            data = file.read(_MPEG_SEARCH)
    except (OSError, IndexError, ValueError):
        return False
    for place in range(len(data) - 3):
        if data[place] == 0xFF and (length := _mpeg_length(data[place : place + 4])):
            following = data[place + length : place + length + 4]
            if len(following) < 4 or _mpeg_length(following):
                return True
    return False


# ISO/IEC 11172-3 and 13818-3: kbit/s by (version 1, layer), and Hz by version.
_KBITS = {
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _mpeg_length(head: bytes) -> int:
    """Return the bytes of the MPEG frame with this header, 0 where it is none."""
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if head[0] != 0xFF or head[1] >> 5 != 7 or version == 1 or layer == 4 or bits in (0, 15) or rate == 3:
        return 0
    kbits, hz = _KBITS[version == 3, layer][bits - 1], _MPEG_HZ[version][rate]
    if layer == 1:
        return (12_000 * kbits // hz + padding) * 4
    return (72_000 if layer == 3 and version != 3 else 144_000) * kbits // hz + padding


def _after_id3(file: BinaryIO) -> int:
    """Return where a file goes on after an ID3v2 tag."""
    file.seek(0)
    tag = file.read(10)
    if tag[:3] != b"ID3":
        return 0
    return 10 + sum((byte & 0x7F) << 7 * (3 - i) for i, byte in enumerate(tag[6:10])) + (10 if tag[5] & 0x10 else 0)


def _chunks(file: BinaryIO, place: int, order: str, size: int) -> Iterator[tuple[bytes, int, int]]:
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
    return start[:4] in (b"RIFF", b"RF64") and start[8:12] == b"WAVE"


def _wave(file: BinaryIO, size: int) -> Promise | None:
    long = None
    for name, length, place in _chunks(file, 12, "<", size):
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
    for name, length, place in _chunks(file, 12, ">", size):
        if name == b"SSND" and length and not any(low <= length <= high for low, high in _UNKNOWN_32):
            return length, size - place
    return None


def _wave64(file: BinaryIO, size: int) -> Promise | None:
    place = 40
    for _ in range(_CHUNK_LIMIT):
        file.seek(place)
        header = file.read(24)
        if len(header) < 24:
            return None
        length = struct.unpack("<Q", header[16:])[0]  # with the header itself
        if header[:16] == _W64_DATA:
            return length - 24, size - place - 24
        place += max(24, (length + 7) // 8 * 8)
    return None


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


def _mp3(file: BinaryIO, size: int) -> Promise | None:
    """Read the Xing or VBRI header, where encoders write the bytes from the first frame on."""
    begin = _after_id3(file)
    file.seek(begin)
    data = file.read(_MPEG_SEARCH)
    frame = next((i for i in range(len(data) - 4) if data[i] == 0xFF and _mpeg_length(data[i : i + 4])), None)
    if frame is None:
        return None
    head = data[frame : frame + 200]
    place = next((i for i in (36, 21, 13, 38, 23, 15) if head[i : i + 4] in (b"Xing", b"Info")), None)
    if place is not None:
        flags = struct.unpack(">I", head[place + 4 : place + 8])[0]
        if not flags & 2:
            return None
        field = place + 8 + (4 if flags & 1 else 0)
        return struct.unpack(">I", head[field : field + 4])[0], size - begin - frame
    if head[36:40] == b"VBRI":
        return struct.unpack(">I", head[46:50])[0], size - begin - frame
    return None


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
    (lambda start: start[:4] == b"FORM" and start[8:12] in (b"AIFF", b"AIFC"), _aiff),
    (lambda start: start[:4] == b"riff" and start[4:8] == b"\x2e\x91\xcf\x11", _wave64),
    (lambda start: start[:4] == b"caff", _caf),
    (lambda start: start[:4] == b".snd", _au),
    (lambda start: start[:4] == b"OggS", _ogg),
    (lambda start: start[4:8] == b"ftyp", _mp4),
    (lambda start: start[:4] == b"\x1a\x45\xdf\xa3", _matroska),
    (lambda start: start[:16] == _ASF_HEADER, _asf),
    (lambda start: start[:3] == b"ID3" or (start[:1] == b"\xff" and len(start) > 1 and start[1] >> 5 == 7), _mp3),
)
