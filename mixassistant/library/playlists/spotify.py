"""The files of Spotify's *Download your data*: liked songs, playlists, and what was played.

``YourLibrary.json`` has ``tracks`` (liked) and ``bannedTracks`` (disliked); ``Playlist1.json`` has ``playlists`` with ``items``;
``StreamingHistory…json`` and the extended history are lists of what was played, from which a song of less than 30 seconds was skipped.
How long something was *played* is not how long it is.

Source: https://support.spotify.com/article/understanding-my-data/, and the *Read me first* that comes with the files.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from mixassistant.library.playlists.entry import Entry, Found, Opinion, entry, text

LIBRARY, PLAYLISTS, HISTORY = "Spotify library", "Spotify playlists", "Spotify listening history"
PLAYED_MS = 30_000  # from here on Spotify itself counts a song as played


def read(document: Any) -> Found | None:
    """Read one of the files; None where it is none of them."""
    if isinstance(document, dict) and isinstance(document.get("playlists"), list):
        return _playlists(document["playlists"])
    if isinstance(document, dict) and isinstance(document.get("tracks"), list) and ("bannedTracks" in document or "albums" in document):
        liked = [_saved(song, "liked") for song in document["tracks"]]
        banned = document.get("bannedTracks")
        return Found(LIBRARY, (*liked, *(_saved(song, "disliked") for song in (banned if isinstance(banned, list) else ()))))
    if isinstance(document, list) and any(_is_played(one) for one in document[:20]):
        heard = [one for one in document if not (isinstance(one, dict) and _is_skipped(one))]
        return Found(HISTORY, tuple(_played(one) for one in heard))
    return None


def _saved(song: Any, opinion: Opinion) -> Entry | None:
    if not isinstance(song, dict):
        return None
    return entry(song.get("track"), song.get("artist"), song.get("album"), opinion=opinion)


def _playlists(playlists: list[Any]) -> Found:
    found: list[Entry | None] = []
    names: dict[str, None] = {}
    for playlist in playlists:
        if not isinstance(playlist, dict) or not isinstance(playlist.get("items"), list):
            found.append(None)
            continue
        name = text(playlist.get("name")) or "unnamed"
        names[name] = None
        for item in playlist["items"]:
            if isinstance(item, dict) and (item.get("episode") or item.get("audiobook")):
                continue
            found.append(_item(item, name))
    return Found(PLAYLISTS, tuple(found), tuple(names))


def _item(item: Any, name: str) -> Entry | None:
    track, local = (item.get("track"), item.get("localTrack")) if isinstance(item, dict) else (None, None)
    if isinstance(track, dict):
        return entry(track.get("trackName"), track.get("artistName"), track.get("albumName"), lists=(name,))
    address = local.get("uri") if isinstance(local, dict) else None
    parts = address.split(":") if isinstance(address, str) else []
    if len(parts) != 6 or parts[:2] != ["spotify", "local"]:  # spotify:local:artist:album:title:seconds
        return None
    artist, album, title, duration = (unquote_plus(part) for part in parts[2:])
    return entry(title, artist, album, duration_s=duration, lists=(name,))


def _is_played(one: Any) -> bool:
    return isinstance(one, dict) and ({"trackName", "artistName"} <= one.keys() or "master_metadata_track_name" in one)


def _is_skipped(one: dict[str, Any]) -> bool:
    """Tell whether it was skipped, or is no song."""
    if "master_metadata_track_name" in one and one["master_metadata_track_name"] is None:
        return True
    played = one.get("msPlayed", one.get("ms_played"))
    return isinstance(played, (int, float)) and played < PLAYED_MS


def _played(one: Any) -> Entry | None:
    if not isinstance(one, dict):
        return None
    return entry(
        one.get("trackName", one.get("master_metadata_track_name")),
        one.get("artistName", one.get("master_metadata_album_artist_name")),
        one.get("master_metadata_album_album_name"),
        opinion="heard",
    )
