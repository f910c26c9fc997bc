"""Sentences for musicians: what, how much, where, on which stem, why, how sure.

Numbers are rounded to what can be heard: half a decibel, two significant digits of frequency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import copysign

from mixassistant.advice.curves import MAX_GAIN_DB
from mixassistant.advice.suggestion import Evidence, Suggestion
from mixassistant.processing.moves import Band, Compression, Width

WHOLE_MIX = "the whole mix"
OTHERWISE_DB = 0.5  # between a gap in level and the gain that closes it: from there on the sentence says why


def number(value: float) -> str:
    """Return a number to one decimal, with a true minus sign."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")


def decibels(value: float) -> str:
    """Return an amount to the half decibel: ``"2.5 dB"``, ``"3 dB"``."""
    half = round(abs(value) * 2) / 2
    return f"{half:g} dB"


def frequency(hz: float) -> str:
    """Return a frequency to two significant digits: ``"310 Hz"``, ``"2.5 kHz"``."""
    rounded = float(f"{hz:.2g}")
    return f"{rounded / 1000:g} kHz" if rounded >= 1000 else f"{rounded:g} Hz"


def in_sentence(role: str) -> str:
    """Return how a role is called in a sentence: ``"the drums"``, ``"the other instruments"``."""
    return "the other instruments" if role == "other" else f"the {role}"


def certainty(confidence: float) -> str:
    """Return a probability in words; below one half it is likelier that nothing is wrong."""
    if confidence >= 0.97:
        return "very sure"
    if confidence >= 0.9:
        return "sure"
    if confidence >= 0.75:
        return "fairly sure"
    return "a guess that is worth a listen" if confidence >= 0.5 else "more likely meant than a fault, but worth a listen"


def _whose(evidence: Evidence) -> str:
    if evidence.tier == "same song":
        return f"in your other version of this song, “{evidence.references[0]}”"
    if evidence.tier == "same session":
        return f"in “{evidence.references[0]}”, which sounds like the same session"
    if evidence.tier != "references":
        return "in finished songs"
    return f"in mixes like your reference{'s' if len(evidence.references) != 1 else ''}"


def _range(evidence: Evidence) -> str:
    """Return the 10–90 % range of the next song of that kind: references are few, and it is not where they themselves end."""
    if evidence.tier in ("same song", "same session"):
        return ""
    return f", of which eight of ten lie between {number(evidence.low)} and {number(evidence.high)} {evidence.unit}"


def band_phrase(band: Band, at_least: str = "") -> str:
    """Return one equalizer band as a command: ``"cut 2.5 dB around 310 Hz"``."""
    place = {"bell": "around", "low_shelf": "below", "high_shelf": "above", "high_pass": "below", "low_pass": "above"}[band.type]
    if band.type in ("high_pass", "low_pass"):
        return f"roll off {place} {frequency(band.frequency_hz)}"
    verb = "boost" if band.gain_db > 0 else "cut"
    return f"{verb} {at_least}{decibels(band.gain_db)} {place} {frequency(band.frequency_hz)}"


def _sentence(command: str, reason: str, confidence: float) -> str:
    return f"{command[0].upper()}{command[1:]}: {reason} ({certainty(confidence)}, {100 * confidence:.0f} %)."


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def eq_text(
    target: str, bands: Sequence[Band], evidence: Evidence, confidence: float, interval_db: tuple[float, float] = (0.0, 0.0)
) -> str:
    """Say an EQ move; the first band is the one that the evidence and the 90 % interval speak of."""
    gap = evidence.measured - evidence.target
    side = "above" if gap > 0 else "below"
    place = frequency(evidence.frequency_hz or bands[0].frequency_hz)
    at_least, why = _held_back(bands[0].gain_db, interval_db)
    whose = "mix’s" if target == WHOLE_MIX else "stem’s"
    reason = (
        f"near {place} the spectrum, relative to the {whose} own level, lies {abs(gap):.1f} dB {side} "
        f"where it is {_whose(evidence)}{_range(evidence)}{why}"
    )
    phrases = [band_phrase(bands[0], at_least), *(band_phrase(band) for band in bands[1:])]
    return _sentence(f"{_joined(phrases)} on {target}", reason, confidence)


def _left(gain_db: float, evidence: Evidence) -> str:
    """Say why a gain is not the gap in level that it closes: all moves change the mix that levels are relative to, and EQ levels too.

    Of wide evidence a gain is only a part of the gap, which needs no reason.
    """
    gap = evidence.measured - evidence.target
    if gap * gain_db >= 0:
        too = "loud" if gain_db < 0 else "quiet"
        return f"; the other moves would leave it too {too}, which this makes up for"
    more = abs(gain_db) - abs(gap)
    if more >= OTHERWISE_DB or (evidence.tier == "same song" and more <= -OTHERWISE_DB):
        return f"; with what moves do to the mix it takes {decibels(gain_db)}"
    return ""


def _held_back(gain_db: float, interval_db: tuple[float, float]) -> tuple[str, str]:
    """Return what to say, before a gain and of its reason, where all of its interval lies beyond the most that is suggested."""
    if abs(gain_db) < MAX_GAIN_DB or min(copysign(edge, edge * gain_db) for edge in interval_db) <= abs(gain_db):
        return "", ""
    needed = decibels(sum(interval_db) / 2)
    return "at least ", f"; it takes about {needed}, and {decibels(MAX_GAIN_DB)} is the most that is suggested at once"


def level_text(target: str, gain_db: float, evidence: Evidence, confidence: float, interval_db: tuple[float, float] = (0.0, 0.0)) -> str:
    """Say a level move; its 90 % interval tells whether it is held back at the most that is suggested."""
    side = "above" if evidence.measured > evidence.target else "below"
    at_least, why = _held_back(gain_db, interval_db)
    command = f"turn {target} {'up' if gain_db > 0 else 'down'} by {at_least}{decibels(gain_db)}"
    reason = (
        f"the level is {number(evidence.measured)} LU relative to the mix, {abs(evidence.measured - evidence.target):.1f} LU {side} "
        f"where it is {_whose(evidence)}{_range(evidence)}{why or _left(gain_db, evidence)}"
    )
    return _sentence(command, reason, confidence)


def on_one_stem_text(stem: str, role: str, count: int, bands: Sequence[Band], gain_db: float, evidence: Evidence, confidence: float) -> str:
    """Say a move on the one stem that causes the deviation of its role."""
    if bands:
        command = f"{_joined([band_phrase(b) for b in bands])} on “{stem}”"
    else:
        command = f"turn “{stem}” {'up' if gain_db > 0 else 'down'} by {decibels(gain_db)}"
    side = "above" if evidence.measured > evidence.target else "below"
    what = "level" if evidence.descriptor == "level" else f"spectrum near {frequency(evidence.frequency_hz or 1000.0)}"
    reason = (
        f"of your {count} stems of {in_sentence(role)} it explains best why the {what} of all of them lies "
        f"{abs(evidence.measured - evidence.target):.1f} {evidence.unit} {side} where it is {_whose(evidence)}{_range(evidence)}"
    )
    return _sentence(command, reason, confidence)


SEEN_DB = 0.5  # of a gap between loud and usual moments: what is told has to be seen in the numbers


def compression_text(target: str, compression: Compression, evidence: Evidence, confidence: float) -> str:
    """Say a compression move: the gain reduction is what counts, the settings are one way to get it."""
    gap = evidence.measured - evidence.target
    if gap >= SEEN_DB:
        reason = f"loud and usual moments lie {evidence.measured:.1f} dB apart, {gap:.1f} dB more than {_whose(evidence)}{_range(evidence)}"
    else:  # known from another version of the same take alone
        reason = f"from moment to moment its level moves as if only the one {_whose(evidence)} had been compressed"
    command = (
        f"compress {target} by about {decibels(compression.gain_reduction_db)} on average "
        f"({compression.ratio:.2g}:1 from {number(compression.threshold_db)} dBFS, {_made_up(compression.makeup_db)} to stay as loud)"
    )
    return _sentence(command, reason, confidence)


def _made_up(gain_db: float) -> str:
    if decibels(gain_db) == decibels(0.0):
        return "without make-up gain"
    return f"made up by {decibels(gain_db)}" if gain_db > 0 else f"and turned down by {decibels(gain_db)} behind it"


def made_up_text(text: str, gain_db: float) -> str:
    """Return a compression's sentence with a make-up gain that puts the stem's level right as well."""
    before, _, rest = text.partition(" dBFS, ")
    return f"{before} dBFS, {_made_up(gain_db)}, which puts its level right as well){rest.partition(')')[2]}"


def masking_text(masker: str, role: str, band: Band, evidence: Evidence, after: float, confidence: float) -> str:
    """Say a cut on a stem that hides another."""
    reason = (
        f"{evidence.measured:.0f} % of {role} is hidden by other stems, against {evidence.target:.0f} % {_whose(evidence)}; "
        f"{masker} can spare this and brings it to about {after:.0f} %"
    )
    return _sentence(f"{band_phrase(band)} on {masker}", reason, confidence)


def width_text(target: str, width: Width, evidence: Evidence, confidence: float, there: tuple[float, float] | None = None) -> str:
    """Say a change of width; `there`: side over mid in dB in the band that is changed, here and in the evidence."""
    verb = "widen" if width.change_db > 0 else "narrow"
    place = ""
    if width.low_hz > 20.0:
        place = f" above {frequency(width.low_hz)}"
    elif width.high_hz < 20_000.0:
        place = f" below {frequency(width.high_hz)}"
    if evidence.descriptor == "low_mono_share":
        reason = (
            f"{100 * evidence.measured:.0f} % of the energy below 120 Hz is the same on both sides, against {100 * evidence.target:.0f} % "
            f"{_whose(evidence)}; a low end that is not mono loses weight on one loudspeaker"
        )
    else:
        measured, target_db = (evidence.measured, evidence.target) if there is None else there
        side = "wider" if measured > target_db else "narrower"
        reason = (
            f"{'there ' if place else ''}it is {abs(measured - target_db):.1f} dB {side} (side over mid {number(measured)} dB) than "
            f"{_whose(evidence)}{_range(evidence)}"
        )
    return _sentence(f"{verb} {target}{place} by {decibels(width.change_db)} on the side channel", reason, confidence)


def partly_text(whole: Suggestion, part: Suggestion, strength: float, size_db: float) -> str:
    """Return a whole move's sentence with the amounts of a part of it, as the user wants it.

    Parameters
    ----------
    whole, part : Suggestion
    strength : float
        1 is the whole.
    size_db : float
        Of the whole.
    """
    text = whole.text
    for before, after in zip(_amounts(whole), _amounts(part), strict=True):
        text = text.replace(before, after, 1)
    return f"{text} That is {100 * strength:.0f} % of the whole move ({decibels(size_db)}), as you chose."


def _amounts(move: Suggestion) -> list[str]:
    """Return the phrases of a move's command that hold its amounts, each with what makes it the only one of its kind."""

    def some(gain_db: float) -> str:
        return decibels(gain_db) if abs(gain_db) >= 0.25 else f"{abs(gain_db):.1f} dB"

    found = [band_phrase(replace(b, gain_db=1.0)).replace("boost 1 dB", some(b.gain_db)) for b in move.bands]
    if move.kind == "level":
        found.append(f"{some(move.gain_db)}:")
    if move.width is not None:
        found.append(f"{some(move.width.change_db)} on the side channel")
    if (c := move.compression) is not None:
        found += [f"{some(c.gain_reduction_db)} on average ({c.ratio:.2g}:1", _made_up(c.makeup_db)]
    return found


def hardly_heard_text(text: str) -> str:
    """Return a sentence with the word that nobody hears it in the mix."""
    return f"{text} It is heard on its own: the mix hardly changes."


def left_out_text(roles: Sequence[str], version: str) -> str:
    """Say which roles cannot be compared with the same song's other version, since something else plays there."""
    return (
        f"Left out of the comparison with “{version}”: {_joined([in_sentence(role) for role in roles])}. "
        "What plays there is too different: other stems in that role, or processed very differently. Give each stem the same role in both."
    )


def over_compressed_text(target: str, evidence: Evidence) -> str:
    """Say that a stem is already compressed more than the evidence: more compression would harm it."""
    return f"{_eased(target, evidence)}; go back to a less compressed version if you have one."


def _eased(target: str, evidence: Evidence) -> str:
    return (
        f"Ease the compression on {target}: loud and usual moments lie only {evidence.measured:.1f} dB apart, "
        f"{evidence.target - evidence.measured:.1f} dB less than {_whose(evidence)}{_range(evidence)}"
    )


def eased_or_turned_text(target: str, evidence: Evidence, gain_db: float, confidence: float) -> str:
    """Say that a stem is over-compressed and at another level for it: two remedies, of which one is enough.

    Parameters
    ----------
    target : str
    evidence : Evidence
        Of its dynamics.
    gain_db : float
    confidence : float
        In the gain.
    """
    way = "up" if gain_db > 0 else "down"
    return (
        f"{_eased(target, evidence)}. Go back to a less compressed version if you have one, which mends its level as well; "
        f"if you cannot, turn {target} {way} by about {decibels(gain_db)} instead: one of the two, not both "
        f"({certainty(confidence)}, {100 * confidence:.0f} %)."
    )
