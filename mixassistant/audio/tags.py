"""Tags of audio files: title, artist, album, genre, and what tells recordings apart: ISRC, MusicBrainz ID, date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mixassistant.audio.charset import decoded
from mixassistant.audio.guarded import guarded
from mixassistant.audio.tag_bounds import bounded_tags
from mixassistant.errors import InputError

NAMES = ("title", "artist", "album", "genre")
IDENTIFYING = ("title", "artist", "album", "date", "isrc", "musicbrainz_trackid")  # the last is, for all its name, a recording's
# What the formats call them: ID3v2 (MP3, WAV, AIFF, DSF, TTA), MP4, ASF, then APEv2 and Vorbis comments, which need no list.
_KEYS = {
    "title": ("TIT2", "\xa9nam", "Title"),
    "artist": ("TPE1", "\xa9ART", "Author"),
    "album": ("TALB", "\xa9alb", "WM/AlbumTitle"),
    "genre": ("TCON", "\xa9gen", "WM/Genre"),
    "date": ("TDRC", "\xa9day", "WM/Year"),
    "isrc": ("TSRC", "----:com.apple.iTunes:ISRC", "WM/ISRC"),
    "musicbrainz_trackid": ("UFID:http://musicbrainz.org", "----:com.apple.iTunes:MusicBrainz Track Id", "MusicBrainz/Track Id"),
}
_LATIN_1 = 0  # ID3's number for it: what old programs write for any bytes


def read_tags(path: Path, names: Sequence[str] = NAMES) -> dict[str, str]:
    """Return the tags that a file has; empty for a file without tags or one that cannot be read.

    Where a file does not say how its texts are coded, or calls all bytes Latin-1 as old programs do, their bytes tell.

    Parameters
    ----------
    path : Path
    names : sequence of str
        Which tags: `NAMES`, or `IDENTIFYING`.
    """
    try:
        with guarded(path):
            return _tags(path, names)
    except InputError:  # a song without a title is a song
        return {}


def _tags(path: Path, names: Sequence[str]) -> dict[str, str]:
    with bounded_tags() as room:
        found = _by_mutagen(path, names)
    # A WAV may have its tags in two places; but what packs more than any song has is not unpacked by another reader either.
    if not room.is_spent and (not found or _is_wave(path)):
        found = _by_ffmpeg(path, names) | found
    unsure = [name for name, value in found.items() if isinstance(value, bytes)]
    texts = dict(zip(unsure, decoded([value for value in found.values() if isinstance(value, bytes)]), strict=True))
    tags = {name: " ".join(texts.get(name, str(found.get(name, ""))).replace("\0", " ").split()) for name in names}
    return {name: value for name, value in tags.items() if value}


def _is_wave(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"RIFF", b"RF64", b"BW64")
    except OSError:
        return False


def _by_mutagen(path: Path, names: Sequence[str]) -> dict[str, str | bytes]:
    """Return what mutagen reads; bytes where they are not sure to be Latin-1."""
    import mutagen
    import mutagen.apev2

    try:
        file = mutagen.File(path)
        tags: Any = file.tags if file is not None else None
        if not tags:
            tags = mutagen.apev2.APEv2(path)  # type: ignore[no-untyped-call]  # behind an MP3 that has no other
    except (mutagen.MutagenError, OSError, ValueError, KeyError, IndexError, TypeError):
        return {}
    found = {name: _value(tags, (*keys, name)) for name, keys in _KEYS.items() if name in names}
    return {name: value for name, value in found.items() if value}


def _value(tags: Mapping[str, Any], keys: tuple[str, ...]) -> str | bytes:
    for key in keys:
        try:
            values = tags[key]
        except (KeyError, ValueError):
            continue
        # A frame of ID3 (of an identifier: bytes), or a list (of MP4's own names: bytes).
        texts = getattr(values, "genres", None) or getattr(values, "text", None) or getattr(values, "data", None) or values
        one = texts[0] if isinstance(texts, list) and texts else texts
        first = one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
        if getattr(values, "encoding", None) == _LATIN_1 and not first.isascii():
            return first.encode("latin-1", "replace")
        if first.strip("\0 "):
            return first.strip("\0").split("\0")[0]  # APE parts several values so
    return ""


def _by_ffmpeg(path: Path, names: Sequence[str]) -> dict[str, str | bytes]:
    """Return what FFmpeg reads of formats that mutagen does not know: Matroska, the INFO list of WAV, the texts of AIFF."""
    import av

    from mixassistant.audio.ffmpeg import opened

    try:
        with opened(path, encoding="latin-1") as container:
            every = [*(stream.metadata for stream in container.streams.audio[:1]), container.metadata]
    except (InputError, av.FFmpegError, OSError):
        return {}
    texts = {key.lower(): value for one in every for key, value in one.items()}
    texts.setdefault("artist", texts.get("author", ""))
    return {name: texts[name].encode("latin-1", "replace") for name in names if texts.get(name)}
