"""Where moves matter most: the stretch of a song in which they change the most of what is heard where they change it.

What they change is rendered, and compared in those third octaves that it lies in with what the mix holds there. Quiet moments do not
count for their quietness: a twentieth of what the mix holds on average is added everywhere.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mixassistant.advice.audition import change_of
from mixassistant.advice.suggestion import Move
from mixassistant.audio.audio import Samples
from mixassistant.features.bands import EDGES_HZ
from mixassistant.processing.moves import Chain
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem import Song

LEAST_S, USUAL_S, MOST_S = 8.0, 10.0, 12.0
HOP_S = 0.5
FRAME = 8192  # samples: one bin or more in every third of an octave from 20 Hz on
COUNTED = 0.1  # of the change in the band where it is largest: bands with less are not what the moves are about
PIECE_S = 30.0  # that is rendered at a time, whole hops
FLOOR = 0.05  # of what the mix holds on average

Powers = NDArray[np.float64]


def passage(
    song: Song, moves: Iterable[tuple[Move, Chain]], downbeats_s: Sequence[float] = (), progress: Progress = silent
) -> tuple[float, float]:
    """Return the 8 to 12 seconds in which moves matter most, as start and end in seconds.

    Parameters
    ----------
    song : Song
    moves : iterable of (Move, Chain)
        As `change_of` takes them.
    downbeats_s : sequence of float
        Where bars begin: the stretch is whole bars where some of them fit.
    progress : Progress
        Asked before each piece of 30 s, so that it can be cancelled.

    Returns
    -------
    (float, float)
        The whole song where it is shorter.
    """
    duration_s = song.mix.duration_s
    if duration_s <= LEAST_S:
        return 0.0, duration_s
    pairs, starts = tuple(moves), np.arange(0.0, duration_s, PIECE_S)
    pieces = []
    for step, start_s in enumerate(starts):
        progress("Looking for the passage", step / len(starts))
        pieces.append(_piece(song, pairs, float(start_s), float(min(start_s + PIECE_S, duration_s))))
    change, mix = (np.concatenate([piece[which] for piece in pieces], axis=1) for which in (0, 1))
    counted = change.sum(axis=1) >= COUNTED * change.sum(axis=1).max()
    changed, held = (np.concatenate(([0.0], np.cumsum(power[counted].sum(axis=0)))) for power in (change, mix))
    floor = FLOOR * held[-1] / mix.shape[1] + 1e-30

    def share(stretch: tuple[float, float]) -> float:
        first, last = (min(round(at / HOP_S), mix.shape[1]) for at in stretch)
        return float((changed[last] - changed[first]) / (held[last] - held[first] + floor * max(last - first, 1)))

    return max(_stretches(duration_s, downbeats_s), key=share)  # of equal ones, the first


def _piece(song: Song, moves: tuple[tuple[Move, Chain], ...], start_s: float, end_s: float) -> tuple[Powers, Powers]:
    """Return the powers of what moves change in a stretch, and of the mix there."""
    rate = song.mix.sample_rate_hz
    change = change_of(song, moves, start_s, end_s)
    here = song.mix.samples[:, change.start : change.start + change.samples.shape[1]]
    return _powers(change.samples, rate), _powers(here, rate)


def _stretches(duration_s: float, downbeats_s: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Yield stretches to choose from: whole bars, an even number of them first; without bars, one every half second."""
    found = False
    bars = [at for at in downbeats_s if at <= duration_s]
    for index, start_s in enumerate(bars):
        ends = [end for end in range(bisect_left(bars, start_s + LEAST_S), len(bars)) if bars[end] <= start_s + MOST_S]
        if ends:
            found = True
            end = min(ends, key=lambda end: ((end - index) % 4 != 0, (end - index) % 2 != 0, abs(bars[end] - start_s - USUAL_S)))
            yield float(start_s), float(bars[end])
    if not found:
        length_s = min(USUAL_S, duration_s)
        for start_s in np.arange(0.0, duration_s - length_s + 1e-6, HOP_S):
            yield float(start_s), float(start_s) + length_s


def _powers(samples: Samples, sample_rate_hz: int) -> Powers:
    """Return the power per third octave at every half second, ``[shape=(31, moments)]``."""
    hop, window = round(HOP_S * sample_rate_hz), np.hanning(FRAME).astype(np.float32)
    hz = np.fft.rfftfreq(FRAME, 1 / sample_rate_hz)
    edges = np.searchsorted(hz, EDGES_HZ)
    columns = []
    for start in range(0, samples.shape[1], hop):
        block = samples[:, start : start + FRAME]
        power = (np.abs(np.fft.rfft(block * window[: block.shape[1]], FRAME)) ** 2).sum(axis=0)
        columns.append([power[low:high].sum() for low, high in itertools.pairwise(edges)])
    return np.array(columns).T
