"""Beats, their places in bars, metre and tempo: what the networks tell of every moment, made a row of beats by the bar pointer.

Bars are the second step: given the beats, what they tell of downbeats is weighed with chords, bass and accents (`accents`).

`tempo` stands beside it: the tempo at which what the networks tell repeats best, by autocorrelation, whatever the row of beats is.

References
----------
P. Grosche, M. Müller, F. Kurth, Cyclic tempogram, ICASSP 2010 (autocorrelation tempogram); see `bar_pointer` and `network` for beats.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.accents import evidence, worth
from mixassistant.features.rhythm.activations import Activations, activations
from mixassistant.features.rhythm.bar_pointer import find_bars, find_beats
from mixassistant.features.rhythm.filterbank import FRAMES_PER_S as BEAT_FRAMES_PER_S
from mixassistant.features.rhythm.onsets import FRAMES_PER_S, onset_envelope

WINDOW_S, WINDOW_HOP_S = 8.0, 0.5  # of the local autocorrelation
WINDOWS_TOGETHER = 512
SLOWEST_BPM, FASTEST_BPM = 40.0, 300.0
CANDIDATES, MULTIPLES = 600, 3  # tempi half a percent apart; lags of one, two and three beats
PRIOR_BPM, PRIOR_OCTAVES = 120.0, 1.0  # log-normal: resolves whether the half or the double is meant
LEAST_DB, LEAST_LIKELY = 0.1, 0.01  # deviation within a window: in a held tone it is less, and nothing but rounding
SPAN = 8  # beats over which intervals are averaged
FEWEST_BEATS = 5
METRE_NAMES = ("2/4", "3/4", "4/4", "5/4", "6/8")
CHANGES = "changes"


@dataclass(frozen=True)
class BeatsTuning:
    """When there is a beat to speak of; set on generated songs, and on noise, tones and clicks without one.

    Parameters
    ----------
    clear : float
        Share of the beats that the networks tell, times the share of what they tell that lies on beats: bursts and chords at random times
        reach 0.37, 95 in 100 generated songs more.
    told : float
        Probability of a beat from which it counts as told.
    sound : float
        Probability of a beat below which the beats at both ends carry nothing.
    other_metre : float
        Share of the bars that may be in another metre than the usual one.
    """

    clear: float = 0.38
    told: float = 0.2
    sound: float = 0.2
    other_metre: float = 0.15


TUNING = BeatsTuning()


@dataclass(frozen=True, eq=False)
class Tempo:
    """The tempo of a piece.

    Parameters
    ----------
    tempogram : np.ndarray [shape=(lags,)], float64
        Mean local autocorrelation of the onset strength, by lag in frames of `onsets.FRAMES_PER_S`; 1 at lag 0.
    bpm : float
        The tempo at which beats repeat best; 0 where nothing repeats.
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
    positions : np.ndarray [shape=(beats,)], int64
        Place of each beat in its bar, 1 for the downbeat; empty where there is no metre.
    metre : str
        ``"4/4"`` and the like, ``"changes"`` where parts are in different ones; empty where there is none.
    """

    times_s: NDArray[np.float64]
    bpm: float
    reason: str
    positions: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    metre: str = ""

    @property
    def intervals_s(self) -> NDArray[np.float64]:
        """Times between neighbouring beats."""
        return np.asarray(np.diff(self.times_s))

    @property
    def downbeats_s(self) -> NDArray[np.float64]:
        """Times of the first beats of the bars; empty where there is no metre."""
        return self.times_s[self.positions == 1] if self.positions.size else np.zeros(0)


def tempo(shared: Representations) -> Tempo:
    """Return the tempo (use through ``shared.once``)."""
    tempogram = _repetition(shared.once(onset_envelope), FRAMES_PER_S, LEAST_DB)
    heard = _repetition(shared.once(activations).beat, BEAT_FRAMES_PER_S, LEAST_LIKELY) if tempogram.any() else tempogram
    bpm = np.geomspace(SLOWEST_BPM, FASTEST_BPM, CANDIDATES)
    beats_later = np.arange(1, MULTIPLES + 1)[:, None]
    lag = 60 * BEAT_FRAMES_PER_S / bpm
    index = np.arange(heard.size)
    on = np.interp(lag * beats_later, index, heard)
    # Two beats repeat as well as one: but between them lies another one.
    between = np.interp(lag * (beats_later - 0.5), index, heard)
    prior = np.exp(-0.5 * (np.log2(bpm / PRIOR_BPM) / PRIOR_OCTAVES) ** 2)
    score = np.maximum(np.mean(on - between, axis=0, where=lag * beats_later < heard.size), 0) * prior
    best = int(score.argmax())
    if score[best] <= 0:
        return Tempo(tempogram, 0.0, 0.0)
    at = 60 * FRAMES_PER_S / float(bpm[best])
    near = tempogram[max(round(at) - 1, 1) : round(at) + 2]
    return Tempo(tempogram, float(bpm[best]), float(np.clip(near.max(), 0, 1)))


def _repetition(strength: NDArray[np.float64], frames_per_s: float, least: float) -> NDArray[np.float64]:
    """Return the mean autocorrelation over windows of 8 s every half second, by lag in frames; zeros where nothing changes."""
    window, hop = round(WINDOW_S * frames_per_s), round(WINDOW_HOP_S * frames_per_s)
    padded = np.pad(strength - strength.mean(), (window // 2, window // 2))
    taper = np.hanning(window)
    size = 2 ** int(np.ceil(np.log2(2 * window)))  # no wrapping around: twice the window and more
    windows = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    total, count = np.zeros(window), 0
    for start in range(0, len(windows), WINDOWS_TOGETHER):
        spectrum = np.fft.rfft(windows[start : start + WINDOWS_TOGETHER] * taper, size, axis=1)
        local = np.fft.irfft(np.square(spectrum.real) + np.square(spectrum.imag), size, axis=1)[:, :window]
        energy = local[:, :1]
        sounding = energy[:, 0] >= least**2 * float(np.square(taper).sum())
        total += (local[sounding] / energy[sounding]).sum(axis=0)
        count += int(sounding.sum())
    # The taper makes long lags small by itself: undone, as far as it goes.
    of_taper = np.fft.irfft(np.square(np.abs(np.fft.rfft(taper, size))), size)[:window]
    return np.asarray(total / max(count, 1) / np.maximum(of_taper / of_taper[0], 0.1))


def beats(shared: Representations) -> Beats:
    """Return the beats (use through ``shared.once``)."""
    return beats_of(shared.once(activations), shared.frames("beat_bands"))


def beats_of(found: Activations, bands: NDArray[np.float32], tuning: BeatsTuning = TUNING) -> Beats:
    """Return the beats of what the networks say, and their bars by that and the bands (``[shape=(frames, 136)]``)."""
    times = find_beats(found.beat, BEAT_FRAMES_PER_S)
    frames = beat_frames(found, times)
    strength = found.beat[frames].max(axis=1)
    sounding = np.flatnonzero(strength >= tuning.sound)
    if sounding.size < FEWEST_BEATS:
        return Beats(np.zeros(0), 0.0, "no steady beat" if times.size >= FEWEST_BEATS else f"fewer than {FEWEST_BEATS} beats")
    # Beats before the music begins and after it ends carry nothing.
    kept = slice(sounding[0], sounding[-1] + 1)
    times, frames, strength = times[kept], frames[kept], strength[kept]
    span = min(SPAN, times.size - 1)
    bpm = 60 / float(np.median((times[span:] - times[:-span]) / span))
    if _clarity(found.beat, frames[:, 1], strength, tuning) < tuning.clear:
        return Beats(times, bpm, "no steady beat")
    positions, metres = find_bars(worth(evidence(found, downbeat_at(found, frames), bands, frames[:, 1])))
    return Beats(times, bpm, "", positions, _metre(positions, metres, tuning))


def beat_frames(found: Activations, times_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the frames around each beat, ``[shape=(beats, 3)]``."""
    return np.asarray(np.clip(np.round(times_s * BEAT_FRAMES_PER_S).astype(int)[:, None] + np.arange(-1, 2), 0, found.beat.size - 1))


def downbeat_at(found: Activations, frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how likely each beat is a downbeat: the mean around it, weighted by how likely it is there."""
    weights = np.maximum(found.beat[frames], 1e-9)
    return np.asarray((found.downbeat[frames] * weights).sum(axis=1) / weights.sum(axis=1))


def _clarity(likely: NDArray[np.float64], frames: NDArray[np.int64], strength: NDArray[np.float64], tuning: BeatsTuning) -> float:
    """Return how many of the beats are told, times how much of what is told lies within two frames of one."""
    on = np.zeros(likely.size, bool)
    on[np.clip(frames[:, None] + np.arange(-2, 3), 0, likely.size - 1)] = True
    between = slice(frames[0], frames[-1] + 1)
    return float((strength >= tuning.told).mean() * likely[between][on[between]].sum() / max(likely[between].sum(), 1e-9))


def _metre(positions: NDArray[np.int64], metres: NDArray[np.int64], tuning: BeatsTuning) -> str:
    bars = metres[positions == 1]
    if not bars.size:
        return ""
    counts = np.bincount(bars, minlength=len(METRE_NAMES))
    usual = int(counts.argmax())
    return METRE_NAMES[usual] if bars.size - counts[usual] <= tuning.other_metre * bars.size else CHANGES
