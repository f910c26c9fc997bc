"""The compressor's gain computer over a level envelope, compiled: for searches that try it hundreds of times.

Imported only where a search runs, since numba is heavy. The same detector, curve and ballistics as `compressor`.
"""

from __future__ import annotations

import numba  # noqa: TID253 (this module is imported inside functions alone)
import numpy as np
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def simulate(
    power: NDArray[np.float64], detected_db: NDArray[np.float64], active: NDArray[np.bool_], threshold_db: float, ratio: float,
    knee_db: float, rise: float, fall: float, edges: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float]:  # fmt: skip
    """Compress an envelope.

    Parameters
    ----------
    power, detected_db, active : np.ndarray [shape=(frames,)]
        Mean square, detected level in dBFS, and whether the stem plays, per frame of the control rate.
    threshold_db, ratio, knee_db : float
        Knee above 0.
    rise, fall : float
        Share of the way to the wanted reduction per frame, going up and down.
    edges : np.ndarray [shape=(groups + 1,)]
        Where groups of frames begin and end, rising; not whole frames, but no two within one.

    Returns
    -------
    power : np.ndarray [shape=(groups,)]
        Mean square of each group after compression.
    reduction_db : float
        Mean gain reduction over active frames.
    """
    after = np.zeros(edges.size - 1)
    slope = 1.0 - 1.0 / ratio
    state = 0.0
    total = 0.0
    count = 0
    group = -1
    for frame in range(power.size):
        over = detected_db[frame] - threshold_db
        inside = min(max(over + knee_db / 2, 0.0), knee_db)
        wanted = slope * (inside * inside / (2 * knee_db) + max(over - knee_db / 2, 0.0))
        step = wanted - state
        state += (rise if step > 0 else fall) * step
        if active[frame]:
            total += state
            count += 1
        value = power[frame] * 10 ** (-0.1 * state)
        start = float(frame)
        if group + 1 < edges.size and edges[group + 1] < frame + 1:
            cut = max(edges[group + 1], start)
            if group >= 0:
                after[group] += value * (cut - start)
            start = cut
            group += 1
        if 0 <= group < after.size:
            after[group] += value * (frame + 1 - start)
    return after / np.diff(edges), total / max(count, 1)
