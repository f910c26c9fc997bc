"""What a playlist, a collection or a list of likes says of a song, the same for all formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from mixassistant.names import readable

Opinion = Literal["liked", "disliked", "listed", "heard"]
"""``"listed"``: somebody put it into a list; ``"heard"``: it is in a history, or in a collection, and nothing is said of it."""
MOST_BYTES = 128 << 20  # of a file: a collection of a hundred thousand songs
MOST_ENTRIES = 500_000
MOST_LETTERS = 500  # of a field
LONGEST_S = 24 * 3600.0
_STRONGEST: tuple[Opinion, ...] = ("heard", "listed", "liked", "disliked")  # the later one stands
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")  # ISO 3901
_MBID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_TRACK_NUMBER = re.compile(r"^(?:\d{1,2}[-.])?\d{1,3}(?:\s*[-._]\s+|\.\s*)|^\d-\d\d\s+|^0\d\s+")  # not the one of “99 Red Balloons”


class NotThisFormat(ValueError):
    """A content that looked like a format is damaged as a whole; the message says how, to stand after “is”."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A song as a list names it; what is not said is empty or None.

    Parameters
    ----------
    title, artist, album : str
    duration_s : float or None
    isrc : str
        Twelve characters, without hyphens.
    recording_mbid : str
        Of the recording in MusicBrainz.
    year : int or None
    path : str
        As it is written in the list.
    opinion : str
    lists : tuple of str
        Names of the playlists inside of the file that hold it.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    duration_s: float | None = None
    isrc: str = ""
    recording_mbid: str = ""
    year: int | None = None
    path: str = ""
    opinion: Opinion = "listed"
    lists: tuple[str, ...] = ()

    @property
    def shown_name(self) -> str:
        """Artist and title, or what there is of them."""
        said = " – ".join(part for part in (self.artist, self.title) if part)
        return said or readable(PurePosixPath(self.path.replace("\\", "/")).name) or self.isrc or self.recording_mbid


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file lists.

    Parameters
    ----------
    path : Path
    kind : str
        The format, for a sentence: ``"Rekordbox collection"``.
    entries : tuple of Entry
        Each song once.
    lists : tuple of str
        The playlists that it holds by name; empty: it is one list itself.
    damaged : int
        Entries that say nothing that can be used.
    """

    path: Path
    kind: str
    entries: tuple[Entry, ...]
    lists: tuple[str, ...] = ()
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What a format's module returns: entries (None: a damaged one) and the names of the playlists among them."""

    kind: str
    entries: tuple[Entry | None, ...]
    lists: tuple[str, ...] = ()


def entry(
    title: object = "",
    artist: object = "",
    album: object = "",
    *,
    duration_s: object = None,
    isrc: object = "",
    mbid: object = "",
    year: object = None,
    path: object = "",
    opinion: Opinion = "listed",
    lists: tuple[str, ...] = (),
) -> Entry | None:
    """Return an entry of what a file says, whatever it holds; None where nothing of it names a song."""
    where = path if isinstance(path, str) and "\0" not in path else ""
    made = Entry(
        text(title),
        text(artist),
        text(album),
        seconds(duration_s),
        isrc_in(isrc),
        mbid_in(mbid),
        year_in(year),
        where.strip(),
        opinion,
        tuple(name for name in map(text, lists) if name),
    )
    if not made.title and made.path:
        artist_, title_ = parted(PurePosixPath(made.path.replace("\\", "/")).stem)
        made = replace(made, title=title_, artist=made.artist or artist_)
    return made if made.title or made.isrc or made.recording_mbid or made.path else None


def text(value: object) -> str:
    """Return a field as one line of text that can be shown; empty for what is none."""
    if not isinstance(value, str):
        return ""
    line = " ".join("".join(" " if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in readable(value)).split())
    return line[:MOST_LETTERS]


def seconds(value: object) -> float | None:
    """Return a duration that can be one; None for −1, 0, words and the like."""
    try:
        found = float(value)  # type: ignore[arg-type]  # whatever a file holds
    except (TypeError, ValueError, OverflowError):
        return None
    return found if 0.0 < found < LONGEST_S else None


def milliseconds(value: object) -> float | None:
    """Return a duration in seconds of one in milliseconds."""
    try:
        return seconds(float(value) / 1000.0)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def isrc_in(value: object) -> str:
    """Return an ISRC without hyphens, in capitals; empty for what is none."""
    plain = re.sub(r"[\s-]", "", value.upper().removeprefix("ISRC")) if isinstance(value, str) else ""
    return plain if _ISRC.fullmatch(plain) else ""


def mbid_in(value: object) -> str:
    """Return the MusicBrainz ID in a text, such as the address of a recording; empty where there is none."""
    found = _MBID.search(value.lower()) if isinstance(value, str) else None
    return found[0] if found else ""


def year_in(value: object) -> int | None:
    """Return the year of a date."""
    found = _YEAR.search(str(value)) if isinstance(value, (str, int)) else None
    return int(found[0]) if found else None


def parted(name: str) -> tuple[str, str]:
    """Return artist and title of a line or a file's name: ``"03 - Artist - Title"`` → ``("Artist", "Title")``."""
    plain = text(name.replace("_", " ") if " " not in name.strip() else name)
    plain = _TRACK_NUMBER.sub("", plain) or plain
    artist, dash, title = next((p for mark in (" - ", " – ", " — ") if (p := plain.partition(mark))[1]), ("", "", plain))
    return (artist.strip(), title.strip()) if dash and artist.strip() and title.strip() else ("", plain)


def merged(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return each song once, in the order in which they come first, with all that is said of it."""
    kept: dict[tuple[str, ...], Entry] = {}
    for one in entries:
        words = (one.title.casefold(), one.artist.casefold(), one.album.casefold(), f"{round(one.duration_s or 0)}")
        key = (one.path,) if one.path else (one.recording_mbid or one.isrc, *words)
        known = kept.get(key)
        if known is None:
            kept[key] = one
            continue
        opinion = max(known.opinion, one.opinion, key=_STRONGEST.index)
        kept[key] = replace(known, opinion=opinion, lists=tuple(dict.fromkeys((*known.lists, *one.lists))))
    return tuple(kept.values())
