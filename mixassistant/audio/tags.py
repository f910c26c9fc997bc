"""Tags of audio files: title, artist, album, genre."""

from __future__ import annotations

from pathlib import Path

from mixassistant.audio.tag_bounds import bounded_tags

NAMES = ("title", "artist", "album", "genre")


def read_tags(path: Path) -> dict[str, str]:
    """Return the tags that a file has; empty for a file without tags or one that mutagen cannot read."""
    import mutagen

    try:
        with bounded_tags():
            found = mutagen.File(path, easy=True)
    except (mutagen.MutagenError, OSError, ValueError, KeyError):
        return {}
    if found is None or found.tags is None:
        return {}
    tags = {}
    for name in NAMES:
        try:
            values = found.tags.get(name)
        except (ValueError, KeyError):
            continue
        if values:
            tags[name] = " ".join(str(values[0] if isinstance(values, list) else values).split())
    return {name: value for name, value in tags.items() if value}
