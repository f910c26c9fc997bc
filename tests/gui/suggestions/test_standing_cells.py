"""The cells of the matrix: zones, sides and words from where a mix stands; a reason where nothing is known; the move that answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sample_documents import make_move, make_standing, make_track
from window_driver import FakeCore

from mixassistant.advice.suggestion import Facts, Toward
from mixassistant.analysis import Analysis, Request
from mixassistant.gui.suggestions.standing_cells import COLUMNS, GROUPS, Cell, answers, matrix_of
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.profiles.standing import Stand
from mixassistant.stems.place import Place


def stand(place: str, dimension: str, value: float, **other: Any) -> Stand:
    """Return a stand among ten references between −8 and −4, whose middle half is −7 to −5."""
    values = {
        "unit": "LU", "rank": sum(v < value for v in range(-9, 1)), "of": 10, "middle_half": (-7.0, -5.0), "range": (-8.0, -4.0),
        "middle": -6.0, "outside_by": max(value + 4, 0.0) - max(-8 - value, 0.0), "steps": max(-7 - value, value + 5, 0.0) / 0.5,
    }  # fmt: skip
    return Stand(place=Place.parse(place), dimension=dimension, value=value, **{**values, **other})


@pytest.fixture
def analysis(tmp_path: Path) -> Analysis:
    core = FakeCore(tmp_path / "library.sqlite3")
    core.standing = (
        stand("mix", "lufs", -6.0, unit="LUFS"), stand("drums", "level", -9.8), stand("vocals", "level", -4.5),
        stand("vocals", "tone/presence", -3.0, unit="dB"),
    )  # fmt: skip
    return core.analyze(Request(Path("song.wav")), lambda stage, fraction: None).analysis


def cell(analysis: Analysis, place: str, dimension: str) -> Cell:
    return next(c for row in matrix_of(analysis).rows for c in row if (c.place, c.dimension) == (place, dimension))


def test_the_headings_stand_over_all_columns() -> None:
    assert sum(count for _names, count in GROUPS) == len(COLUMNS) == 12


def test_a_row_for_the_mix_and_each_role_that_is_known(analysis: Analysis) -> None:
    assert [row[0].place for row in matrix_of(analysis).rows] == ["mix", "drums", "vocals"]


def test_zones_and_sides(analysis: Analysis) -> None:
    found = {(c.place, c.dimension): (c.zone, c.side) for row in matrix_of(analysis).rows for c in row if c.zone != "unknown"}
    assert found == {
        ("mix", "level"): ("inside", 0),
        ("drums", "level"): ("outside", -1),
        ("vocals", "level"): ("edge", 1),
        ("vocals", "tone/presence"): ("outside", 1),
    }


def test_a_cell_says_where_the_number_and_why(analysis: Analysis) -> None:
    text = cell(analysis, "drums", "level").text.replace("\N{NO-BREAK SPACE}", " ")
    assert text.startswith("Drums, level: −9.8 LU") and "quieter than 10 of 10 references" in text and "2.8 LU below" in text


def test_the_largest_difference_is_where_one_begins(analysis: Analysis) -> None:
    row, column = matrix_of(analysis).farthest
    assert matrix_of(analysis).rows[row][column] == cell(analysis, "drums", "level")


def test_what_is_not_known_says_why(analysis: Analysis) -> None:
    assert cell(analysis, "drums", "low_mono_share").text.endswith("told of the whole mix alone.")
    mono = replace(analysis, track=replace(analysis.track, channels=1))
    assert cell(mono, "mix", "width").text.endswith("the mix is mono.")
    apart = replace(analysis.track, stems=tuple(replace(s, origin="embedded") for s in analysis.track.stems))
    assert "separated stems" in cell(replace(analysis, track=apart), "drums", "width").text


def test_without_anything_known_there_is_no_matrix(analysis: Analysis) -> None:
    assert matrix_of(replace(analysis, standing=())).rows == ()


def test_every_stand_of_a_song_has_its_cell(analysis: Analysis) -> None:
    full = replace(analysis, standing=make_standing(make_track()))
    known = [c for row in matrix_of(full).rows for c in row if c.zone != "unknown"]
    assert len(known) == len(full.standing)


# What answers a cell


def test_a_level_answers_the_level_of_its_role_alone() -> None:
    move = make_move("vocals", Chain(gain_db=2.0))
    assert answers(move, "vocals", "level") and not answers(move, "drums", "level") and not answers(move, "vocals", "crest")


@pytest.mark.parametrize(
    ("band", "hit"),
    [
        (Band("bell", 3000, 2, 1), {"presence"}),
        (Band("high_shelf", 4000, 2, 0.7), {"presence", "brilliance"}),
        (Band("low_shelf", 100, 2, 0.7), {"sub", "bass"}),
    ],
)
def test_an_equalizer_answers_the_bands_that_it_is_meant_for(band: Band, hit: set[str]) -> None:
    move = make_move("vocals", Chain((band,)))
    assert {column.removeprefix("tone/") for column in COLUMNS if answers(move, "vocals", column)} == hit


def test_a_move_toward_the_references_answers_the_dimension_that_it_names() -> None:
    chain = Chain(compression=Compression(-20, 2, 0.01, 0.1, 6, 1, 2))
    move = make_move("vocals", chain, facts=Facts(toward=Toward("dynamic_spread", 9, 10, 2.0)))
    assert answers(move, "vocals", "dynamic_spread") and not answers(move, "vocals", "level")
