"""A drum kit: every drum a short physical or analogue model, four variants of each so that no two strokes sound the same."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from math import pi

import numpy as np

from mixassistant.demo.score import Hit
from mixassistant.demo.style import Style
from mixassistant.demo.synthesis import (
    RATE_HZ,
    Signal,
    count,
    decay,
    equalized,
    faded,
    generator,
    high_pass,
    low_pass,
    place,
    reverberation,
    room,
    saturated,
    times,
    unit,
)  # fmt: skip
from mixassistant.processing.moves import Band
from mixassistant.progress import Progress, silent

VARIANTS = 4
# Gain and pan (as the drummer's audience sees the kit) of each drum.
PLACES: Mapping[str, tuple[float, float]] = {
    "kick": (0.80, 0.0),
    "snare": (0.62, 0.05),
    "clap": (0.26, -0.1),
    "hat": (0.21, 0.35),
    "open": (0.19, 0.35),
    "tambourine": (0.11, -0.45),
    "crash": (0.30, -0.3),
    "tom1": (0.50, 0.3),
    "tom2": (0.52, -0.1),
    "tom3": (0.55, -0.45),
}


def _swept(start_hz: float, end_hz: float, fall_s: float, length: int) -> Signal:
    """Return a sine whose pitch falls, as a struck skin's does."""
    frequency = end_hz + (start_hz - end_hz) * np.exp(-times(length) / fall_s)
    return np.asarray(np.sin(2 * pi * np.cumsum(frequency) / RATE_HZ))


def _metal(random: np.random.Generator, length: int, lowest_hz: float) -> Signal:
    """Return the clangour of a cymbal: square waves at inharmonic ratios (as the TR-808 makes it) amid noise."""
    turns = np.outer(np.array([1.0, 1.342, 1.2312, 1.6532, 1.9523, 2.1523]) * lowest_hz, times(length)) + random.random((6, 1))
    return np.asarray(np.sign(np.sin(2 * pi * turns)).sum(axis=0) / 6 + 0.7 * random.standard_normal(length))


def _kick(random: np.random.Generator, bright: float) -> Signal:
    length = count(0.45)
    body = _swept(190.0, 51.0 * random.uniform(0.99, 1.01), 0.022, length) * decay(length, 0.42)
    click = equalized(random.standard_normal(length), [high_pass(1800), low_pass(6500)]) * decay(length, 0.018)
    beater = equalized(random.standard_normal(length), [Band("bell", 350, 10, 1.0), low_pass(900)]) * decay(length, 0.05)
    return faded(saturated(1.1 * body + (0.16 + 0.05 * bright) * click + 0.10 * beater, 1.1), 0.0005, 0.08)


def _snare(random: np.random.Generator, bright: float) -> Signal:
    length = count(0.4)
    shell = _swept(260, 188, 0.012, length) * decay(length, 0.2) + 0.5 * _swept(420, 332, 0.01, length) * decay(length, 0.13)
    rattle = [high_pass(420), Band("bell", 1200, 3, 0.7), Band("bell", 4200, 3 + 2 * bright, 0.7), low_pass(13000, 0.5)]
    wires = equalized(random.standard_normal(length), rattle)
    crack = equalized(random.standard_normal(length), [high_pass(900), low_pass(9000)]) * decay(length, 0.025)
    return faded(saturated(0.60 * shell + 0.36 * wires * decay(length, 0.26) + 0.30 * crack, 1.2), 0.0003, 0.05)


def _clap(random: np.random.Generator, bright: float) -> Signal:
    length = count(0.3)
    hands = equalized(random.standard_normal(length), [high_pass(700), Band("bell", 1300, 8, 1.2), low_pass(8500)])
    bursts = np.zeros(length)
    for delay in (0.0, 0.011, 0.023, 0.034):
        start = count(delay * random.uniform(0.9, 1.1))
        bursts[start:] = np.maximum(bursts[start:], decay(length - start, 0.03 if delay < 0.03 else 0.22))
    return hands * bursts


def _hat(random: np.random.Generator, bright: float, t60_s: float) -> Signal:
    length = count(1.2 * t60_s + 0.02)
    metal = equalized(
        _metal(random, length, 480), [high_pass(5200), high_pass(3800), low_pass(15500, 0.6), Band("high_shelf", 9000, 2 * bright, 0.71)]
    )
    return faded(metal * decay(length, t60_s), 0.0005, 0.01)


def _tambourine(random: np.random.Generator, bright: float) -> Signal:
    length = count(0.22)
    jingles = equalized(random.standard_normal(length), [high_pass(6000), Band("bell", 8200, 8, 2.0), low_pass(14500)])
    return jingles * (decay(length, 0.12) + 0.3 * np.exp(-(((times(length) - 0.035) / 0.012) ** 2)))


def _crash(random: np.random.Generator, bright: float) -> Signal:
    length = count(2.4)
    sides = []
    for _ in range(2):
        wash = equalized(_metal(random, length, 320), [high_pass(900), Band("bell", 5000, 3 + bright, 0.6), low_pass(14000, 0.6)])
        sides.append(wash * (0.7 * decay(length, 1.9) + 0.3 * decay(length, 0.3)))
    return faded(np.stack(sides), 0.002, 0.4)


def _tom(random: np.random.Generator, bright: float, pitch_hz: float) -> Signal:
    length = count(0.6)
    skin = _swept(1.6 * pitch_hz, pitch_hz, 0.03, length) * decay(length, 0.45) + 0.3 * _swept(
        2.5 * pitch_hz, 1.6 * pitch_hz, 0.02, length
    ) * decay(length, 0.2)
    stick = equalized(random.standard_normal(length), [high_pass(500), low_pass(5000)]) * decay(length, 0.03)
    return faded(saturated(skin + 0.25 * stick, 1.0), 0.0005, 0.1)


MAKERS: Mapping[str, Callable[[np.random.Generator, float], Signal]] = {
    "kick": _kick,
    "snare": _snare,
    "clap": _clap,
    "hat": functools.partial(_hat, t60_s=0.075),
    "open": functools.partial(_hat, t60_s=0.38),
    "tambourine": _tambourine,
    "crash": _crash,
    "tom1": functools.partial(_tom, pitch_hz=165.0),
    "tom2": functools.partial(_tom, pitch_hz=125.0),
    "tom3": functools.partial(_tom, pitch_hz=92.0),
}


def play_drums(style: Style, hits: Sequence[Hit], length: int, progress: Progress = silent) -> Signal:
    """Play the drum part, ``[shape=(2, length)]``: close microphones, the kit's room, and the bus that glues them."""
    random = generator(style.seed, "kit")
    used = sorted({hit.drum for hit in hits})
    kit: dict[str, list[Signal]] = {}
    for number, drum in enumerate(used):
        progress("Playing the drums", 0.5 * number / len(used))
        kit[drum] = [unit(MAKERS[drum](random, style.brightness)) for _ in range(VARIANTS)]
    dull = {drum: [equalized(sound, [Band("high_shelf", 3500, -7, 0.71)]) for sound in kit[drum]] for drum in used}
    close, roomy = np.zeros((2, length)), np.zeros((2, length))
    for hit in hits:
        gain, pan = PLACES[hit.drum]
        variant = int(random.integers(VARIANTS))
        # A soft stroke is not only quieter but duller.
        sound = hit.velocity * kit[hit.drum][variant] + (1 - hit.velocity) * dull[hit.drum][variant]
        loud = gain * hit.velocity**1.4
        place(close, hit.start_s, sound, loud, pan)
        if hit.drum != "kick":
            place(roomy, hit.start_s, sound, loud, pan)
    progress("Playing the drums", 0.7)
    answer = reverberation(roomy + 0.25 * close, room(style.seed, 0.75, 4500.0, 0.008))
    return saturated(close + 0.45 * answer, 0.85)
