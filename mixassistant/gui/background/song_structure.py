"""What is told of a song over time: sections, chords, beats and bars. Knows no Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mixassistant.features.descriptor import REGISTRY, vector
from mixassistant.features.structure.stretches import found_sections
from mixassistant.features.track import Section
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredTrack

KIND_NAMES = {
    "intro": _("Intro"),
    "verse": _("Verse"),
    "chorus": _("Chorus"),
    "bridge": _("Bridge"),
    "instrumental": _("Instrumental"),
    "outro": _("Outro"),
}
NO_CHORD = "N"
GUESS = "?"
PROGRESSION = 8  # chords of a section that are named in a row at most


def kind_name(section: Section) -> str:
    """Return what a section is, as people say it; a guess carries its mark: ``"Chorus?"``. Empty where nothing is told."""
    return KIND_NAMES.get(section.kind, section.kind) + (GUESS if section.kind and section.is_guess else "")


def section_text(section: Section) -> str:
    """Return letter and kind: ``"B · Chorus?"``."""
    return " · ".join(part for part in (section.letter, kind_name(section)) if part)


@dataclass(frozen=True)
class Chord:
    """A stretch with one chord, by its name, and what it may be with a seventh; an empty name: none is heard."""

    name: str
    start_s: float
    end_s: float
    seventh: str = ""


@dataclass(frozen=True)
class SongStructure:
    """Sections, chords, beats and downbeats of a song; what is not known is empty. `are_own`: the sections are as the user wants them."""

    sections: tuple[Section, ...] = ()
    chords: tuple[Chord, ...] = ()
    beats_s: tuple[float, ...] = ()
    downbeats_s: tuple[float, ...] = ()
    are_own: bool = False

    @classmethod
    def of(cls, track: MeasuredTrack) -> SongStructure:
        """Return the structure of a measured song."""
        beats, downbeats = vector(track.mix, "beats"), vector(track.mix, "downbeats")
        return cls(
            sections_of(track),
            chords_of(track),
            () if beats is None else tuple(beats.tolist()),
            () if downbeats is None else tuple(downbeats.tolist()),
            sections_of(track) != found_in(track),
        )

    def with_sections(self, sections: Sequence[Section], are_own: bool) -> SongStructure:
        """Return the structure with other sections."""
        return replace(self, sections=tuple(sections), are_own=are_own)

    def section_at(self, time_s: float) -> int | None:
        """Return the index of the section that a moment lies in; the end of the song belongs to the last one."""
        if self.sections and time_s >= self.sections[-1].start_s:
            return len(self.sections) - 1
        return next((index for index, section in enumerate(self.sections) if section.start_s <= time_s < section.end_s), None)

    def chord_at(self, time_s: float) -> str:
        """Return the name of the chord at a moment; empty where there is none."""
        chord = self.chord_there(time_s)
        return chord.name if chord is not None else ""

    def chord_there(self, time_s: float) -> Chord | None:
        """Return the chord at a moment, or the stretch without one; None where nothing is known."""
        index = bisect_right(self.chords, time_s, key=lambda chord: chord.start_s) - 1
        return self.chords[index] if index >= 0 and time_s < self.chords[index].end_s else None

    def progression(self, start_s: float, end_s: float) -> list[str]:
        """Return the names of the chords that sound in a stretch, for half a second of it or more, in their order."""
        inside = [c for c in self.chords_within(start_s, end_s) if c.name and min(c.end_s, end_s) - max(c.start_s, start_s) > 0.5]
        names = [chord.name for chord in inside]
        return [name for index, name in enumerate(names) if index == 0 or name != names[index - 1]]

    def progression_text(self, start_s: float, end_s: float, most: int = PROGRESSION) -> str:
        """Return the chords of a stretch in a line, `most` of them; what goes round and round is told once: ``"Am F C G …"``."""
        names = self.progression(start_s, end_s)
        for length in range(2, PROGRESSION + 1):
            if len(names) >= 2 * length and all(name == names[index % length] for index, name in enumerate(names)):
                return " ".join(names[: min(length, most)]) + " …"
        return " ".join(names[:most]) + (" …" if len(names) > most else "")

    def chords_within(self, start_s: float, end_s: float) -> tuple[Chord, ...]:
        """Return the chords of which a part lies in a stretch."""
        first = max(bisect_right(self.chords, start_s, key=lambda chord: chord.start_s) - 1, 0)
        last = bisect_left(self.chords, end_s, key=lambda chord: chord.start_s)
        return self.chords[first:last]

    def position_text(self, time_s: float) -> str:
        """Return bar and beat: ``"17.3"``; beats before the first downbeat are bar 0, counted toward it. Empty without bars."""
        if not self.downbeats_s or not self.beats_s or time_s < self.beats_s[0] - 1e-6:
            return ""
        bar = bisect_right(self.downbeats_s, time_s + 1e-6)
        beat = bisect_right(self.beats_s, time_s + 1e-6)
        if bar == 0:
            left = bisect_right(self.beats_s, self.downbeats_s[0] - 1e-3) - beat
            return f"0.{max(self._beats_a_bar() - left, 1)}"
        first = bisect_right(self.beats_s, self.downbeats_s[bar - 1] - 1e-3)
        return f"{bar}.{max(beat - first, 1)}"

    def snapped(self, time_s: float) -> float:
        """Return the nearest downbeat (the nearest beat, where no downbeats are known); the moment itself where there is neither."""
        grid = self.downbeats_s or self.beats_s
        return min(grid, key=lambda at: abs(at - time_s)) if grid else time_s

    def told_at(self, time_s: float) -> list[str]:
        """Return what is told of a moment: section, chord, bar and beat, each where it is known."""
        index, position = self.section_at(time_s), self.position_text(time_s)
        told = [section_text(self.sections[index]) if index is not None else "", self.chord_at(time_s)]
        return [text for text in (*told, _("bar {position}").format(position=position) if position else "") if text]

    def _beats_a_bar(self) -> int:
        counts = Counter(
            bisect_right(self.beats_s, end_s - 1e-3) - bisect_right(self.beats_s, start_s - 1e-3)
            for start_s, end_s in pairwise(self.downbeats_s)
        )
        return counts.most_common(1)[0][0] if counts else 4


def sections_of(track: MeasuredTrack) -> tuple[Section, ...]:
    """Return the sections of a measured song, as its user has them."""
    return tuple(Section(s.start_s, s.end_s, s.letter, s.kind, s.is_guess) for s in track.sections)


def found_in(track: MeasuredTrack) -> tuple[Section, ...]:
    """Return the sections of a measured song as they were found; none where none were."""
    return found_sections(track.mix, track.duration_s)


def _words(track: MeasuredTrack, identifier: str, count: int) -> tuple[str, ...]:
    """Return the labels of a sequence; empty ones where it was not measured."""
    indices = vector(track.mix, identifier)
    return ("",) * count if indices is None or indices.size != count else REGISTRY[identifier].words(indices)


def chords_of(track: MeasuredTrack) -> tuple[Chord, ...]:
    """Return the chords of a measured song."""
    changes = vector(track.mix, "chord_changes")
    if changes is None or "chords" not in track.mix:
        return ()
    edges = [0.0, *changes.tolist(), track.duration_s]
    names, sevenths = (_words(track, descriptor, len(edges) - 1) for descriptor in ("chords", "chords_with_sevenths"))
    stretches = zip(names, sevenths, pairwise(edges), strict=True)
    return tuple(
        Chord("" if name == NO_CHORD else name, start_s, end_s, seventh if seventh not in (name, NO_CHORD) else "")
        for name, seventh, (start_s, end_s) in stretches
    )


def next_edge(sections: Sequence[Section], duration_s: float, here_s: float, way: int) -> float:
    """Return the next boundary of sections after a moment (way above 0) or before it; the ends count."""
    edges = sorted({0.0, *(section.end_s for section in sections), duration_s})
    if way > 0:
        return next((edge for edge in edges if edge > here_s + 0.01), edges[-1])
    return next((edge for edge in reversed(edges) if edge < here_s - 0.01), edges[0])
