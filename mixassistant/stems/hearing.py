"""What a stem is by its sound alone, where its name says nothing: one of the four roles, of drums also which, or no part but a whole mix.

Each role is a few Gaussians over the numbers of `sound` (a quadratic discriminant), and beside them one Gaussian with the covariance that
all have in common (a linear one, which goes further on sounds that no song held): what both say is averaged. Their means and covariances
are statistics of songs whose stems are known (``resources/roles.json``, made by ``packaging/train_roles``, with their quality on songs
that they were not taken from).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.audio.source import Source
from mixassistant.stems.sound import MOST_PIECES, NAMES, Vector, describe_track
from mixassistant.stems.stem import ROLES, Heard, Role

WHOLE = "mix"
CLASSES = (*ROLES, WHOLE)


@dataclass(frozen=True)
class HearingTuning:
    """How sure hearing is.

    Parameters
    ----------
    sharpness, sharpness_in_common : float
        Power to which densities are taken, of a class's own Gaussians and of those of one covariance: as many numbers of one piece are not
        as many witnesses. Set so that what is heard with a probability of 0.7 is right in seven of ten cases (songs that were left out).
    least : float
        Probability that a piece of a track leaves to any role: one odd piece must not decide.
    farthest : float
        Standard deviations from which on a number counts no further.
    sure_part : float
        Probability from which a part of the drums is told.
    """

    sharpness: float = 0.3
    sharpness_in_common: float = 0.5
    least: float = 0.01
    farthest: float = 5.0
    sure_part: float = 0.6


HEARING = HearingTuning()


@dataclass(frozen=True, eq=False)
class Component:
    """One Gaussian of a class.

    Parameters
    ----------
    name : str
        Of `CLASSES`.
    part : str
        Which of the drums; empty for other classes.
    weight : float
        Its share in the class.
    mean, covariance : np.ndarray [shape=(d,)], [shape=(d, d)]
        Of the standardised numbers.
    """

    name: str
    part: str
    weight: float
    mean: Vector
    covariance: Vector


@dataclass(frozen=True, eq=False)
class RoleModel:
    """The Gaussians of all classes over numbers of `sound`.

    Parameters
    ----------
    centre, scale : np.ndarray [shape=(d,)]
        By which the numbers are standardised.
    within : np.ndarray [shape=(d, d)]
        Covariance that the classes have in common, about the mean of each.
    components : tuple of Component
    """

    centre: Vector
    scale: Vector
    within: Vector
    components: tuple[Component, ...]

    @functools.cached_property
    def _solved(self) -> tuple[tuple[Vector, float], ...]:
        """Precision and log density at the mean of each component."""
        found = []
        for component in self.components:
            precision = np.asarray(np.linalg.inv(component.covariance), np.float64)
            constant = np.log(component.weight) - 0.5 * float(np.linalg.slogdet(component.covariance)[1])
            found.append((precision, float(constant)))
        return tuple(found)

    @functools.cached_property
    def _line(self) -> tuple[Vector, Vector]:
        """Slopes and offsets of the linear discriminant of `CLASSES`, ``[shape=(d, 5)]`` and ``[shape=(5,)]``."""
        means = np.stack([self._mean(name) for name in CLASSES])
        slopes = np.asarray(np.linalg.solve(self.within, means.T), np.float64)
        return slopes, -0.5 * np.einsum("ij,ji->i", means, slopes)

    def _mean(self, name: str) -> Vector:
        inside = [component for component in self.components if component.name == name]
        return np.average([component.mean for component in inside], axis=0, weights=[component.weight for component in inside])

    def standardised(self, pieces: Vector) -> Vector:
        """Return the numbers of pieces in standard deviations from the centre, ``[shape=(pieces, d)]``."""
        return np.asarray(np.clip((pieces - self.centre) / self.scale, -HEARING.farthest, HEARING.farthest))

    def densities(self, standard: Vector) -> Vector:
        """Return the log density of each component at standardised pieces, ``[shape=(pieces, components)]``."""
        columns = []
        for component, (precision, constant) in zip(self.components, self._solved, strict=True):
            away = standard - component.mean
            columns.append(constant - 0.5 * np.einsum("ij,jk,ik->i", away, precision, away))
        return np.stack(columns, axis=1)

    def hear(self, pieces: Sequence[Vector]) -> Heard | None:
        """Return what a track is by the numbers of its pieces; ``None`` where it has none."""
        if not pieces:
            return None
        standard = self.standardised(np.stack(pieces))
        densities = self.densities(standard)
        names = np.array([component.name for component in self.components])
        classes = np.stack([np.logaddexp.reduce(densities[:, names == name], axis=1) for name in CLASSES], axis=1)
        slopes, offsets = self._line
        in_common = _normal(HEARING.sharpness_in_common * (standard @ slopes + offsets))
        likely = 0.5 * (_normal(HEARING.sharpness * classes) + in_common)
        among = likely[:, : len(ROLES)] / likely[:, : len(ROLES)].sum(axis=1, keepdims=True)
        roles = _normal(np.log(among + HEARING.least).mean(axis=0, keepdims=True))[0]
        best = int(roles.argmax())
        return Heard(ROLES[best], float(roles[best]), self._part(densities, ROLES[best]), float(likely[:, -1].mean()))

    def _part(self, densities: Vector, role: Role) -> str:
        inside = [index for index, component in enumerate(self.components) if component.name == role and component.part]
        if not inside:
            return ""
        parts = _normal(HEARING.sharpness * densities[:, inside]).mean(axis=0)
        best = int(parts.argmax())
        return self.components[inside[best]].part if parts[best] >= HEARING.sure_part else ""


def _normal(logs: Vector) -> Vector:
    """Return probabilities of logs, each row summing to 1."""
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def model_to_json(model: RoleModel) -> dict[str, Any]:
    """Return a model as JSON; of each covariance, which is symmetric, the lower triangle."""
    lower = np.tril_indices(len(NAMES))
    return {
        "numbers": list(NAMES),
        "centre": np.round(model.centre, 4).tolist(),
        "scale": np.round(model.scale, 4).tolist(),
        "within": np.round(model.within[lower], 4).tolist(),
        "components": [
            {
                "class": component.name,
                "part": component.part,
                "weight": round(component.weight, 4),
                "mean": np.round(component.mean, 3).tolist(),
                "covariance": np.round(component.covariance[lower], 4).tolist(),
            }
            for component in model.components
        ],
    }


def model_from_json(document: dict[str, Any]) -> RoleModel:
    """Return the model that `model_to_json` wrote.

    Raises
    ------
    ValueError
        It is of other numbers than `sound` measures.
    """
    if tuple(document["numbers"]) != NAMES:
        raise ValueError("roles of other numbers")
    components = tuple(
        Component(item["class"], item["part"], item["weight"], np.array(item["mean"]), _symmetric(item["covariance"]))
        for item in document["components"]
    )
    return RoleModel(np.array(document["centre"]), np.array(document["scale"]), _symmetric(document["within"]), components)


def _symmetric(triangle: Sequence[float]) -> Vector:
    """Return the matrix of a lower triangle."""
    found = np.zeros((len(NAMES), len(NAMES)))
    found[np.tril_indices(len(NAMES))] = triangle
    return np.asarray(found + np.tril(found, -1).T)


@functools.cache
def load_role_model() -> RoleModel:
    """Return the shipped model."""
    return model_from_json(json.loads(paths.resource("roles.json").read_text("utf-8")))


def hear(track: Source, most: int = MOST_PIECES) -> Heard | None:
    """Return what a track is by the sound of up to `most` pieces of it; ``None`` where it is silent, or too short to tell."""
    return load_role_model().hear(describe_track(track, most))
