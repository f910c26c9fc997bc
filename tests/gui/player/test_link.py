"""Places of a mix and of a reference that belong together: chorus to chorus, and as the user moves it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixassistant.features.track import Section
from mixassistant.gui.player.link import Link, Timeline


def song(*parts: tuple[str, float]) -> Timeline:
    edges, made = 0.0, []
    for kind, length_s in parts:
        made.append(Section(edges, edges + length_s, kind[:1].upper() or "X", kind))
        edges += length_s
    return Timeline(edges, tuple(made))


MIX = song(("intro", 10), ("verse", 20), ("chorus", 20), ("verse", 20), ("chorus", 40), ("", 10))
REFERENCE = song(("verse", 30), ("chorus", 16), ("bridge", 10), ("chorus", 20), ("chorus", 20))
LINK = Link(MIX, REFERENCE)


@pytest.mark.parametrize(
    ("mix_s", "reference_s"),
    [
        (10, 0),  # a verse begins as a verse does
        (15, 5),
        (30, 30),  # the first chorus
        (35, 35),
        (48, 32),  # that of the mix is longer by 4 s: after 16 s the reference's goes round
        (70, 56),  # the second chorus
        (50, 0),  # there is one verse alone: the second is linked with it too
        (5, 5 / 120 * 96),  # the reference has no intro: at the same share of both
        (115, 115 / 120 * 96),  # nothing is known of this section
    ],
)
def test_a_section_is_linked_with_the_one_that_is_the_same_to_its_song(mix_s: float, reference_s: float) -> None:
    assert LINK.reference_at(mix_s) == pytest.approx(reference_s)


@pytest.mark.parametrize(
    ("reference_s", "mix_s"),
    [(0, 10), (25, 15), (31, 31), (57, 71), (80, 74), (50, 50 / 96 * 120)],
    ids=["verse", "longer", "chorus", "second chorus", "third chorus", "bridge"],
)
def test_the_link_goes_the_other_way_by_the_same_rule(reference_s: float, mix_s: float) -> None:
    assert LINK.mix_at(reference_s) == pytest.approx(mix_s)


def test_songs_without_sections_are_linked_at_the_same_share() -> None:
    link = Link(Timeline(100.0), Timeline(250.0))
    assert (link.reference_at(40.0), link.mix_at(100.0), link.is_by_sections) == (100.0, 40.0, False)
    assert LINK.is_by_sections


def test_a_moved_link_holds_everywhere_and_stays_within_both() -> None:
    link = Link(MIX, REFERENCE, ahead_s=7.5)
    assert [link.reference_at(s) for s in (0, 30, 119)] == [7.5, 37.5, 96]
    assert [link.mix_at(s) for s in (0, 7.5, 90)] == [0, 0, 82.5]
    assert not link.is_by_sections


@given(st.floats(0, 119.9), st.floats(0, 10))
def test_who_goes_to_the_reference_and_back_is_as_much_further_as_was_heard(mix_s: float, heard_s: float) -> None:
    there_s = LINK.reference_at(mix_s)
    tied = Link(MIX, REFERENCE, tie=(mix_s, there_s))
    ends_s = next(s.end_s for s in REFERENCE.sections if s.start_s <= there_s < s.end_s)
    if there_s + heard_s < ends_s and mix_s + heard_s <= 120:
        assert tied.mix_at(there_s + heard_s) == pytest.approx(mix_s + heard_s)


def test_what_was_brought_together_holds_until_another_section_begins() -> None:
    tied = Link(MIX, REFERENCE, tie=(12.0, 20.0))
    assert tied.reference_at(14.0) == 22.0
    assert tied.reference_at(31.0) == 31.0  # a chorus again
    assert tied.mix_at(25.0) == 17.0 and tied.mix_at(30.0) == 30.0


@given(st.floats(0, 120), st.floats(0, 96), st.none() | st.floats(-50, 50), st.none() | st.tuples(st.floats(0, 120), st.floats(0, 96)))
def test_no_place_lies_outside_of_its_song(
    mix_s: float, reference_s: float, ahead_s: float | None, tie: tuple[float, float] | None
) -> None:
    link = Link(MIX, REFERENCE, ahead_s, tie)
    assert 0 <= link.reference_at(mix_s) <= 96 and 0 <= link.mix_at(reference_s) <= 120


def test_the_matching_section_is_told_as_a_whole() -> None:
    found = LINK.matching_section(75.0)
    assert found is not None and (found.start_s, found.kind) == (56.0, "chorus")
    assert LINK.matching_section(5.0) is None and LINK.matching_section(115.0) is None
