"""The sections of a mix in the report: in the document and in every format, with what is a guess marked as one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest
from sample_documents import as_version_1, make_track

from mixassistant.errors import InputError
from mixassistant.report.document import Document, validate
from mixassistant.report.entries import section_stands_of
from mixassistant.report.formats import FORMATS
from mixassistant.report.page import build_page
from mixassistant.report.section_tables import alike_table, balance_table, choruses_line, sections_line, sections_table

Build = Callable[..., Document]


def test_sections_are_in_the_document(document: Document) -> None:
    validate(document)
    sections = document["mix"]["sections"]
    assert [section["letter"] for section in sections] == list("ABCBCD")
    assert sections[0]["start_s"] == 0 and sections[-1]["end_s"] == pytest.approx(document["mix"]["duration_s"])
    assert sections[2]["measurements"]["lufs"]["value"] == pytest.approx(-8.6)
    assert sections[2]["levels"]["vocals"] == pytest.approx(-6.0)


def test_a_guess_is_marked_and_what_the_user_says_is_not(document: Document) -> None:
    names = [row.cells[0] for row in sections_table(document).rows]
    assert names == ["A · intro (guess)", "B · verse (guess)", "C · chorus (guess)", "B · verse (guess)", "C · chorus", "D"]


def test_levels_stand_against_the_others_and_a_role_that_does_not_play_has_none(document: Document) -> None:
    table = sections_table(document)
    assert table.columns[3:] == ("Drums (LU)", "Vocals (LU)")
    assert table.rows[1].cells[2:] == ("−11.0", "−5.1", "−4.2")
    assert table.rows[5].cells[4] == "–"


def test_the_balance_of_sections_is_told_against_the_whole(document: Document) -> None:
    whole = copy.deepcopy(document)
    for section in whole["mix"]["sections"]:
        section["measurements"]["ltas"] = whole["mix"]["measurements"]["ltas"]
    assert {cell for row in balance_table(whole).rows for cell in row.cells[2:]} == {"0.0"}
    assert len(balance_table(document).rows) == 6


def test_chorus_stands_beside_chorus(document: Document) -> None:
    stands = {(stand.kind, stand.dimension): stand for stand in section_stands_of(document)}
    chorus = stands["chorus", "lufs"]
    assert (chorus.value, chorus.middle, chorus.having, chorus.of) == (pytest.approx(-8.6), pytest.approx(-7.6), 9, 9)
    rows = {row.cells[0]: row.cells for row in alike_table(document).rows}
    assert rows["Choruses: Loudness"][1:3] == ("−8.6\u00a0LUFS", "−7.6\u00a0LUFS")
    assert rows["Choruses: Loudness"][4] == "9 of 9"


@pytest.mark.parametrize("suffix", [".html", ".md", ".pdf"])
def test_every_format_has_them_and_does_without(suffix: str, document: Document, documents: Build) -> None:
    bare = documents(track=replace(make_track(), sections=()), section_stands=())
    assert "sections" not in bare["mix"] and "section_standing" not in bare
    validate(bare)
    assert build_page(bare).sections is None
    whole, without = FORMATS[suffix](document), FORMATS[suffix](bare)
    assert len(whole) > len(without)
    if suffix != ".pdf":
        assert "C · chorus (guess)" in whole.decode() and "Sections that are alike" not in without.decode()


def test_a_report_of_version_1_has_none(document: Document) -> None:
    old = as_version_1(document)
    validate(old)
    assert build_page(old).sections is None


@pytest.mark.parametrize(
    "broken", [{"kind": "middle eight"}, {"start_s": -1}, {"letter": 3}, {"levels": {"piano": 1}}, {"measurements": {}}, {"mood": "sad"}]
)
def test_what_is_no_section_is_refused(broken: dict[str, object], document: Document) -> None:
    document["mix"]["sections"][1] |= broken
    with pytest.raises(InputError, match=r"not valid at \$\.mix\.sections\[1\]"):
        validate(document)


def test_the_loudness_of_a_section_is_one_number(document: Document) -> None:
    document["mix"]["sections"][0]["measurements"]["lufs"]["value"] = [1.0]
    with pytest.raises(InputError, match="lufs is one number"):
        validate(document)


def test_sections_and_choruses_fit_a_line(document: Document) -> None:
    line = sections_line(make_track(duration_s=60.0).sections)
    assert line == (
        "Sections: A intro (guess) 0:00, B verse (guess) 0:10, C chorus (guess) 0:20, B verse (guess) 0:30, C chorus 0:40, D 0:50."
    )
    assert choruses_line(section_stands_of(document)) == "Choruses: yours −8.6\u00a0LUFS, references −7.6 (9 of 9)."
    assert sections_line(()) == "" == choruses_line(())
