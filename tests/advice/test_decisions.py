"""Decisions on moves: what is done at a place once the user has accepted, turned down or shaped a move."""

from __future__ import annotations

from dataclasses import replace

from sample_documents import make_move

from mixassistant.advice.answers import answers_to
from mixassistant.advice.decision import UNDECIDED, Decision, accepted, decided_chain
from mixassistant.processing.moves import Band, Chain, Compression

BELL = Band("bell", 300.0, -4.0, 1.0)
OWN = (Band("bell", 340.0, -6.0, 2.0),)


def test_an_open_move_is_as_it_was_suggested_and_an_amount_scales_it() -> None:
    move = make_move("bass", Chain((BELL,)))
    assert decided_chain(move, None) == move.chain == decided_chain(move, Decision(True))
    assert decided_chain(move, Decision(True, 0.5)).bands == (replace(BELL, gain_db=-2.0),)


def test_own_bands_take_the_place_of_the_suggested_ones_and_follow_the_amount() -> None:
    squeeze = Compression(-20.0, 2.0, 0.01, 0.2, 6.0, 0.0, 2.0)
    move = make_move("bass", Chain((BELL,), squeeze))
    chain = decided_chain(move, Decision(True, 0.5, OWN))
    assert chain.bands == (replace(OWN[0], gain_db=-3.0),) and chain.compression is not None
    assert chain.compression.gain_reduction_db == 1.0


def test_only_accepted_moves_are_done() -> None:
    moves = [make_move(role, Chain((BELL,))) for role in ("bass", "drums", "vocals")]
    decisions = {moves[0].id: Decision(True, 1.5), moves[1].id: Decision(False)}
    assert accepted(moves, decisions) == ((moves[0], decided_chain(moves[0], decisions[moves[0].id])),)
    assert accepted(moves, UNDECIDED) == ()


def test_an_equalizer_that_was_shaped_teaches_what_was_shaped() -> None:
    move = make_move("bass", Chain((BELL,)))
    move = replace(move, evidence=replace(move.evidence, tier="references"))
    given = {answer.dimension: answer.move_db for answer in answers_to(move, Decision(True, 1.0, (Band("bell", 5000.0, 6.0, 0.7),)), {})}
    assert all(gain > 0 for gain in given.values()) and "tone/bass/presence" in given
    rejected = answers_to(move, Decision(False, 1.0, OWN), {})
    assert rejected == answers_to(move, Decision(False), {})
