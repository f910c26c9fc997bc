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
    return gathered(
        (place_of(document, suggestion), chain)
        for suggestion in sorted(document["suggestions"], key=lambda s: int(s["priority"]))
        if (chain := chain_of(suggestion["kind"], suggestion["parameters"])) is not None
    )


def place_of(document: Mapping[str, Any], suggestion: Mapping[str, Any]) -> Place:
    """Return where a suggestion of a document applies: one of several stems of its role, or all of the role."""
    place = Place(suggestion["role"], str(suggestion["target"]))
    stems = [stem["name"] for stem in document.get("stems", ()) if stem["role"] == place.role]
    # A target that is the role's own name is its bus.
    return place if len(stems) > 1 and place.stem in stems and place.stem != place.role else place.bus


def chain_of(kind: str, parameters: Mapping[str, Any]) -> Chain | None:
    """Return what a suggestion of a kind does with these parameters; None: nothing, it is a check."""
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
