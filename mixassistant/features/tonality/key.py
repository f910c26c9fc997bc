"""The key: which of 24 key profiles the pitch classes resemble most.

References
----------
C. Krumhansl, Cognitive Foundations of Musical Pitch, 1990 (method); J. Albrecht, D. Shanahan, The use of large corpora to train a new
type of key-finding algorithm, Music Perception 31, 2013 (profiles).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.tonality.hpcp import NAMES

LABELS = tuple(f"{pitch} {mode}" for mode in ("major", "minor") for pitch in NAMES)
MAJOR = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
MINOR = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])
PROFILES = np.array([np.roll(profile, tonic) for profile in (MAJOR, MINOR) for tonic in range(12)])
LEAST_CONTRAST = 1.45  # strongest pitch class over the mean: noise and unpitched percussion stay below


def correlations(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation of pitch classes with each key's profile, ``[shape=(24,)]``, in the order of `LABELS`."""
    centred = PROFILES - PROFILES.mean(axis=1, keepdims=True)
    own = mean - mean.mean()
    scale = np.linalg.norm(centred, axis=1) * max(float(np.linalg.norm(own)), 1e-12)
    return np.asarray(centred @ own / scale)


def has_tonality(mean: NDArray[np.float64]) -> bool:
    """Tell whether any pitch class stands out at all."""
    return bool(mean.sum() > 0 and mean.max() >= LEAST_CONTRAST * mean.mean())
