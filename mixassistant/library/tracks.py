"""The measured tracks of a library: what was measured once of a content is not measured again."""

from __future__ import annotations

import json
import sqlite3
import zlib

from mixassistant.bounded_json import LARGE, inflate, parse_json
from mixassistant.features.track import MeasuredTrack
from mixassistant.features.track_json import track_from_json, track_to_json
from mixassistant.library.store import Store
from mixassistant.library.summary import LAYOUT, summarise
from mixassistant.progress import Progress, silent

TRACKS_AT_ONCE = 50  # in one transaction: a fraction of a second's work that a cancelling loses


class Tracks:
    """The part of a library that holds measured tracks, and the few numbers of each that lists show."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, content_hash: str, method: str, origin: str) -> MeasuredTrack | None:
        """Return what was measured of this content with these methods and this separator's stems, or ``None``."""
        query = "SELECT measured FROM tracks WHERE content_hash = ? AND method = ? AND origin = ?"
        rows = self._store.rows(query, content_hash, method, origin)
        try:
            return track_from_json(parse_json(inflate(rows[0][0], LARGE.size_bytes), LARGE)) if rows else None
        except (ValueError, KeyError, TypeError, zlib.error):
            return None  # damaged: measured again and overwritten

    def keep(self, track: MeasuredTrack, method: str, origin: str) -> None:
        """Remember a measured track, where the library can be written; measurements of older methods of the same content are forgotten."""
        if self._store.is_read_only:
            return
        blob = zlib.compress(json.dumps(track_to_json(track)).encode())
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM tracks WHERE content_hash = ? AND origin = ?", (track.content_hash, origin))
            connection.execute("INSERT INTO tracks VALUES (?, ?, ?, ?)", (track.content_hash, method, origin, blob))
            self._summarise(connection, track, origin)

    @staticmethod
    def _summarise(connection: sqlite3.Connection, track: MeasuredTrack, origin: str) -> None:
        numbers = summarise(track).astype("<f4").tobytes()
        connection.execute("INSERT OR REPLACE INTO summaries VALUES (?, ?, ?, ?)", (track.content_hash, origin, LAYOUT, numbers))

    def summaries(self) -> dict[str, bytes]:
        """Return the numbers of the measured tracks by their content (`summary.stacked` reads them).

        Of one content with stems of several origins, the user's own stems count first, then Demucs's.
        """
        rows = self._store.rows(
            "SELECT content_hash, numbers FROM summaries WHERE layout = ? "
            "ORDER BY CASE WHEN origin = 'supplied' THEN 2 WHEN origin LIKE 'demucs%' THEN 1 ELSE 0 END, origin",
            LAYOUT,
        )
        return dict(rows)

    def complete_summaries(self, progress: Progress = silent) -> int:
        """Make the summaries that tracks measured by an earlier version have none of; return how many were made."""
        if self._store.is_read_only:
            return 0
        missing = self._store.rows(
            "SELECT t.content_hash, t.method, t.origin FROM tracks t LEFT JOIN summaries s ON s.content_hash = t.content_hash "
            "AND s.origin = t.origin AND s.layout = ? WHERE s.content_hash IS NULL",
            LAYOUT,
        )
        made = 0
        for start in range(0, len(missing), TRACKS_AT_ONCE):
            found: list[tuple[MeasuredTrack, str]] = []
            for content, method, origin in missing[start : start + TRACKS_AT_ONCE]:
                progress("Reading what was measured", start / len(missing))
                track = self.find(content, method, origin)
                found += [(track, origin)] if track is not None else []
            with self._store.transaction() as connection:
                for track, origin in found:
                    self._summarise(connection, track, origin)
            made += len(found)
        return made
