"""Mixes that were logged fader by fader: one JSON file of many mixes, as MixologyDB has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant.bounded_json import LARGE, read_json
from mixassistant.errors import InputError
from mixassistant.learning.equalizing import changes_by_settings
from mixassistant.learning.finished import Compressor, FinishedSong, Reverb, TrackSettings, frozen
from mixassistant.processing.moves import Band, BandType
from mixassistant.stems.stem import Role

ROLE_OF: Mapping[str, Role] = {"DRUMS": "drums", "BASS": "bass", "VOCALS": "vocals"}
"""Instruments of the log; guitars, keys and the rest are `other`."""
BAND_OF: Mapping[str, BandType] = {"NOTCH": "bell", "LS": "low_shelf", "HS": "high_shelf", "HP": "high_pass", "LP": "low_pass"}
READ = frozenset({"gain", "pan", "eq", "compression", "reverb"})
SLOPE_DB = 12.0  # an octave, of one high or low pass of second order
USUAL_Q = 0.7071
LOWEST_HZ, HIGHEST_HZ, MOST_DB, LEAST_Q = 16.0, 22_000.0, 24.0, 0.1
"""What an equalizer can be set to: anything beyond is a slip of the pen, and is left out."""
MUTED_DB = -45.0  # a fader below is closed


def is_log(file: Path) -> bool:
    """Tell whether a JSON file is a log of mixes, by what stands at its beginning."""
    try:
        with file.open("rb") as opened:
            start = opened.read(400)
    except OSError:
        return False
    return b'"mixes"' in start and b'"mix-name"' in start


def read_log(file: Path) -> list[FinishedSong]:
    """Return what each engineer did to each song of a log.

    Raises
    ------
    InputError
        It cannot be read, or is no such log.
    """
    try:
        mixes = read_json(file, LARGE)["mixes"]
        return [_mix(item) for item in mixes]
    except OSError as error:
        raise InputError("unreadable", f"cannot read “{file.name}”: {(error.strerror or '').lower()}", "check the path") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "bad-log", f"“{file.name}” is no log of mixes", "it needs “mixes”, each with “tracks” and their “parameters”"
        ) from error


def _mix(item: Mapping[str, Any]) -> FinishedSong:
    tracks, raw = [], {}
    for number, track in enumerate(item["tracks"]):
        features = track.get("track-audio-features") or {}
        loudness, settings = features.get("track-audio-lufs"), _settings(f"{number}", track)
        tracks.append(settings)
        if loudness is not None and settings.gain_db is not None and settings.gain_db > MUTED_DB:
            raw[settings.name] = float(loudness)
    done = changes_by_settings(tracks, raw)
    called = str(item["song-name"]), str(item["artist-name"]), str(item["mix-name"])
    return FinishedSong(*called, "settings", frozen(done.changes), done.raw_levels, tuple(tracks))


def _settings(name: str, track: Mapping[str, Any]) -> TrackSettings:
    parameters = track["parameters"]
    gain = parameters.get("gain")
    return TrackSettings(
        name,
        ROLE_OF.get(str(track.get("track-instrument-type")), "other"),
        None if gain is None else float(gain),
        _pan(parameters.get("pan") or []),
        tuple(band for item in parameters.get("eq") or [] for band in _band(item)),
        tuple(_compressor(item) for item in parameters.get("compression") or []),
        tuple(_reverb(item) for item in parameters.get("reverb") or []),
        tuple(sorted(key for key, value in parameters.items() if value and key not in READ)),
    )


def _pan(values: Sequence[Any]) -> float | None:
    """Return where a mono track stands; a stereo track's two sides have no one place."""
    return float(np.clip(float(values[0]) / 100, -1, 1)) if len(values) == 1 else None


def _band(item: Mapping[str, Any]) -> list[tuple[Band, float]]:
    kind, value = BAND_OF.get(str(item.get("type"))), item["value"]
    frequency, gain, q = (_number(value.get(key)) for key in ("freq", "gain", "q"))
    if kind is None or frequency is None or not LOWEST_HZ <= frequency <= HIGHEST_HZ:
        return []
    if kind in ("high_pass", "low_pass"):
        slope = abs(gain or 0.0)
        return [(Band(kind, frequency, 0.0, USUAL_Q), slope / SLOPE_DB if slope >= 6 else 1.0)]
    has_q = q is not None and q >= LEAST_Q
    if gain is None or abs(gain) > MOST_DB or (kind == "bell" and not has_q):  # some shelves have no Q; a bell without one is a slip
        return []
    return [(Band(kind, frequency, gain, q if q is not None and has_q else USUAL_Q), 1.0)]


def _compressor(item: Mapping[str, Any]) -> Compressor:
    attack, release = _number(item.get("attack")), _number(item.get("release"))
    return Compressor(
        _number(item.get("thresh")),
        _number(str(item.get("ratio", "")).partition(":")[0]),
        None if attack is None else attack / 1000,
        None if release is None else release / 1000,
        _number(item.get("gain")),
    )


def _reverb(item: Mapping[str, Any]) -> Reverb:
    """Return a reverb: the send's level where it is one, or what the mix control lets through."""
    gain, wet = _number(item.get("gain")), _number(item.get("mix"))
    length, delay = _number(item.get("length")), _number(item.get("pre-delay"))
    is_send = str(item.get("send", "")).lower() == "true"
    shown = gain if is_send or wet is None or wet <= 0 else (gain or 0.0) + 20 * float(np.log10(min(wet, 1.0)))
    kind = str(item.get("type", "")).strip().lower()
    return Reverb(
        "" if kind in ("n/a", "none") else kind, shown, None if length is None else length / 1000, None if delay is None else delay / 1000
    )


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None
