"""What the user said to suggestions: the decisions on each mix, and the answers to taste that they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mixassistant.library.profiles import Profiles
from mixassistant.library.store import now
from mixassistant.profiles.taste import Answer


@dataclass(frozen=True)
class Decision:
    """What the user said to a suggestion; `amount` is the share of it that was taken, 1 for all."""

    suggestion: str
    accepted: bool
    decided: str
    amount: float = 1.0


class Answers(Profiles):
    """The decisions' part of the library."""

    def decide(self, content_hash: str, suggestion: str, accepted: bool | None, amount: float = 1.0, answer: Answer | None = None) -> None:
        """Record that the user accepted (how much of it) or rejected a suggestion on a mix; ``None`` takes the decision back.

        Parameters
        ----------
        answer : Answer or None
            What the decision says of the user's taste, where it says anything.
        """
        with self._transaction() as connection:
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
        rows = self._rows(query, content_hash)
        return tuple(Decision(suggestion, bool(accepted), decided, amount) for suggestion, accepted, decided, amount in rows)

    def answers(self) -> tuple[Answer, ...]:
        """Return all that the user's decisions say of their taste, oldest first."""
        rows = self._rows(
            "SELECT dimension, move_db, offset_db, accepted, amount, confidence FROM decisions WHERE dimension != '' "
            "ORDER BY decided, suggestion"
        )
        return tuple(
            Answer(dimension, move, offset, bool(accepted), amount, sure) for dimension, move, offset, accepted, amount, sure in rows
        )

    def forget_answers(self, dimension: str = "") -> int:
        """Forget what was learned of one dimension of taste, or of all; the decisions stay. Return how many answers that were."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "UPDATE decisions SET dimension = '' WHERE dimension != '' AND ? IN ('', dimension)",
                (dimension,),
            )
            return cursor.rowcount

    def weigh(self, references: Sequence[int], weight: float) -> None:
        """Let references count as so many songs in the profile.

        Raises
        ------
        ValueError
            The weight is not 0.1 to 10.
        """
        if not 0.1 <= weight <= 10.0:
            raise ValueError(f"a weight lies between 0.1 and 10, not {weight}")
        with self._transaction() as connection:
            connection.executemany("UPDATE track_references SET weight = ? WHERE id = ?", [(weight, r) for r in references])

    def weights(self) -> Mapping[str, float]:
        """Return the content hashes of the references that count as more or less than one song, and as how many."""
        return dict(self._rows("SELECT content_hash, weight FROM track_references WHERE weight != 1.0 AND content_hash != ''"))
