"""Last.fm as CSV: scrobbles and loved songs; and any other table with a column for artist and one for title.

Last.fm itself exports nothing; these are the tables of the programs that most people use. With headings: ``uts, utc_time, artist,
artist_mbid, album, album_mbid, track, track_mbid`` (https://lastfm.ghan.nl/export/). Without: artist, album, title, date
(https://github.com/benfoxall/lastfm-to-csv). Of loved songs Last.fm keeps no album (https://www.last.fm/api/show/user.getLovedTracks): a
table with times and without albums is one of those. A table without times is no history but a list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mixassistant.library.playlists.entry import Entry, Found, Opinion, entry, seconds
from mixassistant.library.playlists.tables import plain_rows, rows

KIND, LOVED, TABLE = "Last.fm scrobbles", "Last.fm loved songs", "table of songs"
_TIMES = frozenset({"uts", "utc_time", "date", "time", "timestamp", "played", "listened_at", "played at", "date_uts"})
_TITLES = ("track", "title", "name", "song", "track name")
_DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4},? \d\d:\d\d")
_YES = frozenset({"1", "true", "yes", "loved"})


def is_headed_by(names: Collection[str]) -> bool:
    """Tell whether a table's headings name artist and title."""
    return ("artist" in names or "artist name" in names) and any(title in names for title in _TITLES)


def is_without_headings(table: str) -> bool:
    """Tell whether a table's first row is a scrobble: artist, album, title, date."""
    first = next(plain_rows(table[:4096]), [])
    return len(first) == 4 and (not first[3] or _DATE.fullmatch(first[3]) is not None)


def read(table: str, names: Collection[str]) -> Found:
    """Read a table with headings.

    Raises
    ------
    NotThisFormat
        It is damaged.
    """
    is_history = not _TIMES.isdisjoint(names)
    is_loved = is_history and "album" not in names
    rest: Opinion = "liked" if is_loved else "heard" if is_history else "listed"
    kind = LOVED if is_loved else KIND if is_history else TABLE
    return Found(kind, tuple(None if row is None else _song(row, rest) for row in rows(table)))


def read_without_headings(table: str) -> Found:
    """Read a table of artist, album, title, date.

    Raises
    ------
    NotThisFormat
        It is damaged.
    """
    songs = (entry(row[2], row[0], row[1], opinion="heard") if len(row) == 4 else None for row in plain_rows(table))
    return Found(KIND, tuple(songs))


def _song(row: Mapping[str, str], rest: Opinion) -> Entry | None:
    opinion: Opinion = "liked" if row.get("loved", "").strip().casefold() in _YES else rest
    return entry(
        next((row[title] for title in _TITLES if row.get(title)), ""),
        row.get("artist") or row.get("artist name", ""),
        row.get("album", ""),
        duration_s=seconds(row.get("duration")),
        isrc=row.get("isrc", ""),
        mbid=row.get("track_mbid") or row.get("mbid", ""),
        year=row.get("year"),
        opinion=opinion,
    )
