"""Names of files: how they are shown, and how the names of files that the program writes are made from them.

A name on a disk is bytes, not text: Python stands in a lone surrogate for every byte that is no UTF-8, and such text can be neither
encoded nor shown. A name that is legal on one system can be none on another.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

_HALF_LETTER = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")  # Windows lets a name hold half of a letter that is written in two
LONGEST_BYTES = 240
"""Of a name that is made here, suffix included: file systems take 255 bytes, of which a lock and a number want some."""
HASH_LETTERS = 8  # that stand for what was cut off a long name
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')  # on one of the systems
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""Devices of Windows, with any suffix (learn.microsoft.com/windows/win32/fileio/naming-a-file)."""


def readable(name: str) -> str:
    r"""Return a name that can be encoded and shown: a byte that is no text as ``\xe9``; other names as they are."""
    if name.isascii():
        return name
    return _HALF_LETTER.sub("\ufffd", name).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def listed(names: Sequence[str], most: int) -> str:
    """Return names in quotes for a sentence, of many the first: ``“a”, “b” and 3 more``."""
    shown = ", ".join(f"“{name}”" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def file_name(name: str, suffix: str, otherwise: str = "Audio") -> str:
    r"""Return a name that every system takes for a plain file, the same for the same words at any time.

    What is forbidden somewhere (``<>:"/\|?*``, control characters) becomes ``_``, Windows' devices (``CON``, ``LPT1``) get a ``_`` too,
    spaces and dots at the ends go, and of a name that is too long the end becomes eight letters of its SHA-256, so that two long names
    that begin alike stay two.

    Parameters
    ----------
    name : str
        From a file, a tag or the user: anything.
    suffix : str
        With its dot; not changed.
    otherwise : str
        The name where nothing is left of it.
    """
    plain = _FORBIDDEN.sub("_", readable(name)).strip(" .") or otherwise
    if device := _RESERVED.match(plain):
        plain = f"{device[0]}_{plain[device.end() :]}"
    room = LONGEST_BYTES - len(suffix.encode())
    if len(plain.encode()) > room:
        digest = hashlib.sha256(readable(name).encode()).hexdigest()[:HASH_LETTERS]
        kept = plain.encode()[: room - 1 - HASH_LETTERS].decode("utf-8", "ignore")
        while kept and unicodedata.combining(plain[len(kept)]):  # an accent is not cut off its letter
            kept = kept[:-1]
        plain = f"{kept.rstrip(' .')}~{digest}"
    return plain + suffix


def file_names(names: Iterable[str], suffix: str, otherwise: str = "Audio") -> list[str]:
    """Return a file name for each of these, in their order; those that would be one file on some disk are numbered."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        made = file_name(name, suffix, otherwise)
        number = 1
        while same_file_key(made) in taken:
            number += 1
            made = f"{file_name(name, suffix, otherwise).removesuffix(suffix)} ({number}){suffix}"
        taken.add(same_file_key(made))
        found.append(made)
    return found


def same_file_key(name: str) -> str:
    """Return what two names share that are one file on some disk: without regard to case and to how accents are composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", readable(name)).casefold())
