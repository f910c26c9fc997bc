"""A whole song from a seed: chart, players or MMA, sounds, mix, and the truth beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import fonts
import kits
import mixing
import numpy as np
import singing
from accompaniment import Groove, MmaError, arranged
from accompaniment import is_installed as has_mma
from chart import Chart, truth
from compose import compose
from drawn_kit import drawn_kit
from drum_patterns import HELD, TRAIN
from drummer import drum_part, group_of
from fonts import Sounding
from midi import Note
from numpy.typing import NDArray
from players import bass_line, comping, melody
from styles import STYLES, Style

RATE_HZ = 44100
STYLE_NAMES = tuple(STYLES)
MOST_JITTER_S = 0.010
TAIL_S = 1.2


@dataclass(frozen=True)
class Material:
    """What a set of songs may be made from: sound fonts, fonts of drums, sampled kits, and whether the grooves are those held out."""

    fonts: tuple[str, ...]
    drum_fonts: tuple[str, ...]
    acoustic_kits: tuple[str, ...]
    electronic_kits: tuple[str, ...]
    is_held: bool


TRAINING = Material(
    ("fluid", "musescore", "opl3"),
    ("blackpearl", "fluid", "musescore", "opl3"),
    ("The Black Pearl 1.0", "Millo-Drums_v.1", "Millo_MultiLayered2", "ColomboAcousticDrumkit", "Gimme A Hand 1.0"),
    ("VariBreaks", "HardElectro1", "Audiophob"),
    False,
)
HELD_OUT = Material(
    ("timgm",), ("redzeppelin", "timgm"), ("ForzeeStereo", "Millo_MultiLayered3"), ("ElectricEmpireKit", "rumpf_kit_z01_h2"), True
)
# Seeds of the sets are far apart; a set's song n of style s has the seed base + 1000·n + s.
BASES = {"smoke": 900_000_000, "train": 100_000_000, "valid": 200_000_000, "held": 300_000_000}
DRAWN_KITS = {False: (0, 400), True: (1000, 1020)}  # seeds of the drawn kits


@dataclass(frozen=True)
class Song:
    """A song: its sound ``[shape=(2, samples)]`` at 44.1 kHz and what is true of it."""

    sound: NDArray[np.float32]
    truth: dict[str, Any]


def swung(position: float, unit: float, ratio: float) -> float:
    """Return where a position lies when the second of two notes of length `unit` comes at `ratio` of both (0.5 straight, 2/3 triplets)."""
    cell, inside = divmod(position, 2 * unit)
    share = inside / (2 * unit)
    bent = share * ratio / 0.5 if share < 0.5 else ratio + (share - 0.5) * (1 - ratio) / 0.5
    return (cell + bent) * 2 * unit


def draw_grooves(chart: Chart, style: Style, is_held: bool, random: np.random.Generator) -> list[Groove]:
    """Return a groove per section, the same for the same letter; empty if the style has none in the chart's metre."""
    metres = {bar.metre.name for bar in chart.bars}
    fitting = [g for g in (style.held if is_held else style.train) if {g.metre} == metres]
    if not fitting:
        return []
    main = fitting[int(random.integers(len(fitting)))]
    alike = [g for g in fitting if g.beats == main.beats]
    letters = {s.letter: main if random.random() < 0.6 else alike[int(random.integers(len(alike)))] for s in chart.sections}
    return [letters[s.letter] for s in chart.sections]


def own_parts(chart: Chart, style: Style, is_held: bool, random: np.random.Generator) -> dict[str, list[Note]]:
    """Return what our own players play, swung or straight as one."""
    bank = HELD if is_held else TRAIN
    looseness = random.uniform(0, 1) * (0.2 if style.name == "house" else 1)
    group = group_of(chart.bars[0].metre, style.drums, random)
    programs = [int(p) for p in random.choice(style.programs, 2)]
    bass_program = int(random.choice(style.basses))
    bass_name, names = str(random.choice(style.bass)), [str(c) for c in random.choice(style.comping, 2)]
    seeds: dict[str, int] = {}
    parts: dict[str, list[Note]] = {"drums": [], "bass": [], "harmony": []}
    for section in chart.sections:
        # Alike sections are played from the same seed, so that they are alike.
        own = np.random.default_rng(seeds.setdefault(section.letter, int(random.integers(2**31))))
        metre = chart.bars[section.first_bar].metre
        choices = bank[group if metre == chart.bars[0].metre else group_of(metre, style.drums, own)]
        pair = tuple(choices[int(own.integers(len(choices)))] for _ in range(1 if own.random() < 0.6 else 2))
        if group in ("swing", "break", "trap") and own.random() < 0.2 and len(pair[0]) > 2:
            pair = tuple({k: v for k, v in p.items() if k != "k"} for p in pair)
        parts["drums"] += drum_part(chart, section, pair, own, looseness)
        parts["bass"] += bass_line(chart, section, bass_name if own.random() < 0.7 else str(own.choice(style.bass)), bass_program, own)
        for layer in range(1 if section.density < 0.6 else 2):
            parts["harmony"] += comping(chart, section, names[layer], programs[layer], own)
    has_triplets = group in ("swing", "shuffle", "slow triplets")
    metre_name = chart.bars[0].metre.name
    if has_triplets:  # drums are written in triplets; the others' eighths swing with them
        warp = {"drums": 0.5, "bass": 2 / 3, "harmony": 2 / 3}
        unit = 0.5
    elif metre_name == "4/4" and random.random() < style.swing:
        ratio = random.uniform(0.53, 0.68)
        warp, unit = dict.fromkeys(parts, ratio), float(random.choice([0.25, 0.25, 0.5]))
    else:
        return parts
    return {name: [replace(n, start=swung(n.start, unit, warp[name])) for n in notes] for name, notes in parts.items()}


def completed(chart: Chart, parts: dict[str, list[Note]], own: dict[str, list[Note]]) -> dict[str, list[Note]]:
    """Return MMA's parts, with our own bass and chords in the sections whose groove is of drums alone."""
    filled = dict(parts)
    for section in chart.sections:
        last = chart.bars[section.end_bar - 1]
        start, end = chart.bars[section.first_bar].start, last.start + last.metre.bar
        if any(start - 0.05 <= n.start < end - 0.05 for name in ("bass", "harmony") for n in parts[name]):
            continue
        for name in ("bass", "harmony"):
            filled[name] = filled[name] + [n for n in own[name] if start - 0.05 <= n.start < end - 0.05]
    return filled


def in_sections(chart: Chart, part: str, notes: list[Note]) -> list[Note]:
    """Return the notes of the sections in which a part plays."""
    spans = [
        (chart.bars[s.first_bar].start, chart.bars[s.end_bar - 1].start + chart.bars[s.end_bar - 1].metre.bar)
        for s in chart.sections
        if part in s.parts
    ]
    return [n for n in notes if any(start - 0.05 <= n.start < end - 0.05 for start, end in spans)]


@dataclass(frozen=True)
class Touch:
    """How a player misses the grid: always late by so much, and by how much that differs, in seconds."""

    late_s: float
    sd_s: float


def timed(chart: Chart, notes: list[Note], touch: Touch, random: np.random.Generator) -> list[tuple[float, float, Note]]:
    """Return start and end in seconds of notes as a player plays them; none before the recording begins."""
    played = []
    for note in notes:
        missed = touch.late_s + float(np.clip(random.normal(0, touch.sd_s), -MOST_JITTER_S, MOST_JITTER_S)) if touch.sd_s else touch.late_s
        start = max(0.0, chart.clock.seconds(note.start) + missed)
        played.append((start, max(start + 0.03, chart.clock.seconds(note.start + note.length) + missed), note))
    return played


def draw_touch(is_machine: bool, random: np.random.Generator) -> Touch:
    """Return a player's touch: machines miss nothing, some players lie back or rush."""
    if is_machine:
        return Touch(0.0, 0.0)
    late = float(np.clip(random.normal(0, 0.005), -0.010, 0.010)) if random.random() < 0.5 else 0.0
    return Touch(late, float(random.uniform(0.001, 0.006)))


def through_font(
    font: str, played: list[tuple[float, float, Note]], length: int, cents: float, change: dict[int, int], drums: bool
) -> NDArray[np.float32]:
    """Return notes through a font; programs are replaced by `change`, each on a channel of its own."""
    channels: dict[int, int] = {}
    free = [c for c in range(16) if c != 9]
    notes = []
    for start, end, note in played:
        program = change.get(note.program, note.program)
        if drums:  # the fonts of one drum kit have it as an instrument like others
            channel, program = (0, 0) if font in fonts.SINGLE_KITS else (9, change.get(-1, 0))
        else:
            channel = channels.setdefault(program, free[len(channels) % len(free)])
        notes.append(Sounding(start, end, note.pitch, note.velocity, channel, program))
    return fonts.player(font).render(notes, length, cents)


def drum_sound(
    played: list[tuple[float, float, Note]], length: int, style: Style, material: Material, random: np.random.Generator
) -> NDArray[np.float32]:
    """Return the drums through a kit: drawn, sampled, or of a sound font."""
    hits = [(start, note) for start, _, note in played]
    if random.random() < style.is_electronic:
        if random.random() < 0.65 or not material.electronic_kits:
            kit = drawn_kit(int(random.integers(*DRAWN_KITS[material.is_held])))
        else:
            kit = kits.sampled_kit(str(random.choice(material.electronic_kits)), int(random.integers(8)))
        return kits.play(kit, hits, length, 2.5, random)
    drum_fonts = fonts.available(material.drum_fonts)
    if random.random() < 0.5 and drum_fonts:
        program = int(random.choice([0, 0, 8, 16, 24, 25, 32, 40]))
        return through_font(str(random.choice(drum_fonts)), played, length, 0.0, {-1: program}, True)
    kit = kits.sampled_kit(str(random.choice(material.acoustic_kits)))
    return kits.play(kit, hits, length, 2.0, random)


def draw_melody(chart: Chart, random: np.random.Generator) -> list[Note]:
    """Return the melody of the sections that have a voice, the same for the same letter."""
    low = int(random.integers(50, 68))
    seeds: dict[str, int] = {}
    notes: list[Note] = []
    for section in chart.sections:
        own = np.random.default_rng(seeds.setdefault(section.letter, int(random.integers(2**31))))
        notes += melody(chart, section, low, own)
    return notes


def voice_sound(
    played: list[tuple[float, float, Note]], length: int, cents: float, material: Material, random: np.random.Generator
) -> tuple[NDArray[np.float32], bool]:
    """Return the melody sung or played, and whether it is sung."""
    choice = random.random()
    if choice < 0.6:
        sung = [(s, e, n.pitch + cents / 100, n.velocity / 127) for s, e, n in played]
        make = singing.sung_by_singer if choice < 0.2 else singing.sung_quickly
        mono = make(sung, length, random).astype(np.float32)
        return np.stack([mono, mono]), True
    program = int(random.choice([40, 56, 57, 64, 65, 66, 68, 71, 72, 73, 75, 80, 81, 52, 53, 54, 26, 29, 11, 0, 4]))
    change = {0: program}
    return through_font(str(random.choice(fonts.available(material.fonts))), played, length, cents, change, False), False


def make_song(set_name: str, number: int, seconds: tuple[float, float]) -> Song:
    """Return song `number` of a set.

    Parameters
    ----------
    set_name : str
        A key of `BASES`.
    number : int
        From 0; styles follow each other.
    seconds : tuple of float
        Shortest and longest, about.
    """
    style = STYLES[STYLE_NAMES[number % len(STYLE_NAMES)]]
    seed = BASES[set_name] + 1000 * (number // len(STYLE_NAMES)) + number % len(STYLE_NAMES)
    material = HELD_OUT if set_name == "held" else TRAINING
    random = np.random.default_rng(seed)
    # Songs of drums alone and without drums are for training; of the songs held out a few.
    share = 0.05 if set_name == "held" else 0.15
    roll = random.random()
    alone = "drums" if roll < share else "no drums" if roll < 2 * share and style.name != "house" else ""
    chart = compose(style, seed, float(random.uniform(*seconds)), alone, random)
    sound, facts = perform(chart, style, material, random)
    return Song(sound, facts)


def perform(chart: Chart, style: Style, material: Material, random: np.random.Generator) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Play, render and mix a chart; return the sound and its truth."""
    own = own_parts(chart, style, material.is_held, random)
    grooves = draw_grooves(chart, style, material.is_held, random) if has_mma() else []
    parts, source = own, "own"
    if grooves and random.random() < 0.6:
        try:
            parts = completed(chart, arranged(chart, grooves, int(random.integers(1, 2**30))), own)
            source = "mma"
            if random.random() < 0.3:  # MMA's harmony over our drums would swing against them: only where both are straight
                is_straight = style.name in ("pop", "rock", "house", "metal")
                parts = {**parts, "drums": own["drums"]} if is_straight and chart.bars[0].metre.name == "4/4" else parts
        except MmaError as error:
            print(f"seed {chart.seed}: {error}", flush=True)
    cents = draw_tuning(random)
    length = round((chart.clock.seconds(chart.end) + TAIL_S) * mixing.RATE_HZ)
    is_machine = random.random() < (0.85 if style.name in ("house", "hip hop") else 0.12)
    stems: dict[str, NDArray[np.float32]] = {}
    has_pitch = [bool(s.parts & {"bass", "harmony", "voice"}) for s in chart.sections]
    sings = False
    own_fonts = fonts.available(material.fonts)
    for part in ("drums", "bass", "harmony"):
        notes = in_sections(chart, part, parts[part])
        played = timed(chart, notes, draw_touch(is_machine, random), random)
        if not notes:
            continue
        if part == "drums":
            stems[part] = drum_sound(played, length, style, material, random)
            continue
        change = {}
        if random.random() < 0.35:  # the same notes on other instruments
            programs = sorted({n.program for n in notes})
            pool = style.basses if part == "bass" else style.programs
            change = {p: int(random.choice(pool)) for p in programs}
        stems[part] = through_font(str(random.choice(own_fonts)), played, length, cents, change, False)
        if part == "harmony" and random.random() < style.is_driven:
            stems[part] = mixing.amplified(stems[part], random)
    if any("voice" in s.parts for s in chart.sections) and random.random() < 0.75:
        notes = in_sections(chart, "voice", draw_melody(chart, random))
        played = timed(chart, notes, Touch(float(random.normal(0, 0.01)), 0.012), random)
        if notes:
            stems["voice"], sings = voice_sound(played, length, cents, material, random)
    sound = mixing.mixed(stems, random)
    sound = shorten_silence(sound)
    heard = [
        pitched and any(name in stems and name in s.parts for name in ("bass", "harmony", "voice"))
        for pitched, s in zip(has_pitch, chart.sections, strict=True)
    ]
    facts = truth(chart, heard, sound.shape[1] / RATE_HZ, cents)
    facts.update(
        has_drums="drums" in stems, has_voice=sings, source=source, grooves=sorted({g.name for g in grooves}) if source == "mma" else []
    )
    return sound, facts


def shorten_silence(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a sound faded out over its last half second."""
    count = RATE_HZ // 2
    sound[:, -count:] *= np.linspace(1, 0, count, dtype=np.float32)
    return sound


def draw_tuning(random: np.random.Generator) -> float:
    """Return cents against 440 Hz: mostly none, sometimes 432 Hz, sometimes anything within a quarter tone."""
    roll = random.random()
    if roll < 0.6:
        return 0.0
    return float(1200 * np.log2(432 / 440)) if roll < 0.68 else float(random.uniform(-50, 50))
