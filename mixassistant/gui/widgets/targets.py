"""Whose sound a view shows: the mix, or a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mixassistant.profiles.separation_error import told_values
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem import ROLES

if TYPE_CHECKING:
    from mixassistant.audio.audio import Audio
    from mixassistant.features.descriptor import Values
    from mixassistant.features.track import MeasuredTrack
    from mixassistant.stems.stem import Song

TARGETS = ("mix", *ROLES)


def targets_of(track: MeasuredTrack) -> tuple[str, ...]:
    """Return what was measured of a track: the mix, and the roles that it has."""
    return ("mix", *(role for role in TARGETS[1:] if role in track.roles))


def values_of(track: MeasuredTrack, target: str) -> Values:
    """Return the measurements of the mix or of a role as they are told to people; empty where there is no such role."""
    return told_values(track, target)


def has_audio(song: Song, target: str) -> bool:
    """Tell whether a song holds the sound of the mix or of a role."""
    return target == "mix" or any(stem.role == target for stem in song.stems)


def audio_of(song: Song, target: str, progress: Progress = silent) -> Audio:
    """Return the sound of the mix, or the sum of a role's stems (long work: for a worker)."""
    from mixassistant.audio.audio import mix

    return song.mix if target == "mix" else mix([stem.audio for stem in song.stems if stem.role == target], progress)
