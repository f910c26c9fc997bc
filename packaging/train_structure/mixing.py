"""Mixes at random: gains, tone, saturation, space, and what a medium takes away. The libraries' effects have no delay of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44100
Stem = NDArray[np.float32]


@dataclass(frozen=True)
class MixTuning:
    """How far mixes differ, in dB, set so that stems of 30 mixes listened to lay between buried and far in front."""

    level_sd_db: float = 4.0
    heavy_bass_db: float = 9.0
    heavy_bass_share: float = 0.15
    quietest_db: float = -22.0
    loudest_db: float = -0.5


TUNING = MixTuning()
LEVELS_DB = {"drums": -16.0, "bass": -19.0, "harmony": -20.0, "voice": -18.0}  # RMS of what sounds


def sounding_rms(sound: NDArray[Any]) -> float:
    """Return the RMS of a stem over the tenths of a second in which it sounds."""
    frames = sound[:, : sound.shape[1] // 4410 * 4410].reshape(sound.shape[0], -1, 4410)
    power = np.einsum("cfs,cfs->f", frames, frames) / (4410 * sound.shape[0])
    active = power[power > 1e-3 * power.max(initial=0.0)]
    return float(np.sqrt(active.mean())) if active.size and active.max() > 0 else 0.0


def _board(effects: list[Any], sound: Stem) -> Stem:
    from pedalboard import Pedalboard

    return np.asarray(Pedalboard(effects)(sound, RATE_HZ), np.float32)[:, : sound.shape[1]]


def amplified(sound: Stem, random: np.random.Generator) -> Stem:
    """Return a guitar through a distorting amplifier and the cabinet's roll-off."""
    from pedalboard import Distortion, HighpassFilter, LowpassFilter

    level = max(sounding_rms(sound), 1e-9)
    return _board(
        [
            HighpassFilter(float(random.uniform(60, 140))),
            Distortion(float(random.uniform(12, 36))),
            LowpassFilter(float(random.uniform(3000, 6500))),
            LowpassFilter(6500.0),
        ],
        (sound * (0.1 / level)).astype(np.float32),
    )


def treated(name: str, sound: Stem, random: np.random.Generator) -> Stem:
    """Return a stem through what a channel may have: tone, compression, chorus, delay, room."""
    from pedalboard import Chorus, Compressor, Delay, HighShelfFilter, LowShelfFilter, PeakFilter, Phaser, Reverb

    effects: list[Any] = []
    if random.random() < 0.6:
        effects.append(LowShelfFilter(float(random.uniform(80, 300)), float(random.normal(0, 4))))
        effects.append(HighShelfFilter(float(random.uniform(2500, 9000)), float(random.normal(0, 5))))
    if random.random() < 0.5:
        effects.append(
            PeakFilter(float(np.exp(random.uniform(np.log(200), np.log(6000)))), float(random.normal(0, 5)), float(random.uniform(0.5, 3)))
        )
    if random.random() < 0.4:
        effects.append(
            Compressor(
                float(random.uniform(-32, -14)), float(random.uniform(2, 10)), float(random.uniform(1, 40)), float(random.uniform(40, 300))
            )
        )
    if name == "harmony" and random.random() < 0.2:
        effects.append(Chorus(float(random.uniform(0.3, 2)), float(random.uniform(0.1, 0.4))) if random.random() < 0.6 else Phaser())
    if name in ("harmony", "voice") and random.random() < 0.15:
        effects.append(Delay(float(random.uniform(0.12, 0.5)), float(random.uniform(0.1, 0.45)), float(random.uniform(0.1, 0.35))))
    wet = {"drums": 0.35, "bass": 0.08, "harmony": 0.6, "voice": 0.8}[name]
    if random.random() < wet:
        amount = float(random.uniform(0.03, 0.3))
        effects.append(Reverb(float(random.uniform(0.1, 0.95)), float(random.uniform(0.2, 0.9)), amount, 1 - amount, 1.0))
    return _board(effects, sound) if effects else sound


def panned(sound: Stem, random: np.random.Generator) -> Stem:
    """Return a stem a little to a side, or narrower."""
    pan, width = random.normal(0, 0.25), random.choice([1.0, 1.0, 0.5, 0.0])
    angle = (np.clip(pan, -0.8, 0.8) + 1) * np.pi / 4
    own, other = (1 + width) / 2, (1 - width) / 2
    gains = 2**0.5 * np.array([[own * np.cos(angle), other * np.cos(angle)], [other * np.sin(angle), own * np.sin(angle)]])
    return np.asarray(gains.astype(np.float32) @ sound)


def mixed(stems: dict[str, Stem], random: np.random.Generator) -> Stem:
    """Return stems mixed at random gains, and the mix through a master's and a medium's effects; peaks below full scale.

    Parameters
    ----------
    stems : dict of str to np.ndarray [shape=(2, samples)]
    random : np.random.Generator
    """
    from pedalboard import Compressor, HighpassFilter, HighShelfFilter, Limiter, LowpassFilter, LowShelfFilter, Reverb

    out = np.zeros_like(next(iter(stems.values())), dtype=np.float32)
    for name, sound in stems.items():
        level = sounding_rms(sound)
        if level <= 0:
            continue
        gain = LEVELS_DB[name] + random.normal(0, TUNING.level_sd_db)
        if name == "bass" and random.random() < TUNING.heavy_bass_share:
            gain += TUNING.heavy_bass_db
        wide = sound if name in ("drums", "bass") else panned(sound, random)
        out += treated(name, wide, random) * np.float32(10 ** (gain / 20) / level)
    effects: list[Any] = []
    if random.random() < 0.5:
        effects += [LowShelfFilter(150.0, float(random.normal(0, 3))), HighShelfFilter(5000.0, float(random.normal(0, 4)))]
    if random.random() < 0.5:
        effects.append(
            Compressor(
                float(random.uniform(-28, -12)), float(random.uniform(1.5, 6)), float(random.uniform(1, 60)), float(random.uniform(50, 400))
            )
        )
    if random.random() < 0.08:
        effects.append(Reverb(float(random.uniform(0.4, 0.95)), 0.5, 0.2, 0.8, 1.0))
    if random.random() < 0.2:
        effects.append(LowpassFilter(float(random.choice([3500, 6000, 8000, 11000, 15000]))))
    if random.random() < 0.08:
        effects.append(HighpassFilter(float(random.uniform(80, 350))))
    if random.random() < 0.4:
        effects.append(Limiter(float(random.uniform(-12, -2)), float(random.uniform(30, 200))))
    if effects:
        out = _board(effects, out)
    if random.random() < 0.25:
        hiss = random.standard_normal(out.shape).astype(np.float32)
        out = out + hiss * np.float32(10 ** (random.uniform(-70, -38) / 20))
    if random.random() < 0.06:
        out = np.repeat(out.mean(axis=0, keepdims=True), 2, axis=0)
    peak = float(np.abs(out).max())
    if random.random() < 0.15:  # clipped by a loud master
        out = np.tanh(out / peak * random.uniform(1.5, 4)).astype(np.float32)
        peak = float(np.abs(out).max())
    level_db = random.uniform(TUNING.quietest_db, TUNING.loudest_db) if random.random() < 0.3 else random.uniform(-3, TUNING.loudest_db)
    return (out * np.float32(10 ** (level_db / 20) / max(peak, 1e-9))).astype(np.float32)
