"""From the document back to moves: what `render` and the exports apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mixassistant.processing.moves import Band, Chain, Compression, Width, gathered
from mixassistant.stems.place import Place


def chains(document: Mapping[str, Any]) -> dict[Place, Chain]:
    """Gather the document's suggestions into one chain for each place, in the order EQ → compressor → width → gain.

    The target of a move is its role's only stem, the bus of its stems, or one of several; technical warnings move nothing.
    """
    stems = document.get("stems", [])
    roles = [stem["role"] for stem in stems]
    # A target that is the role's own name is its bus.
    several = {Place(s["role"], s["name"]) for s in stems if roles.count(s["role"]) > 1 and s["name"] != s["role"]}
    moves = []
    for suggestion in sorted(document["suggestions"], key=lambda s: int(s["priority"])):
        place = Place(suggestion["role"], str(suggestion["target"]))
        if (chain := _chain(suggestion["kind"], suggestion["parameters"])) is not None:
            moves.append((place if place in several else place.bus, chain))
    return gathered(moves)


def _chain(kind: str, parameters: Mapping[str, Any]) -> Chain | None:
    if kind in ("eq", "masking"):
        return Chain(bands(parameters))
    if kind == "level":
        return Chain(gain_db=float(parameters["gain_db"]))
    if kind == "compression":
        return Chain(compression=compression(parameters))
    return Chain(width=(width(parameters),)) if kind == "stereo" else None


def bands(parameters: Mapping[str, Any]) -> tuple[Band, ...]:
    """Return the equalizer bands of an ``eq`` suggestion's parameters."""
    return tuple(Band(b["type"], float(b["frequency_hz"]), float(b["gain_db"]), float(b["q"])) for b in parameters["bands"])


def compression(parameters: Mapping[str, Any]) -> Compression:
    """Return the compressor of a ``compression`` suggestion's parameters."""
    return Compression(**{name: float(value) for name, value in parameters.items()})


def width(parameters: Mapping[str, Any]) -> Width:
    """Return the change of width of a ``stereo`` suggestion's parameters."""
    low, high = parameters["band_hz"]
    return Width(float(parameters["width_change_db"]), float(low), float(high))
