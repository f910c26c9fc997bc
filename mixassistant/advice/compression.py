"""Compression moves: the gain reduction that brings a stem's dynamics to the profile's range.

The parameters of a compressor cannot be told from its sound, its gain reduction can. So the time constants are typical of the
role and the threshold is searched, by simulating the gain computer on the stem's level envelope, until the dynamic spread
reaches the target. Stems that are already denser than the evidence are told so and never compressed further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mixassistant.features.dynamics import spread_of_levels
from mixassistant.processing.compressor import mean_reduction_db, reduction_curve
from mixassistant.processing.moves import Compression
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import Role

# Attack and release in seconds by role, from published automatic-mixing work (see Giannoulis, Massberg and Reiss 2013).
TIMES_S: Mapping[Role, tuple[float, float]] = {"vocals": (0.0075, 0.4), "drums": (0.01, 0.18), "bass": (0.01, 0.5), "other": (0.015, 0.666)}


@dataclass(frozen=True)
class CompressionTuning:
    """What the estimate of compression from a stem's dynamic spread is set to.

    Parameters
    ----------
    knee_db : float
        Of every compressor that is suggested.
    ratios : tuple of float
        That are tried: the gentlest that reaches the target is taken.
    most_reduction_db : float
        Mean gain reduction: more is an effect and not a correction.
    least_reduction_db : float
        Mean gain reduction that is suggested.
    gate_sd : float
        Standard deviations that a spread must lie off what is expected. Songs' spread is skewed: at 2.6 one untouched stem in thirty was
        beyond it.
    least_change_db : float
        The same in dB of dynamic spread, and the least by which a move changes it.
    """

    knee_db: float = 6.0
    ratios: tuple[float, ...] = (2.0, 3.0, 4.0, 6.0)
    most_reduction_db: float = 8.0
    least_reduction_db: float = 0.5
    gate_sd: float = 3.5
    least_change_db: float = 1.0


COMPRESSION = CompressionTuning()


@dataclass(frozen=True)
class CompressionEstimate:
    """What the dynamics of a stem ask for.

    Parameters
    ----------
    verdict : {"compress", "over-compressed"}
    compression : Compression or None
        None when over-compressed.
    low_db, high_db : float
        90 % interval of the mean gain reduction in dB.
    predicted_db : float
        Dynamic spread that the simulation predicts after the move, in dB.
    probability : float
    """

    verdict: Literal["compress", "over-compressed"]
    compression: Compression | None
    low_db: float
    high_db: float
    predicted_db: float
    probability: float


def _simulate(levels_db: Vector, hop_s: float, compression: Compression) -> tuple[float, float]:
    """Return dynamic spread and mean gain reduction after a compressor, both in dB."""
    reduction = reduction_curve(levels_db, compression, hop_s)
    return spread_of_levels(levels_db - reduction, hop_s) or 0.0, mean_reduction_db(levels_db, compression, hop_s)


def compress_to(levels_db: Vector, hop_s: float, target_db: float, role: Role) -> tuple[Compression, float] | None:
    """Return the gentlest compression whose simulated spread reaches the target, and that spread."""
    attack_s, release_s = TIMES_S[role]
    loudest = float(np.quantile(levels_db, 0.99))
    for ratio in COMPRESSION.ratios:
        start = Compression(0.0, ratio, attack_s, release_s, COMPRESSION.knee_db, 0.0, 0.0)
        low, high = loudest - 40.0, loudest  # thresholds: everything is compressed … nothing is
        if _simulate(levels_db, hop_s, replace(start, threshold_db=loudest - 25.0))[0] > target_db:
            continue
        for _ in range(12):
            middle = 0.5 * (low + high)
            if _simulate(levels_db, hop_s, replace(start, threshold_db=middle))[0] <= target_db:
                low = middle
            else:
                high = middle
        found = replace(start, threshold_db=round(low, 1))
        spread, reduction = _simulate(levels_db, hop_s, found)
        if reduction <= COMPRESSION.most_reduction_db:
            return replace(found, gain_reduction_db=round(reduction, 1)), spread
    return None


def estimate_compression(
    levels_db: Vector, hop_s: float, measured_db: float, expected: tuple[float, float], role: Role
) -> CompressionEstimate | None:
    """Estimate the compression that a stem wants; ``None`` when its dynamics are where they are expected.

    Parameters
    ----------
    levels_db : np.ndarray [shape=(frames,)]
        Level envelope at the compressor's control rate, in dBFS.
    hop_s : float
        Seconds between frames.
    measured_db : float
        Dynamic spread of the stem in dB.
    expected : (float, float)
        Mean and standard deviation of the dynamic spread in dB.
    role : Role
    """
    from scipy.stats import norm

    mean, sd = expected
    gap = measured_db - mean
    if abs(gap) < max(COMPRESSION.gate_sd * sd, COMPRESSION.least_change_db):
        return None
    probability = float(norm.cdf(abs(gap) / sd))
    if gap < 0:
        return CompressionEstimate("over-compressed", None, 0.0, 0.0, measured_db, probability)
    # Wide evidence asks for its edge, tight evidence for its centre: never further than is known.
    target = min(mean + sd, measured_db - COMPRESSION.least_change_db)
    found = compress_to(levels_db, hop_s, target, role)
    if found is None or found[0].gain_reduction_db < COMPRESSION.least_reduction_db:
        return None
    compression, predicted = found
    per_db = compression.gain_reduction_db / max(measured_db - predicted, 0.1)
    half = 1.645 * sd * per_db
    makeup = make_up_db(levels_db, hop_s, compression)
    low, high = max(compression.gain_reduction_db - half, 0.0), compression.gain_reduction_db + half
    return CompressionEstimate("compress", replace(compression, makeup_db=makeup), low, high, predicted, probability)


def make_up_db(levels_db: Vector, hop_s: float, compression: Compression) -> float:
    """Return the gain in dB that gives the stem its power back, so that compression alone does not move its level."""
    reduction = reduction_curve(levels_db, compression, hop_s)
    before, after = (10 ** (level / 10) for level in (levels_db, levels_db - reduction))
    return round(float(10 * np.log10(before.sum() / after.sum())), 1)
