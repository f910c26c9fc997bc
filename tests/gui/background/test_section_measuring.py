"""What the window asks the library of sections: they are measured in the sound, and kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_documents import make_profile, make_suggestions, make_verification

from mixassistant.analysis import Analysis, Request
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure_song
from mixassistant.features.track import Section
from mixassistant.gui.background.backend import Core
from mixassistant.progress import silent
from mixassistant.stems.stem import Song, Stem
from signals import sine

MEASURED = frozenset({"ltas", "momentary", "lufs", "level"})
HALVES = (Section(0.0, 6.0, "A", "verse", is_guess=False), Section(6.0, 12.0, "B", "chorus", is_guess=False))


def made_analysis() -> Analysis:
    """Return a song of 12 s in which the bass is 6 dB louder in the second half, against keys that stay."""
    quiet, loud = (sine(110, level, 6.0, 44100).samples for level in (-26, -20))
    bass = Audio(np.concatenate([quiet, loud], axis=1), 44100)
    keys = Audio(sine(880, -20, 12.0, 44100).samples, 44100)
    stems = (Stem("BASS", "bass", "supplied", bass), Stem("KEYS", "other", "supplied", keys))
    song = Song("Two halves", "1" * 64, mix([bass, keys]), stems, {})
    track = measure_song(song, only=MEASURED)
    created = "2026-01-01T00:00:00+00:00"
    return Analysis(Request(Path("song.wav")), song, track, make_profile(3), make_suggestions(), make_verification(), (), created, {})


def test_sections_are_measured_in_the_sound_and_beside_those_of_the_references() -> None:
    analysis = made_analysis()
    found = Core().with_sections(analysis, HALVES, silent)
    first, second = found.track.sections
    assert (first.letter, second.kind, second.is_guess) == ("A", "chorus", False)
    assert second.levels["bass"] - first.levels["bass"] == pytest.approx(6.0, abs=0.1)
    quiet, loud = scalar(first.values, "lufs"), scalar(second.values, "lufs")
    assert quiet is not None and loud is not None and 0.3 < loud - quiet < 3.0
    assert {stand.kind for stand in found.section_stands} == {"verse", "chorus"}
    assert found.suggestions == analysis.suggestions and analysis.track.sections == ()


def test_what_is_said_is_kept_and_forgotten(tmp_path: Path) -> None:
    core = Core(tmp_path / "library.sqlite3")
    own = tuple(replace(section, letter="Guitar & solo") for section in HALVES)
    core.keep_sections("1" * 64, own)
    assert core.with_library(lambda library: library.sections.said("1" * 64)) == own
    core.keep_sections("1" * 64, ())
    assert core.with_library(lambda library: library.sections.said("1" * 64)) is None
