"""What a suggestion asks of its user's taste: its dimension and how far it goes."""

from __future__ import annotations

from collections.abc import Mapping

from mixassistant.advice.suggestion import Suggestion
from mixassistant.profiles.taste import Answer, Preference, region_of

KINDS = ("eq", "level", "compression", "stereo", "masking")
"""Kinds of moves, each with a strength of its own."""
KIND_NAMES = {"eq": "EQ", "level": "levels", "compression": "compression", "stereo": "width", "masking": "masking"}


def turned_off(strengths: Mapping[str, float]) -> tuple[str, ...]:
    """Say which kinds of moves the user has turned off: that there is none of them means nothing."""
    off = [name for kind, name in KIND_NAMES.items() if strengths.get(kind, 1.0) == 0.0]
    return (f"You have turned off suggestions on {', '.join(off)}: nothing is said of them.",) if off else ()


def question_of(suggestion: Suggestion) -> tuple[str, float] | None:
    """Return a suggestion's dimension of taste and its size in dB, positive for more of it.

    ``None`` where an answer says nothing of taste: what another version of the same song shows, and what is wrong for anybody.
    """
    if suggestion.evidence is None or suggestion.evidence.tier == "same song":
        return None
    if suggestion.kind == "level":
        return f"level/{suggestion.role}", suggestion.gain_db
    if suggestion.kind == "eq" and suggestion.bands:
        band = suggestion.bands[0]
        reach = {"low_shelf": 0.5, "high_shelf": 2.0}.get(band.type, 1.0)
        return f"tone/{region_of(band.frequency_hz * reach)}", band.gain_db
    if suggestion.kind == "compression" and suggestion.compression is not None:
        return "density", suggestion.compression.gain_reduction_db
    if suggestion.kind == "stereo" and suggestion.width is not None and suggestion.evidence.descriptor == "width":
        return "width", suggestion.width.change_db
    return None


def answer_to(suggestion: Suggestion, accepted: bool, amount: float, known: Mapping[str, Preference]) -> Answer | None:
    """Return the answer that accepting or rejecting a suggestion is; ``None`` where it says nothing of taste.

    Parameters
    ----------
    known : mapping
        The preferences that the suggestion was made with.
    """
    question = question_of(suggestion)
    if question is None:
        return None
    dimension, move_db = question
    return Answer(dimension, move_db, known[dimension].offset_db if dimension in known else 0.0, accepted, amount, suggestion.confidence)
