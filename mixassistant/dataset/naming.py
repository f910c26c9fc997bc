"""What a song is called in a dataset: ``Artist - Album - Title``, from its tags, or else from its file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.tags import read_tags
from mixassistant.names import readable

_TRACK_NUMBER = re.compile(r"^\s*(?:\d{1,3}[-.]\d{1,3}|[0-9]{1,2})(?:\s*[-.)_]\s*|\s+)(?=\D)")
_SEPARATOR = re.compile(r"\s+[-\u2013\u2014]\s+")


@dataclass(frozen=True)
class SongName:
    """Who made a song, on which album, and what it is called; empty where nothing tells."""

    title: str
    artist: str = ""
    album: str = ""

    @property
    def folder(self) -> str:
        """What is known, as one name."""
        return " - ".join(part for part in (self.artist, self.album, self.title) if part)


def name_from_file(name: str) -> SongName:
    """Return what a file's name (without its suffix) tells: ``03 - Title``, ``Artist - Title``, ``Artist - Album - Title``.

    A track number goes where something is left without it. Of more than three parts, the title is all from the third on.
    """
    plain = " ".join(readable(name).replace("_", " ").split())
    parts = [part.strip() for part in _SEPARATOR.split(_TRACK_NUMBER.sub("", plain) or plain) if part.strip()]
    parts = [part for index, part in enumerate(parts) if not (part.isdigit() and len(part) <= 2 and 0 < index < len(parts) - 1)]
    match parts:
        case [artist, title]:
            return SongName(title, artist)
        case [artist, album, *title] if title:
            return SongName(" - ".join(title), artist, album)
        case _:
            return SongName(parts[0] if parts else plain)


def name_of_song(path: Path) -> SongName:
    """Return what a song is called: what its tags tell goes over what its file's name does."""
    told = name_from_file(path.stem)
    tags = {key: value for key, value in read_tags(path).items() if value.strip()}
    if "title" not in tags:
        return SongName(told.title, tags.get("artist", told.artist), tags.get("album", told.album))
    return SongName(tags["title"], tags.get("artist", told.artist), tags.get("album", told.album if "artist" not in tags else ""))
