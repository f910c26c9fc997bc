"""The sections of mixes and references that their user has renamed or moved."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from mixassistant.bounded_json import parse_json
from mixassistant.features.structure.stretches import said_to_fit
from mixassistant.features.track import KINDS, Section
from mixassistant.library.store import Store


class SaidSections:
    """The part of a library that remembers what its user says of the sections of a song, by its content."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def said(self, content_hash: str, sections: Sequence[Section] | None = None) -> tuple[Section, ...] | None:
        """Return what the user says of a song's sections; what is given is remembered, where the library can be written.

        Parameters
        ----------
        content_hash : str
        sections : sequence of Section, or None
            What they say now; empty: those that are found are right. None: what they said before.

        Returns
        -------
        tuple of Section, or None
            None where they say nothing, so that those that are found count.

        Raises
        ------
        ValueError
            What is given overlaps, leaves gaps, or has no length.
        """
        if sections:
            said_to_fit(sections, sections[-1].end_s)
        if sections is not None and self._store.is_read_only:
            return tuple(sections) or None
        if sections is not None:
            with self._store.transaction() as connection:
                connection.execute("DELETE FROM sections WHERE content_hash = ?", (content_hash,))
                if sections:
                    connection.execute("INSERT INTO sections VALUES (?, ?)", (content_hash, json.dumps([_entry(s) for s in sections])))
        rows = self._store.rows("SELECT sections FROM sections WHERE content_hash = ?", content_hash)
        try:
            found = tuple(_section(item) for item in parse_json(rows[0][0])) if rows else ()
            return said_to_fit(found, found[-1].end_s) if found else None
        except (ValueError, KeyError, TypeError):
            return None  # damaged: those that are found count


def _entry(section: Section) -> dict[str, Any]:
    return {
        "start_s": section.start_s, "end_s": section.end_s, "letter": section.letter, "kind": section.kind, "is_guess": section.is_guess,
    }  # fmt: skip


def _section(item: Any) -> Section:
    start_s, end_s = float(item["start_s"]), float(item["end_s"])
    letter, kind = str(item["letter"]), str(item["kind"])
    if not (0 <= start_s < end_s and math.isfinite(end_s)) or kind not in (*KINDS, ""):
        raise ValueError("not a section")
    return Section(start_s, end_s, letter, kind, bool(item["is_guess"]))
