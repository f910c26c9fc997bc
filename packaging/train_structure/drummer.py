"""Our own drummer: a pattern per letter, changed a little from bar to bar, with fills before sections and crashes after them."""

from __future__ import annotations

import numpy as np
from chart import Chart, Section
from clock import Metre
from drum_patterns import NOTES, VELOCITIES, Pattern
from midi import Note

FILL_DRUMS = (38, 38, 48, 45, 43)


def group_of(metre: Metre, choices: tuple[str, ...], random: np.random.Generator) -> str:
    """Return the group of patterns for a metre; in 4/4 one of the style's."""
    return {"3/4": "waltz", "6/8": "6/8", "2/4": "2/4", "5/4": "5/4"}.get(metre.name) or str(random.choice(choices))


def bar_of(pattern: Pattern, start: float, metre: Metre, level: float, looseness: float, random: np.random.Generator) -> list[Note]:
    """Return one bar of a pattern.

    Parameters
    ----------
    pattern : Pattern
    start : float
        In quarter notes.
    metre : Metre
    level : float
        Factor on velocities.
    looseness : float
        How likely a soft stroke is left out or a ghost comes in, 0–1.
    random : np.random.Generator
    """
    notes = []
    for voice, steps in pattern.items():
        step = metre.bar / len(steps)
        for i, mark in enumerate(steps):
            is_extra = mark == "." and voice in "ks" and random.random() < 0.04 * looseness
            is_rest = (mark == "." and not is_extra) or (mark == "?" and random.random() < 0.6)
            if is_rest or (mark in "og" and random.random() < 0.25 * looseness):
                continue
            velocity = VELOCITIES["g" if is_extra and voice == "s" else "o" if is_extra else mark]
            played = int(np.clip(random.normal(velocity * level, 5 + 6 * looseness), 12, 127))
            notes.append(Note(start + i * step, 0.1, NOTES[voice], played, 0, "drums"))
    return notes


def fill(start: float, metre: Metre, random: np.random.Generator) -> tuple[float, list[Note]]:
    """Return where in a bar a fill begins, and its notes to the bar's end."""
    length = metre.beat * int(random.integers(1, max(2, metre.beats)))
    begin = start + metre.bar - length
    step = float(random.choice([0.25, 0.25, 0.5, 1 / 3, 1 / 6, 0.125])) if metre.name != "6/8" else float(random.choice([0.5, 0.25]))
    count = max(1, round(length / step))
    drums = sorted(int(d) for d in random.integers(0, len(FILL_DRUMS), count)) if random.random() < 0.7 else [0] * count
    notes = [
        Note(begin + i * step, 0.1, FILL_DRUMS[drum], int(random.uniform(70, 120)), 0, "drums")
        for i, drum in enumerate(drums)
        if random.random() < 0.85
    ]
    if random.random() < 0.4:
        notes += [Note(begin + i * metre.beat, 0.1, 36, 100, 0, "drums") for i in range(round(length / metre.beat))]
    return begin, notes


def drum_part(chart: Chart, section: Section, patterns: tuple[Pattern, ...], random: np.random.Generator, looseness: float) -> list[Note]:
    """Return the drums of a section.

    Parameters
    ----------
    chart : Chart
    section : Section
    patterns : tuple of Pattern
        Two bars' worth: the second, if any, every other bar.
    random : np.random.Generator
    looseness : float
    """
    notes: list[Note] = []
    level = 0.75 + 0.3 * section.density
    for number in range(section.first_bar, section.end_bar):
        bar = chart.bars[number]
        pattern = patterns[(number - section.first_bar) % len(patterns)]
        played = bar_of(pattern, bar.start, bar.metre, level, looseness, random)
        is_turn = number + 1 == section.end_bar or (number - section.first_bar) % 4 == 3
        if is_turn and random.random() < (0.6 if number + 1 == section.end_bar else 0.15):
            begin, strokes = fill(bar.start, bar.metre, random)
            played = [n for n in played if n.start < begin - 1e-6] + strokes
        if number == section.first_bar and random.random() < 0.4:
            played.append(Note(bar.start, 0.1, 49, 110, 0, "drums"))
        notes += played
    return notes
