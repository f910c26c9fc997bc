"""Harmonic pitch class profiles: which of the twelve pitch classes sound, judged by spectral peaks and their harmonics.

References
----------
E. Gómez, Tonal description of music audio signals, PhD thesis, Universitat Pompeu Fabra, 2006 (with the whitening of its section 3.2.3:
a bass that is louder than the chords is one note among theirs); weights and post-processing as Essentia's HPCP has them
(``harmonics=5``, ``weightType="squaredCosine"``, ``windowSize=1``, ``nonLinear=True``), but with index 0 = C.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.frames import SPECTRAL_RATE_HZ, TONAL, Chunk, reduces
from mixassistant.features.representations import Representations

if TYPE_CHECKING:
    import torch

NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
C_HZ = 440.0 * 2 ** (-9 / 12)
PEAKS = 100  # per frame, the strongest
LOWEST_HZ, HIGHEST_HZ = 100.0, 4000.0
PER_SEMITONE = 10  # fine bins: the tuning is found in them before they are folded
FINE_BINS = 12 * PER_SEMITONE
# A peak may be a harmonic of a lower tone: 2, 4 (its own class), 3 and 6 (a twelfth below), 5 (a seventeenth below); Essentia's table.
HARMONICS = ((0.0, 3.0), (12 * np.log2(3) % 12, 1.0 + 2 / np.log2(6)), (12 * np.log2(5) % 12, 2 / np.log2(5)))
AROUND = 1.7  # of a peak's frequency: between a fifth and an octave, so that no harmonic of the same tone lies on the edge
FAINT = 0.6  # post-processed weights below this are pressed down further


@reduces("pitch_classes", TONAL)
def pitch_class_frames(chunk: Chunk) -> torch.Tensor:
    """Return the strength of the strongest spectral peaks by pitch class in steps of 10 cents, ``[shape=(count, 120)]``.

    A peak's strength is its magnitude, relative to all that sounds around it.
    """
    import torch

    width = SPECTRAL_RATE_HZ / TONAL.n_fft
    low, high = int(LOWEST_HZ / width), int(np.ceil(HIGHEST_HZ / width))
    around = chunk.own[:, low - 1 : high + 2]
    left, middle, right = around[:, :-2], around[:, 1:-1], around[:, 2:]
    peak = torch.where((middle > left) & (middle >= right), middle, 0.0)
    strength, index = peak.topk(min(PEAKS, peak.shape[1]), dim=1, sorted=False)
    # The parabola through the logarithms of a peak and its neighbours.
    logs = [part.gather(1, index).clamp_min(1e-12).log() for part in (left, middle, right)]
    bend = logs[0] - 2 * logs[1] + logs[2]
    shift = torch.where(bend < -1e-9, 0.5 * (logs[0] - logs[2]) / bend, 0.0).clamp(-0.5, 0.5)
    hz = (index + low + shift) * width
    place = (torch.log2(hz / C_HZ) * FINE_BINS) % FINE_BINS
    below = place.floor()
    share = place - below
    white = strength / _around(chunk.power, index + low)
    found = torch.zeros(chunk.count, FINE_BINS, device=white.device)
    found.scatter_add_(1, below.long() % FINE_BINS, white * (1 - share))
    found.scatter_add_(1, (below.long() + 1) % FINE_BINS, white * share)
    return found


def _around(power: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """Return the root of the power around each bin, up to a factor of `AROUND` below and above, ``[shape=(count, peaks)]``."""
    import torch

    # In double precision: a quiet stretch is the difference of two large sums.
    total = torch.nn.functional.pad(power.cumsum(dim=1, dtype=torch.float64), (1, 0))
    first, last = (index / AROUND).long(), (index * AROUND).long().clamp_max(power.shape[1])
    within = total.gather(1, last) - total.gather(1, first)
    return within.clamp_min(1e-20).sqrt().float()


@dataclass(frozen=True, eq=False)
class PitchClasses:
    """Pitch classes of a piece.

    Parameters
    ----------
    frames : np.ndarray [shape=(frames, 12)], float64
        Profile of each active frame, index 0 = C, its largest value 1.
    mean : np.ndarray [shape=(12,)], float64
        Mean over the frames, sum 1; zeros where nothing has a pitch.
    tuning_cents : float
        Deviation from 440 Hz, −50 to 50.
    """

    frames: NDArray[np.float64]
    mean: NDArray[np.float64]
    tuning_cents: float


def tuning_of(fine: NDArray[np.float64]) -> float:
    """Return how far in cents the pitch classes lie beside the equal temperament at 440 Hz, −50 to 50.

    The circular mean of all peaks' places within their semitones, weighed by the squares of their strengths, every frame the same.
    """
    squares = np.square(fine)
    weights = (squares / np.maximum(squares.sum(axis=1, keepdims=True), 1e-20)).mean(axis=0)
    turn = np.exp(2j * np.pi * np.arange(FINE_BINS) / PER_SEMITONE)
    return float(np.angle((weights * turn).sum()) / (2 * np.pi) * 100)


@functools.lru_cache(maxsize=4)
def _folding(tuning_cents: float) -> NDArray[np.float64]:
    """Return what every fine bin gives to every pitch class, harmonics included, ``[shape=(120, 12)]``."""
    place = np.arange(FINE_BINS) / PER_SEMITONE - tuning_cents / 100
    weights = np.zeros((FINE_BINS, 12))
    for semitones, strength in HARMONICS:
        distance = (place[:, None] - semitones - np.arange(12) + 6) % 12 - 6
        weights += np.where(np.abs(distance) <= 0.5, np.cos(np.pi * distance) ** 2, 0.0) * strength**2
    return weights


def profiles(fine: NDArray[np.float64]) -> PitchClasses:
    """Return the pitch class profiles of fine pitch-class strengths, ``[shape=(frames, 120)]``."""
    tuning = tuning_of(fine) if fine.size else 0.0
    folded = fine @ _folding(round(tuning, 1))
    highest = folded.max(axis=1, keepdims=True, initial=0.0)
    sounding = highest[:, 0] > 0
    unit = folded[sounding] / highest[sounding]
    bent = np.sin(0.5 * np.pi * unit) ** 2
    bent = np.where(bent < FAINT, bent * (bent / FAINT) ** 2, bent)
    mean = bent.mean(axis=0) if bent.size else np.zeros(12)
    return PitchClasses(bent, mean / max(float(mean.sum()), 1e-20), tuning)


def fine_strengths(shared: Representations) -> NDArray[np.float64]:
    """Return the fine pitch-class strengths of the active frames, ``[shape=(frames, 120)]``."""
    return np.asarray(shared.frames("pitch_classes")[shared.active_frames(TONAL)], dtype=np.float64)


def pitch_classes(shared: Representations) -> PitchClasses:
    """Return the pitch classes (use through ``shared.once``)."""
    return profiles(fine_strengths(shared))
