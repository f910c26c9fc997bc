"""The rounds of a blind test: sides at random, answers counted for what they were given to."""

from __future__ import annotations

from random import Random

import pytest

from mixassistant.gui.suggestions.blind_rounds import ROUNDS, SIDES, BlindRounds, Side


def played(rounds: BlindRounds) -> BlindRounds:
    for side in SIDES:
        rounds.hear(side)
    return rounds


def test_sides_and_what_is_played_first_are_drawn_apart_and_evenly() -> None:
    chance = Random(1)
    drawn = [(rounds.with_move, rounds.first) for rounds in (BlindRounds(chance) for _ in range(2000))]
    counts = [drawn.count((move, first)) for move in SIDES for first in SIDES]
    assert min(counts) > 430  # of 500 each


def test_an_answer_counts_for_what_was_behind_it() -> None:
    rounds = BlindRounds(Random(3))
    for better in ("move", "mix", None):
        with_move: Side = rounds.with_move
        other: Side = "B" if with_move == "A" else "A"
        played(rounds).answer({"move": with_move, "mix": other, None: None}[better])
    assert (rounds.for_move, rounds.for_mix, rounds.undecided) == (1, 1, 1) and rounds.is_over


def test_a_round_is_answered_once_both_sides_were_heard() -> None:
    rounds = BlindRounds(Random(0))
    assert not rounds.may_answer
    assert rounds.hear("A") is (rounds.with_move == "A") and not rounds.may_answer
    rounds.hear("B")
    assert rounds.may_answer
    rounds.answer(None)
    assert not rounds.may_answer and rounds.done == 1


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((3, 0, 0), "You preferred the move in 3 of 3 rounds."),
        ((2, 1, 0), "You preferred the move in 2 of 3 rounds. The others: the mix as it was in 1."),
        ((0, 2, 1), "You preferred the move in 0 of 3 rounds. The others: the mix as it was in 2, no difference in 1."),
    ],
)
def test_the_outcome_in_words(counts: tuple[int, int, int], told: str) -> None:
    assert sum(counts) == ROUNDS and BlindRounds(Random(0), *counts).outcome == told
