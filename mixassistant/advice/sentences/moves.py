"""A move as a sentence: the command, the reason, how sure."""

from __future__ import annotations

from math import copysign

from mixassistant.advice.held_back import HeldBack
from mixassistant.advice.sentences.phrases import (
    certainty,
    decibels,
    frequency,
    in_sentence,
    joined,
    number,
    side,
    spoken,
    spread,
    too_dense,
    whose,
)
from mixassistant.advice.suggestion import Facts, Move
from mixassistant.i18n import _
from mixassistant.processing.moves import Band, Compression, Width

SHAPE_TOLD_DB = 1.0  # between how far a spectrum lies off and what that is by its shape: from there on the sentence says both
LEAST_APART_DB = 0.1  # between dynamics: less is none in the figure that is told
OTHERWISE_DB = 0.5  # between a gap in level and the gain that closes it: from there on the sentence says why


def move_sentence(move: Move) -> str:
    """Say a move; where the user wants a part of it, the reason is that of the whole."""
    facts = move.facts
    if facts.eases is not None:
        return _eased_or_turned(move)
    whole = facts.part.whole if facts.part is not None else move
    command, sure = _command(move), move.confidence if facts.makes_up_sure is None else facts.makes_up_sure
    text = _("{command}: {reason} ({certainty}, {percent:.0f} %).").format(
        command=command[0].upper() + command[1:], reason=_reason(whole), certainty=certainty(sure), percent=100 * sure
    )
    if facts.part is not None:
        of_whole = _("That is {percent:.0f} % of the whole move ({whole}), as you chose.")
        text += " " + of_whole.format(percent=100 * facts.part.strength, whole=decibels(whole.size_db))
    if facts.is_hardly_heard:
        text += " " + _("It is heard on its own: the mix hardly changes.")
    return text


def _command(move: Move) -> str:
    chain, target = move.chain, spoken(move.target)
    if chain.compression is not None:
        return _compress(target, chain.compression, is_for_level=move.facts.makes_up_sure is not None)
    if chain.width:
        return _widen(target, chain.width[0])
    least = _("at least ") if move.facts.held_back is not None else ""
    if chain.bands:
        phrases = [band_phrase(band, "" if index else least) for index, band in enumerate(chain.bands)]
        return _("{bands} on {target}").format(bands=joined(phrases), target=target)
    text = _("turn {target} up by {least}{amount}") if chain.gain_db > 0 else _("turn {target} down by {least}{amount}")
    return text.format(target=target, least=least, amount=decibels(chain.gain_db))


def band_phrase(band: Band, least: str = "") -> str:
    """Return one equalizer band as a command: ``"cut 2.5 dB around 310 Hz"``."""
    where = {
        "bell": _("around {frequency}"),
        "low_shelf": _("below {frequency}"),
        "high_shelf": _("above {frequency}"),
        "high_pass": _("below {frequency}"),
        "low_pass": _("above {frequency}"),
    }[band.type].format(frequency=frequency(band.frequency_hz))
    if band.type in ("high_pass", "low_pass"):
        return _("roll off {where}").format(where=where)
    # Of a part of a small move a zero may be left, which has the sign of the whole.
    text = _("boost {least}{amount} {where}") if copysign(1.0, band.gain_db) > 0 else _("cut {least}{amount} {where}")
    return text.format(least=least, amount=decibels(band.gain_db), where=where)


def _compress(target: str, compression: Compression, is_for_level: bool) -> str:
    """Say a compression: the gain reduction is what counts, the settings are one way to get it."""
    text = (
        _("compress {target} by about {reduction} on average ({ratio:.2g}:1 from {threshold} dBFS, {make_up} to stay as loud)")
        if not is_for_level
        else _(
            "compress {target} by about {reduction} on average "
            "({ratio:.2g}:1 from {threshold} dBFS, {make_up}, which puts its level right as well)"
        )
    )
    return text.format(
        target=target,
        reduction=decibels(compression.gain_reduction_db),
        ratio=compression.ratio,
        threshold=number(compression.threshold_db),
        make_up=_make_up(compression.makeup_db),
    )


def _make_up(gain_db: float) -> str:
    if abs(gain_db) <= 0.25:
        return _("without make-up gain")
    text = _("made up by {gain}") if gain_db > 0 else _("and turned down by {gain} behind it")
    return text.format(gain=decibels(gain_db))


def _where(width: Width) -> str:
    if width.low_hz > 20.0:
        return _(" above {frequency}").format(frequency=frequency(width.low_hz))
    return _(" below {frequency}").format(frequency=frequency(width.high_hz)) if width.high_hz < 20_000.0 else ""


def _widen(target: str, width: Width) -> str:
    text = (
        _("widen {target}{where} by {change} on the side channel")
        if width.change_db > 0
        else _("narrow {target}{where} by {change} on the side channel")
    )
    return text.format(target=target, where=_where(width), change=decibels(width.change_db))


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


def _of_tone(move: Move) -> str:
    """Say why a spectrum is equalized; the first band is the one that the evidence and the 90 % interval speak of."""
    evidence = move.evidence
    gap = evidence.measured - evidence.target
    text = (
        _("near {place} the spectrum, relative to the mix’s own level, lies {gap:.1f} dB {side} where it is {whose}{spread}{why}")
        if move.role == "mix"
        else _("near {place} the spectrum, relative to the stem’s own level, lies {gap:.1f} dB {side} where it is {whose}{spread}{why}")
    )
    return text.format(
        place=frequency(evidence.frequency_hz or move.chain.bands[0].frequency_hz),
        gap=abs(gap),
        side=side(gap),
        whose=whose(evidence),
        spread=spread(evidence),
        why=_laid_over(move.facts, gap) + _held_back(move.facts),
    )


def _laid_over(facts: Facts, gap: float) -> str:
    """Say how far a spectrum lies off by its shape, where that is not seen in its height: one band moves all others the other way."""
    if facts.shape_db is None or abs(facts.shape_db - gap) < SHAPE_TOLD_DB:
        return ""
    text = _("; with the rest of both laid over each other that is {shape:.1f} dB {side}")
    return text.format(shape=abs(facts.shape_db), side=side(facts.shape_db))


def _of_level(move: Move) -> str:
    evidence = move.evidence
    gap = evidence.measured - evidence.target
    text = _("the level is {level} LU relative to the mix, {gap:.1f} LU {side} where it is {whose}{spread}{why}")
    return text.format(
        level=number(evidence.measured),
        gap=abs(gap),
        side=side(gap),
        whose=whose(evidence),
        spread=spread(evidence),
        why=_held_back(move.facts) or _left(move),
    )


def _held_back(facts: Facts) -> str:
    held: HeldBack | None = facts.held_back
    if held is None:
        return ""
    text = _("; it takes about {needed}, and {most} is the most that is suggested at once")
    return text.format(needed=decibels(held.needed_db), most=decibels(held.most_db))


def _left(move: Move) -> str:
    """Say why a gain is not the gap in level that it closes: all moves change the mix that levels are relative to, and EQ levels too.

    Of wide evidence a gain is only a part of the gap, which needs no reason.
    """
    gain_db, evidence = move.chain.gain_db, move.evidence
    gap = evidence.measured - evidence.target
    if gap * gain_db >= 0:
        return (
            _("; the other moves would leave it too loud, which this makes up for")
            if gain_db < 0
            else _("; the other moves would leave it too quiet, which this makes up for")
        )
    more = abs(gain_db) - abs(gap)
    if more >= OTHERWISE_DB or (evidence.tier == "same song" and more <= -OTHERWISE_DB):
        return _("; with what moves do to the mix it takes {gain}").format(gain=decibels(gain_db))
    return ""


def _of_its_stems(move: Move, count: int) -> str:
    """Say why a move goes to the one stem that causes the deviation of its role."""
    evidence = move.evidence
    gap = evidence.measured - evidence.target
    what = _("level")
    if evidence.descriptor != "level":
        what = _("spectrum near {place}").format(place=frequency(evidence.frequency_hz or 1000.0))
    text = _(
        "of your {count} stems of {role} it explains best why the {what} of all of them lies {gap:.1f} {unit} {side} "
        "where it is {whose}{spread}"
    )
    return text.format(
        count=count, role=in_sentence(move.role), what=what, gap=abs(gap), unit=evidence.unit, side=side(gap), whose=whose(evidence),
        spread=spread(evidence),
    )  # fmt: skip


def _of_dynamics(move: Move) -> str:
    evidence = move.evidence
    if move.facts.moment_by_moment:
        return _("from moment to moment its level moves as if only the one {whose} had been compressed").format(whose=whose(evidence))
    gap = evidence.measured - evidence.target
    text = (
        _("loud and usual moments lie {apart:.1f} dB apart, {gap:.1f} dB more than {whose}{spread}")
        if gap >= LEAST_APART_DB
        else _("loud and usual moments lie {apart:.1f} dB apart, and with the equalizer on it further than {whose}{spread}")
    )
    return text.format(
        apart=evidence.measured, gap=gap, whose=whose(evidence), spread=spread(evidence)
    )  # fmt: skip


def _of_masking(move: Move) -> str:
    """Say why a stem that hides another is cut."""
    hidden, evidence = move.facts.hidden, move.evidence
    assert hidden is not None
    text = _(
        "{measured:.0f} % of {hidden} is hidden by other stems, against {usual:.0f} % {whose}; "
        "{masker} can spare this and brings it to about {after:.0f} %"
    )
    return text.format(
        measured=evidence.measured, hidden=spoken(hidden.target), usual=evidence.target, whose=whose(evidence), masker=spoken(move.target),
        after=hidden.after_percent,
    )  # fmt: skip


def _of_width(move: Move, width: Width) -> str:
    evidence = move.evidence
    if evidence.descriptor == "low_mono_share":
        text = _(
            "{measured:.0f} % of the energy below 120 Hz is the same on both sides, against {usual:.0f} % {whose}; "
            "a low end that is not mono loses weight on one loudspeaker"
        )
        return text.format(measured=100 * evidence.measured, usual=100 * evidence.target, whose=whose(evidence))
    measured, usual = move.facts.sides_db or (evidence.measured, evidence.target)
    text = (
        _("{there}it is {gap:.1f} dB wider (side over mid {measured} dB) than {whose}{spread}")
        if measured > usual
        else _("{there}it is {gap:.1f} dB narrower (side over mid {measured} dB) than {whose}{spread}")
    )
    return text.format(
        there=_("there ") if _where(width) else "", gap=abs(measured - usual), measured=number(measured), whose=whose(evidence),
        spread=spread(evidence),
    )  # fmt: skip


def _eased_or_turned(move: Move) -> str:
    """Say that a stem is over-compressed and at another level for it: two remedies, of which one is enough."""
    assert move.facts.eases is not None
    text = (
        _(
            "{dense}. Go back to a less compressed version if you have one, which mends its level as well; if you cannot, turn {target} "
            "up by about {gain} instead: one of the two, not both ({certainty}, {percent:.0f} %)."
        )
        if move.chain.gain_db > 0
        else _(
            "{dense}. Go back to a less compressed version if you have one, which mends its level as well; if you cannot, turn {target} "
            "down by about {gain} instead: one of the two, not both ({certainty}, {percent:.0f} %)."
        )
    )
    return text.format(
        dense=too_dense(move.target, move.facts.eases),
        target=spoken(move.target),
        gain=decibels(move.chain.gain_db),
        certainty=certainty(move.confidence),
        percent=100 * move.confidence,
    )
