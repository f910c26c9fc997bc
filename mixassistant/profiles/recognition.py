"""Which reference is another version of the song, or another part of the same session.

The same song is recognised by `features.fingerprint`, which neither gain nor EQ changes; the same session by stems that are alike as
only parts of one song are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixassistant.features.fingerprint import Fingerprint, similarity
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.alignment import are_in_step
from mixassistant.profiles.profile import Profile, Vector, Within
from mixassistant.profiles.separation_error import ltas_covariance, ltas_of, separation_error
from mixassistant.stems.stem import ROLES


@dataclass(frozen=True)
class RecognitionTuning:
    """When a reference is taken for another version of the song, or for another part of its session.

    Parameters
    ----------
    correlation : float
        Of fingerprints: other songs stay below about 0.5, remixed levels of the same song above 0.85.
    correlation_out_of_step : float
        The same for versions that are out of step: the same performance, cut elsewhere, and not just the same loops.
    session_evidence : float
        Natural log of the odds, of all roles but the least alike, at which a reference is taken for the same session.
    session_evidence_per_reference : float
        And more of it, times the log of how many references there are to be mistaken for it.
    session_freedom : float
        Degrees of freedom of Student's t by which parts of a song differ: songs have odd moments.
    """

    correlation: float = 0.75
    correlation_out_of_step: float = 0.9
    session_evidence: float = 6.0
    session_evidence_per_reference: float = 1.5
    session_freedom: float = 10.0


RECOGNITION = RecognitionTuning()


@dataclass(frozen=True)
class VersionTuning:
    """When a bounce is taken for another version of a song, whatever was cut off it.

    Set on 117 songs, most of them 7 s of one (6786 pairs of different ones: none above 0.58), and on versions of each, by
    `tests/benchmarks/versions.py`. Songs that are made on one grid of beats come nearer to each other than others do.

    Parameters
    ----------
    correlation : float
        Of fingerprints at the best of all lags.
    """

    correlation: float = 0.7


VERSIONS = VersionTuning()
ANY_LAG_S = 24 * 3600.0


def likeness(a: Fingerprint, b: Fingerprint) -> float:
    """Return how alike two fingerprints are at the best of all lags at which half of the shorter one has its counterpart, 0–1."""
    return similarity(a, b, ANY_LAG_S)[0]


def are_versions(a: Fingerprint, b: Fingerprint) -> bool:
    """Tell whether two fingerprints are of versions of one song."""
    return likeness(a, b) >= VERSIONS.correlation


def find_same_song(track: MeasuredTrack, references: tuple[MeasuredTrack, ...]) -> tuple[MeasuredTrack, float] | None:
    """Return the reference that is a version of the same song and how far the two are out of step in seconds."""
    best: tuple[float, MeasuredTrack, float] | None = None
    for reference in references:
        correlation, lag_s = similarity(track.fingerprint, reference.fingerprint)
        needed = RECOGNITION.correlation if are_in_step(track, reference, lag_s) else RECOGNITION.correlation_out_of_step
        if correlation >= needed and (best is None or correlation > best[0]):
            best = (correlation, reference, lag_s)
    return (best[1], best[2]) if best else None


def _log_density(gap: Vector, covariance: Vector, freedom: float) -> float:
    """Return the log of Student's t density, but for a constant that depends on the dimension alone."""
    distance = float(gap @ np.linalg.solve(covariance, gap))
    return -0.5 * (freedom + gap.size) * float(np.log1p(distance / freedom)) - 0.5 * float(np.linalg.slogdet(covariance)[1])


def find_same_session(track: MeasuredTrack, profile: Profile, within: Within) -> MeasuredTrack | None:
    """Return the reference whose stems are like this mix's as only parts of one song are, if there is one.

    The role that is least alike is left out: it may be the one with the fault.
    """
    evidence: list[tuple[float, MeasuredTrack]] = []
    for reference in profile.references:
        roles = []
        for role in ROLES:
            ours, theirs = ltas_of(track, role), ltas_of(reference, role)
            if ours is None or theirs is None:
                continue
            known = ~np.isnan(ours - theirs)
            inside = np.ix_(known, known)
            errors = sum(ltas_covariance(separation_error(t, role)) for t in (track, reference))
            parts = within.ltas[role] * (within.scale(track.duration_s) + within.scale(reference.duration_s)) + errors
            songs = 2 * profile.ltas[role].covariance + errors
            gap = (ours - theirs)[known]
            roles.append(
                _log_density(gap, parts[inside], RECOGNITION.session_freedom)
                - _log_density(gap, songs[inside], RECOGNITION.session_freedom)
            )
        if len(roles) >= 2:
            evidence.append((sum(sorted(roles)[1:]), reference))
    if not evidence:
        return None
    best, reference = max(evidence, key=lambda item: item[0])
    needed = RECOGNITION.session_evidence + RECOGNITION.session_evidence_per_reference * float(np.log(len(profile.references)))
    return reference if best >= needed else None
