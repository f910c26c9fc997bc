"""How a place is called by the stems that a song has there."""

from __future__ import annotations

from mixassistant.advice.suggestion import Target
from mixassistant.features.track import MeasuredTrack
from mixassistant.stems.place import MIX, Place

WHOLE_MIX = Target(MIX, "mix", 0)


def target_at(track: MeasuredTrack, place: Place) -> Target:
    """Return a place under the stem's name, or under the role's where it has several stems: then the move goes on their bus."""
    names = [s.name for s in track.stems if s.role == place.role]
    return Target(place, place.stem or (names[0] if len(names) == 1 else place.role), len(names))
