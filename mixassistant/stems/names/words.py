"""The words of a name: at spaces and signs, at capitals, at digits, and where known words run together."""

from __future__ import annotations

import re
from functools import lru_cache

from mixassistant.stems.names import english
from mixassistant.stems.names.lexicon import CONJUNCTIONS, NEGATED, NEGATIONS, PHRASES, PLACE, QUALIFIERS, WORDS, meaning_of
from mixassistant.stems.names.text import humps, plain, runs, without_suffix, words

MARKS = frozenset("()+&-")
_WITHOUT = re.compile(r"\bw[/_]o(?=[\W_])", re.IGNORECASE)
_MINUS = re.compile(r"([(\[{])\s*[-–−](?=\s*[^\W\d])")
_TOKEN = re.compile(r"[^\W_]+|[()+&]|(?<=[\s_])[-–—](?=[\s_])")
_BRACKETS = str.maketrans("[]{}（）【】［］", "()" * 5)
_PIECES = words(english.PIECES)
_SIDES = frozenset("lr")
_LETTERED = frozenset({"vox", "voc", "gt", "gtr"})  # "VOXB", "eGTA2"
_MEMBERS = frozenset(word for phrase in PHRASES for word in phrase)


@lru_cache(maxsize=8192)
def tokens_of(name: str) -> tuple[str, ...]:
    """Return the plain words and the numbers of a name, and the signs that part them: brackets, ``+``, ``&``, and a dash between spaces.

    ``"BGVox2 (w/o Kick) - OHL"`` → bg, vox, 2, (, without, kick, ), -, oh, l.
    """
    text = _MINUS.sub(r"\1 without ", _WITHOUT.sub("without", without_suffix(name).translate(_BRACKETS)))
    found: list[str] = []
    for token in _TOKEN.findall(text):
        found += ["-"] if token in "–—" else [token] if token in MARKS else _words_of_chunk(token)
    return tuple(found)


def words_of(name: str) -> list[str]:
    """Return the plain words of a name without its numbers: ``"BGVOX2_Harmony"`` → bgvox, harmony."""
    return [token for token in tokens_of(name) if token not in MARKS and (not token.isdigit() or is_known(token))]


@lru_cache(maxsize=8192)
def is_known(word: str) -> bool:
    """Tell whether a plain word is one of track names, also where it is that only beside another."""
    return is_track_word(word) or word in _MEMBERS


@lru_cache(maxsize=8192)
def is_track_word(word: str) -> bool:
    """Tell whether a plain word is one of track names by itself."""
    return word in QUALIFIERS or word in NEGATIONS or word in NEGATED or meaning_of(word) is not None


def _words_of_chunk(chunk: str) -> list[str]:
    """Return the words of letters and digits that stand together."""
    whole = plain(chunk)
    if is_known(whole):
        return [whole]
    found: list[str] = []
    for run in runs(chunk):
        found += [run] if run.isdigit() else _words_of_run(run)
    return found


def _words_of_run(run: str) -> list[str]:
    """Return the words of letters that stand together: by their capitals where those part known words."""
    whole = plain(run)
    if is_known(whole):
        return [whole]
    parts = [plain(part) for part in humps(run)]
    apart = [[part] if is_known(part) or len(part) == 1 else _split(part) for part in parts]
    if len(parts) > 1 and all(apart):
        return [word for found in apart for word in found]
    return _split(whole) or [word for part, found in zip(parts, apart, strict=True) for word in found or [part]]


def _split(run: str) -> list[str]:
    """Return known words that make up a run of letters, one of an instrument among them; none: they do not."""
    found = _pieces(run)
    ranks = [meaning.rank for piece in found if (meaning := WORDS.get(piece)) is not None]
    return list(found) if max(ranks, default=0) >= PLACE else []


def _pieces(run: str, before: str = "") -> tuple[str, ...]:
    if before and (run in _SIDES or (before in _LETTERED and len(run) == 1)):
        return (run,)
    for end in range(len(run), 1, -1):
        if run[:end] in _PIECES:
            rest = _pieces(run[end:], run[:end]) if end < len(run) else ()
            if rest or end == len(run):
                return (run[:end], *rest)
    return ()


def is_conjunction(token: str) -> bool:
    """Tell whether a token stands between two things of equal weight."""
    return token in CONJUNCTIONS
