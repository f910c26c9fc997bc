"""Numbers and names as people read them in a report.

Numbers are rounded to what can be heard: gains to a tenth of a decibel, frequencies to three significant digits, measurements to
their descriptor's step, always with the unit. Names come from files and tags and may hold anything: they are made harmless for a
line of text here and escaped by each format.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, Descriptor
from mixassistant.i18n import _
from mixassistant.names import readable

MINUS = "\u2212"
NONE = "–"
NAME_LIMIT = 200  # characters: a tag may hold a novel
TEXT_LIMIT = 2000
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: object, limit: int = NAME_LIMIT) -> str:
    """Return a text from outside as one printable line: no line breaks, control characters, or marks that turn the direction."""
    shown = [
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in readable(str(text))
        if character not in _BIDI
    ]
    line = " ".join("".join(shown).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def sentence(text: object) -> str:
    """Return a sentence from the document as one line, with true minus signs and units that stay with their numbers."""
    # Only before a number with a unit, or in a range: a stem called "take -2" keeps its name.
    line = re.sub(r"(?<![\w.)-])-(?=\d+(?:\.\d+)? (?:to |LUFS|LU|dB))", MINUS, clean(text, TEXT_LIMIT))
    return re.sub(r"(?<=\d) (?=(?:LUFS|LU|dB|dBTP|dBFS|Hz|kHz)\b)", "\u00a0", line)


def number(value: float | None, decimals: int, signed: bool = False) -> str:
    """Return a number with a fixed count of decimals and a true minus sign; ``"–"`` where there is none."""
    if value is None:
        return NONE
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


def with_unit(value: float | None, decimals: int, unit: str, signed: bool = False) -> str:
    """Return a number with its unit, held together by a no-break space."""
    text = number(value, decimals, signed)
    return f"{text}\u00a0{unit}" if unit and value is not None else text


def gain(db: float) -> str:
    """Return a gain in dB to a tenth, always with its sign: ``"+2.5 dB"``."""
    return with_unit(db, 1, "dB", signed=True)


def frequency(hz: float, digits: int = 3) -> str:
    """Return a frequency to a few significant digits: ``"312 Hz"``, ``"2.48 kHz"``."""
    rounded = float(f"{hz:.{digits}g}")
    return f"{rounded / 1000:g}\u00a0kHz" if rounded >= 1000 else f"{rounded:g}\u00a0Hz"


def band_frequency(hz: float) -> str:
    """Return the nominal frequency of the 1/3-octave band that a frequency is the centre of: ``"315 Hz"`` for 316.2 Hz."""
    nominal = min(NOMINAL_HZ, key=lambda centre: abs(math.log(centre / hz)))
    return frequency(nominal if abs(nominal / hz - 1) < 0.02 else hz)


def milliseconds(seconds: float) -> str:
    """Return a time constant in ms to two significant digits; a second and longer in s."""
    if seconds >= 1:
        return f"{float(f'{seconds:.2g}'):g}\u00a0s"
    return f"{float(f'{1000 * seconds:.2g}'):g}\u00a0ms"


def clock(seconds: float) -> str:
    """Return a position in a song: ``"3:07"``, ``"1:02:07"``."""
    whole = math.floor(seconds + 0.5)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def percent(share: float) -> str:
    """Return a probability or share in whole per cent; never a claim of certainty, which no measurement can make."""
    return f"{min(max(round(100 * share), 0), 100)}\u00a0%"


def descriptor(identifier: str) -> Descriptor | None:
    """Return a declared descriptor; ``None`` for one that this version does not know (an older or newer report)."""
    import mixassistant.features.measure  # noqa: F401  declares them all

    return REGISTRY.descriptors.get(identifier)


def descriptor_name(identifier: str) -> str:
    """Return a descriptor's name for people."""
    found = descriptor(identifier)
    return found.name if found else identifier.replace("_", " ").capitalize()


def decimals_of(identifier: str) -> int:
    """Return the decimals that a descriptor is shown with."""
    found = descriptor(identifier)
    return min(found.decimals, 3) if found else 2


def measured(identifier: str, measurement: dict[str, Any] | None) -> str:
    """Return a scalar measurement of the document with its unit, or in words; ``"–"`` where there is none."""
    if measurement is None or not isinstance(measurement["value"], (int, float)):
        return NONE
    if "label" in measurement:
        return clean(measurement["label"])
    found = descriptor(identifier)
    if found is not None and found.shape == "flag":
        return _("yes") if measurement["value"] else _("no")
    return quantity(identifier, measurement["value"], str(measurement["unit"]))


def quantity(identifier: str, value: float, unit: str) -> str:
    """Return a value of a descriptor with its unit: frequencies to three digits, everything else to the descriptor's step."""
    return frequency(value) if unit == "Hz" else with_unit(value, decimals_of(identifier), unit)


def spread(identifier: str, target: dict[str, Any] | None) -> str:
    """Return a scalar 10–90 % range of the profile with its unit: ``"−10.2 to −7.9 LUFS"``; ``"–"`` where there is none."""
    if target is None or not isinstance(target["low"], (int, float)):
        return NONE
    low, high = possible(identifier, target["low"]), possible(identifier, target["high"])
    if target["unit"] == "Hz":
        return f"{frequency(low)} to {frequency(high)}"
    decimals = decimals_of(identifier)
    return f"{number(low, decimals)} to {number(high, decimals)}\u00a0{target['unit']}".rstrip("\u00a0 ")


def possible(identifier: str, value: float) -> float:
    """Return the end of a range, or what its descriptor's definition allows: a normal distribution knows no bounds, a share does."""
    found = descriptor(identifier)
    return value if found is None else min(max(value, found.range[0]), found.range[1])


def role_name(role: str) -> str:
    """Return a role or ``"mix"`` for people."""
    return {"mix": _("Mix"), "drums": _("Drums"), "bass": _("Bass"), "vocals": _("Vocals"), "other": _("Other")}[role]


def kind_name(kind: str) -> str:
    """Return a suggestion's kind for people."""
    return {
        "eq": _("Equalizer"), "level": _("Level"), "compression": _("Compressor"), "stereo": _("Stereo width"),
        "masking": _("Equalizer against masking"), "technical": _("To check"),
    }[kind]  # fmt: skip


def band_name(kind: str) -> str:
    """Return an equalizer band's type as equalizers print it."""
    return {
        "bell": _("Bell"),
        "low_shelf": _("Low shelf"),
        "high_shelf": _("High shelf"),
        "high_pass": _("High pass"),
        "low_pass": _("Low pass"),
    }[kind]


def tier_name(tier: str, references: int) -> str:
    """Say what kind of evidence a suggestion rests on."""
    if tier == "same song":
        return _("another version of this song")
    if tier == "same session":
        return _("a reference that sounds like the same session")
    if tier == "references":
        return _("{count} references").format(count=references) if references != 1 else _("1 reference")
    return _("typical releases (factory profile)")


def whose_text(count: int) -> str:
    """Return what a mix was compared with, by the number of references."""
    if count == 0:
        return _("finished songs")
    return _("your reference") if count == 1 else _("your {count} references").format(count=count)
