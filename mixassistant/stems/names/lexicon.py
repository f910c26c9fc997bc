"""All words that tell a role, ranked, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from mixassistant.stems.names import english, languages, qualifiers
from mixassistant.stems.names.text import plain, words
from mixassistant.stems.stem import Role

SHAPE, PLACE, WEAK_NOUN, NOUN = 1, 2, 3, 4  # what decides over what


@dataclass(frozen=True)
class Meaning:
    """What a word says.

    Parameters
    ----------
    role : Role or None
        ``None``: the words together tell nothing ("Room Reverb").
    rank : int
        The highest decides: an instrument over a place, a place over what a sound does.
    is_head_first : bool
        Of a language that puts the head of a phrase first.
    """

    role: Role | None
    rank: int
    is_head_first: bool = False


def _read_role(key: str) -> Role | None:
    return next((role for role in get_args(Role) if role == key), None)


def _read_words() -> dict[str, Meaning]:
    found: dict[str, Meaning] = {}
    tables: tuple[tuple[Mapping[str, str], int, bool], ...] = (
        (english.NOUNS, NOUN, False),
        (english.WEAK_NOUNS, WEAK_NOUN, False),
        (english.PLACES, PLACE, False),
        (english.SHAPES, SHAPE, False),
        (languages.HEAD_LAST, NOUN, False),
        (languages.HEAD_FIRST, NOUN, True),
        (languages.WEAK_NOUNS, WEAK_NOUN, False),
        (languages.PLACES, PLACE, False),
        (languages.SHAPES, SHAPE, False),
    )
    for table, rank, is_head_first in tables:
        for key, text in table.items():
            for word in words(text):
                found.setdefault(word, Meaning(_read_role(key), rank, is_head_first))
    return found


def _read_phrases() -> dict[tuple[str, ...], Meaning]:
    found: dict[tuple[str, ...], Meaning] = {}
    for table in (english.PHRASES, languages.PHRASES):
        for key, text in table.items():
            for phrase in plain(text).split("|"):
                found[tuple(phrase.split())] = Meaning(_read_role(key), NOUN)
    return found


def _read_endings() -> list[tuple[str, Role]]:
    found = [(word, role) for key, text in languages.ENDINGS.items() for word in words(text) if (role := _read_role(key))]
    return sorted(found, key=lambda pair: (-len(pair[0]), pair))


def _read_syllables() -> dict[str, Role]:
    return {word: role for key, text in languages.SYLLABLES.items() for word in words(text) if (role := _read_role(key))}


WORDS = _read_words()
PHRASES = _read_phrases()
ENDINGS = _read_endings()
_ENDS = tuple(end for end, _ in ENDINGS)
SYLLABLES = _read_syllables()
WHOLE_SIGNS = {word: role for key, text in languages.WHOLE_SIGNS.items() for word in words(text) if (role := _read_role(key))}
QUALIFIERS = words(qualifiers.QUALIFIERS)
HEADS, HEADED = words(qualifiers.HEADS), words(qualifiers.HEADED)
NEGATIONS = words(qualifiers.NEGATIONS)
NEGATED_SIGNS = words(qualifiers.NEGATED_SIGNS)
NEGATED = words(qualifiers.NEGATED)
NEGATED_BEFORE = words(qualifiers.NEGATED_BEFORE)
CONJUNCTIONS = words(qualifiers.CONJUNCTIONS)
LONGEST_PHRASE = max(len(phrase) for phrase in PHRASES)


@lru_cache(maxsize=8192)
def meaning_of(word: str) -> Meaning | None:
    """Return what a plain word says, also where it is a compound that ends with a known one; ``None``: nothing that is known."""
    found = WORDS.get(word)
    if found is None:
        whole = word.removesuffix("spur")  # German for a track: "Gitarrenspur"
        found = WORDS.get(whole.removesuffix("n").removesuffix("s")) if whole != word else None
    if found is None and word.endswith(_ENDS):
        found = next((Meaning(role, NOUN) for end, role in ENDINGS if word.endswith(end) and len(word) > len(end) + 1), None)
    return found
