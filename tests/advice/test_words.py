"""What is said agrees with what is moved."""

from dataclasses import replace

import pytest

from mixassistant.advice.suggestion import Evidence
from mixassistant.advice.words import (
    WHOLE_MIX,
    eased_or_turned_text,
    eq_text,
    in_sentence,
    left_out_text,
    level_text,
    on_one_stem_text,
    width_text,
)  # fmt: skip
from mixassistant.processing.moves import Band, Width


def evidence(measured: float, target: float, tier: str = "same song") -> Evidence:
    return Evidence("level", measured, target, target - 1, target + 1, "LU", ("v1",), tier)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measured", "gain_db", "said"),
    [
        (-3.0, -2.5, "3.2 LU above where it is in your other version of this song, “v1”; with what moves do to the mix it takes 2.5 dB ("),
        (-3.0, -4.5, "; with what moves do to the mix it takes 4.5 dB ("),
        (-3.0, -3.1, "“v1” ("),
        (-9.2, 2.0, "3.0 LU below where it is in your other version of this song, “v1”; with what moves do to the mix it takes 2 dB ("),
    ],
)
def test_a_level_move_that_is_not_the_gap_says_what_the_other_moves_do(measured: float, gain_db: float, said: str) -> None:
    assert said in level_text("the drums", gain_db, evidence(measured, -6.2), 0.95)


@pytest.mark.parametrize(
    ("measured", "gain_db", "tier", "said"),
    [
        (-6.3, -1.5, "same song", "Turn the drums down by 1.5 dB"),
        (-6.3, -1.5, "same song", "of this song, “v1”; the other moves would leave it too loud, which this makes up for ("),
        (-4.5, 1.0, "references", "; the other moves would leave it too quiet, which this makes up for ("),
        (-3.9, -7.0, "same session", "which sounds like the same session; with what moves do to the mix it takes 7 dB ("),
        (-3.9, -3.7, "same song", "Turn the drums down by 3.5 dB"),
        (-3.9, -3.7, "same song", "it takes 3.5 dB ("),
    ],
)
def test_a_gain_that_its_gap_does_not_show_is_explained_in_one_figure(measured: float, gain_db: float, tier: str, said: str) -> None:
    assert said in level_text("the drums", gain_db, evidence(measured, -6.2, tier), 0.95)


def test_a_move_that_is_held_back_says_so() -> None:
    text = level_text("the drums", 9.0, evidence(-16.2, -6.2), 0.95, (9.75, 10.26))
    assert text.startswith("Turn the drums up by at least 9 dB")
    assert "it takes about 10 dB, and 9 dB is the most that is suggested at once" in text
    assert "at least" not in level_text("the drums", 9.0, evidence(-15.4, -6.2), 0.95, (8.9, 9.4))
    told = eq_text("the drums", (Band("low_shelf", 100.0, 9.0, 0.71),), evidence(-20.0, -10.7), 0.95, (9.75, 10.26))
    assert told.startswith("Boost at least 9 dB below 100 Hz on the drums")


def test_a_move_on_the_mix_speaks_of_the_mix() -> None:
    band = (Band("bell", 1000.0, -3.0, 1.0),)
    assert "relative to the mix’s own level" in eq_text(WHOLE_MIX, band, evidence(-7.0, -10.0), 0.95)
    assert "relative to the stem’s own level" in eq_text("the drums", band, evidence(-7.0, -10.0), 0.95)


def test_what_is_likelier_meant_than_wrong_is_said_so() -> None:
    wide = evidence(-3.0, -6.2, "references")
    assert "more likely meant than a fault, but worth a listen, 33 %" in level_text("the drums", -2.0, wide, 0.33)
    assert "a guess that is worth a listen, 55 %" in level_text("the drums", -2.0, wide, 0.55)


def test_a_width_in_one_band_is_told_of_that_band() -> None:
    text = width_text("the drums", Width(-3.0, 8000.0, 20_000.0), replace(evidence(-20.6, -20.6), unit="dB"), 0.95, (-12.0, -15.1))
    assert "above 8 kHz by 3 dB" in text and "there it is 3.1 dB wider (side over mid −12.0 dB)" in text


def test_two_remedies_for_a_crushed_stem_are_one_or_the_other() -> None:
    text = eased_or_turned_text("the drums", replace(evidence(9.9, 12.5), unit="dB"), 5.9, 0.95)
    assert text.startswith("Ease the compression on the drums") and "if you cannot, turn the drums up by about 6 dB instead" in text


def test_of_other_songs_the_gain_is_a_part_of_the_gap_anyway() -> None:
    assert "other moves" not in level_text("the drums", -1.5, evidence(-1.0, -6.2, "references"), 0.95)


def test_the_role_other_is_called_the_other_instruments() -> None:
    assert in_sentence("other") == "the other instruments" and in_sentence("drums") == "the drums"
    assert "of your 3 stems of the other instruments" in on_one_stem_text("Pad", "other", 3, (), -3.0, evidence(-3.0, -6.2), 0.9)
    assert "“v1”: the bass and the other instruments." in left_out_text(("bass", "other"), "v1")
