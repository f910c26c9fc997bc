"""Booming, sharpness, and what warmth and hardness take from specific loudness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.timbre.signal import Undefined
from mixassistant.features.timbre.zwicker import STEPS, Loudness

RATE = np.arange(1, STEPS + 1) / 10  # critical-band rate in Bark
_THIRD_OCTAVES = np.log10(31.5) - np.log10(25)  # width of a band, as the original takes it


def region(start: int, stop: int) -> NDArray[np.float64]:
    """Return weights of 1 in the middle between two steps of 0.1 Bark, falling to 0 at them, ``[shape=(240,)]``."""
    weights = np.zeros(STEPS)
    steps = np.arange(start, stop)
    bell = np.exp(-((steps - (start + stop) / 2) ** 2) / 2 * 0.01**2)
    bell -= bell.min()
    weights[start:stop] = bell / bell.max()
    return weights


def region_levels(loudness: Loudness, start: int, stop: int) -> NDArray[np.float64]:
    """Return the weighted specific loudness of each window in a region of critical-band rate."""
    return np.asarray(loudness.specific @ region(start, stop))


def weighted(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return a weighted mean.

    Raises
    ------
    Undefined
        All weights are zero.
    """
    whole = float(weights.sum())
    if not whole > 0:
        raise Undefined("silent")
    return float((values * weights).sum() / whole)


def logarithm(value: float, what: str) -> float:
    """Return the logarithm to base 10.

    Raises
    ------
    Undefined
        The value has none.
    """
    if not (np.isfinite(value) and value > 0):
        raise Undefined(f"no {what}")
    return float(np.log10(value))


def _booming_weights() -> NDArray[np.float64]:
    """Return the weight of each step of critical-band rate in Hashimoto's booming index."""
    frequency = 600 * np.sinh(RATE / 6)
    weights = 2.13 * np.exp(-0.151 * ((np.log10(frequency) - np.log10(25)) / _THIRD_OCTAVES + 1))
    weights[:4] = 0.8, 1.05, 1.10, 1.18
    return np.asarray(weights)


def booming(loudness: Loudness) -> float:
    """Return how much a sound booms (Hatano and Hashimoto, Inter-Noise 2000), as timbral_models scores it."""
    low = int(np.argmax(600 * np.sinh(RATE / 6) >= 280))
    specific = loudness.specific.astype(np.float64)
    heard = loudness.total > 0
    whole = np.where(heard, specific.sum(axis=1), 1.0)
    bands = 10 * np.log10((10 ** (specific * (_booming_weights() / 10))).sum(axis=1))
    index = np.where(heard, bands * specific[:, :low].sum(axis=1) / whole, 0.0)
    energy = logarithm(weighted(index, loudness.rms**2), "loudness below 280 Hz")
    level = logarithm(float(region_levels(loudness, 0, 70).mean()), "loudness below 7 Bark")
    return 43.67402696195865 * energy - 10.90054738389845 * level + 26.836530575185435


def sharpness(loudness: Loudness) -> float:
    """Return how sharp a sound is (Zwicker and Fastl's weighting of specific loudness), as timbral_models scores it."""
    gain = np.ones(STEPS)
    high = RATE[140:]
    gain[140:] = 0.00012 * high**4 - 0.0056 * high**3 + 0.1 * high**2 - 0.81 * high + 3.5
    specific = loudness.specific.astype(np.float64)
    heard = loudness.total > 0
    whole = np.where(heard, specific.sum(axis=1), 1.0)
    index = np.where(heard, 0.11 * (specific @ (gain * RATE)) / whole, 0.0)
    return 102.50508921364404 * logarithm(weighted(index, loudness.rms**2), "loudness") + 34.432655185001735
