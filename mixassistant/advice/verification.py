"""Proof by rendering: apply the moves to the stems, sum, measure again.

A move that does not bring its own descriptor closer to what is expected is dropped before anyone sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mixassistant.advice.curves import eq_response
from mixassistant.advice.rendering import Parts, is_moved, moved, render_mix, spectra_over_time, width_response
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.masking import masked_share
from mixassistant.features.measure import measure
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Chain
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Vector, relative_levels
from mixassistant.profiles.separation_error import SPECTRA, levels_of, ltas_of, spread_of
from mixassistant.progress import Progress
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES

MEASURED = frozenset({"lufs", "dynamic_spread", *SPECTRA})


@dataclass(frozen=True)
class HearingTuning:
    """Which bands of a spectrum count.

    Parameters
    ----------
    stem_db : float
        Bands further below a stem's strongest do not count.
    mix_db : float
        Nor those of the mix that far below its strongest, where a change of the mix is looked for.
    """

    stem_db: float = 55.0
    mix_db: float = 40.0


HEARING = HearingTuning()


@dataclass(frozen=True)
class Shown:
    """What a move is read off: a descriptor of a place, of a spectrum at a frequency."""

    place: Place
    descriptor: str
    frequency_hz: float | None = None

    def __str__(self) -> str:
        """Return the key of a `Verification`."""
        at = "" if self.frequency_hz is None else f"@{self.frequency_hz:.0f}"
        return f"{self.place}/{self.descriptor}{at}"


OTHERS = (
    *(Shown(place, "width") for place in (MIX, *BUSES)), Shown(MIX, "low_mono_share"), *(Shown(MIX, f"masked_{role}") for role in ROLES)
)  # fmt: skip
"""What stereo and masking moves are read off."""


@dataclass(frozen=True, eq=False)
class State:
    """What the verification compares.

    Parameters
    ----------
    spectra : mapping of (place, descriptor) to np.ndarray [shape=(31,)]
        ``"ltas"`` and ``"ltas_typical"`` in dB.
    levels : np.ndarray [shape=(4,)]
        Of the roles, in LU relative to the stems' power sum.
    dynamic_spread : mapping
        Place to dB.
    stem_levels : mapping
        Place of a stem to LU relative to the mix as it was.
    others : mapping
        Value of what stereo and masking moves are read off.
    shares : mapping
        Place of a stem to its share in its role's power per band, ``[shape=(31,)]``.
    """

    spectra: Mapping[tuple[Place, str], Vector]
    levels: Vector
    dynamic_spread: Mapping[Place, float]
    stem_levels: Mapping[Place, float] = field(default_factory=dict)
    shares: Mapping[Place, Vector] = field(default_factory=dict)
    others: Mapping[Shown, float] = field(default_factory=dict)

    def read(self, shown: Shown) -> float:
        """Return the value of a descriptor."""
        if shown in self.others:
            return self.others[shown]
        place = shown.place
        if shown.descriptor == "level":
            return self.stem_levels[place] if place.stem else float(self.levels[BUSES.index(place)])
        if shown.descriptor == "dynamic_spread":
            return self.dynamic_spread[place]
        assert shown.frequency_hz is not None
        return float(self.spectra[place, shown.descriptor][nearest_band(round(shown.frequency_hz))])

    def distance(self, expectation: Expectation) -> float:
        """Return the mean distance from the expectation in standard deviations, over levels, bands of the spectra and dynamics.

        NaN where there is nothing to compare: of silence, and of a mix that has no stems.
        """
        scores = [np.abs(self.levels - expectation.levels.mean) / expectation.levels.sd]
        for place in expectation.ltas:
            spectrum, expected = self.spectra.get((place, expectation.spectrum)), expectation.ltas[place]
            if spectrum is not None:
                scores.append((np.abs(spectrum - expected.mean) / expected.sd)[heard(expected.mean)])
        for target, spread in self.dynamic_spread.items():
            if target in expectation.dynamic_spread:
                mean, sd = expectation.dynamic_spread[target]
                scores.append(np.array([abs(spread - mean) / sd]))
        scores += [np.array([abs(self.stem_levels[p] - mean) / sd]) for p, (mean, sd) in expectation.stem_levels.items()]
        known = np.concatenate(scores)
        known = known[~np.isnan(known)]
        return float(known.mean()) if known.size else float("nan")


def heard(spectrum: Vector) -> Vector:
    """Return which bands of a spectrum are known and within 55 dB of the strongest."""
    return np.asarray(np.nan_to_num(spectrum, nan=-np.inf) > np.nanmax(spectrum) - HEARING.stem_db)


def state_of(track: MeasuredTrack, shares: Mapping[Place, Vector] | None = None) -> State:
    """Return the state of a measured mix, a separator's bias removed; `shares` of the stems, where roles have several."""
    shares = shares or {}
    levels = {place: scalar(values_of(track, place), "level") for place in shares}
    spreads = {place: spread_of(track, place) for place in (*BUSES, *shares)}
    return State(
        spectra={(p, name): found for p in (*BUSES, *shares) for name in SPECTRA if (found := ltas_of(track, p, name)) is not None},
        levels=levels_of(track),
        dynamic_spread={place: spread for place, spread in spreads.items() if spread is not None},
        others={shown: value for shown in OTHERS if (value := scalar(values_of(track, shown.place), shown.descriptor)) is not None},
        stem_levels={place: level for place, level in levels.items() if level is not None},
        shares=shares,
    )


def nearest_band(frequency_hz: float, known: NDArray[np.bool_] | None = None) -> int:
    """Return the index of the 1/3-octave band that a frequency falls into, or of the next one that is known, ``[shape=(31,)]``."""
    distance = np.abs(np.log(CENTRES_HZ / frequency_hz))
    return int((distance if known is None else np.where(known, distance, np.inf)).argmin())


def stems_response(shares: Mapping[Place, Vector], bus: Place, moves: Mapping[Place, Chain], sample_rate_hz: int) -> Vector:
    """Return what the EQ and gains of single stems do to their role's spectrum in dB, ``[shape=(31,)]``."""
    power = np.ones(CENTRES_HZ.size)
    for place, share in shares.items():
        if place.bus == bus and place in moves:
            own = eq_response(moves[place].bands, sample_rate_hz) + moves[place].gain_db
            power = power + share * (10 ** (own / 10) - 1)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-6)))


def _response(shares: Mapping[Place, Vector], bus: Place, moves: Mapping[Place, Chain], sample_rate_hz: int) -> Vector:
    """Return what the EQ of a role and of the mix, and the moves on its stems, do to the role's spectrum in dB, ``[shape=(31,)]``."""
    bands = tuple(band for place in (bus, MIX) if place in moves for band in moves[place].bands)
    return eq_response(bands, sample_rate_hz) + stems_response(shares, bus, moves, sample_rate_hz)


def shaped(spectrum: Vector, response: Vector) -> Vector:
    """Return a spectrum after a response in dB, relative to its own level again, ``[shape=(31,)]``."""
    after = spectrum + response
    return np.asarray(after - 10 * np.log10(np.nansum(10 ** (after / 10)) / np.nansum(10 ** (spectrum / 10))))


def _equalized(before: State, place: Place, response: Vector) -> tuple[dict[tuple[Place, str], Vector], float]:
    """Return a place's spectra after a response in dB, each relative to its own level again, and the change of that level in LU."""
    power = 10 ** (np.nan_to_num(before.spectra.get((place, "ltas"), np.full(CENTRES_HZ.size, -200.0)), nan=-200.0) / 10)
    if not response.any() or power.sum() <= 1e-10:
        return {}, 0.0
    weight = 10 ** (k_weighting_db(CENTRES_HZ) / 10)
    spectra = {}
    for name in SPECTRA:
        if (spectrum := before.spectra.get((place, name))) is not None:
            spectra[place, name] = shaped(spectrum, response)
    return spectra, float(10 * np.log10((power * 10 ** (response / 10) * weight).sum() / (power * weight).sum()))


def after_width(before: State, track: MeasuredTrack, moves: Mapping[Place, Chain], sample_rate_hz: int) -> State:
    """Predict spectra and levels after changes of the width of roles: the side channel is a part of their power."""
    levels, spectra = before.levels.copy(), dict(before.spectra)
    for index, bus in enumerate(BUSES):
        widths = vector(values_of(track, bus), "width_bands")
        if bus not in moves or not moves[bus].width or widths is None:
            continue
        gain = sum((width_response(width, sample_rate_hz) for width in moves[bus].width), np.zeros(CENTRES_HZ.size))
        ratio = 10 ** (widths / 10)
        found, change = _equalized(before, bus, 10 * np.log10((1 + ratio * 10 ** (gain / 10)) / (1 + ratio)))
        spectra.update(found)
        levels[index] += change
    return replace(before, spectra=spectra, levels=levels if np.isnan(levels).all() else relative_levels(levels))


def after_eq(before: State, moves: Mapping[Place, Chain], sample_rate_hz: int) -> State:
    """Predict spectra and levels after the EQ of some moves, and the gains of single stems, from the measurements alone."""
    levels, stem_levels, spectra = before.levels.copy(), dict(before.stem_levels), dict(before.spectra)
    for index, bus in enumerate(BUSES):
        found, change = _equalized(before, bus, _response(before.shares, bus, moves, sample_rate_hz))
        spectra.update(found)
        levels[index] += change
    for place in before.stem_levels:
        if place in moves:
            found, change = _equalized(before, place, eq_response(moves[place].bands, sample_rate_hz))
            spectra.update(found)
            stem_levels[place] += change + moves[place].gain_db
    levels = levels if np.isnan(levels).all() else relative_levels(levels)
    return replace(before, spectra=spectra, levels=levels, stem_levels=stem_levels)


def change_of_mix(state: State, moves: Mapping[Place, Chain], sample_rate_hz: int) -> tuple[Vector, Vector]:
    """Return by how much EQ and gains change each band of the mix in dB, and the power of its bands before, ``[shape=(31,)]``.

    Stems are taken as uncorrelated. A band in which nothing plays does not change.
    """
    before, after = np.zeros(CENTRES_HZ.size), np.zeros(CENTRES_HZ.size)
    for bus, level in zip(BUSES, state.levels, strict=True):
        if (spectrum := state.spectra.get((bus, "ltas"))) is None or np.isnan(level):
            continue
        gain_db = sum(moves[place].gain_db for place in (bus, MIX) if place in moves)
        response = _response(state.shares, bus, moves, sample_rate_hz) + gain_db
        power = 10 ** ((np.nan_to_num(spectrum, nan=-200.0) + level) / 10)
        before, after = before + power, after + power * 10 ** (response / 10)
    plays = before > 0
    return np.where(plays, 10 * np.log10(np.where(plays, after, 1.0) / np.where(plays, before, 1.0)), 0.0), before


def change_of_mix_db(state: State, moves: Mapping[Place, Chain], sample_rate_hz: int) -> float:
    """Return by how much EQ and gains change the mix where it is heard: the largest change of a band in dB, stems taken as uncorrelated."""
    change, power = change_of_mix(state, moves, sample_rate_hz)
    loud = (power > power.max() * 10 ** (-HEARING.mix_db / 10)) & (power > 0)
    return float(np.abs(change[loud]).max()) if loud.any() else 0.0


def measure_state(
    track: MeasuredTrack, before: State, parts: Parts, moves: Mapping[Place, Chain], device: str, progress: Progress,
    others: Collection[Shown] = (),
) -> State:  # fmt: skip
    """Render the moves and measure again; places without a move keep their own spectra and dynamics.

    What is compared is the change: it is added to the state before, from which a separator's bias has been removed. Of what stereo and
    masking moves are read off, only `others` are measured.
    """
    spectra, spread, stem_levels = dict(before.spectra), dict(before.dynamic_spread), dict(before.stem_levels)
    levels = before.levels.copy()
    places = [*(bus for bus in map(Place, parts.sums) if is_moved(bus, moves)), *(p for p in parts.stems if p in moves)]
    for step, place in enumerate(places):
        progress("Checking suggestions", step / len(places))
        old: Values = values_of(track, place) if not parts.is_excerpt else _of_excerpt(parts, place, device)
        new = measure(moved(parts, place, moves), "stem", device, only=MEASURED)
        was, now = scalar(old, "lufs"), scalar(new, "lufs")
        change = now - was if was is not None and now is not None else 0.0
        if place in stem_levels:
            stem_levels[place] += change
        elif place in BUSES:
            levels[BUSES.index(place)] += change
        for name in SPECTRA:
            one, other = vector(old, name), vector(new, name)
            if one is not None and other is not None and (place, name) in spectra:
                spectra[place, name] = spectra[place, name] + other - one
        low, high = scalar(old, "dynamic_spread"), scalar(new, "dynamic_spread")
        if low is not None and high is not None and place in spread:
            spread[place] = spread[place] + high - low
    levels = levels if np.isnan(levels).all() else relative_levels(levels)
    read = {**before.others, **{shown: value for shown in others if (value := _measure_other(shown, parts, moves, device)) is not None}}
    for shown in others:
        # The mix may be another master than the sum of its stems: what moves change of the sum, they change of the mix.
        is_change = parts.is_excerpt or shown.frequency_hz is not None
        if is_change and shown in read and (base := _measure_other(shown, parts, {}, device)) is not None:
            read[shown] = before.others[shown] + read[shown] - base
    return replace(before, spectra=spectra, levels=levels, dynamic_spread=spread, stem_levels=stem_levels, others=read)


def _of_excerpt(parts: Parts, place: Place, device: str) -> Values:
    """Return what a place measures in the moments that moves are tried on."""
    audio = parts.audio_at(place)
    return {} if audio is None else measure(audio, "stem", device, only=MEASURED)


def _measure_other(shown: Shown, parts: Parts, moves: Mapping[Place, Chain], device: str) -> float | None:
    """Measure what a stereo or masking move is read off, after all moves."""
    place, descriptor = shown.place, shown.descriptor
    if descriptor.startswith("masked_"):
        powers = spectra_over_time(parts, moves, device)
        role = descriptor.removeprefix("masked_")
        return 100 * masked_share(role, powers) if role in powers and len(powers) > 1 else None
    audio = render_mix(parts, None, moves)[1] if place == MIX else moved(parts, place, moves)
    if shown.frequency_hz is not None:
        spectrum = vector(measure(audio, "mix", device, only=frozenset({descriptor})), descriptor)
        return None if spectrum is None else float(spectrum[nearest_band(shown.frequency_hz)])
    return scalar(measure(audio, "mix" if place == MIX else "stem", device, only=frozenset({descriptor})), descriptor)
