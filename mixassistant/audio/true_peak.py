"""The level between the samples: ITU-R BS.1770-5 annex 2."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import BLOCK, Source, blocks_of

TAPS = 12  # on each side of a point between samples; BS.1770-5 annex 2 has 6
OVERSHOOT = 0.5  # a true peak lies at most 6 dB above the larger of the two samples around it in programme material
CANDIDATES = 1 << 16  # points between samples that are interpolated together


@functools.cache
def interpolators(factor: int) -> NDArray[np.float32]:
    """Return the filters of the points between two samples, a Kaiser-windowed sinc, ``[shape=(2 × TAPS, factor - 1)]``."""
    x = np.arange(-TAPS + 1, TAPS + 1)[:, None] - np.arange(1, factor)[None] / factor
    window = np.i0(7.0 * np.sqrt(np.clip(1 - (x / TAPS) ** 2, 0, None))) / np.i0(7.0)
    return np.ascontiguousarray(np.sinc(x) * window, dtype=np.float32)


def read_around(audio: Source, first: int, last: int) -> NDArray[np.float32]:
    """Return samples from `first` to before `last`, silence beyond the ends, ``[shape=(channels, last - first)]``."""
    around = audio.read(max(first, 0), max(last, 0))
    left = max(-first, 0)
    return np.pad(around, ((0, 0), (left, last - first - left - around.shape[1])))


def true_peak(audio: Source, sample_peak: float | None = None) -> float:
    """Return the largest absolute value of the signal between the samples too (BS.1770-5 annex 2), 1 is full scale.

    Oversampled 4 × below 80 kHz, 2 × below 160 kHz. Only where the peak can be is anything interpolated.

    Parameters
    ----------
    audio : Source
    sample_peak : float, optional
        Where it is known already.
    """
    peak = sample_peak if sample_peak is not None else max((float(np.abs(b).max()) for b in blocks_of(audio)), default=0.0)
    factor = 4 if audio.sample_rate_hz < 80_000 else 2 if audio.sample_rate_hz < 160_000 else 1
    if factor == 1 or peak == 0.0:
        return peak
    filters = interpolators(factor)
    for start in range(0, audio.length, BLOCK):
        end = min(start + BLOCK, audio.length)
        for channel in read_around(audio, start - TAPS, end + TAPS):
            loud = np.abs(channel[TAPS - 1 : -TAPS + 1]) >= OVERSHOOT * peak
            # Interval i lies between samples i - 1 and i of the block; both of its ends make it worth a look.
            intervals = np.flatnonzero(loud[:-1] | loud[1:])
            windows = np.lib.stride_tricks.sliding_window_view(channel, 2 * TAPS)
            for piece in range(0, intervals.size, CANDIDATES):
                fine = windows[intervals[piece : piece + CANDIDATES]] @ filters
                peak = max(peak, float(fine.max()), float(-fine.min()))
    return peak
