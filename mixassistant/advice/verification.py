"""Proof by rendering: apply the moves to the stems, sum, measure again.

A move that does not bring its own descriptor closer to what is expected is dropped before anyone sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixassistant.advice.eq import eq_response
from mixassistant.advice.suggestion import Suggestion
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.measure import measure
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain
from mixassistant.profiles.compare import Expectation
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Vector, relative_levels
from mixassistant.profiles.separation_error import levels_of, ltas_of, spread_of
from mixassistant.progress import Progress
from mixassistant.stems.stem import ROLES, Role

MEASURED = frozenset({"lufs", "ltas", "ltas_typical", "dynamic_spread"})
HEARD_DB = 55.0  # bands further below a stem's strongest do not count


@dataclass(frozen=True, eq=False)
class State:
    """What the verification compares.

    Parameters
    ----------
    spectra : mapping of (role, descriptor) to np.ndarray [shape=(31,)]
        ``"ltas"`` and ``"ltas_typical"`` in dB.
    levels : np.ndarray [shape=(4,)]
        LU relative to the stems' power sum.
    dynamic_spread : mapping
        Role to dB.
    """

    spectra: Mapping[tuple[str, str], Vector]
    levels: Vector
    dynamic_spread: Mapping[str, float]

    def read(self, key: str) -> float:
        """Return the value of ``"<role>/level"``, ``"<role>/dynamic_spread"`` or ``"<role>/<spectrum>@<Hz>"``."""
        role, descriptor = key.split("/")
        if descriptor == "level":
            return float(self.levels[[*ROLES].index(role)])  # type: ignore[arg-type]
        if descriptor == "dynamic_spread":
            return self.dynamic_spread[role]
        spectrum, _, place = descriptor.partition("@")
        return float(self.spectra[role, spectrum][nearest_band(float(place))])

    def distance(self, expectation: Expectation) -> float:
        """Return the mean distance from the expectation in standard deviations, over levels, bands of the spectra and dynamics."""
        scores = [np.abs(self.levels - expectation.levels.mean) / expectation.levels.sd]
        for role in ROLES:
            spectrum, expected = self.spectra.get((role, expectation.spectrum)), expectation.ltas.get(role)
            if spectrum is not None and expected is not None:
                scores.append((np.abs(spectrum - expected.mean) / expected.sd)[heard(expected.mean)])
        for target, spread in self.dynamic_spread.items():
            if target in expectation.dynamic_spread:
                mean, sd = expectation.dynamic_spread[target]
                scores.append(np.array([abs(spread - mean) / sd]))
        return float(np.nanmean(np.concatenate(scores)))


def heard(spectrum: Vector) -> Vector:
    """Return which bands of a spectrum are known and within 55 dB of the strongest."""
    return np.asarray(np.nan_to_num(spectrum, nan=-np.inf) > np.nanmax(spectrum) - HEARD_DB)


def state_of(track: MeasuredTrack) -> State:
    """Return the state of a measured mix, a separator's bias removed."""
    names = ("ltas", "ltas_typical")
    return State(
        spectra={(role, name): found for role in ROLES for name in names if (found := ltas_of(track, role, name)) is not None},
        levels=levels_of(track),
        dynamic_spread={role: spread for role in ROLES if (spread := spread_of(track, role)) is not None},
    )


def nearest_band(frequency_hz: float) -> int:
    """Return the index of the 1/3-octave band that a frequency falls into."""
    return int(np.abs(np.log(CENTRES_HZ / frequency_hz)).argmin())


def chains(suggestions: tuple[Suggestion, ...]) -> dict[str, Chain]:
    """Gather the moves per target (a role, or ``"mix"``) into one chain each (EQ → compressor → gain)."""
    gathered: dict[str, Chain] = {}
    for s in suggestions:
        if s.kind not in ("eq", "level", "compression") or not (s.bands or s.gain_db or s.compression):
            continue
        old = gathered.get(s.role, Chain())
        gathered[s.role] = Chain(old.bands + s.bands, s.compression or old.compression, old.gain_db + s.gain_db)
    return gathered


def moved(audio: Audio, role: Role, moves: Mapping[str, Chain]) -> Audio:
    """Return a role's audio with its own chain and then that of the whole mix."""
    return render(render(audio, moves.get(role, Chain())), moves.get("mix", Chain()))


def after_eq(before: State, moves: Mapping[str, Chain], sample_rate_hz: int) -> State:
    """Predict spectra and levels after the EQ of some moves, from the measurements alone."""
    weight = 10 ** (k_weighting_db(CENTRES_HZ) / 10)
    levels = before.levels.copy()
    spectra = dict(before.spectra)
    for role in ROLES:
        bands = tuple(band for target in (role, "mix") if target in moves for band in moves[target].bands)
        response = eq_response(bands, sample_rate_hz)
        power = 10 ** (np.nan_to_num(before.spectra.get((role, "ltas"), np.full(CENTRES_HZ.size, -200.0)), nan=-200.0) / 10)
        if bands and power.sum() > 1e-10:
            gained = power * 10 ** (response / 10)
            levels[ROLES.index(role)] += 10 * np.log10((gained * weight).sum() / (power * weight).sum())
            for name in ("ltas", "ltas_typical"):
                if (spectrum := before.spectra.get((role, name))) is not None:
                    old = np.nansum(10 ** (spectrum / 10))
                    spectra[role, name] = spectrum + response - 10 * np.log10(np.nansum(10 ** ((spectrum + response) / 10)) / old)
    return State(spectra, levels if np.isnan(levels).all() else relative_levels(levels), before.dynamic_spread)


def render_mix(sums: Mapping[Role, Audio], residual: Audio | None, moves: Mapping[str, Chain]) -> tuple[dict[Role, Audio], Audio]:
    """Render each role's chain and sum them with what the stems do not hold; what is done to the mix is done to all of it."""
    rendered = {role: moved(audio, role, moves) for role, audio in sums.items()}
    rest = [render(residual, moves.get("mix", Chain()))] if residual is not None else []
    return rendered, mix([*rendered.values(), *rest])


def measure_state(
    track: MeasuredTrack, before: State, sums: Mapping[Role, Audio], moves: Mapping[str, Chain], device: str, progress: Progress
) -> State:
    """Render the moves and measure again; roles without a move keep their own spectra and dynamics.

    What is compared is the change: it is added to the state before, from which a separator's bias has been removed.
    """
    spectra, spread = dict(before.spectra), dict(before.dynamic_spread)
    levels = before.levels.copy()
    for step, role in enumerate(sums):
        progress("Checking suggestions", step / len(sums))
        if role not in moves and "mix" not in moves:
            continue
        old, new = values_of(track, role), measure(moved(sums[role], role, moves), "stem", device, only=MEASURED)
        was, now = scalar(old, "lufs"), scalar(new, "lufs")
        levels[ROLES.index(role)] += now - was if was is not None and now is not None else 0.0
        for name in ("ltas", "ltas_typical"):
            one, other = vector(old, name), vector(new, name)
            if one is not None and other is not None and (role, name) in spectra:
                spectra[role, name] = spectra[role, name] + other - one
        low, high = scalar(old, "dynamic_spread"), scalar(new, "dynamic_spread")
        if low is not None and high is not None and role in spread:
            spread[role] = spread[role] + high - low
    return State(spectra, levels if np.isnan(levels).all() else relative_levels(levels), spread)
