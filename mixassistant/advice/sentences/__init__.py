"""Sentences for musicians, made from a suggestion when it is shown: what, how much, where, on which stem, why, how sure.

Numbers are rounded to what can be heard: half a decibel, two significant digits of frequency.
"""

from __future__ import annotations

from mixassistant.advice.sentences.checks import check_sentence
from mixassistant.advice.sentences.moves import move_sentence
from mixassistant.advice.sentences.toward import toward_sentence
from mixassistant.advice.suggestion import Check, Move, Suggestion
from mixassistant.i18n import _

__all__ = ["dropped_sentence", "sentence"]


def sentence(suggestion: Suggestion) -> str:
    """Return a suggestion as a plain sentence, or a few of them."""
    if isinstance(suggestion, Check):
        return check_sentence(suggestion)
    return toward_sentence(suggestion) if suggestion.facts.toward is not None else move_sentence(suggestion)


def dropped_sentence(move: Move) -> str:
    """Say that a move is not suggested, since it did not help when rendered."""
    return _("Not shown, since it did not help when rendered: {sentence}").format(sentence=sentence(move))
