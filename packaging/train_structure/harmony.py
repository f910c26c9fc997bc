"""Chords, keys and the turns that songs are written on: a Roman numeral in a key becomes a chord.

Numerals count from the tonic of the key in semitones of the major scale, flattened by ``b``; a small numeral is a minor chord.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
INTERVALS = MappingProxyType(
    {
        "": (0, 4, 7),
        "m": (0, 3, 7),
        "5": (0, 7),
        "7": (0, 4, 7, 10),
        "maj7": (0, 4, 7, 11),
        "m7": (0, 3, 7, 10),
        "m7♭5": (0, 3, 6, 10),
        "dim": (0, 3, 6),
        "sus4": (0, 5, 7),
        "6": (0, 4, 7, 9),
        "9": (0, 4, 7, 10, 14),
        "m9": (0, 3, 7, 10, 14),
    }
)
SCALES = MappingProxyType(
    {
        "major": (0, 2, 4, 5, 7, 9, 11),
        "minor": (0, 2, 3, 5, 7, 8, 10),
        "dorian": (0, 2, 3, 5, 7, 9, 10),
        "phrygian": (0, 1, 3, 5, 7, 8, 10),
        "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    }
)
MAJOR_MODES = ("major", "mixolydian")
TURNS = MappingProxyType(
    {
        "major": (
            "I V vi IV", "vi IV I V", "I vi IV V", "I IV V IV", "I IV I V", "ii V I vi", "I iii IV V", "I IV vi V", "IV V I vi",
            "I V IV V", "I I IV V", "I bVII IV I", "I III7 vi IV", "I II7 V I", "I IV iv I", "vi ii V I", "I vi ii V", "IV I V vi",
            "I V vi iii IV I IV V", "I I7 IV iv", "iii vi ii V", "I V I V", "I IV I IV",
            "I I I I IV IV I I V IV I V",
        ),
        "minor": (
            "i bVI bIII bVII", "i bVII bVI bVII", "i iv v i", "i bVI iv V", "i iv bVII bIII", "i bVII bVI V", "i i bVI V",
            "i bIII bVII iv", "bVI bVII i i", "i iv V i", "iim7♭5 V7 i i", "i v bVI bVII", "i V i V", "i i iv i V iv i V",
            "i bIII iv V", "i bVI i bVI", "i i i i",
        ),
        "dorian": ("i IV i IV", "i IV bVII i", "i ii i IV", "i bVII IV i", "i bIII IV i", "i i IV IV"),
        "phrygian": ("i bII i bII", "i bII bvii i", "i bII bIII bII", "i i bII bvii"),
        "mixolydian": ("I bVII IV I", "I bVII I bVII", "I IV bVII IV", "I v IV I", "I I bVII IV"),
    }
)  # fmt: skip
DEGREES = MappingProxyType({"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11})
NUMERAL = re.compile(r"^(b?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(.*)$")
PLAIN = MappingProxyType({"C♯": "C#", "E♭": "Eb", "F♯": "F#", "A♭": "Ab", "B♭": "Bb"})  # as MMA spells them


@dataclass(frozen=True)
class Chord:
    """A chord: pitch class of its root, its quality (a key of `INTERVALS`) and of its bass note."""

    root: int
    quality: str
    bass: int

    @property
    def label(self) -> str:
        """One of the 24 triads: a chord without a third counts as major, a diminished one as minor."""
        return NAMES[self.root] + ("m" if 3 in INTERVALS[self.quality] else "")

    @property
    def full_label(self) -> str:
        """The chord with its seventh, as a lead sheet writes it."""
        return NAMES[self.root] + self.quality

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes from the root up."""
        return tuple((self.root + interval) % 12 for interval in INTERVALS[self.quality])

    @property
    def mma(self) -> str:
        """The chord as Musical MIDI Accompaniment reads it."""
        quality = self.quality.replace("maj7", "M7").replace("♭", "b")
        bass = "" if self.bass == self.root else "/" + PLAIN.get(NAMES[self.bass], NAMES[self.bass])
        return PLAIN.get(NAMES[self.root], NAMES[self.root]) + quality + bass


@dataclass(frozen=True)
class Key:
    """A key: pitch class of its tonic and its mode (a key of `SCALES`)."""

    tonic: int
    mode: str

    @property
    def label(self) -> str:
        """The key among the 24 of major and minor; a mode counts as the one whose third it has."""
        return f"{NAMES[self.tonic]} {'major' if self.mode in MAJOR_MODES else 'minor'}"

    @property
    def scale(self) -> tuple[int, ...]:
        """Pitch classes of the seven degrees."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.mode])


def parse_numeral(numeral: str, key: Key) -> Chord:
    """Return the chord of a Roman numeral in a key.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = NUMERAL.match(numeral)
    if found is None:
        raise ValueError(f"{numeral!r} is no Roman numeral")
    flat, degree, suffix = found.groups()
    root = (key.tonic + DEGREES[degree.lower()] - bool(flat)) % 12
    quality = "m" + suffix if degree.islower() and not suffix.startswith(("m", "dim")) else suffix
    return Chord(root, quality, root)


def enriched(chord: Chord, key: Key, sevenths: float, inversions: float, random: np.random.Generator) -> Chord:
    """Return a chord with its seventh and another bass note, each as likely as told.

    The seventh comes from the scale; a major chord whose own seventh is outside takes the minor one.
    """
    quality = chord.quality
    if quality in ("", "m") and random.random() < sevenths:
        if quality == "m":
            quality = "m9" if random.random() < 0.15 else "m7"
        else:
            is_major = (chord.root + 11) % 12 in key.scale
            quality = "maj7" if is_major else "9" if random.random() < 0.15 else "7"
    bass = chord.root
    if random.random() < inversions:
        tones = [(chord.root + interval) % 12 for interval in INTERVALS[quality][1:3]]
        bass = int(random.choice(tones))
    return Chord(chord.root, quality, bass)
