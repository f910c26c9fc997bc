"""What may be wrong about a song's stems although they were added up: two songs in one folder, cut beginnings, mid and side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.audio.broadcast import time_reference_s
from mixassistant.names import listed, readable
from mixassistant.stems.folders.sorting import Part
from mixassistant.stems.folders.tracks import Track
from mixassistant.stems.names.purposes import is_song_title
from mixassistant.stems.names.roles import is_pure_name, role_from_name
from mixassistant.stems.names.sides import side_from_name

LEAST_OF_A_SONG = 3  # tracks that bear one song's name
SHARED = 2  # instruments that two songs in one folder have in common at least
SHORTER_S = 0.5  # than the longest: a tail of less is a matter of rounding
AT_ONCE_S, AT_ONCE = 0.05, 0.003  # the beginning of a track, and the share of its peak there from which it begins with sound
SHOWN = 6  # tracks that are named in a warning
_SPLIT = re.compile(r"[\s_.\-]+")
_MID_SIDE = re.compile(r"(?P<base>.*?)[\s_.\-(\[]*(?<![^\W\d_])(?P<part>mid|side|m|s)[)\]]?", re.IGNORECASE)


def doubts(tracks: Sequence[Track], stems: Sequence[Part], has_mix: bool) -> tuple[str, ...]:
    """Return whole sentences on what a person should look at.

    Parameters
    ----------
    tracks : sequence of Track
        All of the song's folder.
    stems : sequence of Part
        Those that count as stems.
    has_mix : bool
        Whether their mix is there: it was compared with them, and so tells whether they begin where they should.
    """
    return (
        *_several_songs(tracks),
        *_lone_sides(stems),
        *_mid_and_side(stems),
        *_titles(stems),
        *(() if has_mix else _cut_beginnings(stems)),
    )


def _several_songs(tracks: Sequence[Track]) -> list[str]:
    """Tell of names that speak of several songs: "Sunrise_drums", "Sunrise_bass" … beside "Tunnel_drums", "Tunnel_bass" …."""
    songs: dict[str, dict[str, str]] = defaultdict(dict)
    for track in tracks:
        split = _title_and_instrument(track.path.stem)
        if split is not None:
            title, instrument = split
            songs[title.casefold()][instrument.casefold()] = title
    whole = {key: held for key, held in songs.items() if len(held) >= LEAST_OF_A_SONG}
    alike = [
        held for key, held in whole.items() if any(len(held.keys() & whole[other].keys()) >= SHARED for other in whole if other != key)
    ]
    if len(alike) < 2:
        return []
    names = sorted({next(iter(held.values())) for held in alike})
    shown = ", ".join(f"“{name}”" for name in names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    return [f"The stems bear the names of {len(names)} songs, which were added up as one: {shown}. Give each song a folder of its own."]


def _title_and_instrument(name: str) -> tuple[str, str] | None:
    """Split a name before the words of an instrument at its end, where what stands before them is a title."""
    for gap in _SPLIT.finditer(name):
        title, instrument = name[: gap.start()], name[gap.end() :]
        if title and instrument and is_pure_name(instrument) and role_from_name(instrument) is not None:
            return None if is_pure_name(title) or role_from_name(title) is not None else (title, instrument)
    return None


def _lone_sides(stems: Sequence[Part]) -> list[str]:
    """Tell of left and right halves that were not joined."""
    found: dict[tuple[Path, str], dict[str, str]] = defaultdict(dict)
    for stem in stems:
        told = side_from_name(stem.track.path.stem) if stem.audio.channels == 1 and len(stem.track.files) == 1 else None
        if told is not None:
            found[stem.track.path.parent, told[0].casefold()][told[1]] = stem.track.name
    return [
        f"“{held['left']}” and “{held['right']}” look like the left and the right of one track, but differ in length or sample rate: "
        "they count as two mono tracks. Export them again."
        for held in found.values()
        if len(held) == 2
    ]


def _titles(stems: Sequence[Part]) -> list[str]:
    """Tell of a whole song's title among the names of stems."""
    names = [readable(stem.track.path.name) for stem in stems if stem.track.is_title and is_song_title(stem.track.name)]
    if not names or 2 * len(names) > len(stems):
        return []
    shown = ", ".join(f"“{name}”" for name in names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    what = "is called like a whole song and counts as a stem" if len(names) == 1 else "are called like whole songs and count as stems"
    return [f"{shown} {what}: if that is wrong, move {'it' if len(names) == 1 else 'them'} out of the folder."]


def _mid_and_side(stems: Sequence[Part]) -> list[str]:
    """Tell of mono tracks that are the mid and the side of one: as they are, they make no stereo."""
    found: dict[str, dict[str, Track]] = defaultdict(dict)
    for stem in stems:
        match = _MID_SIDE.fullmatch(stem.track.path.stem) if stem.audio.channels == 1 else None
        if match is not None:
            found[match["base"].casefold()][match["part"][0].lower()] = stem.track
    pairs = [held for held in found.values() if len(held) == 2]
    return [
        f"“{held['m'].name}” and “{held['s'].name}” look like the mid and the side of one track, and count as two mono tracks here: "
        "decode them to stereo."
        for held in pairs
    ]


def _cut_beginnings(stems: Sequence[Part]) -> list[str]:
    """Tell of stems without a time stamp that are shorter than the rest and begin with sound: silence before them may be cut off."""
    longest = max((stem.audio.duration_s for stem in stems), default=0.0)
    short = [
        stem.track.name
        for stem in stems
        if stem.audio.duration_s < longest - SHORTER_S and time_reference_s(stem.track.path) is None and _begins_with_sound(stem.audio)
    ]
    if not short:
        return []
    what = "1 stem is shorter than the rest and begins" if len(short) == 1 else f"{len(short)} stems are shorter than the rest and begin"
    return [
        f"{what} with sound at once, and no time stamp tells its place: {listed(short, SHOWN)}. "
        "If silence before it was cut off, export from the song's beginning."
    ]


def _begins_with_sound(audio: Audio) -> bool:
    first = audio.samples[:, : round(AT_ONCE_S * audio.sample_rate_hz)]
    peak = float(np.abs(audio.samples).max(initial=0.0))
    return peak > 0 and float(np.abs(first).max(initial=0.0)) >= AT_ONCE * peak
