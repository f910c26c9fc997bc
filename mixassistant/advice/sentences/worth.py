"""How sure a move is: whether it is worth doing, and which amounts are likely; of a move toward the references, how often it was right."""

from __future__ import annotations

import math

from mixassistant.advice.sentences.phrases import frequency, number, signed
from mixassistant.advice.suggestion import Interval, Move, Odds
from mixassistant.i18n import _

FEW = 40  # cases
WIDE_DB = 3.0  # of an interval: from there on its ends are told in whole decibels


def worth(move: Move) -> str:
    """Return how sure a move is: ``"Worth doing: 80 %. Likely −13 to −9 dB."``, or how often engineers went its way."""
    if move.facts.toward is not None:
        return "" if move.odds is None else odds_sentence(move.odds)
    sure = move.confidence if move.facts.makes_up_sure is None else move.facts.makes_up_sure
    return " ".join(part for part in (worth_doing(sure), likely(move)) if part)


def worth_doing(confidence: float) -> str:
    """Return a probability that a move is worth doing; below one half it is said that nothing may be wrong."""
    text = _("Worth doing: {percent:.0f} %.") if confidence >= 0.5 else _("Worth doing: {percent:.0f} %, more likely meant than a fault.")
    return text.format(percent=100 * confidence)


def likely(move: Move) -> str:
    """Return what holds the right amount with 90 %: ``"Likely −13 to −9 dB."``; nothing where it is one number."""
    interval = move.interval
    if interval.low == interval.high:
        return ""
    bands = move.chain.bands
    where = _(" at {place}").format(place=frequency(bands[0].frequency_hz)) if len(bands) > 1 else ""
    return _("Likely {span}{where}.").format(span=interval_text(interval, move.chain.compression is None), where=where)


def interval_text(interval: Interval, has_sign: bool) -> str:
    """Return an interval: ``"−13 to −9 dB"``; a wide one in whole numbers that hold it."""
    low, high, decimals = interval.low, interval.high, 1
    if high - low >= WIDE_DB:
        low, high, decimals = math.floor(low), math.ceil(high), 0

    def end(value: float) -> str:
        return signed(value, "", decimals) if has_sign and round(value, decimals) else number(value, decimals)

    return _("{low} to {high} {unit}").format(low=end(low), high=end(high), unit=interval.unit)


def odds_sentence(odds: Odds) -> str:
    """Say how often engineers went the way that a move goes."""
    if odds.source != "planted" and odds.of < FEW:  # a percentage would claim more than so few cases tell
        return _("Engineers went this way in {right} of {of} such cases.").format(right=odds.right, of=odds.of)
    share = 100 * odds.share
    if odds.source == "planted":
        return _("Of songs that were put off on purpose, such moves went back the right way in {share:.0f} %.").format(share=share)
    return _("Engineers went this way in {share:.0f} % of such cases.").format(share=share)
