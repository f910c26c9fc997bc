"""The composition: who plays what and when, from a seed. Notes only; `instruments` makes the sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mixassistant.stems.stem import ROLES, Role

# Progressions in scale degrees (0 = tonic) of a natural minor or a major key: the ones that pop songs live on.
PROGRESSIONS = (("minor", (0, 5, 2, 6)), ("major", (0, 4, 5, 3)), ("minor", (0, 3, 5, 6)), ("major", (5, 3, 0, 4)), ("major", (0, 5, 3, 4)))
SCALES = {"minor": (0, 2, 3, 5, 7, 8, 10), "major": (0, 2, 4, 5, 7, 9, 11)}
PENTATONIC = {"minor": (0, 2, 3, 4, 6), "major": (0, 1, 2, 4, 5)}  # degrees that never clash with the chords
VOWELS = ("a", "e", "i", "o", "u")
STEPS = 16  # sixteenth notes in a bar


@dataclass(frozen=True)
class Note:
    """One note: start and length in seconds, pitch in MIDI numbers (or the drum's name), loudness 0–1, the vowel sung."""

    start_s: float
    length_s: float
    pitch: float
    velocity: float
    sound: str = ""


@dataclass(frozen=True)
class Score:
    """A song: tempo in BPM, key as a MIDI number and mode, and the notes of each role."""

    tempo_bpm: float
    key: int
    mode: str
    duration_s: float
    parts: dict[Role, tuple[Note, ...]]


@dataclass(frozen=True)
class _Plan:
    """What all players share: the form, the harmony, the clock and the dice."""

    rng: np.random.Generator
    key: int
    mode: str
    chords: tuple[int, ...]
    intro: int
    chorus: int
    step_s: float
    swing: float

    def time(self, bar: int, step: int, spread_s: float = 0.006) -> float:
        """Return when a sixteenth note falls, swung and slightly human, in seconds."""
        late = self.swing * self.step_s if step % 2 else 0.0
        return max(0.0, (bar * STEPS + step) * self.step_s + late + float(self.rng.normal(0, spread_s)))

    def pitch(self, degree: int, octave: int = 0) -> int:
        """Return the MIDI number of a degree of the scale."""
        return self.key + 12 * (octave + degree // 7) + SCALES[self.mode][degree % 7]

    def loudness(self, low: float, high: float = 1.0) -> float:
        """Return a velocity."""
        return float(self.rng.uniform(low, high))


def compose(seed: int, duration_s: float = 30.0) -> Score:
    """Compose a song of intro, verse and chorus.

    Parameters
    ----------
    seed : int
        The same seed gives the same song everywhere.
    duration_s : float
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    tempo = float(rng.integers(92, 126))
    key = int(rng.integers(45, 53))  # A2 … E3
    mode, progression = PROGRESSIONS[int(rng.integers(len(PROGRESSIONS)))]
    step_s = 60 / tempo / 4
    bars = max(4, int(np.ceil(duration_s / (STEPS * step_s))))
    chords = tuple(progression[bar % 4] for bar in range(bars))
    plan = _Plan(rng, key, mode, chords, 2 if bars >= 8 else 0, bars // 2, step_s, float(rng.uniform(0.0, 0.18)))
    players = {"drums": _drums, "bass": _bass, "other": _chords, "vocals": _melody}
    parts: dict[Role, tuple[Note, ...]] = {}
    for role in ROLES:
        parts[role] = tuple(note for note in players[role](plan) if note.start_s < duration_s)
    return Score(tempo, key, mode, duration_s, parts)


def _drums(plan: _Plan) -> Iterator[Note]:
    kicks = {0, 10} if plan.rng.random() < 0.5 else {0, 7, 8}
    bars = len(plan.chords)
    for bar in range(bars):
        fill = bar in (plan.chorus - 1, bars - 1)
        if bar in (plan.intro, plan.chorus):
            yield Note(plan.time(bar, 0), 1.5, 0, 0.8, "crash")
        for step in range(STEPS):
            if bar >= plan.intro and (step in kicks or (bar >= plan.chorus and step in (0, 8))):
                yield Note(plan.time(bar, step), 0.3, 0, plan.loudness(0.85), "kick")
            if bar >= plan.intro and (step in (4, 12) or (fill and step >= 12)):
                yield Note(plan.time(bar, step), 0.25, 0, plan.loudness(0.75) * (1 if step in (4, 12) else 0.6), "snare")
            if step % 2 == 0 or (bar >= plan.chorus and plan.rng.random() < 0.5):
                accent = 1.0 if step % 4 == 2 else 0.6
                yield Note(plan.time(bar, step), 0.08, 0, accent * plan.loudness(0.6), "open hat" if step == 14 else "hat")


def _bass(plan: _Plan) -> Iterator[Note]:
    verse, busy = ((0, 6), (6, 4), (10, 6)), ((0, 3), (3, 3), (6, 2), (8, 3), (11, 3), (14, 2))
    for bar, degree in enumerate(plan.chords):
        if bar < plan.intro:
            continue
        for step, length in busy if bar >= plan.chorus else verse:
            jump = 12 if bar >= plan.chorus and step == 14 and plan.rng.random() < 0.5 else 0
            yield Note(plan.time(bar, step), length * plan.step_s * 0.92, plan.pitch(degree, -1) + jump, plan.loudness(0.8))


def _chords(plan: _Plan) -> Iterator[Note]:
    for bar, degree in enumerate(plan.chords):
        loud = bar >= plan.chorus
        for step, length in ((0, 6), (6, 10)) if loud else ((0, 16),):
            for voice, interval in enumerate((0, 2, 4, 7)):
                start = plan.time(bar, step, 0.003) + 0.012 * voice  # strummed
                note = plan.pitch(degree + interval, 1 if interval < 4 else 0)
                yield Note(start, length * plan.step_s, note, plan.loudness(0.7, 0.9), "pluck" if loud else "pad")


def _melody(plan: _Plan) -> Iterator[Note]:
    degrees = PENTATONIC[plan.mode]
    motif = [(int(plan.rng.integers(-1, 2)), int(length)) for length in plan.rng.choice([2, 2, 3, 4, 6], size=7)]
    ceiling = plan.pitch(0, 2) + 4
    position = 2
    for bar, root in enumerate(plan.chords):
        if bar < plan.intro or (bar - plan.intro) % 4 == 3:  # a breath at the end of each phrase
            continue
        step, moves = (0 if (bar - plan.intro) % 2 == 0 else 2), iter(motif)
        while step < STEPS - 1:
            move, length = next(moves, (0, 4))
            length = min(length, STEPS - step)
            position = int(np.clip(position + move, 0, 2 * len(degrees) - 1))
            degree = degrees[position % len(degrees)] + 7 * (position // len(degrees))
            if step == 0:  # strong beats sit on the chord
                tones = [root + i + 7 * octave for i in (0, 2, 4) for octave in (-1, 0, 1)]
                degree = min(tones, key=lambda tone: abs(tone - degree))
            sung = plan.pitch(degree, 1 if bar < plan.chorus else 2)
            while sung > ceiling:
                sung -= 12
            vowel = str(plan.rng.choice(VOWELS))
            yield Note(plan.time(bar, step, 0.012), length * plan.step_s * 0.94, sung, plan.loudness(0.75), vowel)
            step += length + (2 if plan.rng.random() < 0.2 else 0)
