"""The chords: a warm pad, an electric piano or a strummed guitar, and a plucked arpeggio. Wide, as such parts are mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import pi

import numpy as np

from mixassistant.demo.score import Note
from mixassistant.demo.style import Style
from mixassistant.demo.synthesis import (
    RATE_HZ,
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
    reverberation,
    room,
    sawtooth,
    times,
)  # fmt: skip
from mixassistant.processing.moves import Band
from mixassistant.progress import Progress, part, silent

GAINS: Mapping[str, float] = {"pad": 0.060, "epiano": 0.15, "guitar": 0.14, "arpeggio": 0.13}
STAGE = "Playing the chords"
DETUNE_CENTS = (-9.0, -2.5, 6.5)
LOSS = 0.06  # of a string's treble in each period


def _pad(style: Style, notes: Sequence[Note], length: int, random: np.random.Generator, progress: Progress) -> Signal:
    """Play detuned sawtooths, different ones on each side, that swell and darken."""
    track = np.zeros((2, length))
    for number, note in enumerate(notes):
        progress(STAGE, number / len(notes))
        held = count(note.duration_s + 0.35)
        sides = []
        for _ in range(2):
            cents = [c * random.uniform(0.7, 1.3) for c in DETUNE_CENTS]
            sides.append(sum((sawtooth(hertz(note.pitch + c / 100), held, float(random.random())) for c in cents), np.zeros(held)))
        place(track, note.start_s, faded(np.stack(sides), 0.12, 0.35), note.velocity)
    cutoff = 3600 * 2 ** (0.4 * style.brightness)
    return equalized(track, [high_pass(60), low_pass(cutoff, 0.6), low_pass(1.6 * cutoff, 0.6)])


def _epiano_tone(pitch: int, velocity: float) -> Signal:
    """Return one note of an electric piano by frequency modulation (Chowning 1973), the tine bright at first."""
    frequency = hertz(pitch)
    length = count(3.0)
    t = times(length)
    index = (0.5 + 1.4 * velocity) * decay(length, 1.6)
    body = np.sin(2 * pi * frequency * t + index * np.sin(2 * pi * frequency * t))
    tine = 0.18 * velocity * np.sin(2 * pi * frequency * t + 1.1 * np.sin(2 * pi * 13.6 * frequency * t)) * decay(length, 0.45)
    return faded((body + tine) * decay(length, 4.5 * 2 ** ((60 - pitch) / 24)), 0.002, 0.3)


def _epiano(style: Style, notes: Sequence[Note], length: int, progress: Progress) -> Signal:
    """Play the electric piano with its stereo tremolo."""
    tones: dict[tuple[int, bool], Signal] = {}
    pitches = sorted({note.pitch for note in notes})
    for number, pitch in enumerate(pitches):
        progress(STAGE, number / len(pitches))
        tones |= {(pitch, soft): _epiano_tone(pitch, 0.6 if soft else 1.0) for soft in (True, False)}
    track = np.zeros((2, length))
    for note in notes:
        held = min(count(note.duration_s + 0.12), count(3.0))
        place(track, note.start_s, faded(tones[note.pitch, note.velocity < 0.75][:held], 0.0, 0.12), note.velocity, (note.pitch - 62) / 40)
    swing = 0.28 * np.sin(2 * pi * 5.1 * times(length))
    bright = equalized(track * np.stack([1 + swing, 1 - swing]), [Band("bell", 1800, 6 + 2 * style.brightness, 0.6)])
    return equalized(bright, [high_pass(65)])


def _plucked(pitch: int, soft_hz: float, t60_s: float, random: np.random.Generator) -> Signal:
    """Return a plucked string (Karplus and Strong 1983): a burst of noise in a loop that dulls it."""
    from scipy.signal import lfilter

    length = count(t60_s)
    period = RATE_HZ / hertz(pitch)
    delay = int(period - 1.3)
    fraction = period - delay - 1.0  # 0.3–1.3 samples, by an all-pass filter, which keeps the treble
    bend = (1 - fraction) / (1 + fraction)
    loss = 10 ** (-3 * period / RATE_HZ / t60_s) * np.array([LOSS, 1 - 2 * LOSS, LOSS])
    burst = np.zeros(length)
    burst[: delay + 1] = equalized(random.standard_normal(delay + 1), [low_pass(soft_hz)])
    loop = np.zeros(delay + 4)
    loop[:2] = 1.0, bend
    loop[delay:] -= np.convolve(loss, [bend, 1.0])
    sound = np.asarray(lfilter([1.0, bend], loop, burst))
    return faded(sound / np.sqrt((sound[: count(0.2)] ** 2).mean()) * 0.25, 0.0008, 0.1)


def _guitar(style: Style, notes: Sequence[Note], length: int, random: np.random.Generator, progress: Progress) -> Signal:
    """Play the guitar part twice, left and right, as guitars are double-tracked."""
    track = np.zeros((2, length))
    pitches = sorted({n.pitch for n in notes})
    for pan in (-0.5, 0.5):
        progress(STAGE, 0.5 + 0.5 * pan)
        strings = {p: _plucked(p, 5200 * 2 ** (0.4 * style.brightness), 2.2, random) for p in pitches}
        for note in notes:
            held = min(count(note.duration_s + 0.08), count(2.2))
            late = float(np.clip(random.normal(0, 0.004), -0.009, 0.009))
            place(track, note.start_s + late, faded(strings[note.pitch][:held], 0.0, 0.08), note.velocity * random.uniform(0.9, 1.1), pan)
    body = [Band("bell", 110, 3, 1.5), Band("bell", 210, 3, 1.5), Band("bell", 2600, 3, 0.8), low_pass(9000, 0.6)]
    return equalized(track, [high_pass(85), *body])


def _arpeggio(style: Style, notes: Sequence[Note], length: int, random: np.random.Generator, progress: Progress) -> Signal:
    """Play the arpeggio with echoes that bounce from side to side."""
    track = np.zeros((2, length))
    strings = {p: _plucked(p, 6500, 1.2, random) for p in sorted({n.pitch for n in notes})}
    progress(STAGE, 0.3)
    echo_s = 3 * 60.0 / style.tempo_bpm / 4  # dotted eighth
    for index, note in enumerate(notes):
        side = 0.45 if index % 2 else -0.45
        held = min(count(note.duration_s + 0.2), count(1.2))
        sound = faded(strings[note.pitch][:held], 0.0, 0.15)
        for repeat, gain in enumerate((1.0, 0.35, 0.16)):
            place(track, note.start_s + repeat * echo_s, sound, gain * note.velocity, side * (-1) ** repeat)
    return equalized(track, [high_pass(220)])


def play_chords(style: Style, layers: Mapping[str, tuple[Note, ...]], length: int, progress: Progress = silent) -> Signal:
    """Play the accompaniment, ``[shape=(2, length)]``."""
    random = generator(style.seed, "keys")
    track = GAINS["pad"] * _pad(style, layers["pad"], length, random, part(progress, 0.0, 0.5))
    if layers.get("epiano"):
        track += GAINS["epiano"] * _epiano(style, layers["epiano"], length, part(progress, 0.5, 0.75))
    if layers.get("guitar"):
        track += GAINS["guitar"] * _guitar(style, layers["guitar"], length, random, part(progress, 0.5, 0.75))
    if layers["arpeggio"]:
        track += GAINS["arpeggio"] * _arpeggio(style, layers["arpeggio"], length, random, part(progress, 0.75, 0.9))
    progress(STAGE, 0.9)
    hiss = 1e-4 * random.standard_normal((2, length))
    return np.asarray(track + 0.28 * reverberation(track, room(style.seed, 1.6, 3500.0, 0.018)) + hiss)
