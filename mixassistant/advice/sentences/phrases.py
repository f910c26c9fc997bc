"""Numbers, names and parts of sentences that moves and checks share."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign

from mixassistant.advice.held_back import HeldBack
from mixassistant.advice.suggestion import Evidence, Target
from mixassistant.i18n import _


def number(value: float, decimals: int = 1) -> str:
    """Return a number, mostly to one decimal, with a true minus sign."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def signed(value: float, unit: str = "dB", decimals: int = 1) -> str:
    """Return a change with its sign: ``"+2.5 dB"``; of one that comes to nothing the sign is that of the way it goes."""
    sign = "−" if copysign(1.0, value) < 0 else "+"
    return f"{sign}{abs(value):.{decimals}f} {unit}".rstrip()


def decibels(value: float) -> str:
    """Return an amount to the half decibel, ``"2.5 dB"``, ``"3 dB"``; one that would come to nothing, to the tenth."""
    half = round(abs(value) * 2) / 2
    return f"{half:g} dB" if half else f"{abs(value):.1f} dB"


def frequency(hz: float) -> str:
    """Return a frequency to two significant digits: ``"310 Hz"``, ``"2.5 kHz"``."""
    rounded = float(f"{hz:.2g}")
    return f"{rounded / 1000:g} kHz" if rounded >= 1000 else f"{rounded:g} Hz"


def precise_frequency(hz: float) -> str:
    """Return a frequency as it is set on an equalizer, to three significant digits: ``"284 Hz"``, ``"2.48 kHz"``."""
    rounded = float(f"{hz:.3g}")
    return f"{rounded / 1000:g} kHz" if rounded >= 1000 else f"{rounded:g} Hz"


def exact_frequency(hz: float) -> str:
    """Return a frequency as exactly as a notch filter wants it: ``"1.24 kHz"``, ``"440 Hz"``."""
    return f"{hz / 1000:.3g} kHz" if hz >= 1000 else f"{hz:.0f} Hz"


def in_sentence(role: str) -> str:
    """Return how a role is called in a sentence: ``"the drums"``, ``"the other instruments"``."""
    return {
        "drums": _("the drums"),
        "bass": _("the bass"),
        "vocals": _("the vocals"),
        "other": _("the other instruments"),
    }[role]


def called(name: str, role: str) -> str:
    """Return how a stem is called in a sentence: by its name, or by its role where it has no other name."""
    return in_sentence(role) if name.lower() == role else f"“{name}”"


def spoken(target: Target) -> str:
    """Return how a place is called in a sentence."""
    place = target.place
    if place.role == "mix":
        return _("the whole mix")
    if place.stem:
        return f"“{place.stem}”"
    if target.stems == 1:
        return called(target.name, place.role)
    return _("the bus of {role} ({count} stems)").format(role=in_sentence(place.role), count=target.stems)


def joined(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence: ``"a, b and c"``."""
    if len(parts) == 1:
        return parts[0]
    return _("{some} and {last}").format(some=", ".join(parts[:-1]), last=parts[-1])


def than(evidence: Evidence) -> str:
    """Return what evidence was found in: ``"finished songs"``, ``"“Demo song, earlier mix”"``."""
    if evidence.tier == "same song":
        return f"“{evidence.references[0]}”"
    if evidence.tier == "same session":
        return _("“{name}”, which sounds like the same session").format(name=evidence.references[0])
    if evidence.tier != "references":
        return _("finished songs")
    return _("mixes like your references") if len(evidence.references) != 1 else _("mixes like your reference")


def against(evidence: Evidence) -> str:
    """Return what a thing is too much or too little of: ``"against “Demo song, earlier mix”"``, ``"for finished songs"``."""
    text = _("against {others}") if evidence.tier in ("same song", "same session") else _("for {others}")
    return text.format(others=than(evidence))


def held_back_note(held: HeldBack | None) -> str:
    """Say that more is needed than is suggested at once; nothing where it is not."""
    if held is None:
        return ""
    text = _("It takes about {needed}; {most} is the most that is suggested at once.")
    return text.format(needed=decibels(held.needed_db), most=decibels(held.most_db))


def too_dense(evidence: Evidence) -> str:
    """Return the beginning of what is said of a stem that is compressed more than the evidence."""
    text = _("{less} dB too little between loud and usual moments {against}.")
    return text.format(less=number(evidence.target - evidence.measured), against=against(evidence))
