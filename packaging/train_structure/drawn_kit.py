"""Electronic kits whose sounds are drawn: kicks that fall in pitch, snares and claps of noise, hats of squares and noise.

After the circuits of analogue drum machines (Werner, Abel, Smith 2014, "A physically-informed, circuit-bendable, digital model of the
Roland TR-808 bass drum circuit", for the kick's shape).
"""

from __future__ import annotations

import numpy as np
from kits import RATE_HZ, Kit
from numpy.typing import NDArray

Signal = NDArray[np.float64]


def _times(duration_s: float) -> Signal:
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def _filtered(sound: Signal, kind: str, edges_hz: float | tuple[float, float]) -> Signal:
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(2, edges_hz, kind, fs=RATE_HZ, output="sos"), sound))


def kick(random: np.random.Generator) -> Signal:
    """Return a sine that falls from a click to its tone, from a short thud to a long boom."""
    length = float(np.exp(random.uniform(np.log(0.12), np.log(1.3))))
    t = _times(min(1.6, 1.5 * length))
    low, high, fall = random.uniform(38, 65), random.uniform(120, 500), random.uniform(0.008, 0.05)
    phase = 2 * np.pi * (low * t + (high - low) * fall * (1 - np.exp(-t / fall)))
    body = np.sin(phase) * np.exp(-4 * t / length)
    click = random.standard_normal(t.size) * np.exp(-t / 0.002) * random.uniform(0, 0.4)
    return np.asarray(np.tanh(random.uniform(1, 4) * (body + click)))


def snare(random: np.random.Generator) -> Signal:
    """Return two tones and a rattle of noise."""
    length = random.uniform(0.08, 0.35)
    t = _times(0.5)
    tone = random.uniform(150, 260)
    shell = (np.sin(2 * np.pi * tone * t) + 0.6 * np.sin(2 * np.pi * 1.83 * tone * t)) * np.exp(-t / random.uniform(0.02, 0.08))
    rattle = _filtered(random.standard_normal(t.size), "highpass", random.uniform(700, 3000)) * np.exp(-4 * t / length)
    share = random.uniform(0.3, 0.8)
    return np.asarray((1 - share) * shell + share * rattle)


def clap(random: np.random.Generator) -> Signal:
    """Return three short bursts and a longer one. The first is the onset."""
    t = _times(0.4)
    gap = random.uniform(0.006, 0.012)
    envelope = sum(np.where(t >= k * gap, np.exp(-np.maximum(t - k * gap, 0) / 0.003), 0) for k in range(3))
    envelope = envelope + np.where(t >= 3 * gap, 0.8 * np.exp(-np.maximum(t - 3 * gap, 0) / random.uniform(0.02, 0.08)), 0)
    return np.asarray(
        _filtered(random.standard_normal(t.size), "bandpass", (random.uniform(700, 1000), random.uniform(2500, 6000))) * envelope
    )


def hat(random: np.random.Generator, length_s: float) -> Signal:
    """Return noise or six squares out of tune, without their lows."""
    t = _times(3 * length_s)
    if random.random() < 0.5:
        base = random.uniform(300, 600)
        source = sum(np.sign(np.sin(2 * np.pi * base * ratio * t)) for ratio in (1, 1.34, 1.52, 1.71, 1.98, 2.43))
    else:
        source = random.standard_normal(t.size)
    return np.asarray(_filtered(source, "highpass", random.uniform(5000, 9000)) * np.exp(-t / length_s))


def tone(random: np.random.Generator, frequency_hz: float, length_s: float) -> Signal:
    """Return a struck sine that falls a little."""
    t = _times(3 * length_s)
    return np.asarray(np.sin(2 * np.pi * frequency_hz * (t + 0.02 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / length_s))


def drawn_kit(seed: int) -> Kit:
    """Return the kit of a seed."""
    random = np.random.default_rng([seed, 808])
    pitch = random.uniform(0.8, 1.3)
    sounds = {
        "kick": kick(random),
        "snare": snare(random),
        "clap": clap(random),
        "rim": tone(random, random.uniform(500, 1700), 0.012),
        "closed hat": hat(random, random.uniform(0.01, 0.05)),
        "pedal hat": hat(random, 0.02),
        "open hat": hat(random, random.uniform(0.1, 0.35)),
        "crash": hat(random, random.uniform(0.4, 0.8)),
        "ride": hat(random, random.uniform(0.2, 0.5)),
        "cowbell": 0.5 * tone(random, 540 * pitch, 0.08) + tone(random, 800 * pitch, 0.08),
        "shaker": hat(random, 0.03),
        "clave": tone(random, 2500 * pitch, 0.02),
        "conga": tone(random, 220 * pitch, 0.09),
        "bongo": tone(random, 330 * pitch, 0.06),
        "low tom": tone(random, 80 * pitch, 0.2),
        "mid tom": tone(random, 110 * pitch, 0.17),
        "high tom": tone(random, 150 * pitch, 0.15),
    }
    layers = {role: (np.repeat((s / np.abs(s).max())[None], 2, axis=0).astype(np.float32),) for role, s in sounds.items()}
    return Kit(f"drawn {seed}", layers)
