"""Directions that the user has closed: moves that would go there are told apart, and are not suggested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mixassistant.advice.answers import Question, questions_of
from mixassistant.advice.suggestion import Move
from mixassistant.processing.moves import Band
from mixassistant.profiles.taste import Preference, is_closed


def apart(moves: Iterable[Move], taste: Mapping[str, Preference]) -> tuple[tuple[Move, ...], tuple[Question, ...]]:
    """Return the moves that may be suggested, and what those ask that go where the user has closed the way, each once.

    An equalizer loses its closed bands alone. Its first band is what its evidence speaks of: where that one is closed, all of it is.
    """
    kept: list[Move] = []
    closed: list[Question] = []
    for move in moves:
        if move.kind != "eq":
            shut = [q for q in questions_of(move) if _is_closed(q, taste)]
            kept += [] if shut else [move]
            closed += shut
            continue
        ways = {band: _closed_way(move, band, taste) for band in move.chain.bands}
        closed += [way for way in ways.values() if way is not None]
        bands = tuple(band for band, way in ways.items() if way is None)
        if move.chain.bands[0] in bands:
            kept.append(move if len(bands) == len(move.chain.bands) else replace(move, chain=replace(move.chain, bands=bands)))
    once = {(question.place.role, question.dimension, question.move_db > 0): question for question in closed}
    return tuple(kept), tuple(once.values())


def _closed_way(move: Move, band: Band, taste: Mapping[str, Preference]) -> Question | None:
    """Return what one band asks most, where the way there is closed."""
    asked = questions_of(replace(move, chain=replace(move.chain, bands=(band,))))
    return asked[0] if asked and _is_closed(asked[0], taste) else None


def _is_closed(question: Question, taste: Mapping[str, Preference]) -> bool:
    return is_closed(taste, question.place, question.dimension, question.move_db)
