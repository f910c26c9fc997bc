"""Onsets: the strength of what begins at each moment, and the moments at which something does.

References
----------
S. Böck, G. Widmer, Maximum filter vibrato suppression for onset detection, DAFx 2013 (peak picking); McFee et al., librosa (strength:
mean positive change of the mel spectrogram in dB).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features import mel  # noqa: F401 (declares the mel frames)
from mixassistant.features.frames import FINE
from mixassistant.features.representations import Representations

FRAMES_PER_S = FINE.frames_per_s
RANGE_DB = 80.0  # below the loudest mel band of all: quieter changes are none
DELAY = 2  # frames: half a window passes before what begins has its full weight
# Peak picking, librosa's defaults in seconds.
MAX_BEFORE_S, AVERAGE_S, WAIT_S, DELTA = 0.03, 0.10, 0.03, 0.07
SOME = 8192  # frames together
STRONGEST = 3.0  # times the median onset: what is stronger counts as that when peaks are picked
FLAT_DB = 0.5  # strength: where nothing ever changes by more, nothing begins


@dataclass(frozen=True, eq=False)
class Onsets:
    """Moments at which something begins.

    Parameters
    ----------
    envelope : np.ndarray [shape=(frames,)], float64
        Onset strength in dB per mel band and frame.
    times_s, strengths : np.ndarray [shape=(onsets,)], float64
        Times of the peaks, and the envelope there.
    """

    envelope: NDArray[np.float64]
    times_s: NDArray[np.float64]
    strengths: NDArray[np.float64]


def onset_envelope(shared: Representations) -> NDArray[np.float64]:
    """Return the onset strength per frame, ``[shape=(frames,)]`` (use through ``shared.once``)."""
    power = shared.frames("mel")
    least = np.float32(max(float(power.max(initial=0.0)), 1e-20) * 10 ** (-RANGE_DB / 10))
    change = np.zeros(max(power.shape[0] - 1, 0))
    for start in range(0, change.size, SOME):  # an hour of mel frames is 160 MB: no copies of it all
        levels = np.log10(np.maximum(power[start : start + SOME + 1], least))
        change[start : start + SOME] = 10 * np.maximum(levels[1:] - levels[:-1], 0).mean(axis=1, dtype=np.float64)
    return np.concatenate([np.zeros(1 + DELAY), change])[: power.shape[0]]


def onsets(shared: Representations) -> Onsets:
    """Return the onsets (use through ``shared.once``)."""
    envelope = shared.once(onset_envelope)
    peaks = pick_peaks(envelope)
    if peaks.size:
        # Peaks are picked relative to the strongest; after digital silence anything is eight times an onset, and would hide the others.
        limit = STRONGEST * float(np.median(envelope[peaks]))
        usual = pick_peaks(np.minimum(envelope, limit))
        while usual.size > peaks.size and STRONGEST * float(np.median(envelope[usual])) < limit:
            peaks, limit = usual, STRONGEST * float(np.median(envelope[usual]))
            usual = pick_peaks(np.minimum(envelope, limit))
        peaks = usual if usual.size > peaks.size else peaks
    return Onsets(envelope, peaks / FRAMES_PER_S, envelope[peaks])


def pick_peaks(envelope: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the frames that are the highest around, stand over the average around, and do not follow another at once."""
    from scipy.ndimage import maximum_filter1d

    span = float(envelope.max(initial=0.0) - envelope.min(initial=0.0))
    if span < FLAT_DB:
        return np.zeros(0, np.int64)
    scaled = (envelope - envelope.min()) / span
    before, average, wait = (int(s * FRAMES_PER_S) for s in (MAX_BEFORE_S, AVERAGE_S, WAIT_S))
    # The window of the maximum ends with the frame itself.
    highest = maximum_filter1d(scaled, before + 1, mode="constant", origin=before // 2 if before % 2 == 0 else (before + 1) // 2)
    total = np.concatenate([[0.0], np.cumsum(scaled)])
    index = np.arange(scaled.size)
    low, high = np.maximum(index - average, 0), np.minimum(index + average + 1, scaled.size)
    mean = (total[high] - total[low]) / (high - low)
    candidates = np.flatnonzero((scaled == highest) & (scaled >= mean + DELTA))
    kept: list[int] = []
    for frame in candidates.tolist():
        if not kept or frame - kept[-1] > wait:
            kept.append(frame)
    return np.array(kept, dtype=np.int64)
