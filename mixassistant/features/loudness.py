"""Loudness: ITU-R BS.1770-5 and EBU Tech 3341 / 3342."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import REGISTRY, Descriptor, Measurement, SongParts, extracts, extracts_of_song
from mixassistant.features.representations import STEP_S, Representations
from mixassistant.stems.stem import ROLES

OFFSET = -0.691  # dB, BS.1770-5 annex 1 equation 2
ABSOLUTE_GATE = -70.0  # LUFS, BS.1770-5 annex 1
RELATIVE_GATE = -10.0  # LU, BS.1770-5 annex 1
RANGE_GATE = -20.0  # LU, EBU Tech 3342 section 3
MOMENTARY_STEPS = 4  # 400 ms
SHORT_TERM_STEPS = 30  # 3 s
SILENCE = Measurement(None, "silent")


def _loudness(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(OFFSET + 10 * np.log10(np.maximum(power, 1e-20)))


def _sliding(power: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    if power.size < steps:
        return np.zeros(0)
    total = np.cumsum(np.concatenate([[0.0], power]))
    return np.asarray(np.maximum(total[steps:] - total[:-steps], 0.0) / steps)


def integrated(power_steps: NDArray[np.float64]) -> float | None:
    """Return the integrated loudness in LUFS from K-weighted power in 100 ms steps; ``None`` when all is gated."""
    return gated(_sliding(power_steps, MOMENTARY_STEPS))


def gated(blocks: NDArray[np.float64]) -> float | None:
    """Return the integrated loudness in LUFS from the K-weighted power of 400 ms blocks; ``None`` when all is gated."""
    loud = blocks[_loudness(blocks) > ABSOLUTE_GATE]
    if not loud.size:
        return None
    gate = float(_loudness(np.array([loud.mean()]))[0]) + RELATIVE_GATE
    return float(_loudness(np.array([loud[_loudness(loud) > gate].mean()]))[0])


def momentary_power(power_steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the K-weighted power of the 400 ms blocks that begin at each step, ``[shape=(steps - 3,)]``."""
    return _sliding(power_steps, MOMENTARY_STEPS)


@extracts(
    Descriptor(
        "lufs",
        "Integrated loudness",
        "LUFS",
        (-70, 5),
        0.5,
        "How loud the whole programme is to a listener.",
        "ITU-R BS.1770-5",
        level="gain",
        method="K-weighting, 400 ms blocks with 75 % overlap, gates at −70 LUFS and −10 LU",
    ),
    Descriptor(
        "lra",
        "Loudness range",
        "LU",
        (0, 60),
        0.5,
        "How far loud and quiet passages lie apart.",
        "EBU Tech 3342",
        method="P95 − P10 of the short-term loudness, gates at −70 LUFS and −20 LU; rough below a minute",
    ),
    Descriptor(
        "momentary_max",
        "Loudest moment",
        "LUFS",
        (-70, 8),
        0.5,
        "Loudness of the loudest 400 ms.",
        "EBU Tech 3341",
        level="gain",
        method="Highest of the momentary curve",
    ),
    Descriptor(
        "short_term_max",
        "Loudest 3 seconds",
        "LUFS",
        (-70, 8),
        0.5,
        "Loudness of the loudest three seconds.",
        "EBU Tech 3341",
        level="gain",
        method="Highest of the short-term curve",
    ),
    Descriptor(
        "momentary",
        "Momentary loudness",
        "LUFS",
        (-201, 8),
        0.5,
        "Loudness over 400 ms, as time goes by.",
        "EBU Tech 3341",
        shape="curve",
        hop_s=STEP_S,
        level="gain",
        method="K-weighted, ungated, every 100 ms",
    ),
    Descriptor(
        "short_term",
        "Short-term loudness",
        "LUFS",
        (-201, 8),
        0.5,
        "Loudness over 3 s, as time goes by.",
        "EBU Tech 3341",
        shape="curve",
        hop_s=STEP_S,
        level="gain",
        method="K-weighted, ungated, every 100 ms",
    ),
)
def loudness(shared: Representations) -> dict[str, Measurement]:
    """Measure loudness, its range and its curves."""
    names = ("lufs", "lra", "momentary_max", "short_term_max", "momentary", "short_term")
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    momentary = _loudness(_sliding(shared.k_weighted_steps, MOMENTARY_STEPS))
    short_term = _loudness(_sliding(shared.k_weighted_steps, SHORT_TERM_STEPS))
    whole = integrated(shared.k_weighted_steps)
    short = Measurement(None, "shorter than 3 s")
    gated = Measurement(None, "quieter than −70 LUFS throughout" if momentary.size else "shorter than 0.4 s")
    return {
        "lufs": Measurement(whole) if whole is not None else gated,
        "lra": _range(short_term) if short_term.size else short,
        "momentary_max": _loudest(momentary, Measurement(None, "shorter than 0.4 s")),
        "short_term_max": _loudest(short_term, short),
        "momentary": Measurement(momentary.round(2)) if momentary.size else Measurement(None, "shorter than 0.4 s"),
        "short_term": Measurement(short_term.round(2)) if short_term.size else short,
    }


def _loudest(curve: NDArray[np.float64], otherwise: Measurement) -> Measurement:
    if not curve.size:
        return otherwise
    highest = float(curve.max())
    return Measurement(highest) if highest > ABSOLUTE_GATE else Measurement(None, "quieter than −70 LUFS throughout")


def _range(short_term: NDArray[np.float64]) -> Measurement:
    loud = short_term[short_term > ABSOLUTE_GATE]
    if not loud.size:
        return Measurement(None, "quieter than −70 LUFS throughout")
    gate = float(_loudness(np.array([(10 ** ((loud - OFFSET) / 10)).mean()]))[0]) + RANGE_GATE
    low, high = np.quantile(loud[loud > gate], [0.10, 0.95])
    return Measurement(float(high - low))


_PER_ROLE = {"lufs": ("Integrated loudness", "LUFS", (-70.0, 5.0)), "lra": ("Loudness range", "LU", (0.0, 60.0))}


@extracts_of_song(
    *(
        Descriptor(
            f"{kind}_{role}", f"{name}, {role}", unit, found_range, 0.5, f"{name} of the {role} stem.", REGISTRY[kind].source,
            scopes=("mix",), needs=(f"{role} stem",), level="gain" if kind == "lufs" else "none", method="Of the sum of the role's stems",
        )
        for kind, (name, unit, found_range) in _PER_ROLE.items()
        for role in ROLES
    )
)  # fmt: skip
def loudness_of_stems(parts: SongParts) -> dict[str, Measurement]:
    """Return loudness and its range of every stem under the mix's own names."""
    return {
        f"{kind}_{role}": parts.values[role][kind] if role in parts.values else Measurement(None, f"needs the {role} stem")
        for kind in _PER_ROLE
        for role in ROLES
    }
