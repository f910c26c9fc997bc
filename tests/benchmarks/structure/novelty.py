"""Section boundaries: where the music changes its character, by novelty over a self-similarity matrix (Foote 2000)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.representations import ACTIVE_RANGE_DB, FRAMES_PER_S, SECOND_FRAMES

ROW_S = SECOND_FRAMES / FRAMES_PER_S
KERNEL_S = 16.0  # on either side of a boundary: four bars and more
SHORTEST_S = 8.0  # of a section
SHORTEST_TRACK_S = 40.0
NOVELTY_SD = 1.0  # a boundary's novelty stands this many standard deviations over the mean


def boundary_rows(power: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows of about a second in which a new section begins, given band powers, ``[shape=(31, frames)]``."""
    return _peaks(novelty_curve(_rows(power)))


def _rows(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return band levels per second, each band standardised over time, ``[shape=(seconds, bands)]``."""
    count = power.shape[1] // SECOND_FRAMES
    rows = power[:, : count * SECOND_FRAMES].reshape(power.shape[0], count, SECOND_FRAMES).mean(axis=2).T
    loud = np.quantile(rows.sum(axis=1), 0.95)
    levels = 10 * np.log10(np.maximum(rows, loud * 10 ** (-1.5 * ACTIVE_RANGE_DB / 10)))
    centred = levels - levels.mean(axis=0)
    return np.asarray(centred / np.maximum(centred.std(axis=0), 1.0))  # 1 dB: what hardly moves says nothing


def novelty_curve(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the novelty at the start of each row: within-side minus across-side similarity under a Gaussian kernel."""
    reach = round(KERNEL_S / ROW_S)
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    padded = np.pad(unit, ((reach, reach), (0, 0)), mode="edge")
    offset = np.arange(-reach, reach) + 0.5
    taper = np.exp(-0.5 * (offset / (0.5 * reach)) ** 2)
    signed = np.sign(offset) * taper
    # uᵀ(XXᵀ)u = |Xᵀu|²: the checkerboard of a Gram matrix needs no matrix.
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach, axis=0)[: rows.shape[0]]
    return np.asarray(((windows @ signed) ** 2).sum(axis=1) / taper.sum() ** 2)


def _peaks(novelty: NDArray[np.float64]) -> NDArray[np.int64]:
    from scipy.signal import find_peaks

    distance = max(1, round(SHORTEST_S / ROW_S))
    inside = novelty[distance:-distance]
    found, _ = find_peaks(inside, height=float(inside.mean() + NOVELTY_SD * inside.std()), distance=distance)
    return np.asarray(found + distance, dtype=np.int64)
