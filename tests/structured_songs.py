"""Songs with sections, chords and bars, made of formulas: 100 seconds in 4/4 at 120 BPM, A B A B C."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Event

import numpy as np
from window_driver import FakeCore

import mixassistant.features.structure.chords  # noqa: F401  # its descriptors name the chords
from mixassistant.analysis import Analysis, Request
from mixassistant.audio.audio import Audio
from mixassistant.audio.peaks import build_peaks
from mixassistant.features.descriptor import REGISTRY, Measurement
from mixassistant.features.track import MeasuredSection, MeasuredTrack, Section
from mixassistant.gui.background.result import Result
from mixassistant.gui.background.song_structure import Chord, SongStructure
from mixassistant.progress import Progress
from mixassistant.stems.stem import ROLES

DURATION_S = 100.0
RATE_HZ = 4000
BEAT_S, BAR_S = 0.5, 2.0
FIRST_S = 0.5  # of the beats: a pickup of two comes before the first downbeat
DOWNBEAT_S = 1.5
EDGES_S = (0.0, 21.5, 41.5, 61.5, 81.5, DURATION_S)
NAMES = (("A", "verse"), ("B", "chorus"), ("A", "verse"), ("B", "chorus"), ("C", ""))
PROGRESSION = ("Am", "F", "C", "G")
SEVENTHS = ("Am7", "F", "C", "G7")
SECTIONS = tuple(Section(start_s, end_s, letter, kind) for (letter, kind), (start_s, end_s) in zip(NAMES, pairwise(EDGES_S), strict=True))


def make_structure() -> SongStructure:
    """Return the song as the window draws it: a chord a bar, none before the first downbeat."""
    beats = tuple(np.arange(FIRST_S, DURATION_S, BEAT_S).tolist())
    downbeats = tuple(np.arange(DOWNBEAT_S, DURATION_S, BAR_S).tolist())
    edges = [0.0, *downbeats, DURATION_S]
    bars = range(len(downbeats))
    names = [("", ""), *((PROGRESSION[bar % 4], SEVENTHS[bar % 4]) for bar in bars)]
    stretches = zip(names, pairwise(edges), strict=True)
    chords = tuple(Chord(name, a, b, seventh if seventh != name else "") for (name, seventh), (a, b) in stretches)
    return SongStructure(SECTIONS, chords, beats, downbeats)


def with_structure(track: MeasuredTrack) -> MeasuredTrack:
    """Return a measured song of `DURATION_S` with this structure; each section is a dB louder than the one before."""
    song = make_structure()
    mix = {
        **track.mix,
        "beats": Measurement(np.array(song.beats_s)),
        "downbeats": Measurement(np.array(song.downbeats_s)),
        "chord_changes": Measurement(np.array(song.downbeats_s)),
        "chords": _sequence("chords", [chord.name or "N" for chord in song.chords]),
        "chords_with_sevenths": _sequence("chords_with_sevenths", [chord.seventh or chord.name or "N" for chord in song.chords]),
        "sections": Measurement(np.array(EDGES_S[1:-1])),
        "section_letters": _sequence("section_letters", [letter for letter, _kind in NAMES]),
        "section_kinds": _sequence("section_kinds", [kind or "–" for _letter, kind in NAMES]),
    }
    return replace(track, duration_s=DURATION_S, mix=mix, sections=measured_sections(track, song.sections))


def _sequence(descriptor: str, words: list[str]) -> Measurement:
    labels = REGISTRY[descriptor].labels
    return Measurement(np.array([float(labels.index(word)) for word in words]))


def measured_sections(track: MeasuredTrack, sections: Sequence[Section]) -> tuple[MeasuredSection, ...]:
    """Return sections with values: loudness that rises by a dB a section, a spectrum with more and more treble, and levels of roles."""
    found = []
    for index, section in enumerate(sections):
        tilt = np.linspace(-index / 2, index / 2, 31)
        values = {"lufs": Measurement(-12.0 + index), "ltas": Measurement(np.asarray(track.mix["ltas"].value) + tilt)}
        levels = {role: -6.0 + index - place for place, role in enumerate(ROLES) if role in track.roles}
        found.append(MeasuredSection(section.start_s, section.end_s, section.letter, section.kind, section.is_guess, values, levels))
    return tuple(found)


class StructuredCore(FakeCore):
    """Songs with sections, chords and bars: sections are made up as `measured_sections` says, and kept in a real library."""

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.may_measure = Event()
        self.may_measure.set()
        self.is_late = False  # whether what is said of sections comes after an analysis has looked for it
        self.sections: tuple[Section, ...] | None = None  # of the last request

    def analyze(self, request: Request, progress: Progress) -> Result:
        result = super().analyze(request, progress)
        track = with_structure(result.analysis.track)
        self.sections = request.sections
        said = None if self.is_late else self.with_library(lambda library: library.sections.said(track.content_hash, request.sections))
        if said:
            track = replace(track, sections=measured_sections(track, said))
        audio = Audio(np.random.default_rng(0).normal(0, 0.1, (2, round(DURATION_S * RATE_HZ))).astype(np.float32), RATE_HZ)
        song = replace(result.analysis.song, mix=audio)
        references = tuple(with_structure(reference) for reference in result.analysis.profile.references)
        profile = replace(result.analysis.profile, references=references)
        peaks = build_peaks(audio)
        return replace(
            result,
            analysis=replace(result.analysis, track=track, song=song, profile=profile),
            peaks=dict.fromkeys(result.peaks, peaks),
        )

    def with_sections(self, analysis: Analysis, sections: Sequence[Section], progress: Progress) -> Analysis:
        while not self.may_measure.wait(0.005):
            progress("Measuring the sections", 0.5)
        return replace(analysis, track=replace(analysis.track, sections=measured_sections(analysis.track, sections)))
