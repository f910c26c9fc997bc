from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixassistant.spreadsheet import cell, tab_separated, text_cell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1:A9)", "'+SUM(A1:A9)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1", "' =1"),
        ("  =1+1", "'  =1+1"),
        ("＝1+1", "'＝1+1"),
        ("-12", "-12"),
        ("-6.5 dB", "-6.5 dB"),
        ("+3", "+3"),
        ("−12.0 dB", "−12.0 dB"),
        ("1e-05", "1e-05"),
        ("Song - mix", "Song - mix"),
        ("two\nlines", "two lines"),
        ("caf\udce9", "caf\\xe9"),
        ("half \ud83c", "half \ufffd"),
        ("", ""),
    ],
)
def test_text_stays_text_and_numbers_stay_numbers(text: str, shown: str) -> None:
    assert text_cell(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_no_text_begins_a_formula(text: str) -> None:
    found = text_cell(text)
    found.encode()
    if found.startswith(("=", "+", "-", "@", "\t", "\r")):
        assert found.lstrip("+-")[0].isdigit()
        assert not set(found) & set("=(|!@:")


@given(st.floats(allow_nan=False) | st.integers())
def test_numbers_are_left_alone(number: float) -> None:
    assert cell(number) is number
    assert cell(None) == ""


def test_rows_keep_their_cells_whatever_is_in_them() -> None:
    assert tab_separated([["Stem", "Level"], ["=a\tb\nc", "-6.5 dB"]]) == "Stem\tLevel\n'=a b c\t-6.5 dB"
