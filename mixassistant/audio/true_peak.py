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


def envelope(audio: Source, start: int, end: int, threshold: float, factor: int) -> NDArray[np.float64]:
    """Return the largest absolute value around each sample from `start` to before `end`, of all channels, ``[shape=(end - start,)]``.

    The way to the samples before and after belongs to it; where both ends are far below the threshold, nothing in between is looked at.

    Parameters
    ----------
    audio : Source
    start, end : int
        Samples; beyond the ends of the audio there is silence.
    threshold : float
        From which on peaks matter, 1 is full scale.
    factor : int
        How much finer than the samples the grid is.
    """
    found = np.zeros(end - start)
    for channel in read_around(audio, start - TAPS, end + TAPS):
        own = np.abs(channel)
        np.maximum(found, own[TAPS:-TAPS], out=found)
        loud = own[TAPS - 1 : -TAPS + 1] >= OVERSHOOT * threshold
        intervals = np.flatnonzero(loud[:-1] | loud[1:])  # interval i lies between samples i - 1 and i of the block
        if factor == 1 or not intervals.size:
            continue
        between = np.zeros(end - start + 1)
        _interpolate(channel, intervals, interpolators(factor), between)
        np.maximum(found, between[:-1], out=found)
        np.maximum(found, between[1:], out=found)
    return found


def _interpolate(
    channel: NDArray[np.float32], intervals: NDArray[np.intp], filters: NDArray[np.float32], between: NDArray[np.float64]
) -> None:
    """Put the largest absolute value inside intervals into `between`."""
    windows = np.lib.stride_tricks.sliding_window_view(channel, 2 * TAPS)
    for piece in range(0, intervals.size, CANDIDATES):
        some = intervals[piece : piece + CANDIDATES]
        between[some] = np.abs(windows[some] @ filters).max(axis=1)


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
