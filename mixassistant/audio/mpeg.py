"""The frames of an MPEG audio file (MP3, MP2, MP1), one by one: what it really holds, and where.

The header of such a file, where it has one, tells of the frames that one encoder wrote. Files that were joined, cut or streamed hold
others; between and behind the frames lie tags, covers, padding. Decoders take some of that for frames. So all frames are counted, and
a decoder sees nothing else.

References
----------
ISO/IEC 11172-3 and 13818-3 (frame header); Xing, LAME and VBRI headers; ID3v1, ID3v2, APEv2 and Lyrics3 tags.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from mixassistant.audio.window import Span

# kbit/s by (version 1, layer), and Hz by version.
_KBITS = {
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_CHAIN = 3  # frames that follow each other: so many are no coincidence
_SEARCH = 1 << 16  # bytes after the tags in which the first frame begins
_GAPLESS = (b"LAME", b"Lavf", b"Lavc")  # encoders whose headers count the samples that they put before and behind the music

Bytes = bytes | mmap.mmap


@dataclass(frozen=True)
class Run:
    """What one encoder wrote: frames of one sample rate and channel count, to be decoded as one.

    Parameters
    ----------
    spans : tuple of Span
        Where its frames lie in the file.
    length : int
        Samples per channel that a decoder gives out.
    sample_rate_hz : int
    channels : int
    announced : int or None
        Samples that its header counts; None without one.
    """

    spans: tuple[Span, ...]
    length: int
    sample_rate_hz: int
    channels: int
    announced: int | None


@dataclass(frozen=True)
class Stream:
    """The MPEG audio in a file.

    Parameters
    ----------
    runs : tuple of Run
    damaged : int
        Bytes between its first frame and its last that are neither frames nor tags nor padding.
    is_at_start : bool
        Whether nothing but tags and padding stands before the first frame.
    share : float
        Of the file's bytes that are frames, 0 to 1.
    """

    runs: tuple[Run, ...]
    damaged: int
    is_at_start: bool
    share: float


def frame_length(head: bytes) -> int:
    """Return the bytes of the MPEG frame with this header of four bytes, 0 where it is none."""
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if head[0] != 0xFF or head[1] >> 5 != 7 or version == 1 or layer == 4 or bits in (0, 15) or rate == 3:
        return 0
    kbits, hz = _KBITS[version == 3, layer][bits - 1], _MPEG_HZ[version][rate]
    if layer == 1:
        return (12_000 * kbits // hz + padding) * 4
    return (72_000 if layer == 3 and version != 3 else 144_000) * kbits // hz + padding


def first_frame(data: Bytes, place: int = 0) -> int | None:
    """Return where the first of several frames in a row begins, within 64 KB of a place; None: there is no such place."""
    end = min(place + _SEARCH, len(data))
    while (place := data.find(b"\xff", place, end)) >= 0:
        if _is_chain(data, place):
            return place
        place += 1
    return None


def _kind(head: bytes) -> tuple[int, int]:
    """Return what the frames of one stream have in common: version, layer and sample rate, as bits."""
    return head[1] & 0xFE, head[2] & 0x0C


def _is_chain(data: Bytes, place: int) -> bool:
    """Tell whether three frames of one kind follow each other, or fewer up to the end of the file or a tag."""
    kind = None
    for found in range(_CHAIN):
        head = data[place : place + 4]
        if found and (place == len(data) or after_tag(data, place) > place):
            return True
        length = frame_length(head) if len(head) == 4 else 0
        if not length or kind not in (None, _kind(head)):
            return found == _CHAIN - 1 and place > len(data)  # the last frame of a file may be cut
        kind = _kind(head)
        place += length
    return True


def after_tag(data: Bytes, place: int) -> int:
    """Return where a file goes on after a tag that begins at a place; the place itself where none does."""
    head = data[place : place + 32]
    if head[:3] == b"ID3" and len(head) >= 10 and head[3] in (2, 3, 4) and max(head[6:10]) < 0x80:
        size = sum(byte << 7 * (3 - i) for i, byte in enumerate(head[6:10]))
        return place + 10 + size + (10 if head[5] & 0x10 else 0)
    if head[:8] == b"APETAGEX" and len(head) == 32:
        size, _count, flags = struct.unpack("<III", head[12:24])
        is_header = bool(flags & 0x20000000)
        return place + 32 + (size if is_header else 0)
    if head[:4] == b"TAG+":
        return place + 227
    if head[:3] == b"TAG":
        return place + 128
    if head[:11] == b"LYRICSBEGIN" and (end := data.find(b"LYRICS200", place)) >= 0:
        return end + 9
    return place


def _begin(data: Bytes) -> tuple[int, int | None]:
    """Return where a file goes on after the tags and the padding at its front, and where frames begin, None: it has none there."""
    place = 0
    while (after := after_tag(data, place)) > place:
        place = after
    while (zeros := data[place : place + _SEARCH]) and not any(zeros):
        place += len(zeros)
    place += len(zeros) - len(zeros.lstrip(b"\0"))
    return place, first_frame(data, place)


def promise(path: Path) -> tuple[int, int] | None:
    """Return the bytes that a header announces, its own frame included, and how many there are at most; None: it tells none.

    Raises
    ------
    OSError, ValueError
        The file cannot be read, or is empty.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _place, start = _begin(data)
        found = _header(data, start) if start is not None else None
        return (found.size, len(data) - start) if start is not None and found and found.size else None


def scan(path: Path) -> Stream | None:
    """Return the MPEG audio in a file; None: it does not begin with frames.

    A file whose header counts exactly the bytes that are there is taken by its word. Others are looked through: some 10 ms a minute.

    Raises
    ------
    OSError
    """
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # empty
            return None
        with data:
            place, start = _begin(data)
            if start is None:
                return None
            stated = _stated(data, start)
            if stated is not None:
                return Stream((stated,), 0, start == place, 1.0)
            frames = list(_frames(data, start))
            runs = tuple(_run(data, spans) for spans in _parted(data, frames))
            share = sum(frame.end - frame.start for frame in frames) / len(data)
            return Stream(runs, _damaged(data, frames), start == place, share)


@dataclass(frozen=True)
class _Frame:
    """Where a frame lies, and whether what stood before it was damaged: then a decoder must not take it for the next of the last."""

    start: int
    end: int
    is_fresh: bool


def _frames(data: Bytes, place: int) -> Iterator[_Frame]:
    """Yield the frames of a file."""
    kind, end = _kind(data[place : place + 4]), len(data)
    last: _Frame | None = None  # the last one may turn out to be cut
    is_fresh = False
    while place < end:
        head = data[place : place + 4]
        length = frame_length(head) if len(head) == 4 else 0
        # Another kind of frame begins another recording, or chance has made it: then others of its kind do not follow.
        if length and (_kind(head) == kind or _is_chain(data, place)):
            if last is not None:
                yield last
            kind, last, is_fresh = _kind(head), _Frame(place, min(place + length, end), is_fresh), False
            place += length
        elif (after := after_tag(data, place)) > place:
            place = after
        else:
            place = _resynchronised(data, place if last is None else last.start)
            if last is not None and place >= last.end:
                yield last
            last, is_fresh = None, True
    if last is not None:
        yield last


def _resynchronised(data: Bytes, place: int) -> int:
    """Return where frames or a tag go on after a place; the end of the file where they do not."""
    while (found := data.find(b"\xff", place + 1)) >= 0:
        tag = _first_tag(data, place + 1, found)
        if tag is not None:
            return tag
        if _is_chain(data, found):
            return found
        place = found
    tag = _first_tag(data, place + 1, len(data))
    return len(data) if tag is None else tag


def _first_tag(data: Bytes, begin: int, end: int) -> int | None:
    places = sorted(at for name in (b"ID3", b"APETAGEX", b"TAG", b"LYRICSBEGIN") if (at := data.find(name, begin, end)) >= 0)
    return next((at for at in places if after_tag(data, at) > at), None)


def _damaged(data: Bytes, frames: list[_Frame]) -> int:
    """Return how many bytes between frames are nothing known."""
    lost = 0
    for one, other in pairwise(frames):
        place = one.end
        while place < other.start:
            tag = _first_tag(data, place, other.start)
            until = other.start if tag is None else tag
            lost += until - place - data[place:until].count(0)
            place = other.start if tag is None else after_tag(data, tag)
    return lost


def _signature(head: bytes) -> tuple[int, int, bool]:
    return *_kind(head), head[3] >> 6 == 3


def _parted(data: Bytes, frames: list[_Frame]) -> Iterator[list[Span]]:
    """Yield the frames of each encoder: where another kind begins, or a header of its own, or damage has ended the last."""
    run: list[Span] = []
    signature = None
    for frame in frames:
        own = _signature(data[frame.start : frame.start + 4])
        if run and (own != signature or frame.is_fresh or _header(data, frame.start) is not None):
            yield run
            run = []
        signature = own
        run.append((frame.start, frame.end))
    if run:
        yield run


@dataclass(frozen=True)
class _Header:
    """What a Xing, LAME or VBRI header counts: frames and bytes after and with its own frame, and samples around the music."""

    frames: int | None
    size: int | None
    before: int
    behind: int


def _header(data: Bytes, frame: int) -> _Header | None:
    head = data[frame : frame + 4]
    is_one, is_mono = head[1] >> 3 & 3 == 3, head[3] >> 6 == 3
    place = frame + (4 if head[1] & 1 else 6) + ((17 if is_mono else 32) if is_one else (9 if is_mono else 17))
    for start in {place, place - (0 if head[1] & 1 else 2)}:  # some encoders forget the checksum before it
        if data[start : start + 4] in (b"Xing", b"Info"):
            return _xing(data, start)
    if data[frame + 36 : frame + 40] == b"VBRI" and len(data) >= frame + 54:
        size, frames = struct.unpack(">II", data[frame + 46 : frame + 54])
        return _Header(frames, size, 0, 0)
    return None


def _xing(data: Bytes, place: int) -> _Header | None:
    field = place + 8
    if len(data) < field + 148:
        return None
    flags = struct.unpack(">I", data[place + 4 : field])[0]
    frames = size = None
    if flags & 1:
        frames, field = struct.unpack(">I", data[field : field + 4])[0], field + 4
    if flags & 2:
        size, field = struct.unpack(">I", data[field : field + 4])[0], field + 4
    field += (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    before = behind = 0
    if data[field : field + 4] in _GAPLESS:
        delays = int.from_bytes(data[field + 21 : field + 24], "big")
        before, behind = delays >> 12, delays & 0xFFF
    return _Header(frames, size, before, behind)


def _samples(head: bytes) -> int:
    """Return the samples of a frame with this header."""
    layer = 4 - (head[1] >> 1 & 3)
    return 384 if layer == 1 else 576 if layer == 3 and head[1] >> 3 & 3 != 3 else 1152


def _run(data: Bytes, frames: list[Span]) -> Run:
    head = data[frames[0][0] : frames[0][0] + 4]
    found = _header(data, frames[0][0])
    spans: list[Span] = []
    for start, end in frames:
        if spans and spans[-1][1] == start:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return _run_of(head, tuple(spans), found, len(frames) - (found is not None))


def _run_of(head: bytes, spans: tuple[Span, ...], found: _Header | None, frames: int) -> Run:
    def music(count: int) -> int:
        return max(count * _samples(head) - (found.before + found.behind if found else 0), 0)

    announced = music(found.frames) if found and found.frames else None
    rate = _MPEG_HZ[head[1] >> 3 & 3][head[2] >> 2 & 3]
    return Run(spans, music(frames), rate, 1 if head[3] >> 6 == 3 else 2, announced)


def _stated(data: Bytes, start: int) -> Run | None:
    """Return the run that a header describes where what it says of its bytes is true; None: the frames must be counted."""
    found = _header(data, start)
    if found is None or not found.frames or not found.size:
        return None
    end = place = start + found.size
    while place < len(data) and (after := after_tag(data, place)) > place:
        place = after
    return _run_of(data[start : start + 4], ((start, end),), found, found.frames) if place == len(data) else None
