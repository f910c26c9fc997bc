"""What the user says of a song's sections stays remembered, by its content."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from mixassistant.features.track import Section
from mixassistant.library.library import Library

SAID = (Section(0.0, 12.5, "A", "verse", False), Section(12.5, 30.0, "B", "", True))


def test_what_was_said_is_remembered_changed_and_taken_back(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.sections.said("one") is None
        assert library.sections.said("one", SAID) == SAID
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.sections.said("one") == SAID and library.sections.said("two") is None
        assert library.sections.said("one", SAID[:1]) == SAID[:1]
        assert library.sections.said("one", ()) is None
        assert library.sections.said("one") is None


def test_what_is_damaged_counts_as_nothing_said(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with Library(path) as library:
        library.sections.said("one", SAID)
    gap = json.dumps([{"start_s": s, "end_s": s + 1, "letter": "A", "kind": "", "is_guess": True} for s in (0, 2)])
    for broken in (gap, "no json", "[1]", '[{"start_s": 3, "end_s": 1, "letter": "A", "kind": "", "is_guess": true}]', "{}", "[]"):
        connection = sqlite3.connect(path)
        connection.execute("UPDATE sections SET sections = ?", (broken,))
        connection.commit()
        connection.close()
        with Library(path) as library:
            assert library.sections.said("one") is None


def test_a_library_that_cannot_be_written_answers_what_is_said_now(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with Library(path):
        pass
    with Library(path) as library:
        library._store.is_read_only = True
        assert library.sections.said("one", SAID) == SAID
        assert library.sections.said("one") is None


def test_sections_with_gaps_are_refused(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        with pytest.raises(ValueError, match="without gaps"):
            library.sections.said("one", (SAID[0], Section(20.0, 30.0, "B")))
        assert library.sections.said("one") is None
