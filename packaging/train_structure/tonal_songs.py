"""Plain songs for chords and keys, made in a second each: chords in any key, played by the fonts' instruments with bass, drums and a voice.

They have less of a mix than the songs of this folder's generator, and far more chords: rows are drawn freely in a key beside the usual
turns. Only their spectra are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import fonts
import numpy as np
from fonts import Sounding
from harmony import SCALES, TURNS, Chord, Key, enriched, parse_numeral
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample_poly
from tonal_examples import MARGIN, NONE, UNKNOWN, Song, chord_index

from mixassistant.features.tonality.key import LABELS
from mixassistant.features.tonality.log_frequency import FRAMES_PER_S, RATE_HZ, log_spectrum

FONTS = ("fluid", "musescore", "opl3")
MODES = (("major", 0.38), ("minor", 0.3), ("dorian", 0.1), ("mixolydian", 0.14), ("phrygian", 0.08))
DRUM_PROGRAMS = (0, 8, 16, 24, 25, 26, 32, 40)
SUSTAINED = (16, 17, 18, 19, 20, 21, 48, 49, 50, 51, 52, 61, 62, 88, 89, 90, 91, 92, 94, 95)
STRUCK = (0, 1, 2, 3, 4, 5, 6, 7, 11, 24, 25, 26, 27, 28, 29, 30, 45, 46, 80, 81, 98, 104)
LEADS = (22, 26, 29, 30, 40, 41, 52, 53, 54, 56, 57, 60, 64, 65, 66, 68, 71, 73, 74, 75, 78, 80, 81, 82, 85, 87)
BASSES = (32, 33, 34, 35, 36, 37, 38, 39, 87)
DRUMS = 9


@dataclass(frozen=True)
class Placed:
    """A chord in seconds, with how many beats it lasts."""

    start_s: float
    end_s: float
    beats: int
    chord: Chord


def draw_row(key: Key, random: np.random.Generator) -> list[Chord]:
    """Return a row of chords in a key: one of the usual turns, or a free one with borrowed chords and secondary dominants."""
    sevenths, inversions = float(random.choice([0, 0, 0.2, 0.6, 0.95])), float(random.choice([0, 0, 0.15, 0.35]))
    if random.random() < 0.5:
        row = [parse_numeral(n, key) for n in str(random.choice(TURNS[key.mode])).split()[:8]]
    else:
        scale = SCALES[key.mode]
        weights = np.array([4, 1.5, 1.2, 3, 2.5, 2, 0.7])
        row = []
        for place in range(int(random.integers(3, 9))):
            degree = 0 if place == 0 and random.random() < 0.6 else int(random.choice(7, p=weights / weights.sum()))
            third, fifth = ((scale[(degree + step) % 7] - scale[degree]) % 12 for step in (2, 4))
            quality = "dim" if fifth == 6 else "m" if third == 3 else ""
            root = (key.tonic + scale[degree]) % 12
            chance = random.random()
            if chance < 0.06:
                root, quality = (key.tonic + int(random.choice([1, 3, 8, 10]))) % 12, ""
            elif chance < 0.12:
                quality = "7"
            elif chance < 0.16:
                quality = "m" if quality == "" else ""
            elif chance < 0.2:
                quality = "sus4"
            if key.mode == "minor" and degree == 4 and random.random() < 0.5:
                quality = ""
            row.append(Chord(root, quality, root))
        if random.random() < 0.5:
            row.append(Chord(key.tonic, "" if scale[2] == 4 else "m", key.tonic))
    row = [enriched(chord, key, sevenths, inversions, random) for chord in row]
    if random.random() < 0.1:
        row = [Chord(c.root, "5", c.root) for c in row]
    return row


def place_row(rows: list[list[Chord]], beat_s: float, begins_s: float, ends_s: float, random: np.random.Generator) -> list[Placed]:
    """Return rows one after the other, each some times over, until the end."""
    placed: list[Placed] = []
    at = begins_s
    while at < ends_s:
        row = rows[int(random.integers(len(rows)))]
        beats = int(random.choice([1, 2, 2, 4, 4, 4, 8]))
        for _ in range(int(random.integers(1, 4))):
            for chord in row:
                lasts = beats if random.random() < 0.85 else max(1, beats // 2)
                if at < ends_s:
                    placed.append(Placed(at, at + lasts * beat_s, lasts, chord))
                at += lasts * beat_s
    return placed


def voiced(chord: Chord, middle: float, random: np.random.Generator) -> list[int]:
    """Return a voicing of a chord around a pitch, now and then with a tone left out or doubled."""
    tones = [p for p in chord.pitch_classes if p == chord.root or len(chord.pitch_classes) < 4 or random.random() < 0.9]
    low = middle - 6 + random.uniform(-3, 3)
    notes = [int(low + (p - low) % 12) for p in tones]
    if random.random() < 0.4:
        notes.append(min(notes) + 12)
    return sorted({round(n) for n in notes})


def harmony_part(placed: list[Placed], beat_s: float, channel: int, random: np.random.Generator) -> list[Sounding]:
    """Return an instrument that plays the chords: held, struck on some eighths, or broken."""
    manner = str(random.choice(["held", "struck", "struck", "broken"]))
    program = int(random.choice(SUSTAINED if manner == "held" else STRUCK))
    middle, level = float(random.choice([52, 57, 62, 67, 72])), int(random.integers(50, 115))
    pattern = random.random(8) < random.uniform(0.25, 0.9)
    pattern[0] |= random.random() < 0.7
    short = random.random() < 0.3
    notes: list[Sounding] = []
    for stretch in placed:
        chosen = voiced(stretch.chord, middle, random)
        if manner == "held":
            steps, hits = [stretch.start_s], [stretch.end_s]
        else:
            eighths = np.arange(2 * stretch.beats)
            on = eighths[pattern[eighths % 8]] if manner == "struck" else eighths
            steps = [stretch.start_s + e * beat_s / 2 for e in on.tolist()]
            hits = [s + beat_s * (0.2 if short else 0.5 if manner == "struck" else 0.6) for s in steps]
        for count, (start, end) in enumerate(zip(steps, hits, strict=True)):
            sounding = chosen if manner != "broken" else [chosen[(count * (1 if middle < 60 else 2)) % len(chosen)]]
            late = abs(random.normal(0, 0.008))
            notes += [Sounding(start + late, end + late, p, level + int(random.integers(-15, 12)), channel, program) for p in sounding]
    return notes


def bass_part(placed: list[Placed], key: Key, beat_s: float, channel: int, random: np.random.Generator) -> list[Sounding]:
    """Return a bass: roots, roots and fifths, octaves, or a walk through the scale to the next root."""
    manner, program = str(random.choice(["roots", "held", "fifths", "octaves", "walk"])), int(random.choice(BASSES))
    lowest, level = int(random.integers(26, 34)), int(random.integers(70, 125))
    notes: list[Sounding] = []
    for stretch in placed:
        root = lowest + (stretch.chord.bass - lowest) % 12
        eighths = 2 * stretch.beats
        step = eighths if manner == "held" else int(random.choice([1, 2, 2]))
        for count, eighth in enumerate(range(0, eighths, step)):
            pitch = root
            if count and manner == "fifths" and count % 2:
                pitch += 7 if 7 in {(p - stretch.chord.root) % 12 for p in stretch.chord.pitch_classes} else 0
            elif count and manner == "octaves" and count % 2:
                pitch += 12
            elif count and manner == "walk":
                near = [p for p in range(root - 5, root + 10) if p % 12 in key.scale or p % 12 in stretch.chord.pitch_classes]
                pitch = int(random.choice(near)) if random.random() < 0.6 else root + 12 * int(random.integers(0, 2))
            if count and random.random() < 0.1:
                continue
            start = stretch.start_s + eighth * beat_s / 2
            notes.append(Sounding(start, start + step * beat_s / 2 * 0.9, pitch, level + int(random.integers(-15, 3)), channel, program))
    return notes


def melody_part(placed: list[Placed], key: Key, beat_s: float, channel: int, random: np.random.Generator) -> list[Sounding]:
    """Return a tune in the scale that rests on chord tones, leaps seldom, and pauses."""
    program, level, pitch = int(random.choice(LEADS)), int(random.integers(70, 127)), float(random.integers(60, 78))
    low, high = pitch - 9, pitch + 9
    notes: list[Sounding] = []
    for stretch in placed:
        at = stretch.start_s
        while at < stretch.end_s - 0.05:
            lasts = beat_s * float(random.choice([0.25, 0.5, 0.5, 1, 1, 2]))
            if random.random() < 0.8:
                strong = abs((at - stretch.start_s) / beat_s % 1) < 0.05
                allowed = stretch.chord.pitch_classes if strong and random.random() < 0.75 else key.scale
                near = np.array([p for p in range(int(low), int(high)) if p % 12 in allowed])
                distance = np.abs(near - pitch) + 1.0
                pitch = float(random.choice(near, p=(1 / distance**1.5) / (1 / distance**1.5).sum()))
                notes.append(
                    Sounding(at, min(at + lasts, stretch.end_s + 0.1), int(pitch), level + int(random.integers(-20, 1)), channel, program)
                )
            at += lasts
    return notes


def drum_part(beat_s: float, begins_s: float, ends_s: float, random: np.random.Generator) -> list[Sounding]:
    """Return a pattern of sixteen sixteenths, over and over, with cymbals and toms now and then."""
    program = int(random.choice(DRUM_PROGRAMS))
    strokes = {
        35 + int(random.integers(2)): [0, *random.choice(16, 3)],
        int(random.choice([37, 38, 39, 40])): [4, 12, *random.choice(16, 1)],
    }
    strokes[int(random.choice([42, 44, 46, 51, 53, 59, 54, 70]))] = list(range(0, 16, int(random.choice([1, 2, 4]))))
    notes: list[Sounding] = []
    bars = int((ends_s - begins_s) / (4 * beat_s)) + 1
    for bar in range(bars):
        start = begins_s + bar * 4 * beat_s
        hits = [(p, s) for p, places in strokes.items() for s in places if random.random() < 0.93]
        hits += [(int(random.choice([49, 57, 52])), 0)] * (random.random() < 0.2)
        hits += [(int(random.choice([41, 43, 45, 47, 48, 50])), int(s)) for s in random.choice(16, 4)] if random.random() < 0.15 else []
        for pitch, place in hits:
            at = start + place * beat_s / 4
            notes.append(Sounding(at, at + 0.1, pitch, int(random.integers(60, 127)), DRUMS, program))
    return notes


def make(seed: int, duration_s: float = 40.0) -> Song:
    """Return a song's spectrum and truth from a seed."""
    random = np.random.default_rng(seed)
    player = fonts.player(FONTS[seed % len(FONTS)])
    beat_s, cents = 60 / float(random.uniform(65, 180)), float(random.uniform(-50, 50))
    key = Key(int(random.integers(12)), str(random.choice([m for m, _ in MODES], p=[p for _, p in MODES])))
    begins = float(random.choice([0.05, 0.4, 2.0, 4 * beat_s]))
    is_drums_alone = random.random() < 0.06
    placed = (
        []
        if is_drums_alone
        else place_row([draw_row(key, random) for _ in range(int(random.integers(1, 4)))], beat_s, begins, duration_s, random)
    )
    parts: list[list[Sounding]] = []
    if placed:
        players = range(int(random.integers(1, 4)))
        parts += [[note for channel in players for note in harmony_part(placed, beat_s, channel, random)]]
        parts += [bass_part(placed, key, beat_s, 4, random)] * (random.random() < 0.85)
        parts += [melody_part(placed, key, beat_s, 5, random)] * (random.random() < 0.75)
    has_drums = is_drums_alone or random.random() < 0.75
    drums_begin = 0.05 if random.random() < 0.5 else begins
    parts += [drum_part(beat_s, drums_begin, duration_s, random)] * has_drums
    length = int(duration_s * fonts.RATE_HZ)
    wave = np.zeros(length // 4, np.float32)
    for part in parts:
        sound = resample_poly(player.render(part, length, cents).mean(axis=0), 1, 4)[: wave.size]
        if random.random() < 0.3:
            room = random.standard_normal(int(RATE_HZ * 0.8)) * np.exp(-np.arange(int(RATE_HZ * 0.8)) / RATE_HZ / random.uniform(0.05, 0.3))
            sound = sound + 0.5 * fftconvolve(sound, room / np.linalg.norm(room))[: wave.size]
        power = float(np.sqrt(np.mean(sound**2))) + 1e-9
        wave = wave + (sound / power * 10 ** (float(random.normal(-3, 5)) / 20)).astype(np.float32)
    if random.random() < 0.3:
        wave = np.tanh(wave / np.abs(wave).max() * float(random.uniform(1, 4))).astype(np.float32)
    spectrum = log_spectrum(wave, cents + float(random.normal(0, 3)), MARGIN).astype(np.float16)
    frames = np.arange(spectrum.shape[0]) / FRAMES_PER_S
    chords = np.full(spectrum.shape[0], NONE)
    for stretch in placed:
        chords[(frames >= stretch.start_s) & (frames < stretch.end_s)] = chord_index(stretch.chord.full_label)
    keys = np.full(spectrum.shape[0], LABELS.index(key.label) if placed else UNKNOWN)
    return Song(f"plain-{seed}", spectrum, chords, keys)


def make_noise(seed: int, duration_s: float = 18.0) -> Song:
    """Return noise of some colour, steady or in strokes: it has no chord, whatever its spectrum."""
    random = np.random.default_rng(10_000_000 + seed)
    samples = int(duration_s * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal(samples))
    hz = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    spectrum *= np.maximum(hz, 20.0) ** -float(random.choice([0.0, 0.0, 0.5, 1.0]))
    if random.random() < 0.4:  # a band of it, as a cymbal or wind has
        middle, width = float(random.uniform(200, 4000)), float(random.uniform(0.5, 2.0))
        spectrum *= np.exp(-0.5 * (np.log2(np.maximum(hz, 1.0) / middle) / width) ** 2)
    wave = np.fft.irfft(spectrum, samples)
    if random.random() < 0.5:
        strokes = random.random(samples) < float(random.uniform(1, 8)) / RATE_HZ
        fall = np.exp(-np.arange(RATE_HZ) / RATE_HZ / float(random.uniform(0.02, 0.4)))
        wave *= fftconvolve(strokes * random.uniform(0.2, 1.0, samples), fall)[:samples] + float(random.choice([0.0, 0.02]))
    found = log_spectrum(wave.astype(np.float32), 0.0, MARGIN).astype(np.float16)
    return Song(f"noise-{seed}", found, np.full(found.shape[0], NONE), np.full(found.shape[0], UNKNOWN))


def load_or_make(seed: int, cache: Path) -> Song:
    """Return a song that is made once and kept."""
    path = cache / f"plain-{seed}.npz"
    if not path.exists():
        song = make(seed)
        cache.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new.npz")
        np.savez(new, spectrum=song.spectrum, chords=song.chords, keys=song.keys)
        new.replace(path)
    kept: dict[str, NDArray[np.generic]] = dict(np.load(path))
    return Song(path.stem, kept["spectrum"], kept["chords"], kept["keys"])
