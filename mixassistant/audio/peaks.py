"""Waveforms at any zoom: a pyramid of minima, maxima and RMS, so that a 60-minute file draws as fast as a short one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio

BASE = 256  # samples per value of the finest level
FACTOR = 4  # from one level to the next coarser


@dataclass(frozen=True, eq=False)
class Level:
    """One level: minima, maxima and mean squares, ``[shape=(values,)]`` float32 each, of `step` samples."""

    step: int
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    power: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Peaks:
    """The pyramid of one piece of audio, both channels together, finest level first."""

    sample_rate_hz: int
    length: int
    levels: tuple[Level, ...]

    def view(self, start_s: float, end_s: float, columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return minima, maxima and RMS of a stretch in so many columns, ``[shape=(columns,)]`` each."""
        first, last = start_s * self.sample_rate_hz, min(end_s * self.sample_rate_hz, self.length)
        wanted = max(last - first, 1.0) / max(columns, 1)
        level = next((found for found in reversed(self.levels) if found.step <= wanted), self.levels[0])
        edges = np.clip((np.linspace(first, last, columns + 1) / level.step).astype(int), 0, level.low.size - 1)
        starts, ends = edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)
        # reduceat wants increasing starts; columns narrower than a value repeat it.
        low, high = np.minimum.reduceat(level.low, starts), np.maximum.reduceat(level.high, starts)
        total = np.concatenate([[0.0], np.cumsum(level.power, dtype=np.float64)])
        rms = np.sqrt((total[ends] - total[starts]) / (ends - starts))
        return low, high, rms.astype(np.float32)


def build_peaks(audio: Audio) -> Peaks:
    """Build the pyramid of audio of at least one sample."""
    count = -(-audio.length // BASE)
    padded = np.pad(audio.samples, ((0, 0), (0, count * BASE - audio.length)), mode="edge").reshape(audio.channels, count, BASE)
    levels = [
        Level(
            BASE, padded.min(axis=(0, 2)), padded.max(axis=(0, 2)),
            (np.einsum("cvs,cvs->v", padded, padded) / (BASE * audio.channels)).astype(np.float32),
        )
    ]  # fmt: skip
    while levels[-1].low.size > 2 * FACTOR:
        fine = levels[-1]
        size = -(-fine.low.size // FACTOR)
        extra = (0, size * FACTOR - fine.low.size)
        low, high, power = (np.pad(a, extra, mode="edge").reshape(size, FACTOR) for a in (fine.low, fine.high, fine.power))
        levels.append(Level(fine.step * FACTOR, low.min(axis=1), high.max(axis=1), power.mean(axis=1)))
    return Peaks(audio.sample_rate_hz, audio.length, tuple(levels))
