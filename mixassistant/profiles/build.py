"""A profile from references: a normal–inverse-Wishart posterior with the prior as pseudo-observations.

With few references the prior's spread dominates and the advice stays quiet; with many, the references speak for themselves
(Murphy 2007, "Conjugate Bayesian analysis of the Gaussian distribution", section 9).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import COMPARED, TARGETS, Prior, complete, values_of
from mixassistant.profiles.profile import Gaussian, Profile, Range, Vector
from mixassistant.profiles.separation_error import levels_of, ltas_of

MEAN_WEIGHT = 2.0  # songs' worth of trust in the prior's mean: two liked tracks of a genre outweigh the factory's taste
SPREAD_WEIGHT = 10.0  # songs' worth of trust in the prior's spread: a covariance needs more songs than a mean
Z80 = 1.2816  # half-width of the 10–90 % range of a normal distribution, in standard deviations


def posterior(prior: Gaussian, rows: Vector) -> Gaussian:
    """Return the predictive Gaussian of the next song after seeing `rows`.

    Parameters
    ----------
    prior : Gaussian
    rows : np.ndarray [shape=(n, d)]
        One reference a row; NaN where a value is missing.
    """
    n = len(rows)
    if n == 0:
        return prior
    filled = complete(rows, prior.mean, prior.covariance)
    centre = filled.mean(axis=0)
    gap = centre - prior.mean
    scatter = (filled - centre).T @ (filled - centre)
    mean = (MEAN_WEIGHT * prior.mean + n * centre) / (MEAN_WEIGHT + n)
    between = MEAN_WEIGHT * n / (MEAN_WEIGHT + n) * np.outer(gap, gap)
    covariance = (SPREAD_WEIGHT * prior.covariance + scatter + between) / (SPREAD_WEIGHT + n)
    return Gaussian(mean, covariance * (1 + 1 / (MEAN_WEIGHT + n)))


def _scalar_range(prior: tuple[float, float], numbers: Sequence[float], unit: str) -> Range:
    found = posterior(Gaussian(np.array([prior[0]]), np.array([[prior[1] ** 2]])), np.array(numbers).reshape(-1, 1))
    mean, spread = float(found.mean[0]), Z80 * float(found.sd[0])
    return Range(mean, mean - spread, mean + spread, unit, len(numbers))


def build_profile(name: str, references: Sequence[MeasuredTrack], prior: Prior) -> Profile:
    """Build the profile of liked references on top of a prior.

    Parameters
    ----------
    name : str
    references : sequence of MeasuredTrack
        May be empty: then the profile is the prior.
    prior : Prior
    """
    ltas: dict[str, Gaussian] = {}
    targets: dict[str, Range] = {}
    for target in TARGETS:
        values = [values_of(track, target) for track in references]
        spectra = [spectrum for track in references if (spectrum := ltas_of(track, target)) is not None]
        ltas[target] = posterior(prior.ltas[target], np.array(spectra).reshape(len(spectra), prior.ltas[target].mean.size))
        centre, spread = ltas[target].mean, Z80 * ltas[target].sd
        targets[f"{target}/ltas"] = Range(
            tuple(centre.round(2)), tuple((centre - spread).round(2)), tuple((centre + spread).round(2)), "dB", len(spectra)
        )
        for identifier in COMPARED:
            key = f"{target}/{identifier}"
            if key in prior.scalars:
                numbers = [number for v in values if (number := scalar(v, identifier)) is not None]
                targets[key] = _scalar_range(prior.scalars[key], numbers, REGISTRY[identifier].unit)
    level_rows = [row for row in (levels_of(track) for track in references) if not np.isnan(row).all()]
    return Profile(
        name=name,
        references=tuple(references),
        prior_weight=MEAN_WEIGHT / (MEAN_WEIGHT + len(references)),
        ltas=ltas,
        levels=posterior(prior.levels, np.array(level_rows).reshape(len(level_rows), prior.levels.mean.size)),
        targets=targets,
    )
