"""Probabilistic YIN: the fundamental frequency of a single voice, frame by frame.

References
----------
A. de Cheveigné, H. Kawahara, YIN, JASA 111, 2002; M. Mauch, S. Dixon, pYIN, ICASSP 2014. Parameters are librosa's, with states a fifth
of a semitone apart.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import Source, at_rate
from mixassistant.audio.storage import blank
from mixassistant.features.representations import Representations

RATE_HZ = 22050
FRAME, HOP = 2048, 512  # samples: 93 ms every 23 ms
WINDOW = FRAME // 2  # samples that are compared with those a lag later
LOWEST_HZ, HIGHEST_HZ = 41.2, 1318.5  # E1 to E6: a bass guitar's low string to a soprano
PER_SEMITONE = 5  # states
STATES = round(12 * np.log2(HIGHEST_HZ / LOWEST_HZ) * PER_SEMITONE) + 1
SHAPE = (2, 18)  # of the beta distribution of the threshold
WITHOUT_TROUGH = 0.01  # probability that the deepest point is meant where none lies below any threshold
SWITCH = 0.01  # probability per frame that a voice begins or ends
OCTAVES_PER_S = 35.92  # fastest glide
_BATCH = 512  # frames together


@dataclass(frozen=True, eq=False)
class Pitch:
    """The pitch of each frame of 23 ms.

    Parameters
    ----------
    hz : np.ndarray [shape=(frames,)], float64
        Fundamental frequency; what it would be where nothing is voiced.
    voiced : np.ndarray [shape=(frames,)], bool
    periodicity : np.ndarray [shape=(frames,)], float64
        1 minus the normalised difference at the period: 1 repeats exactly.
    level : np.ndarray [shape=(frames,)], float32
        Mean square.
    """

    hz: NDArray[np.float64]
    voiced: NDArray[np.bool_]
    periodicity: NDArray[np.float64]
    level: NDArray[np.float32]


def lags() -> tuple[int, int]:
    """Return the shortest and the longest lag looked at, in samples."""
    return int(RATE_HZ / HIGHEST_HZ), min(int(np.ceil(RATE_HZ / LOWEST_HZ)), FRAME - WINDOW - 1)


@functools.cache
def threshold_distribution() -> NDArray[np.float64]:
    """Return the probability that the threshold is at most k / 1000, ``[shape=(1001,)]``."""
    from scipy.stats import beta

    return np.asarray(beta.cdf(np.linspace(0, 1, 1001), *SHAPE))


def pitch(shared: Representations) -> Pitch:
    """Return the pitch over time (use through ``shared.once``)."""
    from mixassistant.features.pitch.kernels import most_likely_states

    source = at_rate(shared.spectral, RATE_HZ)
    total = 1 + source.length // HOP
    # An hour has 150,000 frames, and each state of each of them is kept until the way through all of them is known.
    observed, hz, periodicity = blank(total, 2 * STATES), blank(total, STATES), blank(total, STATES)
    level = np.empty(total, np.float32)
    for start in range(0, total, _BATCH):
        shared.tick()
        own = slice(start, min(start + _BATCH, total))
        seen, hz[own], periodicity[own], level[own] = _observe(_frames(source, own.start, own.stop))
        np.log(seen + 1e-12, out=observed[own])
    states = np.empty(total, np.int64)
    reach = round(OCTAVES_PER_S * 12 * PER_SEMITONE * HOP / RATE_HZ)
    triangle = reach + 1 - np.abs(np.arange(-reach, reach + 1)).astype(np.float64)
    most_likely_states(observed, np.log(triangle / triangle.sum()), np.log(1 - SWITCH), np.log(SWITCH), states)
    place = states % STATES
    return Pitch(hz[np.arange(place.size), place].astype(np.float64), states < STATES, periodicity[np.arange(place.size), place], level)


def _frames(source: Source, first: int, last: int) -> NDArray[np.float32]:
    """Return frames `first` to before `last` of the mono downmix, ``[shape=(frames, FRAME)]``."""
    begin, end = first * HOP - FRAME // 2, (last - 1) * HOP + FRAME // 2
    wave = source.read(begin, end)
    mono = wave[0] if wave.shape[0] == 1 else 0.5 * (wave[0] + wave[1])
    left = max(-begin, 0)
    padded = np.pad(mono, (left, end - begin - left - mono.size))
    return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP])


def _observe(frames: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """Return probabilities ``[shape=(frames, 2 × STATES)]``, frequency and periodicity per state, and the level of frames."""
    from mixassistant.features.pitch.kernels import spread_over_states

    shortest, longest = lags()
    normalised = _normalised_difference(frames, shortest, longest)
    count = frames.shape[0]
    observed = np.zeros((count, 2 * STATES), np.float32)
    hz = np.tile((LOWEST_HZ * 2 ** (np.arange(STATES) / (12 * PER_SEMITONE))).astype(np.float32), (count, 1))
    periodicity = np.zeros((count, STATES), np.float32)
    spread_over_states(
        normalised, shortest, RATE_HZ, LOWEST_HZ, 12.0 * PER_SEMITONE, threshold_distribution(), WITHOUT_TROUGH, observed, hz, periodicity
    )
    return observed, hz, periodicity, np.square(frames).mean(axis=1)


def _normalised_difference(frames: NDArray[np.float32], shortest: int, longest: int) -> NDArray[np.float32]:
    """Return YIN's cumulative mean normalised difference at the lags from `shortest` to `longest`, ``[shape=(frames, lags)]``."""
    from scipy.fft import irfft, rfft

    size = FRAME + WINDOW
    whole = rfft(frames, size, axis=1)
    first = rfft(frames[:, :WINDOW], size, axis=1)
    correlation = irfft(whole * np.conj(first), size, axis=1)[:, : longest + 1]
    energy = np.cumsum(np.pad(np.square(frames, dtype=np.float64), ((0, 0), (1, 0))), axis=1)
    windows = energy[:, WINDOW : WINDOW + longest + 1] - energy[:, : longest + 1]
    difference = np.maximum(windows[:, :1] + windows - 2 * correlation, 0)
    cumulated = np.cumsum(difference[:, 1:], axis=1) / np.arange(1, longest + 1)
    silent = 1e-9 * np.maximum(windows[:, :1], 1e-12)
    return np.asarray((difference[:, 1:] / np.maximum(cumulated, silent))[:, shortest - 1 :], dtype=np.float32)
