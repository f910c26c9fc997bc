"""Where a key, a rhythm or anything at all is not to be had: Essentia answers all the same, so we look first.

The thresholds stand between what noise, clicks and drones give and what real recordings do (figures beside each).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SILENCE = 1e-3  # −60 dBFS: peaks below this are no music
SHORTEST_KEY_S = 3.0
KEY_FRAME, KEY_HOP = 8192, 4096  # at 44.1 kHz: 5 Hz apart
KEY_BAND_HZ = (200.0, 2000.0)
RELIEF_DB = 1.5  # noise and clicks 0.2 to 0.7, twenty recordings from metal to solo trumpet 2.6 to 11.5
LONGEST_SEGMENT_S = 8.8  # of the fluctuation analysis; two of them at least
ENVELOPE_HOP_S = 0.05  # longer than the beating of a chord
MODULATION = 0.1  # noise of any colour below 0.02, held chords below 0.05, twenty recordings 0.23 to 1.6
DFA_RANGE = (0.0, 3.0)  # "normal values" of the algorithm; a steady tone yields hundreds
_BATCH = 64  # frames at a time


def is_silent(mono: NDArray[np.float32]) -> bool:
    """Tell whether nothing in a signal is louder than −60 dBFS."""
    return float(np.abs(mono).max(initial=0.0)) < SILENCE


def without_key(mono: NDArray[np.float32], sample_rate_hz: int, tick: Callable[[], None] = lambda: None) -> str:
    """Return why a signal has no key to be estimated; empty where it may have one. `tick` is called now and then and may raise."""
    if mono.size < SHORTEST_KEY_S * sample_rate_hz:
        return f"shorter than {SHORTEST_KEY_S:g} s"
    return "no notes stand out" if relief_db(mono, sample_rate_hz, tick) < RELIEF_DB else ""


def without_rhythm(mono: NDArray[np.float32], sample_rate_hz: int) -> str:
    """Return why the fluctuations of a signal's level say nothing of a rhythm; empty where they may."""
    if mono.size < 2 * LONGEST_SEGMENT_S * sample_rate_hz:
        return f"shorter than {2 * LONGEST_SEGMENT_S:g} s"
    return "the level hardly moves: no rhythm" if modulation(mono, sample_rate_hz) < MODULATION else ""


def relief_db(mono: NDArray[np.float32], sample_rate_hz: int, tick: Callable[[], None] = lambda: None) -> float:
    """Return how far the long-term spectrum rises and falls about its mean over a third of an octave: RMS, in dB, 200 Hz to 2 kHz.

    Notes are peaks that stay at their frequencies; noise and drums, averaged over time, are smooth.
    """
    frames = np.lib.stride_tricks.sliding_window_view(mono, KEY_FRAME)[::KEY_HOP]
    window = np.hanning(KEY_FRAME).astype(np.float32)
    power = np.zeros(KEY_FRAME // 2 + 1)
    for start in range(0, len(frames), _BATCH):
        tick()
        power += (np.abs(np.fft.rfft(frames[start : start + _BATCH] * window, axis=1)) ** 2).sum(axis=0)
    frequencies = np.fft.rfftfreq(KEY_FRAME, 1 / sample_rate_hz)
    inside = (frequencies >= KEY_BAND_HZ[0]) & (frequencies <= KEY_BAND_HZ[1])
    low, high = (np.searchsorted(frequencies, frequencies[inside] * 2.0 ** (side / 6)) for side in (-1, 1))
    running = np.concatenate([[0.0], np.cumsum(power)])
    smooth = (running[high] - running[low]) / (high - low)
    floor = max(float(power.max()), 1e-30) * 1e-12
    return float(np.sqrt(np.mean((10 * np.log10((power[inside] + floor) / (smooth + floor))) ** 2)))


def modulation(mono: NDArray[np.float32], sample_rate_hz: int) -> float:
    """Return the coefficient of variation of the level in steps of 50 ms, of the signal's slope.

    Of the slope, since the lowest frequencies of brown and pink noise move the level of the signal itself.
    """
    hop = round(ENVELOPE_HOP_S * sample_rate_hz)
    slope = np.diff(mono)
    levels = np.sqrt((slope[: slope.size // hop * hop].reshape(-1, hop).astype(np.float64) ** 2).mean(axis=1))
    return float(levels.std() / levels.mean()) if levels.size and levels.mean() > 0 else 0.0
