"""Our own players of bass, chords and melody: patterns over a chart, in quarter notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from chart import Bar, Chart, Section
from harmony import INTERVALS, Chord
from midi import Note


@dataclass(frozen=True)
class Stretch:
    """A chord's stretch: its bar, where it begins and ends in quarter notes, and the chord after it."""

    bar: Bar
    start: float
    end: float
    chord: Chord
    after: Chord


def stretches(chart: Chart, section: Section) -> Iterator[Stretch]:
    """Yield the chords of a section in their bars."""
    everything = [
        (bar, bar.start + offset, bar.start + (bar.chords[i + 1][0] if i + 1 < len(bar.chords) else bar.metre.bar), chord, number)
        for number, bar in enumerate(chart.bars)
        for i, (offset, chord) in enumerate(bar.chords)
    ]
    for index, (bar, start, end, chord, number) in enumerate(everything):
        if section.first_bar <= number < section.end_bar:
            after = everything[(index + 1) % len(everything)][3]
            yield Stretch(bar, start, end, chord, after)


def _at_or_above(pitch_class: int, low: int) -> int:
    return low + (pitch_class - low) % 12


def _grid(stretch: Stretch, step: float) -> list[float]:
    """Return multiples of a step in a stretch, counted from its bar's beginning."""
    count = round((stretch.end - stretch.start) / step)
    return [stretch.start + step * i for i in range(count) if stretch.start + step * i < stretch.end - 1e-6]


def rhythm_of(name: str, random: np.random.Generator) -> list[float]:
    """Return a rhythm of one 4/4 bar in sixteenths, for patterns that keep one through a section."""
    if name in ("syncopated", "sixteenths"):
        density = 0.45 if name == "syncopated" else 0.75
        weights = np.array([1.0, 0.35, 0.6, 0.5] * 4) * density * 1.6
        return [0.0, *[float(i) for i in range(1, 16) if random.random() < weights[i]]]
    return {
        "reggae": [[4, 6, 8, 12, 14], [0, 6, 8, 11], [2, 4, 8, 10, 14], [0, 3, 4, 8, 12]][int(random.integers(4))],
        "tumbao": [6.0, 12.0],
        "bossa": [0.0, 6.0, 8.0, 14.0],
        "kick": [[0, 6, 8], [0, 3, 10], [0, 7, 8, 10], [0, 8, 11], [0, 3, 6, 10]][int(random.integers(5))],
        "charleston": [[0, 6], [6, 14], [0, 6, 12], [2, 8], [4, 14]][int(random.integers(5))],
        "stabs": [[0, 6], [3, 6, 10], [0, 3, 6], [6, 14], [0, 7, 10, 14], [4, 12]][int(random.integers(6))],
        "montuno": [0, 2, 3, 5, 7, 9, 11, 13, 15],
        "gallop": [0, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15],
    }.get(name, [0.0, 4.0, 8.0, 12.0])


def _hits(stretch: Stretch, rhythm: list[float]) -> list[float]:
    """Return a rhythm's hits in a stretch; in other metres than 4/4 what fits, with the first beat kept."""
    hits = [stretch.bar.start + step / 4 for step in rhythm if step / 4 < stretch.bar.metre.bar]
    inside = [h for h in hits if stretch.start - 1e-6 <= h < stretch.end - 1e-6]
    return inside or [stretch.start]


def bass_line(chart: Chart, section: Section, name: str, program: int, random: np.random.Generator) -> list[Note]:
    """Return a bass line of a section. `name` is one of a style's ``bass``."""
    notes: list[Note] = []
    rhythm = rhythm_of(name, random)
    low = int(random.choice([28, 33, 36]))
    staccato = random.uniform(0.5, 0.98)
    for stretch in stretches(chart, section):
        root, chord, beat = _at_or_above(stretch.chord.bass, low), stretch.chord, stretch.bar.metre.beat
        tones = [_at_or_above(p, root) for p in chord.pitch_classes]
        fifth = tones[min(2, len(tones) - 1)]
        if name == "roots":
            times, pitches = [stretch.start], [root]
        elif name == "two":
            times = _grid(stretch, 2.0 if stretch.bar.metre.name in ("4/4", "2/4") else stretch.end - stretch.start)
            pitches = [root if i % 2 == 0 else fifth for i in range(len(times))]
        elif name == "walking":
            times = _grid(stretch, beat)
            target = _at_or_above(stretch.after.bass, low)
            pitches = [root, *[int(random.choice(tones)) for _ in times[1:]]]
            if len(times) > 2:
                pitches[-1] = target + int(random.choice([-1, 1]))
        elif name in ("eighths", "octaves", "offbeat", "sixteenths"):
            times = _grid(stretch, 0.25 if name == "sixteenths" else 0.5)
            pitches = [root + (12 if name == "octaves" and i % 2 else 0) for i in range(len(times))]
            if name == "offbeat":
                pairs = [(t, p) for i, (t, p) in enumerate(zip(times, pitches, strict=True)) if i % 2]
                times, pitches = [t for t, _ in pairs], [p for _, p in pairs]
        else:
            times = _hits(stretch, rhythm)
            pitches = [root if i == 0 or random.random() < 0.6 else int(random.choice([*tones, root + 12])) for i in range(len(times))]
        ends = [*times[1:], stretch.end][: len(times)]  # between two off-beats there may be none
        for t, e, p in zip(times, ends, pitches, strict=True):
            notes.append(Note(t, max(0.1, (e - t) * staccato), p, int(random.normal(98, 8)), program, "bass"))
        if name == "walking" and random.random() < 0.15 and times:
            notes.append(Note(times[-1] + beat / 2, beat / 3, pitches[-1] + 1, 80, program, "bass"))
    return notes


def voicing(chord: Chord, low: int, wide: bool) -> list[int]:
    """Return a chord's pitches upward from `low`, its lowest note the one nearest above, power chords doubled."""
    pitches = sorted(_at_or_above(p, low) for p in chord.pitch_classes)
    if wide and len(pitches) > 2:
        pitches[1] += 12
    if chord.quality == "5":
        pitches.append(pitches[0] + 12)
    return sorted(pitches)


def comping(chart: Chart, section: Section, name: str, program: int, random: np.random.Generator) -> list[Note]:
    """Return the chords of a section, played. `name` is one of a style's ``comping``."""
    notes: list[Note] = []
    rhythm = rhythm_of("charleston" if name == "charleston" else name, random)
    low = int(random.integers(48, 62)) - (12 if name in ("power", "gallop") else 0)
    wide = random.random() < 0.4
    base = 64 + 40 * section.density
    order = list(random.permutation(6))
    roll = random.uniform(0.0, 0.02)

    def strike(t: float, length: float, pitches: list[int], level: float) -> None:
        for i, pitch in enumerate(pitches):
            notes.append(Note(t + roll * i, length, pitch, int(np.clip(random.normal(level, 6), 20, 127)), program, "chords"))

    for stretch in stretches(chart, section):
        pitches = voicing(stretch.chord, low, wide)
        beat = stretch.bar.metre.beat
        if name == "power":
            root = _at_or_above(stretch.chord.root, 40)
            has_third = random.random() < 0.25
            third = [root + 12 + INTERVALS[stretch.chord.quality][1]] if has_third and len(INTERVALS[stretch.chord.quality]) > 2 else []
            pitches = [root, root + 7, root + 12, *third]
        if name in ("sustained", "power"):
            strike(stretch.start, (stretch.end - stretch.start) * 0.97, pitches, base)
        elif name == "skank":
            for t in _grid(stretch, 0.5)[1::2]:
                strike(t, 0.15, pitches, base)
        elif name == "offbeats":
            for t in _grid(stretch, 0.5)[1::2]:
                strike(t, 0.3, pitches, base)
        elif name == "oom-pah":
            for t in _grid(stretch, beat):
                if round((t - stretch.bar.start) / beat) % max(2, stretch.bar.metre.beats) != 0:
                    strike(t, 0.6 * beat, pitches, base)
        elif name in ("eighths", "strums"):
            for i, t in enumerate(_grid(stretch, 0.5)):
                if name == "eighths" or i % 2 == 0 or random.random() < 0.6:
                    strike(t, 0.45, pitches, base - 14 * (i % 2))
        elif name == "arpeggio":
            step = 0.25 if section.density > 0.6 else 0.5
            ladder = [*pitches, pitches[0] + 12]
            for i, t in enumerate(_grid(stretch, step)):
                strike(t, 1.5 * step, [ladder[order[i % len(order)] % len(ladder)]], base)
        else:
            for t in _hits(stretch, rhythm):
                strike(t, float(random.choice([0.2, 0.4, 0.9])), pitches, base)
    return notes


def melody(chart: Chart, section: Section, low: int, random: np.random.Generator) -> list[Note]:
    """Return a melody: chord notes where the beat is strong, steps of the scale between, motifs that come back every two bars."""
    motif_bars = [rhythm for _ in range(2) if (rhythm := _motif(section.density, random)) is not None]
    notes: list[Note] = []
    pitch = low + 7
    for number in range(section.first_bar, section.end_bar):
        bar = chart.bars[number]
        scale = bar.key.scale
        for begin, length in motif_bars[number % len(motif_bars)]:
            if begin >= bar.metre.bar:
                continue
            chord = [c for offset, c in bar.chords if offset <= begin + 1e-6][-1]
            is_strong = length > 0.8 or (begin % 1 == 0 and random.random() < 0.75)  # melodies rest on notes of the chord
            allowed = set(chord.pitch_classes) if is_strong else set(scale)
            move = int(random.choice([-2, -1, -1, 0, 1, 1, 2, 3, -3, 5, -5]))
            aim = int(np.clip(pitch + move, low, low + 19))
            pitch = min((p for p in range(low, low + 20) if p % 12 in allowed), key=lambda p: (abs(p - aim), p))
            notes.append(Note(bar.start + begin, length, pitch, int(np.clip(random.normal(92, 12), 40, 127)), 0, "melody"))
    return notes


def _motif(density: float, random: np.random.Generator) -> list[tuple[float, float]]:
    """Return onsets and lengths in one bar, in quarter notes; a bar may rest after two beats."""
    at, motif = float(random.choice([0.0, 0.0, 0.5, 1.0])), []
    end = 4.0 if random.random() < 0.6 else 2.5
    while at < end:
        length = float(random.choice([0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 1.5, 2.0] if density > 0.4 else [0.5, 1.0, 1.0, 1.5, 2.0]))
        motif.append((at, 0.9 * length))
        at += length + (0.5 if random.random() < 0.15 else 0)
    return motif


PlayerOfPart = Callable[[Chart, Section, str, int, np.random.Generator], list[Note]]
