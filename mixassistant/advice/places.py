"""How a place that moves are for is called: in a report, and in a sentence."""

from __future__ import annotations

from mixassistant.advice.words import WHOLE_MIX, in_sentence
from mixassistant.features.track import MeasuredTrack


def target_of(track: MeasuredTrack, place: str) -> str:
    """Return the stem's name, or the role's where it has several stems: then the move goes on their bus."""
    role, _, stem = place.partition("/")
    names = [s.name for s in track.stems if s.role == role]
    return stem or (names[0] if len(names) == 1 else role)


def spoken(track: MeasuredTrack, place: str) -> str:
    """Return how a place is called in a sentence."""
    role, _, stem = place.partition("/")
    if role == "mix":
        return WHOLE_MIX
    if stem:
        return f"“{stem}”"
    names = [stem.name for stem in track.stems if stem.role == role]
    if len(names) == 1:
        return in_sentence(role) if names[0].lower() == role else f"“{names[0]}”"
    return f"the bus of {in_sentence(role)} ({len(names)} stems)"
