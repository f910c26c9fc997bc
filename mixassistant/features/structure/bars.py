"""Bars: the stretches that sections are made of, and what is played in each.

Every bar is described by its slots, so that not only what sounds but when it sounds counts (barwise time-frequency, Marmoret et al. 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.frames import TONAL
from mixassistant.features.representations import FRAMES_PER_S, Representations
from mixassistant.features.rhythm.beats import beats

SLOTS = 8  # of a bar: eighths of a 4/4
USUAL_BEATS = 4  # of a bar whose downbeats are not known
SHORTEST_BAR_S = 1.2  # two that are shorter are taken as one
GRID_S = 2.0  # where there are no beats
MOST_BARS = 1200  # more are taken two by two: their likeness to each other is a square
FEWEST_BEATS = 16
RANGE_DB = 60.0  # of a band below the loud slots: what is quieter counts as that
LEAST_SD_DB = 3.0  # of a band over time: what hardly moves says little
CHROMA_GAIN = 30.0  # of the logarithm that brings quiet pitch classes nearer to loud ones


@dataclass(frozen=True, eq=False)
class Bars:
    """The bars of a piece.

    Parameters
    ----------
    edges_s : np.ndarray [shape=(bars + 1,)]
        Where each begins, and the end of the piece.
    tone : np.ndarray [shape=(bars, slots, 31)]
        Band levels, each band standardised over the piece.
    harmony : np.ndarray [shape=(bars, slots, 12)]
        Pitch classes, each slot of length 1 before the mean over the piece is taken off.
    """

    edges_s: NDArray[np.float64]
    tone: NDArray[np.float64]
    harmony: NDArray[np.float64]


def bars(shared: Representations) -> Bars:
    """Return the bars (use through ``shared.once``)."""
    found = shared.once(beats)
    chroma = shared.frames("chroma_stft").T
    downbeats = found.downbeats_s
    if not downbeats.size and found.times_s.size >= FEWEST_BEATS:
        downbeats = found.times_s[first_of_bar(found.times_s, chroma) :: USUAL_BEATS]
    return describe(bar_edges(downbeats, shared.audio.duration_s), shared.bands.total, chroma)


def describe(edges_s: NDArray[np.float64], power: NDArray[np.floating], chroma: NDArray[np.floating]) -> Bars:
    """Return bars with what sounds in them.

    Parameters
    ----------
    edges_s : np.ndarray [shape=(bars + 1,)]
    power : np.ndarray [shape=(31, frames)]
        As of `BandPowers`.
    chroma : np.ndarray [shape=(12, frames)]
        Energy by pitch class, at the resolution `TONAL`.
    """
    bands = in_slots(power, FRAMES_PER_S, edges_s)
    loud = float(np.quantile(bands.sum(axis=2), 0.95)) / bands.shape[2]
    levels = 10 * np.log10(np.maximum(bands, max(loud * 10 ** (-RANGE_DB / 10), 1e-20)))
    tone = (levels - levels.mean(axis=(0, 1))) / np.maximum(levels.std(axis=(0, 1)), LEAST_SD_DB)
    pitch = np.log1p(in_slots(chroma, TONAL.frames_per_s, edges_s) * (CHROMA_GAIN / _loud(chroma)))
    unit = pitch / np.maximum(np.linalg.norm(pitch, axis=2, keepdims=True), 1e-9)
    return Bars(edges_s, tone, unit - unit.mean(axis=(0, 1)))


def _loud(chroma: NDArray[np.floating]) -> float:
    return max(float(np.quantile(chroma.sum(axis=0), 0.95)), 1e-12)


def first_of_bar(times_s: NDArray[np.float64], chroma: NDArray[np.floating]) -> int:
    """Return which of four beats begins a bar: the one at which the harmony changes most."""
    places = np.round(times_s * TONAL.frames_per_s).astype(np.int64)
    means = np.add.reduceat(np.log1p(chroma * (CHROMA_GAIN / _loud(chroma))), np.minimum(places, chroma.shape[1] - 1), axis=1).T
    unit = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    change = np.concatenate([[0.0], 1 - (unit[1:] * unit[:-1]).sum(axis=1)])  # at each beat
    return int(np.argmax([change[phase::USUAL_BEATS].mean() for phase in range(USUAL_BEATS)]))


def bar_edges(downbeats_s: NDArray[np.float64], duration_s: float) -> NDArray[np.float64]:
    """Return where bars begin and the end of the last, from 0 to the end: the music before the first and after the last downbeat too.

    Parameters
    ----------
    downbeats_s : np.ndarray [shape=(downbeats,)]
        Fewer than three: bars of two seconds.
    duration_s : float
    """
    if downbeats_s.size < 3:
        step = max(GRID_S, duration_s / MOST_BARS)
        inner = np.arange(step, duration_s, step)
    else:
        step = float(np.median(np.diff(downbeats_s)))
        while step < SHORTEST_BAR_S or duration_s / step > MOST_BARS:
            downbeats_s, step = downbeats_s[::2], 2 * step
        before = np.arange(downbeats_s[0] - step, 0, -step)[::-1]
        after = np.arange(downbeats_s[-1] + step, duration_s, step)
        inner = np.concatenate([before, downbeats_s, after])
    # A stub at either end belongs to its neighbour.
    inside = inner[(inner > 0.3 * step) & (inner < duration_s - 0.3 * step)]
    return np.concatenate([[0.0], inside, [duration_s]])


def in_slots(values: NDArray[np.floating], frames_per_s: float, edges_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of what is known per frame in the slots of each bar, ``[shape=(bars, slots, values)]``.

    Frames that two slots share count for each as far as they lie in it.

    Parameters
    ----------
    values : np.ndarray [shape=(values, frames)]
    frames_per_s : float
    edges_s : np.ndarray [shape=(bars + 1,)]
    """
    share = np.arange(SLOTS) / SLOTS
    starts = (edges_s[:-1, None] + np.diff(edges_s)[:, None] * share).ravel()
    place = np.clip(np.append(starts, edges_s[-1]) * frames_per_s, 0, values.shape[1])
    total = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1, dtype=np.float64)], axis=1)
    low = np.minimum(np.floor(place).astype(np.int64), values.shape[1])
    high = np.minimum(low + 1, values.shape[1])
    at = total[:, low] + (place - low) * (total[:, high] - total[:, low])
    width = np.maximum(np.diff(place), 1e-9)
    means = np.diff(at, axis=1) / width
    return np.asarray(means.T.reshape(edges_s.size - 1, SLOTS, values.shape[0]))
