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
    knee_db: float, rise: float, fall: float, group: int,
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
    group : int
        Frames per value of the result.

    Returns
    -------
    power : np.ndarray [shape=(frames // group,)]
        Mean square of each group after compression.
    reduction_db : float
        Mean gain reduction over active frames.
    """
    groups = power.size // group
    after = np.zeros(groups)
    slope = 1.0 - 1.0 / ratio
    state = 0.0
    total = 0.0
    count = 0
    for frame in range(power.size):
        over = detected_db[frame] - threshold_db
        inside = min(max(over + knee_db / 2, 0.0), knee_db)
        wanted = slope * (inside * inside / (2 * knee_db) + max(over - knee_db / 2, 0.0))
        step = wanted - state
        state += (rise if step > 0 else fall) * step
        if active[frame]:
            total += state
            count += 1
        index = frame // group
        if index < groups:
            after[index] += power[frame] * 10 ** (-0.1 * state) / group
    return after, total / max(count, 1)
