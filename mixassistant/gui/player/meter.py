"""What the meters show: levels measured from what has just sounded, beside the sound card's thread, which has nothing to do with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixassistant.gui.player.mixer import Samples

METER_S = 0.05
LEAST_DB = -120.0


@dataclass(frozen=True)
class Levels:
    """What the meters show: peak and RMS per channel in dBFS, −120 at least."""

    peak_db: tuple[float, float] = (LEAST_DB, LEAST_DB)
    rms_db: tuple[float, float] = (LEAST_DB, LEAST_DB)


def levels(samples: Samples) -> Levels:
    """Measure what has just sounded, ``[shape=(2, samples)]``."""
    peak, power = np.abs(samples).max(axis=1), np.square(samples, dtype=np.float64).mean(axis=1)
    peaks = 20 * np.log10(np.maximum(peak, 1e-6))
    means = 10 * np.log10(np.maximum(power, 1e-12))
    return Levels((float(peaks[0]), float(peaks[1])), (float(means[0]), float(means[1])))
