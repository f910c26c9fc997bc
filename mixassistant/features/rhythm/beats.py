"""Tempo and beats: the autocorrelation of the onset strength, and the steady row of onsets that dynamic programming finds in it.

References
----------
D. Ellis, Beat tracking by dynamic programming, Journal of New Music Research 36, 2007; P. Grosche, M. Müller, F. Kurth, Cyclic
tempogram, ICASSP 2010 (autocorrelation tempogram).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.onsets import FRAMES_PER_S, onset_envelope

WINDOW = 689  # frames, 8 s: of the local autocorrelation
WINDOW_HOP = 43  # frames, 0.5 s
SLOWEST_BPM, FASTEST_BPM = 40.0, 300.0
PRIOR_BPM, PRIOR_OCTAVES = 120.0, 1.0  # log-normal: resolves whether the half or the double is meant
LEAST_DB = 0.1  # deviation of the strength within a window: in a held tone it is less, and nothing but rounding
TIGHTNESS = 100.0  # how much a beat may leave its time, Ellis
SPAN = 8  # beats over which intervals are averaged
FEWEST_BEATS = 15
STEADY_S = 0.15  # standard deviation of the intervals between beats that still is a tempo
STABLE_CHANGE_S, STABLE_INTERVALS, STABLE_SHARE = 0.05, 4, 0.10
CLEAR = 0.15  # autocorrelation at the beat: noise reaches 0.08, the loosest of the recordings looked at 0.2


@dataclass(frozen=True, eq=False)
class Tempo:
    """The tempo of a piece.

    Parameters
    ----------
    tempogram : np.ndarray [shape=(lags,)], float64
        Mean local autocorrelation of the onset strength, by lag in frames; 1 at lag 0.
    bpm : float
        The most likely tempo; 0 where nothing repeats.
    clarity : float
        The tempogram there, 0–1.
    """

    tempogram: NDArray[np.float64]
    bpm: float
    clarity: float


@dataclass(frozen=True, eq=False)
class Beats:
    """The beats of a piece, and whether they make a tempo.

    Parameters
    ----------
    times_s : np.ndarray [shape=(beats,)], float64
    bpm : float
        60 over the median of intervals that are averaged over eight beats; 0 without beats.
    reason : str
        Why there is no tempo; empty where there is one.
    """

    times_s: NDArray[np.float64]
    bpm: float
    reason: str

    @property
    def intervals_s(self) -> NDArray[np.float64]:
        """Times between neighbouring beats."""
        return np.asarray(np.diff(self.times_s))


def tempo(shared: Representations) -> Tempo:
    """Return the tempo (use through ``shared.once``)."""
    envelope = shared.once(onset_envelope)
    padded = np.pad(envelope - envelope.mean(), (WINDOW // 2, WINDOW // 2))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::WINDOW_HOP] * np.hanning(WINDOW)
    size = 2048  # no wrapping around: twice the window and more
    spectrum = np.fft.rfft(windows, size, axis=1)
    local = np.fft.irfft(np.square(spectrum.real) + np.square(spectrum.imag), size, axis=1)[:, :WINDOW]
    # The taper makes long lags small by itself: undone, as far as it goes.
    taper = np.fft.irfft(np.square(np.abs(np.fft.rfft(np.hanning(WINDOW), size))), size)[:WINDOW]
    energy = local[:, :1]
    sounding = energy[:, 0] >= LEAST_DB**2 * float(np.square(np.hanning(WINDOW)).sum())
    if not sounding.any():
        return Tempo(np.zeros(WINDOW), 0.0, 0.0)
    tempogram = (local[sounding] / energy[sounding]).mean(axis=0) / np.maximum(taper / taper[0], 0.1)
    lags = np.arange(WINDOW)
    bpm = np.full(WINDOW, np.inf)
    bpm[1:] = 60 * FRAMES_PER_S / lags[1:]
    usable = (bpm >= SLOWEST_BPM) & (bpm <= FASTEST_BPM)
    weight = np.zeros(WINDOW)
    weight[usable] = np.exp(-0.5 * (np.log2(bpm[usable] / PRIOR_BPM) / PRIOR_OCTAVES) ** 2)
    score = np.maximum(tempogram, 0) * weight
    best = int(score.argmax())
    if score[best] <= 0:
        return Tempo(tempogram, 0.0, 0.0)
    return Tempo(tempogram, 60 * FRAMES_PER_S / _between(tempogram, best), float(np.clip(tempogram[best], 0, 1)))


def _between(values: NDArray[np.float64], peak: int) -> float:
    """Return where the parabola through a peak and its neighbours has its top."""
    if not 0 < peak < values.size - 1:
        return float(peak)
    left, middle, right = values[peak - 1 : peak + 2]
    bend = left - 2 * middle + right
    return peak + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0)


def beats(shared: Representations) -> Beats:
    """Return the beats (use through ``shared.once``)."""
    found = shared.once(tempo)
    none = np.zeros(0)
    if found.bpm <= 0:
        return Beats(none, 0.0, "nothing begins in it")
    envelope = shared.once(onset_envelope)
    frames = _track(envelope, 60 * FRAMES_PER_S / found.bpm)
    times = np.array([_between(envelope, frame) for frame in frames.tolist()]) / FRAMES_PER_S
    if times.size < 3:
        return Beats(times, 0.0, "fewer than three beats")
    span = min(SPAN, times.size - 1)
    bpm = 60 / float(np.median((times[span:] - times[:-span]) / span))
    return Beats(times, bpm, _why_no_tempo(times, bpm, found.clarity, shared.audio.duration_s))


def _why_no_tempo(times: NDArray[np.float64], bpm: float, clarity: float, duration_s: float) -> str:
    intervals = np.diff(times)
    if clarity < CLEAR:
        return "no steady beat"
    if times.size < FEWEST_BEATS:
        return f"fewer than {FEWEST_BEATS} beats"
    if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
        return "slower or faster than a tempo can be"
    if intervals.std() <= STEADY_S:
        return ""
    # A tempo that holds for a part of the piece at least.
    stable = np.abs(np.diff(intervals)) < STABLE_CHANGE_S
    edges = np.flatnonzero(np.diff(np.concatenate([[0], stable.astype(np.int8), [0]])))
    covered = 0.0
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        part = intervals[start : end + 1]
        if part.size >= STABLE_INTERVALS and part.std() <= STEADY_S:
            covered += float(part.sum())
    return "" if covered >= STABLE_SHARE * duration_s else "the tempo changes all the time"


def _track(envelope: NDArray[np.float64], period: float) -> NDArray[np.int64]:
    """Return the frames of the beats for a period in frames."""
    from scipy.signal import oaconvolve

    deviation = float(envelope.std())
    if deviation <= 0:
        return np.zeros(0, np.int64)
    reach = round(period)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) * 32.0 / period) ** 2)
    local = oaconvolve(envelope / deviation, bell, mode="same")
    score, link = _best_predecessors(local, period)
    peaks = 1 + np.flatnonzero((score[1:-1] > score[:-2]) & (score[1:-1] >= score[2:]))
    if not peaks.size:
        return np.zeros(0, np.int64)
    high = peaks[2 * score[peaks] > np.median(score[peaks])]
    row = [int(high[-1])]
    while link[row[-1]] >= 0:
        row.append(int(link[row[-1]]))
    found = np.array(row[::-1], dtype=np.int64)
    # Beats before the music begins and after it ends carry nothing.
    smooth = np.convolve(local[found], np.hanning(5), mode="same")
    strong = np.flatnonzero(smooth > 0.5 * np.sqrt(np.mean(smooth**2)))
    return found[strong[0] : strong[-1] + 1] if strong.size else found[:0]


def _best_predecessors(local: NDArray[np.float64], period: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return for every frame the best score of a row of beats that ends there, and the beat before (−1: none)."""
    from mixassistant.features.rhythm.kernels import best_predecessors

    window = np.arange(-round(2 * period), -round(period / 2) + 1)
    cost = -TIGHTNESS * np.log(-window / period) ** 2
    score, link = np.zeros(local.size), np.full(local.size, -1, np.int64)
    best_predecessors(local, window, cost, 0.01 * float(local.max()), score, link)
    return score, link
