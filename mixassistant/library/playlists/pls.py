"""PLS: ``FileN``, ``TitleN`` and ``LengthN`` (seconds, −1 where it is not known) after a line ``[playlist]``.

Source: the format of SHOUTcast and Winamp as described in https://en.wikipedia.org/wiki/PLS_(file_format).
"""

from __future__ import annotations

import re

from mixassistant.audio.charset import decoded
from mixassistant.library.playlists.entry import Entry, Found, entry, parted

KIND = "PLS playlist"
_LINE = re.compile(rb"\s*(File|Title|Length)(\d{1,6})\s*=\s*(.*?)\s*", re.IGNORECASE)


def read(content: bytes) -> Found:
    """Read a playlist."""
    said: dict[int, dict[bytes, bytes]] = {}
    for line in re.split(rb"\r\n|\r|\n", content):
        if match := _LINE.fullmatch(line):
            said.setdefault(int(match[2]), {})[match[1].lower()] = match[3]
    return Found(KIND, tuple(_song(said[number]) for number in sorted(said)))


def _song(said: dict[bytes, bytes]) -> Entry | None:
    artist, title = parted(decoded([said.get(b"title", b"")])[0])
    path = said.get(b"file", b"").decode("utf-8", "surrogateescape")
    return entry(title, artist, duration_s=said.get(b"length", b"").decode("ascii", "replace"), path=path)
