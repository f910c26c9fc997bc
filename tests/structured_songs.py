"""Songs with sections, chords and bars, made of formulas: 100 seconds in 4/4 at 120 BPM, A B A B C."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from mixassistant.features.descriptor import Measurement
from mixassistant.features.track import KINDS, MeasuredSection, MeasuredTrack, Section
from mixassistant.gui.background.song_structure import Chord, SongStructure
from mixassistant.stems.stem import ROLES

DURATION_S = 100.0
BEAT_S, BAR_S = 0.5, 2.0
FIRST_S = 0.5  # of the beats: a pickup of two comes before the first downbeat
DOWNBEAT_S = 1.5
EDGES_S = (0.0, 21.5, 41.5, 61.5, 81.5, DURATION_S)
NAMES = (("A", "verse"), ("B", "chorus"), ("A", "verse"), ("B", "chorus"), ("C", ""))
PROGRESSION = ("Am", "F", "C", "G")
SECTIONS = tuple(Section(start_s, end_s, letter, kind) for (letter, kind), (start_s, end_s) in zip(NAMES, pairwise(EDGES_S), strict=True))


def make_structure() -> SongStructure:
    """Return the song as the window draws it: a chord a bar, none before the first downbeat."""
    beats = tuple(np.arange(FIRST_S, DURATION_S, BEAT_S).tolist())
    downbeats = tuple(np.arange(DOWNBEAT_S, DURATION_S, BAR_S).tolist())
    edges = [0.0, *downbeats, DURATION_S]
    names = ["", *(PROGRESSION[bar % 4] for bar in range(len(downbeats)))]
    chords = tuple(Chord(name, a, b) for name, (a, b) in zip(names, pairwise(edges), strict=True))
    return SongStructure(SECTIONS, chords, beats, downbeats)


def with_structure(track: MeasuredTrack) -> MeasuredTrack:
    """Return a measured song of `DURATION_S` with this structure; each section is a dB louder than the one before."""
    song = make_structure()
    mix = {
        **track.mix,
        "beats": Measurement(np.array(song.beats_s)),
        "downbeats": Measurement(np.array(song.downbeats_s)),
        "sections": Measurement(np.array(EDGES_S[1:-1])),
        "section_letters": Measurement(np.array([float(ord(letter) - ord("A")) for letter, _kind in NAMES])),
        "section_kinds": Measurement(np.array([float(KINDS.index(kind) if kind else len(KINDS)) for _letter, kind in NAMES])),
    }
    return replace(track, duration_s=DURATION_S, mix=mix, sections=measured_sections(track, song.sections))


def measured_sections(track: MeasuredTrack, sections: tuple[Section, ...]) -> tuple[MeasuredSection, ...]:
    """Return sections with values: loudness that rises by a dB a section, a spectrum with more and more treble, and levels of roles."""
    found = []
    for index, section in enumerate(sections):
        tilt = np.linspace(-index / 2, index / 2, 31)
        values = {"lufs": Measurement(-12.0 + index), "ltas": Measurement(np.asarray(track.mix["ltas"].value) + tilt)}
        levels = {role: -6.0 + index - place for place, role in enumerate(ROLES) if role in track.roles}
        found.append(MeasuredSection(section.start_s, section.end_s, section.letter, section.kind, section.is_guess, values, levels))
    return tuple(found)
