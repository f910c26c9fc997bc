"""What an analysis comes to, in words: it follows from where the mix stands, and passes nothing over."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_documents import make_document, make_move, make_profile, make_standing, make_suggestions, make_track, make_verification

from mixassistant.advice.suggestion import Verification
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.stage import STAGES
from mixassistant.profiles.standing import DIMENSIONS, FEW, TONE, Stand, distance_steps, quantiles, unit_of
from mixassistant.report.outcome import headline, outcome_text
from mixassistant.report.page import build_page
from mixassistant.report.standing_words import dimension_name, outside_text, stand_text
from mixassistant.report.wording import whose_text
from mixassistant.stems.place import BUSES, MIX, Place

CLAIMS = re.compile(r"(?i)nothing stands out|nothing (needs )?to be done|nothing to move|in balance")


def stand(dimension: str, value: float, others: list[float], place: Place = MIX) -> Stand:
    """Return where a value stands among others; without any, among finished songs of which the middle is −10."""
    spread = quantiles(others or [-14.0, -12.0, -10.0, -8.0, -6.0])
    half = (spread.lower, spread.upper)
    return Stand(
        place, dimension, value, unit_of(dimension), sum(v < value for v in others), len(others), half, (spread.low, spread.high),
        spread.middle, max(value - spread.high, 0.0) - max(spread.low - value, 0.0), distance_steps(dimension, value, half),
    )  # fmt: skip


VALUES = st.floats(-30, 0).map(lambda v: round(v, 2))
STANDS = st.builds(stand, st.sampled_from(DIMENSIONS), VALUES, st.lists(VALUES, max_size=9), st.sampled_from((MIX, *BUSES)))


@settings(deadline=None)
@given(st.lists(STANDS, min_size=1, max_size=12), st.sampled_from(STAGES), st.integers(0, 3))
def test_beside_anything_outside_it_is_never_said_that_nothing_stands_out(stands: list[Stand], stage: str, moves: int) -> None:
    suggestions = make_suggestions()[:moves]
    whole = outcome_text(suggestions, 12, make_verification(), stands, stage)  # type: ignore[arg-type]
    page = build_page(make_document(standing=stands, stage=stage, suggestions=suggestions)).headline
    moved = {(s.role, s.kind) for s in make_suggestions()[:3]} if moves else set()
    for text in (whole, page):
        assert not CLAIMS.search(text)
        if any(s.where == "outside" for s in stands):
            assert "Everything lies" not in text and text != "No move is suggested."
            if not moves:
                assert "no move is suggested for it" in text
    assert headline("", moved, stands, stage, whose_text(12)) or moved  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (stand("level", -11.0, [-9.4] * 12, Place("drums")), "Drums 1.6 LU quieter than the quietest tenth of your references"),
        (stand("level", -11.0, [-9.4, -8.0], Place("drums")), "Drums 1.6 LU quieter than the quietest of your 2 references"),
        (stand("level", -5.0, [-9.4], Place("drums")), "Drums 4.4 LU louder than your reference"),
        (stand("lufs", -20.0, []), "Mix 6.8 LU quieter than the quietest tenth of finished songs"),
        (stand("tone/presence", -3.0, [-9.0] * 8), "Mix, presence (2.2–5.6 kHz): 6.0 dB above the highest tenth of your references"),
        (stand("width", -30.0, [-9.0] * 8), "Mix, stereo width: 21.0 dB below the lowest tenth of your references"),
    ],
)  # fmt: skip
def test_what_lies_outside_is_told_with_its_number(found: Stand, said: str) -> None:
    assert outside_text(found).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            stand("level", -9.1, [*[-5.0] * 9, -12.0], Place("vocals")),
            "Vocals, level: −9.1 LU, quieter than 9 of 10 references (4.1 LU below their middle half)",
        ),
        (stand("level", -9.1, [-5.0], Place("vocals")), "Vocals, level: −9.1 LU, quieter than your reference (4.1 LU below it)"),
        (
            stand("tone/mids", -20.0, []),
            "Mix, mids (360–890 Hz): −20.0 dB, less than nine in ten finished songs (8.0 dB below their middle half)",
        ),
        (
            stand("tone/mids", -7.97, []),
            "Mix, mids (360–890 Hz): −8.0 dB, in the middle half of finished songs (inside their middle half)",
        ),
        (stand("width", -9.0, [-12.0, -9.0, -6.0]), "Mix, stereo width: −9.0 dB, wider than 1 of 3 references (inside their middle half)"),
    ],
)  # fmt: skip
def test_where_a_place_stands_is_one_line_with_the_number_first(found: Stand, said: str) -> None:
    assert stand_text(found).replace("\u00a0", " ") == said


@given(STANDS)
def test_finished_songs_are_never_called_references(found: Stand) -> None:
    for text in (stand_text(found), outside_text(found)):
        assert ("finished songs" in text) == (found.of == 0 and ("finished" in text))
        assert ("reference" in text) == (found.of > 0)


def test_a_move_answers_what_it_is_about_and_nothing_else() -> None:
    quiet = stand("level", -20.0, [-9.0] * (FEW + 1), Place("vocals"))
    bright = stand("tone/brilliance", -5.0, [-20.0] * (FEW + 1), Place("drums"))
    level, eq = make_suggestions()[:2]  # of vocals, of bass
    proof = Verification(1.0, 0.5)
    assert "no move" not in outcome_text((level,), 4, proof, (quiet,))
    assert "Drums, brilliance" in outcome_text((level, eq), 4, proof, (quiet, bright))
    assert "Vocals 11.0" in outcome_text((eq,), 4, proof, (quiet,))
    assert "Drums" not in outcome_text((level, eq), 4, proof, (quiet, replace(bright, place=MIX)))  # what the stems do adds up to the mix


def test_an_equalizer_answers_the_bands_that_it_stands_in_alone() -> None:
    bass = stand("tone/low_mids", -2.0, [-20.0] * (FEW + 1), Place("bass"))
    sub = replace(bass, dimension="tone/sub")
    cut = make_move("bass", Chain((Band("bell", 280.0, -8.0, 1.0),)))
    proof = Verification(1.0, 0.5)
    assert "no move" not in outcome_text((cut,), 4, proof, (bass,))
    text = outcome_text((cut,), 4, proof, (bass, sub, replace(sub, dimension="tone/presence")))
    assert "Bass, sub" in text and text.endswith("One more value lies outside its range without a move.")


def test_the_loudness_of_an_unfinished_mix_is_not_what_is_said_first() -> None:
    quiet, dull = stand("lufs", -30.0, [-9.0] * 5), stand("tone/brilliance", -30.0, [-20.0] * 5)
    assert outcome_text((), 5, make_verification(), (quiet, dull), "rough").startswith("Mix, brilliance")
    assert outcome_text((), 5, make_verification(), (quiet, dull), "finished").startswith("Mix 21.0")


def test_terminal_window_and_report_say_the_same_without_moves() -> None:
    stands = make_standing(make_track())
    document = make_document(standing=stands, suggestions=(), profile=make_profile(12))
    assert build_page(document).headline == outcome_text((), 12, make_verification(), stands)


def test_every_dimension_has_a_name() -> None:
    assert len({dimension_name(dimension) for dimension in DIMENSIONS}) == len(DIMENSIONS)
    assert dimension_name(TONE[-1]).replace("\u00a0", " ") == "Brilliance (5.6–22 kHz)"
    assert dimension_name("tone/upper_mids").replace("\u00a0", " ") == "Upper mids (890 Hz–2.2 kHz)"
