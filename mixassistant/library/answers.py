"""What the user said to suggestions: the decisions on each mix, and the answers to taste that they are."""

from __future__ import annotations

from dataclasses import dataclass

from mixassistant.library.store import Store, now
from mixassistant.profiles.taste import Answer


@dataclass(frozen=True)
class Decision:
    """What the user said to a suggestion; `amount` is the share of it that was taken, 1 for all."""

    suggestion: str
    accepted: bool
    decided: str
    amount: float = 1.0


class Answers:
    """The part of a library that holds what the user said to suggestions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide(self, content_hash: str, suggestion: str, accepted: bool | None, amount: float = 1.0, answer: Answer | None = None) -> None:
        """Record that the user accepted (how much of it) or rejected a suggestion on a mix; ``None`` takes the decision back.

        Parameters
        ----------
        answer : Answer or None
            What the decision says of the user's taste, where it says anything.
        """
        with self._store.transaction() as connection:
            if accepted is None:
                connection.execute("DELETE FROM decisions WHERE content_hash = ? AND suggestion = ?", (content_hash, suggestion))
                return
            said = ("", 0.0, 0.0, 1.0) if answer is None else (answer.dimension, answer.move_db, answer.offset_db, answer.confidence)
            connection.execute(
                "INSERT OR REPLACE INTO decisions "
                "(content_hash, suggestion, accepted, decided, amount, dimension, move_db, offset_db, confidence) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (content_hash, suggestion, int(accepted), now(), amount, *said),
            )

    def decisions(self, content_hash: str) -> tuple[Decision, ...]:
        """Return what the user decided on the suggestions for a mix."""
        query = "SELECT suggestion, accepted, decided, amount FROM decisions WHERE content_hash = ? ORDER BY suggestion"
        rows = self._store.rows(query, content_hash)
        return tuple(Decision(suggestion, bool(accepted), decided, amount) for suggestion, accepted, decided, amount in rows)

    def all(self) -> tuple[Answer, ...]:
        """Return all that the user's decisions say of their taste, oldest first."""
        rows = self._store.rows(
            "SELECT dimension, move_db, offset_db, accepted, amount, confidence FROM decisions WHERE dimension != '' "
            "ORDER BY decided, suggestion"
        )
        return tuple(
            Answer(dimension, move, offset, bool(accepted), amount, sure) for dimension, move, offset, accepted, amount, sure in rows
        )

    def forget(self, dimension: str = "") -> int:
        """Forget what was learned of one dimension of taste, or of all; the decisions stay. Return how many answers that were."""
        with self._store.transaction() as connection:
            cursor = connection.execute(
                "UPDATE decisions SET dimension = '' WHERE dimension != '' AND ? IN ('', dimension)",
                (dimension,),
            )
            return cursor.rowcount
