"""Reader of what libsndfile decodes best: WAV, AIFF, FLAC, Ogg, CAF, AU and Wave64, told by their content."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mixassistant.audio.headers import unannounced, wave_format
from mixassistant.audio.joined import recordings
from mixassistant.audio.streams import FileInfo, StreamInfo
from mixassistant.audio.window import Piece, Span, Window

if TYPE_CHECKING:
    import soundfile

ENDLESS = 1 << 62  # frames: what libsndfile tells of a FLAC whose encoder did not know
_STARTS = (b"RIFF", b"RF64", b"BW64", b"FORM", b"fLaC", b"OggS", b"caff", b".snd", b"riff\x2e\x91\xcf\x11")
_MPEG_IN_WAVE = (0x50, 0x55)  # format tags of MP2 and MP3, whose decoder prints what it thinks
_PLAIN = ("PCM_", "FLOAT", "DOUBLE", "ULAW", "ALAW")  # codings of which every sample has one size
_GUESSED = ("OGG",)  # formats whose headers do not count their samples


def native(path: Path) -> str | bytes:
    """Return a path as libsndfile takes it: bytes on POSIX, where a name need not be UTF-8."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _is_ours(path: Path, begin: int) -> bool:
    """Tell by the first bytes of a recording whether libsndfile should be asked about it."""
    with path.open("rb") as file:
        file.seek(begin)
        start = file.read(12)
    return start.startswith(_STARTS) and start[8:12] != b"AVI " and wave_format(path) not in _MPEG_IN_WAVE


@dataclass(frozen=True)
class _Part:
    """One recording of a file: where it lies (None: all of the file), how its samples lie there if without a header, what it says."""

    span: Span | None
    raw: Mapping[str, Any]
    rate: int
    channels: int
    frames: int
    announced: int

    @contextmanager
    def opened(self, path: Path) -> Iterator[soundfile.SoundFile]:
        """Open it; its samples are read from the start."""
        import soundfile

        if self.span is None:
            with soundfile.SoundFile(native(path)) as sound:
                yield sound
        else:
            with Window(path.open("rb"), (self.span,)) as window, soundfile.SoundFile(window, **self.raw) as sound:
                yield sound


class SndfileReader:
    """Reads a file, or the recordings that were joined into it (see `mixassistant.audio.containers.ContainerReader`).

    Use `sndfile_reader` to make one.
    """

    def __init__(self, path: Path, parts: Sequence[_Part], codec: str, is_counted: bool) -> None:
        self.path, self._parts, self.recordings = path, parts, len(parts)
        rate, channels = parts[0].rate, max(part.channels for part in parts)
        duration_s = sum(part.frames / part.rate for part in parts)
        self.info = FileInfo(duration_s, rate, channels, (StreamInfo("", channels, rate, duration_s, True),), codec)
        self.notes: tuple[str, ...] = ()
        self.announced_s = parts[0].announced / rate if is_counted and parts[0].announced else None
        self.is_counted = is_counted
        self.lost_s = 0.0

    def pieces(self, block_s: float) -> Iterator[Piece]:
        """Yield the sound in pieces of so many seconds; where it cannot be decoded on, it ends."""
        import soundfile

        for part in self._parts:
            try:
                with part.opened(self.path) as sound:
                    while len(block := sound.read(max(1, int(block_s * part.rate)), dtype="float32", always_2d=True)):
                        yield np.ascontiguousarray(block.T), part.rate
            except soundfile.LibsndfileError:
                continue


def sndfile_reader(path: Path, is_thorough: bool) -> SndfileReader | None:
    """Return a reader of a file, or None where libsndfile does not read it, or does not know where it ends.

    `is_thorough` says whether all of it is searched for recordings that were joined into it (see `recordings`).
    """
    import soundfile

    try:
        found = recordings(path, is_thorough)
        if found.streams > 1 or not _is_ours(path, found.spans[0][0]):
            return None
        is_plain = len(found.spans) == 1 and found.spans[0][0] == 0
        more = unannounced(path) if is_plain else None
        parts, headers = [], []
        for span in found.spans:
            whole = _Part(None if is_plain else span, {}, 0, 0, 0, 0)
            with whole.opened(path) as sound:
                headers.append((sound.format, sound.subtype, sound.endian))
                parts.append(replace(whole, rate=sound.samplerate, channels=sound.channels, frames=sound.frames, announced=sound.frames))
        format_, subtype, endian = headers[0]
        if more is not None:
            if not subtype.startswith(_PLAIN):
                return None
            parts = [_unannounced_part(path, parts[0], more, subtype, "BIG" if (format_, endian) == ("AIFF", "FILE") else "LITTLE")]
    except (soundfile.LibsndfileError, OSError, ValueError):
        return None
    if any(part.frames >= ENDLESS for part in parts):
        return None
    return SndfileReader(path, parts, subtype, format_ not in _GUESSED)


def _unannounced_part(path: Path, part: _Part, span: Span, subtype: str, endian: str) -> _Part:
    """Return a part that begins with the first sample and has no header: none of its own tells how long it is."""
    raw = {"format": "RAW", "subtype": subtype, "endian": endian, "samplerate": part.rate, "channels": part.channels}
    found = replace(part, span=span, raw=raw)
    with found.opened(path) as sound:
        return replace(found, frames=sound.frames)
