"""Texts that do not say how they are coded: which alphabet bytes mean.

Tags of old programs hold the bytes of the computer that wrote them, whatever the format asks for: Russian in Windows-1251, Japanese in
Shift-JIS, Chinese in GBK or Big5. Western European text is told by its shape, since a detector is least sure there: few letters with
accents, among many without. For all else chardet is asked, about all texts of a file at once, and what it finds must look like text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_EUROPEAN = ("cp1252", "cp1250")  # Western, then Central European
# Of systems whose programs write so into tags; a detector that may choose among all there are is misled by short texts.
_ENCODINGS = ("cp1251", "cp932", "gb18030", "big5", "euc_kr", "cp1253")
_ALPHABETS = ("cp1251", "cp1253")  # of letters, one byte each
_TYPOGRAPHY = frozenset("‘’“”–—…•™€£©®°ºª«»¿¡´·\xa0")  # signs that titles have
_IN_A_ROW = 3  # accented letters, as in the Icelandic “þýða”
_MOST = 0.75  # of letters that may be accented
_FIELD = 29  # bytes from which on a text may have been cut: fields of ID3v1 have 30
_ODD = 0.1  # of characters that may be signs no title has


def decoded(texts: Sequence[bytes]) -> list[str]:
    """Return the texts of one file, decoded by what their bytes look like; those of several programs may be among them."""
    telling = [text for text in texts if not text.isascii()]
    if telling and _encoding_of(b"\n".join(telling)) != "utf-8":
        telling = [text for text in telling if not _is_surely_utf_8(text)]
    encoding = _encoding_of(b"\n".join(telling))
    return [_alone(text) if _is_surely_utf_8(text) or (value := _decoded(text, encoding)) is None else value for text in texts]


def _is_surely_utf_8(text: bytes) -> bool:
    """Tell whether a text is UTF-8 by more than the chance of one character."""
    value = _decoded(text, "utf-8")
    high = sum(not c.isascii() for c in value or "")
    return high > 1 or (high == 1 and re.search(rb"[A-Za-z]", text) is not None)


def _alone(text: bytes) -> str:
    value = _decoded(text, _encoding_of(text))
    return text.decode("latin-1") if value is None else value


def _decoded(text: bytes, encoding: str) -> str | None:
    """Return a text that has this encoding, but for a last character that was cut by the length of a field; None: it has another."""
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        is_cut = len(text) >= _FIELD and len(text) - error.start < 4
        return text[: error.start].decode(encoding) if is_cut else None


def _encoding_of(text: bytes) -> str:
    value = _decoded(text, "utf-8")
    if value is not None and not value.isascii():  # not but for one accented letter of another encoding at its end
        return "utf-8"
    for encoding in _EUROPEAN:
        if _is_european(text, encoding):
            return encoding
    for encoding in _candidates(text):
        value = _decoded(text, encoding)
        if value is not None and _is_text(value, encoding):
            return encoding
    return "latin-1"


def _candidates(text: bytes) -> Iterator[str]:
    """Yield encodings, the likeliest first."""
    import chardet

    guesses = chardet.detect_all(
        text,
        ignore_threshold=True,
        include_encodings=_ENCODINGS,
        compat_names=False,
        no_match_encoding="cp1251",
        empty_input_encoding="cp1251",
    )
    found = [str(guess["encoding"]) for guess in guesses if guess["encoding"]]
    yield from found
    yield from (encoding for encoding in _ENCODINGS if encoding not in found)


def _is_european(text: bytes, encoding: str) -> bool:
    """Tell whether bytes look like a text of Latin letters, some of them with accents, in one of the two encodings."""
    try:
        value = text.decode(encoding)
    except UnicodeDecodeError:
        return False
    high = [c for c in value if not c.isascii()]
    if not all(c in _TYPOGRAPHY or (c.isalpha() and c not in "ƒªºµ") for c in high):
        return False
    for word in value.split():
        foreign = sum(not c.isascii() for c in word)
        if foreign > 1 and not re.search(r"[A-Za-z0-9]", word):
            return False
    if re.search(rf"[^\W\d_a-zA-Z]{{{_IN_A_ROW + 1},}}", value):
        return False
    letters = [c for c in value if c.isalpha()]
    return len(letters) <= 1 or sum(not c.isascii() for c in letters) <= _MOST * len(letters)


def _is_text(value: str, encoding: str) -> bool:
    """Tell whether a decoded text has the characters of a title: letters, of one alphabet in a word."""
    high = [c for c in value if not c.isascii()]
    odd = sum(unicodedata.category(c)[0] not in "LMN" and c not in _TYPOGRAPHY and not "\u3000" <= c <= "\u30ff" for c in high)
    if not high or odd > _ODD * len(high):
        return False
    if encoding in _ALPHABETS:
        return not re.search(r"[A-Za-z][^\x00-\x7f\W]|[^\x00-\x7f\W][A-Za-z]", value)
    if encoding == "euc_kr":  # Korean titles have no Chinese characters; Chinese ones in its code have both
        return not any("\u4e00" <= c <= "\u9fff" for c in high)
    if encoding == "cp932":  # kana of half the width are those of old telexes: other codes have them by chance
        return sum("\uff61" <= c <= "\uff9f" for c in high) <= _ODD * len(high)
    return True
