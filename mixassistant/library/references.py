"""The references of a library: songs that the user likes or dislikes, what they say of them, and in which order they keep them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mixassistant.bounded_json import parse_json
from mixassistant.errors import InputError
from mixassistant.features.track import MeasuredTrack
from mixassistant.library.matching import Recording
from mixassistant.library.recordings import recording_of
from mixassistant.library.store import Store, now, stored
from mixassistant.library.wanted import Wanted
from mixassistant.names import readable

_COLUMNS = "id, path, name, content_hash, liked, tags, added, title, genre, labels, weight"
COLUMNS_OF_T = ", ".join(f"t.{column}" for column in _COLUMNS.split(", "))


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of the references.

    Parameters
    ----------
    id : int
    path : Path
    name : str
        Of the file, or of the folder of stems.
    content_hash : str
        Empty: never measured.
    liked : bool
        False for disliked ones.
    tags : mapping
        Of the file: title, artist, album, genre where known.
    added : str
        ISO 8601 in UTC.
    missing : bool
        Nothing is at its path now.
    title : str
        What the user calls it; empty: `name`.
    genre : str or None
        What the user says it is; None: the file's own.
    labels : tuple of str
        The user's tags.
    weight : float
        How many songs it counts as.
    """

    id: int
    path: Path
    name: str
    content_hash: str
    liked: bool
    tags: Mapping[str, str]
    added: str
    missing: bool
    title: str = ""
    genre: str | None = None
    labels: tuple[str, ...] = ()
    weight: float = 1.0

    @property
    def shown_name(self) -> str:
        """What it is called on the screen."""
        return self.title or self.name

    @property
    def shown_genre(self) -> str:
        """Its genre after the user, else after the file; empty where nobody says."""
        return self.tags.get("genre", "") if self.genre is None else self.genre

    @property
    def description(self) -> Description:
        """What the user says of it."""
        return Description(self.id, self.title, self.genre, self.labels)


@dataclass(frozen=True, slots=True)
class Description:
    """What the user says of a reference: its title (empty: the file's name), genre (None: the file's own) and tags."""

    reference: int
    title: str = ""
    genre: str | None = None
    labels: tuple[str, ...] = ()


def row_as_reference(row: Sequence[Any]) -> Reference:
    """Return a row of these columns as a value."""
    number, where, name, content, liked, tags, added, title, genre, labels, weight = row
    path = Path(os.fsdecode(where))
    own = tuple(parse_json(labels)) if labels != "[]" else ()
    return Reference(number, path, name, content, liked > 0, parse_json(tags), added, not _is_there(path), title, genre, own, weight)


def labels_in(text: str) -> tuple[str, ...]:
    """Return the tags that were typed, parted by commas, without doubles: ``"live, #Loud"`` → ``("live", "Loud")``."""
    words = (" ".join(part.strip().lstrip("#").split()) for part in text.split(","))
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def moved_to(order: Sequence[int], moved: Sequence[int], place: int) -> tuple[int, ...]:
    """Return an order in which some stand together from a place on, in the order in which they are named.

    Parameters
    ----------
    order : sequence of int
    moved : sequence of int
        Without doubles, each of them in `order`.
    place : int
        1 is the first; beyond the end is the end.
    """
    going = set(moved)
    staying = [number for number in order if number not in going]
    return (*staying[: place - 1], *moved, *staying[place - 1 :])


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be looked into, a name too long for this disk
        return False


def _recording(path: Path, track: MeasuredTrack | None) -> Recording:
    """Return what is known of a song that is added: what its file says, or what was read when it was measured."""
    seen = recording_of(path.resolve())
    if track is None or seen.title:
        return seen
    title, artist, album = (track.tags.get(name, "") for name in ("title", "artist", "album"))
    return replace(seen, title=title, artist=artist, album=album, duration_s=track.duration_s)


def _several(reference: int | Sequence[int]) -> list[int]:
    return [reference] if isinstance(reference, int) else list(reference)


class References:
    """The part of a library that holds references. What is added leaves the wanted list."""

    def __init__(self, store: Store, wanted: Wanted) -> None:
        self._store, self._wanted = store, wanted

    def add(self, path: Path, track: MeasuredTrack | None = None, liked: bool = True) -> Reference:
        """Add a reference; the same path or the same content again updates its row instead of doubling it."""
        resolved = stored(path.resolve())
        name = readable(track.name if track else path.stem)
        content, tags = (track.content_hash, json.dumps(dict(track.tags))) if track else ("", "{}")
        with self._store.transaction() as connection:
            found = connection.execute(
                "SELECT id FROM track_references WHERE path = ? OR (content_hash = ? AND content_hash != '') "
                "ORDER BY path = ? DESC LIMIT 1",
                (resolved, content, resolved),
            ).fetchone()
            if found:
                connection.execute(
                    "UPDATE track_references SET path = ?, name = ?, liked = ?, "
                    "content_hash = CASE WHEN ? = '' THEN content_hash ELSE ? END, "
                    "tags = CASE WHEN ? = '{}' THEN tags ELSE ? END, removed = NULL WHERE id = ?",
                    (resolved, name, 1 if liked else -1, content, content, tags, tags, found[0]),
                )
                row_id = int(found[0])
                self._merge(connection, row_id, content)
            else:
                row_id = int(
                    connection.execute(
                        "INSERT INTO track_references (path, name, content_hash, liked, tags, added, place) VALUES "
                        "(?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(place), 0) + 1 FROM track_references))",
                        (resolved, name, content, 1 if liked else -1, tags, now()),
                    ).lastrowid
                    or 0
                )
        if not self._wanted.is_empty:
            self._wanted.strike([_recording(path, track)])
        return self._reference(row_id)

    @staticmethod
    def _merge(connection: sqlite3.Connection, kept: int, content: str) -> None:
        """Let a row take the place of others of the same content: a reference was moved over another one's path."""
        doubles = connection.execute(
            "SELECT id FROM track_references WHERE content_hash = ? AND content_hash != '' AND id != ?", (content, kept)
        ).fetchall()
        for (double,) in doubles:
            connection.execute("UPDATE OR IGNORE profile_references SET reference = ? WHERE reference = ?", (kept, double))
            connection.execute("DELETE FROM track_references WHERE id = ?", (double,))

    def all(self, liked: bool | None = None) -> tuple[Reference, ...]:
        """Return the references in the order of their adding; only liked or disliked ones when asked."""
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM track_references WHERE removed IS NULL ORDER BY id")
        found = tuple(row_as_reference(row) for row in rows)
        return found if liked is None else tuple(r for r in found if r.liked is liked)

    def arranged(self) -> tuple[Reference, ...]:
        """Return the references in the user's own order.

        Only lists ask for it: the order of a list must not change a sum, and so a report, in its last digit.
        """
        rows = self._store.rows(f"SELECT {_COLUMNS} FROM track_references WHERE removed IS NULL ORDER BY place, id")
        return tuple(row_as_reference(row) for row in rows)

    def find(self, key: str) -> Reference:
        """Return the reference with this number, path, name or title.

        Raises
        ------
        InputError
            There is none, or several have the name.
        """
        rows = self.all()
        matches = [r for r in rows if str(r.id) == key or str(r.path) == str(Path(key).resolve())] or [
            r for r in rows if key in (r.name, r.title)
        ]
        if len(matches) == 1:
            return matches[0]
        if not matches:
            raise InputError("no-reference", f"there is no reference “{key}”", "see: mixassistant references list")
        raise InputError("ambiguous", f"{len(matches)} references are named “{key}”", "use the number from: mixassistant references list")

    def like(self, reference: int | Sequence[int], liked: bool = True) -> None:
        """Mark one reference or several as liked or disliked."""
        with self._store.transaction() as connection:
            rows = [(1 if liked else -1, number) for number in _several(reference)]
            connection.executemany("UPDATE track_references SET liked = ? WHERE id = ?", rows)

    def remove(self, reference: int | Sequence[int]) -> None:
        """Remove one reference or several from the library (never their files); `restore` undoes it."""
        with self._store.transaction() as connection:
            rows = [(now(), number) for number in _several(reference)]
            connection.executemany("UPDATE track_references SET removed = ? WHERE id = ?", rows)

    def restore(self, reference: int | Sequence[int]) -> None:
        """Undo `remove`."""
        with self._store.transaction() as connection:
            rows = [(number,) for number in _several(reference)]
            connection.executemany("UPDATE track_references SET removed = NULL WHERE id = ?", rows)

    def weigh(self, references: Sequence[int], weight: float) -> None:
        """Let references count as so many songs in the profile.

        Raises
        ------
        ValueError
            The weight is not 0.1 to 10.
        """
        if not 0.1 <= weight <= 10.0:
            raise ValueError(f"a weight lies between 0.1 and 10, not {weight}")
        with self._store.transaction() as connection:
            connection.executemany("UPDATE track_references SET weight = ? WHERE id = ?", [(weight, r) for r in references])

    def weights(self) -> Mapping[str, float]:
        """Return the content hashes of the references that count as more or less than one song, and as how many."""
        return dict(self._store.rows("SELECT content_hash, weight FROM track_references WHERE weight != 1.0 AND content_hash != ''"))

    def describe(self, descriptions: Sequence[Description]) -> None:
        """Keep what the user says of references."""
        with self._store.transaction() as connection:
            connection.executemany(
                "UPDATE track_references SET title = ?, genre = ?, labels = ? WHERE id = ?",
                [
                    (
                        readable(d.title),
                        None if d.genre is None else readable(d.genre),
                        json.dumps([readable(label) for label in d.labels]),
                        d.reference,
                    )
                    for d in descriptions
                ],
            )

    def arrange(self, references: Sequence[int]) -> None:
        """Put references into this order; others follow them in the order that they have."""
        with self._store.transaction() as connection:
            known = [row[0] for row in connection.execute("SELECT id FROM track_references ORDER BY place, id")]
            first = set(references)
            order = [*references, *(number for number in known if number not in first)]
            connection.executemany("UPDATE track_references SET place = ? WHERE id = ?", [(i, n) for i, n in enumerate(order, 1)])

    def relocate(self, reference: int, path: Path) -> None:
        """Keep where the file of a reference lies now; the caller has made sure that it is the same content.

        Raises
        ------
        InputError
            Another reference lies there.
        """
        resolved = stored(path.resolve())
        with self._store.transaction() as connection:
            content = connection.execute("SELECT content_hash FROM track_references WHERE id = ?", (reference,)).fetchone()[0]
            self._merge(connection, reference, content)
            connection.execute("DELETE FROM track_references WHERE path = ? AND id != ? AND removed IS NOT NULL", (resolved, reference))
            if connection.execute("SELECT 1 FROM track_references WHERE path = ? AND id != ?", (resolved, reference)).fetchone():
                raise InputError("taken", f"“{path.name}” belongs to another reference", "remove that one first")
            connection.execute("UPDATE track_references SET path = ? WHERE id = ?", (resolved, reference))

    def _reference(self, reference: int) -> Reference:
        return row_as_reference(self._store.rows(f"SELECT {_COLUMNS} FROM track_references WHERE id = ?", reference)[0])
