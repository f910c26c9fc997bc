"""ListenBrainz: feedback (loved is a ``score`` of 1, hated −1) and listens, as the export and the web interface write them.

Both come as JSON with a list, or as a JSON document a line. Of listens the user's ``mbid_mapping`` tells the recording where the player did
not.

Source: https://listenbrainz.readthedocs.io/en/latest/users/json.html and …/users/api/feedback.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mixassistant.library.playlists.entry import Entry, Found, Opinion, entry, milliseconds

FEEDBACK, LISTENS = "ListenBrainz feedback", "ListenBrainz listens"
_OPINIONS: dict[int, Opinion] = {1: "liked", -1: "disliked"}


def read(document: Any) -> Found | None:
    """Read a document, or the list of those of its lines; None where it is none of them."""
    songs = _songs(document)
    told = [one for one in songs[:50] if isinstance(one, dict)]
    if any("score" in one and ("recording_mbid" in one or "recording_msid" in one) for one in told):
        return Found(FEEDBACK, tuple(_judged(one) for one in songs if not (isinstance(one, dict) and one.get("score") == 0)))
    if any(isinstance(one.get("track_metadata"), dict) for one in told):
        return Found(LISTENS, tuple(_song(one, "heard") for one in songs))
    return None


def _songs(document: Any) -> Sequence[Any]:
    """Return the list in a document: alone, under the name of the interface, or in its ``payload``."""
    if isinstance(document, dict) and isinstance(document.get("payload"), dict):
        document = document["payload"]
    if isinstance(document, dict):
        document = next((document[key] for key in ("feedback", "listens") if isinstance(document.get(key), list)), [document])
    return document if isinstance(document, list) else []


def _judged(one: Any) -> Entry | None:
    score = one.get("score") if isinstance(one, dict) else None
    opinion = _OPINIONS.get(score) if isinstance(score, int) else None
    return _song(one, opinion) if opinion is not None else None


def _song(one: Any, opinion: Opinion) -> Entry | None:
    if not isinstance(one, dict):
        return None
    said = _inside(one, "track_metadata")
    more, mapped = _inside(said, "additional_info"), _inside(said, "mbid_mapping")
    return entry(
        said.get("track_name"),
        said.get("artist_name"),
        said.get("release_name"),
        duration_s=milliseconds(more.get("duration_ms")) or more.get("duration"),
        isrc=more.get("isrc"),
        mbid=one.get("recording_mbid") or mapped.get("recording_mbid") or more.get("recording_mbid"),
        opinion=opinion,
    )


def _inside(said: dict[str, Any], key: str) -> dict[str, Any]:
    found = said.get(key)
    return found if isinstance(found, dict) else {}
