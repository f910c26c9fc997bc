"""Sentences say what the numbers say."""

import math
from dataclasses import replace
from typing import Any

import pytest
from sample_documents import make_profile, make_standing, make_suggestions, make_track, make_verification
from window_driver import analysed

from mixassistant.advice.suggestion import Verification
from mixassistant.gui.background.result import Result
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.gui.wording import outcome_text, unbroken

MOVES = make_suggestions()[:3]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (7.43, 0.09, "7.4 times the usual spread from your 5 references; 0.1 after these moves."),
        (1.10, 1.13, "1.10 times the usual spread from your 5 references; 1.13 after these moves."),
        (1.101, 1.099, "1.1 times the usual spread from your 5 references, and the same after these moves."),
    ],
)
def test_the_distance_is_told_before_and_after(before: float, after: float, said: str) -> None:
    assert said in outcome_text(MOVES, 5, Verification(before, after))


@pytest.mark.parametrize(("references", "whose"), [(0, "finished songs"), (1, "your reference"), (7, "your 7 references")])
def test_without_anything_to_compare_nothing_is_claimed(references: int, whose: str) -> None:
    assert outcome_text((), references, Verification(math.nan, math.nan)) == f"There was nothing to compare with {whose}."
    assert "nan" not in outcome_text(MOVES, references, Verification(1.0, math.nan))


@pytest.mark.parametrize(("count", "note"), [(0, "typical releases"), (1, "1 reference, 80 % typical"), (12, "12 references, 25 %")])
def test_the_window_counts_references(qtbot: Any, window: MainWindow, count: int, note: str) -> None:
    analysed(qtbot, window)
    session = window.session
    found = session.state.result.analysis
    stands = make_standing(make_track(), count)
    analysis = replace(found, profile=make_profile(count), suggestions=(), verification=make_verification(), standing=stands)
    session.state.result = Result(analysis, session.state.result.peaks, {})
    session.state.analysed.emit()
    assert window.spectrum.note.text().startswith(note)
    assert window.suggestions.summary.text() == unbroken(outcome_text((), count, make_verification(), stands))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("lies 7.6 dB above", "7.6_dB"),
        ("(very sure, 99 %).", "99_%"),
        ("Bell  284 Hz  −8.0 dB  Q 0.99", "Q_0.99"),
        ("from 3 kHz on", "3_kHz"),
        ("10 / 120 ms", "10_/_120_ms"),
    ],
)
def test_no_line_ends_between_a_number_and_its_unit(text: str, kept: str) -> None:
    assert kept.replace("_", "\N{NO-BREAK SPACE}") in unbroken(text)
    assert unbroken("3 stems and 12 songs") == "3 stems and 12 songs"
