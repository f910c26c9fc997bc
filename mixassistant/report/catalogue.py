"""The page that documents every descriptor, made from the registry alone."""

from __future__ import annotations

import math

from mixassistant.features.descriptor import REGISTRY, Descriptor

FAMILY_NAMES = {
    "loudness": "Loudness", "dynamics": "Peaks and dynamics", "levels": "Levels", "spectrum": "Average spectrum",
    "spectral_shape": "Spectral shape over time", "resonances": "Resonances", "stereo": "Stereo", "transients": "Transients and sibilance",
    "harmonics": "Sustained and struck",
    "noise": "Noise and bandwidth", "rhythm": "Rhythm", "tonality": "Tonality", "pitch": "Pitch", "timbre": "Timbre",
    "structure": "Chords and sections",
    "masking": "Masking between stems", "integrity": "Technical faults", "faults": "Faults of recording and export",
    "clicks": "Clicks and dropouts",
    "models": "Trained models",
}  # fmt: skip
SHAPES = {
    "scalar": "number", "bands": "per 1/3 octave", "curve": "over time", "vector": "list", "flag": "yes or no", "category": "one of a list",
    "sequence": "one of a list for each stretch",
}  # fmt: skip
GAINS = {"none": "unchanged", "gain": "moves with it", "own": "own law"}
HEAD = """# Every measurement

This page is made from the declarations in the code (`packaging/build_catalogue.py`); a test holds it up to date.

A measurement that cannot be had (nothing plays, too short, a stem or a model is missing) has no value and says why. *Step* is the
smallest difference worth telling a listener. *Gain* says what turning the whole up or down does to the number. *Cost* is the time it
takes on a processor: low below a thousandth of the duration, medium below a hundredth, high above. The number after the name is the
version of the method: results of another version are measured again.
"""


def catalogue() -> str:
    """Return the page as Markdown."""
    parts = [HEAD]
    for family in dict.fromkeys(d.family for d in REGISTRY):
        parts.append(f"\n## {FAMILY_NAMES[family]}\n")
        parts += [_entry(d) for d in REGISTRY if d.family == family]
    return "\n".join(parts)


def _entry(descriptor: Descriptor) -> str:
    d = descriptor
    facts = [
        f"{d.unit or 'no unit'}",
        _range(d.range),
        f"step {_number(d.step)}",
        SHAPES[d.shape] + _shape(d),
        _scope(d),
        f"gain: {GAINS[d.level]}",
        f"cost {d.cost}",
        f"from {d.least_s:g} s of audio" if d.least_s else "",
    ]
    lines = [f"**`{d.id}`** {d.name} ({d.version})  ", f"{d.description}  "]
    lines.append("; ".join(fact for fact in facts if fact) + "  ")
    lines.append(f"*{d.method}.* {d.source}." if d.method else f"{d.source}.")
    if d.needs:
        lines[-1] += f" Needs: {', '.join(d.needs)}."
    if d.aliases:
        lines[-1] += f" Also known as {', '.join(f'`{a}`' for a in d.aliases)}."
    return "\n".join(lines) + "\n"


def _shape(descriptor: Descriptor) -> str:
    d = descriptor
    if d.between:
        return f" between `{d.between}`"
    return f" ({d.hop_s:g} s apart)" if d.hop_s else f" of {len(d.labels)}" if d.labels else ""


def _scope(descriptor: Descriptor) -> str:
    words = {"mix": "mix", "stem": "stems"}
    found = " and ".join(words[scope] for scope in descriptor.scopes)
    return found + (f" ({', '.join(descriptor.roles)} only)" if descriptor.roles else "")


def _range(limits: tuple[float, float]) -> str:
    low, high = limits
    if math.isinf(low) and math.isinf(high):
        return ""
    return f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−").replace("inf", "∞")
