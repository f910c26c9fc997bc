"""The character of a song: key, tempo, harmony, grooves, instruments, and the taste of who mixed it. Drawn from the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mixassistant.demo.synthesis import generator
from mixassistant.stems.stem import ROLES, Role

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)  # natural minor

# Verse and chorus as degrees of the scale, from 0: the turns that pop songs have been written on for fifty years.
PROGRESSIONS: Mapping[tuple[int, ...], tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]] = {
    MAJOR: (
        ((0, 4, 5, 3), (3, 4, 0, 5)),
        ((5, 3, 0, 4), (3, 0, 4, 5)),
        ((0, 5, 3, 4), (5, 3, 0, 4)),
        ((1, 4, 0, 5), (3, 4, 2, 5)),
        ((0, 2, 3, 4), (0, 4, 5, 3)),
    ),
    MINOR: (
        ((0, 5, 2, 6), (5, 6, 0, 0)),
        ((0, 3, 5, 6), (5, 2, 6, 0)),
        ((0, 6, 5, 6), (0, 2, 5, 6)),
        ((0, 2, 6, 3), (5, 6, 2, 0)),
    ),
}
TEMPI_BPM = (84.0, 132.0)
TONE_SD_DB = 0.8  # between mixes of one taste
BALANCE_SD_DB = 0.6


@dataclass(frozen=True)
class Style:
    """Everything that tells two songs apart before a note is written.

    Parameters
    ----------
    seed : int
    tempo_bpm : float
    tonic : int
        Pitch class, 0 is C.
    scale : tuple of int
        Semitones of the seven degrees above the tonic.
    verse, chorus : tuple of int
        Chords as degrees of the scale.
    swing : float
        Delay of every second sixteenth in sixteenths.
    groove, bass_line, comping : int
        Which of the patterns.
    instrument : str
        What plays the chords: ``"epiano"`` or ``"guitar"``.
    is_low_voice : bool
        A tenor rather than an alto.
    brightness : float
        −1…1, the timbre of the instruments.
    balance_db, tone_db : mapping
        Of each role: this mixer's taste in level and in spectral tilt (dB from bass to treble).
    """

    seed: int
    tempo_bpm: float
    tonic: int
    scale: tuple[int, ...]
    verse: tuple[int, ...]
    chorus: tuple[int, ...]
    swing: float
    groove: int
    bass_line: int
    comping: int
    instrument: str
    is_low_voice: bool
    brightness: float
    balance_db: Mapping[Role, float]
    tone_db: Mapping[Role, float]


def style_of(seed: int) -> Style:
    """Draw the style of a song."""
    random = generator(seed, "style")
    scale = MAJOR if random.random() < 0.6 else MINOR
    verse, chorus = PROGRESSIONS[scale][int(random.integers(len(PROGRESSIONS[scale])))]
    return Style(
        seed=seed,
        tempo_bpm=float(np.round(random.uniform(*TEMPI_BPM))),
        tonic=int(random.integers(12)),
        scale=scale,
        verse=verse,
        chorus=chorus,
        swing=float(random.choice([0.0, 0.08, 0.16, 0.24])),
        groove=int(random.integers(100)),
        bass_line=int(random.integers(100)),
        comping=int(random.integers(100)),
        instrument=str(random.choice(["epiano", "guitar"])),
        is_low_voice=bool(random.random() < 0.4),
        brightness=float(random.uniform(-1, 1)),
        balance_db=MappingProxyType({role: float(np.clip(random.normal(0, BALANCE_SD_DB), -1.2, 1.2)) for role in ROLES}),
        tone_db=MappingProxyType({role: float(np.clip(random.normal(0, TONE_SD_DB), -1.6, 1.6)) for role in ROLES}),
    )
