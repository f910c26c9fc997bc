"""A song on paper from a seed: form, key, chords, tempo. Sections with the same letter have the same chords."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from chart import Bar, Chart, Section
from clock import METRES, beat_grid, make_clock, tempo_curve
from harmony import TURNS, Chord, Key, enriched, parse_numeral
from styles import FORMS, Style

LETTERS = "ABCDEFGH"
BLUES = "I7 I7 I7 I7 IV7 IV7 I7 I7 V7 IV7 I7 V7"


def draw_form(style: Style, bar_s: float, duration_s: float, random: np.random.Generator) -> list[tuple[str, int]]:
    """Return the sections of a song, kind and bars, that last about `duration_s`.

    Phrases are halved until at least five sections fit; what does not fit is left out before the last section.
    """
    form = FORMS[str(random.choice(style.forms))]
    if form[0][0] != "intro" and random.random() < 0.3:
        form = (("intro", 0.5), *form)
    if form[0][0] == "intro" and random.random() < 0.4:
        form = form[1:]
    if random.random() < 0.2:
        form = tuple((kind, share) for kind, share in form if kind != "intro")
    total = max(4, round(duration_s / bar_s))
    phrase = 8
    while phrase > 4 and total / phrase < 4.5:
        phrase //= 2
    if total / phrase > 12:
        phrase *= 2
    lengths = [(kind, max(2, round(share * phrase))) for kind, share in form]
    chosen: list[tuple[str, int]] = []
    left = total
    for kind, bars in [*(pair for pair in lengths if pair[0] != "outro"), *lengths[1:]]:
        if left < 2:
            break
        chosen.append((kind, min(bars, left)))
        left -= bars
    if len(chosen) > 3 and random.random() < 0.5:
        chosen[-1] = ("outro", chosen[-1][1])
    return chosen


def draw_turn(key: Key, style: Style, bars: int, random: np.random.Generator) -> list[list[Chord]]:
    """Return the chords of each bar of a section: a turn, over and over, at its own pace."""
    if style.name in ("jazz", "rock", "funk") and random.random() < (0.35 if style.name == "jazz" else 0.08):
        numerals, sevenths, pace = BLUES.split(), 0.0, 1.0
    else:
        numerals, sevenths = str(random.choice(TURNS[key.mode])).split(), style.sevenths
        pace = float(random.choice([1.0, 1.0, 1.0, 2.0, 0.5] if len(numerals) <= 4 else [1.0, 2.0]))
        if style.name in ("funk", "house") and random.random() < 0.3:
            numerals = [numerals[0]]
    if style.name == "metal" and random.random() < 0.2:
        numerals = [*numerals[:2], numerals[0], "bII" if key.mode != "major" else "bVII"]
    inversions = random.choice([0.0, 0.0, 0.1, 0.25])
    chords = [enriched(parse_numeral(n, key), key, sevenths, inversions, random) for n in numerals]
    per_bar: list[list[Chord]] = [[] for _ in range(bars)]
    for bar in range(bars):
        if pace == 2.0:  # two chords a bar
            per_bar[bar] = [chords[(2 * bar) % len(chords)], chords[(2 * bar + 1) % len(chords)]]
        else:
            per_bar[bar] = [chords[int(bar * pace) % len(chords)]]
    return per_bar


def draw_parts(kind: str, alone: str, random: np.random.Generator) -> tuple[frozenset[str], float]:
    """Return which parts play in a section and how dense they are, 0–1."""
    if alone == "drums":
        return frozenset({"drums"}), random.uniform(0.3, 1)
    parts = {"drums", "bass", "harmony", "voice"}
    density = {"intro": 0.35, "verse": 0.5, "chorus": 0.85, "bridge": 0.5, "outro": 0.4, "instrumental": 0.7}[kind] + random.normal(0, 0.1)
    if kind in ("intro", "outro", "instrumental") or random.random() < 0.08:
        parts.discard("voice")
    if kind in ("intro", "bridge", "outro") and random.random() < 0.35:
        parts.discard("drums")
    if kind in ("intro", "bridge") and random.random() < 0.25:
        parts.discard("bass")
    if kind == "intro" and random.random() < 0.15:
        parts -= {"harmony", "bass"}
        parts.add("drums")
    if random.random() < 0.05:
        parts.discard(str(random.choice(["bass", "harmony"])))
    if alone == "no drums":
        parts.discard("drums")
    if not parts & {"drums", "harmony"}:
        parts.add("harmony")
    return frozenset(parts), float(np.clip(density, 0.1, 1.0))


def draw_bpm(style: Style, metre: str, random: np.random.Generator) -> float:
    """Return a tempo of the style in beats a minute; halves are fine, ends of the range as likely as its middle."""
    low, high = style.tempi_bpm
    if metre == "6/8":
        low, high = min(low, 50), min(high, 110)
    if style.name == "hip hop":  # either slow, or fast with the backbeat on three
        low, high = (72, 106) if random.random() < 0.5 else (124, 160)
    bpm = float(np.exp(random.uniform(np.log(low), np.log(high))))
    return round(bpm) if random.random() < 0.4 else bpm


def compose(style: Style, seed: int, duration_s: float, alone: str, random: np.random.Generator) -> Chart:
    """Return the chart of a song.

    Parameters
    ----------
    style : Style
    seed : int
        Written into the truth; the numbers come from `random`.
    duration_s : float
        About how long it lasts.
    alone : str
        ``"drums"`` for drums alone, ``"no drums"``, or ``""``.
    random : np.random.Generator
    """
    metre = METRES[str(random.choice(style.metres))]
    bpm = draw_bpm(style, metre.name, random)
    key = Key(int(random.integers(12)), str(random.choice(style.modes)))
    form = draw_form(style, metre.beats * 60 / bpm, duration_s, random)
    letters: dict[str, str] = {}
    turns: dict[str, list[list[Chord]]] = {}
    parts: dict[str, tuple[frozenset[str], float]] = {}
    keys: dict[str, Key] = {}
    modulated = Key((key.tonic + int(random.choice([1, 2, 3, 5]))) % 12, key.mode)
    modulates = random.random() < 0.08
    other_metre = random.random() < 0.04 and metre.name in ("4/4", "3/4")
    bars: list[Bar] = []
    sections: list[Section] = []
    start = 0.0
    for number, (kind, length) in enumerate(form):
        is_last = modulates and number >= len(form) - 2
        letter = letters.setdefault(kind, LETTERS[len(letters)])
        if letter not in turns:
            keys[letter] = Key((key.tonic + 5) % 12, key.mode) if kind == "bridge" and random.random() < 0.15 else key
            turns[letter] = draw_turn(keys[letter], style, 32, random)
            parts[letter] = draw_parts(kind, alone, random)
        here = METRES["3/4" if metre.name == "4/4" else "4/4"] if other_metre and kind == "bridge" else metre
        half = here.beat * (here.beats // 2) if here.beats > 2 or here.name == "6/8" else here.beat
        if here.name == "3/4":
            half = 2.0
        first = len(bars)
        playing, density = parts[letter]
        if random.random() < 0.2:  # an alike section, but a part less
            fewer = playing - {str(random.choice(sorted(playing)))}
            playing = fewer if fewer & {"drums", "harmony"} else playing
        shift = (modulated.tonic - key.tonic) if is_last else 0
        for i in range(length):
            chords = [Chord((c.root + shift) % 12, c.quality, (c.bass + shift) % 12) for c in turns[letter][i]]
            section_key = Key((keys[letter].tonic + shift) % 12, keys[letter].mode)
            placed = tuple(zip((0.0, half)[: len(chords)], chords, strict=True))
            bars.append(Bar(start, here, section_key, placed))
            start += here.bar
        sections.append(Section(letter, kind, first, len(bars), float(np.clip(density + random.normal(0, 0.05), 0, 1)), playing))
    if alone != "no drums" and not any("drums" in s.parts for s in sections):
        sections = [replace(s, parts=s.parts | {"drums"}) for s in sections]
    positions, _, lengths = beat_grid([b.metre for b in bars])
    starts = [int(np.searchsorted(positions, bars[s.first_bar].start - 1e-6)) for s in sections]
    kinds = (*style.tempi_kinds, "rubato", "rubato") if alone == "no drums" else style.tempi_kinds
    curve = tempo_curve(str(random.choice(kinds)), starts, positions.size, random)
    lead_in = float(random.choice([0.05, random.uniform(0, 0.5), random.uniform(0, 2.5)]))
    return Chart(style.name, seed, bpm, tuple(bars), tuple(sections), make_clock(positions, lengths, bpm, curve, lead_in))
