"""The habits of a library: what its user does to raw tracks, by name; one may be chosen in place of what engineers do as a rule."""

from __future__ import annotations

import json

from mixassistant.bounded_json import LARGE, parse_json
from mixassistant.errors import InputError, MissingError
from mixassistant.library.store import Store, now
from mixassistant.names import readable
from mixassistant.profiles.habit import Habit, habit_from_json, habit_to_json


class Habits:
    """The part of a library that holds habits."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, habit: Habit) -> None:
        """Keep a habit under its name and choose it; one of that name is replaced.

        Raises
        ------
        InputError
            It has no name.
        """
        name = readable(habit.name).strip()
        if not name:
            raise InputError("nameless", "a habit needs a name", "give one with --name")
        with self._store.transaction() as connection:
            connection.execute("UPDATE habits SET chosen = 0")
            connection.execute(
                "INSERT OR REPLACE INTO habits (name, learned, chosen, habit) VALUES (?, ?, 1, ?)",
                (name, now(), json.dumps(habit_to_json(habit), ensure_ascii=True)),
            )

    def names(self) -> tuple[tuple[str, str], ...]:
        """Return the names of the habits and when each was learned, by name."""
        return tuple((name, learned) for name, learned in self._store.rows("SELECT name, learned FROM habits ORDER BY name"))

    def get(self, name: str) -> Habit:
        """Return a habit.

        Raises
        ------
        MissingError
            There is none of that name.
        InputError
            It was learned by another version, which measured other things.
        """
        rows = self._store.rows("SELECT habit FROM habits WHERE name = ?", readable(name))
        if not rows:
            raise _missing(name)
        try:
            return habit_from_json(parse_json(rows[0][0], LARGE))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "old-habit",
                f"the habit “{name}” was learned by another version of Mix Assistant",
                "learn it again, or: mixassistant habit use",
            ) from error

    def choose(self, name: str = "") -> None:
        """Remember which habit advice goes by; empty: what engineers do as a rule.

        Raises
        ------
        MissingError
            There is none of that name.
        """
        with self._store.transaction() as connection:
            if name and not connection.execute("SELECT 1 FROM habits WHERE name = ?", (readable(name),)).fetchone():
                raise _missing(name)
            connection.execute("UPDATE habits SET chosen = (name = ?)", (readable(name),))

    def chosen_name(self) -> str:
        """Return the name of the habit that advice goes by; empty: what engineers do as a rule."""
        rows = self._store.rows("SELECT name FROM habits WHERE chosen = 1")
        return str(rows[0][0]) if rows else ""

    def chosen(self) -> Habit | None:
        """Return the habit that advice goes by; ``None``: what engineers do as a rule.

        Raises
        ------
        InputError
            It was learned by another version, which measured other things.
        """
        name = self.chosen_name()
        return self.get(name) if name else None

    def forget(self, name: str) -> None:
        """Forget a habit.

        Raises
        ------
        MissingError
            There is none of that name.
        """
        with self._store.transaction() as connection:
            if connection.execute("DELETE FROM habits WHERE name = ?", (readable(name),)).rowcount == 0:
                raise _missing(name)


def _missing(name: str) -> MissingError:
    return MissingError("no-habit", f"there is no habit “{name}”", "see: mixassistant habit list")
