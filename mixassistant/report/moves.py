"""From the document back to moves: what `render` and the exports apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mixassistant.processing.moves import Band, Chain, Compression, Width


def chains(document: Mapping[str, Any]) -> dict[str, Chain]:
    """Gather the document's suggestions into one chain for each place, in the order EQ → compressor → width → gain.

    A place is ``"mix"``, a role (its only stem, or the bus of its stems), or ``"<role>/<stem>"`` for one of several stems of a role;
    technical warnings move nothing.
    """
    gathered: dict[str, Chain] = {}
    roles = [stem["role"] for stem in document.get("stems", [])]
    # A target that is the role's own name is its bus.
    several = {f"{s['role']}/{s['name']}" for s in document.get("stems", []) if roles.count(s["role"]) > 1 and s["name"] != s["role"]}
    for suggestion in sorted(document["suggestions"], key=lambda s: int(s["priority"])):
        parameters, role = suggestion["parameters"], str(suggestion["role"])
        place = stem if (stem := f"{role}/{suggestion['target']}") in several else role
        old = gathered.get(place, Chain())
        if suggestion["kind"] in ("eq", "masking"):
            gathered[place] = replace(old, bands=old.bands + bands(parameters))
        elif suggestion["kind"] == "level":
            gathered[place] = replace(old, gain_db=old.gain_db + float(parameters["gain_db"]))
        elif suggestion["kind"] == "compression":
            gathered[place] = replace(old, compression=compression(parameters))
        elif suggestion["kind"] == "stereo":
            gathered[place] = replace(old, width=(*old.width, width(parameters)))
    return gathered


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
