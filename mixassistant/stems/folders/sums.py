"""Which tracks are made of which: one as the sum of others with a level each, found by non-negative least squares.

A bounce is its stems with the fader of each, and a limiter's work on top. What of its energy no levels of the stems explain is small for
an untouched bounce, moderate for a master, and large for a track of its own. Both channels are fitted apart, so that pan is explained too.

References
----------
C. L. Lawson and R. J. Hanson, *Solving Least Squares Problems*, 1974, chapter 23.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio, Samples
from mixassistant.progress import Progress, silent

Matrix = NDArray[np.float64]
Row = NDArray[np.float64]

PIECES, PIECE_S = 90, 1.0  # of a song that are looked at, evenly spread: all of a minute and a half
DECIMATION = 4  # neighbouring samples are averaged: sums stay sums, and what is above 5 kHz decides nothing
EXCERPT_S, MOST_LAG_S = 20.0, 5.0  # of the loudest part, and the lag that is looked for
LAG_SHOWS = 0.3  # correlation from which a lag is one
CONTRIBUTES = 0.003  # share of a sum's energy from which a track is one of its parts


@dataclass(frozen=True, eq=False)
class Products:
    """How much tracks have in common.

    Parameters
    ----------
    gram : np.ndarray [shape=(2, tracks, tracks)], float64
        Their inner products on the left and on the right.
    """

    gram: Matrix

    def energy(self, index: int) -> float:
        """Return the energy of a track on both channels."""
        return float(self.gram[:, index, index].sum())

    def alike(self, one: int, other: int) -> float:
        """Return the share of the energy of two tracks that is the same in both, 0–1: less where one is louder."""
        energy = self.energy(one) + self.energy(other)
        return 1 - self._distance(one, other) / energy if energy > 0 else 0.0

    def correlation(self, one: int, other: int) -> float:
        """Return how alike two tracks are whatever their levels: 1 the same sound, -1 the same upside down, 0 nothing in common."""
        energy = self.energy(one) * self.energy(other)
        return float(self.gram[:, one, other].sum()) / float(np.sqrt(energy)) if energy > 0 else 0.0

    def _distance(self, one: int, other: int) -> float:
        return max(self.energy(one) + self.energy(other) - 2 * float(self.gram[:, one, other].sum()), 0.0)

    def sum_of(self, target: int, others: Sequence[int]) -> Sum:
        """Return the sum of other tracks that comes nearest to one."""
        from scipy.optimize import nnls

        energy = self.energy(target)
        if not others or energy <= 0:
            return Sum(0.0, (), ())
        chosen, left, weights = np.array(others), 0.0, np.zeros(len(others))
        shares = np.zeros(len(others))
        for gram in self.gram:
            inner, across, own = gram[np.ix_(chosen, chosen)], gram[chosen, target], float(gram[target, target])
            values, vectors = np.linalg.eigh(inner)
            held = values > 1e-9 * max(float(values.max()), 1e-30)
            root = np.sqrt(values[held])
            # ‖A w − y‖² with AᵀA and Aᵀy alone: R = Λ^½ Vᵀ has RᵀR = AᵀA, and R w is nearest to Λ^−½ Vᵀ Aᵀy.
            found, _norm = nnls(root[:, None] * vectors[:, held].T, (vectors[:, held].T @ across) / root)
            left += own - 2 * float(found @ across) + float(found @ inner @ found)
            weights += found * own / energy
            shares += found**2 * np.diag(inner) / energy
        parts = tuple(int(i) for i, share in zip(chosen, shares, strict=True) if share >= CONTRIBUTES)
        levels = tuple(float(w) for w, share in zip(weights, shares, strict=True) if share >= CONTRIBUTES)
        return Sum(float(np.clip(1 - left / energy, 0.0, 1.0)), parts, levels)


@dataclass(frozen=True)
class Sum:
    """The sum of tracks that comes nearest to another.

    Parameters
    ----------
    share : float
        Of that other's energy that it explains, 0–1.
    parts : tuple of int
        The tracks that contribute.
    levels : tuple of float
        The factor of each.
    """

    share: float
    parts: tuple[int, ...]
    levels: tuple[float, ...]


def lag_of(track: Audio, sources: Sequence[Audio]) -> int:
    """Return by how many samples a track lags behind the sum of others, by the loudest seconds of that sum; 0 where it is none of theirs.

    A limiter outside of a DAW delays what it lets through, and a bounce may begin a little before the first bar.
    """
    rate = track.sample_rate_hz
    length = min(max(source.length for source in sources), track.length)
    size, most = min(round(EXCERPT_S * rate), length), round(MOST_LAG_S * rate)
    if size <= 0:
        return 0

    def total(start: int) -> Row:
        return np.asarray(np.sum([_mono(source, start, size) for source in sources], axis=0))

    start = max(range(0, length - size + 1, size), key=lambda place: float(np.square(total(place)).sum()))
    inside, around = total(start), _mono(track, start - most, size + 2 * most)
    padded = 1 << (inside.size + around.size).bit_length()
    across = np.fft.irfft(np.fft.rfft(around, padded) * np.conj(np.fft.rfft(inside, padded)), padded)[: around.size - size + 1]
    best = int(np.argmax(across))
    energy = np.sqrt(float(np.square(inside).sum()) * float(np.square(around[best : best + size]).sum()))
    return best - most if energy > 0 and float(across[best]) / energy >= LAG_SHOWS else 0


def _mono(track: Audio, start: int, size: int) -> Row:
    """Return the mean of the channels as float64."""
    return np.asarray(_piece(track, start, size).mean(axis=0), np.float64)


def _piece(track: Audio, start: int, size: int) -> Samples:
    """Return samples from any place, with silence before the beginning and beyond the end."""
    held = track.read(start, start + size)
    before = min(max(-start, 0), size)
    return np.pad(held, ((0, 0), (before, size - before - held.shape[1])))


def products(tracks: Sequence[Audio], lags: Sequence[int] = (), progress: Progress = silent) -> Products:
    """Return how much tracks of one sample rate have in common, from time zero on.

    Parameters
    ----------
    tracks : sequence of Audio
    lags : sequence of int, optional
        Samples by which each track is read later than the others.
    progress : Progress
    """
    behind = lags or [0] * len(tracks)
    gram = np.zeros((2, len(tracks), len(tracks)))
    if not tracks:
        return Products(gram)
    rate, longest = tracks[0].sample_rate_hz, max(track.length for track in tracks)
    size = max(int(PIECE_S * rate) // DECIMATION * DECIMATION, DECIMATION)
    weights = np.full(DECIMATION, 1 / DECIMATION, np.float32)
    count = max(1, min(PIECES, -(-longest // size)))
    for step, start in enumerate(np.linspace(0, max(longest - size, 0), count).astype(int)):
        progress("Comparing the stems", step / count)
        pieces = np.zeros((2, len(tracks), size // DECIMATION), np.float32)
        for index, track in enumerate(tracks):
            piece = _piece(track, int(start) + behind[index], size)
            pieces[:, index] = piece.reshape(track.channels, -1, DECIMATION) @ weights
        gram += np.matmul(pieces, pieces.transpose(0, 2, 1)).astype(np.float64)
    return Products(gram)
