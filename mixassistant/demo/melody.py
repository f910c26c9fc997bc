"""What the voice sings: phrases of two bars with a breath between them, a verse that wanders and a chorus that returns to its hook.

Notes on strong beats belong to the chord, the others pass by step; leaps are answered by steps back; each phrase follows an arch
(the regularities that Huron 2006, "Sweet Anticipation", finds in most songs).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixassistant.demo.score import STEPS, Bar, Note, grid_of, missed, pitch_of
from mixassistant.demo.style import Style
from mixassistant.demo.synthesis import generator

# Rhythms of two bars: ``x`` begins a syllable, ``-`` holds it, ``.`` is silence (the breath at the end).
VERSE_RHYTHMS = (
    "..x-x-x---x-x-x-x-------........",
    "x---x-x-x-x---x-x-x-----x-----..",
    "....x-x-x-x-x---x---x-x-----....",
    "x-x-x---..x-x-x-x-x---x-----....",
    "..x-x---x-x-x---x-----x---......",
)
CHORUS_RHYTHMS = (
    "x-----x-x---x---x-------x---....",
    "x---x---x-----x-x-----------....",
    "..x-x---x-x-x-----x-x-------....",
    "x-----x-----x---x-x-x-------....",
)
CONSONANTS = ("", "b", "d", "h", "k", "l", "m", "n", "s", "sh", "t", "w", "f", "s", "t", "l", "d")
VOWELS = ("a", "e", "i", "o", "u", "A", "ai", "ei", "ou")
ARCHES = ((0.0, 1.0, 2.5, 1.0), (1.0, 2.0, 0.0, -1.0), (-1.0, 0.0, 2.0, 3.0), (2.0, 0.0, 1.0, -1.0))  # scale steps about the centre


def _phrase(
    style: Style, rhythm: str, bars: Sequence[Bar], centre: float, arch: Sequence[float], base: int, random: np.random.Generator
) -> list[tuple[int, int, int, int]]:
    """Write one phrase: (bar, step, length in steps, scale step) of each note."""
    starts = [i for i in range(len(bars) * STEPS) if rhythm[i] == "x"]
    previous, leap = centre + arch[0], 0.0
    notes: list[tuple[int, int, int, int]] = []
    for number, start in enumerate(starts):
        length = 1
        while start + length < len(bars) * STEPS and rhythm[start + length] == "-":
            length += 1
        bar = bars[start // STEPS]
        aim = centre + float(np.interp(number / max(len(starts) - 1, 1), np.linspace(0, 1, len(arch)), arch))
        is_strong = start % 8 == 0 or length >= 4 or number == len(starts) - 1
        candidates = np.arange(round(centre) - 4, round(centre) + 6)
        in_chord = np.isin((candidates - bar.degree) % 7, (0, 2, 4))
        distance = np.abs(candidates - previous)
        score = -0.7 * distance - 0.5 * np.abs(candidates - aim) + (3.0 if is_strong else 0.5) * in_chord
        score -= 1.5 * (distance > 4) + 1.0 * (distance == 0) + 1.0 * ((candidates - previous) * leap > 0) * (abs(leap) > 2)
        weight = np.exp(1.4 * (score - score.max()))
        chosen = int(random.choice(candidates, p=weight / weight.sum()))
        leap, previous = chosen - previous, chosen
        notes.append((bar.index, start % STEPS, length, chosen))
    return notes


def _syllables(count: int, random: np.random.Generator) -> list[str]:
    """Draw nonsense syllables, consonant and vowel parted by a hyphen; a singer articulates, so few lack a consonant."""
    return [f"{CONSONANTS[random.integers(len(CONSONANTS))]}-{VOWELS[random.integers(len(VOWELS))]}" for _ in range(count)]


def sung(style: Style, bars: Sequence[Bar]) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """Write the lead voice and the second voice of the chorus, a diatonic third above."""
    random = generator(style.seed, "melody")
    grid = grid_of(style)
    base = 48 if style.is_low_voice else 55  # C3 or G3: scale step 0 lies in the octave above
    tonic = pitch_of(style, 0, base)
    verse_centre = round((base + 7 - tonic) / 12 * 7)
    words: dict[tuple[str, int], list[str]] = {}
    rhythms = {
        "verse": [VERSE_RHYTHMS[i] for i in random.permutation(len(VERSE_RHYTHMS))[:2]],
        "chorus": [CHORUS_RHYTHMS[i] for i in random.permutation(len(CHORUS_RHYTHMS))[:2]],
    }
    arches = [ARCHES[i] for i in random.permutation(len(ARCHES))]
    hook_seed = int(random.integers(2**31))
    lead: list[Note] = []
    second: list[Note] = []
    singing = [bar for bar in bars if bar.section in rhythms]
    for index in [i for i, bar in enumerate(singing) if bar.position % 2 == 0]:
        bar = singing[index]
        phrase_bars = [b for b in singing[index : index + 2] if b.section == bar.section]
        turn = bar.position // 2
        rhythm = rhythms[bar.section][turn % 2]
        # A chorus draws the same numbers each time: over the same chords it is the same tune, as a hook must be.
        drawn = generator(hook_seed + turn % 2, "hook") if bar.section == "chorus" else random
        centre = verse_centre + (2.5 if bar.section == "chorus" else 0.0)
        tune = _phrase(style, rhythm, phrase_bars, centre, arches[turn % 2 + (2 if bar.section == "chorus" else 0)], base, drawn)
        text = words.setdefault((bar.section, turn % 2 if bar.section == "chorus" else turn), _syllables(rhythm.count("x"), random))
        for (where, step, length, scale_step), syllable in zip(tune, text, strict=False):
            start, held = grid.time_s(where, step) + missed(random), (length - 0.15) * grid.step_s
            velocity = (0.85 if bar.section == "chorus" else 0.75) * float(np.clip(random.normal(1, 0.05), 0.85, 1.15))
            lead.append(Note(start, held, pitch_of(style, scale_step, base), velocity, syllable))
            if bar.section == "chorus":
                second.append(Note(start + missed(random), held, pitch_of(style, scale_step + 2, base), velocity, syllable))
    return tuple(lead), tuple(second)
