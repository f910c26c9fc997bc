"""Sounds with known properties, for tests of every room. Seeds make them the same everywhere."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mixassistant.audio.audio import Audio


def sine(frequency_hz: float, level_dbfs: float = -20.0, duration_s: float = 5.0, rate: int = 48000, channels: int = 2) -> Audio:
    """Return a sine whose peak is at `level_dbfs`."""
    t = np.arange(int(duration_s * rate)) / rate
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * frequency_hz * t)
    return Audio(np.tile(wave.astype(np.float32), (channels, 1)), rate)


def noise(seed: int = 0, level_dbfs: float = -20.0, duration_s: float = 5.0, rate: int = 44100, channels: int = 2) -> Audio:
    """Return white noise, independent in its channels, with this RMS level."""
    rng = np.random.default_rng(seed)
    return Audio((10 ** (level_dbfs / 20) * rng.standard_normal((channels, int(duration_s * rate)))).astype(np.float32), rate)


HEARD_S = 8.5  # after which a chord has died away below the last digit of what it is added to


@lru_cache(maxsize=24)
def music(seed: int = 0, duration_s: float = 6.0, rate: int = 44100) -> Audio:
    """Return something that plays and pauses: decaying chords in stereo over a little noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(duration_s * rate)) / rate
    total = 0.002 * rng.standard_normal((2, t.size))
    for start in np.arange(0.0, duration_s, 0.5):
        heard = slice(*np.searchsorted(t, (start, start + HEARD_S)))
        after = t[heard] - start
        envelope = np.exp(-after / 0.2)
        for pitch in rng.choice([55, 110, 165, 220, 330, 440, 880, 1760, 3520], size=3, replace=False):
            total[:, heard] += 0.08 * envelope * np.sin(2 * np.pi * pitch * after + rng.uniform(0, 6, (2, 1)))
    return Audio(total.astype(np.float32), rate)


def scaled(audio: Audio, gain_db: float) -> Audio:
    """Return audio with a gain."""
    return Audio(audio.samples * np.float32(10 ** (gain_db / 20)), audio.sample_rate_hz)
