"""A short song made of parts that sound different, and the truth about it: sums by numpy, loudness by pyloudnorm."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

RATE = 44100
SECONDS = 6.3  # no round number: clips of data sets have those
Samples = NDArray[np.float32]
CODED = 0.35  # LU: what AAC at 192 kbit/s takes from noise-like sounds
CLOSE = 0.15  # LU: what lossy coding may change; a stem that is counted twice, or not at all, changes more

_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410))  # Hz: the formants of "a", "i" and "o" (Peterson and Barney, 1952)


@lru_cache(maxsize=16)
def song(seed: int = 0, seconds: float = SECONDS, rate: int = RATE) -> Mapping[str, Samples]:
    """Return the parts of a song, ``[shape=(2, samples)]`` each: ``drums``, ``bass``, ``keys``, ``voice``; another seed, another song."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    beat = 60 / (92 + 17 * (seed % 5))
    root = 55 * 2 ** ((seed * 5 % 12) / 12)
    parts = {
        "drums": _drums(rng, t, beat),
        "bass": _bass(rng, t, beat, root),
        "keys": _keys(rng, t, beat, root),
        "voice": _voice(rng, t, beat, root),
    }
    for samples in parts.values():
        samples.flags.writeable = False
    return parts


def _from(t: NDArray[Any], start: float, seconds: float) -> slice:
    """Return where a sound that begins at `start` and dies away within `seconds` lies."""
    return slice(*np.searchsorted(t, (start, start + seconds)))


def _drums(rng: np.random.Generator, t: NDArray[Any], beat: float) -> Samples:
    close, hats = np.zeros_like(t), np.zeros_like(t)
    hiss = rng.standard_normal(t.size)
    bright = np.convolve(np.diff(hiss, prepend=0.0), (0.5, 1.0, 0.5), "same")  # little above 16 kHz, which lossy codecs leave out
    for i, start in enumerate(np.arange(0.0, t[-1], beat / 2)):
        at = _from(t, start, 0.9)
        after = t[at] - start
        if i % 4 == 0:
            close[at] += 0.4 * np.exp(-after / 0.09) * np.sin(2 * np.pi * (50 * after - 4.5 * np.expm1(-after / 0.03)))
        if i % 4 == 2:
            close[at] += np.exp(-after / 0.07) * (0.11 * hiss[at] + 0.12 * np.sin(2 * np.pi * 190 * after))
        hats[at] += 0.035 * np.exp(-after / 0.025) * bright[at]
    return np.stack([close + 0.6 * hats, close + 1.2 * hats]).astype(np.float32)


def _bass(rng: np.random.Generator, t: NDArray[Any], beat: float, root: float) -> Samples:
    total = np.zeros_like(t)
    for start in np.arange(0.0, t[-1], beat):
        pitch = root * rng.choice([1.0, 1.0, 4 / 3, 1.5])
        at = _from(t, start, 0.85 * beat)
        after = t[at] - start
        total[at] += 0.22 * np.exp(-after / 0.3) * sum(np.sin(2 * np.pi * pitch * k * after) / k**2 for k in range(1, 6))
    return np.stack([total, total]).astype(np.float32)


def _keys(rng: np.random.Generator, t: NDArray[Any], beat: float, root: float) -> Samples:
    total = np.zeros((2, t.size))
    for i, start in enumerate(np.arange(0.0, t[-1], 2 * beat)):
        at = _from(t, start, 5.0)
        after = t[at] - start
        for pitch in (root * (1.0, 4 / 3, 1.5, 1.0)[i % 4] * k for k in (4, 5, 6)):
            for side in (0, 1):
                detuned = pitch * rng.uniform(0.998, 1.002)
                wave = np.sin(2 * np.pi * detuned * after + 0.8 * np.sin(4 * np.pi * pitch * after))
                total[side, at] += 0.07 * (1.3 - 0.6 * side) * np.exp(-after / 0.7) * wave
    return total.astype(np.float32)


def _voice(rng: np.random.Generator, t: NDArray[Any], beat: float, root: float) -> Samples:
    total = np.zeros_like(t)
    length = 0.8 * beat
    for i, start in enumerate(np.arange(beat / 2, t[-1] - 0.3, beat)):
        if i % 4 == 3:  # a breath
            continue
        at = _from(t, start, length)
        after = t[at] - start
        pitch = 4 * root * rng.choice([1.0, 9 / 8, 5 / 4, 3 / 2])
        phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.012 * np.sin(2 * np.pi * 5.5 * after))) * (t[1] - t[0])
        wave = np.zeros_like(after)
        for k in range(1, int(5000 / pitch)):
            gain = sum(1 / (1 + ((k * pitch - formant) / 90) ** 2) for formant in _VOWELS[i % 3]) + 0.02
            wave += gain * np.sin(k * phase) / np.sqrt(k)
        total[at] += 0.13 * np.sqrt(np.sin(np.pi * np.minimum(after / length, 1.0))) * wave
    return np.stack([total, total]).astype(np.float32)


def mixed(*parts: Samples) -> Samples:
    """Return the sum of parts; a mono one plays on both sides, and the shorter ones end in silence."""
    length = max(p.shape[-1] for p in parts)
    total = np.zeros((2, length))
    for p in parts:
        total[:, : p.shape[-1]] += p
    return total.astype(np.float32)


def part(name: str, seed: int = 0, seconds: float = SECONDS, rate: int = RATE) -> Samples:
    """Return one part of the song, or its ``"mix"``."""
    found = song(seed, seconds, rate)
    return mixed(*found.values()) if name == "mix" else found[name]


def rolled(samples: Samples, seconds: float, rate: int = RATE) -> Samples:
    """Return samples that begin later, after silence."""
    return np.pad(samples, ((0, 0), (round(seconds * rate), 0))).astype(np.float32)


def loudness(samples: Samples, rate: int = RATE) -> float:
    """Return the integrated loudness in LUFS, as pyloudnorm measures it (ITU-R BS.1770-4)."""
    return float(pyloudnorm.Meter(rate).integrated_loudness(np.atleast_2d(samples).T.astype(np.float64)))
