"""What a mix is expected to measure, from the tightest evidence there is.

Same song (an earlier version) > the references > the prior. The same song is recognised by `features.fingerprint`, which
neither gain nor EQ changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.fingerprint import similarity
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import COMPARED, TARGETS, values_of
from mixassistant.profiles.profile import Gaussian, Profile, Range, Vector
from mixassistant.profiles.separation_error import SeparationError, levels_of, ltas_of, separation_error, spread_of
from mixassistant.stems.stem import ROLES

SAME_SONG = 0.75  # correlation of fingerprints; other songs stay below about 0.5, remixed levels of the same song above 0.85
REPEAT_LTAS_DB = 0.2  # standard deviation of an LTAS band between two measurements of the same performance
REPEAT_LEVEL_LU = 0.1  # the same for a stem's level
REPEAT_MIX_LU = 0.3  # a mix file may differ from the sum of its stems (limiting): moves all relative levels together
REPEAT_SPREAD_DB = 0.4  # the same for the dynamic spread
ALIGNED_S = 0.2  # lag and difference in length up to which two versions count as the same take


@dataclass(frozen=True, eq=False)
class Expectation:
    """What this mix would measure if it were where the evidence says.

    Parameters
    ----------
    tier : str
        ``"same song"``, ``"references"`` or ``"prior"``.
    references : tuple of str
        Names of the references it rests on.
    ltas : mapping
        ``"mix"`` and roles to Gaussian of the LTAS, with the error of separation included.
    levels : Gaussian
        Of the four stem levels.
    dynamic_spread : mapping
        Role to (mean, standard deviation) in dB.
    """

    tier: str
    references: tuple[str, ...]
    ltas: Mapping[str, Gaussian]
    levels: Gaussian
    dynamic_spread: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Deviation:
    """A scalar descriptor of the mix or a role against the profile's range; `z` in standard deviations of the profile."""

    target: str
    descriptor: str
    measured: float
    range: Range
    z: float


def same_song(track: MeasuredTrack, references: tuple[MeasuredTrack, ...]) -> tuple[MeasuredTrack, float] | None:
    """Return the reference that is a version of the same song and how far the two are out of step in seconds."""
    best: tuple[float, MeasuredTrack, float] | None = None
    for reference in references:
        correlation, lag_s = similarity(track.fingerprint, reference.fingerprint)
        if correlation >= SAME_SONG and (best is None or correlation > best[0]):
            best = (correlation, reference, lag_s)
    return (best[1], best[2]) if best else None


def expect(track: MeasuredTrack, profile: Profile) -> Expectation:
    """Return what the mix is expected to measure given its profile."""
    found = same_song(track, profile.references)
    return _from_same_song(track, *found) if found else _from_profile(track, profile)


def _separated(error: SeparationError | None, share: float) -> Vector | float:
    return 0.0 if error is None else share * error.ltas.covariance


def _dynamics_variance(track: MeasuredTrack, reference: MeasuredTrack, target: str) -> float:
    """Return how unsure an LTAS comparison is, in dB², when one version is more compressed than the other.

    Compression lifts what was quiet, and with it its spectrum: that is no matter for an equalizer.
    """
    spreads = [scalar(values_of(t, target), "dynamic_spread") for t in (track, reference)]
    if target == "mix" or None in spreads:
        return 0.0
    gap = abs((spreads[0] or 0.0) - (spreads[1] or 0.0)) - 2 * REPEAT_SPREAD_DB
    return max(gap, 0.0) ** 2


def _from_same_song(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float) -> Expectation:
    aligned = abs(lag_s) <= ALIGNED_S and abs(track.duration_s - reference.duration_s) <= ALIGNED_S
    # Two takes through the same separator share most of its error: only the part that follows the change in the mix is left.
    share = 0.1 if aligned and track.origin == reference.origin else 1.0
    ltas: dict[str, Gaussian] = {}
    spread: dict[str, tuple[float, float]] = {}
    for target in TARGETS:
        theirs, ours = ltas_of(reference, target), ltas_of(track, target)
        if theirs is None or ours is None:
            continue
        variance = np.full(theirs.size, REPEAT_LTAS_DB**2 + _dynamics_variance(track, reference, target))
        if not aligned:
            for values in (values_of(reference, target), values_of(track, target)):
                sem = vector(values, "ltas_sem")
                variance = variance + (sem**2 if sem is not None else 1.0)
        errors = [separation_error(t, target) for t in (track, reference)]
        ltas[target] = Gaussian(theirs, np.diag(variance) + sum(_separated(e, share) for e in errors))
        if target != "mix" and (their_spread := spread_of(reference, target)) is not None:
            noise = REPEAT_SPREAD_DB**2 + sum(share * e.dynamic_spread[1] ** 2 for e in errors if e is not None)
            spread[target] = (their_spread, float(np.sqrt(noise + (0.0 if aligned else 1.0))))
    level_noise = np.diag(
        [
            REPEAT_LEVEL_LU**2 + sum(share * e.level[1] ** 2 for t in (track, reference) if (e := separation_error(t, role)) is not None)
            for role in ROLES
        ]
    )
    if not aligned:
        level_noise = level_noise + np.eye(len(ROLES))
    return Expectation(
        tier="same song",
        references=(reference.name,),
        ltas=ltas,
        levels=Gaussian(levels_of(reference), level_noise + REPEAT_MIX_LU**2),
        dynamic_spread=spread,
    )


def _from_profile(track: MeasuredTrack, profile: Profile) -> Expectation:
    ltas = {}
    spread: dict[str, tuple[float, float]] = {}
    level_noise = np.zeros((len(ROLES), len(ROLES)))
    for target in TARGETS:
        error = separation_error(track, target)
        expected = profile.ltas[target]
        ltas[target] = Gaussian(expected.mean, expected.covariance + _separated(error, 1.0))
        if target == "mix":
            continue
        if error is not None:
            level_noise[ROLES.index(target), ROLES.index(target)] = error.level[1] ** 2
        found = profile.targets.get(f"{target}/dynamic_spread")
        if found is not None and isinstance(found.median, float) and isinstance(found.high, float):
            sd = (found.high - found.median) / 1.2816
            spread[target] = (found.median, float(np.hypot(sd, error.dynamic_spread[1] if error else 0.0)))
    return Expectation(
        tier="references" if profile.references else "prior",
        references=tuple(r.name for r in profile.references),
        ltas=ltas,
        levels=Gaussian(profile.levels.mean, profile.levels.covariance + level_noise),
        dynamic_spread=spread,
    )


def compare(track: MeasuredTrack, profile: Profile) -> tuple[Deviation, ...]:
    """Return the deviations of every compared scalar of the mix and its roles, in the order of the profile's targets."""
    deviations = []
    for target in TARGETS:
        for identifier in COMPARED:
            found = profile.targets.get(f"{target}/{identifier}")
            measured = scalar(values_of(track, target), identifier)
            if found is None or measured is None or not isinstance(found.median, float) or not isinstance(found.high, float):
                continue
            sd = max((found.high - found.median) / 1.2816, REGISTRY[identifier].step)
            deviations.append(Deviation(target, identifier, measured, found, (measured - found.median) / sd))
    return tuple(deviations)
