"""Sentences for musicians, made from a suggestion when it is shown: what and how much, one reason, how sure. The number comes first."""

from __future__ import annotations

from mixassistant.advice.sentences.checks import check_sentence
from mixassistant.advice.sentences.headline import headline
from mixassistant.advice.sentences.moves import facts_notes, fault_reason
from mixassistant.advice.sentences.toward import toward_reason
from mixassistant.advice.sentences.worth import worth
from mixassistant.advice.suggestion import Check, Move, Suggestion
from mixassistant.i18n import _

__all__ = ["dropped_sentence", "headline", "reason", "sentence", "worth"]


def sentence(suggestion: Suggestion) -> str:
    """Return a suggestion in a few plain sentences: ``"Bass: −8.2 dB at 284 Hz. 7.6 dB too strong there … Worth doing: 80 %. …"``."""
    if isinstance(suggestion, Check):
        return check_sentence(suggestion)
    parts = (f"{headline(suggestion)}.", reason(suggestion), worth(suggestion), *facts_notes(suggestion.facts))
    return " ".join(part for part in parts if part)


def reason(move: Move) -> str:
    """Return why a move is suggested: ``"7.6 dB too strong there against “Demo song, earlier mix”."``."""
    return toward_reason(move) if move.facts.toward is not None else fault_reason(move)


def dropped_sentence(move: Move) -> str:
    """Say that a move is not suggested, since it did not help when rendered."""
    return _("Not shown, since it did not help when rendered: {sentence}").format(sentence=sentence(move))
