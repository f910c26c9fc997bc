"""Close microphones of a drum kit, made of its produced sum: what the songs at hand have no recordings of.

A stroke is what plays from one onset to the next. Strokes of one kind stay, the others come through as a closed gate lets them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio

FRAME_S = 0.005
LONGEST_S = 0.35
FADE_S = 0.005
BANDS_HZ: Mapping[str, tuple[float, float]] = {"low": (30.0, 110.0), "middle": (150.0, 450.0), "high": (5000.0, 16_000.0)}
KINDS: Mapping[str, tuple[str, ...]] = {"kick": ("low",), "snare": ("middle",), "cymbals": ("high",)}
LEAST_STROKES = 3


def _band(samples: NDArray[np.float64], rate_hz: int, low_hz: float, high_hz: float) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(samples.size, 1 / rate_hz)
    spectrum[(hertz < low_hz) | (hertz > high_hz)] = 0
    return np.asarray(np.fft.irfft(spectrum, samples.size))


def split_kit(kit: Audio, random: np.random.Generator) -> dict[str, Audio]:
    """Return tracks of single microphones: ``kick``, ``snare``, ``cymbals`` (those that it plays) and ``overheads``.

    Parameters
    ----------
    kit : Audio
        A drum kit by itself.
    random : np.random.Generator
        Chooses how far the gates close (10 to 40 dB).
    """
    mono = kit.samples.mean(axis=0).astype(np.float64)
    frame = round(FRAME_S * kit.sample_rate_hz)
    count = mono.size // frame
    powers = {
        name: np.square(_band(mono, kit.sample_rate_hz, *edges))[: count * frame].reshape(count, frame).mean(axis=1) + 1e-12
        for name, edges in BANDS_HZ.items()
    }
    rise = sum(np.maximum(np.log10(p[3:] / p[:-3]), 0.0) * (p[3:] > 0.02 * p.max()) for p in powers.values())
    onsets = _peaks(np.asarray(rise)) + 2
    if onsets.size < LEAST_STROKES:
        return {}
    ends = np.minimum(np.append(onsets[1:], count), onsets + round(LONGEST_S / FRAME_S))
    strength = {
        name: np.array([p[a : min(a + 10, b)].max(initial=1e-12) for a, b in zip(onsets, ends, strict=True)]) for name, p in powers.items()
    }
    share = {name: np.log10(values / np.median(values)) for name, values in strength.items()}
    found: dict[str, Audio] = {}
    for kind, (band,) in KINDS.items():
        others = np.max([share[name] for name in BANDS_HZ if name != band], axis=0)
        chosen = np.flatnonzero((share[band] > others + 0.15) & (strength[band] > 0.05 * strength[band].max()))
        if chosen.size >= LEAST_STROKES:
            found[kind] = Audio(_gated(mono, onsets[chosen] * frame, ends[chosen] * frame, kit.sample_rate_hz, random), kit.sample_rate_hz)
    above = _band(mono, kit.sample_rate_hz, float(random.uniform(150, 400)), 20_000.0)
    found["overheads"] = Audio(above[None].astype(np.float32), kit.sample_rate_hz)
    return found


def _peaks(rise: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the frames in which an onset begins, 50 ms apart at least."""
    chosen: list[int] = []
    for at in np.argsort(rise)[::-1]:
        if rise[at] < 0.3:
            break
        if all(abs(int(at) - other) >= round(0.05 / FRAME_S) for other in chosen):
            chosen.append(int(at))
    return np.array(sorted(chosen), dtype=np.intp)


def _gated(
    samples: NDArray[np.float64], starts: NDArray[np.intp], ends: NDArray[np.intp], rate_hz: int, random: np.random.Generator
) -> NDArray[np.float32]:
    closed = 10 ** (-float(random.uniform(10, 40)) / 20)
    gate = np.full(samples.size, closed)
    for a, b in zip(starts, ends, strict=True):
        gate[max(a - round(FADE_S * rate_hz), 0) : b] = 1.0
    fade = np.hanning(2 * round(FADE_S * rate_hz) + 1)
    return np.asarray((samples * np.convolve(gate, fade / fade.sum(), mode="same"))[None], np.float32)
