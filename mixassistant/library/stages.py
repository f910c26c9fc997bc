"""How finished the user says each mix is."""

from __future__ import annotations

from mixassistant.library.store import Store
from mixassistant.profiles.stage import STAGES, USUAL_STAGE, Stage


class Stages:
    """The part of a library that remembers the stage of each mix, by its content."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def said(self, content_hash: str, stage: Stage | None = None) -> Stage:
        """Return the stage of a mix; one that is given is remembered, where the library can be written.

        Parameters
        ----------
        content_hash : str
        stage : Stage or None
            What the user says now; None: what they said before, or else what a mix is as a rule.
        """
        if stage is not None and self._store.is_read_only:
            return stage
        if stage is not None:
            with self._store.transaction() as connection:
                connection.execute("INSERT OR REPLACE INTO stages VALUES (?, ?)", (content_hash, stage))
            return stage
        rows = self._store.rows("SELECT stage FROM stages WHERE content_hash = ?", content_hash)
        return next((known for known in STAGES if rows and rows[0][0] == known), USUAL_STAGE)
