"""What is played and when: notes, hits, sections and the grid that they sit on.

A bar has sixteen steps. Swing delays every second sixteenth; players then miss the grid by a few milliseconds, as people do.
Chords and melodies are counted in steps of the song's scale, so that every pitch lies in the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mixassistant.demo.style import Style

STEPS = 16  # of a 4/4 bar
TIMING_SD_S = 0.003  # a good player's
TIMING_MAX_S = 0.008

SectionName = Literal["intro", "verse", "chorus", "ending"]


@dataclass(frozen=True)
class Note:
    """A pitched note: start and duration in seconds, MIDI pitch, velocity 0–1 and, when it is sung, its syllable."""

    start_s: float
    duration_s: float
    pitch: int
    velocity: float
    syllable: str = ""


@dataclass(frozen=True)
class Hit:
    """A stroke on a drum: time in seconds, which drum, velocity 0–1."""

    start_s: float
    drum: str
    velocity: float


@dataclass(frozen=True)
class Bar:
    """One bar of the form: its section, which bar of the section it is and of how many, and its chord (degree of the scale, 0–6)."""

    index: int
    section: SectionName
    position: int
    length: int
    degree: int
    next_degree: int

    @property
    def is_last(self) -> bool:
        """Whether another section follows: the place for a fill."""
        return self.position == self.length - 1


@dataclass(frozen=True)
class Score:
    """A whole song on paper.

    `layers` are the accompaniment's instruments by name (``pad``, ``epiano``, ``guitar``, ``arpeggio``); `melody` is the lead
    voice, `harmony` the second voice of the chorus.
    """

    style: Style
    duration_s: float
    bars: tuple[Bar, ...]
    drums: tuple[Hit, ...]
    bass: tuple[Note, ...]
    layers: Mapping[str, tuple[Note, ...]]
    melody: tuple[Note, ...]
    harmony: tuple[Note, ...]


@dataclass(frozen=True)
class Grid:
    """Where the steps lie in time."""

    tempo_bpm: float
    swing: float

    @property
    def step_s(self) -> float:
        """Length of a sixteenth without swing."""
        return 60.0 / self.tempo_bpm / 4

    @property
    def bar_s(self) -> float:
        """Length of a bar."""
        return STEPS * self.step_s

    def time_s(self, bar: int, step: float) -> float:
        """Return when a step of a bar is played, with swing."""
        late = self.swing * self.step_s if step % 2 == 1 else 0.0
        return bar * self.bar_s + step * self.step_s + late


def grid_of(style: Style) -> Grid:
    """Return the grid of a style."""
    return Grid(style.tempo_bpm, style.swing)


def missed(random: np.random.Generator) -> float:
    """Return by how much a player misses the grid, in seconds."""
    return float(np.clip(random.normal(0.0, TIMING_SD_S), -TIMING_MAX_S, TIMING_MAX_S))


def pitch_of(style: Style, scale_step: int, base: int) -> int:
    """Return the MIDI pitch of a step of the scale (0 the tonic at or above MIDI note `base`; 7 an octave higher)."""
    tonic = base + (style.tonic - base) % 12
    octave, degree = divmod(scale_step, 7)
    return tonic + 12 * octave + style.scale[degree]


def form(style: Style, duration_s: float) -> tuple[Bar, ...]:
    """Return the bars of a song that lasts `duration_s`: an intro, verses and choruses, and a last chord that rings.

    Parameters
    ----------
    style : Style
    duration_s : float
        At least five seconds.
    """
    bar_s = grid_of(style).bar_s
    # The last chord needs at least half a bar and a second and a half to ring.
    total = max(2, int((duration_s - max(1.5, 0.5 * bar_s)) / bar_s) + 1)
    body = total - 1
    intro = 2 if body >= 10 else 1 if body >= 4 else 0
    sections: list[tuple[SectionName, int]] = [("intro", intro)] if intro else []
    left = body - intro
    while left > 0:
        verse = 4 if left >= 8 else left // 2
        chorus = min(left - verse, 8 if left - verse < 12 else 4)
        sections += [(name, length) for name, length in (("verse", verse), ("chorus", chorus)) if length]  # type: ignore[misc]
        left -= verse + chorus
    sections.append(("ending", 1))
    bars: list[Bar] = []
    for name, length in sections:
        degrees = {"verse": style.verse, "chorus": style.chorus, "intro": style.verse, "ending": (0,)}[name]
        bars += [Bar(len(bars) + i, name, i, length, degrees[i % len(degrees)], 0) for i in range(length)]
    return tuple(replace(bar, next_degree=following.degree) for bar, following in zip(bars, [*bars[1:], bars[-1]], strict=True))
