"""A profile from references: a normal–inverse-Wishart posterior with the prior as pseudo-observations.

With few references the prior's spread dominates and the advice stays quiet; with many, the references speak for themselves
(Murphy 2007, "Conjugate Bayesian analysis of the Gaussian distribution", section 9).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import TARGETS, Prior, complete, ranged, values_of
from mixassistant.profiles.profile import Gaussian, Profile, Range, Vector
from mixassistant.profiles.separation_error import levels_of, ltas_of

MEAN_WEIGHT = 2.0  # songs' worth of trust in the prior's mean: two liked tracks of a genre outweigh the factory's taste
SPREAD_WEIGHT = 10.0  # songs' worth of trust in the prior's spread, at least
SPREAD_WEIGHT_PER_DIMENSION = 3.0  # a covariance needs a few songs per dimension before it can be trusted
SCALE_WEIGHT = 8.0  # values' worth of trust that these references spread as much as the prior's songs
INDEPENDENT = 6  # of a spectrum's 31 bands, about so many vary independently; of four levels, all
ALONE = 3  # references that give a range to a descriptor of which the prior knows nothing
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
    scale = _spread_scale(prior, filled)
    gap = centre - prior.mean
    scatter = (filled - centre).T @ (filled - centre)
    mean = (MEAN_WEIGHT * prior.mean + n * centre) / (MEAN_WEIGHT + n)
    between = MEAN_WEIGHT * n / (MEAN_WEIGHT + n) * np.outer(gap, gap)
    weight = max(SPREAD_WEIGHT, SPREAD_WEIGHT_PER_DIMENSION * rows.shape[1])
    covariance = (weight * scale * prior.covariance + scatter + between) / (weight + n)
    return Gaussian(mean, covariance * (1 + 1 / (MEAN_WEIGHT + n)))


def _spread_scale(prior: Gaussian, rows: Vector) -> float:
    """Return how much less (or more) the references differ from each other than the prior's songs do, as a variance ratio.

    A set of one style agrees far better than songs at large, and a handful of songs is enough to see that much, long before
    it is enough to see a covariance: so the prior lends its shape, and the references its size.
    """
    n, dimensions = rows.shape
    if n < 2:
        return 1.0
    freedom = (n - 1) * min(INDEPENDENT, dimensions)
    ratio = float((rows.var(axis=0, ddof=1) / np.diag(prior.covariance)).mean())
    return float(np.clip((SCALE_WEIGHT + freedom * ratio) / (SCALE_WEIGHT + freedom), 0.1, 2.0))


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
        for identifier in ranged():
            key = f"{target}/{identifier}"
            numbers = [number for v in values if (number := scalar(v, identifier)) is not None]
            if key in prior.scalars:
                targets[key] = _scalar_range(prior.scalars[key], numbers, REGISTRY[identifier].unit)
            elif len(numbers) >= ALONE:
                own = (float(np.mean(numbers)), max(float(np.std(numbers, ddof=1)), REGISTRY[identifier].step))
                targets[key] = _scalar_range(own, numbers, REGISTRY[identifier].unit)
    level_rows = [row for row in (levels_of(track) for track in references) if not np.isnan(row).all()]
    return Profile(
        name=name,
        references=tuple(references),
        prior_weight=MEAN_WEIGHT / (MEAN_WEIGHT + len(references)),
        ltas=ltas,
        levels=posterior(prior.levels, np.array(level_rows).reshape(len(level_rows), prior.levels.mean.size)),
        targets=targets,
        within=prior.within,
    )
