"""Exportify's CSV of a Spotify playlist: a row a song.

Source: *Export Format* of https://github.com/watsonbox/exportify, and the shorter headings of https://github.com/pavelkomarov/exportify.
"""

from __future__ import annotations

from collections.abc import Collection

from mixassistant.library.playlists.entry import Entry, Found, entry, milliseconds
from mixassistant.library.playlists.tables import rows

KIND = "Exportify playlist"
_NEEDED = ({"track name"}, {"artist name(s)", "artist name"})


def is_headed_by(names: Collection[str]) -> bool:
    """Tell whether a table's headings are Exportify's."""
    return all(any(name in names for name in needed) for needed in _NEEDED)


def read(table: str) -> Found:
    """Read a playlist.

    Raises
    ------
    NotThisFormat
        It is damaged.
    """
    return Found(KIND, tuple(None if row is None else _song(row.get) for row in rows(table)))


def _song(said: object) -> Entry | None:
    def of(*names: str) -> str:
        return next((value for name in names if (value := said(name))), "")  # type: ignore[operator]

    return entry(
        of("track name"),
        of("artist name(s)", "artist name"),
        of("album name"),
        duration_s=milliseconds(of("track duration (ms)", "duration (ms)")),
        isrc=of("isrc"),
        year=of("album release date", "release date"),
    )
