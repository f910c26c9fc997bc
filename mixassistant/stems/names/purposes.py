"""What a file beside stems is for, by its name: the mix, an accompaniment, a click …; and which names are titles of songs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, get_args

from mixassistant.stems.names import purpose_words
from mixassistant.stems.names.lexicon import NOUN, PLACE, QUALIFIERS, WEAK_NOUN
from mixassistant.stems.names.roles import INSTRUMENTAL, is_pure, is_raised, read
from mixassistant.stems.names.text import plain, words
from mixassistant.stems.names.words import MARKS, tokens_of

Purpose = Literal["mix", "accompaniment", "acapella", "click", "guide", "reference"]

# "Ref Mix" is a reference, "Guide Click" a guide, "Instrumental Mix" an accompaniment.
_ORDER: tuple[Purpose, ...] = ("reference", "guide", "click", "acapella", "accompaniment", "mix")
_Phrases = frozenset[tuple[str, ...]]


def _read(text: str) -> _Phrases:
    return frozenset(tuple(phrase.split()) for phrase in plain(text).split("|") if phrase.strip())


def _phrases(table: Mapping[str, str]) -> dict[Purpose, _Phrases]:
    return {key: _read(table.get(key, "")) for key in get_args(Purpose)}


_CERTAIN = _phrases(purpose_words.CERTAIN)
_POSSIBLE = _phrases(purpose_words.POSSIBLE)
_SIGNS = {key: words(purpose_words.SIGNS.get(key, "")) for key in get_args(Purpose)}
_VERSIONS, _BOUNCES = words(purpose_words.VERSIONS), words(purpose_words.BOUNCES)
_BARE_VERSIONS = _read(purpose_words.BARE_VERSIONS)
_REFERENCES = frozenset({"ref", "refs"})  # no title begins with these, whatever follows: "REF_Artist - Song"
_ARTICLES = frozenset({"the", "a", "my", "your", "this"})
_LONGEST = max(len(phrase) for table in (_CERTAIN, _POSSIBLE) for phrases in table.values() for phrase in phrases)
_SAID = frozenset(word for table in (_CERTAIN, _POSSIBLE) for phrases in table.values() for phrase in phrases for word in phrase)
_INST = re.compile(r"inst(?:r|rument)?\W*\d+", re.IGNORECASE)  # how Logic calls tracks of instruments


def purpose_from_name(name: str) -> Purpose | None:
    """Return what a file beside stems is for, or ``None``: it is a stem, a song, or its name does not tell.

    "Song MIX" is a mix, "Drum Mix" a stem, "Sunrise (Original Mix)" a song.
    """
    return _purpose(name)[0]


def purpose_is_certain(name: str) -> bool:
    """Tell whether a word that no stem and no song bears tells the purpose: "mixdown", "Stereo Out", "karaoke"; not "main", "print"."""
    return _purpose(name)[1]


def is_mix_name(name: str) -> bool:
    """Tell whether a file beside stems is named like their mix."""
    return purpose_from_name(name) == "mix"


def is_song_title(name: str) -> bool:
    """Tell whether a name is a song's title: a version behind it ("Tunnel (Extended Mix)"), or an artist before it ("Artist - Tunnel")."""
    tokens = tokens_of(name)
    return _has_version(tokens) or (purpose_from_name(name) is None and _has_artist(tokens))


@lru_cache(maxsize=8192)
def _purpose(name: str) -> tuple[Purpose | None, bool]:
    tokens = tokens_of(name)
    if _has_version(tokens) or _INST.fullmatch(name.strip()):
        return None, False
    if is_raised(tokens):
        return "mix", False
    spoken = [token for token in tokens if token not in MARKS]
    for purpose in _ORDER:
        if _is_signed(name, purpose):
            return purpose, True
        if _holds(spoken, _CERTAIN[purpose]) and _leaves_room(purpose, name, tokens):
            return purpose, _is_plain(purpose, spoken, tokens)
        if purpose == "accompaniment" and read(name).without:
            return purpose, True
    for purpose in _ORDER:
        is_last = read(name).rank == 0 and purpose == "mix" and _ends_so(spoken, _POSSIBLE["mix"])
        if is_last or (_is_all(spoken, _POSSIBLE[purpose]) and _leaves_room(purpose, name, tokens)):
            return purpose, False
    if len(spoken) > 1 and spoken[-1] in INSTRUMENTAL and read(name).rank <= WEAK_NOUN:
        return "accompaniment", False  # "Song_Inst"
    return None, False


def _is_signed(name: str, purpose: Purpose) -> bool:
    """Tell whether words of a script without spaces say a purpose, and no instrument but those of an accompaniment."""
    if name.isascii():
        return False
    written = plain(name)
    said = any(sign in written for sign in _SIGNS[purpose])
    return said and (purpose in ("accompaniment", "guide") or read(name).role is None)


def _leaves_room(purpose: Purpose, name: str, tokens: Sequence[str]) -> bool:
    """Tell whether the instruments of a name leave room for a purpose: "Kick Click", "Drum Mix" and "Acapella Bass" are stems."""
    said = read(name)
    if purpose in ("reference", "guide"):
        return True
    if purpose == "click" and said.rank > 0:
        return not is_pure(_without(tokens, _CERTAIN[purpose]))  # "Guitar Man - Click"
    if purpose == "acapella":
        return said.role in (None, "vocals")
    if purpose == "accompaniment":
        rest = _without(tokens, _CERTAIN[purpose] | _POSSIBLE[purpose])
        return bool(said.without) or not is_pure(rest) or read(" ".join(rest)).rank < NOUN
    if said.rank == 0:
        return True
    if is_pure(tokens):
        return False
    # "Guitar Man - Mix", "The Voice (Final Mix)": the instrument stands in a title.
    *title, last = [part for part in _parts(tokens) if part]
    if title and all(word in _SAID or word in _BOUNCES or word.isdigit() for word in last):
        return not is_pure([word for part in title for word in part])
    return said.rank < PLACE and _ends_so([token for token in tokens if token not in MARKS], _CERTAIN["mix"])


def _parts(tokens: Sequence[str]) -> list[list[str]]:
    """Return the words between dashes and brackets."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token in "-()":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _places(spoken: Sequence[str], phrases: _Phrases) -> list[tuple[int, int]]:
    """Return where phrases begin and end."""
    ends = [(at, at + n) for n in range(1, _LONGEST + 1) for at in range(len(spoken) - n + 1)]
    return [(start, end) for start, end in ends if tuple(spoken[start:end]) in phrases]


def _holds(spoken: Sequence[str], phrases: _Phrases) -> bool:
    return bool(_places(spoken, phrases))


def _without(tokens: Sequence[str], phrases: _Phrases) -> list[str]:
    taken = {at for start, end in _places(tokens, phrases) for at in range(start, end)}
    return [token for at, token in enumerate(tokens) if at not in taken]


def _is_beside(word: str) -> bool:
    """Tell whether a word is one of versions and takes: "v2", "24 bit", "FINAL"."""
    return word.isdigit() or len(word) == 1 or word in QUALIFIERS or word in _BOUNCES or word in _SAID


def _is_all(spoken: Sequence[str], phrases: _Phrases) -> bool:
    """Tell whether a name says this and nothing else."""
    return _holds(spoken, phrases) and all(_is_beside(word) for word in _without(spoken, phrases))


def _ends_so(spoken: Sequence[str], phrases: _Phrases) -> bool:
    """Tell whether words end with this, versions and numbers apart: "Song_Master_v2"; not "Master of Puppets", nor "In the Mix"."""
    ends = [(start, end) for start, end in _places(spoken, phrases) if all(_is_beside(word) for word in spoken[end:])]
    return any(start == 0 or spoken[start - 1] not in _ARTICLES for start, _ in ends)


def _is_plain(purpose: Purpose, spoken: Sequence[str], tokens: Sequence[str]) -> bool:
    """Tell whether words leave no doubt of a purpose that they hold: it ends them or a part of them, or the rest is a track's name."""
    if any(_ends_so(part, _CERTAIN[purpose]) for part in (spoken, *_parts(tokens))):
        return True
    named = [word for word in spoken if not word.isdigit()]
    if purpose == "reference" and (named[0] in _REFERENCES or named[1:2] in (["track"], ["song"])):
        return True
    return purpose != "mix" and is_pure(_without(spoken, _CERTAIN[purpose]))


def _has_version(tokens: Sequence[str]) -> bool:
    """Tell whether a version stands behind a title: in brackets, behind a dash, or at the end as shops write it."""
    spoken = [token for token in tokens if token not in MARKS]
    if any(len(spoken) > len(p) and tuple(spoken[-len(p) :]) == p for p in _BARE_VERSIONS):
        return True
    parts = _parts(tokens)
    first = next((at for at, part in enumerate(parts) if part and not all(word.isdigit() for word in part)), len(parts))
    title = [word for part in parts[: first + 1] for word in part]
    if not title or is_pure(title) or all(word in _SAID or word.isdigit() for word in title):
        return False
    return any(part and _is_version(part) for part in parts[first + 1 :])


def _is_version(part: Sequence[str]) -> bool:
    if any(word in _VERSIONS and not word.isdigit() for word in part):
        return not {"instrumental", "acapella", "karaoke"} & set(part)
    *others, last = part
    names = [word for word in others if not word.isdigit()]
    return last == "mix" and bool(names) and not any(word in _BOUNCES or word in _SAID or len(word) == 1 for word in names)


def _has_artist(tokens: Sequence[str]) -> bool:
    """Tell whether words of no track stand before and behind a dash, and no instrument at the end."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == "-":
            parts.append([])
        else:
            parts[-1].append(token)
    parts = [part for part in parts if any(not word.isdigit() and word not in MARKS for word in part)]
    if len(parts) < 2 or any(is_pure(part) for part in parts):
        return False
    return read(parts[-1][-1]).rank < NOUN
