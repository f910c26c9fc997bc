"""Compression moves between two versions of one performance: the gain reduction that turns one's levels into the other's.

A compressor maps levels to levels, so that the distribution of a stem's 50 ms levels before and after tells its gain reduction
almost alone. The gain computer is run over the stem's envelope with many thresholds, ratios and time constants; each is weighed by
how well the levels that come out are distributed as the other version's (up to make-up gain), and by how much compression people
use. The mean over them is suggested, and the spread is its interval: settings cannot be told apart, gain reduction can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import exp

import numpy as np

from mixassistant.advice.compression import KNEE_DB, TIMES_S, CompressionEstimate, make_up_db
from mixassistant.advice.posterior import interval
from mixassistant.features.dynamics import level_quantiles, spread_of_levels
from mixassistant.features.representations import LEVEL_WINDOW_S
from mixassistant.processing.compressor import Levels, detected_levels, is_active, mean_reduction_db, reduction_curve
from mixassistant.processing.moves import Compression
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import Role

RATIOS = (1.5, 2.0, 3.0, 5.0, 10.0)
TIMES = (0.5, 1.0, 2.0)  # of the role's typical attack and release
THRESHOLDS_DB = np.arange(-36.0, 1.0, 2.0)  # relative to the loud frames
USUAL_DB, USUAL_SD_DB = 3.0, 2.5  # gain reduction that people use
MOST_DB = 14.0
FIT_DB = 0.1  # standard deviation of a quantile between a stem and the same one compressed as simulated,
FIT_SHARE = 0.08  # and of the gap between the versions beside it: no two compressors follow alike
INDEPENDENT = 6.0  # of the 21 quantiles, about so many say something of their own
NOTICED_DB = 0.3  # root mean square gap of the quantiles below which two versions are equally dense
SURE = 0.95  # a difference that is noticed between two versions of one performance is no chance
PART_S, PARTS = 5.0, 4  # of a long stem, so much is simulated


def _excerpt(levels_db: Levels, hop_s: float) -> Levels:
    """Return parts of an envelope, spread evenly over it."""
    length = round(PART_S / hop_s)
    if levels_db.size <= PARTS * length:
        return levels_db
    starts = np.linspace(0, levels_db.size - length, PARTS).astype(int)
    return np.concatenate([levels_db[s : s + length] for s in starts])


def quantiles_of(levels_db: Levels, hop_s: float) -> Vector | None:
    """Return the distribution of an envelope's 50 ms levels; its frames need not be those of the descriptor."""
    group = max(1, round(LEVEL_WINDOW_S / hop_s))
    count = levels_db.size // group
    return level_quantiles((10 ** (levels_db[: count * group] / 10)).reshape(count, group).mean(axis=1))


def _trials(levels_db: Levels, hop_s: float, role: Role) -> Iterator[tuple[Compression, float, Vector]]:
    """Yield settings, their mean gain reduction in dB and the quantiles that come out."""
    from mixassistant.processing.ballistics import simulate

    attack_s, release_s = TIMES_S[role]
    power, detected, active = 10 ** (levels_db / 10), detected_levels(levels_db, hop_s), is_active(levels_db, hop_s)
    loud = float(np.quantile(detected[active], 0.99))
    group = max(1, round(LEVEL_WINDOW_S / hop_s))
    for attack, release, ratio, threshold in product(TIMES, TIMES, RATIOS, THRESHOLDS_DB):
        settings = Compression(loud + float(threshold), ratio, attack * attack_s, release * release_s, KNEE_DB, 0.0, 0.0)
        rise, fall = (1 - exp(-hop_s / t) for t in (settings.attack_s, settings.release_s))
        after, reduction = simulate(power, detected, active, settings.threshold_db, ratio, KNEE_DB, rise, fall, group)
        quantiles = level_quantiles(after)
        if 0.2 <= reduction <= MOST_DB and quantiles is not None:
            yield settings, reduction, quantiles


def estimate_compression_from_take(
    levels_db: Levels, hop_s: float, own: Vector, quantiles: Vector, role: Role, measured_db: float
) -> CompressionEstimate | None:
    """Estimate how much more, or less, the other version of a stem is compressed; ``None`` when they are equally dense.

    Parameters
    ----------
    levels_db : np.ndarray [shape=(frames,)]
        Level envelope of the stem at the compressor's control rate, in dBFS, after its EQ moves.
    hop_s : float
    own, quantiles : np.ndarray [shape=(21,)]
        Distributions of levels of the stem, after its EQ moves, and of the other version (descriptor ``level_quantiles``).
    role : Role
    measured_db : float
        Dynamic spread of the stem in dB.
    """
    gap = own - quantiles
    gap = gap - np.median(gap)
    size = float(np.sqrt((gap**2).mean()))
    if size < NOTICED_DB:
        return None
    excerpt = _excerpt(levels_db, hop_s)
    start = quantiles_of(excerpt, hop_s)
    if start is None:
        return None
    if gap[-5:].mean() < gap[:5].mean():  # its loud moments stand out less over its quiet ones than the other's
        return CompressionEstimate("over-compressed", None, 0.0, 0.0, measured_db, SURE)
    trials = list(_trials(excerpt, hop_s, role))
    if not trials:
        return None
    reductions = np.array([reduction for _, reduction, _ in trials])
    # The excerpt need not be distributed as the whole: what is compared is what compression changes.
    misfit = np.array([found for _, _, found in trials]) - start + own - quantiles
    misfit = misfit - np.median(misfit, axis=1, keepdims=True)
    counts, edges = np.histogram(reductions, np.arange(0.0, MOST_DB + 1, 0.5))
    crowd = counts[np.clip(np.digitize(reductions, edges) - 1, 0, counts.size - 1)]  # many settings with one reduction are one trial
    log_weight = (
        -0.5 * INDEPENDENT * (misfit**2).mean(axis=1) / (FIT_DB + FIT_SHARE * size) ** 2
        - 0.5 * ((reductions - USUAL_DB) / USUAL_SD_DB) ** 2
        - np.log(crowd)
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    reduction = float(weight @ reductions)
    low, high = interval(reductions, weight)
    near = np.where(np.abs(reductions - reduction) <= 1.0, weight, 0.0)
    best = trials[int(near.argmax() if near.max() > 0 else weight.argmax())][0]
    settings = _with_reduction(best, reduction, levels_db, hop_s)
    settings = replace(settings, makeup_db=make_up_db(levels_db, hop_s, settings))
    predicted = spread_of_levels(levels_db - reduction_curve(levels_db, settings, hop_s), hop_s) or measured_db
    half_step = 0.1  # dB: reductions are told to a tenth
    return CompressionEstimate("compress", settings, low - half_step, high + half_step, predicted, SURE)


def _with_reduction(settings: Compression, reduction_db: float, levels_db: Levels, hop_s: float) -> Compression:
    """Return settings with the threshold at which they reduce by so much on average."""
    low, high = settings.threshold_db - 12.0, settings.threshold_db + 12.0
    for _ in range(12):
        middle = 0.5 * (low + high)
        enough = mean_reduction_db(levels_db, replace(settings, threshold_db=middle), hop_s) >= reduction_db
        low, high = (middle, high) if enough else (low, middle)
    found = replace(settings, threshold_db=round(low, 1), attack_s=round(settings.attack_s, 4), release_s=round(settings.release_s, 3))
    return replace(found, gain_reduction_db=round(mean_reduction_db(levels_db, found, hop_s), 1))
