"""How names are brought to one form before their words are looked up."""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "đ": "d"})
_SUFFIX = re.compile(r"\.(?:wav|wave|bwf|w64|rf64|aiff?|aifc|flac|mp[234]|m4a|m4b|ogg|oga|opus|caf|wv|ape|tta|wma|aac)$", re.IGNORECASE)
# A capital that begins a word: "LeadVox", "BGVox", "OHLeft".
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUN = re.compile(r"[^\W\d_]+|\d+")


def plain(text: str) -> str:
    """Return text in lower case and without accents: ``"Percussão"`` → ``"percussao"``, ``"Chœur"`` → ``"choeur"``."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").casefold().translate(_LIGATURES)


def words(text: str) -> frozenset[str]:
    """Return the plain words of a list of them."""
    return frozenset(plain(text).split())


def without_suffix(name: str) -> str:
    """Return a name without the ending of a sound file: two stems of one name are told apart by theirs."""
    return _SUFFIX.sub("", unicodedata.normalize("NFC", name).strip())


def humps(word: str) -> list[str]:
    """Return the words of a run of letters by its capitals: ``"BGVox"`` → BG, Vox."""
    return [part for part in _HUMP.split(word) if part]


def runs(chunk: str) -> list[str]:
    """Return the runs of letters and of digits: ``"Gtr2Rm"`` → Gtr, 2, Rm."""
    return _RUN.findall(chunk)
