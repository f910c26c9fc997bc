"""Blind tests are kept and told as a tally, with the exact interval of a share that was counted."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from mixassistant.library.library import Library
from mixassistant.library.listening import HEADINGS, BlindTest, Tally, binomial_interval, tally_csv


def test_tests_of_one_kind_role_and_stage_are_added_up(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        for test in (
            BlindTest("level", "vocals", "rough", 2, 1, 0), BlindTest("eq", "mix", "rough", 0, 0, 3),
            BlindTest("level", "vocals", "rough", 3, 0, 0), BlindTest("level", "vocals", "finished", 0, 2, 1),
        ):  # fmt: skip
            library.blind_tests.add(test)
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.blind_tests.tally() == (
            Tally("eq", "mix", "rough", 1, 0, 0, 3),
            Tally("level", "vocals", "finished", 1, 0, 2, 1),
            Tally("level", "vocals", "rough", 2, 5, 1, 0),
        )


@given(of=st.integers(1, 60), data=st.data())
def test_the_interval_is_the_exact_one(of: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, of))
    exact = binomtest(right, of).proportion_ci(0.9, "exact")
    assert binomial_interval(right, of) == pytest.approx((exact.low, exact.high), abs=1e-9)


def test_of_nothing_counted_any_share_may_be_true() -> None:
    assert binomial_interval(0, 0) == (0.0, 1.0)


def test_the_table_has_a_row_for_each_and_no_share_where_nothing_was_decided() -> None:
    rows = list(
        csv.reader(io.StringIO(tally_csv((Tally("level", "vocals", "rough", 2, 5, 1, 0), Tally("eq", "mix", "rough", 1, 0, 0, 3)))))
    )
    assert rows[0] == list(HEADINGS)
    assert rows[1] == ["level", "vocals", "rough", "2", "5", "1", "0", "0.833", "0.418", "0.991"]
    assert rows[2] == ["eq", "mix", "rough", "1", "0", "0", "3", "", "", ""]
