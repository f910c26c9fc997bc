"""The one loop over frames that cannot be turned into whole arrays, compiled. Import it where it is needed only: it needs numba."""

from __future__ import annotations

import numba  # noqa: TID253 (this module is imported inside functions alone)
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def best_predecessors(
    local: NDArray[np.float64],
    window: NDArray[np.int64],
    cost: NDArray[np.float64],
    least: float,
    score: NDArray[np.float64],
    link: NDArray[np.int64],
) -> None:
    """Fill the score of the best row of beats that ends at each frame, and the frame of the beat before it (−1: none)."""
    begun = False
    for frame in range(local.size):
        best, at = -np.inf, -1
        for index in range(window.size):
            before = frame + window[index]
            value = cost[index] + (score[before] if before >= 0 else 0.0)
            if value > best:
                best, at = value, before
        score[frame] = local[frame] + best
        # Before the first sound there are no beats.
        if not begun and local[frame] < least:
            link[frame] = -1
        else:
            link[frame] = at if at >= 0 else -1
            begun = True
