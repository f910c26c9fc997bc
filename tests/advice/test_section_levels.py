"""A role that sinks in one kind of section is told with its place, and nothing is told where sections or references are unsure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_documents import make_track

from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.rules import Context, Draft, unwanted_section_levels
from mixassistant.advice.section_levels import SECTION_LEVELS, contrast, section_level_checks
from mixassistant.advice.sentences import sentence
from mixassistant.features.track import MeasuredSection, MeasuredTrack
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.expectation import expect
from mixassistant.profiles.prior import load_prior
from mixassistant.stems.stem import Role

FACTORY = build_profile("factory", [], load_prior())
FORM = ("intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus")
LEVELS: Mapping[Role, float] = {"drums": -5.0, "bass": -7.0, "vocals": -4.0, "other": -3.0}


def song(changes: Mapping[tuple[Role, str], float] | None = None, name: str = "song", is_guess: bool = True) -> MeasuredTrack:
    """Return a song whose roles lie otherwise in some kinds of sections, by so many LU."""
    sections = []
    for index, kind in enumerate(FORM):
        levels = {role: level + (changes or {}).get((role, kind), 0.0) for role, level in LEVELS.items()}
        sections.append(MeasuredSection(20.0 * index, 20.0 * (index + 1), "ABCDEFG"[FORM.index(kind)], kind, is_guess, {}, levels))
    return replace(make_track(name), sections=tuple(sections))


def references(count: int = 9, spread_lu: float = 0.6) -> list[MeasuredTrack]:
    rng = np.random.default_rng(5)
    return [
        song({("vocals", "chorus"): rng.normal(0, spread_lu), ("drums", "chorus"): rng.normal(0, spread_lu)}, f"r{i}") for i in range(count)
    ]


def test_a_voice_that_sinks_in_the_choruses_is_told_where() -> None:
    (check,) = section_level_checks(song({("vocals", "chorus"): -3.5}), references())
    assert isinstance(check.finding, SectionLevel)
    assert (check.id, check.role, check.finding.kind) == ("section-level-vocals", "vocals", "chorus")
    assert check.finding.gap_lu == pytest.approx(-3.5)
    assert check.finding.times_s == (40.0, 80.0, 120.0)
    text = sentence(check)
    assert "sinks by 3.5 LU in the choruses (0:40, 1:20, 2:00)" in text
    assert "9 of your 9 references" in text and "is a guess" in text


def test_a_voice_that_is_too_loud_in_the_verses_is_told_there() -> None:
    (check,) = section_level_checks(song({("vocals", "verse"): 4.0, ("vocals", "bridge"): 1.0}), references())
    assert isinstance(check.finding, SectionLevel)
    assert check.finding.kind == "verse" and "ride the level down" in sentence(check)


def test_what_the_user_says_is_no_guess() -> None:
    (check,) = section_level_checks(song({("vocals", "chorus"): -4.0}, is_guess=False), references())
    assert "guess" not in sentence(check)


def test_a_level_that_is_off_throughout_is_no_matter_of_sections() -> None:
    off: dict[tuple[Role, str], float] = {("vocals", kind): -6.0 for kind in FORM}
    assert section_level_checks(song(off), references()) == []


def test_what_the_references_do_as_well_is_not_told() -> None:
    alike = [song({("vocals", "chorus"): -3.0}, f"r{i}") for i in range(9)]
    assert section_level_checks(song({("vocals", "chorus"): -3.5}), alike) == []
    assert len(section_level_checks(song(), alike)) == 1  # it does not sink where theirs do


@pytest.mark.parametrize("count", range(SECTION_LEVELS.least_references))
def test_few_references_tell_nothing(count: int) -> None:
    assert section_level_checks(song({("vocals", "chorus"): -8.0}), references(count)) == []


def test_unsure_sections_tell_nothing() -> None:
    track = song({("vocals", "chorus"): -8.0})
    untold = replace(track, sections=tuple(replace(s, kind="") for s in track.sections))
    assert section_level_checks(untold, references()) == []
    assert section_level_checks(replace(track, sections=()), references()) == []
    once = replace(track, sections=tuple(s for i, s in enumerate(track.sections) if s.kind != "chorus" or i == 2))
    assert contrast(once, "vocals", "chorus") is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1.2, 1.2), min_size=4, max_size=4), st.floats(-10, 10))
def test_ordinary_songs_are_left_alone_whatever_their_level(gaps: list[float], level: float) -> None:
    changes: dict[tuple[Role, str], float] = {(role, "chorus"): gap for role, gap in zip(LEVELS, gaps, strict=True)}
    changes |= {("vocals", kind): changes.get(("vocals", kind), 0.0) + level for kind in FORM}
    assert section_level_checks(song(changes), references()) == []


def test_separated_stems_raise_the_doubt() -> None:
    track = song({("vocals", "chorus"): -3.0})
    separated = replace(track, stems=tuple(replace(s, origin="embedded") for s in track.stems))
    one, other = (section_level_checks(t, references()) for t in (track, separated))
    assert len(one) == 1
    assert not other or other[0].confidence < one[0].confidence


def test_who_wants_to_hear_of_no_levels_hears_of_none() -> None:
    track = song({("vocals", "chorus"): -3.5})
    draft = Draft((), tuple(section_level_checks(track, references())))
    context = Context(track, expect(track, FACTORY), {}, {"level": 0.0})
    assert unwanted_section_levels(draft, context).checks == ()
    assert unwanted_section_levels(draft, replace(context, strengths={})).checks == draft.checks != ()
