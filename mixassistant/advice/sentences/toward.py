"""Why a move goes toward the references: where the mix stands among them."""

from __future__ import annotations

import math

from mixassistant.advice.sentences.phrases import frequency, held_back_note, in_sentence, number
from mixassistant.advice.suggestion import HEARD_DB, Move, Toward
from mixassistant.features.bands import BROAD_HZ
from mixassistant.i18n import _


def toward_reason(move: Move) -> str:
    """Say where a place stands among the references, and whether the whole way is suggested at once."""
    return " ".join(part for part in (_where(move), held_back_note(move.facts.held_back)) if part)


def _where(move: Move) -> str:
    """Say where the place stands, or that engineers do this as a rule whatever the references are like."""
    toward = move.facts.toward
    if toward is None:
        return ""
    stands = "" if math.isnan(toward.gap) else _stands(toward, _subject(toward))
    if toward.why in ("habit", "own habit"):
        # Their means are sure, and hold for most tracks of tone and dynamics, but hardly of levels.
        text = _("Engineers do this to raw tracks of {role} on average.") if toward.why == "habit" else _("Your habit does this to {role}.")
        habit = text.format(role=in_sentence(move.role))
        return habit if abs(toward.gap) < HEARD_DB or not stands else f"{habit} {stands}"
    if toward.why == "others":
        return _("It makes up for what the other moves do to the mix.")
    return stands


def _subject(toward: Toward) -> str:
    kind, _slash, band = toward.dimension.partition("/")
    if kind == "tone":
        low, high = BROAD_HZ[band]
        low, high = max(low, 20.0), min(high, 20_000.0)
        return _("{low} to {high}").format(low=frequency(low), high=frequency(high))
    return ""


def _stands(toward: Toward, subject: str) -> str:
    unit = "LU" if toward.dimension == "level" else "dB"
    if toward.of == 1:  # one has no middle
        middle = _("{gap} {unit} below it") if toward.gap < 0 else _("{gap} {unit} above it")
    else:
        middle = _("{gap} {unit} below the middle") if toward.gap < 0 else _("{gap} {unit} above the middle")
    distance = middle.format(gap=number(abs(toward.gap)), unit=unit)
    if not toward.of:
        return _text(toward).format(subject=subject, than=_("in most finished songs"), distance=distance)
    count = toward.of - toward.below if toward.gap < 0 else toward.below
    if toward.of == 1:
        than = _("in your reference")
    else:
        than = _("in {count} of your {all} references").format(count=count, all=toward.of)
    return _text(toward).format(subject=subject, than=than, distance=distance)


def _text(toward: Toward) -> str:
    is_less = toward.gap < 0
    kind = toward.dimension.partition("/")[0]
    less, more = {
        "level": (_("It is quieter than {than} ({distance})."), _("It is louder than {than} ({distance}).")),
        "tone": (_("From {subject} it has less than {than} ({distance})."), _("From {subject} it has more than {than} ({distance}).")),
        "width": (_("It is narrower than {than} ({distance})."), _("It is wider than {than} ({distance}).")),
    }.get(
        kind,
        (
            _("Loud and usual moments lie closer together than {than} ({distance})."),
            _("Loud and usual moments lie further apart than {than} ({distance})."),
        ),
    )
    return less if is_less else more
