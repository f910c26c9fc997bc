"""A file of likes, a playlist, a collection or a history: what it is, its content tells, whatever it is called."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

from mixassistant.audio.formats import SUFFIXES
from mixassistant.bounded_json import Bounds, TooMuch, parse_json, read_bounded
from mixassistant.errors import InputError
from mixassistant.library.playlists import exportify, itunes, lastfm, listenbrainz, m3u, pls, rekordbox, spotify, xspf
from mixassistant.library.playlists.entry import MOST_BYTES, MOST_ENTRIES, Found, Listed, NotThisFormat, merged
from mixassistant.library.playlists.tables import headings
from mixassistant.library.playlists.xml_elements import read_elements
from mixassistant.names import readable

READ = (
    "M3U, PLS and XSPF playlists, iTunes or Music and Rekordbox as XML, Exportify and Last.fm as CSV, "
    "the files of a Spotify account, ListenBrainz feedback and listens"
)
_BOUNDS = Bounds(MOST_BYTES, values=8_000_000)
_LINE = Bounds(1 << 20)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://\S", re.IGNORECASE)


def read_list(path: Path) -> Listed:
    """Read what a file lists; an entry that is damaged costs only itself.

    Raises
    ------
    InputError
        It cannot be read, is damaged as a whole, is none of the formats, or names no song.
    """
    name = readable(path.name)
    try:
        found = _found(read_bounded(path, MOST_BYTES))
    except OSError as error:
        raise InputError("unreadable", f"cannot read “{name}”", (error.strerror or str(error)).lower()) from error
    except TooMuch as error:
        raise InputError("too-large", f"“{name}” has {error}", "export a part of it") from error
    except NotThisFormat as error:
        raise InputError("not-a-playlist", f"“{name}” is {error}", "export it again") from error
    if found is None:
        raise InputError("not-a-playlist", f"“{name}” is no list of songs that can be read here", f"what can: {READ}")
    if len(found.entries) > MOST_ENTRIES:
        raise InputError("too-large", f"“{name}” has {len(found.entries)} entries, where {MOST_ENTRIES} are the most", "export a part")
    songs = merged(one for one in found.entries if one is not None)
    damaged = sum(one is None for one in found.entries)
    if not songs:
        raise InputError("empty-playlist", f"“{name}” names no song", f"{damaged} entries say nothing that can be used" if damaged else "")
    return Listed(path, found.kind, songs, found.lists, damaged)


def _found(content: bytes) -> Found | None:
    """Return what a content lists; None: it is none of the formats."""
    content = _as_utf_8(content)
    head = content[:4096].lstrip()
    if b"\0" in head:
        return None
    if head.startswith(b"<"):
        return _of_xml(content.lstrip())
    if head[:10].lower() == b"[playlist]":
        return pls.read(content)
    if head[:1] in (b"{", b"["):
        return _of_json(content)
    return _of_table(content) or (m3u.read(content) if _is_m3u(content, head) else None)


def _as_utf_8(content: bytes) -> bytes:
    """Return a content without its byte order mark, and one in UTF-16 in UTF-8."""
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.removeprefix(b"\xef\xbb\xbf")
    text = content.decode("utf-16", "replace").removeprefix("\ufeff").lstrip()
    return re.sub(r"^<\?xml[^>]*\?>", "", text).encode()  # that line says that it is UTF-16, which it no longer is


def _of_xml(content: bytes) -> Found | None:
    if b"<plist" in content[:4096]:
        return itunes.read(content)
    root = read_elements(content)
    if root.name == "DJ_PLAYLISTS":
        return rekordbox.read(root)
    return xspf.read(root) if root.name == "playlist" and root.all("trackList") else None


def _of_json(content: bytes) -> Found | None:
    document: Any
    try:
        document = parse_json(content, _BOUNDS)
    except TooMuch:
        raise
    except ValueError as error:
        document = _lines(content)
        if not any(isinstance(line, dict) for line in document[:50]):
            raise NotThisFormat("damaged JSON") from error
    return spotify.read(document) or listenbrainz.read(document)


def _lines(content: bytes) -> list[Any]:
    """Return a document a line; None for a line that is none."""
    found: list[Any] = []
    for line in content.splitlines():
        if line.strip():
            try:
                found.append(parse_json(line, _LINE))
            except (json.JSONDecodeError, UnicodeDecodeError, TooMuch):
                found.append(None)
    return found


def _of_table(content: bytes) -> Found | None:
    text = content.decode("utf-8", "replace")
    names = headings(text)
    if exportify.is_headed_by(names):
        return exportify.read(text)
    if lastfm.is_headed_by(names):
        return lastfm.read(text, names)
    return lastfm.read_without_headings(text) if lastfm.is_without_headings(text) else None


def _is_m3u(content: bytes, head: bytes) -> bool:
    """Tell whether lines name files: by the format's own first line, or because what is there are audio files and addresses."""
    if head.upper().startswith(b"#EXTM3U") or b"#EXTINF:" in head.upper():
        return True
    lines = [line.strip().decode("utf-8", "replace") for line in re.split(rb"\r\n|\r|\n", content[:65_536])]
    named = [line for line in lines if line and not line.startswith("#")][:20]
    return bool(named) and all(_ADDRESS.match(line) or PurePosixPath(line.replace("\\", "/")).suffix.lower() in SUFFIXES for line in named)
