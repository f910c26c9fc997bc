"""What a stem is to the profile, by its name: the head noun decides, in the languages that sessions are named in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mixassistant.stems.names.lexicon import (
    HEADED,
    HEADS,
    LONGEST_PHRASE,
    NEGATED,
    NEGATED_BEFORE,
    NEGATED_SIGNS,
    NEGATIONS,
    NOUN,
    PHRASES,
    SHAPE,
    SYLLABLES,
    WEAK_NOUN,
    WHOLE_SIGNS,
    Meaning,
    meaning_of,
)
from mixassistant.stems.names.text import plain, words
from mixassistant.stems.names.words import MARKS, is_conjunction, is_known, is_track_word, tokens_of
from mixassistant.stems.stem import Role

# What separators put in brackets behind the name of a song, whatever that song is called: "Guitar Man (Vocals)".
_LABELS = frozenset({("vocals",), ("lead", "vocals"), ("backing", "vocals"), ("drums",), ("bass",), ("other",), ("instrumental",)})
# Alone, these are the whole accompaniment: a "Beat" is that in rap, while "Beats", "Drum Beat" and "Trap Beat" are drums.
_ACCOMPANIMENTS = frozenset({"beat", "tv", "pb"})
_WHOLE = words("instrumental instrumentals karaoke playback минусовка")  # after a title they decide: "The Voice Instrumental"
_BESIDE = words("full main final mix master print the v ver version prod bounce stem track")
_IN_TITLES = frozenset({"room", "rooms"})  # a microphone's place, and a word of titles, unlike "OH"
INSTRUMENTAL = frozenset({"inst", "instr", "instru", "tv"})  # "Song_Inst"; "Inst 1" is a track of an instrument
_GROUPS = words("vocal vocals vox voice voices drum drums")  # what practice tracks leave out
_RAISED = frozenset({"up", "down", "dn", "louder", "quieter"})
_SHORT = re.compile(r"[a-z]|[a-h](?:b|is|s)?(?:m|min|maj|minor|major|moll|dur)|\d+")  # sides and takes, keys ("Am"), numbers
_SHORT_SIGN = 3  # letters
_SOUNDS = re.compile(r"[ァ-ヿᄀ-ᇿ]")  # Katakana and Hangul, which spell what words sound like
_NO_SIGNS = re.compile(r"[\s\d_\-a-z]+")


@dataclass(frozen=True)
class Reading:
    """What the words of a name say.

    Parameters
    ----------
    role : Role or None
    rank : int
        Of the words that decide it; 0: none do.
    without : frozenset of Role
        What the name says that the file does not hold, where it names nothing that it does hold.
    """

    role: Role | None
    rank: int
    without: frozenset[Role] = frozenset()


def role_from_name(name: str) -> Role | None:
    """Return the role that a stem's name tells, or ``None``: then its sound does.

    The last noun decides ("Bass Drum", "Choir Pad", "Bass Clarinet"), in Romance languages the first ("Guitare basse"); microphones and
    effects decide nothing ("Piano Room", "Vox Verb"); what is said to be missing leaves the accompaniment ("no_vocals").
    """
    return read(name).role


@lru_cache(maxsize=8192)
def read(name: str) -> Reading:
    """Return what the words of a name say."""
    tokens, missing = _without_negated(tokens_of(name))
    if is_raised(tokens):
        return Reading(None, 0)  # "Vocal Up": a mix whose voice is louder
    found = _by_brackets(tokens) or _by_signs(name)
    if missing and (found is None or found.rank < WEAK_NOUN or not is_pure(tokens)):
        # "Drums no kick" are drums; in "The Voice (no vocals)" the instrument stands in a title.
        return Reading("other" if missing != {"other"} else None, NOUN, missing)
    return found or Reading(None, 0)


def is_raised(tokens: Sequence[str]) -> bool:
    """Tell whether words name a mix by its voice: "Vocal Up", "Vox Down 1 dB"."""
    voices = {word for word in tokens if (said := meaning_of(word)) is not None and said.role == "vocals"}
    return any(word in voices and after in _RAISED for word, after in itertools.pairwise(tokens))


def is_pure_name(name: str) -> bool:
    """Tell whether a name is one of a track and nothing else: an instrument or voice with qualifiers, prefixes of DAWs and numbers.

    "01 Kick In", "Bass DI_comp" and "GTR L dbl" are; "Bass Down Low" and "Guitar Man" are not, nor is "Track 01": it names no instrument.
    """
    tokens = tokens_of(name)
    return is_pure(tokens) and read(name).rank > 0


def is_pure(tokens: Sequence[str]) -> bool:
    """Tell whether all words are such as stand in names of tracks."""
    at = 0
    while at < len(tokens):
        length = _phrase_length(tokens, at)
        if not length and not _is_of_tracks(tokens[at], tokens[at - 1] if at else ""):
            return False
        at += max(1, length)
    return True


def _is_of_tracks(token: str, before: str) -> bool:
    if token in MARKS or _SHORT.fullmatch(token):
        return True
    if token in HEADS:
        return before in HEADED or before.isdigit()
    if is_track_word(token) or token in WHOLE_SIGNS:
        return True
    return not token.isascii() and bool(_signs_in(token)) and not _rest_of_signs(token)


def _without_negated(tokens: Sequence[str]) -> tuple[tuple[str, ...], frozenset[Role]]:
    """Return what is left of the words when those are taken away that say what is missing, and the roles that are."""
    kept: list[str] = []
    missing: set[Role] = set()
    at = 0
    while at < len(tokens):
        end = at + 1
        if _is_taken_away(tokens, at):
            missing |= {said.role for said in _meanings(tokens[at:end]) if said.role is not None}
            end += 1
        elif tokens[at] in NEGATED:
            missing.add("bass" if "bass" in tokens[at] else "drums" if "drum" in tokens[at] else "vocals")
        elif tokens[at] in NEGATIONS and tuple(tokens[at : at + 2]) not in PHRASES:
            while end < len(tokens) and tokens[end] not in MARKS and not tokens[end].isdigit() and is_known(tokens[end]):
                end += 1
            missing |= {said.role for said in _meanings(tokens[at + 1 : end]) if said.role is not None and said.rank >= WEAK_NOUN}
        else:
            kept.append(tokens[at])
        at = end
    return tuple(kept), frozenset(missing)


def _is_taken_away(tokens: Sequence[str], at: int) -> bool:
    """Tell whether the next word says that the voices or the drums are missing; a muted snare, guitar or trumpet is there."""
    is_last = at + 2 >= len(tokens) or not is_known(tokens[at + 2])
    return is_last and at + 1 < len(tokens) and tokens[at] in _GROUPS and tokens[at + 1] in NEGATED_BEFORE


def _by_brackets(tokens: Sequence[str]) -> Reading | None:
    """Return what words say: those outside of brackets before those inside, unless these are what a separator writes."""
    outside: list[str] = []
    inside: list[str] = []
    depth = 0
    for token in tokens:
        if token in "()":
            depth = max(0, depth + (1 if token == "(" else -1))
            (outside if depth == 0 else inside).append("-")
        else:
            (inside if depth else outside).append(token)
    label = tuple(token for token in inside if token not in MARKS and not token.isdigit())
    if label in _LABELS:
        return _by_dashes(inside)
    return _by_dashes(outside) or _by_dashes(inside)


def _by_dashes(tokens: Sequence[str]) -> Reading | None:
    """Return what words say whose parts stand between dashes: the last part that names an instrument, one of tracks before a title."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == "-":
            parts.append([])
        else:
            parts[-1].append(token)
    told = [(is_pure(part), found) for part in parts if (found := _decide(part)) is not None]
    if not told:
        return None
    if len(told) > 1 and all(pure for pure, _ in told):
        return _decide([token for part in parts for token in part])  # "Bass - Moog"
    top = max(found.rank for _, found in told)
    best = [(pure, found) for pure, found in told if found.rank == top]
    return next((found for pure, found in reversed(best) if pure), best[-1][1])


def _meanings(tokens: Sequence[str]) -> list[Meaning]:
    """Return what words say one by one, neighbours that mean something of their own together."""
    return [said for _, said in _meanings_at(tokens)]


def _meanings_at(tokens: Sequence[str]) -> list[tuple[int, Meaning]]:
    found: list[tuple[int, Meaning]] = []
    at = 0
    while at < len(tokens):
        length = _phrase_length(tokens, at)
        if length:
            found.append((at, PHRASES[tuple(tokens[at : at + length])]))
        elif (said := meaning_of(tokens[at])) is not None:
            found.append((at, said))
        at += max(1, length)
    return found


def _phrase_length(tokens: Sequence[str], at: int) -> int:
    """Return how many words from here on mean something of their own together; 0: none do."""
    return next((n for n in range(LONGEST_PHRASE, 0, -1) if tuple(tokens[at : at + n]) in PHRASES), 0)


def _decide(tokens: Sequence[str]) -> Reading | None:
    """Return what a phrase says: its head among the words of the highest rank."""
    last = tokens[-1] if tokens else ""
    if _WHOLE & set(tokens) and not is_pure(tokens):
        return Reading("other", NOUN)
    tokens = _without_numbers(tokens)
    if _ACCOMPANIMENTS & set(tokens) and set(tokens) <= _ACCOMPANIMENTS | _BESIDE:
        return Reading("other", WEAK_NOUN)
    said = [(at, meaning) for at, meaning in _meanings_at(tokens) if meaning.role is not None]
    if not said:
        return Reading("other", SHAPE) if last in INSTRUMENTAL else None
    rank = max(meaning.rank for _, meaning in said)
    heads = [(at, meaning) for at, meaning in said if meaning.rank == rank]
    if any(is_conjunction(token) for token in tokens[heads[0][0] : heads[-1][0]]):
        # "Pad + Bass" is a bass with a layer; "Drums & Bass" and "Vox + Gtr" are neither.
        told = {meaning.role for _, meaning in heads}
        if told == {"bass", "other"}:
            return Reading("bass", rank)
        return Reading(heads[0][1].role, rank) if len(told) == 1 else None
    head = heads[0] if any(meaning.is_head_first for _, meaning in heads) else heads[-1]
    if (rank == SHAPE or tokens[head[0]] in _IN_TITLES) and not is_pure(tokens[head[0] :]):
        return None  # "Room Service", "Music Sounds Better"
    return Reading(head[1].role, rank)


def _without_numbers(tokens: Sequence[str]) -> list[str]:
    """Return words without numbers and the letters behind them, so that neighbours meet: "Gtr 1a Vox M160"."""
    kept = []
    for before, token in zip(("", *tokens), tokens, strict=False):
        is_number = token.isdigit() and not is_known(token)
        if not is_number and not (before.isdigit() and len(token) == 1):
            kept.append(token)
    return kept


def _signs_in(text: str) -> list[tuple[int, int, Role]]:
    """Return where words of scripts without spaces stand: start, end, role; of those that overlap, the longer."""
    spans = [(m.start(), m.end(), role) for sign, role in SYLLABLES.items() for m in re.finditer(re.escape(sign), text)]
    spans = [s for s in spans if not any(o[0] <= s[0] and s[1] <= o[1] and o[1] - o[0] > s[1] - s[0] for o in spans)]
    # A short one may be the end of another word: "カスタム" (custom) is no "タム" (tom).
    ends = {end for _, end, _ in spans}
    return [s for s in spans if s[1] - s[0] > _SHORT_SIGN or s[0] in ends or not _SOUNDS.fullmatch(text[max(0, s[0] - 1) : s[0]])]


def _rest_of_signs(text: str) -> str:
    for sign in sorted(SYLLABLES, key=len, reverse=True):
        text = text.replace(sign, "")
    return re.sub(r"[左右上下生\d_a-z]|なし|抜き|無し|无|去", "", text)


def _by_signs(name: str) -> Reading | None:
    """Return what words of scripts without spaces say: the last of them decides."""
    if name.isascii():
        return None
    written = plain(name)
    spans = _signs_in(written)
    if spans and any(sign in written for sign in NEGATED_SIGNS):
        return Reading("other", NOUN, frozenset(role for _, _, role in spans))
    joined = _NO_SIGNS.sub("", written)
    if joined in SYLLABLES:  # "베이스 기타"
        return Reading(SYLLABLES[joined], NOUN)
    if spans:
        return Reading(max(spans, key=lambda span: (span[1], span[1] - span[0]))[2], NOUN)
    return next((Reading(WHOLE_SIGNS[token], NOUN) for token in tokens_of(name) if token in WHOLE_SIGNS), None)
