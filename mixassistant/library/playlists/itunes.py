"""The XML that iTunes and Music write: a property list with all ``Tracks`` and the user's ``Playlists``.

A song is liked where it is loved, a favourite, or was given four or five stars by the user (``Rating`` of 80 or more that is not
``Rating Computed``); disliked where the program says so. Lists that the program itself keeps (Library, Music, Downloaded …) are none of
the user's.

Source: what *File, Library, Export Library* writes (https://support.apple.com/guide/music/mus27cd5060e/mac), key names as in iTunes'
own files; property lists as in https://www.apple.com/DTDs/PropertyList-1.0.dtd.
"""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from mixassistant.library.playlists.entry import Entry, Found, NotThisFormat, Opinion, entry, milliseconds, text

KIND = "iTunes or Music library"
_FOUR_STARS = 80
_NO_SONG = ("Podcast", "Movie", "TV Show", "Music Video", "Audiobooks", "Has Video")


def read(content: bytes) -> Found:
    """Read a library.

    Raises
    ------
    NotThisFormat
        It is damaged or no library.
    """
    try:
        library = plistlib.loads(content, fmt=plistlib.FMT_XML)  # it refuses entities by itself
    except (plistlib.InvalidFileException, ExpatError, ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise NotThisFormat("damaged") from error
    tracks = library.get("Tracks") if isinstance(library, dict) else None
    if not isinstance(tracks, dict):
        raise NotThisFormat("a property list without songs")
    lists = _lists(library.get("Playlists"))
    songs = {str(number): track for number, track in tracks.items() if not (isinstance(track, dict) and _is_no_song(track))}
    found = tuple(_song(track, tuple(name for name, held in lists.items() if number in held)) for number, track in songs.items())
    return Found(KIND, found, tuple(lists))


def _lists(playlists: Any) -> dict[str, frozenset[str]]:
    """Return the user's own lists: the numbers of the songs in each."""
    found: dict[str, frozenset[str]] = {}
    for playlist in playlists if isinstance(playlists, list) else ():
        if not isinstance(playlist, dict) or any(playlist.get(key) for key in ("Master", "Distinguished Kind", "Folder")):
            continue
        items = playlist.get("Playlist Items")
        held = {str(item.get("Track ID")) for item in items if isinstance(item, dict)} if isinstance(items, list) else set()
        name = text(playlist.get("Name"))
        if name and held:
            found[name] = found.get(name, frozenset()) | held
    return found


def _is_no_song(track: Mapping[str, Any]) -> bool:
    return any(track.get(key) is True for key in _NO_SONG)


def _song(track: Any, lists: tuple[str, ...]) -> Entry | None:
    if not isinstance(track, dict):
        return None
    return entry(
        track.get("Name"),
        track.get("Artist") or track.get("Album Artist"),
        track.get("Album"),
        duration_s=milliseconds(track.get("Total Time")),
        year=track.get("Year"),
        path=track.get("Location") or "",
        opinion=_opinion(track, bool(lists)),
        lists=lists,
    )


def _opinion(track: Mapping[str, Any], is_listed: bool) -> Opinion:
    rating = track.get("Rating")
    stars = rating if isinstance(rating, int) and track.get("Rating Computed") is not True else 0
    if track.get("Disliked") is True:
        return "disliked"
    if track.get("Loved") is True or track.get("Favorited") is True or stars >= _FOUR_STARS:
        return "liked"
    return "listed" if is_listed else "heard"
