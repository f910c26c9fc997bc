"""Level moves: which stems are too loud or too quiet, found jointly over the four roles.

Turning one stem down makes every other stem louder relative to the sum; four separate comparisons would blame all four. From tight
evidence every subset of up to three stems is tried as "these were moved" (spike and slab), each with the exact change of the sum,
and weighed by its evidence. From wide evidence the moves are the mean over all that may have happened: nothing, or a gain on one
stem, each weighted by its posterior probability.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.advice.posterior import interval
from mixassistant.profiles.profile import Z90, Gaussian, Vector
from mixassistant.stems.stem import ROLES

MIN_GAIN_LU, MAX_GAIN_LU = 1.0, 9.0  # of what is suggested


@dataclass(frozen=True)
class LevelTuning:
    """What the estimate of levels between versions of a song is set to.

    Parameters
    ----------
    gain_sd_lu : float
        Prior standard deviation of a level fault.
    prior_odds : float
        Of one stem's level being wrong, before looking.
    gate : float
        Posterior probability that a move must reach.
    most_moved : int
        Stems that were moved at most: moving all four is turning the mix up.
    measuring_lu : float
        Standard deviation of a gain that is told in tenths of a dB.
    """

    gain_sd_lu: float = 5.0
    prior_odds: float = 0.06
    gate: float = 0.85
    most_moved: int = 3
    measuring_lu: float = 0.03


LEVEL = LevelTuning()


@dataclass(frozen=True)
class LevelFromSongsTuning:
    """What the estimate of levels from wide evidence is set to.

    Parameters
    ----------
    gain_sd_lu : float
        Prior standard deviation of a level fault.
    gate : float
        Posterior probability below which a move is not worth anybody's time.
    step_lu, steps : float, int
        Faults are tried in such steps, so many of them up and down.
    least_steps : int
        Smaller faults are not tried.
    """

    gain_sd_lu: float = LEVEL.gain_sd_lu
    gate: float = 0.3
    step_lu: float = 0.5
    steps: int = 20
    least_steps: int = 2

    @property
    def gains_lu(self) -> Vector:
        """Faults that are tried, in LU."""
        return self.step_lu * np.array([n for n in range(-self.steps, self.steps + 1) if abs(n) >= self.least_steps], dtype=np.float64)


LEVEL_FROM_SONGS = LevelFromSongsTuning()
GAINS_LU = LEVEL_FROM_SONGS.gains_lu


@dataclass(frozen=True)
class LevelMove:
    """One role's gain and its 90 % interval in dB, and the probability that it is needed in that direction."""

    role: str
    gain_db: float
    low_db: float
    high_db: float
    probability: float


def level_change(levels: Vector, gains: Vector) -> Vector:
    """Return how the levels relative to the stems' sum change when stems get gains.

    Parameters
    ----------
    levels : np.ndarray [shape=(4,)]
        In LU, relative to anything that all have in common; NaN where a role is absent.
    gains : np.ndarray [shape=(..., 4)]
        dB.
    """
    power = np.where(np.isnan(levels), 0.0, 10 ** (np.nan_to_num(levels) / 10))
    # Stems are taken as uncorrelated, so that their powers add: exact enough for a change of the sum.
    return np.asarray(gains - 10 * np.log10((power * 10 ** (gains / 10)).sum(axis=-1, keepdims=True) / power.sum()))


def _fit(levels: Vector, expected: Gaussian, present: NDArray[np.intp], moved: tuple[int, ...]) -> tuple[float, Vector, Vector]:
    """Return log evidence (Laplace), gains and their standard deviations for one subset of moved stems."""
    precision = np.linalg.inv(expected.covariance[np.ix_(present, present)])
    gains = np.zeros(len(ROLES))
    select = list(moved)

    def residual(trial: Vector) -> Vector:
        return np.asarray((levels + level_change(levels, trial) - expected.mean)[present])

    hessian = np.eye(len(select)) / LEVEL.gain_sd_lu**2
    for _ in range(8 if select else 0):
        steps = np.eye(len(ROLES))[select] * 1e-4
        jacobian = np.array([(residual(gains + s) - residual(gains - s)) / 2e-4 for s in steps]).T
        hessian = jacobian.T @ precision @ jacobian + np.eye(len(select)) / LEVEL.gain_sd_lu**2
        gradient = jacobian.T @ precision @ residual(gains) + gains[select] / LEVEL.gain_sd_lu**2
        gains[select] -= np.linalg.solve(hessian, gradient)
    left = residual(gains)
    log_evidence = -0.5 * left @ precision @ left - 0.5 * (gains[select] ** 2).sum() / LEVEL.gain_sd_lu**2
    log_evidence -= 0.5 * np.linalg.slogdet(hessian * LEVEL.gain_sd_lu**2)[1]
    sd = np.zeros(len(ROLES))
    sd[select] = np.sqrt(np.diag(np.linalg.inv(hessian)))
    return float(log_evidence), gains, sd


def estimate_levels(levels: Vector, expected: Gaussian, agreement: float = 1.0) -> tuple[LevelMove, ...]:
    """Estimate the gains that bring the stem levels to what is expected.

    Parameters
    ----------
    levels : np.ndarray [shape=(4,)]
        Measured levels in LU relative to the power sum of the stems, in the order of ROLES; NaN where a role is absent.
    expected : Gaussian
    agreement : float
        By what factor the gains' standard deviations differ from what is expected: of versions that agree in all else, levels do as well.
    """
    from scipy.stats import norm

    present = np.flatnonzero(~np.isnan(levels) & ~np.isnan(expected.mean)).astype(np.intp)
    if present.size < 2:
        return ()
    subsets = [s for n in range(min(LEVEL.most_moved, present.size - 1) + 1) for s in itertools.combinations(present.tolist(), n)]
    fits = [_fit(levels, expected, present, subset) for subset in subsets]
    log_weight = np.array([fit[0] + len(s) * np.log(LEVEL.prior_odds) for fit, s in zip(fits, subsets, strict=True)])
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    # Some stems down are the others up: what says the same counts together, for the one that explains it best.
    for first, subset in enumerate(subsets):
        rest = tuple(index for index in present.tolist() if index not in subset)
        if rest in subsets and weight[first] >= weight[second := subsets.index(rest)] > 0:
            weight[first], weight[second] = weight[first] + weight[second], 0.0
    best = int(weight.argmax())
    _, gains, sds = fits[best]
    moves = []
    for index in subsets[best]:
        included = float(sum(w for w, s, f in zip(weight, subsets, fits, strict=True) if index in s and f[1][index] * gains[index] > 0))
        probability = included * float(norm.cdf(abs(gains[index]) / sds[index]))
        gain = round(float(np.clip(gains[index], -MAX_GAIN_LU, MAX_GAIN_LU)), 1)
        if probability >= LEVEL.gate and abs(gain) >= MIN_GAIN_LU:
            half = Z90 * float(np.hypot(agreement * sds[index], LEVEL.measuring_lu))
            moves.append(LevelMove(ROLES[index], gain, float(gains[index]) - half, float(gains[index]) + half, probability))
    return tuple(moves)


def estimate_levels_from_songs(levels: Vector, expected: Gaussian, freedom: float, fault_prior: float) -> tuple[LevelMove, ...]:
    """Estimate gains from how other songs, or other bars of this one, are balanced; parameters as of `estimate_levels`.

    Parameters
    ----------
    freedom : float
        Degrees of freedom of Student's t by which levels spread.
    fault_prior : float
        Probability that a stem is at the wrong level, before looking.
    """
    present = np.flatnonzero(~np.isnan(levels) & ~np.isnan(expected.mean)).astype(np.intp)
    if present.size < 2:
        return ()
    precision = np.linalg.inv(expected.covariance[np.ix_(present, present)])
    faults = np.zeros((present.size, GAINS_LU.size, len(ROLES)))
    for row, index in enumerate(present):
        faults[row, :, index] = GAINS_LU

    def evidence(gains: Vector) -> Vector:
        gap = (levels + level_change(levels, -gains) - expected.mean)[..., present]
        return np.asarray(-0.5 * (freedom + present.size) * np.log1p(np.einsum("...i,ij,...j", gap, precision, gap) / freedom))

    slab = np.exp(-0.5 * (GAINS_LU / LEVEL_FROM_SONGS.gain_sd_lu) ** 2)
    logs = evidence(faults) + np.log(fault_prior / present.size) + np.log(slab / slab.sum())
    null = float(evidence(np.zeros(len(ROLES)))) + np.log(1 - fault_prior)
    weights = np.exp(logs - max(float(logs.max()), null))
    weights /= weights.sum() + np.exp(null - max(float(logs.max()), null))
    moves = []
    for row, index in enumerate(present):
        gain = -float(weights[row] @ GAINS_LU)
        if abs(gain) < MIN_GAIN_LU:
            continue
        low, high = interval(-GAINS_LU, weights[row], 1.0 - float(weights[row].sum()))
        probability = float(weights[row][GAINS_LU * gain < 0].sum())
        if probability < LEVEL_FROM_SONGS.gate:
            continue
        shown = round(float(np.clip(gain, -MAX_GAIN_LU, MAX_GAIN_LU)), 1)
        moves.append(LevelMove(ROLES[index], shown, low - LEVEL_FROM_SONGS.step_lu / 2, high + LEVEL_FROM_SONGS.step_lu / 2, probability))
    return tuple(moves)
