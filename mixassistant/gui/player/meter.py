"""What the meters show: levels measured from what sounds, beside the sound card's thread, which has nothing to do with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixassistant.gui.player.mixer import Voice

METER_S = 0.05
LEAST_DB = -120.0


@dataclass(frozen=True)
class Levels:
    """What the meters show: peak and RMS per channel in dBFS, −120 at least."""

    peak_db: tuple[float, float] = (LEAST_DB, LEAST_DB)
    rms_db: tuple[float, float] = (LEAST_DB, LEAST_DB)


def levels(voice: Voice | None, position: int, sample_rate_hz: int) -> Levels:
    """Measure what a voice sounds like just before a position (samples), computed again from its layers."""
    count = round(METER_S * sample_rate_hz)
    if voice is None:
        return Levels()
    start = max(position - count, 0)
    total = np.zeros((2, count))
    for layer in voice.layers:
        first, last = max(start, layer.start), min(start + count, layer.start + layer.samples.shape[1])
        if first < last:
            total[:, first - start : last - start] += layer.gain * layer.samples[:, first - layer.start : last - layer.start]
    peak, power = np.abs(total).max(axis=1), (total**2).mean(axis=1)
    peaks = 20 * np.log10(np.maximum(peak, 1e-6))
    means = 10 * np.log10(np.maximum(power, 1e-12))
    return Levels((float(peaks[0]), float(peaks[1])), (float(means[0]), float(means[1])))
