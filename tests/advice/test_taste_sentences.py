"""What was learned, as sentences: the number first."""

from __future__ import annotations

import pytest

from mixassistant.advice.sentences.taste import follows_sentence, preference_sentence, way
from mixassistant.profiles.taste import DIMENSIONS, Answer, Preference, preferences


def test_a_preference_says_how_much_how_sure_of_what_from_what_and_what_is_made_of_it() -> None:
    told = preference_sentence(Preference("tone/vocals/presence", 2.5, 1.0, 4))
    assert told == "2.5 ± 1.6 dB: more presence (2.2–5.6 kHz) on vocals than in your references (4 answers: advice follows by 1.9 dB)"
    told = preference_sentence(Preference("level/bass", -0.5, 1.8, 1))
    assert told == "0.5 ± 3.0 dB: bass quieter than in your references (1 answer: too few to follow yet)"


def test_what_is_closed_is_said_with_it() -> None:
    told = preference_sentence(Preference("width/mix", -2.0, 1.0, 1, (-1, 1)))
    assert told.endswith(" dB). Closed by you: the mix narrower and the mix wider")


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_dimension_has_two_ways_in_words(dimension: str) -> None:
    more, less = way(dimension, True), way(dimension, False)
    assert more != less and "{" not in more + less


def test_no_two_dimensions_are_called_the_same() -> None:
    assert len({way(dimension, True) for dimension in DIMENSIONS}) == len(DIMENSIONS)


def test_what_follows_for_other_places_is_told_where_it_matters() -> None:
    assert follows_sentence(preferences([Answer("level/vocals", 3.0, 0.0, True)] * 5)) == ""
    assert follows_sentence(preferences([Answer("density/vocals", -4.0, 0.0, True, amount=1.5)] * 8)).startswith("Up to 0.")
