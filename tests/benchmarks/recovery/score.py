"""What a method answered, held against what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.recovery.faults import Fault
from mixassistant.advice.curves import eq_response
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Chain
from mixassistant.stems.stem import ROLES, Role

Curve = NDArray[np.float64]
SCORED = (CENTRES_HZ >= 50) & (CENTRES_HZ <= 12_500)
WORSE_DB = 0.2  # a case counts as worse when its error grew by more than this


@dataclass(frozen=True)
class Answer:
    """What a method would do: per role a correction curve, a gain and a gain reduction; its claims and its time.

    `claims` are (kind, role, frequency or 0, low, high): 90 % intervals of the main parameter. `predictions` are (kind, predicted,
    measured after rendering).
    """

    curves: Mapping[str, Curve] = field(default_factory=dict)
    gains: Mapping[str, float] = field(default_factory=dict)
    reductions: Mapping[str, float] = field(default_factory=dict)
    claims: tuple[tuple[str, str, float, float, float], ...] = ()
    predictions: tuple[tuple[str, float, float], ...] = ()
    told_crushed: tuple[str, ...] = ()
    seconds: float = 0.0


def _curve(chain: Chain, rate: int) -> Curve:
    return eq_response(chain.bands, rate)


def truth_of(fault: Fault, rate: int, roles: tuple[Role, ...]) -> Answer:
    """Return the answer that takes the fault back."""
    whole = fault.chains.get("mix", Chain())
    own = {role: fault.chains.get(role, Chain()) for role in roles}
    reductions = {}
    if fault.kind == "compression":
        reductions = {r: c.compression.gain_reduction_db for r, c in own.items() if c.compression}
    gains = {role: -chain.gain_db for role, chain in own.items()}
    return Answer({role: -_curve(whole, rate) - _curve(chain, rate) for role, chain in own.items()}, gains, reductions)


def _mean_curve(curves: Mapping[str, Curve], spectra: Mapping[str, Curve]) -> Curve:
    """Return what curves on the roles do to the mix: their mean weighted by the roles' power in each band."""
    power = {role: 10 ** (spectra[role] / 10) for role in spectra}
    after = sum(power[r] * 10 ** (curves.get(r, np.zeros(CENTRES_HZ.size)) / 10) for r in power)
    return np.asarray(10 * np.log10(after / sum(power.values())))


def score(fault: Fault, answer: Answer, rate: int, spectra: Mapping[str, Curve]) -> dict[str, Any]:
    """Return the figures of one case.

    Parameters
    ----------
    fault : Fault
    answer : Answer
    rate : int
        Sample rate in Hz.
    spectra : mapping of role to np.ndarray [shape=(31,)]
        Absolute band powers of the stems in dB.
    """
    roles = tuple(role for role in ROLES if role in spectra)
    truth = truth_of(fault, rate, roles)
    none = np.zeros(CENTRES_HZ.size)
    errors = {r: (answer.curves.get(r, none) - truth.curves[r])[SCORED] for r in roles}
    befores = {r: truth.curves[r][SCORED] for r in roles}
    whole_error = (_mean_curve(answer.curves, spectra) - _mean_curve(truth.curves, spectra))[SCORED]
    whole_before = _mean_curve(truth.curves, spectra)[SCORED]
    touched = [t for t, c in fault.chains.items() if c.bands]
    own = [whole_error if t == "mix" else errors[t] for t in touched]  # type: ignore[index]
    was = [whole_before if t == "mix" else befores[t] for t in touched]  # type: ignore[index]
    gain_errors = {r: answer.gains.get(r, 0.0) - truth.gains[r] for r in roles}
    # A gain on every stem is the volume knob: levels are compared with the mix.
    shift = float(np.mean(list(gain_errors.values()))) if len({round(g, 1) for g in gain_errors.values()}) == 1 else 0.0
    gain_errors = {r: g - shift for r, g in gain_errors.items()}
    levelled = [r for r in roles if truth.gains[r]]
    after = sum(np.abs(e).mean() for e in errors.values()) + sum(abs(g) for g in gain_errors.values())
    before = sum(np.abs(b).mean() for b in befores.values()) + sum(abs(truth.gains[r]) for r in roles)
    reduction_error = {r: abs(answer.reductions.get(r, 0.0) - truth.reductions.get(r, 0.0)) for r in roles}
    after += sum(reduction_error.values())
    before += sum(abs(v) for v in truth.reductions.values())
    sizes = [*(float(np.abs(c).max()) for c in answer.curves.values()), *map(abs, answer.gains.values()), *answer.reductions.values()]
    return {
        "eq_mae": _mean([np.abs(e).mean() for e in own]),
        "eq_mae_nothing": _mean([np.abs(b).mean() for b in was]),
        "eq_squared": float(sum((e**2).sum() for e in own)),
        "eq_squared_nothing": float(sum((b**2).sum() for b in was)),
        "level_error": _mean([abs(gain_errors[r]) for r in levelled]),
        "level_squared": float(sum(g**2 for g in gain_errors.values())),
        "level_squared_nothing": float(sum(g**2 for g in truth.gains.values())),
        "reduction_error": _mean([reduction_error[r] for r in truth.reductions]),
        "worse": bool(after > before + WORSE_DB),
        "moves_over_1": sum(size > 1.0 for size in sizes),
        "largest": max(sizes, default=0.0),
        "covered": [
            [kind, bool(low <= _true_value(fault, truth, kind, role, f, rate) <= high)] for kind, role, f, low, high in answer.claims
        ],
        "predicted": [[kind, abs(predicted - measured)] for kind, predicted, measured in answer.predictions],
        "told_crushed": fault.kind == "crushed" and set(answer.told_crushed) >= set(fault.chains),
        "seconds": answer.seconds,
    }


def _mean(values: list[Any]) -> float | None:
    return float(np.mean(values)) if values else None


def _true_value(fault: Fault, truth: Answer, kind: str, role: str, frequency_hz: float, rate: int) -> float:
    """Return what a 90 % interval should hold: a gain, a gain reduction, or the gain of the right curve at the band's frequency."""
    if kind == "level":
        return truth.gains.get(role, 0.0)
    if kind == "compression":
        return truth.reductions.get(role, 0.0)
    # At one frequency: thirds of octaves would round off the top of a bell.
    whole = fault.chains.get("mix", Chain()).bands
    roles = (role,) if role in truth.curves else tuple(truth.curves)
    curves = [response_db((*whole, *fault.chains.get(r, Chain()).bands), np.array([frequency_hz]), rate) for r in roles]
    return -float(np.mean(curves))
