"""The values of this room: `Gaussian`, `Range`, `Profile`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.track import MeasuredTrack

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gaussian:
    """What the next song of this kind is expected to measure.

    Parameters
    ----------
    mean : np.ndarray [shape=(d,)]
    covariance : np.ndarray [shape=(d, d)]
        Predictive: the spread between songs and the uncertainty of the mean from few songs together.
    """

    mean: Vector
    covariance: Vector

    @property
    def sd(self) -> Vector:
        """Standard deviation of each dimension, ``[shape=(d,)]``."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True)
class Range:
    """A descriptor's centre and 10–90 % range in a profile.

    Parameters
    ----------
    median, low, high : float or tuple of float
        Tuples for descriptors with one value per band. `low` and `high` are the 10th and 90th percentile.
    unit : str
    count : float
        How many references have it; 0 when the range is the prior's alone.
    """

    median: float | tuple[float, ...]
    low: float | tuple[float, ...]
    high: float | tuple[float, ...]
    unit: str
    count: float


@dataclass(frozen=True, eq=False)
class Profile:
    """The statistics of the references.

    Parameters
    ----------
    name : str
        ``"your references"``, ``"factory"`` or the user's name for it.
    references : tuple of MeasuredTrack
        The liked references.
    prior_weight : float
        Share of the prior in the targets, 0–1; 1 without references.
    ltas : mapping
        ``"mix"`` and each role to the Gaussian of its 1/3-octave LTAS (dB relative to its own level).
    levels : Gaussian
        Of the four stem levels relative to the mix in LU, in the order of `mixassistant.stems.stem.ROLES`.
    targets : mapping
        ``"<mix or role>/<descriptor id>"`` to its Range: for tables, plots and reports.
    """

    name: str
    references: tuple[MeasuredTrack, ...]
    prior_weight: float
    ltas: Mapping[str, Gaussian]
    levels: Gaussian
    targets: Mapping[str, Range]
