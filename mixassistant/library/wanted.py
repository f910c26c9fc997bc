"""The wanted list: songs that the user likes and has no file of, with what is known of them. A song leaves it when its file is added."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from mixassistant.library.matching import Matcher, Recording
from mixassistant.library.playlists.entry import Entry
from mixassistant.library.song_names import fold
from mixassistant.library.store import Store, now
from mixassistant.spreadsheet import cell

_COLUMNS = "title, artist, album, duration_s, isrc, recording_mbid, year, path"
LEAST_SHARED = 0.3  # of the triples of letters in the name of a song that is wanted, with those of a recording that may be it
HEADINGS = ("artist", "title", "album", "year", "duration", "isrc", "mbid", "wanted by", "since")


@dataclass(frozen=True, slots=True)
class WantedSong:
    """A song that is wanted.

    Parameters
    ----------
    id : int
    entry : Entry
        What is known of it.
    source : str
        The name of the list that wants it.
    added : str
        ISO 8601 in UTC.
    """

    id: int
    entry: Entry
    source: str
    added: str


class Wanted:
    """The part of a library that holds the wanted list."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[WantedSong, ...]:
        """Return the songs in the order in which they were put on the list."""
        rows = self._store.rows(f"SELECT id, source, added, {_COLUMNS} FROM wanted ORDER BY id")
        return tuple(WantedSong(row[0], Entry(*row[3:]), row[1], row[2]) for row in rows)

    def keep(self, songs: Iterable[Entry], source: str) -> int:
        """Put songs on the list, each once; return how many were not on it."""
        when = now()
        with self._store.transaction() as connection:
            before = connection.total_changes
            connection.executemany(
                f"INSERT OR IGNORE INTO wanted (source, added, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        source,
                        when,
                        s.title,
                        s.artist,
                        s.album,
                        s.duration_s,
                        s.isrc,
                        s.recording_mbid,
                        s.year,
                        s.path if not s.title else "",
                    )
                    for s in songs
                ],
            )
            return connection.total_changes - before

    def remove(self, songs: Sequence[int]) -> None:
        """Take songs off the list."""
        with self._store.transaction() as connection:
            connection.executemany("DELETE FROM wanted WHERE id = ?", [(number,) for number in songs])

    def clear(self) -> int:
        """Take all songs off the list; return how many there were."""
        with self._store.transaction() as connection:
            return connection.execute("DELETE FROM wanted").rowcount

    @property
    def is_empty(self) -> bool:
        """Whether nothing is wanted."""
        return not self._store.rows("SELECT 1 FROM wanted LIMIT 1")

    def strike(self, recordings: Sequence[Recording]) -> tuple[WantedSong, ...]:
        """Take the songs off the list that recordings, which are at hand now, surely are; return them."""
        matcher, triples = Matcher(recordings), {triple for recording in recordings for triple in _triples(_called(recording))}
        known = {number for recording in recordings for number in (recording.isrc, recording.recording_mbid) if number}
        near = (song for song in self.all() if _is_near(song.entry, triples, known))
        found = tuple(song for song in near if matcher.match(song.entry).certainty == "sure")
        if found:
            self.remove([song.id for song in found])
        return found


def _is_near(song: Entry, triples: set[str], known: set[str]) -> bool:
    """Tell whether a song may be one of some recordings, in a fraction of the time that matching takes."""
    own = _triples(f"{song.artist} {song.title}")
    return not known.isdisjoint((song.isrc, song.recording_mbid)) or len(triples.intersection(own)) >= LEAST_SHARED * len(own)


def _called(recording: Recording) -> str:
    return f"{recording.artist} {recording.title} {'' if recording.title else recording.path.stem}"


def _triples(name: str) -> set[str]:
    plain = name.casefold() if name.isascii() else fold(name)
    return {plain[start : start + 3] for start in range(len(plain) - 2)}


def write_wanted(songs: Sequence[WantedSong], file: TextIO) -> None:
    """Write songs as a table (CSV) for shops and spreadsheets; it can be imported again."""
    table = csv.writer(file, lineterminator="\n")
    table.writerow(HEADINGS)
    for song in songs:
        said = song.entry
        row = (said.artist, said.title or said.shown_name, said.album, said.year, said.duration_s, said.isrc, said.recording_mbid)
        table.writerow([cell(value) for value in (*row, song.source, song.added)])
