"""Numbers, names and parts of sentences that moves and checks share."""

from __future__ import annotations

from collections.abc import Sequence

from mixassistant.advice.suggestion import Evidence, Target
from mixassistant.i18n import _


def number(value: float, decimals: int = 1) -> str:
    """Return a number, mostly to one decimal, with a true minus sign."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def decibels(value: float) -> str:
    """Return an amount to the half decibel, ``"2.5 dB"``, ``"3 dB"``; one that would come to nothing, to the tenth."""
    half = round(abs(value) * 2) / 2
    return f"{half:g} dB" if half else f"{abs(value):.1f} dB"


def frequency(hz: float) -> str:
    """Return a frequency to two significant digits: ``"310 Hz"``, ``"2.5 kHz"``."""
    rounded = float(f"{hz:.2g}")
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


def certainty(confidence: float) -> str:
    """Return a probability in words; below one half it is likelier that nothing is wrong."""
    if confidence >= 0.97:
        return _("very sure")
    if confidence >= 0.9:
        return _("sure")
    if confidence >= 0.75:
        return _("fairly sure")
    return _("a guess that is worth a listen") if confidence >= 0.5 else _("more likely meant than a fault, but worth a listen")


def whose(evidence: Evidence) -> str:
    """Return where the evidence was found: ``"in finished songs"``."""
    if evidence.tier == "same song":
        return _("in your other version of this song, “{name}”").format(name=evidence.references[0])
    if evidence.tier == "same session":
        return _("in “{name}”, which sounds like the same session").format(name=evidence.references[0])
    if evidence.tier != "references":
        return _("in finished songs")
    return _("in mixes like your references") if len(evidence.references) != 1 else _("in mixes like your reference")


def spread(evidence: Evidence) -> str:
    """Return the 10–90 % range of the next song of that kind: references are few, and it is not where they themselves end."""
    if evidence.tier in ("same song", "same session"):
        return ""
    text = _(", of which eight of ten lie between {low} and {high} {unit}")
    return text.format(low=number(evidence.low), high=number(evidence.high), unit=evidence.unit)


def side(gap: float) -> str:
    """Return on which side of what is expected a value lies."""
    return _("above") if gap > 0 else _("below")


def too_dense(target: Target, evidence: Evidence) -> str:
    """Return the beginning of what is said of a stem that is compressed more than the evidence."""
    text = _(
        "Ease the compression on {target}: loud and usual moments lie only {apart:.1f} dB apart, {less:.1f} dB less than {whose}{spread}"
    )
    return text.format(
        target=spoken(target),
        apart=evidence.measured,
        less=evidence.target - evidence.measured,
        whose=whose(evidence),
        spread=spread(evidence),
    )
