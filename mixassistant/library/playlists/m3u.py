"""M3U and M3U8: a line a file, with ``#EXTINF:seconds,Artist - Title`` before it.

Sources: the extended M3U of Winamp as VLC and others write it (https://en.wikipedia.org/wiki/M3U), and for what is *not* one of them
RFC 8216, whose lists of a stream's pieces have ``#EXT-X-`` lines.
"""

from __future__ import annotations

import re

from mixassistant.audio.charset import decoded
from mixassistant.library.playlists.entry import Entry, Found, NotThisFormat, entry, parted

KIND = "M3U playlist"
_EXTINF = re.compile(rb"#EXTINF:\s*(-?\d+(?:\.\d+)?)?[^,]*,(.*)", re.IGNORECASE)
_SAID = re.compile(rb"#(EXTALB|EXTART):\s*(.*)", re.IGNORECASE)


def read(content: bytes) -> Found:
    """Read a playlist.

    Raises
    ------
    NotThisFormat
        It lists the pieces of a stream.
    """
    if b"#EXT-X-" in content:
        raise NotThisFormat("the list of a stream's pieces and no playlist of songs")
    found: list[Entry | None] = []
    told: dict[str, bytes] = {}
    for raw in re.split(rb"\r\n|\r|\n", content):
        line = raw.strip()
        if match := _EXTINF.match(line):
            told |= {"duration": match[1] or b"", "name": match[2]}
        elif match := _SAID.match(line):
            told[match[1].decode().upper()] = match[2]
        elif line and not line.startswith(b"#"):
            found.append(_song(line, told))
            told = {}
    return Found(KIND, tuple(found))


def _song(line: bytes, told: dict[str, bytes]) -> Entry | None:
    keys = [key for key in ("name", "EXTALB", "EXTART") if told.get(key)]
    texts = dict(zip(keys, decoded([told[key] for key in keys]), strict=True))
    artist, title = parted(texts.get("name", ""))
    path = line.decode("utf-8", "surrogateescape")
    duration = told.get("duration", b"").decode() or None
    return entry(title, texts.get("EXTART", artist), texts.get("EXTALB", ""), duration_s=duration, path=path)
