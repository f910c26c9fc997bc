"""Chorus beside chorus: where the sections of a kind lie among those of the references. Facts, and no verdict.

A reference whose kinds cannot be told joins in with the loudest of what repeats in it, where it is choruses that are compared: that is what
a chorus is told by. Each reference counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mixassistant.features.bands import broad
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.track import KINDS, MeasuredSection, MeasuredTrack
from mixassistant.profiles.separation_error import load_separation_errors
from mixassistant.profiles.standing import STANDING, TONE, quantiles
from mixassistant.stems.stem import ROLES

LOUDEST = "loudest"
"""What repeats and is loudest, in a song whose choruses cannot be told."""
LIFT = "lift"
"""Loudness of the sections minus loudness of the whole song, in LU: no mastering changes it."""
LEVELS: tuple[str, ...] = tuple(f"level/{role}" for role in ROLES)
SECTION_DIMENSIONS: tuple[str, ...] = ("lufs", LIFT, *LEVELS, *TONE)


@dataclass(frozen=True)
class SectionStand:
    """Where the sections of one kind lie in one dimension.

    Parameters
    ----------
    kind : str
        One of `KINDS`, or `LOUDEST`.
    dimension : str
        One of `SECTION_DIMENSIONS`.
    value : float
        Of this mix; of several sections of the kind the mean, longer ones counting for more.
    unit : str
        ``"LUFS"``, ``"LU"`` or ``"dB"``.
    middle : float
        The references' median.
    range : (float, float)
        Their 10–90 % range; of three or fewer the least and the most.
    having, of : int
        References that have such sections, and all references.
    outside_by : float
        How far beyond the range; above it positive, below it negative, inside 0.
    """

    kind: str
    dimension: str
    value: float
    unit: str
    middle: float
    range: tuple[float, float]
    having: int
    of: int
    outside_by: float


def sections_of(track: MeasuredTrack, kind: str) -> tuple[MeasuredSection, ...]:
    """Return the sections of a kind; where choruses are asked for and cannot be told, those of the loudest letter that repeats."""
    if kind != LOUDEST:
        found = tuple(section for section in track.sections if section.kind == kind)
        if found or kind != "chorus" or any(section.kind for section in track.sections):
            return found
    letters: dict[str, list[MeasuredSection]] = {}
    for section in track.sections:
        letters.setdefault(section.letter, []).append(section)
    repeated = {letter: loudness for letter, own in letters.items() if len(own) > 1 and (loudness := _mean_lufs(own)) is not None}
    if len(repeated) < 2:  # what alone repeats is loudest of nothing
        return ()
    return tuple(letters[max(repeated, key=repeated.__getitem__)])


def readings(track: MeasuredTrack, kind: str) -> Mapping[str, float]:
    """Return what the sections of a kind measure, by dimension; what cannot be told is absent."""
    sections = sections_of(track, kind)
    if not sections:
        return MappingProxyType({})
    found: dict[str, float] = {}
    whole, own = scalar(track.mix, "lufs"), _mean_lufs(sections)
    if own is not None:
        found["lufs"] = own
        if whole is not None:
            found[LIFT] = own - whole
    for role in ROLES:
        played = [(s.end_s - s.start_s, s.levels[role]) for s in sections if role in s.levels]
        if played:
            lengths, levels = np.array(played).T
            found[f"level/{role}"] = float(np.average(levels, weights=lengths)) - _bias(track, role)
    spectra = [(s.end_s - s.start_s, spectrum) for s in sections if (spectrum := vector(s.values, "ltas")) is not None]
    if spectra:
        mean = np.average([10 ** (s / 10) for _, s in spectra], axis=0, weights=[length for length, _ in spectra])
        bands = broad(10 * np.log10(np.maximum(mean, 1e-20)))
        told = zip(TONE, bands.tolist(), strict=True)
        found |= {name: level for name, level in told if np.isfinite(level) and level > STANDING.tone_floor_db}
    return MappingProxyType(found)


def _bias(track: MeasuredTrack, role: str) -> float:
    """Return by how much a separator shifts a role's level against the others, in LU: against the mix it is known, which is close to it."""
    origin = track.origin_of(role)
    known = load_separation_errors()
    return known[origin][role].level[0] if origin in known else 0.0


def _mean_lufs(sections: Sequence[MeasuredSection]) -> float | None:
    known = [(s.end_s - s.start_s, loudness) for s in sections if (loudness := scalar(s.values, "lufs")) is not None]
    if not known:
        return None
    lengths, levels = np.array(known).T
    return float(10 * np.log10(np.average(10 ** (levels / 10), weights=lengths)))


def kinds_of(track: MeasuredTrack) -> tuple[str, ...]:
    """Return the kinds of a song's sections in the order of `KINDS`; `LOUDEST` where none is told."""
    told = tuple(kind for kind in KINDS if any(section.kind == kind for section in track.sections))
    return told or ((LOUDEST,) if sections_of(track, LOUDEST) else ())


def section_standing(track: MeasuredTrack, references: Sequence[MeasuredTrack]) -> tuple[SectionStand, ...]:
    """Return where the sections of each kind lie among those of the references; nothing of a kind that no reference has.

    Parameters
    ----------
    track : MeasuredTrack
        The mix.
    references : sequence of MeasuredTrack
        The liked ones.
    """
    found = []
    for kind in kinds_of(track):
        theirs = [readings(reference, "chorus" if kind == LOUDEST else kind) for reference in references]
        for dimension, value in readings(track, kind).items():
            known = [read[dimension] for read in theirs if dimension in read]
            if known:
                spread = quantiles(known)
                outside = max(value - spread.high, 0.0) - max(spread.low - value, 0.0)
                unit = "LUFS" if dimension == "lufs" else "dB" if dimension in TONE else "LU"
                ends = (spread.low, spread.high)
                found.append(SectionStand(kind, dimension, value, unit, spread.middle, ends, len(known), len(references), outside))
    return tuple(found)
