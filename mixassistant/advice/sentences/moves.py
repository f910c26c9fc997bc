"""Why a fault is mended: one reason, its number first."""

from __future__ import annotations

import numpy as np

from mixassistant.advice.sentences.phrases import (
    against,
    decibels,
    frequency,
    held_back_note,
    in_sentence,
    number,
    signed,
    spoken,
    than,
    too_dense,
)
from mixassistant.advice.suggestion import Evidence, Facts, Move
from mixassistant.i18n import _
from mixassistant.processing.moves import Width

SHAPE_TOLD_DB = 1.0  # between how far a spectrum lies off and what that is by its shape: from there on the sentence says both
LEAST_APART_DB = 0.1  # between dynamics: less is none in the figure that is told
OTHERWISE_DB = 0.5  # between a gap in level and the gain that closes it: from there on the sentence says why
THERE = 2 ** (1 / 3)  # between the frequency of a band and that of its evidence: within it they are one place


def fault_reason(move: Move) -> str:
    """Return why a fault is mended; where the user wants a part of it, the reason is that of the whole."""
    facts = move.facts
    if facts.eases is not None:
        text = _("{dense} Go back to a less compressed version if you have one, which mends its level too; else the gain: one of the two.")
        return text.format(dense=too_dense(facts.eases))
    whole = facts.part.whole if facts.part is not None else move
    return " ".join(part for part in (_reason(whole), held_back_note(whole.facts.held_back)) if part)


def _reason(move: Move) -> str:
    if move.facts.among:
        return _of_its_stems(move, move.facts.among)
    if move.kind == "eq":
        return _of_tone(move)
    if move.kind == "level":
        return _of_level(move)
    if move.kind == "compression":
        return _of_dynamics(move)
    return _of_masking(move) if move.kind == "masking" else _of_width(move, move.chain.width[0])


def _at(move: Move) -> str:
    """Return where in the spectrum the evidence of an equalizer lies: at its only band, mostly."""
    bands = move.chain.bands
    place = move.evidence.frequency_hz or bands[0].frequency_hz
    is_there = len(bands) == 1 and abs(np.log(place / bands[0].frequency_hz)) < np.log(THERE)
    return _("there") if is_there else _("at {place}").format(place=frequency(place))


def _of_tone(move: Move) -> str:
    """Say why a spectrum is equalized; the first band is the one that the evidence and the 90 % interval speak of."""
    evidence = move.evidence
    gap = evidence.measured - evidence.target
    shape = move.facts.shape_db
    if shape is None or abs(shape - gap) < SHAPE_TOLD_DB:
        text = _("{gap} dB too strong {there} {against}.") if gap > 0 else _("{gap} dB too weak {there} {against}.")
        return text.format(gap=number(abs(gap)), there=_at(move), against=against(evidence))
    # One band moves all others the other way: a boom may hardly be seen in the height of its own curve.
    text = (
        _("{shape} dB too strong {there} by the shape of its spectrum ({gap} dB by its height) {against}.")
        if shape > 0
        else _("{shape} dB too weak {there} by the shape of its spectrum ({gap} dB by its height) {against}.")
    )
    return text.format(shape=number(abs(shape)), gap=signed(gap, ""), there=_at(move), against=against(evidence))


def _too(gap: float) -> str:
    return _("too loud") if gap > 0 else _("too quiet")


def _of_level(move: Move) -> str:
    evidence = move.evidence
    gap = evidence.measured - evidence.target
    text = _("{gap} LU {too} {against}.").format(gap=number(abs(gap)), too=_too(gap), against=against(evidence))
    more = "" if move.facts.held_back is not None else _otherwise(move, gap)
    return f"{text} {more}" if more else text


def _otherwise(move: Move, gap: float) -> str:
    """Say why a gain is not the gap in level that it closes: a loud role lifts the mix that its level is relative to, other moves too.

    Of wide evidence a gain is only a part of the gap, which needs no reason.
    """
    gain_db, evidence = move.chain.gain_db, move.evidence
    if gap * gain_db >= 0:
        if gain_db < 0:
            return _("The other moves would leave it too loud, which this makes up for.")
        return _("The other moves would leave it too quiet, which this makes up for.")
    more = abs(gain_db) - abs(gap)
    if more < OTHERWISE_DB and (evidence.tier != "same song" or more > -OTHERWISE_DB):
        return ""
    share = share_change_lu(evidence.measured, gain_db)
    if more >= OTHERWISE_DB and abs(share + gap) < OTHERWISE_DB:
        subject = {
            "drums": _("Drums are much of the loudness: {gain} {raises} their share by {share} LU."),
            "bass": _("The bass is much of the loudness: {gain} {raises} its share by {share} LU."),
            "vocals": _("The vocals are much of the loudness: {gain} {raises} their share by {share} LU."),
        }.get(move.role, _("Other instruments are much of the loudness: {gain} {raises} their share by {share} LU."))
        raises = _("raises") if gain_db > 0 else _("lowers")
        return subject.format(gain=signed(gain_db), raises=raises, share=number(abs(share)))
    return _("The other moves change the mix as well: with them it takes {gain}.").format(gain=signed(gain_db))


def share_change_lu(level_lu: float, gain_db: float) -> float:
    """Return by how much a gain changes the level of a part relative to the sum that it is in, in LU.

    Parts are taken to add up in power: of the sum's power 1 a part at `level_lu` has p = 10^(L/10), so that a gain g changes its level by
    g − 10 lg(1 + p (10^(g/10) − 1)).
    """
    share = min(10 ** (level_lu / 10), 1.0)
    return gain_db - 10 * float(np.log10(1 + share * (10 ** (gain_db / 10) - 1)))


def _of_its_stems(move: Move, count: int) -> str:
    """Say why a move goes to the one stem that causes the deviation of its role."""
    evidence = move.evidence
    gap = evidence.measured - evidence.target
    too = _too(gap)
    if evidence.descriptor != "level":
        too = _("too strong at {place}") if gap > 0 else _("too weak at {place}")
        too = too.format(place=frequency(evidence.frequency_hz or 1000.0))
    return _("{gap} {unit} {too} are {role} together {against}; of your {count} stems this one explains it best.").format(
        gap=number(abs(gap)), unit=evidence.unit, too=too, role=in_sentence(move.role), against=against(evidence), count=count
    )


def _of_dynamics(move: Move) -> str:
    evidence = move.evidence
    if move.facts.moment_by_moment:
        text = _("From moment to moment its level moves as if only “{name}” had been compressed.")
        return text.format(name=evidence.references[0])
    gap = evidence.measured - evidence.target
    text = _("With the equalizer on it, loud and usual moments are too far apart {against}.")
    if gap >= LEAST_APART_DB:
        text = _("{gap} dB too much between loud and usual moments {against}.")
    text = text.format(gap=number(gap), against=against(evidence))
    return text if move.facts.makes_up_sure is None else f"{text} {_('Its make-up gain puts the level right as well.')}"


def _of_masking(move: Move) -> str:
    """Say why a stem that hides another is cut."""
    hidden, evidence = move.facts.hidden, move.evidence
    assert hidden is not None
    text = _(
        "{measured:.0f} % of {hidden} is hidden by other stems, {usual:.0f} % {whose}; {masker} can spare this: about {after:.0f} % then."
    )
    return text.format(
        measured=evidence.measured, hidden=spoken(hidden.target), usual=evidence.target, whose=_where_usual(evidence),
        masker=spoken(move.target), after=hidden.after_percent,
    )  # fmt: skip


def _where_usual(evidence: Evidence) -> str:
    return _("in {whose}").format(whose=than(evidence))


def _of_width(move: Move, width: Width) -> str:
    evidence = move.evidence
    if evidence.descriptor == "low_mono_share":
        text = _(
            "{measured:.0f} % of the energy below 120 Hz is the same on both sides, {usual:.0f} % {whose}; "
            "a low end that is not mono loses weight on one loudspeaker."
        )
        return text.format(measured=100 * evidence.measured, usual=100 * evidence.target, whose=_where_usual(evidence))
    measured, usual = move.facts.sides_db or (evidence.measured, evidence.target)
    is_whole = width.low_hz <= 20.0 and width.high_hz >= 20_000.0
    text = _("{gap} dB too wide {against}.") if is_whole else _("{gap} dB too wide there {against}.")
    if measured < usual:
        text = _("{gap} dB too narrow {against}.") if is_whole else _("{gap} dB too narrow there {against}.")
    return text.format(gap=number(abs(measured - usual)), against=against(evidence))


def facts_notes(facts: Facts) -> tuple[str, ...]:
    """Return what else is to be known of a move: that it is a part of another, or hardly heard."""
    notes = []
    if facts.part is not None:
        of_whole = _("That is {percent:.0f} % of the whole move ({whole}), as you chose.")
        notes.append(of_whole.format(percent=100 * facts.part.strength, whole=decibels(facts.part.whole.size_db)))
    if facts.is_hardly_heard:
        notes.append(_("It is heard on its own: the mix hardly changes."))
    return tuple(notes)
