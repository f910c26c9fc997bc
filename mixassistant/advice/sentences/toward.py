"""A move toward the references as a sentence: the number first, where the mix stands, how often engineers went that way."""

from __future__ import annotations

import math

from mixassistant.advice.sentences.phrases import decibels, frequency, in_sentence, joined, number
from mixassistant.advice.suggestion import HEARD_DB, Move, Odds, Target, Toward
from mixassistant.features.bands import BROAD_HZ
from mixassistant.i18n import _
from mixassistant.processing.moves import Band, Compression

FEW = 40  # cases


def toward_sentence(move: Move) -> str:
    """Say a move toward the references: ``"Vocals: +2.5 dB. It is quieter than in 9 of your 10 references (3.4 LU below …)."``."""
    parts = [_("{target}: {what}.").format(target=_name(move.target), what=_what(move)), _where(move)]
    if (held := move.facts.held_back) is not None:
        text = _("It takes about {needed}, and {most} is the most that is suggested at once.")
        parts.append(text.format(needed=decibels(held.needed_db), most=decibels(held.most_db)))
    if move.odds is not None:
        parts.append(_odds(move.odds))
    if move.facts.part is not None:
        of_whole = _("That is {percent:.0f} % of the whole move ({whole}), as you chose.")
        parts.append(of_whole.format(percent=100 * move.facts.part.strength, whole=decibels(move.facts.part.whole.size_db)))
    if move.facts.is_hardly_heard:
        parts.append(_("It is heard on its own: the mix hardly changes."))
    return " ".join(part for part in parts if part)


def _name(target: Target) -> str:
    if target.place.role == "mix":
        return _("Mix")
    if target.stems == 1 and target.name.lower() != target.place.role:
        role = {"drums": _("drums"), "bass": _("bass"), "vocals": _("vocals"), "other": _("other")}[target.place.role]
        return f"“{target.name}” ({role})"
    name = {"drums": _("Drums"), "bass": _("Bass"), "vocals": _("Vocals"), "other": _("Other instruments")}[target.place.role]
    return _("{name} (bus of {count} stems)").format(name=name, count=target.stems) if target.stems > 1 else name


def _signed(db: float) -> str:
    return f"{'+' if db > 0 else '−'}{abs(db):.1f} dB"


def _what(move: Move) -> str:
    chain = move.chain
    if chain.compression is not None:
        return _compressor(chain.compression)
    if chain.width:
        return _("{gain} on the side channel").format(gain=_signed(chain.width[0].change_db))
    return joined([_band(band) for band in chain.bands]) if chain.bands else _signed(chain.gain_db)


def _band(band: Band) -> str:
    where = {"low_shelf": _("{gain} below {place}"), "high_shelf": _("{gain} above {place}")}.get(band.type, _("{gain} around {place}"))
    return where.format(gain=_signed(band.gain_db), place=frequency(band.frequency_hz))


def _compressor(found: Compression) -> str:
    text = _("compress by about {reduction} on average ({ratio:.2g}:1 from {threshold} dBFS, {make_up} dB make-up gain)")
    return text.format(
        reduction=decibels(found.gain_reduction_db), ratio=found.ratio, threshold=number(found.threshold_db),
        make_up=number(found.makeup_db),
    )  # fmt: skip


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


def _odds(odds: Odds) -> str:
    if odds.source != "planted" and odds.of < FEW:  # a percentage would claim more than so few cases tell
        return _("Engineers went this way in {right} of {of} such cases.").format(right=odds.right, of=odds.of)
    share = 100 * odds.share
    if odds.source == "planted":
        return _("Of songs that were put off on purpose, such moves went back the right way in {share:.0f} %.").format(share=share)
    return _("Engineers went this way in {share:.0f} % of such cases.").format(share=share)
