"""XSPF: ``track`` elements with ``location``, ``creator``, ``title``, ``album``, ``duration`` in ms and ``identifier``.

Source: XSPF version 1 (https://www.xspf.org/spec); MusicBrainz recordings stand in ``identifier`` as their addresses.
"""

from __future__ import annotations

from mixassistant.library.playlists.entry import Entry, Found, entry, mbid_in, milliseconds
from mixassistant.library.playlists.xml_elements import Element

KIND = "XSPF playlist"


def read(root: Element) -> Found:
    """Read a playlist."""
    return Found(KIND, tuple(_song(track) for track in root.all("trackList", "track")))


def _song(track: Element) -> Entry | None:
    names = [child.text for child in track.children if child.name == "identifier"]
    return entry(
        track.said("title"),
        track.said("creator"),
        track.said("album"),
        duration_s=milliseconds(track.said("duration")),
        isrc=next((name for name in names if "isrc" in name.lower()), "").rpartition(":")[2].rpartition("/")[2],
        mbid=next((found for name in names if "recording" in name and (found := mbid_in(name))), ""),
        path=track.said("location"),
    )
