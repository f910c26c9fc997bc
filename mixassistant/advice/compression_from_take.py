"""Compression moves between two versions of one performance: the gain reduction that turns one's levels into the other's.

Two versions of one performance differ at every moment by what was done since. Where that was a compressor, the difference of their
levels follows its gain reduction: the gain computer is run over the stem's envelope with many thresholds, ratios and time constants,
and each is weighed by how well its gain reduction follows the difference (up to make-up gain), and by how much compression people
use. The mean over them is suggested, and the spread is its interval: settings cannot be told apart, gain reduction can. What no
compressor explains (an equalizer's rest, another take, a lossy file) is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import exp

import numpy as np
from numpy.typing import NDArray

from mixassistant.advice.compression import COMPRESSION, TIMES_S, CompressionEstimate, make_up_db
from mixassistant.advice.posterior import interval
from mixassistant.features.dynamics import LEVEL_QUANTILES, spread_of_levels
from mixassistant.processing.compressor import Levels, detected_levels, is_active, mean_reduction_db, reduction_curve
from mixassistant.processing.moves import Compression
from mixassistant.profiles.expectation import Take
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import Role

STEPS = 16  # of an envelope in a frame of 50 ms


@dataclass(frozen=True)
class LiningUpTuning:
    """How a stem's envelope is lined up with the other version's levels.

    Parameters
    ----------
    audible_db, silent_dbfs : float
        Levels so far below the loud ones, or below this, say nothing.
    part_s, parts : float, int
        Of a long stem, so many parts of this length are simulated.
    settle_s : float
        Before each part, in which the compressor comes to its state.
    lag_s, lag_step_s : float
        How far and in what steps versions are shifted.
    lag_from_s : float
        How much of them tells the shift.
    lag_noticed_db : float
        Of misfit: what a shift has to be better by than none.
    """

    audible_db: float = 30.0
    silent_dbfs: float = -110.0
    part_s: float = 5.0
    parts: int = 4
    settle_s: float = 1.0
    lag_s: float = 0.25
    lag_step_s: float = 0.004
    lag_from_s: float = 60.0
    lag_noticed_db: float = 0.01


LINING_UP = LiningUpTuning()


@dataclass(frozen=True)
class CompressionFromTakeTuning:
    """What the estimate of compression between two versions of a performance is set to.

    Parameters
    ----------
    ratios : tuple of float
        That are tried.
    times : tuple of float
        Attacks and releases that are tried, of what is typical of the role.
    thresholds_db : tuple of float
        That are tried, relative to the loud frames.
    least_db, most_db : float
        Mean gain reduction that is considered.
    usual_db, usual_sd_db : float
        Gain reduction that people use.
    fit_db : float
        Standard deviation of a level between a stem and the same one compressed as simulated, at least.
    independent : float
        So many levels, of however many, say something of their own: with these the intervals hold as often as they say.
    noticed_db : float
        Root mean square difference below which two versions move alike.
    explained : float
        Share of that difference that a compressor may leave: more, and it was something else.
    sure : float
        Probability that is told: a difference between two versions that a compressor explains is no chance.
    denser_db : float
        Root mean square difference of the levels' quantiles above which a stem is told to be denser.
    """

    ratios: tuple[float, ...] = (1.5, 2.0, 3.0, 5.0, 10.0)
    times: tuple[float, ...] = (0.5, 1.0, 2.0)
    thresholds_db: tuple[float, ...] = tuple(float(threshold) for threshold in range(-36, 1, 2))
    least_db: float = 0.2
    most_db: float = 14.0
    usual_db: float = 3.5
    usual_sd_db: float = 4.0
    fit_db: float = 0.03
    independent: float = 8.0
    noticed_db: float = 0.15
    explained: float = 0.5
    sure: float = 0.95
    denser_db: float = 0.3


FROM_TAKE = CompressionFromTakeTuning()


@dataclass(frozen=True, eq=False)
class _Moments:
    """Parts of a level envelope, in groups that lie where the other version's levels do.

    `levels_db` is the envelope, `hop_s` the time between its frames, `edges` where groups begin and end in frames (not whole ones);
    `difference_db` is by how much each group is louder than the other version's, and `counts` which groups tell something.
    """

    levels_db: Levels
    hop_s: float
    edges: Vector
    difference_db: Vector
    counts: NDArray[np.bool_]

    @property
    def own_db(self) -> Vector:
        """The stem's level in each group in dB."""
        return _levels(_energy(self.levels_db), self.edges)

    @property
    def size_db(self) -> float:
        """Root mean square of the difference, but for a gain."""
        return _spread(self.difference_db[self.counts])


def _spread(values: Vector) -> float:
    return float(np.sqrt(np.mean((values - np.median(values)) ** 2)))


def _decibels(power: Vector) -> Vector:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)))


def _energy(levels_db: Levels) -> Vector:
    """Return the energy up to each frame, ``[shape=(frames + 1,)]``."""
    return np.concatenate([[0.0], np.cumsum(10 ** (levels_db / 10))])


def _levels(total: Vector, edges: Vector) -> Vector:
    """Return the level between edges in frames, ``[shape=(edges - 1,)]`` in dB, from what `_energy` returns."""
    return _decibels(np.diff(np.interp(edges, np.arange(total.size), total)) / np.diff(edges))


def _edges(take: Take, first: int, last: int, lag_s: float, hop_s: float) -> Vector:
    return np.asarray((np.arange(first, last + 1) * take.hop_s + lag_s) / hop_s)


def _lag_s(levels_db: Levels, hop_s: float, take: Take) -> float:
    """Return by how much the stem comes later than the other version, where their levels move most alike."""
    from scipy.optimize import minimize_scalar

    reach = int(np.ceil(LINING_UP.lag_s / take.hop_s)) + 1
    last = min(take.levels_db.size, int(LINING_UP.lag_from_s / take.hop_s), int(levels_db.size * hop_s / take.hop_s)) - reach
    if last - reach < 20:
        return 0.0
    theirs = take.levels_db[reach:last]
    total = _energy(levels_db[: int((last + reach + 1) * take.hop_s / hop_s)])
    loud = theirs > np.quantile(theirs, 0.95) - LINING_UP.audible_db
    pairs = loud[1:] & loud[:-1]
    if pairs.sum() < 20:
        return 0.0

    def misfit(lag: float) -> float:
        # From one moment to the next levels move by what is played; a compressor's gain moves more slowly.
        return _spread(np.diff(_levels(total, _edges(take, reach, last, lag, hop_s)) - theirs)[pairs])

    step = LINING_UP.lag_step_s
    lags = np.arange(-LINING_UP.lag_s, LINING_UP.lag_s + step / 2, step)
    best = float(lags[int(np.argmin([misfit(float(lag)) for lag in lags]))])
    found = float(minimize_scalar(misfit, bounds=(best - step, best + step), method="bounded", options={"xatol": 1e-5}).x)
    # Two that differ in nothing but their processing mostly begin together.
    return 0.0 if misfit(0.0) <= misfit(found) + LINING_UP.lag_noticed_db else found


def _moments(levels_db: Levels, hop_s: float, take: Take) -> _Moments | None:
    """Line a stem's envelope up with the other version's levels; ``None`` when too little of both plays."""
    lag = _lag_s(levels_db, hop_s, take)
    first = max(0, int(np.ceil(-lag / take.hop_s)))
    last = min(take.levels_db.size, int((levels_db.size * hop_s - lag) / take.hop_s))
    length, starts = round(LINING_UP.part_s / take.hop_s), [first]
    if last - first > LINING_UP.parts * length:
        starts = [int(start) for start in np.linspace(first, last - length, LINING_UP.parts)]
    else:
        length = last - first
    if length < 10:
        return None
    pieces, edges, differences, plays, offset = [], [], [], [], 0
    total = _energy(levels_db)
    for start in starts:
        own = _edges(take, start, start + length, lag, hop_s)
        begin, end = max(0, int(own[0] - LINING_UP.settle_s / hop_s)), min(int(np.ceil(own[-1])), levels_db.size)
        pieces.append(levels_db[begin:end])
        edges.append(own - begin + offset)
        offset += end - begin
        # What lies between two parts is a group of its own that does not count.
        both = (take.levels_db[start : start + length], _levels(total, own))
        differences.append([*(both[1] - both[0]), 0.0])
        loud = [levels > max(float(np.quantile(levels, 0.95)) - LINING_UP.audible_db, LINING_UP.silent_dbfs) for levels in both]
        plays.append([*(loud[0] & loud[1]), False])
    counts = np.concatenate(plays)[:-1].astype(np.bool_)
    if counts.sum() < 10:
        return None
    return _Moments(np.concatenate(pieces), hop_s, np.concatenate(edges), np.concatenate(differences)[:-1], counts)


def _trials(moments: _Moments, role: Role) -> Iterator[tuple[Compression, float, float]]:
    """Yield settings, their mean gain reduction in dB and what of the difference they leave, in dB."""
    from mixassistant.processing.ballistics import simulate

    levels, hop_s, edges = moments.levels_db, moments.hop_s, moments.edges
    attack_s, release_s = TIMES_S[role]
    power, detected, active = 10 ** (levels / 10), detected_levels(levels, hop_s), is_active(levels, hop_s)
    if not active.any():
        return
    loud = float(np.quantile(detected[active], 0.99))
    before = moments.own_db
    for attack, release, ratio, threshold in product(FROM_TAKE.times, FROM_TAKE.times, FROM_TAKE.ratios, FROM_TAKE.thresholds_db):
        settings = Compression(loud + threshold, ratio, attack * attack_s, release * release_s, COMPRESSION.knee_db, 0.0, 0.0)
        rise, fall = (1 - exp(-hop_s / t) for t in (settings.attack_s, settings.release_s))
        after, reduction = simulate(power, detected, active, settings.threshold_db, ratio, COMPRESSION.knee_db, rise, fall, edges)
        if FROM_TAKE.least_db <= reduction <= FROM_TAKE.most_db:
            left = moments.difference_db - before + _decibels(after)
            yield settings, reduction, _spread(left[moments.counts])


def estimate_compression_from_take(
    levels_db: Levels, hop_s: float, take: Take, role: Role, measured_db: float
) -> CompressionEstimate | None:
    """Estimate how much more, or less, the other version of a stem is compressed; ``None`` when no compressor explains how they differ.

    Parameters
    ----------
    levels_db : np.ndarray [shape=(frames,)]
        Level envelope of the stem at the compressor's control rate, in dBFS, after its EQ moves.
    hop_s : float
        Seconds between frames.
    take : Take
        The other version's levels.
    role : Role
    measured_db : float
        Dynamic spread of the stem in dB.
    """
    moments = _moments(levels_db, hop_s, take)
    if moments is None or moments.size_db < FROM_TAKE.noticed_db:
        return None
    size = moments.size_db
    trials = list(_trials(moments, role))
    left = np.array([misfit for _, _, misfit in trials])
    if not trials or left.min() > FROM_TAKE.explained * size:
        if not _is_denser(moments, role):
            return None
        return CompressionEstimate("over-compressed", None, 0.0, 0.0, measured_db, FROM_TAKE.sure)
    reductions = np.array([reduction for _, reduction, _ in trials])
    counts, edges = np.histogram(reductions, np.arange(0.0, FROM_TAKE.most_db + 1, 0.5))
    crowd = counts[np.clip(np.digitize(reductions, edges) - 1, 0, counts.size - 1)]  # many settings with one reduction are one trial
    log_weight = (
        -0.5 * FROM_TAKE.independent * np.log(left**2 + FROM_TAKE.fit_db**2)  # of normal errors of unknown size
        - 0.5 * ((reductions - FROM_TAKE.usual_db) / FROM_TAKE.usual_sd_db) ** 2
        - np.log(crowd)
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    # The parts that were simulated need not be reduced as much as the whole.
    best = trials[int(weight.argmax())]
    reductions = reductions * mean_reduction_db(levels_db, best[0], hop_s) / best[1]
    reduction = float(weight @ reductions)
    low, high = interval(reductions, weight)
    near = np.where(np.abs(reductions - reduction) <= 1.0, weight, 0.0)
    settings = trials[int(near.argmax())][0] if near.max() > 0 else best[0]
    settings = _with_reduction(settings, reduction, levels_db, hop_s)
    settings = replace(settings, makeup_db=make_up_db(levels_db, hop_s, settings))
    predicted = spread_of_levels(levels_db - reduction_curve(levels_db, settings, hop_s), hop_s) or measured_db
    half_step = 0.1  # dB: reductions are told to a tenth
    return CompressionEstimate("compress", settings, low - half_step, high + half_step, predicted, FROM_TAKE.sure)


def _is_denser(moments: _Moments, role: Role) -> bool:
    """Tell whether a stem is what a compressor makes of the other version: the same question, asked the other way round.

    Its loud moments stand out less over its quiet ones; so they do after a fade or with reverberation, which no compressor explains.
    """
    own = moments.own_db
    theirs = own - moments.difference_db
    ours, other = (np.quantile(levels[moments.counts], LEVEL_QUANTILES) for levels in (own, theirs))
    gap = ours - other
    if _spread(gap) < FROM_TAKE.denser_db or gap[-5:].mean() >= gap[:5].mean():
        return False
    # Of the other version only its levels are known: an envelope in steps.
    edges = np.arange(theirs.size + 1, dtype=np.float64) * STEPS
    hop_s = float(np.diff(moments.edges).mean()) * moments.hop_s / STEPS
    back = _Moments(np.repeat(theirs, STEPS), hop_s, edges, -moments.difference_db, moments.counts)
    return min((left for _, _, left in _trials(back, role)), default=np.inf) <= FROM_TAKE.explained * moments.size_db


def _with_reduction(settings: Compression, reduction_db: float, levels_db: Levels, hop_s: float) -> Compression:
    """Return settings with the threshold at which they reduce by so much on average."""
    low, high = settings.threshold_db - 12.0, settings.threshold_db + 12.0
    for _ in range(12):
        middle = 0.5 * (low + high)
        enough = mean_reduction_db(levels_db, replace(settings, threshold_db=middle), hop_s) >= reduction_db
        low, high = (middle, high) if enough else (low, middle)
    found = replace(settings, threshold_db=round(low, 1), attack_s=round(settings.attack_s, 4), release_s=round(settings.release_s, 3))
    return replace(found, gain_reduction_db=round(mean_reduction_db(levels_db, found, hop_s), 1))
