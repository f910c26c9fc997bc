"""Chorus beside chorus: like is held against like, and what cannot be told is absent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sample_documents import make_sections, make_track

from mixassistant.features.bands import broad
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.section_standing import LIFT, LOUDEST, SectionStand, kinds_of, readings, section_standing, sections_of
from mixassistant.profiles.standing import TONE


def reference(louder_lu: float) -> MeasuredTrack:
    track = make_track()
    return replace(track, sections=make_sections(track.duration_s, louder_lu))


def without_kinds(track: MeasuredTrack) -> MeasuredTrack:
    return replace(track, sections=tuple(replace(section, kind="") for section in track.sections))


def by_name(stands: tuple[SectionStand, ...]) -> dict[tuple[str, str], SectionStand]:
    return {(stand.kind, stand.dimension): stand for stand in stands}


def test_choruses_are_held_against_choruses() -> None:
    found = by_name(section_standing(reference(-2.0), [reference(n) for n in (0.0, 1.0, 2.0, 3.0, 4.0)]))
    chorus, verse = found["chorus", "lufs"], found["verse", "lufs"]
    assert (chorus.value, chorus.middle) == (pytest.approx(-10.6), pytest.approx(-6.6))
    assert chorus.range == pytest.approx((-8.2, -5.0))
    assert chorus.outside_by == pytest.approx(-2.4)
    assert (chorus.having, chorus.of) == (5, 5)
    assert verse.outside_by == pytest.approx(0.0, abs=1e-9)
    assert found["chorus", LIFT].value == pytest.approx(-10.6 + 9.8)


def test_references_without_such_sections_are_counted_and_left_out() -> None:
    bare = replace(make_track(), sections=())
    found = by_name(section_standing(reference(0.0), [reference(1.0), bare, bare]))
    assert (found["chorus", "lufs"].having, found["chorus", "lufs"].of) == (1, 3)
    assert section_standing(reference(0.0), [bare]) == ()
    assert section_standing(bare, [reference(0.0)]) == ()
    assert section_standing(reference(0.0), []) == ()


def test_where_no_chorus_can_be_told_the_loudest_that_repeats_stands_for_it() -> None:
    mute = without_kinds(reference(0.0))
    assert kinds_of(mute) == (LOUDEST,)
    assert {section.letter for section in sections_of(mute, LOUDEST)} == {"C"}
    found = by_name(section_standing(reference(0.0), [mute]))
    assert found["chorus", "lufs"].middle == pytest.approx(-8.6) and ("verse", "lufs") not in found
    assert by_name(section_standing(mute, [reference(2.0)]))[LOUDEST, "lufs"].middle == pytest.approx(-6.6)


def test_loudness_and_spectra_of_several_sections_are_means_of_power() -> None:
    track = reference(0.0)
    one, other = (s for s in track.sections if s.kind == "verse")
    read = readings(track, "verse")
    spectra = [vector(s.values, "ltas") for s in (one, other)]
    mean = 10 * np.log10(sum(10 ** (s / 10) for s in spectra if s is not None) / 2)
    assert [read[name] for name in TONE if name in read] == pytest.approx([b for b in broad(mean).tolist() if b > -40.0])
    assert read["lufs"] == pytest.approx(scalar(one.values, "lufs"))
    assert read["level/vocals"] == pytest.approx(-4.2) and "level/bass" not in read
