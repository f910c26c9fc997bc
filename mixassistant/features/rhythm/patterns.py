"""What onsets and beats say of a rhythm: syncopation, complexity, evenness, density over time, the pattern of a bar.

References
----------
H. C. Longuet-Higgins, C. S. Lee, The rhythmic interpretation of monophonic music, Music Perception 1, 1984 (syncopation against the
weights of a metre).
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import Measurement
from mixassistant.features.rhythm.beats import Beats
from mixassistant.features.rhythm.onsets import FRAMES_PER_S, Onsets

TOLERANCE_S, TOLERANCE_BEATS = 0.07, 0.15  # how far from a beat an onset may lie and be on it: the smaller of the two
INTERVAL_BEATS = (1 / 32, 4.0)  # range of the histogram of intervals
BINS_PER_OCTAVE = 4
DENSITY_WINDOW_S, DENSITY_HOP_S = 4.0, 2.0
FEWEST_ONSETS = 8
BAR_BEATS, SUB_BEATS = 4, 16
# Weights of the beats of a bar by their number, then of what divides a beat: the lower, the weaker.
WEIGHTS = MappingProxyType({2: (0, -1), 3: (0, -1, -1), 4: (0, -2, -1, -2), 5: (0, -2, -2, -1, -2)})
HALF, QUARTER = -3, -4

FEW = Measurement(None, f"fewer than {FEWEST_ONSETS} onsets")


def off_beat(onsets: Onsets, beats: Beats) -> NDArray[np.bool_]:
    """Return which onsets lie on no beat."""
    tolerance = min(TOLERANCE_S, TOLERANCE_BEATS * float(np.median(beats.intervals_s)))
    after = np.searchsorted(beats.times_s, onsets.times_s)
    padded = np.concatenate([[-np.inf], beats.times_s, [np.inf]])
    distance = np.minimum(onsets.times_s - padded[after], padded[after + 1] - onsets.times_s)
    return np.asarray(distance > tolerance)


def syncopation(onsets: Onsets, beats: Beats) -> Measurement:
    """Return the share of the onsets' strength that is syncopated: on a weak place, and nothing on the next stronger one.

    Onsets are moved to the places of the metre: halves and quarters of a beat, or thirds and sixths where these fit better. One is
    syncopated if a stronger place lies between it and the next one. Straight sixteenths are none of it, whatever the accents.
    """
    if beats.reason:
        return Measurement(None, beats.reason)
    if onsets.times_s.size < FEWEST_ONSETS:
        return FEW
    if not beats.positions.size:
        return Measurement(None, "no metre")
    place = np.interp(onsets.times_s, beats.times_s, np.arange(beats.times_s.size), left=-1, right=-1)
    inside = place >= 0
    place, strength = place[inside], onsets.strengths[inside]
    if place.size < FEWEST_ONSETS:
        return FEW
    divisions = 6 if is_ternary(place, strength) else 4
    weights = _weights(beats.positions, divisions)
    index = np.minimum(np.round(place * divisions).astype(int), weights.size - 1)
    taken, first = np.unique(index, return_index=True)
    if taken.size < 2:
        return FEW
    # The strongest place after each onset and before the next.
    between = np.maximum.reduceat(np.append(weights, weights.min()), np.column_stack([taken[:-1] + 1, taken[1:]]).ravel())[::2]
    between = np.where(taken[1:] - taken[:-1] > 1, between, weights.min())
    total = np.add.reduceat(strength, first)[:-1]
    return Measurement(float(total[between > weights[taken[:-1]]].sum() / total.sum()))


def is_ternary(place: NDArray[np.float64], strength: NDArray[np.float64]) -> bool:
    """Return whether onsets, in beats, lie nearer to thirds of a beat than to quarters, for how far apart these are."""
    errors = [float((np.abs(place * n - np.round(place * n)) * strength).sum()) for n in (3, 4)]
    return errors[0] < errors[1]


def _weights(positions: NDArray[np.int64], divisions: int) -> NDArray[np.int64]:
    """Return the metrical weight of every place, ``[shape=((beats − 1) × divisions + 1,)]``."""
    bars = np.cumsum(positions == 1)
    in_bar = np.maximum(np.bincount(bars), 2)[bars]
    of_beat = np.array([(WEIGHTS.get(n) or (0,) + (-1,) * (n - 1))[min(p, n) - 1] for n, p in zip(in_bar, positions, strict=True)])
    inner = np.array([HALF if step in ({2, 4} if divisions == 6 else {2}) else QUARTER for step in range(1, divisions)])
    return np.concatenate([*(np.append(weight, inner) for weight in of_beat[:-1]), of_beat[-1:]])


def on_beat_ratio(onsets: Onsets, beats: Beats) -> Measurement:
    """Return the share of the onsets, weak or strong, that lie on a beat."""
    if beats.reason:
        return Measurement(None, beats.reason)
    return Measurement(float(1 - off_beat(onsets, beats).mean())) if onsets.times_s.size >= FEWEST_ONSETS else FEW


def complexity(onsets: Onsets, beats: Beats) -> Measurement:
    """Return the entropy of the intervals between onsets, in beats on a logarithmic scale; 1: all equally common."""
    if beats.reason:
        return Measurement(None, beats.reason)
    if onsets.times_s.size < FEWEST_ONSETS:
        return FEW
    low, high = np.log2(INTERVAL_BEATS)
    bins = round((high - low) * BINS_PER_OCTAVE)
    intervals = np.log2(np.diff(onsets.times_s) / float(np.median(beats.intervals_s)))
    # Bins are centred on the binary divisions of a beat, so that a swung or loose hand stays within one.
    index = np.clip(np.round((intervals - low) * BINS_PER_OCTAVE), 0, bins).astype(int)
    share = np.bincount(index, minlength=bins + 1) / intervals.size
    share = share[share > 0]
    return Measurement(float(-(share * np.log(share)).sum() / np.log(bins + 1)))


def evenness(onsets: Onsets) -> Measurement:
    """Return 1 over 1 plus the coefficient of variation of the intervals between onsets."""
    if onsets.times_s.size < FEWEST_ONSETS:
        return FEW
    intervals = np.diff(onsets.times_s)
    return Measurement(float(1 / (1 + intervals.std() / intervals.mean())))


def densities(onsets: Onsets, duration_s: float) -> tuple[Measurement, Measurement]:
    """Return mean and variance of the onsets per second over windows of 4 s every 2 s; windows that the end cuts short are left out."""
    starts = np.arange(0.0, duration_s - DENSITY_WINDOW_S + 1e-9, DENSITY_HOP_S)
    if starts.size < 2:
        short = Measurement(None, f"shorter than {DENSITY_WINDOW_S + DENSITY_HOP_S:.0f} s")
        return short, short
    counts = np.searchsorted(onsets.times_s, starts + DENSITY_WINDOW_S) - np.searchsorted(onsets.times_s, starts)
    rates = counts / DENSITY_WINDOW_S
    return Measurement(float(rates.mean())), Measurement(float(rates.var()))


def bar_pattern(onsets: Onsets, beats: Beats) -> Measurement:
    """Return how the onset strength spreads over the sixteen sixteenths of four beats, from the downbeat on; sum 1."""
    if beats.reason:
        return Measurement(None, beats.reason)
    if beats.metre not in ("2/4", "4/4") or beats.downbeats_s.size < 2:
        return Measurement(None, f"not four beats to a bar: {beats.metre}" if beats.metre else "no metre")
    steps = SUB_BEATS // BAR_BEATS
    index = np.arange(beats.times_s.size * steps - steps + 1)
    times = np.interp(index / steps, np.arange(beats.times_s.size), beats.times_s)
    # A sixteenth has the strongest onset from half a step before it to half a step after.
    edges = np.concatenate([[times[0]], 0.5 * (times[1:] + times[:-1]), [times[-1]]]) * FRAMES_PER_S
    begin = np.clip(edges[:-1].astype(int), 0, onsets.envelope.size - 1)
    strength = np.maximum.reduceat(onsets.envelope, np.maximum.accumulate(begin))
    # Counted from the last downbeat: a bar that was lost or doubled on the way moves nothing.
    beat = np.arange(beats.times_s.size)
    downbeats = beat[beats.positions == 1]
    if beats.metre == "2/4":
        downbeats = downbeats[::2]
    since = beat - downbeats[np.maximum(np.searchsorted(downbeats, beat, side="right") - 1, 0)]
    place = (since % BAR_BEATS)[index // steps] * steps + index % steps
    pattern = np.bincount(place, strength, SUB_BEATS) / np.maximum(np.bincount(place, minlength=SUB_BEATS), 1)
    whole = float(pattern.sum())
    return Measurement(pattern / whole) if whole > 0 else Measurement(None, "nothing begins in it")
