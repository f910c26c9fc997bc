"""Constant-Q transform, octave by octave: every octave at half the rate of the one above, so that one set of kernels serves all.

References
----------
C. Schörkhuber, A. Klapuri, Constant-Q transform toolbox for music processing, SMC 2010.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.representations import loud_enough

OCTAVES, PER_OCTAVE = 7, 12
BINS = OCTAVES * PER_OCTAVE
LOWEST_HZ = 440.0 * 2 ** (-45 / 12)  # C1, 32.7 Hz
TOP_RATE_HZ = 11025  # of the highest octave, 2.1 to 4 kHz
QUALITY = 1 / (2 ** (1 / PER_OCTAVE) - 1)
HOP = 22  # samples at each octave's own rate: a quarter of the longest kernel
PITCH_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
NAMES = tuple(f"{pitch}{octave}" for octave in range(1, OCTAVES + 1) for pitch in PITCH_NAMES)
WINDOW_S = 0.5  # of the chroma over time: a beat, about
RANGE = 1e-4  # of the loudest magnitude, −80 dB: what is quieter counts as that
_CHUNK = 8192  # frames


@dataclass(frozen=True, eq=False)
class ConstantQ:
    """What is kept of a constant-Q transform.

    Parameters
    ----------
    mean : np.ndarray [shape=(84,)], float64
        Mean magnitude of each bin from C1 up; a full-scale sine is 1.
    spread_db : np.ndarray [shape=(84,)], float64
        Standard deviation of its level over the windows that play, at most 80 dB below the loudest.
    windows : np.ndarray [shape=(windows, 84)], float64
        Mean magnitude in windows of 0.5 s.
    """

    mean: NDArray[np.float64]
    spread_db: NDArray[np.float64]
    windows: NDArray[np.float64]


@functools.cache
def kernels() -> NDArray[np.float32]:
    """Return real and imaginary parts of an octave's kernels, ``[shape=(samples, 24)]``, lowest bin first."""
    frequencies = LOWEST_HZ * 2 ** (OCTAVES - 1) * 2 ** (np.arange(PER_OCTAVE) / PER_OCTAVE) / TOP_RATE_HZ
    size = int(np.ceil(QUALITY / frequencies[0])) | 1
    time = np.arange(size) - size // 2
    found = np.zeros((size, 2 * PER_OCTAVE))
    for index, frequency in enumerate(frequencies):
        length = QUALITY / frequency
        window = np.where(np.abs(time) < length / 2, 0.5 + 0.5 * np.cos(2 * np.pi * time / length), 0.0)
        wave = 2 * window / window.sum() * np.exp(-2j * np.pi * frequency * time)
        found[:, 2 * index], found[:, 2 * index + 1] = wave.real, wave.imag
    return found.astype(np.float32)


def constant_q(wave: NDArray[np.float32], tick: Callable[[], None] = lambda: None) -> ConstantQ:
    """Return the constant-Q transform of mono sound at 11 025 Hz, ``[shape=(samples,)]``; `tick` is called for every octave."""
    count = max(1, int(wave.size / TOP_RATE_HZ / WINDOW_S))
    windows = np.zeros((count, BINS))
    rate = float(TOP_RATE_HZ)
    for octave in reversed(range(OCTAVES)):
        tick()
        windows[:, PER_OCTAVE * octave : PER_OCTAVE * (octave + 1)] = _octave(wave, count, rate)
        if octave:
            wave = _halved(wave)
            rate /= 2
    playing = loud_enough((windows**2).sum(axis=1), 1e-18)
    heard = windows[playing] if playing.any() else windows
    floor = max(float(windows.max()) * RANGE, 1e-12)
    return ConstantQ(heard.mean(axis=0), (20 * np.log10(np.maximum(heard, floor))).std(axis=0), windows)


def _octave(wave: NDArray[np.float32], count: int, rate_hz: float) -> NDArray[np.float64]:
    """Return the mean magnitudes of an octave's bins in `count` windows, ``[shape=(count, 12)]``; frames beyond them join the last."""
    table = kernels()
    padded = np.pad(wave, (table.shape[0] // 2, table.shape[0] // 2 + 1))
    frames = np.lib.stride_tricks.sliding_window_view(padded, table.shape[0])[: max(wave.size, 1) : HOP]
    sums, members = np.zeros((count, PER_OCTAVE)), np.zeros(count)
    for start in range(0, frames.shape[0], _CHUNK):
        parts = np.ascontiguousarray(frames[start : start + _CHUNK]) @ table
        magnitude = np.sqrt(parts[:, ::2] ** 2 + parts[:, 1::2] ** 2)
        window = np.minimum((np.arange(start, start + magnitude.shape[0]) * (HOP / rate_hz / WINDOW_S)).astype(int), count - 1)
        first = np.flatnonzero(np.diff(window, prepend=-1))
        sums[window[first]] += np.add.reduceat(magnitude, first, axis=0)
        members[window[first]] += np.diff(np.append(first, window.size))
    return sums / np.maximum(members, 1)[:, None]


def _halved(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a signal at half its rate; what lies below 0.72 of the new half rate is kept as it is."""
    from scipy.signal import upfirdn

    taps = _half_band()
    return np.asarray(upfirdn(taps, np.pad(wave, (0, taps.size)), down=2)[taps.size // 4 : taps.size // 4 + -(-wave.size // 2)], np.float32)


@functools.cache
def _half_band() -> NDArray[np.float32]:
    from scipy.signal import firwin

    # Pass band to 0.36 of the old half rate, stop band from 0.64: what folds back would fall above the bins.
    return np.asarray(firwin(61, 0.5, window=("kaiser", 9.0)), dtype=np.float32)
