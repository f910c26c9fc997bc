"""What is told of a moment of a song, and how sections are edited."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_documents import make_track
from structured_songs import DURATION_S, SECTIONS, make_structure, with_structure

from mixassistant.features.track import Section
from mixassistant.gui.background.section_edits import SHORTEST_S, Sections, alike, can_split, free_letter, joined, moved, renamed, split
from mixassistant.gui.background.song_structure import SongStructure, next_edge, section_text

SONG = make_structure()


def covers(sections: Sections) -> bool:
    """Tell whether sections follow each other from start to end without a gap."""
    return (
        sections[0].start_s == 0.0
        and sections[-1].end_s == DURATION_S
        and all(a.end_s == b.start_s for a, b in pairwise(sections))
        and all(section.end_s > section.start_s for section in sections)
    )


@pytest.mark.parametrize(
    ("section", "text"),
    [
        (Section(0, 1, "B", "chorus"), "B · Chorus?"),
        (Section(0, 1, "B", "chorus", is_guess=False), "B · Chorus"),
        (Section(0, 1, "A"), "A"),
        (Section(0, 1, "Solo", "bridge", is_guess=False), "Solo · Bridge"),
    ],
)
def test_a_guess_carries_its_mark(section: Section, text: str) -> None:
    assert section_text(section) == text


@pytest.mark.parametrize(
    ("time_s", "text"), [(0.2, ""), (0.5, "0.3"), (1.1, "0.4"), (1.5, "1.1"), (2.49, "1.2"), (2.5, "1.3"), (3.5, "2.1"), (23.0, "11.4")]
)
def test_bar_and_beat_count_from_the_first_downbeat(time_s: float, text: str) -> None:
    assert SONG.position_text(time_s) == text


def test_where_no_bars_are_known_none_are_told() -> None:
    assert replace(SONG, downbeats_s=()).position_text(10.0) == "" and SongStructure().told_at(3.0) == []


def test_a_moment_is_told_by_section_chord_bar_and_beat() -> None:
    assert SONG.told_at(23.0) == ["B · Chorus?", "C", "bar 11.4"]
    assert SONG.told_at(0.7) == ["A · Verse?", "bar 0.3"], "no chord is heard before the first downbeat"
    assert SONG.section_at(DURATION_S) == len(SECTIONS) - 1 and SONG.section_at(21.5) == 1


def test_chords_that_go_round_are_told_once() -> None:
    assert SONG.progression_text(21.5, 41.5) == "C G Am F …"
    assert SONG.progression_text(21.5, 27.5) == "C G Am"
    assert SONG.progression_text(21.5, 21.8) == "", "too short to be heard"


def test_boundaries_snap_to_downbeats_or_beats_or_stay() -> None:
    assert SONG.snapped(22.6) == 23.5 and replace(SONG, downbeats_s=()).snapped(22.6) == 22.5
    assert SongStructure().snapped(22.6) == 22.6


def test_a_measured_song_becomes_its_structure() -> None:
    found = SongStructure.of(with_structure(make_track()))
    assert found == SONG and not found.are_own
    moved_track = with_structure(make_track())
    own = replace(moved_track, sections=tuple(replace(s, is_guess=False) for s in moved_track.sections))
    assert SongStructure.of(own).are_own, "the user has said what they are"
    bare = SongStructure.of(replace(make_track(), sections=()))
    assert (bare.sections, bare.chords, bare.downbeats_s) == ((), (), ())


def test_the_next_edge_is_a_boundary_or_an_end() -> None:
    assert [next_edge(SECTIONS, DURATION_S, here, way) for here, way in ((0.0, 1), (21.5, 1), (30.0, -1), (90.0, 1), (5.0, -1))] == [
        21.5, 41.5, 21.5, DURATION_S, 0.0,
    ]  # fmt: skip


def test_what_shares_a_letter_is_renamed_together_or_alone() -> None:
    together = renamed(SECTIONS, 1, "X", "bridge", are_all=True)
    assert [section_text(s) for s in together] == ["A · Verse?", "X · Bridge", "A · Verse?", "X · Bridge", "C"]
    alone = renamed(SECTIONS, 1, "X", "bridge")
    assert [s.letter for s in alone] == ["A", "X", "A", "B", "C"] and alone[3].is_guess
    assert alike(SECTIONS, 1) == 1 and alike(SECTIONS, 4) == 0


def test_the_second_half_of_a_split_has_a_letter_of_its_own() -> None:
    assert [s.letter for s in split(SECTIONS, 0, 10.0)] == ["A", "D", "B", "A", "B", "C"]
    assert not can_split(SECTIONS, 0, 0.5) and can_split(SECTIONS, 0, 1.0)


def test_joining_keeps_the_first_name() -> None:
    found = joined(SECTIONS, 1)
    assert [s.letter for s in found] == ["A", "B", "B", "C"] and (found[1].start_s, found[1].end_s) == (21.5, 61.5)


def test_letters_go_on_after_z() -> None:
    assert free_letter([Section(i, i + 1, chr(ord("A") + i)) for i in range(26)]) == "AA"


@given(st.lists(st.tuples(st.sampled_from(["move", "split", "join"]), st.floats(0, 1), st.floats(-10, 120)), max_size=12))
def test_whatever_is_done_sections_cover_the_song_and_none_gets_too_short(edits: list[tuple[str, float, float]]) -> None:
    found: Sections = SECTIONS
    for kind, where, time_s in edits:
        index = min(int(where * len(found)), len(found) - 1)
        if kind == "move" and index:
            found = moved(found, index, time_s)
        elif kind == "split" and can_split(found, index, time_s):
            found = split(found, index, time_s)
        elif kind == "join" and index + 1 < len(found):
            found = joined(found, index)
        assert covers(found) and min(s.end_s - s.start_s for s in found) >= SHORTEST_S - 1e-9
