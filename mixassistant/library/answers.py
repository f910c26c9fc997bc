"""What the user said to suggestions: the decisions on each mix, and the answers to taste that they are."""

from __future__ import annotations

import json

from mixassistant.advice.decision import Decision, Decisions
from mixassistant.library.store import Store, now
from mixassistant.processing.moves import Band
from mixassistant.profiles.taste import Answer


def _written(bands: tuple[Band, ...]) -> str:
    return json.dumps([(band.type, band.frequency_hz, band.gain_db, band.q) for band in bands]) if bands else ""


def _read(bands: str) -> tuple[Band, ...]:
    return tuple(Band(*values) for values in json.loads(bands)) if bands else ()


class Answers:
    """The part of a library that holds what the user said to suggestions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide(self, content_hash: str, suggestion: str, decision: Decision | None, *answers: Answer) -> None:
        """Record what the user decided on a suggestion for a mix; ``None`` takes the decision back.

        Parameters
        ----------
        answers : Answer
            What the decision says of the user's taste, each of another dimension.
        """
        with self._store.transaction() as connection:
            # What it said before goes with it.
            connection.execute("DELETE FROM decisions WHERE content_hash = ? AND suggestion = ?", (content_hash, suggestion))
            if decision is None:
                return
            connection.execute(
                "INSERT INTO decisions (content_hash, suggestion, accepted, decided, amount, bands) VALUES (?, ?, ?, ?, ?, ?)",
                (content_hash, suggestion, int(decision.accepted), now(), decision.amount, _written(decision.bands)),
            )
            connection.executemany(
                "INSERT INTO answers (content_hash, suggestion, dimension, move_db, offset_db, confidence, share, doubt_db, may_close) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (content_hash, suggestion, a.dimension, a.move_db, a.offset_db, a.confidence, a.share, a.doubt_db, int(a.may_close))
                    for a in answers
                ],
            )

    def change(self, content_hash: str, suggestion: str, decision: Decision) -> None:
        """Record another decision where the suggestion itself is not at hand: of what it taught, the answer and its amount change."""
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO decisions (content_hash, suggestion, accepted, decided, amount, bands) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (content_hash, suggestion) DO UPDATE SET accepted = excluded.accepted, decided = excluded.decided, "
                "amount = excluded.amount, bands = excluded.bands",
                (content_hash, suggestion, int(decision.accepted), now(), decision.amount, _written(decision.bands)),
            )

    def decisions(self, content_hash: str) -> Decisions:
        """Return what the user decided on the suggestions for a mix, by their ids."""
        query = "SELECT suggestion, accepted, amount, bands FROM decisions WHERE content_hash = ? ORDER BY suggestion"
        rows = self._store.rows(query, content_hash)
        return {suggestion: Decision(bool(accepted), amount, _read(bands)) for suggestion, accepted, amount, bands in rows}

    def all(self) -> tuple[Answer, ...]:
        """Return all that the user's decisions say of their taste, oldest first."""
        rows = self._store.rows(
            "SELECT a.dimension, a.move_db, a.offset_db, accepted, amount, a.confidence, share, doubt_db, may_close "
            "FROM answers AS a JOIN decisions USING (content_hash, suggestion) ORDER BY decided, suggestion, a.dimension"
        )
        return tuple(
            Answer(dimension, move, offset, bool(accepted), amount, sure, share, doubt, bool(may_close))
            for dimension, move, offset, accepted, amount, sure, share, doubt, may_close in rows
        )

    def forget(self, dimension: str = "") -> int:
        """Forget what was learned of one dimension of taste, or of all; the decisions stay. Return how many answers that were."""
        with self._store.transaction() as connection:
            return connection.execute("DELETE FROM answers WHERE ? IN ('', dimension)", (dimension,)).rowcount

    def open(self, dimension: str = "") -> int:
        """Open what rejections have closed of one dimension, or of all: they count as before, but close nothing any more.

        Return how many rejections that were.
        """
        query = (
            "UPDATE answers SET may_close = 0 WHERE may_close AND ? IN ('', dimension) AND NOT "
            "(SELECT accepted FROM decisions AS d WHERE d.content_hash = answers.content_hash AND d.suggestion = answers.suggestion)"
        )
        with self._store.transaction() as connection:
            return connection.execute(query, (dimension,)).rowcount
