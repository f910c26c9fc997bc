"""Peaks of a spectrum, as ``mirpeaks`` of the MIR Toolbox picks them, between bins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spectral_peaks(power: NDArray[np.float64], contrast: float) -> NDArray[np.int64]:
    """Return the bins of peaks that stand out by `contrast` of the largest value, in rising order."""
    from mixassistant.features.timbre.spectral_kernels import find_peaks

    found = np.empty(power.size, dtype=np.int64)
    highest = float(power.max())
    return found[: find_peaks(power, contrast * highest, -2 * highest, 2 * highest, found)]


def refined(power: NDArray[np.float64], bins: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the positions of peaks in bins, by a parabola through each and its neighbours; those at either end stay."""
    inner = (bins > 0) & (bins < power.size - 1)
    low, high = power[np.maximum(bins - 1, 0)], power[np.minimum(bins + 1, power.size - 1)]
    bend = 2 * (2 * power[bins] - high - low)
    return np.asarray(bins + np.where(inner, np.divide(high - low, bend, out=np.zeros_like(bend), where=bend != 0), 0.0))


def lowest_peak(power: NDArray[np.float64], sample_rate_hz: int, contrast: float) -> float:
    """Return the frequency of the lowest peak in Hz; 0 where there is none."""
    bins = spectral_peaks(power, contrast)
    if not bins.size:
        return 0.0
    return float(refined(power, bins).min()) * sample_rate_hz / (2 * (power.size - 1))
