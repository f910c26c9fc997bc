"""How the harmony moves: chroma over time from the constant-Q transform, and the tonal centroid.

References
----------
C. Harte, M. Sandler, M. Gasser, Detecting harmonic change in musical audio, AMCMM 2006 (tonal centroid).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.representations import Representations, loud_enough
from mixassistant.features.tonality.cqt import OCTAVES, PER_OCTAVE
from mixassistant.features.tonality.spectra import spectra

FEWEST_WINDOWS = 4
VARIANCE_SCALE = 0.1  # of the earlier framework: variance of a share of 1 that counts as 1
CENTROID_NAMES = ("fifth, x", "fifth, y", "minor third, x", "minor third, y", "major third, x", "major third, y")


def chroma_windows(shared: Representations) -> NDArray[np.float64]:
    """Return chroma in the windows of 0.5 s that play, each of sum 1, ``[shape=(windows, 12)]``, index 0 = C."""
    windows = shared.once(spectra).constant_q.windows
    chroma = windows.reshape(windows.shape[0], OCTAVES, PER_OCTAVE).sum(axis=1)
    total = chroma.sum(axis=1)
    active = loud_enough(total**2, 1e-12)
    return np.asarray(chroma[active] / total[active, None])


def movement(chroma: NDArray[np.float64]) -> float:
    """Return the mean cosine distance of neighbouring windows, 0–1."""
    unit = chroma / np.linalg.norm(chroma, axis=1, keepdims=True)
    return float(np.clip(1 - (unit[1:] * unit[:-1]).sum(axis=1), 0, 1).mean())


def variance(chroma: NDArray[np.float64]) -> float:
    """Return the mean variance over time of the pitch classes' shares, as a share of 0.1, at most 1."""
    return float(min(chroma.var(axis=0).mean() / VARIANCE_SCALE, 1.0))


def tonal_centroid(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean tonal centroid, ``[shape=(6,)]``: places on the circles of fifths, minor thirds and major thirds."""
    pitch = np.arange(12)
    angles = [np.pi * 7 / 6 * pitch, np.pi * 3 / 2 * pitch, np.pi * 2 / 3 * pitch]
    radii = [1.0, 1.0, 0.5]
    table = np.array([radius * wave(angle) for radius, angle in zip(radii, angles, strict=True) for wave in (np.sin, np.cos)])
    return np.asarray((chroma @ table.T).mean(axis=0))
