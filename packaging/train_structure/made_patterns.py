"""Patterns of drums, bass and chords whose sounds are computed, with their beats: what no sound font holds, such as sine kicks.

Every song is drawn from a seed: a groove, a metre, a tempo that stays, drifts or is loosely played, swing, fills, bars without drums,
sounds whose pitch, decay and noise are drawn, and chords that change with the bars, or nothing but drums.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

RATE = 44100
Wave = NDArray[np.float64]


@dataclass(frozen=True)
class Groove:
    """Which steps of a bar each sound plays, in which metre, at which tempi.

    `steps` is how many steps a beat has; in `may` are steps of the kick that a variation adds or leaves out.
    """

    metre: str
    bpm: tuple[float, float]
    kick: tuple[int, ...]
    snare: tuple[int, ...]
    hat: tuple[int, ...]
    may: tuple[int, ...] = ()
    steps: int = 4
    bars: int = 1


def _every(step: int, end: int = 16, start: int = 0) -> tuple[int, ...]:
    return tuple(range(start, end, step))


GROOVES = MappingProxyType(
    {
        "house": Groove("4/4", (112, 145), _every(4), (4, 12), (2, 6, 10, 14)),
        "techno": Groove("4/4", (120, 150), _every(4), (), _every(2)),
        "disco": Groove("4/4", (105, 132), _every(4), (4, 12), _every(1)),
        "rock": Groove("4/4", (75, 165), (0, 8), (4, 12), _every(2), (10, 6, 7, 14, 3)),
        "slow rock": Groove("4/4", (60, 90), (0, 8), (4, 12), _every(2), (10, 7, 9)),
        "pop": Groove("4/4", (85, 130), (0, 6, 8), (4, 12), _every(2), (10, 14)),
        "punk": Groove("4/4", (150, 215), (0, 8), (4, 12), _every(2), (6, 10)),
        "half time": Groove("4/4", (100, 180), (0,), (8,), _every(2), (6, 10, 14, 3)),
        "trap": Groove("4/4", (115, 175), (0, 6, 10), (8,), _every(1), (3, 7, 11, 14)),
        "boom bap": Groove("4/4", (75, 105), (0, 7, 10), (4, 12), _every(2), (3, 9, 13)),
        "drum and bass": Groove("4/4", (155, 185), (0, 10), (4, 12), _every(2), (7, 15)),
        "breakbeat": Groove("4/4", (120, 175), (0, 2, 10), (4, 7, 9, 12, 15), _every(2), (11,)),
        "funk": Groove("4/4", (90, 120), (0, 3, 10), (4, 12), _every(1), (6, 7, 9, 13)),
        "one drop": Groove("4/4", (120, 165), (8,), (8,), _every(2)),
        "one drop slow": Groove("4/4", (65, 90), (4, 12), (4, 12), (2, 6, 10, 14)),
        "train": Groove("4/4", (95, 130), _every(4), _every(1), (2, 6, 10, 14)),
        "two beat": Groove("4/4", (160, 230), (0, 8), (4, 12), _every(4)),
        "motown": Groove("4/4", (100, 140), (0, 8, 10), _every(4), _every(2)),
        "metal": Groove("4/4", (100, 190), _every(2), (4, 12), _every(4), (1, 3, 5, 9, 11)),
        "blast": Groove("4/4", (120, 200), _every(2), _every(2, start=1), _every(2)),
        "bossa": Groove("4/4", (100, 160), (0, 6, 8, 14), (0, 3, 6, 10, 13), _every(1)),
        "dembow": Groove("4/4", (85, 105), _every(4), (3, 6, 11, 14), _every(2)),
        "shuffle": Groove("4/4", (80, 150), (0, 6), (3, 9), (0, 2, 3, 5, 6, 8, 9, 11), (5, 8), steps=3),
        "swing": Groove("4/4", (100, 230), (), (3, 9), (0, 3, 5, 6, 9, 11), (0, 6), steps=3),
        "slow blues": Groove("4/4", (50, 80), (0, 6), (3, 9), _every(1, 12), (2, 5, 8), steps=3),
        "waltz": Groove("3/4", (85, 200), (0,), (4, 8), (0, 4, 8), (6, 10)),
        "slow waltz": Groove("3/4", (70, 120), (0,), (8,), _every(2, 12), (4, 6, 10)),
        "waltz light": Groove("3/4", (85, 200), (0,), (4, 8), _every(2, 12)),
        "jazz waltz": Groove("3/4", (100, 180), (0,), (3, 6), (0, 3, 5, 6, 8), (2, 5), steps=3),
        "six eight": Groove("6/8", (40, 90), (0,), (3,), _every(1, 6), (5, 4, 2), steps=3),
        "six eight double": Groove("6/8", (40, 80), (0,), (6,), _every(2, 12), (10, 8, 4), steps=6),
        "jig": Groove("6/8", (85, 130), (0, 3), (), _every(1, 6), (2, 5), steps=3),
        "march": Groove("2/4", (90, 135), (0,), (4,), _every(2, 8), (6,)),
        "polka": Groove("2/4", (95, 140), (0, 4), (2, 6), (2, 6)),
        "samba": Groove("2/4", (85, 125), (0, 3, 4, 7), (0, 2, 5, 6), _every(1, 8)),
        "five": Groove("5/4", (90, 180), (0, 12), (8, 16), _every(2, 20), (6, 14)),
    }
)
BEATS_IN = MappingProxyType({"2/4": 2, "3/4": 3, "4/4": 4, "5/4": 5, "6/8": 2})


@dataclass(frozen=True, eq=False)
class Song:
    """Samples ``[shape=(samples,)]`` and the truth: time and place in its bar of each beat ``[shape=(beats, 2)]``, the metre."""

    samples: NDArray[np.float32]
    beats: NDArray[np.float64]
    metre: str


def _decay(seconds: float, decay_s: float) -> tuple[Wave, Wave]:
    time = np.arange(int(seconds * RATE)) / RATE
    return time, np.exp(-time / decay_s)


def _kick(random: np.random.Generator) -> Wave:
    time, level = _decay(0.5, random.uniform(0.05, 0.2))
    sweep = random.uniform(0.5, 4.0) * (1 - np.exp(-time / random.uniform(0.008, 0.05)))
    wave = np.sin(2 * np.pi * (random.uniform(40, 65) * time + sweep)) * level
    click = random.standard_normal(time.size) * np.exp(-time / 0.003) * random.uniform(0, 0.3)
    return np.tanh(random.uniform(0.8, 3) * (wave + click))


def _snare(random: np.random.Generator) -> Wave:
    time, level = _decay(0.4, random.uniform(0.03, 0.12))
    noise = random.standard_normal(time.size)
    if random.random() < 0.4:
        noise = np.diff(noise, append=0.0)
    if random.random() < 0.25:  # a clap: a few hands, not quite together
        level = level * (1 + sum(np.exp(-(((time - d) / 0.003) ** 2)) for d in (0.0, 0.011, 0.022)))
    body = np.sin(2 * np.pi * random.uniform(150, 280) * time) * np.exp(-time / 0.06) * random.uniform(0, 0.8)
    return random.uniform(0.3, 0.7) * noise * level + body


def _hat(random: np.random.Generator, open_: bool = False) -> Wave:
    time, level = _decay(0.4 if open_ else 0.12, random.uniform(0.06, 0.15) if open_ else random.uniform(0.008, 0.035))
    return np.diff(random.standard_normal(time.size + 1)) * level * 0.4


def _note(random: np.random.Generator, midi: float, seconds: float, bright: float, decay_s: float) -> Wave:
    time = np.arange(max(int(seconds * RATE), 64)) / RATE
    hz = 440 * 2 ** ((midi - 69) / 12)
    wave = sum((bright**n) / (n + 1) * np.sin(2 * np.pi * hz * (n + 1) * time + n) for n in range(6) if hz * (n + 1) < 16000)
    attack = np.minimum(1, time / random.uniform(0.002, 0.02))
    return np.asarray(wave * attack * np.exp(-time / decay_s) * np.minimum(1, (seconds - time).clip(0) / 0.02))


def _add(samples: Wave, at_s: float, wave: Wave, gain: float) -> None:
    start = int(at_s * RATE)
    if start < 0 or start >= samples.size:
        return
    end = min(start + wave.size, samples.size)
    samples[start:end] += gain * wave[: end - start]


def _beat_times(random: np.random.Generator, bpm: float, count: int) -> Wave:
    """Return when beats are played: steady, drifting, or loosely."""
    length = np.full(count, 60 / bpm)
    kind = random.random()
    if kind < 0.2:
        length *= 1 + np.cumsum(random.normal(0, 0.004, count))
    elif kind < 0.3:
        length *= np.linspace(1, random.uniform(0.9, 1.1), count)
    elif kind < 0.35:
        length[count // 2 :] *= random.uniform(0.75, 1.3)
    times = random.uniform(0.0, 1.5) + np.concatenate([[0.0], np.cumsum(length)[:-1]])
    return np.asarray(times + random.normal(0, random.choice([0.0, 0.002, 0.006]), count))


def song(seed: int, duration_s: float = 30.0, name: str | None = None) -> Song:
    """Return the song of a seed; `name` asks for a groove."""
    random = np.random.default_rng(seed)
    groove = GROOVES[name or str(random.choice(list(GROOVES)))]
    beats = BEATS_IN[groove.metre]
    bpm = float(np.exp(random.uniform(*np.log(groove.bpm))))
    times = _beat_times(random, bpm, int(duration_s * bpm / 60) + 12)
    samples = np.zeros(int(duration_s * RATE))
    steps = beats * groove.steps
    swing = random.uniform(0.5, 0.64) if groove.steps == 4 and random.random() < 0.3 else 0.5
    loose = random.choice([0.0, 0.002, 0.005, 0.01])
    drums, bass, chords, lead = (random.random() < share for share in (0.9, 0.55, 0.5, 0.3))
    drums = drums or not (bass or chords)
    anacrusis = int(random.integers(0, beats)) if random.random() < 0.15 else 0
    kick, snare, hat, opened = _kick(random), _snare(random), _hat(random), _hat(random, True)
    gains = random.uniform(0.4, 1.0, 3) * np.array([1.0, 0.8, 0.45])
    kicks = {*groove.kick, *(s for s in groove.may if random.random() < 0.3)}
    snares = set(groove.snare) if random.random() > 0.07 else set()
    hats = set(groove.hat)
    if random.random() < 0.15:
        hats = set(_every(groove.steps, steps))
    elif random.random() < 0.08:
        hats = set()
    accents = random.random() < 0.5
    roots = random.choice([0, 2, 3, 4, 5, 7, 8, 9, 10], 4) + random.integers(28, 40)
    minor = random.random(4) < 0.5
    bass_on = {int(s) for s in range(steps) if random.random() < (0.8 if s == 0 else 0.35 if s % groove.steps == 0 else 0.12)}
    if random.random() < 0.3:
        bass_on = {s for s in range(steps) if s % groove.steps == groove.steps // 2} | ({0} if random.random() < 0.5 else set())
    bars_a_chord = int(random.choice([1, 1, 1, 2]))
    silent_bars = set(random.integers(0, 40, 3).tolist()) if random.random() < 0.3 else set()
    fill_every = int(random.choice([4, 8, 99]))
    bright, hold = random.uniform(0.3, 0.9), random.uniform(0.15, 2.0)
    strum = [s for s in range(steps) if random.random() < 0.25] if random.random() < 0.5 else [0]
    for beat in range(times.size - 1):
        bar, place = divmod(beat - anacrusis, beats)
        length = times[beat + 1] - times[beat]
        root = int(roots[bar // bars_a_chord % 4])
        for step in range(groove.steps):
            share = step / groove.steps
            if groove.steps == 4 and step % 2:
                share = (step - 1) / 4 + swing / 2
            at = times[beat] + share * length + random.normal(0, loose)
            index = place * groove.steps + step
            fill = fill_every < 99 and bar % fill_every == fill_every - 1 and place >= beats // 2
            if drums and bar not in silent_bars:
                play = random.uniform(0.85, 1.1)
                if index in kicks and not (fill and random.random() < 0.5):
                    _add(samples, at, kick, gains[0] * play)
                if index in snares or (fill and random.random() < 0.6):
                    ghost = len(snares) > beats + 1 and index % (2 * groove.steps) != groove.steps
                    _add(samples, at, snare, gains[1] * play * (0.35 if ghost else 1.0))
                if index in hats:
                    loud = 1.0 if not accents or step == 0 else 0.6
                    _add(samples, at, opened if step == groove.steps // 2 and random.random() < 0.1 else hat, gains[2] * play * loud)
                if index == 0 and fill_every < 99 and bar % fill_every == 0:
                    _add(samples, at, np.repeat(opened, 2), gains[2])
            if bass and index in bass_on:
                _add(samples, at, _note(random, root + (0 if index == 0 else int(random.choice([0, 0, 7, 12]))), length, bright, 0.4), 0.35)
            if chords and index in strum:
                for offset in (12, 15 if minor[bar // bars_a_chord % 4] else 16, 19, 24):
                    _add(samples, at, _note(random, root + 12 + offset, length * (beats if strum == [0] else 1), bright, hold), 0.1)
            if lead and random.random() < (0.5 if step == 0 else 0.2):
                _add(samples, at, _note(random, root + 36 + int(random.choice([0, 2, 3, 5, 7, 10])), length / 2, bright, 0.3), 0.15)
    inside = times < duration_s - 0.05
    places = (np.arange(times.size) - anacrusis) % beats + 1
    samples += random.choice([0.0, 1e-4, 3e-3]) * random.standard_normal(samples.size)
    peak = float(np.abs(samples).max())
    return Song((0.8 * samples / peak).astype(np.float32), np.column_stack([times, places])[inside], groove.metre)
