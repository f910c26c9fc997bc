"""Levels toward the references: the posterior mean of what all roles are off by at once.

Turning one role up makes every other one quieter relative to the mix; so the four levels are estimated together, with the exact change of
their sum, and a move is by how much a role's own level relative to the mix should change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixassistant.profiles.profile import Gaussian, Vector, relative_levels


@dataclass(frozen=True)
class TowardLevelsTuning:
    """What the estimate of levels toward the references is set to.

    Parameters
    ----------
    wider : float
        Times the covariance of the references' levels that was estimated: measured on songs that were left out.
    steps : int
        Of Gauss and Newton: levels relative to a sum are not linear in gains.
    """

    wider: float = 1.25
    steps: int = 8


TOWARD_LEVELS = TowardLevelsTuning()


@dataclass(frozen=True, eq=False)
class Estimate:
    """What to change, and how sure that is.

    Parameters
    ----------
    gain_db : np.ndarray [shape=(d,)]
        Posterior mean; NaN where nothing is known.
    sd_db : np.ndarray [shape=(d,)]
        Posterior standard deviation.
    """

    gain_db: Vector
    sd_db: Vector


def estimate_levels_toward(levels: Vector, expected: Gaussian, error_sd_lu: float, habit_lu: Vector | None = None) -> Estimate:
    """Estimate by how much each role's level relative to the stems' sum should change.

    Parameters
    ----------
    levels : np.ndarray [shape=(4,)]
        In LU relative to the power sum of the stems, in the order of ROLES; NaN where a role is absent.
    expected : Gaussian
        Of the same levels in the next song of this kind.
    error_sd_lu : float
        Standard deviation of what each level is off by at the mix's stage.
    habit_lu : np.ndarray [shape=(4,)], optional
        What engineers do to each role as a rule: minus the mean of what it is off by.
    """
    present = np.flatnonzero(~np.isnan(levels) & ~np.isnan(expected.mean))
    gain_db, sd_db = np.full(levels.size, np.nan), np.full(levels.size, np.nan)
    if present.size < 2:
        return Estimate(gain_db, sd_db)
    own, centre = relative_levels(levels[present]), relative_levels(expected.mean[present])
    precision = np.linalg.inv(TOWARD_LEVELS.wider * expected.covariance[np.ix_(present, present)])
    usual = np.zeros(present.size) if habit_lu is None else habit_lu[present]
    errors = np.eye(present.size) / error_sd_lu**2
    gains, hessian, jacobian = usual.copy(), errors, np.eye(present.size)
    for _ in range(TOWARD_LEVELS.steps):
        power = 10 ** ((own + gains) / 10)
        jacobian = np.eye(present.size) - power / power.sum()
        hessian = jacobian.T @ precision @ jacobian + errors
        gradient = jacobian.T @ precision @ (relative_levels(own + gains) - centre) + errors @ (gains - usual)
        gains = gains - np.linalg.solve(hessian, gradient)
    # All roles up is no change of the mix: told is by how much each one moves relative to it.
    gain_db[present] = relative_levels(own + gains) - own
    sd_db[present] = np.sqrt(np.diag(jacobian @ np.linalg.inv(hessian) @ jacobian.T))
    return Estimate(gain_db, sd_db)
