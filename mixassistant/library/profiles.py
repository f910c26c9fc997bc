"""The named profiles of a library: sets of references, each in an order of its own, as playlists are; one may be chosen to compare with."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from mixassistant.errors import InputError, MissingError
from mixassistant.library.references import COLUMNS_OF_T, Reference, row_as_reference
from mixassistant.library.store import Store, now
from mixassistant.names import readable


@dataclass(frozen=True, slots=True)
class NamedProfile:
    """A profile's name and the numbers of its references in its own order, the removed ones left out."""

    name: str
    references: tuple[int, ...]


class Profiles:
    """The part of a library that holds named profiles."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, name: str, references: Sequence[int]) -> None:
        """Name a set of references; an existing profile of that name is replaced.

        Raises
        ------
        InputError
            There are no references to put into it.
        """
        if not references:
            raise InputError("empty-profile", f"the profile “{name}” would be empty", "like some references first")
        self.set(name, references)

    def set(self, name: str, references: Sequence[int]) -> None:
        """Let a profile, made when absent, hold these references in this order; those that are removed from the library stay in it."""
        name = readable(name)
        with self._store.transaction() as connection:
            connection.execute("INSERT INTO profiles (name, created) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, now()))
            connection.execute(
                "DELETE FROM profile_references WHERE profile = ? AND reference IN (SELECT id FROM track_references WHERE removed IS NULL)",
                (name,),
            )
            self._put(connection, name, references)

    def extend(self, name: str, references: Sequence[int]) -> None:
        """Add references at the end of a profile; those that it has keep their places, and a profile that is gone stays so."""
        name = readable(name)
        with self._store.transaction() as connection:
            if connection.execute("SELECT 1 FROM profiles WHERE name = ?", (name,)).fetchone():
                last = connection.execute("SELECT COALESCE(MAX(place), 0) FROM profile_references WHERE profile = ?", (name,)).fetchone()[0]
                self._put(connection, name, references, last)

    @staticmethod
    def _put(connection: sqlite3.Connection, name: str, references: Sequence[int], after: int = 0) -> None:
        connection.executemany(
            "INSERT INTO profile_references (profile, reference, place) VALUES (?, ?, ?) ON CONFLICT (profile, reference) DO NOTHING",
            [(name, number, place) for place, number in enumerate(references, after + 1)],
        )

    def rename(self, name: str, new: str) -> None:
        """Give a profile another name.

        Raises
        ------
        InputError
            Another profile has it, or it is empty.
        """
        name, new = readable(name), readable(new).strip()
        if new == name:
            return
        if not new:
            raise InputError("nameless", "a profile needs a name", "type one")
        with self._store.transaction() as connection:
            if connection.execute("SELECT 1 FROM profiles WHERE name = ?", (new,)).fetchone():
                raise InputError("taken", f"there is a profile “{new}” already", "choose another name")
            connection.execute(
                "INSERT INTO profiles (name, created, chosen) SELECT ?, created, chosen FROM profiles WHERE name = ?", (new, name)
            )
            connection.execute("UPDATE profile_references SET profile = ? WHERE profile = ?", (new, name))
            connection.execute("DELETE FROM profiles WHERE name = ?", (name,))

    def delete(self, name: str) -> None:
        """Forget a profile; its references stay in the library."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM profiles WHERE name = ?", (readable(name),))

    def choose(self, name: str = "") -> None:
        """Remember which profile the window shows and compares with; empty: all liked references."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE profiles SET chosen = (name = ?)", (readable(name),))

    def chosen(self) -> str:
        """Return the profile that was chosen; empty: all liked references."""
        rows = self._store.rows("SELECT name FROM profiles WHERE chosen = 1")
        return str(rows[0][0]) if rows else ""

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return the names of the profiles and how many references each has."""
        return tuple((profile.name, len(profile.references)) for profile in self.all())

    def all(self) -> tuple[NamedProfile, ...]:
        """Return the profiles by name."""
        held: dict[str, list[int]] = {name: [] for (name,) in self._store.rows("SELECT name FROM profiles ORDER BY name")}
        for name, number in self._store.rows(
            "SELECT r.profile, r.reference FROM profile_references r JOIN track_references t ON t.id = r.reference "
            "WHERE t.removed IS NULL ORDER BY r.place, r.reference"
        ):
            held[name].append(number)
        return tuple(NamedProfile(name, tuple(numbers)) for name, numbers in held.items())

    def references_of(self, name: str) -> tuple[Reference, ...]:
        """Return the references of a profile, in the order of their adding to the library.

        Raises
        ------
        MissingError
            There is no such profile.
        """
        name = readable(name)
        if not self._store.rows("SELECT 1 FROM profiles WHERE name = ?", name):
            raise MissingError("no-profile", f"there is no profile “{name}”", "see: mixassistant profile list")
        rows = self._store.rows(
            f"SELECT {COLUMNS_OF_T} FROM track_references t JOIN profile_references r ON r.reference = t.id "
            "WHERE r.profile = ? AND t.removed IS NULL ORDER BY t.id",
            name,
        )
        return tuple(row_as_reference(row) for row in rows)
