"""The chart: bars with their metre and chords, sections, key changes and the clock; and the truth that follows from it.

Everything that is later scored comes from here, so no annotation is guessed from sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from clock import Clock, Metre
from harmony import Chord, Key


@dataclass(frozen=True)
class Bar:
    """One bar: where it begins in quarter notes, its metre, key and chords (offset in quarter notes, chord)."""

    start: float
    metre: Metre
    key: Key
    chords: tuple[tuple[float, Chord], ...]


@dataclass(frozen=True)
class Section:
    """A section: its letter (alike sections share it), what it is, its bars, how dense it is (0–1) and which parts play."""

    letter: str
    kind: str
    first_bar: int
    end_bar: int
    density: float
    parts: frozenset[str]


@dataclass(frozen=True)
class Chart:
    """A whole song on paper."""

    style: str
    seed: int
    bpm: float
    bars: tuple[Bar, ...]
    sections: tuple[Section, ...]
    clock: Clock

    @property
    def end(self) -> float:
        """End of the last bar in quarter notes."""
        return self.bars[-1].start + self.bars[-1].metre.bar


def _merged(entries: list[tuple[float, str]]) -> list[list[Any]]:
    """Return entries with their times rounded, without those that repeat the one before."""
    kept: list[list[Any]] = []
    for time, value in entries:
        if not kept or kept[-1][1] != value:
            kept.append([round(time, 4), value])
    return kept


def chord_spans(chart: Chart, has_pitch: list[bool], full: bool) -> list[list[Any]]:
    """Return ``[start_s, label]`` of each chord; ``N`` before the first bar and where nothing pitched plays.

    Parameters
    ----------
    chart : Chart
    has_pitch : list of bool
        By section.
    full : bool
        Whether labels carry sevenths.
    """
    entries: list[tuple[float, str]] = [(0.0, "N")] if chart.clock.seconds(0) > 0.02 else []
    for section, sounds in zip(chart.sections, has_pitch, strict=True):
        for bar in chart.bars[section.first_bar : section.end_bar]:
            for offset, chord in bar.chords:
                label = (chord.full_label if full else chord.label) if sounds else "N"
                entries.append((chart.clock.seconds(bar.start + offset), label))
    return _merged(entries)


def truth(chart: Chart, has_pitch: list[bool], duration_s: float, tuning_cents: float) -> dict[str, Any]:
    """Return what is true of a chart's recording, as the JSON beside it says.

    Parameters
    ----------
    chart : Chart
    has_pitch : list of bool
        By section: whether anything pitched plays.
    duration_s : float
        Of the recording.
    tuning_cents : float
        Against A4 = 440 Hz.
    """
    seconds = chart.clock.seconds
    beats = [[round(seconds(b.start + b.metre.beat * i), 4), i + 1] for b in chart.bars for i in range(b.metre.beats)]
    metres = _merged([(seconds(b.start), b.metre.name) for b in chart.bars])
    keys = _merged([(seconds(b.start), b.key.label) for b in chart.bars])
    is_pitched = any(has_pitch)
    lengths = sorted(later[0] - sooner[0] for sooner, later in pairwise(beats))
    main = max({b.key for b in chart.bars}, key=lambda key: sum(b.metre.bar for b in chart.bars if b.key == key))
    return {
        "style": chart.style,
        "seed": chart.seed,
        "duration_s": round(duration_s, 4),
        "metre": metres[0][1] if len(metres) == 1 else metres,
        "beats": [b for b in beats if b[0] < duration_s],
        "tempo_bpm": round(60 / lengths[len(lengths) // 2], 3),
        "key": main.label if is_pitched else None,
        "mode": main.mode if is_pitched else None,
        "keys": keys if is_pitched else [],
        "tuning_cents": round(tuning_cents, 1) if is_pitched else None,
        "chords": chord_spans(chart, has_pitch, full=False),
        "sevenths": chord_spans(chart, has_pitch, full=True),
        "sections": [[round(seconds(chart.bars[s.first_bar].start), 4), s.letter, s.kind] for s in chart.sections],
    }
