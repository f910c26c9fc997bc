"""What drums, bass and chords play: sixteen steps a bar, written as drummers and sequencers write them.

Drums: ``X`` accent, ``x`` stroke, ``o`` soft, ``g`` ghost, ``.`` nothing. Bass: ``r`` root, ``o`` octave, ``f`` fifth, ``a`` a step
that leads to the next root, ``-`` held, ``.`` rest. Chords: ``D`` and ``U`` strums, ``x`` struck together, ``-`` held, ``.`` rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixassistant.demo.score import STEPS, Bar, Hit, Note, grid_of, missed, pitch_of
from mixassistant.demo.style import Style
from mixassistant.demo.synthesis import generator

VELOCITY = {"X": 1.0, "x": 0.8, "o": 0.55, "g": 0.25}

# Verse and chorus of each groove.
GROOVES: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    (
        {"kick": "X.....x.x.......", "snare": "....X..g.g..X...", "hat": "X.o.x.o.X.o.x.o."},
        {"kick": "X.x...x.x.x.....", "snare": "....X.......X..g", "hat": "X.x.X.x.X.x.X.x.", "tambourine": "o.x.X.x.o.x.X.x."},
    ),
    (
        {"kick": "X...x...X...x...", "snare": "....X.......X...", "hat": "..x...x...x...xo"},
        {
            "kick": "X...X...X...X...", "snare": "....X.......X.g.", "clap": "....x.......x...",
            "hat": "o.o.o.o.o.o.o.o.", "open": "..x...x...x...x.",
        },
    ),
    (
        {"kick": "X..x......x.....", "snare": "....X..g....X.g.", "hat": "XgogxgogXgogxgog"},
        {"kick": "X..x..x...x..x..", "snare": "....X..g.g..X...", "hat": "XgxgXgxgXgxgXgxg", "tambourine": "....x.......x..."},
    ),
    (
        {"kick": "X.........x.....", "snare": "........X.......", "hat": "X.o.x.o.x.o.x.oo"},
        {
            "kick": "X.....x...x.x...", "snare": "....X.......X...", "clap": "....x.......x...",
            "hat": "X.x.x.x.X.x.x.x.", "open": "..............x.",
        },
    ),
)  # fmt: skip
FILLS: tuple[dict[str, str], ...] = (
    {"snare": "............xoxX", "kick": "............x..."},
    {"tom1": "........x.x.....", "tom2": "............xx..", "tom3": "..............XX"},
    {"snare": "........g.o.x.XX", "kick": "........x...x..."},
    {"snare": "..........xx....", "tom1": "............x...", "tom3": "..............x."},
)
BASS_LINES: tuple[tuple[str, str], ...] = (
    ("r-----r-r---f-a-", "r-r-r-r-r-r-r-a-"),
    ("r---..r-r---o-f-", "r-o-r-o-r-o-f-a-"),
    ("r--r--..r-----a-", "r--r--r-r--r--a-"),
    ("r-------f---r-a-", "r-r-..r-r-r-o-a-"),
)
COMPINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "epiano": (
        ("x-------x-----x-", "x---x-x-..x-x---"),
        ("..x-....x-..x---", "x-x-..x-x-x-..x-"),
        ("x---------x-----", "x-----x-x-----x-"),
    ),
    "guitar": (
        ("D---D-U-..U-D-U-", "D-U-D-U-D-U-D-U-"),
        ("D-------D-U---U-", "D-D-D-DUD-D-D-DU"),
        ("D-----U-..U-D---", "D---D-U-..U-D-U-"),
    ),
}
ARPEGGIOS = ("0.1.2.3.2.1.2.1.", "0..1..2..3..2.1.", "0.2.1.3.0.2.1.2.")


def drum_hits(style: Style, bars: Sequence[Bar]) -> tuple[Hit, ...]:
    """Write the drum part: a groove, fills into each section, a crash on its first beat."""
    random = generator(style.seed, "drum part")
    grid = grid_of(style)
    hits: list[Hit] = []
    for bar in bars:
        verse, chorus = GROOVES[style.groove % len(GROOVES)]
        strokes = dict(chorus if bar.section == "chorus" else verse)
        if bar.section == "intro":
            strokes = {"hat": verse["hat"]} if bar.position == 0 and bar.length > 1 else {"hat": verse["hat"], "kick": verse["kick"]}
        if bar.section == "ending":
            strokes = {"kick": "X...............", "crash": "X..............."}
        elif bar.is_last or (bar.section == "chorus" and bar.position % 4 == 3):
            strokes = _with_fill(strokes, FILLS[int(random.integers(len(FILLS)))])
        if bar.section in ("verse", "chorus") and bar.position == 0:
            strokes["crash"] = ("X" if bar.section == "chorus" else "o") + "." * (STEPS - 1)
        lift = {"intro": 0.9, "verse": 0.94, "chorus": 1.0, "ending": 1.0}[bar.section]
        for drum, line in strokes.items():
            for step, symbol in enumerate(line):
                if symbol in VELOCITY:
                    velocity = VELOCITY[symbol] * lift * float(np.clip(random.normal(1.0, 0.06), 0.85, 1.15))
                    hits.append(Hit(grid.time_s(bar.index, step) + missed(random), drum, min(velocity, 1.0)))
    return tuple(sorted(hits, key=lambda hit: (hit.start_s, hit.drum)))


def _with_fill(strokes: dict[str, str], fill: dict[str, str]) -> dict[str, str]:
    """Return a bar whose end is a fill: from the fill's first stroke on, only the fill and the hat play."""
    first = min(line.index(next(symbol for symbol in line if symbol != ".")) for line in fill.values())
    kept = {drum: line if drum == "hat" else line[:first] + "." * (STEPS - first) for drum, line in strokes.items()}
    for drum, line in fill.items():
        kept[drum] = kept.get(drum, "." * STEPS)[:first] + line[first:]
    return kept


def _lengths(line: str) -> list[tuple[int, int, str]]:
    """Return the start step, the length in steps and the symbol of every note of a pattern."""
    found = []
    for step, symbol in enumerate(line):
        if symbol not in "-.":
            length = 1
            while step + length < len(line) and line[step + length] == "-":
                length += 1
            found.append((step, length, symbol))
    return found


def bass_notes(style: Style, bars: Sequence[Bar]) -> tuple[Note, ...]:
    """Write the bass line: roots under the chords, locked to the kick, with steps that lead to the next root."""
    random = generator(style.seed, "bass part")
    grid = grid_of(style)
    lowest = 28  # E1
    notes: list[Note] = []
    for bar in bars:
        if bar.section == "intro" and bar.position == 0 and bar.length > 1:
            continue
        verse, chorus = BASS_LINES[style.bass_line % len(BASS_LINES)]
        line = {"intro": "r" + "-" * 15, "ending": "r" + "-" * 15, "chorus": chorus}.get(bar.section, verse)
        root = _low_root(style, bar.degree, lowest)
        lead = _low_root(style, bar.next_degree, lowest)
        approach = lead + (-1 if lead > root else 1) if lead != root else root + 4
        for step, length, symbol in _lengths(line):
            scale_step = {"r": root, "o": root + 7, "f": root + 4, "a": approach}[symbol]
            start = grid.time_s(bar.index, step) + missed(random)
            held = (length - 0.25) * grid.step_s if length > 1 else 0.8 * grid.step_s
            velocity = (1.0 if step % 8 == 0 else 0.85) * float(np.clip(random.normal(1.0, 0.05), 0.85, 1.1))
            notes.append(Note(start, held, pitch_of(style, scale_step, lowest), min(velocity, 1.0)))
    return tuple(notes)


def _low_root(style: Style, degree: int, lowest: int) -> int:
    """Return a chord's root as the scale step in the octave above MIDI note `lowest`."""
    return degree if pitch_of(style, degree, lowest) < lowest + 12 else degree - 7


def voicing(style: Style, degree: int, previous: Sequence[int], size: int, base: int) -> tuple[int, ...]:
    """Return the scale steps of a chord in the inversion that moves least from the previous chord (good voice leading).

    Parameters
    ----------
    style : Style
    degree : int
    previous : sequence of int
        Scale steps of the previous chord; empty at the start.
    size : int
        3 for a triad, 4 with the seventh.
    base : int
        MIDI note at or above which scale step 0 lies.
    """
    tones = [degree + 2 * i for i in range(size)]
    candidates = []
    for inversion in range(size):
        turned = sorted(tone + 7 * (i < inversion) for i, tone in enumerate(tones))
        candidates += [tuple(tone + 7 * octave for tone in turned) for octave in (-1, 0)]
    centre = np.mean(previous) if previous else 3.0
    # Least movement, and a pull to the middle of the keyboard, lest the chords climb away.
    return min(candidates, key=lambda c: (abs(float(np.mean(c) - centre)) + 0.6 * abs(float(np.mean(c)) - 3.0), c))


def accompaniment(style: Style, bars: Sequence[Bar]) -> dict[str, tuple[Note, ...]]:
    """Write the chords: a pad under everything, an instrument that plays the rhythm, an arpeggio that lifts the chorus."""
    random = generator(style.seed, "chord part")
    grid = grid_of(style)
    layers: dict[str, list[Note]] = {"pad": [], style.instrument: [], "arpeggio": []}
    previous: tuple[int, ...] = ()
    base = 52  # E3
    for bar in bars:
        chord = previous = voicing(style, bar.degree, previous, 4 if style.instrument == "epiano" and bar.section != "ending" else 3, base)
        pitches = [pitch_of(style, step, base) for step in chord]
        start = grid.time_s(bar.index, 0)
        low = pitch_of(style, _low_root(style, bar.degree, base - 12), base - 12)
        layers["pad"] += [Note(start, grid.bar_s, p, 0.8 if bar.section == "chorus" else 0.7) for p in (low, *pitches)]
        verse, chorus = COMPINGS[style.instrument][style.comping % 3]
        line = {"ending": "D" + "-" * 15, "chorus": chorus}.get(bar.section, verse)
        struck = [low, *pitches]
        for step, length, symbol in _lengths(line):
            late = missed(random)
            order = struck[::-1] if symbol == "U" else struck
            for string, pitch in enumerate(order):
                velocity = (
                    (0.9 if step % 4 == 0 else 0.7) * (0.8 if symbol == "U" else 1.0) * float(np.clip(random.normal(1, 0.07), 0.8, 1.2))
                )
                strum = string * (0.007 if style.instrument == "guitar" else 0.002)
                notes_start = grid.time_s(bar.index, step) + late + strum
                layers[style.instrument].append(Note(notes_start, length * grid.step_s, pitch, min(velocity, 1.0)))
        if bar.section == "chorus" or (bar.section == "intro" and bar.position == 0):
            high = [pitch_of(style, step + 7, base) for step in (*chord[:3], chord[0] + 7)]
            for step, length, symbol in _lengths(ARPEGGIOS[style.comping % 3]):
                velocity = float(np.clip(random.normal(0.7, 0.08), 0.4, 1.0))
                layers["arpeggio"].append(
                    Note(grid.time_s(bar.index, step) + missed(random), 2 * length * grid.step_s, high[int(symbol)], velocity)
                )
    return {name: tuple(notes) for name, notes in layers.items()}
