"""A profile from references: a normal–inverse-Wishart posterior with the prior as pseudo-observations.

With few references the prior's spread dominates and the advice stays quiet; with many, the references speak for themselves
(Murphy 2007, "Conjugate Bayesian analysis of the Gaussian distribution", section 9). A reference of weight 2 counts as two songs.

Disliked references push the centre away, along the way from theirs to the liked ones': the more of them there are and the further they
lie, the further, but never more than half a standard deviation. That somebody dislikes a song says little of why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import TARGETS, Prior, complete, ranged
from mixassistant.profiles.profile import Z80, Gaussian, Profile, Range, Vector
from mixassistant.profiles.separation_error import levels_of, ltas_of, told_values


@dataclass(frozen=True)
class ProfileTuning:
    """How much references count beside the prior; weights are in songs.

    Parameters
    ----------
    mean_weight : float
        Trust in the prior's mean: two liked tracks of a genre outweigh the factory's taste.
    spread_weight : float
        Trust in the prior's spread, at least.
    spread_weight_per_dimension : float
        The same for each dimension: a covariance needs a few songs per dimension before it can be trusted.
    scale_weight : float
        Trust that these references spread as much as the prior's songs, in values.
    independent : int
        Of a spectrum's 31 bands, about so many vary independently; of four levels, all.
    fewest_alone : int
        References that give a range to a descriptor of which the prior knows nothing.
    dislike_weight : float
        Doubt that a disliked song is disliked for its sound.
    push : float
        Share of the way from the disliked references to the liked ones by which a profile is pushed, at most.
    push_most_sd : float
        The same in standard deviations.
    """

    mean_weight: float = 2.0
    spread_weight: float = 10.0
    spread_weight_per_dimension: float = 3.0
    scale_weight: float = 8.0
    independent: int = 6
    fewest_alone: int = 3
    dislike_weight: float = 4.0
    push: float = 0.5
    push_most_sd: float = 0.5


BUILDING = ProfileTuning()


def posterior(prior: Gaussian, rows: Vector, weights: Vector | None = None) -> Gaussian:
    """Return the predictive Gaussian of the next song after seeing `rows`.

    Parameters
    ----------
    prior : Gaussian
    rows : np.ndarray [shape=(n, d)]
        One reference a row; NaN where a value is missing.
    weights : np.ndarray [shape=(n,)], optional
        How many songs each counts as, above 0; 1 by default.
    """
    weights = np.ones(len(rows)) if weights is None else weights
    n = float(weights.sum())
    if n == 0:
        return prior
    filled = complete(rows, prior.mean, prior.covariance)
    centre = weights @ filled / n
    scale = _spread_scale(prior, filled)
    gap = centre - prior.mean
    scatter = (filled - centre).T @ ((filled - centre) * weights[:, None])
    mean = (BUILDING.mean_weight * prior.mean + n * centre) / (BUILDING.mean_weight + n)
    between = BUILDING.mean_weight * n / (BUILDING.mean_weight + n) * np.outer(gap, gap)
    weight = max(BUILDING.spread_weight, BUILDING.spread_weight_per_dimension * rows.shape[1])
    covariance = (weight * scale * prior.covariance + scatter + between) / (weight + n)
    return Gaussian(mean, covariance * (1 + 1 / (BUILDING.mean_weight + n)))


def _spread_scale(prior: Gaussian, rows: Vector) -> float:
    """Return how much less (or more) the references differ from each other than the prior's songs do, as a variance ratio.

    A set of one style agrees far better than songs at large, and a handful of songs is enough to see that much, long before
    it is enough to see a covariance: so the prior lends its shape, and the references its size.
    """
    n, dimensions = rows.shape
    if n < 2:
        return 1.0
    freedom = (n - 1) * min(BUILDING.independent, dimensions)
    ratio = float((rows.var(axis=0, ddof=1) / np.diag(prior.covariance)).mean())
    return float(np.clip((BUILDING.scale_weight + freedom * ratio) / (BUILDING.scale_weight + freedom), 0.1, 2.0))


def push_away(found: Gaussian, disliked: Vector) -> Gaussian:
    """Return a Gaussian with its mean pushed away from disliked rows, ``[shape=(n, d)]``; NaN where a value is missing."""
    count = np.sum(~np.isnan(disliked), axis=0) if len(disliked) else np.zeros(found.mean.size)
    if not count.any():
        return found
    theirs = np.nansum(disliked, axis=0) / np.maximum(count, 1)
    shift = BUILDING.push * count / (count + BUILDING.dislike_weight) * np.where(count > 0, found.mean - theirs, 0.0)
    return Gaussian(found.mean + np.clip(shift, -BUILDING.push_most_sd * found.sd, BUILDING.push_most_sd * found.sd), found.covariance)


def _scalar_range(
    prior: tuple[float, float], numbers: Sequence[float], unit: str, weights: Sequence[float], disliked: Sequence[float]
) -> Range:
    rows = np.array(numbers).reshape(-1, 1)
    found = posterior(Gaussian(np.array([prior[0]]), np.array([[prior[1] ** 2]])), rows, np.array(weights, dtype=np.float64))
    found = push_away(found, np.array(disliked).reshape(-1, 1))
    mean, spread = float(found.mean[0]), Z80 * float(found.sd[0])
    return Range(mean, mean - spread, mean + spread, unit, len(numbers))


def build_profile(
    name: str,
    references: Sequence[MeasuredTrack],
    prior: Prior,
    weights: Mapping[str, float] | None = None,
    disliked: Sequence[MeasuredTrack] = (),
) -> Profile:
    """Build the profile of liked references on top of a prior.

    Parameters
    ----------
    name : str
    references : sequence of MeasuredTrack
        May be empty: then the profile is the prior.
    prior : Prior
    weights : mapping of str to float, optional
        Content hash of a reference to how many songs it counts as; 1 where absent.
    disliked : sequence of MeasuredTrack, optional
        Push the profile away.
    """
    heavy = [(weights or {}).get(track.content_hash, 1.0) for track in references]
    ltas: dict[str, Gaussian] = {}
    targets: dict[str, Range] = {}
    for target in TARGETS:
        values = [told_values(track, target) for track in references]
        away = [told_values(track, target) for track in disliked]
        found = [(s, w) for track, w in zip(references, heavy, strict=True) if (s := ltas_of(track, target)) is not None]
        spectra = [spectrum for spectrum, _ in found]
        bands = prior.ltas[target].mean.size
        ltas[target] = posterior(prior.ltas[target], np.array(spectra).reshape(len(spectra), bands), np.array([w for _, w in found]))
        unwanted = [spectrum for track in disliked if (spectrum := ltas_of(track, target)) is not None]
        ltas[target] = push_away(ltas[target], np.array(unwanted).reshape(len(unwanted), bands))
        centre, spread = ltas[target].mean, Z80 * ltas[target].sd
        targets[f"{target}/ltas"] = Range(
            tuple(centre.round(2)), tuple((centre - spread).round(2)), tuple((centre + spread).round(2)), "dB", len(spectra)
        )
        for identifier in ranged():
            key = f"{target}/{identifier}"
            known = [(number, w) for v, w in zip(values, heavy, strict=True) if (number := scalar(v, identifier)) is not None]
            numbers, shares = [number for number, _ in known], [w for _, w in known]
            others = [number for v in away if (number := scalar(v, identifier)) is not None]
            if key in prior.scalars:
                targets[key] = _scalar_range(prior.scalars[key], numbers, REGISTRY[identifier].unit, shares, others)
            elif len(numbers) >= BUILDING.fewest_alone:
                own = (float(np.mean(numbers)), max(float(np.std(numbers, ddof=1)), REGISTRY[identifier].step))
                targets[key] = _scalar_range(own, numbers, REGISTRY[identifier].unit, shares, others)
    rows = [(row, w) for track, w in zip(references, heavy, strict=True) if not np.isnan(row := levels_of(track)).all()]
    balance = prior.levels.mean.size
    levels = posterior(prior.levels, np.array([r for r, _ in rows]).reshape(len(rows), balance), np.array([w for _, w in rows]))
    levels = push_away(levels, np.array([levels_of(track) for track in disliked]).reshape(len(disliked), balance))
    return Profile(
        name=name,
        references=tuple(references),
        prior_weight=BUILDING.mean_weight / (BUILDING.mean_weight + sum(heavy)),
        ltas=ltas,
        levels=levels,
        targets=targets,
        within=prior.within,
    )
