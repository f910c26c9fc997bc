"""What onsets and beats say of a rhythm: syncopation, complexity, evenness, density over time, the pattern of a bar."""

from __future__ import annotations

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

FEW = Measurement(None, f"fewer than {FEWEST_ONSETS} onsets")


def off_beat(onsets: Onsets, beats: Beats) -> NDArray[np.bool_]:
    """Return which onsets lie on no beat."""
    tolerance = min(TOLERANCE_S, TOLERANCE_BEATS * float(np.median(beats.intervals_s)))
    after = np.searchsorted(beats.times_s, onsets.times_s)
    padded = np.concatenate([[-np.inf], beats.times_s, [np.inf]])
    distance = np.minimum(onsets.times_s - padded[after], padded[after + 1] - onsets.times_s)
    return np.asarray(distance > tolerance)


def syncopation(onsets: Onsets, beats: Beats) -> Measurement:
    """Return the share of the onsets' strength that lies on no beat."""
    if beats.reason:
        return Measurement(None, beats.reason)
    if onsets.times_s.size < FEWEST_ONSETS:
        return FEW
    return Measurement(float(onsets.strengths[off_beat(onsets, beats)].sum() / onsets.strengths.sum()))


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
    """Return how the onset strength spreads over the sixteen sixteenths of a bar of four beats, from its strongest beat on; sum 1."""
    if beats.reason:
        return Measurement(None, beats.reason)
    steps = SUB_BEATS // BAR_BEATS
    index = np.arange(beats.times_s.size * steps - steps + 1)
    times = np.interp(index / steps, np.arange(beats.times_s.size), beats.times_s)
    # A sixteenth has the strongest onset from half a step before it to half a step after.
    edges = np.concatenate([[times[0]], 0.5 * (times[1:] + times[:-1]), [times[-1]]]) * FRAMES_PER_S
    begin = np.clip(edges[:-1].astype(int), 0, onsets.envelope.size - 1)
    strength = np.maximum.reduceat(onsets.envelope, np.maximum.accumulate(begin))
    pattern = np.array([strength[index % SUB_BEATS == step].mean() for step in range(SUB_BEATS)])
    pattern = np.roll(pattern, -steps * int(pattern[::steps].argmax()))
    whole = float(pattern.sum())
    return Measurement(pattern / whole) if whole > 0 else Measurement(None, "nothing begins in it")
