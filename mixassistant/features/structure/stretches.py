"""What is measured of a stretch of a song: its loudness and spectrum, and the levels of the roles in it.

Definitions are those of the whole: BS.1770-5 loudness gated over the 400 ms blocks that lie in the stretch, and the average spectrum of
its active frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import Measurement, Values, scalar, vector
from mixassistant.features.loudness import MOMENTARY_STEPS, OFFSET, gated
from mixassistant.features.representations import FRAMES_PER_S, STEP_S, loud_enough
from mixassistant.features.spectrum import average
from mixassistant.features.structure.sections import LETTERS
from mixassistant.features.track import KINDS, MeasuredSection, Section
from mixassistant.stems.stem import ROLES, Role

VOICE_RANGE_LU = 12.0  # below the loudness of the voice as a whole: what is quieter is not singing
ROLE_RANGE_LU = 20.0  # below the loudness of a role as a whole: what is quieter is its tail, or leaked from other stems
LEAST_PLAYED_S = 2.0  # of a role in a stretch: less tells no level
Power = NDArray[np.float64]


def blocks_between(power: Power, start_s: float, end_s: float) -> Power:
    """Return the 400 ms blocks, one each 100 ms, that lie in a stretch as a whole."""
    first = int(np.ceil(start_s / STEP_S - 1e-6))
    last = int(np.floor(end_s / STEP_S + 1e-6)) - MOMENTARY_STEPS + 1
    return power[max(first, 0) : max(last, 0)]


def powers_of(values: Values) -> Power:
    """Return the K-weighted power of the 400 ms blocks of what was measured; empty where it was not, or there is only silence."""
    curve = vector(values, "momentary")
    return np.zeros(0) if curve is None else np.asarray(10 ** ((curve - OFFSET) / 10))


def sung_shares(edges_s: NDArray[np.float64], voice: Power) -> tuple[float, ...]:
    """Return the share of the time in each section in which somebody sings, from the voice's 400 ms blocks."""
    whole = gated(voice)
    if whole is None:
        return (0.0,) * (edges_s.size - 1)
    least = 10 ** ((whole - VOICE_RANGE_LU - OFFSET) / 10)
    stretches = [blocks_between(voice, start, end) for start, end in pairwise(edges_s.tolist())]
    return tuple(float((blocks >= least).mean()) if blocks.size else 0.0 for blocks in stretches)


def found_sections(mix: Values, duration_s: float) -> tuple[Section, ...]:
    """Return the sections that were measured of a mix; none where there is no more than one."""
    inner, letters, told = (vector(mix, name) for name in ("sections", "section_letters", "section_kinds"))
    if inner is None or letters is None or not inner.size:
        return ()
    edges = [0.0, *inner.tolist(), duration_s]
    kinds = [KINDS[round(k)] if k < len(KINDS) else "" for k in told.tolist()] if told is not None else [""] * letters.size
    names = [LETTERS[round(index)] for index in letters.tolist()]
    return tuple(Section(*stretch) for stretch in zip(edges[:-1], edges[1:], names, kinds, strict=True))


@dataclass(frozen=True, eq=False)
class Sounding:
    """What stretches are measured from.

    Parameters
    ----------
    bands : np.ndarray [shape=(31, frames)]
        Power of the mix per band and frame, as of `BandPowers.total`.
    mix : Values
    roles : mapping of Role to Values
    """

    bands: NDArray[np.float64]
    mix: Values
    roles: Mapping[Role, Values]


def measure_sections(sections: Sequence[Section], sounding: Sounding) -> tuple[MeasuredSection, ...]:
    """Return sections with what is measured of them."""
    whole = powers_of(sounding.mix)
    roles = {role: powers_of(sounding.roles[role]) for role in ROLES if role in sounding.roles}
    quietest = {role: loudness - ROLE_RANGE_LU for role in roles if (loudness := scalar(sounding.roles[role], "lufs")) is not None}
    return tuple(
        MeasuredSection(
            section.start_s, section.end_s, section.letter, section.kind, section.is_guess,
            _values(section, whole, sounding.bands), _levels(section, roles, quietest),
        )
        for section in sections
    )  # fmt: skip


def _values(section: Section, whole: Power, bands: NDArray[np.float64]) -> dict[str, Measurement]:
    loudness = gated(blocks_between(whole, section.start_s, section.end_s))
    first, last = (int(np.ceil(edge * FRAMES_PER_S)) for edge in (section.start_s, section.end_s))
    power = bands[:, first:last]
    silent = Measurement(None, "silent")
    sounds = power.size > 0 and bool(power.sum() > 0)
    active = power[:, loud_enough(power.sum(axis=0), 1e-12)] if sounds else power[:, :0]
    return {
        "lufs": Measurement(loudness) if loudness is not None else silent,
        "ltas": Measurement(average(active)) if active.shape[1] else silent,
    }


def _levels(section: Section, roles: Mapping[Role, Power], quietest: Mapping[Role, float]) -> dict[Role, float]:
    """Return the loudness of each role that plays relative to the others together, in LU."""
    inside = {role: blocks_between(power, section.start_s, section.end_s) for role, power in roles.items()}
    size = min((blocks.size for blocks in inside.values()), default=0)
    inside = {role: blocks[:size] for role, blocks in inside.items()}
    found: dict[Role, float] = {}
    for role, least in quietest.items():
        blocks = inside[role]
        others = [power for other, power in inside.items() if other != role]
        own, rest = gated(blocks), gated(np.sum(others, axis=0)) if others else None
        playing = (blocks >= 10 ** ((least - OFFSET) / 10)).sum() * STEP_S
        if own is not None and rest is not None and own >= least and playing >= LEAST_PLAYED_S:
            found[role] = own - rest
    return found


def said_to_fit(said: Sequence[Section], duration_s: float) -> tuple[Section, ...]:
    """Return what a user says of sections, in order, without gaps, from the beginning to the end of a song of this length.

    Raises
    ------
    ValueError
        A section has no length, or they overlap or leave gaps.
    """
    ordered = sorted(said, key=lambda section: section.start_s)
    if not ordered:
        return ()
    if any(section.end_s - section.start_s <= 0 for section in ordered) or any(
        abs(one.end_s - other.start_s) > STEP_S for one, other in pairwise(ordered)
    ):
        raise ValueError("sections follow each other without gaps")
    inside = [section for section in ordered if section.start_s < duration_s] or ordered[:1]
    starts = [0.0, *(section.start_s for section in inside[1:])]
    return tuple(replace(s, start_s=a, end_s=b) for s, a, b in zip(inside, starts, [*starts[1:], duration_s], strict=True))
