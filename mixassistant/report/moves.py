"""From the document back to moves: what `render` and the exports apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mixassistant.advice.decision import Decision, Decisions, decided
from mixassistant.processing.moves import Band, Chain, Compression, Width, gathered
from mixassistant.report.decided import answer_of, is_reshaped, moves_of
from mixassistant.stems.place import Place


def chains(document: Mapping[str, Any], decisions: Decisions | None = None) -> dict[Place, Chain]:
    """Gather the document's moves into one chain for each place, in the order EQ → compressor → width → gain.

    With decisions these are the accepted ones, each as it was decided; else all of them, as they are suggested. The target of a move is
    its role's only stem, the bus of its stems, or one of several; technical warnings move nothing.
    """
    moves = []
    for suggestion in moves_of(document):
        chain = chain_of(suggestion["kind"], suggestion["parameters"])
        if decisions is not None:
            decision = decisions.get(suggestion["id"])
            if decision is None or not decision.accepted:
                continue
            chain = decided(chain, decision)
        moves.append((place_of(document, suggestion), chain))
    return gathered(moves)


def place_of(document: Mapping[str, Any], suggestion: Mapping[str, Any]) -> Place:
    """Return where a suggestion of a document applies: one of several stems of its role, or all of the role."""
    place = Place(suggestion["role"], str(suggestion["target"]))
    stems = [stem["name"] for stem in document.get("stems", ()) if stem["role"] == place.role]
    # A target that is the role's own name is its bus.
    return place if len(stems) > 1 and place.stem in stems and place.stem != place.role else place.bus


def decisions_of(document: Mapping[str, Any]) -> dict[str, Decision]:
    """Return what a report says was decided on its moves, by their ids."""
    found = {}
    for suggestion in moves_of(document):
        if (answer := answer_of(suggestion)) != "open":
            amount = suggestion["decision"]["amount_percent"] / 100
            own = bands(suggestion["decision"]["parameters"]) if amount and is_reshaped(suggestion) else ()
            whole = tuple(replace(band, gain_db=band.gain_db / amount) for band in own)
            found[suggestion["id"]] = Decision(answer == "accepted", amount, whole)
    return found


def chain_of(kind: str, parameters: Mapping[str, Any]) -> Chain:
    """Return what a move of a kind does with these parameters."""
    if kind in ("eq", "masking"):
        return Chain(bands(parameters))
    if kind == "level":
        return Chain(gain_db=float(parameters["gain_db"]))
    if kind == "compression":
        return Chain(compression=compression(parameters))
    return Chain(width=(width(parameters),))


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
