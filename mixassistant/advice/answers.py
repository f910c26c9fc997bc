"""What a move asks of its user's taste: its dimension and how far it goes."""

from __future__ import annotations

from collections.abc import Mapping

from mixassistant.advice.suggestion import Move, Suggestion
from mixassistant.profiles.taste import Answer, Preference, region_of

KIND_NAMES = {"eq": "EQ", "level": "levels", "compression": "compression", "stereo": "width", "masking": "masking"}


def turned_off(strengths: Mapping[str, float]) -> tuple[str, ...]:
    """Say which kinds of moves the user has turned off: that there is none of them means nothing."""
    off = [name for kind, name in KIND_NAMES.items() if strengths.get(kind, 1.0) == 0.0]
    return (f"You have turned off suggestions on {', '.join(off)}: nothing is said of them.",) if off else ()


def question_of(move: Move) -> tuple[str, float] | None:
    """Return a move's dimension of taste and its size in dB, positive for more of it.

    ``None`` where an answer says nothing of taste: what another version of the same song shows, and what is wrong for anybody.
    """
    chain = move.chain
    if move.evidence.tier == "same song":
        return None
    if move.kind == "level":
        return f"level/{move.role}", chain.gain_db
    if move.kind == "eq":
        band = chain.bands[0]
        reach = {"low_shelf": 0.5, "high_shelf": 2.0}.get(band.type, 1.0)
        return f"tone/{region_of(band.frequency_hz * reach)}", band.gain_db
    if chain.compression is not None:
        return "density", chain.compression.gain_reduction_db
    if chain.width and move.evidence.descriptor == "width":
        return "width", chain.width[0].change_db
    return None


def answer_to(suggestion: Suggestion, accepted: bool, amount: float, known: Mapping[str, Preference]) -> Answer | None:
    """Return the answer that accepting or rejecting a suggestion is; ``None`` where it says nothing of taste.

    Parameters
    ----------
    known : mapping
        The preferences that the suggestion was made with.
    """
    question = question_of(suggestion) if isinstance(suggestion, Move) else None
    if question is None:
        return None
    dimension, move_db = question
    return Answer(dimension, move_db, known[dimension].offset_db if dimension in known else 0.0, accepted, amount, suggestion.confidence)
