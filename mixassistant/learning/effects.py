"""What is counted of settings beside the changes: reverb, pan, equalizers, compressors. Shown; no moves are made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from mixassistant.learning.finished import FinishedSong, TrackSettings
from mixassistant.stems.stem import ROLES

CENTRE = 0.1  # a track panned by less stands in the middle


def counted(songs: Sequence[FinishedSong]) -> dict[str, Any]:
    """Return medians and counts of what was set, by role; empty where no song tells any settings.

    Counts are of mixes, each of which counts once however many of its tracks have an effect; medians are over tracks.
    """
    written = [song for song in songs if song.settings]
    return {role: found for role in ROLES if (found := _role([[t for t in song.settings if t.role == role] for song in written]))}


def _role(mixes: Iterable[Sequence[TrackSettings]]) -> dict[str, Any]:
    heard = [tracks for tracks in mixes if tracks]
    if not heard:
        return {}
    found: dict[str, Any] = {"mixes": len(heard)}
    every = [track for tracks in heard for track in tracks]
    reverbs = [reverb for track in every for reverb in track.reverbs]
    if reverbs:
        types = Counter(kind for tracks in heard for kind in {r.type for track in tracks for r in track.reverbs} if kind)
        found["reverb"] = {
            "mixes": sum(any(track.reverbs for track in tracks) for tracks in heard),
            "types": dict(types.most_common()),
            **_medians({"send_db": [r.send_db for r in reverbs], "decay_s": [r.decay_s for r in reverbs]}),
            **_medians({"pre_delay_s": [r.pre_delay_s for r in reverbs]}),
        }
    pans = [track.pan for track in every if track.pan is not None]
    if pans:
        away = [abs(pan) for pan in pans if abs(pan) >= CENTRE]
        found["pan"] = {"tracks": len(pans), "in_the_middle": len(pans) - len(away), **_medians({"others": away})}
    bands = [(band, tracks) for tracks in heard for track in tracks for band, _ in track.bands]
    if bands:
        cuts = {kind: [band.frequency_hz for band, _ in bands if band.type == kind] for kind in ("high_pass", "low_pass")}
        found["eq"] = {
            "mixes": sum(any(track.bands for track in tracks) for tracks in heard),
            **_medians({"low_cut_hz": cuts["high_pass"], "high_cut_hz": cuts["low_pass"]}),
        }
    compressors = [c for track in every for c in track.compressors]
    if compressors:
        found["compression"] = {
            "mixes": sum(any(track.compressors for track in tracks) for tracks in heard),
            **_medians({name: [getattr(c, name) for c in compressors] for name in ("threshold_db", "ratio", "attack_s", "release_s")}),
        }
    unknown = Counter(key for tracks in heard for key in {key for track in tracks for key in track.unknown})
    if unknown:
        found["unknown"] = dict(sorted(unknown.items()))
    return found


def _medians(values: Mapping[str, Sequence[float | None]]) -> dict[str, float]:
    told = {name: [value for value in numbers if value is not None] for name, numbers in values.items()}
    return {name: round(float(median(numbers)), 3) for name, numbers in told.items() if numbers}
