"""`Library`: what the program knows of its user's music: measured tracks, references, profiles, analyses, decisions."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixassistant.errors import InputError
from mixassistant.features.track import MeasuredTrack
from mixassistant.features.track_json import track_from_json, track_to_json
from mixassistant.library.answers import Answers, Decision
from mixassistant.library.profiles import NamedProfile
from mixassistant.library.references import Description, Reference
from mixassistant.library.store import default_path, text
from mixassistant.library.summary import LAYOUT, summarise
from mixassistant.progress import Progress, silent

__all__ = ["Decision", "Description", "KeptAnalysis", "Library", "NamedProfile", "Reference", "default_path"]

TRACKS_AT_ONCE = 50  # in one transaction: a fraction of a second's work that a cancelling loses


@dataclass(frozen=True)
class KeptAnalysis:
    """A report that the library keeps; `Library.analysis` returns the document."""

    id: int
    name: str
    content_hash: str
    created: str


class Library(Answers):
    """The library of one user.

    Parameters
    ----------
    path : Path or None
        The file, made when absent; None for the user's own.

    Raises
    ------
    InputError
        The file is no library, is damaged, or was written by a newer version.
    OutputError
        It cannot be written.
    """

    # Measured tracks

    def cached_track(self, content_hash: str, method: str, origin: str) -> MeasuredTrack | None:
        """Return what was measured of this content with these methods and this separator's stems, or ``None``."""
        rows = self._rows("SELECT measured FROM tracks WHERE content_hash = ? AND method = ? AND origin = ?", content_hash, method, origin)
        try:
            return track_from_json(json.loads(zlib.decompress(rows[0][0]))) if rows else None
        except (ValueError, KeyError, TypeError, zlib.error):
            return None  # damaged: measured again and overwritten

    def cache_track(self, track: MeasuredTrack, method: str, origin: str) -> None:
        """Remember a measured track; measurements of older methods of the same content are forgotten."""
        blob = zlib.compress(json.dumps(track_to_json(track)).encode())
        with self._transaction() as connection:
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
        rows = self._rows(
            "SELECT content_hash, numbers FROM summaries WHERE layout = ? "
            "ORDER BY CASE WHEN origin = 'supplied' THEN 2 WHEN origin LIKE 'demucs%' THEN 1 ELSE 0 END, origin",
            LAYOUT,
        )
        return dict(rows)

    def complete_summaries(self, progress: Progress = silent) -> int:
        """Make the summaries that tracks measured by an earlier version have none of; return how many were made."""
        missing = self._rows(
            "SELECT t.content_hash, t.method, t.origin FROM tracks t LEFT JOIN summaries s ON s.content_hash = t.content_hash "
            "AND s.origin = t.origin AND s.layout = ? WHERE s.content_hash IS NULL",
            LAYOUT,
        )
        made = 0
        for start in range(0, len(missing), TRACKS_AT_ONCE):
            found: list[tuple[MeasuredTrack, str]] = []
            for content, method, origin in missing[start : start + TRACKS_AT_ONCE]:
                progress("Reading what was measured", start / len(missing))
                track = self.cached_track(content, method, origin)
                found += [(track, origin)] if track is not None else []
            with self._transaction() as connection:
                for track, origin in found:
                    self._summarise(connection, track, origin)
            made += len(found)
        return made

    # Analyses

    def record_analysis(self, document: Mapping[str, Any]) -> int:
        """Keep a report; return its number."""
        mix = document["mix"]
        blob = zlib.compress(json.dumps(document).encode())
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO analyses (created, name, content_hash, document) VALUES (?, ?, ?, ?)",
                (document["created"], text(mix["name"]), mix["content_hash"], blob),
            )
            return int(cursor.lastrowid or 0)

    def analyses(self, limit: int = 20) -> tuple[KeptAnalysis, ...]:
        """Return the newest reports that are kept, newest first."""
        rows = self._rows("SELECT id, name, content_hash, created FROM analyses ORDER BY id DESC LIMIT ?", limit)
        return tuple(KeptAnalysis(*row) for row in rows)

    def analysis(self, number: int) -> dict[str, Any]:
        """Return the report with this number.

        Raises
        ------
        InputError
            There is none.
        """
        rows = self._rows("SELECT document FROM analyses WHERE id = ?", number)
        if not rows:
            raise InputError("no-analysis", f"the library keeps no analysis {number}", "analyze the mix again")
        return dict(json.loads(zlib.decompress(rows[0][0])))

    def last_analysis(self) -> dict[str, Any] | None:
        """Return the newest report, or ``None``."""
        kept = self.analyses(1)
        return self.analysis(kept[0].id) if kept else None
