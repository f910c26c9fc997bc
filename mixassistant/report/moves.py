"""From the document back to moves: what `render` and the exports apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mixassistant.processing.moves import Band, Chain, Compression


def chains(document: Mapping[str, Any]) -> dict[str, Chain]:
    """Gather the document's suggestions into one chain for each role (or ``"mix"``), in the order EQ → compressor → gain.

    Suggestions of one role are meant for its only stem, or for the bus of its stems; technical warnings move nothing.
    """
    gathered: dict[str, Chain] = {}
    for suggestion in sorted(document["suggestions"], key=lambda s: int(s["priority"])):
        parameters, role = suggestion["parameters"], str(suggestion["role"])
        old = gathered.get(role, Chain())
        if suggestion["kind"] in ("eq", "masking"):
            gathered[role] = Chain(old.bands + bands(parameters), old.compression, old.gain_db)
        elif suggestion["kind"] == "level":
            gathered[role] = Chain(old.bands, old.compression, old.gain_db + float(parameters["gain_db"]))
        elif suggestion["kind"] == "compression":
            gathered[role] = Chain(old.bands, compression(parameters), old.gain_db)
    return gathered


def bands(parameters: Mapping[str, Any]) -> tuple[Band, ...]:
    """Return the equalizer bands of an ``eq`` suggestion's parameters."""
    return tuple(Band(b["type"], float(b["frequency_hz"]), float(b["gain_db"]), float(b["q"])) for b in parameters["bands"])


def compression(parameters: Mapping[str, Any]) -> Compression:
    """Return the compressor of a ``compression`` suggestion's parameters."""
    return Compression(**{name: float(value) for name, value in parameters.items()})
