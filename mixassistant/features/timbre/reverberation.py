"""Blind reverberation time, and whether a sound is heard as reverberant.

The time is that of H. Löllmann et al. (IWAENC 2010) with the Laplacian likelihood of T. Jan and W. Wang (EUSIPCO 2012): meant for
speech in rooms, it takes the decay of notes for that of a room.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.timbre.signal import Undefined

TIMES_S = np.arange(2, 12) / 10  # that are told apart
SLOPE, OFFSET = 2.97126461, -1.45082989  # of the logistic regression
_FRAMES = 4096  # taken together


def rt60_blind(samples: NDArray[np.float32], sample_rate_hz: int) -> float:
    """Return the reverberation time of one channel in s, 0.2 to 1.1.

    Parameters
    ----------
    samples : np.ndarray [shape=(samples,)], float32
    sample_rate_hz : int
        44 100 or more.

    Raises
    ------
    Undefined
        The sound is too short, or nothing in it dies away freely.
    """
    from mixassistant.features.timbre.kernels import decay_times, smoothed_decay

    step = 2  # every second sample is enough, as in the original
    factor = sample_rate_hz / 24000
    sub, shift = round(factor * 700 / step), round(factor * 200 / step)
    most = 7  # sub-frames in a frame
    frame = most * sub * step
    if frame >= samples.size:
        raise Undefined(f"shorter than {frame / sample_rate_hz:.2g} s")
    found = np.empty((samples.size - frame) // shift + 1, dtype=np.int64)
    phases = np.ascontiguousarray(samples[: samples.size // step * step].reshape(-1, step).T)
    log_rates = -3 * np.log(10) / (TIMES_S * (sample_rate_hz / step))
    for first in range(0, found.size, _FRAMES):
        part = found[first : first + _FRAMES]
        decay_times(phases, sub, shift, first * shift, part.size, 3, most, log_rates, part)
    total, count = smoothed_decay(found, TIMES_S, round(factor * 800 / step), 0.995, 0.3)
    if not count:
        raise Undefined("nothing dies away freely")
    return float(total / count)


def mean_rt60(channels: Sequence[NDArray[np.float32]], sample_rate_hz: int) -> float:
    """Return the mean of `rt60_blind` over the channels that have one.

    Raises
    ------
    Undefined
        None has.
    """
    found, reason = [], Undefined("no channels")
    for channel in channels:
        try:
            found.append(rt60_blind(channel, sample_rate_hz))
        except Undefined as why:
            reason = why
    if not found:
        raise reason
    return float(np.mean(found))


def probability(rt60_s: float) -> float:
    """Return how probably a sound of this blind reverberation time is heard as reverberant, as timbral_models has it."""
    return float(1 / (1 + np.exp(-(SLOPE * rt60_s + OFFSET))))
