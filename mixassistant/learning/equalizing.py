"""What faders and equalizers that were written down did to the roles, without their audio.

How much a filter takes from a broad band depends on what sounds in it: the spectrum of the role in finished songs stands for that, and
the tracks of a role add up in power, so that a high pass on one of ten drum microphones changes little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mixassistant.features.bands import CENTRES_HZ, broad
from mixassistant.learning.finished import LEVEL, TONE, TrackSettings, unknown_changes
from mixassistant.processing.filters import band_response_db
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Vector, relative_levels
from mixassistant.stems.stem import ROLES, Role

LEAST_DB = -40.0
"""A filter is taken to remove no more: below lies what leaks in from elsewhere."""


def response(track: TrackSettings) -> Vector:
    """Return the response of a track's equalizer in dB per 1/3 octave, ``[shape=(31,)]``."""
    total = np.zeros(CENTRES_HZ.size)
    for band, count in track.bands:
        total += count * band_response_db(band, CENTRES_HZ)
    return np.maximum(total, LEAST_DB)


def tone_of(role: Role, tracks: Sequence[tuple[float, Vector]]) -> Vector:
    """Return by how many dB equalizers changed the seven broad bands of a role, relative to its own level, ``[shape=(7,)]``.

    Parameters
    ----------
    role : Role
    tracks : sequence of (float, np.ndarray [shape=(31,)])
        The level of each track in dB, and the response of its equalizer.
    """
    usual = load_prior().ltas[role].mean
    weights = 10 ** (np.array([level for level, _ in tracks]) / 10)
    passed = np.average([10 ** (curve / 10) for _, curve in tracks], axis=0, weights=weights)
    after = usual + 10 * np.log10(passed)
    own = 10 * np.log10((10 ** (after / 10)).sum() / (10 ** (usual / 10)).sum())
    return np.asarray(broad(after) - broad(usual) - own)


def changes_by_settings(tracks: Sequence[TrackSettings], raw_lufs: Mapping[str, float]) -> dict[Role, Vector]:
    """Return what faders and equalizers changed, by role; NaN where nothing is told.

    Parameters
    ----------
    tracks : sequence of TrackSettings
    raw_lufs : mapping of str to float
        Name of the track to its loudness as recorded; tracks without one are left out.
    """
    heard = [track for track in tracks if track.name in raw_lufs]
    writes_bands = any(track.bands for track in heard)  # then a track without any was left as it is
    found: dict[Role, Vector] = {role: unknown_changes() for role in ROLES if any(track.role == role for track in heard)}
    raw, finished = np.full(len(ROLES), np.nan), np.full(len(ROLES), np.nan)
    for index, role in enumerate(ROLES):
        own = [track for track in heard if track.role == role]
        if not own:
            continue
        levels = np.array([raw_lufs[track.name] for track in own])
        faders = np.array([np.nan if track.gain_db is None else track.gain_db for track in own])
        raw[index] = _sum_db(levels)
        finished[index] = _sum_db(levels + faders)
        if writes_bands:
            mixed = levels + np.nan_to_num(faders)
            found[role][TONE] = tone_of(role, [(level, response(track)) for level, track in zip(mixed, own, strict=True)])
    if np.isfinite(finished).sum() > 1:
        known = np.isfinite(finished)
        moved = relative_levels(np.where(known, finished, np.nan)) - relative_levels(np.where(known, raw, np.nan))
        for index, role in enumerate(ROLES):
            if role in found:
                found[role][LEVEL] = moved[index]
    return found


def _sum_db(levels: Vector) -> float:
    return float(10 * np.log10((10 ** (levels / 10)).sum()))
