"""Which side of a pair a file is, by its name: one stem is often written as two files, left and right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from mixassistant.stems.names.text import plain, without_suffix, words
from mixassistant.stems.names.words import is_known

Side = Literal["left", "right"]

# English, German, French, Spanish, Portuguese, Italian, Swedish, Polish, Russian.
_SIDES: Mapping[Side, str] = {
    "left": """
        l left lft links li gauche izq izquierda izquierdo esq esquerda esquerdo sx sinistra sinistro vänster venstre lewy lewa лев левый
        левая л
        """,
    "right": """
        r right rgt rechts re droite droit der derecha derecho dir direita direito dx destra destro höger høyre prawy prawa прав правый
        правая п
        """,
}
_WORDS: dict[str, Side] = {word: side for side, text in _SIDES.items() for word in words(text)}
_SIGNS: dict[str, Side] = {"左": "left", "右": "right", "좌": "left", "우": "right"}
# What may follow a side: takes and copies ("OH L COMP_01", "Keys.L.1").
_AFTER = r"(?P<after>(?:[\s._\-]*(?:\d+|comp|cmp|dup\d*|bip|cm|cons|edit|ed|take|bounce|mono|stem)(?![^\W\d_]))*)"
_SEPARATED = re.compile(r"(?P<base>.*?)(?P<open>[\s._\-]+[(\[]?|[(\[])(?P<side>[^\W\d_]+)[)\]]?" + _AFTER, re.IGNORECASE)
_LEADING = re.compile(r"(?P<side>left|right|links|rechts|l|r)[\s._\-]+(?P<base>\S.*)", re.IGNORECASE)
_BEHIND_DIGIT = re.compile(r"(?P<base>.*\d)(?P<side>[lr])", re.IGNORECASE)
_CAPITAL = re.compile(r"(?P<base>.*[^\W\d_A-Z])(?P<side>[LR])" + _AFTER)
_RUN = re.compile(r"(?P<base>(?:.*[\W_])?(?P<word>[^\W\d_]{2,}))(?P<side>[lr])" + _AFTER, re.IGNORECASE)
_SIGN = re.compile(r"(?P<base>.+?)[\s._\-(\[（]*(?P<side>[左右좌우])[)\]）]?")
_NUMBER = re.compile(r"(?P<base>.*?[^\W\d].*?|[^\W\d])(?P<mark>[\s._\-]*[(\[]?(?:ch\.?\s?)?)0?(?P<side>[12])[)\]]?", re.IGNORECASE)


def side_from_name(name: str) -> tuple[str, Side] | None:
    """Return a name without its side, and the side; ``None``: it names none, or both.

    The syntax alone tells: "Tom L" and "OHL" are sides too, so whoever joins files must look whether the partner is there.
    """
    text = without_suffix(name)
    for pattern in (_SEPARATED, _CAPITAL, _BEHIND_DIGIT, _RUN, _LEADING):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        side = _WORDS.get(plain(match["side"]))
        if side is None or (pattern is _RUN and not is_known(plain(match["word"]))):
            continue
        before = re.findall(r"[^\W\d_]+", match["base"])
        if before and _WORDS.get(plain(before[-1]), side) != side:
            return None  # "Gtr L R": both sides in one file
        return f"{match['base']}{match.groupdict().get('after') or ''}".strip(" ._-"), side
    match = _SIGN.fullmatch(text)
    if match is not None and match["base"][-1] not in _SIGNS:
        return match["base"].strip(" ._-"), _SIGNS[match["side"]]
    whole = _WORDS.get(plain(text))
    return None if whole is None else ("", whole)


def numbered_pair_from_name(name: str) -> tuple[str, Literal[1, 2]] | None:
    """Return a name without the 1 or 2 at its end, and that number.

    "Piano 1" and "Piano 2" may be the sides of one piano or two pianos: whoever joins them must look at the sound.
    """
    match = _NUMBER.fullmatch(without_suffix(name))
    if match is None or (match["base"][-1:].isdigit() and not match["mark"].strip("0")):
        return None
    return match["base"].strip(" ._-"), 1 if match["side"] == "1" else 2
