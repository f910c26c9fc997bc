"""Rekordbox's XML: a ``COLLECTION`` of ``TRACK`` elements and a tree of ``NODE`` elements with the playlists.

``Rating`` is 0, 51, 102, 153, 204 or 255 for no to five stars: four and five are likes. A colour means what its user wants, so that each
colour is offered as a list of its own. ``Location`` is the address of a file; a list names its songs by ``TrackID`` (``KeyType`` 0) or by
``Location`` (1).

Source: rekordbox's *XML format list* for developers (https://cdn.rekordbox.com/files/20200410160904/xml_format_list.pdf).
"""

from __future__ import annotations

from collections.abc import Iterator

from mixassistant.library.playlists.entry import Entry, Found, Opinion, entry, text
from mixassistant.library.playlists.xml_elements import Element

KIND = "Rekordbox collection"
_FOUR_STARS = 204
_COLOURS = {
    "0XFF007F": "pink", "0XFF0000": "red", "0XFFA500": "orange", "0XFFFF00": "yellow",
    "0X00FF00": "green", "0X25FDE9": "aqua", "0X0000FF": "blue", "0X660099": "purple",
}  # fmt: skip
_LIST = "1"  # `Type` of a node; 0 is a folder


def read(root: Element) -> Found:
    """Read a collection with its playlists."""
    lists: dict[str, set[str]] = {}
    for node in root.all("PLAYLISTS", "NODE"):
        for name, keys in _playlists(node):
            lists.setdefault(name, set()).update(keys)
    tracks = root.all("COLLECTION", "TRACK")
    for track in tracks:
        colour = _COLOURS.get(track.attributes.get("Colour", "").upper())
        if colour is not None:
            lists.setdefault(f"colour {colour}", set()).add(track.attributes.get("TrackID", ""))
    return Found(KIND, tuple(_song(track, lists) for track in tracks), tuple(lists))


def _playlists(node: Element) -> Iterator[tuple[str, list[str]]]:
    if node.attributes.get("Type") == _LIST:
        name = text(node.attributes.get("Name", ""))
        if name:
            yield name, [child.attributes.get("Key", "") for child in node.children if child.name == "TRACK"]
        return
    for child in node.children:
        if child.name == "NODE":
            yield from _playlists(child)


def _song(track: Element, lists: dict[str, set[str]]) -> Entry | None:
    said = track.attributes
    number, place = said.get("TrackID", ""), said.get("Location", "")
    held = tuple(name for name, keys in lists.items() if (number and number in keys) or (place and place in keys))
    return entry(
        said.get("Name"),
        said.get("Artist"),
        said.get("Album"),
        duration_s=said.get("TotalTime"),
        year=said.get("Year"),
        path=place,
        opinion=_opinion(said.get("Rating", ""), bool(held)),
        lists=held,
    )


def _opinion(rating: str, is_listed: bool) -> Opinion:
    if rating.isdecimal() and int(rating) >= _FOUR_STARS:
        return "liked"
    return "listed" if is_listed else "heard"
