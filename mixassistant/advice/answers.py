"""What a move asks of its user's taste: its dimensions and how far it goes in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.decision import Decision
from mixassistant.advice.suggestion import Move, Suggestion
from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Z90
from mixassistant.profiles.taste import Answer, Preference, asked_at, offset_of
from mixassistant.stems.place import Place

KIND_NAMES = {"eq": "EQ", "level": "levels", "compression": "compression", "stereo": "width", "masking": "masking"}
LEAST_SHARE = 0.05  # of an answer: less says nothing


@dataclass(frozen=True)
class Question:
    """What a move asks of one dimension of taste.

    Parameters
    ----------
    place : Place
    dimension : str
        Of the standing: ``"level"``, ``"tone/presence"``, ``"dynamic_spread"``, ``"width"``.
    move_db : float
        How far it goes; positive for more of the dimension.
    share : float
        Of the move that is about this dimension: 1 but for an equalizer's.
    """

    place: Place
    dimension: str
    move_db: float
    share: float = 1.0


def turned_off(strengths: Mapping[str, float]) -> tuple[str, ...]:
    """Say which kinds of moves the user has turned off: that there is none of them means nothing."""
    off = [name for kind, name in KIND_NAMES.items() if strengths.get(kind, 1.0) == 0.0]
    return (f"You have turned off suggestions on {', '.join(off)}: nothing is said of them.",) if off else ()


def questions_of(move: Move) -> tuple[Question, ...]:
    """Return what a move asks of taste, the largest share first.

    Nothing where an answer says nothing of taste: what another version of the same song shows, what is wrong for anybody, and what makes
    room for another stem.
    """
    chain, place = move.chain, move.place
    if move.evidence.tier == "same song":
        return ()
    if move.kind == "level":
        return (Question(place, "level", chain.gain_db),)
    if move.kind == "eq":
        return _of_tone(place, chain.bands)
    if chain.compression is not None:
        return (Question(place, "dynamic_spread", -chain.compression.gain_reduction_db),)
    if chain.width and move.evidence.descriptor == "width":
        return (Question(place, "width", chain.width[0].change_db),)
    return ()


def _of_tone(place: Place, bands: tuple[Band, ...]) -> tuple[Question, ...]:
    """Return what an equalizer asks: of each broad band, with its share of the squared gains. One answer stays one answer.

    What rolls off what nobody hears is no matter of taste.
    """
    response = response_db([band for band in bands if band.type not in ("high_pass", "low_pass")], CENTRES_HZ)
    gains = {name: float(response[(low < CENTRES_HZ) & (high > CENTRES_HZ)].mean()) for name, (low, high) in BROAD_HZ.items()}
    power = np.array([gains[name] ** 2 for name in BROAD])
    power[power < LEAST_SHARE * power.sum()] = 0.0
    found = [Question(place, f"tone/{n}", gains[n], float(p / power.sum())) for n, p in zip(BROAD, power, strict=True) if p > 0]
    return tuple(sorted(found, key=lambda question: -question.share))


def answers_to(suggestion: Suggestion, decision: Decision, known: Mapping[str, Preference]) -> tuple[Answer, ...]:
    """Return what accepting or rejecting a suggestion says of each dimension of taste; nothing where it says nothing.

    An equalizer that the user has shaped asks what its own bands do.

    Parameters
    ----------
    known : mapping
        The preferences that the suggestion was made with.
    """
    if not isinstance(suggestion, Move):
        return ()
    part = suggestion.facts.part
    interval = suggestion.interval if part is None else part.whole.interval
    doubt_db = round((interval.high - interval.low) / (2 * Z90), 2)
    found = []
    own = decision.bands if decision.accepted else ()
    for question in questions_of(replace(suggestion, chain=replace(suggestion.chain, bands=own)) if own else suggestion):
        asked = asked_at(question.place, question.dimension)
        if asked is not None:
            dimension, sign = asked
            size, offset_db = (sign * value for value in (question.move_db, offset_of(known, question.place, question.dimension)))
            answer = Answer(dimension, size, offset_db, decision.accepted, decision.amount, suggestion.confidence, question.share, doubt_db)
            found.append(answer)
    return tuple(found)
