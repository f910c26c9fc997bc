"""Two bounces of one song beside each other, as one versioned JSON object: what changed, and which accepted moves arrived.

``mixassistant.comparison/1``; its JSON Schema ships as ``resources/comparison.schema.json``. It is made from two report documents alone, so
that two bounces can be compared years later, without their audio.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mixassistant.features.bands import broad
from mixassistant.features.descriptor import REGISTRY
from mixassistant.profiles.recognition import likeness
from mixassistant.profiles.standing import STANDING, TONE, step_of
from mixassistant.report.arrival import Accepted, Arrival, accepted_moves, arrivals, number, origin, spectrum, why_not
from mixassistant.report.document import version
from mixassistant.report.entries import rounded
from mixassistant.stems.place import BUSES, MIX, Place

SCHEMA = "mixassistant.comparison/1"
OF_MIX = ("lufs", "true_peak", "lra", "psr")
OF_ROLES = ("level",)
OF_ALL = ("dynamic_spread", "crest", "width")
LEAST_ALIKE = 0.35  # of the momentary loudness over time: 300 bounces of 50 songs with stems 6 dB up and down all lay above 0.4
LEAST_MOMENTS = 50  # by which that can be told, a tenth of a second each
QUIETEST_LUFS = -70.0
Comparison = dict[str, Any]


def compare(old: Mapping[str, Any], new: Mapping[str, Any], moves: tuple[Accepted, ...] | None = None) -> Comparison:
    """Return what changed from one bounce of a song to a later one.

    Parameters
    ----------
    old, new : mapping
        Report documents.
    moves : tuple of Accepted, optional
        What was accepted, where the old one's stems have been measured otherwise since; else it is read from the old one.
    """
    accepted = accepted_moves(old) if moves is None else moves
    return {
        "schema": SCHEMA,
        "version": version(),
        "old": _bounce(old),
        "new": _bounce(new),
        "changes": [entry for place in (MIX, *BUSES) for entry in _changes(old, new, place)],
        "moves": [_move(arrival) for arrival in arrivals(old, new, accepted)],
        "warnings": _warnings(old, new, bool(accepted)),
    }


def _bounce(document: Mapping[str, Any]) -> dict[str, Any]:
    mix = document["mix"]
    return {
        "name": mix["name"], "created": document["created"], "content_hash": mix["content_hash"], "duration_s": mix["duration_s"],
        "path": mix["source"]["path"],
    }  # fmt: skip


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> list[dict[str, Any]]:
    """Return how a place measures in both bounces; only what can be told of it in both."""
    if why_not(old, new, place):
        return []
    before, after = _readings(old, place), _readings(new, place)
    return [_entry(place, dimension, before[dimension], after[dimension]) for dimension in before if dimension in after]


def _readings(document: Mapping[str, Any], place: Place) -> dict[str, float]:
    """Return what is compared of a place, by dimension in the order of tables.

    Peaks and width of separated stems are the separator's more than the song's.
    """
    own = (
        (*OF_MIX, *OF_ALL)
        if place == MIX
        else (*OF_ROLES, *OF_ALL)
        if origin(document, place.role) == "supplied"
        else (*OF_ROLES, OF_ALL[0])
    )
    found = {name: value for name in own if (value := number(document, place, name)) is not None}
    if place != MIX and "level" not in found:
        return {}  # it does not play
    measured = spectrum(document, place)
    tone = {} if measured is None else dict(zip(TONE, (float(band) for band in broad(measured)), strict=True))
    heard = {dimension: value for dimension, value in tone.items() if value == value}  # not NaN
    first = (OF_MIX if place == MIX else OF_ROLES)[-1]
    ordered: dict[str, float] = {}
    for name in own:
        if name in found:
            ordered[name] = found[name]
        if name == first:
            ordered |= heard
    return ordered


def _entry(place: Place, dimension: str, before: float, after: float) -> dict[str, Any]:
    step = step_of(dimension)
    floor = STANDING.tone_floor_db if dimension in TONE else STANDING.width_floor_db if dimension == "width" else -1e9
    change = max(after, floor) - max(before, floor)
    return {
        "place": str(place), "dimension": dimension, "unit": "dB" if dimension in TONE else REGISTRY[dimension].unit,
        "old": rounded(before), "new": rounded(after), "change": rounded(after - before), "step": step,
        "is_heard": bool(abs(change) >= step),
    }  # fmt: skip


def _move(arrival: Arrival) -> dict[str, Any]:
    entry, share = arrival.move.entry, arrival.share
    found: dict[str, Any] = {
        "id": entry["id"], "place": str(arrival.move.place), "kind": entry["kind"], "text": entry["text"],
        "amount_percent": entry["decision"]["amount_percent"], "parameters": entry["decision"]["parameters"],
        "answer": arrival.answer, "descriptor": arrival.descriptor, "unit": arrival.unit,
        "wanted": None if arrival.wanted is None else rounded(arrival.wanted),
        "found": None if arrival.found is None else rounded(arrival.found),
        "share_percent": None if share is None else rounded(100 * share, 1),
    }  # fmt: skip
    if arrival.frequency_hz is not None:
        found["frequency_hz"] = rounded(arrival.frequency_hz)
    if arrival.reason:
        found["reason"] = arrival.reason
    return found


def _are_other_songs(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Tell whether two mixes are surely no bounces of one song: they grow loud and quiet at other moments.

    Most songs, not all, are told from each other so. A report whose series were left out tells nothing.
    """
    series = []
    for document in (old, new):
        moments = document["mix"]["measurements"].get("momentary", {}).get("value")
        if not isinstance(moments, list) or len(moments) < LEAST_MOMENTS:
            return False
        levels = [QUIETEST_LUFS if value is None else max(float(value), QUIETEST_LUFS) for value in moments]
        series.append(np.tile(np.array(levels, dtype=np.float32), (3, 1)))  # as many bands as a likeness needs
    return likeness(*series) < LEAST_ALIKE


def _warnings(old: Mapping[str, Any], new: Mapping[str, Any], has_moves: bool) -> list[str]:
    found = []
    if old["mix"]["content_hash"] and old["mix"]["content_hash"] == new["mix"]["content_hash"]:
        found.append("Both reports are of the same audio.")
    if abs(old["mix"]["duration_s"] - new["mix"]["duration_s"]) > max(3.0, 0.02 * old["mix"]["duration_s"]):
        found.append("The two are not equally long: a part that is missing in one changes what the whole measures.")
    if _are_other_songs(old, new):
        found.append("They grow loud and quiet at other moments, as two songs do: is the second a bounce of the first?")
    different = [bus.role for bus in BUSES if origin(old, bus.role) and origin(new, bus.role) and why_not(old, new, bus)]
    if different:
        found.append(f"Stems of {', '.join(different)} do not come from the same place in both, so these roles are not compared.")
    if not has_moves:
        found.append("Nothing was accepted in the earlier report, so there is no move to look for.")
    return found
