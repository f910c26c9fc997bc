"""A measured track as JSON and back, without loss, for the library."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from mixassistant.features.descriptor import Measurement, Values
from mixassistant.features.track import MeasuredSection, MeasuredStem, MeasuredTrack


def _array(values: np.ndarray) -> dict[str, Any]:
    return {
        "dtype": str(values.dtype),
        "shape": list(values.shape),
        "base64": base64.b64encode(np.ascontiguousarray(values).tobytes()).decode(),
    }


def _from_array(item: Mapping[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(item["base64"]), dtype=item["dtype"]).reshape(item["shape"]).copy()


def _values(values: Values) -> dict[str, Any]:
    return {
        name: {"reason": m.reason} if m.value is None else _array(m.value) if isinstance(m.value, np.ndarray) else m.value
        for name, m in values.items()
    }


def _from_values(item: Mapping[str, Any]) -> dict[str, Measurement]:
    def one(found: Any) -> Measurement:
        if isinstance(found, Mapping):
            return Measurement(None, found["reason"]) if "reason" in found else Measurement(_from_array(found))
        return Measurement(float(found))

    return {name: one(found) for name, found in item.items()}


def _section(section: MeasuredSection) -> dict[str, Any]:
    return {
        "start_s": section.start_s, "end_s": section.end_s, "letter": section.letter, "kind": section.kind, "is_guess": section.is_guess,
        "values": _values(section.values), "levels": dict(section.levels),
    }  # fmt: skip


def _from_section(item: Mapping[str, Any]) -> MeasuredSection:
    told = (float(item["start_s"]), float(item["end_s"]), str(item["letter"]), str(item["kind"]), bool(item["is_guess"]))
    return MeasuredSection(*told, _from_values(item["values"]), {role: float(level) for role, level in item["levels"].items()})


def track_to_json(track: MeasuredTrack) -> dict[str, Any]:
    """Return a track as JSON; arrays are base64 of their bytes, so that every bit comes back."""
    single = {id(stem.values): index for index, stem in enumerate(track.stems)}
    return {
        "name": track.name, "content_hash": track.content_hash, "duration_s": track.duration_s, "sample_rate_hz": track.sample_rate_hz,
        "channels": track.channels, "tags": dict(track.tags), "mix": _values(track.mix), "fingerprint": _array(track.fingerprint),
        "stems": [{"name": s.name, "role": s.role, "origin": s.origin, "values": _values(s.values)} for s in track.stems],
        # A role with one stem has that stem's values: its number is enough.
        "roles": {role: single.get(id(values)) if id(values) in single else _values(values) for role, values in track.roles.items()},
        "sections": [_section(section) for section in track.sections],
    }  # fmt: skip


def track_from_json(item: Mapping[str, Any]) -> MeasuredTrack:
    """Return the track that `track_to_json` wrote.

    Raises
    ------
    KeyError, TypeError, ValueError
        The document is not one of ours.
    """
    stems = tuple(MeasuredStem(s["name"], s["role"], s["origin"], _from_values(s["values"])) for s in item["stems"])
    return MeasuredTrack(
        name=item["name"], content_hash=item["content_hash"], duration_s=float(item["duration_s"]),
        sample_rate_hz=int(item["sample_rate_hz"]), channels=int(item["channels"]), tags=dict(item["tags"]),
        mix=_from_values(item["mix"]), fingerprint=_from_array(item["fingerprint"]), stems=stems,
        roles={role: stems[v].values if isinstance(v, int) else _from_values(v) for role, v in item["roles"].items()},
        sections=tuple(_from_section(section) for section in item.get("sections", ())),
    )  # fmt: skip
