"""A bass guitar: the harmonics of a plucked string, each with its own decay, through a pickup and a driven amplifier."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

import numpy as np

from mixassistant.demo.score import Note
from mixassistant.demo.style import Style
from mixassistant.demo.synthesis import (
    Signal,
    count,
    decay,
    equalized,
    faded,
    generator,
    hertz,
    high_pass,
    low_pass,
    place,
    saturated,
    times,
)
from mixassistant.processing.moves import Band
from mixassistant.progress import Progress, silent

HIGHEST_HZ = 6000.0  # of the string's harmonics: above it there is nothing but the fingers
RING_S = 2.6
PLUCKED_AT = 0.21  # of the string's length
PICKUP_AT = 0.13


def _string(pitch: int, bright: float, phase: Signal) -> Signal:
    """Return one plucked note that rings out."""
    fundamental = hertz(pitch)
    length = count(RING_S)
    number = np.arange(1, int(HIGHEST_HZ / fundamental) + 1)
    # The shape of a plucked string, what the pickup hears of it, and the loss of a finger's soft tip.
    level = np.abs(np.sin(pi * number * PLUCKED_AT) * (0.35 + np.abs(np.sin(pi * number * PICKUP_AT)))) / number**1.3
    level *= 1 / (1 + (number * fundamental / (700 + 300 * bright)) ** 2)
    t = times(length)
    sound = np.zeros(length)
    for n, gain in zip(number, level, strict=True):
        rings = count(min(RING_S, 7.0 / (1 + 0.28 * n)))  # a partial that has faded by 60 dB costs nothing more
        stiff = n * fundamental * np.sqrt(1 + 1.2e-4 * n * n)
        sound[:rings] += gain * decay(rings, 6.0 / (1 + 0.28 * n)) * np.sin(2 * pi * stiff * t[:rings] + phase[n % phase.size])
    return np.asarray(sound / np.abs(sound[: count(0.3)]).max())


def play_bass(style: Style, notes: Sequence[Note], length: int, progress: Progress = silent) -> Signal:
    """Play the bass line, ``[shape=(2, length)]``, centred."""
    random = generator(style.seed, "bass guitar")
    phase = random.uniform(0, 2 * pi, 64)
    strings: dict[int, Signal] = {}
    pitches = sorted({note.pitch for note in notes})
    for number, pitch in enumerate(pitches):
        progress("Playing the bass", number / len(pitches))
        strings[pitch] = _string(pitch, style.brightness, phase)
    track = np.zeros((2, length))
    finger = count(0.03)
    for note in notes:
        held = min(count(note.duration_s + 0.06), count(RING_S))
        place(track, note.start_s, faded(strings[note.pitch][:held], 0.003, 0.06), note.velocity)
        touch = equalized(random.standard_normal(finger), [high_pass(700), low_pass(3600)]) * decay(finger, 0.02)
        place(track, note.start_s - 0.002, touch, 0.035 * note.velocity)
    mono = saturated(0.9 * track[0], 1.3)
    hiss = 4e-4 * equalized(random.standard_normal(length), [high_pass(1500)])
    amplifier = [high_pass(45), Band("low_shelf", 60, -2.5, 0.71), Band("bell", 90, 2.0, 0.8), Band("bell", 750, 1 + style.brightness, 0.8)]
    mono = equalized(mono + hiss, amplifier)
    return np.stack([mono, mono])
