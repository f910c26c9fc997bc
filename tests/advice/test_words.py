"""What is said agrees with what is moved."""

import pytest

from mixassistant.advice.suggestion import Evidence
from mixassistant.advice.words import in_sentence, left_out_text, level_text, on_one_stem_text


def evidence(measured: float, target: float, tier: str = "same song") -> Evidence:
    return Evidence("level", measured, target, target - 1, target + 1, "LU", ("v1",), tier)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measured", "gain_db", "said"),
    [
        (-3.0, -2.5, "3.2 LU above where it is in your other version of this song, “v1”; with what moves do to the mix it takes 2.5 dB ("),
        (-3.0, -4.5, "; with what moves do to the mix it takes 4.5 dB ("),
        (-3.0, -3.1, "“v1” ("),
        (-9.2, 2.0, "3.0 LU below where it is in your other version of this song, “v1”; with what moves do to the mix it takes 2.0 dB ("),
    ],
)
def test_a_level_move_that_is_not_the_gap_says_what_the_other_moves_do(measured: float, gain_db: float, said: str) -> None:
    assert said in level_text("the drums", gain_db, evidence(measured, -6.2), 0.95)


def test_of_other_songs_the_gain_is_a_part_of_the_gap_anyway() -> None:
    assert "other moves" not in level_text("the drums", -1.5, evidence(-1.0, -6.2, "references"), 0.95)


def test_the_role_other_is_called_the_other_instruments() -> None:
    assert in_sentence("other") == "the other instruments" and in_sentence("drums") == "the drums"
    assert "of your 3 stems of the other instruments" in on_one_stem_text("Pad", "other", 3, (), -3.0, evidence(-3.0, -6.2), 0.9)
    assert "“v1”: the bass and the other instruments." in left_out_text(("bass", "other"), "v1")
