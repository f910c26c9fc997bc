"""Chords: what a network hears in each frame, and the most likely row of chords through it.

Twelve major and twelve minor chords and none are told; the kind of seventh is a second choice within them. Chords change on beats as a
rule, so a change costs less there than between.

References
----------
A. Sheh, D. Ellis, Chord segmentation and recognition using EM-trained hidden Markov models, ISMIR 2003; F. Korzeniowski, G. Widmer,
A fully convolutional deep auditory model for musical chord recognition, MLSP 2016; J. P. Bello, J. Pickens, A robust mid-level
representation for harmonic content in music signals, ISMIR 2005 (beat-synchronous chords).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.tonality.hpcp import NAMES

QUALITIES = ("", "m", "7", "maj7", "m7", "m7♭5", "dim")
IS_MINOR = (False, True, False, False, True, True, True)  # whose third is minor
NONE = "N"
CHORDS = (*NAMES, *(f"{name}m" for name in NAMES), NONE)
SEVENTHS = (*(f"{name}{quality}" for quality in QUALITIES for name in NAMES), NONE)
FAMILY = np.array([12 * is_minor + root for is_minor in IS_MINOR for root in range(12)] + [len(CHORDS) - 1])
"""For each of `SEVENTHS` the index of its chord in `CHORDS`."""


@dataclass(frozen=True)
class ChordTuning:
    """How changes of chord are weighed; set on 30 of the generated songs for validation, where little depends on any of them.

    Parameters
    ----------
    change : float
        What a change costs in natural logarithms of probability where there are no beats.
    change_between_beats : float
        What it costs between beats.
    change_on_beat : float
        What it costs in the frame nearest to a beat.
    weight : float
        What the logarithm of a frame's probability counts: neighbouring frames hear the same, and are no independent witnesses.
    least : float
        Probability below which nothing is told apart.
    """

    change: float = 3.0
    change_between_beats: float = 8.0
    change_on_beat: float = 1.5
    weight: float = 0.5
    least: float = 1e-4


TUNING = ChordTuning()


@dataclass(frozen=True, eq=False)
class Chords:
    """The chords of a piece, one after the other.

    Parameters
    ----------
    starts_s : np.ndarray [shape=(stretches,)], float64
        Where each begins; the first at 0.
    end_s : float
        Where the last ends.
    labels : np.ndarray [shape=(stretches,)], int64
        Indices into `CHORDS`.
    sevenths : np.ndarray [shape=(stretches,)], int64
        Indices into `SEVENTHS`: the most likely of the kinds of that chord.
    """

    starts_s: NDArray[np.float64]
    end_s: float
    labels: NDArray[np.int64]
    sevenths: NDArray[np.int64]

    @property
    def ends_s(self) -> NDArray[np.float64]:
        """Where each ends, ``[shape=(stretches,)]``."""
        return np.append(self.starts_s[1:], self.end_s)


def decode(
    probabilities: NDArray[np.float32], frames_per_s: float, beat_times_s: NDArray[np.float64] | None = None, tuning: ChordTuning = TUNING
) -> Chords:
    """Return the most likely row of chords (Viterbi).

    Parameters
    ----------
    probabilities : np.ndarray [shape=(frames, 85)]
        Of `SEVENTHS` in each frame; frame ``i`` lies around ``i / frames_per_s`` seconds.
    frames_per_s : float
    beat_times_s : np.ndarray, optional
        Changes are cheaper on beats, and are told to be exactly there.
    tuning : ChordTuning
    """
    frames = probabilities.shape[0]
    belongs = FAMILY[:, None] == np.arange(len(CHORDS))
    families = probabilities.astype(np.float64) @ belongs
    heard = tuning.weight * np.log(np.maximum(families, tuning.least))
    beats = np.zeros(0) if beat_times_s is None else beat_times_s
    cost = np.full(frames, tuning.change_between_beats if beats.size else tuning.change)
    at = np.ceil(beats * frames_per_s - 1e-6).astype(int)  # the first frame whose middle is not before the beat
    inside = (at > 0) & (at < frames)
    cost[at[inside]] = tuning.change_on_beat
    path = _best_path(heard, cost)
    firsts = np.concatenate([[0], 1 + np.flatnonzero(np.diff(path))])
    starts = np.maximum((firsts - 0.5) / frames_per_s, 0.0)
    exact = dict(zip(at[inside].tolist(), beats[inside].tolist(), strict=True))
    starts = np.array([exact.get(first, start) for first, start in zip(firsts.tolist(), starts.tolist(), strict=True)])
    starts[0] = 0.0
    logs = np.add.reduceat(np.log(np.maximum(probabilities, tuning.least)), firsts, axis=0)
    logs[FAMILY[None, :] != path[firsts][:, None]] = -np.inf
    return Chords(starts, frames / frames_per_s, path[firsts], logs.argmax(axis=1))


def _best_path(heard: NDArray[np.float64], cost: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the state of each frame; staying costs nothing, and every change into frame ``i`` costs ``cost[i]``."""
    frames, states = heard.shape
    came_from = np.empty((frames, states), np.int16)
    own = np.arange(states)
    score = heard[0].copy()
    for frame in range(1, frames):
        best = int(score.argmax())
        changed = score[best] - cost[frame]
        stays = score >= changed
        came_from[frame] = np.where(stays, own, best)
        score = np.where(stays, score, changed) + heard[frame]
    path = np.empty(frames, np.int64)
    path[-1] = int(score.argmax())
    for frame in range(frames - 1, 0, -1):
        path[frame - 1] = came_from[frame, path[frame]]
    return path
