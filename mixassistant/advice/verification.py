"""Proof by rendering: apply the moves to the stems, sum, measure again.

A move that does not bring its own descriptor closer to what is expected is dropped before anyone sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixassistant.advice.suggestion import Suggestion
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain
from mixassistant.profiles.compare import Expectation
from mixassistant.profiles.profile import Vector
from mixassistant.progress import Progress
from mixassistant.stems.stem import ROLES, Role

MEASURED = frozenset({"lufs", "ltas", "dynamic_spread"})


@dataclass(frozen=True, eq=False)
class State:
    """What the verification compares: per role LTAS (dB), level (LU relative to the mix), dynamic spread (dB)."""

    ltas: Mapping[str, Vector]
    levels: Vector
    dynamic_spread: Mapping[str, float]

    def read(self, key: str) -> float:
        """Return the value of ``"<role>/level"``, ``"<role>/dynamic_spread"`` or ``"<role>/ltas@<Hz>"``."""
        role, descriptor = key.split("/")
        if descriptor == "level":
            return float(self.levels[[*ROLES].index(role)])  # type: ignore[arg-type]
        if descriptor == "dynamic_spread":
            return self.dynamic_spread[role]
        return float(self.ltas[role][nearest_band(float(descriptor.partition("@")[2]))])

    def distance(self, expectation: Expectation) -> float:
        """Return the mean distance from the expectation in standard deviations, over levels, LTAS bands and dynamics."""
        scores = [np.abs(self.levels - expectation.levels.mean) / expectation.levels.sd]
        for role, spectrum in self.ltas.items():
            if role in expectation.ltas:
                gap = np.abs(spectrum - expectation.ltas[role].mean) / expectation.ltas[role].sd
                scores.append(gap[expectation.ltas[role].mean > expectation.ltas[role].mean.max() - 55.0])
        for role, spread in self.dynamic_spread.items():
            if role in expectation.dynamic_spread:
                mean, sd = expectation.dynamic_spread[role]
                scores.append(np.array([abs(spread - mean) / sd]))
        flat = np.concatenate(scores)
        return float(np.nanmean(flat))


def nearest_band(frequency_hz: float) -> int:
    """Return the index of the 1/3-octave band that a frequency falls into."""
    return int(np.abs(np.log(CENTRES_HZ / frequency_hz)).argmin())


def chains(suggestions: tuple[Suggestion, ...]) -> dict[str, Chain]:
    """Gather the moves per role into one chain each (EQ → compressor → gain)."""
    gathered: dict[str, Chain] = {}
    for s in suggestions:
        if s.kind not in ("eq", "level", "compression") or not (s.bands or s.gain_db or s.compression):
            continue
        old = gathered.get(s.role, Chain())
        gathered[s.role] = Chain(old.bands + s.bands, s.compression or old.compression, old.gain_db + s.gain_db)
    return gathered


def render_mix(sums: Mapping[Role, Audio], residual: Audio | None, moves: Mapping[str, Chain]) -> tuple[dict[Role, Audio], Audio]:
    """Render each role's chain and sum them with what the stems do not hold."""
    rendered = {role: render(audio, moves[role]) if role in moves else audio for role, audio in sums.items()}
    return rendered, mix([*rendered.values(), *([residual] if residual is not None else [])])


def measure_state(
    before: State, sums: Mapping[Role, Audio], residual: Audio | None, moves: Mapping[str, Chain], device: str, progress: Progress
) -> State:
    """Render the moves and measure again; roles without a move keep their own LTAS and dynamics.

    What is compared is the change: it is added to the state before, from which a separator's bias has been removed.
    """
    rendered, total = render_mix(sums, residual, moves)
    untouched = mix([*sums.values(), *([residual] if residual is not None else [])])
    ltas, spread = dict(before.ltas), dict(before.dynamic_spread)
    levels = before.levels.copy()
    mix_change = _loudness(total, device) - _loudness(untouched, device)
    for step, role in enumerate(sums):
        progress("Checking suggestions", step / len(sums))
        index = ROLES.index(role)
        levels[index] -= mix_change
        if role not in moves:
            continue
        old, new = (measure(a, "stem", device, only=MEASURED) for a in (sums[role], rendered[role]))
        levels[index] += (scalar(new, "lufs") or 0.0) - (scalar(old, "lufs") or 0.0)
        new_ltas, old_ltas = vector(new, "ltas"), vector(old, "ltas")
        if new_ltas is not None and old_ltas is not None and role in ltas:
            ltas[role] = ltas[role] + new_ltas - old_ltas
        new_spread, old_spread = scalar(new, "dynamic_spread"), scalar(old, "dynamic_spread")
        if new_spread is not None and old_spread is not None and role in spread:
            spread[role] = spread[role] + new_spread - old_spread
    return State(ltas, levels, spread)


def _loudness(audio: Audio, device: str) -> float:
    return scalar(measure(audio, "mix", device, only=frozenset({"lufs"})), "lufs") or -70.0
