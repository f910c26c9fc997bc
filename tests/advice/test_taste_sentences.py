"""What was learned, as sentences: the number first."""

from __future__ import annotations

import pytest

from mixassistant.advice.sentences.taste import follows_sentence, preference_sentence, way
from mixassistant.profiles.taste import DIMENSIONS, Answer, Preference, preferences


def test_a_preference_says_how_much_how_sure_of_what_and_from_what() -> None:
    known = preferences([Answer("tone/vocals/presence", 3.0, 0.0, True)] * 4)
    text = preference_sentence(known["tone/vocals/presence"])
    assert text[0].isdigit() and " ± " in text
    assert text.endswith("more presence (2.2–5.6 kHz) on vocals than in your references (4 answers)")


def test_what_is_closed_is_said_with_it() -> None:
    told = preference_sentence(Preference("width/mix", -2.04, 1.0, 1, (-1, 1)))
    assert told == "2.0 ± 1.6 dB: the mix narrower than in your references (1 answer). Closed by you: the mix narrower and the mix wider"


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_has_two_ways_in_words(dimension: str) -> None:
    more, less = way(dimension, True), way(dimension, False)
    assert more != less and "{" not in more + less


def test_no_two_dimensions_are_called_the_same() -> None:
    assert len({way(dimension, True) for dimension in DIMENSIONS}) == len(DIMENSIONS)


def test_what_follows_for_other_places_is_told_where_it_matters() -> None:
    assert follows_sentence(preferences([Answer("level/vocals", 3.0, 0.0, True)] * 5)) == ""
    assert follows_sentence(preferences([Answer("density/vocals", 3.0, 0.0, True)] * 8)).startswith("Up to 0.")
