"""Peak to short-term loudness (PSR, AES TD1008) as time goes by; knows no Qt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.true_peak import true_peak
from mixassistant.features.loudness import RANGE_GATE, SHORT_TERM_STEPS
from mixassistant.features.representations import STEP_S
from mixassistant.progress import Progress, silent

WINDOW_S = round(SHORT_TERM_STEPS * STEP_S)  # 3 s, moved on by one second
STEPS_PER_S = round(1 / STEP_S)


def peaks_over_loudness(audio: Audio, short_term: NDArray[np.float64], progress: Progress = silent) -> NDArray[np.float64]:
    """Return true peak over loudness of every 3 s, one a second, in LU.

    Parameters
    ----------
    audio : Audio
    short_term : np.ndarray [shape=(n,)]
        The short-term loudness of this audio in LUFS, every 0.1 s.
    progress : Progress

    Returns
    -------
    np.ndarray [shape=(windows,)]
        NaN where it is quieter than 20 LU below its loudness (the gate of EBU Tech 3342): pauses and fades are no dynamics.
    """
    rate = audio.sample_rate_hz
    seconds = audio.length // rate
    peaks_db = np.empty(seconds)
    for second in range(seconds):
        progress("Measuring peaks", second / max(seconds, 1))
        piece = Audio(audio.read(second * rate, (second + 1) * rate), rate)
        peaks_db[second] = 20 * np.log10(max(true_peak(piece), 1e-10))
    loud = short_term[::STEPS_PER_S]
    count = min(loud.size, seconds - WINDOW_S + 1)
    if count < 1:
        return np.zeros(0)
    highest = np.lib.stride_tricks.sliding_window_view(peaks_db, WINDOW_S).max(axis=1)[:count]
    power = 10 ** (short_term / 10)
    gate = 10 * np.log10(max(float(power.mean()), 1e-12)) + RANGE_GATE
    return np.asarray(np.where(loud[:count] > gate, highest - loud[:count], np.nan))
