"""What a posterior says: the one way from weighted possibilities to an interval, and from a normal one to its direction."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np

from mixassistant.profiles.profile import Vector

SHARE = 0.9  # of the probability that an interval holds


def interval(values: Vector, weights: Vector, nothing: float = 0.0) -> tuple[float, float]:
    """Return the 5 % and 95 % quantiles of weighted values.

    Parameters
    ----------
    values, weights : np.ndarray [shape=(n,)]
        Possible values and their probabilities, or what is proportional to them.
    nothing : float
        Weight of the value 0 beside them: that nothing was done.
    """
    values, weights = np.append(values, 0.0), np.append(weights, max(nothing, 0.0))
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, np.array([(1 - SHARE) / 2, (1 + SHARE) / 2]) * reached[-1])
    low, high = values[order][np.minimum(places, values.size - 1)]
    return float(low), float(high)


def sure_of_direction(mean: float, sd: float) -> float:
    """Return the probability, 0.5–1, that a normally distributed amount has the sign of its mean."""
    return 0.5 * (1 + erf(abs(mean) / max(sd, 1e-6) / sqrt(2)))
