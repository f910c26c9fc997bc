"""What a move does in one line: the place, then its numbers, as exact as a control is set: ``"Bass: −8.2 dB at 284 Hz"``."""

from __future__ import annotations

from mixassistant.advice.sentences.phrases import number, precise_frequency, signed
from mixassistant.advice.suggestion import Move, Target
from mixassistant.i18n import _
from mixassistant.processing.moves import Band, Chain, Compression, Width

LEAST_MAKE_UP_DB = 0.05  # less is none in the figure that is told


def headline(move: Move) -> str:
    """Return where a move is made and what is done there: ``"Bass: −8.2 dB at 284 Hz"``.

    Parameters
    ----------
    move : Move
        As it is suggested, or with the chain that was made of it (`mixassistant.advice.decision.decided_chain`).
    """
    return _("{target}: {what}").format(target=place_name(move.target), what=_what(move))


def place_name(target: Target) -> str:
    """Return how a place is called at the beginning of a line: ``"Vocals"``, ``"“KICK” (drums)"``, ``"Drums (bus of 3 stems)"``."""
    if target.place.role == "mix":
        return _("Mix")
    if target.place.stem or (target.stems == 1 and target.name.lower() != target.place.role):
        role = {"drums": _("drums"), "bass": _("bass"), "vocals": _("vocals"), "other": _("other")}[target.place.role]
        return f"“{target.place.stem or target.name}” ({role})"
    name = {"drums": _("Drums"), "bass": _("Bass"), "vocals": _("Vocals"), "other": _("Other instruments")}[target.place.role]
    return _("{name} (bus of {count} stems)").format(name=name, count=target.stems) if target.stems > 1 else name


def _what(move: Move) -> str:
    what = chain_phrase(move.chain)
    if move.facts.eases is not None:
        return _("{what}, or less compression").format(what=what)
    return what


def chain_phrase(chain: Chain) -> str:
    """Return what a chain does: ``"+2.5 dB"``, ``"−8.2 dB at 284 Hz, +1.5 dB above 4 kHz"``."""
    parts = [band_phrase(band) for band in chain.bands]
    if chain.compression is not None:
        parts.append(_compressor(chain.compression))
    parts += [_side(width) for width in chain.width]
    if chain.gain_db or not parts:
        parts.append(signed(chain.gain_db))
    return ", ".join(parts)


def band_phrase(band: Band) -> str:
    """Return one equalizer band: ``"−8.2 dB at 284 Hz"``, ``"high pass at 30 Hz"``."""
    where = {
        "low_shelf": _("{gain} below {place}"),
        "high_shelf": _("{gain} above {place}"),
        "high_pass": _("high pass at {place}"),
        "low_pass": _("low pass at {place}"),
    }.get(band.type, _("{gain} at {place}"))
    return where.format(gain=signed(band.gain_db), place=precise_frequency(band.frequency_hz))


def _compressor(found: Compression) -> str:
    """Say a compression: the gain reduction is what counts, the settings are one way to get it."""
    text = _("{reduction} dB of gain reduction ({ratio:.2g}:1 from {threshold} dBFS{make_up})")
    make_up = "" if abs(found.makeup_db) < LEAST_MAKE_UP_DB else _(", {gain} behind it").format(gain=signed(found.makeup_db))
    return text.format(reduction=number(found.gain_reduction_db), ratio=found.ratio, threshold=number(found.threshold_db), make_up=make_up)


def _side(width: Width) -> str:
    text = _("{gain} on the side channel")
    if width.low_hz > 20.0:
        text = _("{gain} on the side channel above {place}")
    elif width.high_hz < 20_000.0:
        text = _("{gain} on the side channel below {place}")
    return text.format(gain=signed(width.change_db), place=precise_frequency(width.low_hz if width.low_hz > 20.0 else width.high_hz))
