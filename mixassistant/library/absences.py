"""Which roles the user says that a mix does not have: an instrumental has no vocals."""

from __future__ import annotations

from collections.abc import Collection

from mixassistant.library.store import Store
from mixassistant.stems.stem import ROLES, Role


class Absences:
    """The part of a library that remembers which roles a mix does not have, by its content."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def said(self, content_hash: str, absent: Collection[Role] | None = None) -> tuple[Role, ...]:
        """Return the roles that a mix does not have; those that are given are remembered, where the library can be written.

        Parameters
        ----------
        content_hash : str
        absent : collection of Role, or None
            What the user says now; None: what they said before.
        """
        if absent is not None and self._store.is_read_only:
            return tuple(role for role in ROLES if role in absent)
        if absent is not None:
            with self._store.transaction() as connection:
                connection.execute("DELETE FROM absences WHERE content_hash = ?", (content_hash,))
                connection.executemany("INSERT INTO absences VALUES (?, ?)", [(content_hash, role) for role in {*absent}])
        rows = {row[0] for row in self._store.rows("SELECT role FROM absences WHERE content_hash = ?", content_hash)}
        return tuple(role for role in ROLES if role in rows)
