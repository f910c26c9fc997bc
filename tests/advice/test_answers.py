"""What accepting or rejecting a suggestion says of taste, and that the library keeps all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sample_documents import make_suggestions

from mixassistant.advice.answers import answer_to
from mixassistant.library.library import Library
from mixassistant.profiles.taste import Answer, Preference

LEVEL, _EQ, _COMPRESSION, CHECK = make_suggestions()


def test_an_answer_carries_how_sure_the_suggestion_was_and_the_taste_that_it_was_made_with() -> None:
    known = {"level/vocals": Preference("level/vocals", 1.5, 0.8, 3)}
    assert answer_to(replace(LEVEL, confidence=0.6), False, 1.0, known) == Answer("level/vocals", 4.05, 1.5, False, 1.0, 0.6)


def test_what_is_wrong_for_anybody_says_nothing_of_taste() -> None:
    assert answer_to(CHECK, False, 1.0, {}) is None
    assert answer_to(replace(LEVEL, evidence=replace(LEVEL.evidence, tier="same song")), True, 1.0, {}) is None


def test_the_library_gives_answers_back_as_they_were(tmp_path: Path) -> None:
    answer = answer_to(replace(LEVEL, confidence=0.6), True, 0.5, {})
    with Library(tmp_path / "library.sqlite3") as library:
        library.answers.decide("hash", LEVEL.id, True, 0.5, answer)
        assert library.answers.all() == (answer,)
