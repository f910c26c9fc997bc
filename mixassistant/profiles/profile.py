"""The values of this room: `Gaussian`, `Range`, `Profile`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.track import MeasuredTrack

Vector = NDArray[np.float64]
Z80 = 1.2816  # half-width of the 10–90 % range of a normal distribution, in standard deviations
Z90 = 1.645  # the same of its 5–95 % range, which is a 90 % interval


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
class Within:
    """How far a part of a song lies from the song: the same players, the same sound, other bars.

    Parameters
    ----------
    ltas : mapping
        ``"mix"`` and roles to the covariance of the LTAS in dB², ``[shape=(31, 31)]``.
    levels : np.ndarray [shape=(4, 4)]
        Covariance of the stem levels in LU².
    dynamic_spread : mapping
        ``"mix"`` and roles to standard deviation in dB.
    duration_s : float
        Length of the parts that it was measured on.
    """

    ltas: Mapping[str, Vector]
    levels: Vector
    dynamic_spread: Mapping[str, float]
    duration_s: float

    def scale(self, duration_s: float) -> float:
        """Return by what to multiply a covariance for a part of this length: longer ones say more, not in full proportion."""
        return float(np.sqrt(self.duration_s / max(duration_s, self.duration_s)))


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
        Of the four stem levels relative to their power sum in LU, in the order of `mixassistant.stems.stem.ROLES`.
    targets : mapping
        ``"<mix or role>/<descriptor id>"`` to its Range: for tables, plots and reports.
    within : Within or None
        How far parts of one song lie apart, by which a reference of the same session is recognised.
    """

    name: str
    references: tuple[MeasuredTrack, ...]
    prior_weight: float
    ltas: Mapping[str, Gaussian]
    levels: Gaussian
    targets: Mapping[str, Range]
    within: Within | None = None


def relative_levels(levels: Vector) -> Vector:
    """Return levels relative to their power sum in LU, ``[shape=(..., 4)]``; NaN stays NaN.

    Stems are compared with each other and never with the mix's file: that may have been mastered, and is then louder than its stems.
    """
    return np.asarray(levels - 10 * np.log10(np.nansum(10 ** (levels / 10), axis=-1, keepdims=True)))
