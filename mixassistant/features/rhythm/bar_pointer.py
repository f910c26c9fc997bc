"""From how likely a beat is at every moment to a row of beats, and to bars: two hidden Markov models.

A beat of some length begins, and the next one is about as long; at its own moment, three hundredths of a second, the networks should
tell a beat, and none in the rest. The likeliest row is found by the Viterbi algorithm over the beats' beginnings and lengths (lengths are
explicit, so that a frame costs no more than one step for each). Bars are the likeliest way through places in metres, beat by beat.

References
----------
F. Krebs, S. Böck, G. Widmer, An efficient state-space model for joint tempo and meter tracking, ISMIR 2015 (states, tempo
transitions); S. Böck, F. Krebs, G. Widmer, Joint beat and downbeat tracking with recurrent neural networks, ISMIR 2016 (observations).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FRAMES_PER_S = 100  # of the search: a tempo is told to 2 % even where it is fast, changes between beats make it finer
LEAST = 1e-5  # probability: nothing is ruled out


@dataclass(frozen=True)
class BarPointerTuning:
    """What the search holds likely; set on generated songs that were not trained on.

    Parameters
    ----------
    slowest_bpm, fastest_bpm : float
    usual_bpm, octaves, prior_per_s : float
        Centre and width of the log-normal prior over tempi, and its weight for every second.
    tightness : float
        How unlikely a change of tempo by a share of itself is from beat to beat.
    jump : float
        Logarithm of the probability of any other tempo at all.
    moment : int
        Frames in which the networks should tell a beat: as wide as what they learned is.
    bonus : float
        What a beat is worth by itself: the higher, the fainter a beat may be.
    metre_change : float
        Logarithm of the probability of another metre after a bar.
    slip : float
        Logarithm of the probability that a bar is cut short: where a beat is missed, or one too many is told.
    """

    slowest_bpm: float = 40.0
    fastest_bpm: float = 250.0
    usual_bpm: float = 115.0
    octaves: float = 0.8
    prior_per_s: float = 3.0
    tightness: float = 100.0
    jump: float = -30.0
    moment: int = 3
    bonus: float = 4.0
    metre_change: float = -12.0
    slip: float = -12.0


TUNING = BarPointerTuning()
BEATS_OF = (2, 3, 4, 5, 2)  # beats in a bar of 2/4, 3/4, 4/4, 5/4, 6/8 (dotted quarters)
PLACES = tuple(place for beats in BEATS_OF for place in range(beats))  # of every state: place in the bar from 0
METRES = tuple(metre for metre, beats in enumerate(BEATS_OF) for _ in range(beats))  # of every state: index in `BEATS_OF`


@dataclass(frozen=True, eq=False)
class _Lengths:
    shortest: int
    windows: NDArray[np.int64]
    prior: NDArray[np.float64]
    cost: NDArray[np.float64]


@functools.cache
def _lengths(tuning: BarPointerTuning) -> _Lengths:
    shortest, longest = (round(60 * FRAMES_PER_S / bpm) for bpm in (tuning.fastest_bpm, tuning.slowest_bpm))
    length = np.arange(shortest, longest + 1)
    octaves = np.log2(60 * FRAMES_PER_S / length / tuning.usual_bpm) / tuning.octaves
    cost = -tuning.tightness * np.abs(length / length[:, None] - 1)
    cost -= np.log(np.exp(cost).sum(axis=1, keepdims=True))
    prior = tuning.bonus - 0.5 * octaves**2 * tuning.prior_per_s * length / FRAMES_PER_S
    return _Lengths(shortest, np.full(length.size, tuning.moment), prior, cost)


def find_beats(likelihood: NDArray[np.float64], frames_per_s: float, tuning: BarPointerTuning = TUNING) -> NDArray[np.float64]:
    """Return the times of the likeliest row of beats in seconds, before the first and after the last sound as well.

    Parameters
    ----------
    likelihood : np.ndarray [shape=(frames,)]
        Probability of a beat in each frame.
    frames_per_s : float

    Returns
    -------
    times_s : np.ndarray [shape=(beats,)]
    """
    from mixassistant.features.rhythm.kernels import best_beats

    lengths = _lengths(tuning)
    longest = lengths.shortest + lengths.windows.size - 1
    count = int(likelihood.size / frames_per_s * FRAMES_PER_S)
    if count < longest:
        return np.zeros(0)
    fine = np.interp(np.arange(count) * (frames_per_s / FRAMES_PER_S), np.arange(likelihood.size), likelihood)
    fine = np.clip(fine, LEAST, 1 - LEAST)
    padding = np.zeros(longest)  # what lies beyond the ends is as likely as anything
    on = np.concatenate([[0.0], np.cumsum(np.concatenate([padding, np.log(fine), padding]))])
    off = np.concatenate([[0.0], np.cumsum(np.concatenate([padding, np.log(1 - fine), padding]))])
    before = np.empty((on.size - 1, lengths.windows.size), np.int16)
    frame, length = best_beats(
        on, off, lengths.windows, lengths.shortest, lengths.prior, lengths.cost, tuning.jump, longest, longest + count, before
    )
    starts, windows = [], []
    while (earlier := int(before[frame, length])) >= 0:
        frame, length = frame - lengths.shortest - earlier, earlier
        starts.append(frame - longest)
        windows.append(int(lengths.windows[length]))
    times = [_peak(fine, start, window) for start, window in zip(starts[::-1], windows[::-1], strict=True) if 0 <= start < count]
    return np.array(times) / FRAMES_PER_S


def _peak(likelihood: NDArray[np.float64], start: int, window: int) -> float:
    """Return the likeliest moment of a beat in frames; between frames, by a parabola."""
    low, high = max(start - 1, 0), min(start + window + 1, likelihood.size)
    at = low + int(likelihood[low:high].argmax())
    if not 0 < at < likelihood.size - 1:
        return float(at)
    left, middle, right = np.log(likelihood[at - 1 : at + 2])
    bend = left - 2 * middle + right
    return at + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0)


def find_bars(worth: NDArray[np.float64], tuning: BarPointerTuning = TUNING) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the place of each beat in its bar from 1, and the index of its metre in `BEATS_OF`.

    Parameters
    ----------
    worth : np.ndarray [shape=(beats, 16)]
        How likely each beat has each of `PLACES` in each of `METRES`: logarithms, up to a constant for every beat.
    """
    from mixassistant.features.rhythm.kernels import best_bars

    places, metres = np.array(PLACES), np.array(METRES)
    way = best_bars(worth, places, metres, tuning.metre_change, tuning.slip)
    return places[way] + 1, metres[way]
