"""The factory prior: what finished songs measure, for a user with few or no references.

Estimated by `estimate_prior` from songs with true stems (``packaging/build_prior.py`` runs it); only these statistics are
shipped, in ``resources/prior.json``, with their provenance.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.profile import Z80, Gaussian, Vector, Within, relative_levels
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES

TARGETS: tuple[str, ...] = ("mix", *ROLES)
COMPARED: tuple[str, ...] = (
    "lufs", "lra", "true_peak", "plr", "psr", "crest", "tilt", "width", "correlation", "mono_loss", "dynamic_spread", "level",
)  # fmt: skip
"""Scalar descriptors that a mix is compared by."""

COUNTED = frozenset({"clipping", "flat_tops", "beat_count", "onset_count", "section_count"})
"""What grows with the length of a song has no range."""

NEEDS_LENGTH = {"lra": 60.0}
"""Seconds below which a descriptor says nothing of a song (EBU Tech 3342 on loudness range): excerpts give no prior of it."""

ODD_GAP_DB = 12.0
"""Two halves of a song that lie this far apart on average play different things, and tell no spread of one thing."""


def ranged() -> tuple[str, ...]:
    """Return the descriptors that have a range in a profile: those compared, and every other number that is not a count."""
    import mixassistant.features.measure  # noqa: F401 (declares every descriptor)

    others = (d.id for d in REGISTRY if d.shape == "scalar" and d.id not in COUNTED and d.id not in COMPARED)
    return (*COMPARED, *others)


@dataclass(frozen=True, eq=False)
class Prior:
    """Gaussians of LTAS and levels, and mean and standard deviation of the compared scalars.

    Parameters
    ----------
    ltas : mapping
        ``"mix"`` and roles to Gaussian, ``[shape=(31,)]``.
    levels : Gaussian
        LU relative to the stems' power sum, in the order of ROLES.
    scalars : mapping
        ``"vocals/lra"`` to (mean, standard deviation).
    count : int
        Songs it rests on.
    provenance : str
        What it was computed from and how.
    within : Within or None
        How far parts of one song lie apart.
    """

    ltas: Mapping[str, Gaussian]
    levels: Gaussian
    scalars: Mapping[str, tuple[float, float]]
    count: int
    provenance: str
    within: Within | None = None


def values_of(track: MeasuredTrack, place: Place | str) -> Mapping[str, Any]:
    """Return the measurements of the mix or of a role (as a place or by its name), or of one stem; empty when the track has none."""
    if isinstance(place, Place) and place.stem:
        return next((stem.values for stem in track.stems if Place(stem.role, stem.name) == place), {})
    name = str(place)
    return track.mix if name == "mix" else next((values for role, values in track.roles.items() if role == name), {})


def _level(track: MeasuredTrack, role: str) -> float:
    level = scalar(values_of(track, role), "level")
    return np.nan if level is None else level


def complete(rows: Vector, mean: Vector, covariance: Vector) -> Vector:
    """Fill the NaN of each row with their conditional mean under N(mean, covariance).

    Parameters
    ----------
    rows : np.ndarray [shape=(n, d)]
    """
    filled = rows.copy()
    for row in filled:
        missing = np.isnan(row)
        if missing.all():
            row[:] = mean
        elif missing.any():
            known = ~missing
            gain = np.linalg.solve(covariance[np.ix_(known, known)], covariance[np.ix_(known, missing)])
            row[missing] = mean[missing] + (row[known] - mean[known]) @ gain
    return filled


def _gaussian(rows: Vector) -> Gaussian:
    """Estimate mean and covariance with the shrinkage of Ledoit and Wolf (2004); missing values are filled iteratively."""
    from sklearn.covariance import LedoitWolf

    mean = np.nanmean(rows, axis=0)
    covariance = np.diag(np.nanvar(rows, axis=0))
    for _ in range(5):
        filled = complete(rows, mean, covariance)
        mean, covariance = filled.mean(axis=0), LedoitWolf().fit(filled).covariance_
    return Gaussian(mean, covariance)


def estimate_prior(tracks: Sequence[MeasuredTrack], provenance: str, halves: Sequence[tuple[MeasuredTrack, MeasuredTrack]] = ()) -> Prior:
    """Estimate the prior from measured songs with true stems.

    Parameters
    ----------
    tracks : sequence of MeasuredTrack
    provenance : str
    halves : sequence of pairs of MeasuredTrack
        The two halves of songs, for how far parts of one song lie apart.

    Raises
    ------
    ValueError
        There are fewer than ten songs, or a role that fewer than ten of them have.
    """
    ltas = {}
    scalars: dict[str, tuple[float, float]] = {}
    for target in TARGETS:
        values = [values_of(track, target) for track in tracks]
        spectra = [spectrum for v in values if (spectrum := vector(v, "ltas")) is not None]
        if len(spectra) < 10:
            raise ValueError(f"only {len(spectra)} songs have {target}: a prior needs ten")
        ltas[target] = _gaussian(np.array(spectra))
        for identifier in ranged():
            long_enough = [v for v, t in zip(values, tracks, strict=True) if t.duration_s >= NEEDS_LENGTH.get(identifier, 0.0)]
            numbers = [number for v in long_enough if (number := scalar(v, identifier)) is not None]
            if len(numbers) >= 10:
                # Median and quantile spread: one odd song must not widen a range that the other ninety agree on.
                low, middle, high = np.quantile(numbers, [0.1, 0.5, 0.9])
                sd = max((high - low) / (2 * Z80), REGISTRY[identifier].step)
                scalars[f"{target}/{identifier}"] = (round(float(middle), 4), round(float(sd), 4))
    levels = _gaussian(relative_levels(np.array([[_level(track, role) for role in ROLES] for track in tracks])))
    return Prior(ltas, levels, scalars, len(tracks), provenance, _within(halves) if halves else None)


def _within(halves: Sequence[tuple[MeasuredTrack, MeasuredTrack]]) -> Within:
    """Estimate how a part of a song differs from the song, from two halves of each: half their difference's covariance."""
    from sklearn.covariance import LedoitWolf

    def covariance(gaps: Vector) -> Vector:
        usual = np.abs(gaps).mean(axis=1) < ODD_GAP_DB
        return np.asarray(LedoitWolf(assume_centered=True).fit(gaps[usual]).covariance_ / 2)

    ltas, spread = {}, {}
    for target in TARGETS:
        pairs = [(vector(values_of(a, target), "ltas"), vector(values_of(b, target), "ltas")) for a, b in halves]
        ltas[target] = covariance(np.array([a - b for a, b in pairs if a is not None and b is not None]))
        numbers = [(scalar(values_of(a, target), "dynamic_spread"), scalar(values_of(b, target), "dynamic_spread")) for a, b in halves]
        low, high = np.quantile([a - b for a, b in numbers if a is not None and b is not None], [0.1, 0.9])
        spread[target] = float(high - low) / (2 * Z80) / np.sqrt(2)
    rows = [relative_levels(np.array([[_level(t, role) for role in ROLES] for t in pair])) for pair in halves]
    complete_rows = [a - b for a, b in rows if not np.isnan(a - b).any()]
    return Within(ltas, covariance(np.array(complete_rows)), spread, float(np.median([a.duration_s for a, _ in halves])))


def prior_to_json(prior: Prior) -> dict[str, Any]:
    """Return the prior as JSON, numbers rounded to what the estimate is worth."""

    def gaussian(g: Gaussian) -> dict[str, Any]:
        return {"mean": np.round(g.mean, 3).tolist(), "covariance": np.round(g.covariance, 3).tolist()}

    return {
        "provenance": prior.provenance,
        "count": prior.count,
        "levels": gaussian(prior.levels),
        "scalars": {key: list(value) for key, value in sorted(prior.scalars.items())},
        "ltas": {target: gaussian(g) for target, g in prior.ltas.items()},
        "within": None if prior.within is None else {
            "duration_s": round(prior.within.duration_s, 2),
            "levels": np.round(prior.within.levels, 3).tolist(),
            "dynamic_spread": {target: round(sd, 3) for target, sd in prior.within.dynamic_spread.items()},
            "ltas": {target: np.round(covariance, 3).tolist() for target, covariance in prior.within.ltas.items()},
        },
    }  # fmt: skip


def prior_from_json(document: Mapping[str, Any]) -> Prior:
    """Return the prior that `prior_to_json` wrote."""

    def gaussian(item: Mapping[str, Any]) -> Gaussian:
        return Gaussian(np.array(item["mean"]), np.array(item["covariance"]))

    within = document.get("within")
    return Prior(
        within=None if within is None else Within(
            {target: np.array(rows) for target, rows in within["ltas"].items()}, np.array(within["levels"]),
            {target: float(sd) for target, sd in within["dynamic_spread"].items()}, float(within["duration_s"]),
        ),
        ltas={target: gaussian(item) for target, item in document["ltas"].items()},
        levels=gaussian(document["levels"]),
        scalars={key: (float(mean), float(sd)) for key, (mean, sd) in document["scalars"].items()},
        count=int(document["count"]),
        provenance=str(document["provenance"]),
    )  # fmt: skip


@functools.cache
def load_prior() -> Prior:
    """Return the shipped prior."""
    return prior_from_json(json.loads(paths.resource("prior.json").read_text("utf-8")))
