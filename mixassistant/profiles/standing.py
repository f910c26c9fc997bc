"""Where a mix and its roles lie among the references: facts, and no verdict.

Every reference counts once, whatever its weight: a rank counts songs. Another version of the same song counts like any other: it is one of
the references that the user named, and "9 of 10" is read against their number. Disliked references are none of them. A value that no
reference has is held against finished songs in general (the factory prior alone, `Stand.of` 0); the two are never blended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ, broad
from mixassistant.features.descriptor import REGISTRY, Values, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import Prior
from mixassistant.profiles.profile import Z80, Gaussian
from mixassistant.profiles.separation_error import ltas_of, separation_error, told_values
from mixassistant.profiles.stage import Stage
from mixassistant.stems.place import BUSES, MIX, Place

Where = Literal["inside", "edge", "outside"]
TONE: tuple[str, ...] = tuple(f"tone/{band}" for band in BROAD)
DIMENSIONS: tuple[str, ...] = ("lufs", "level", *TONE, "dynamic_spread", "crest", "width", "low_mono_share")
"""Every dimension, in the order of tables; loudness and the low end are the mix's alone, level is the roles'."""
FEW = 3  # references have no tenths: their range is from the least to the most
Z50 = 0.6745  # half-width of the middle half of a normal distribution, in standard deviations


@dataclass(frozen=True)
class StandingTuning:
    """What counts as a difference.

    Parameters
    ----------
    tone_step : float
        Smallest difference of a broad band worth telling, in dB.
    tone_floor_db : float
        Of a broad band, relative to the whole: what lies deeper is not heard, and a difference counts from here.
    width_floor_db : float
        Of side over mid: narrower is as good as mono, and a difference counts from here.
    mono_db : float
        Of side over mid: two equal channels. A role that is meant to be mono has no width to tell of.
    """

    tone_step: float = 1.0
    tone_floor_db: float = -40.0
    width_floor_db: float = -30.0
    mono_db: float = -40.0


STANDING = StandingTuning()


@dataclass(frozen=True)
class Stand:
    """Where one place lies in one dimension.

    Parameters
    ----------
    place : Place
    dimension : str
        A descriptor's id (``"lufs"``, ``"level"``, ``"dynamic_spread"``, ``"crest"``, ``"width"``, ``"low_mono_share"``), or
        ``"tone/<broad band>"``.
    value : float
        In `unit`.
    unit : str
    rank : int
        References that measure less than this mix.
    of : int
        References that have this value; 0: it is held against finished songs in general, which have no rank.
    middle_half : (float, float)
        Between which the middle half of the references lies: their quartiles.
    range : (float, float)
        Their 10–90 % range; the least and the most of them where they are few.
    middle : float
        Their median.
    outside_by : float
        How far beyond that range the value lies: above it positive, below it negative, inside 0.
    steps : float
        How far from the middle half, in audible steps of the descriptor: by which one difference is called larger than another.
    """

    place: Place
    dimension: str
    value: float
    unit: str
    rank: int
    of: int
    middle_half: tuple[float, float]
    range: tuple[float, float]
    middle: float
    outside_by: float
    steps: float

    @property
    def where(self) -> Where:
        """Inside the middle half, at the edge, or outside the range; less than an audible step is no difference."""
        if self.steps < 1:
            return "inside"
        return "outside" if abs(self.outside_by) >= step_of(self.dimension) else "edge"


class Quantiles(NamedTuple):
    """The 10th, 25th, 50th, 75th and 90th percentile; of `FEW` songs or fewer the least and the most at the ends."""

    low: float
    lower: float
    middle: float
    upper: float
    high: float


def step_of(dimension: str) -> float:
    """Return the smallest difference worth telling, in the dimension's unit."""
    return STANDING.tone_step if dimension in TONE else REGISTRY[dimension].step


def unit_of(dimension: str) -> str:
    """Return the unit of a dimension's value."""
    return "dB" if dimension in TONE else REGISTRY[dimension].unit


def quantiles(values: Sequence[float]) -> Quantiles:
    """Return the quantiles of what references measure (one value or more)."""
    ends = (0.0, 1.0) if len(values) <= FEW else (0.1, 0.9)
    return Quantiles(*(float(v) for v in np.quantile(values, [ends[0], 0.25, 0.5, 0.75, ends[1]])))


def distance_steps(dimension: str, value: float, middle_half: tuple[float, float]) -> float:
    """Return how far a value lies from the middle half in audible steps; 0 inside. What is not heard is no distance."""
    floor = _floor(dimension)
    at, (low, high) = max(value, floor), (max(end, floor) for end in middle_half)
    return max(low - at, at - high, 0.0) / step_of(dimension)


def _floor(dimension: str) -> float:
    if dimension in TONE:
        return STANDING.tone_floor_db
    return STANDING.width_floor_db if dimension == "width" else -np.inf


def standing(track: MeasuredTrack, references: Sequence[MeasuredTrack], prior: Prior) -> tuple[Stand, ...]:
    """Return where the mix, and each role that plays, lies in every dimension that can be told of it.

    Width of separated stems is not the true one: nothing is said of it. A crest factor is held against stems of the same origin alone:
    separators blunt peaks. Nothing is said of bands that are not heard in the mix nor in the references.

    Parameters
    ----------
    track : MeasuredTrack
        The mix.
    references : sequence of MeasuredTrack
        The liked ones; may be empty.
    prior : Prior
        Finished songs in general, for what no reference has.
    """
    theirs = [{place: _readings(reference, place) for place in (MIX, *BUSES)} for reference in references]
    found = []
    for place in (MIX, *BUSES):
        for dimension, value in _readings(track, place).items():
            known = [
                read[place][dimension]
                for reference, read in zip(references, theirs, strict=True)
                if dimension in read[place] and (dimension != "crest" or reference.origin_of(place.role) == track.origin_of(place.role))
            ]
            spread = quantiles(known) if known else _usual(prior, track, place, dimension)
            if spread is not None and (dimension not in TONE or max(value, spread.high) >= STANDING.tone_floor_db):
                found.append(_stand(place, dimension, value, known, spread))
    return tuple(found)


def _stand(place: Place, dimension: str, value: float, known: Sequence[float], spread: Quantiles) -> Stand:
    middle_half = (spread.lower, spread.upper)
    return Stand(
        place=place,
        dimension=dimension,
        value=value,
        unit=unit_of(dimension),
        rank=sum(v < value for v in known),
        of=len(known),
        middle_half=middle_half,
        range=(spread.low, spread.high),
        middle=spread.middle,
        outside_by=max(value - spread.high, 0.0) - max(spread.low - value, 0.0),
        steps=distance_steps(dimension, value, middle_half),
    )


def _readings(track: MeasuredTrack, place: Place) -> dict[str, float]:
    """Return what can be told of a place, by dimension in the order of tables; nothing of a role that does not play."""
    values = told_values(track, place)
    if place != MIX and scalar(values, "level") is None:
        return {}
    spectrum = ltas_of(track, place)
    tone = {} if spectrum is None else dict(zip(TONE, (float(v) for v in broad(spectrum)), strict=True))
    width = scalar(values, "width")
    if place != MIX and (separation_error(track, place) is not None or (width is not None and width <= STANDING.mono_db)):
        width = None
    read: dict[str, float | None] = {
        "lufs": scalar(values, "lufs") if place == MIX else None,
        "level": scalar(values, "level") if place != MIX else None,
        **tone,
        "dynamic_spread": scalar(values, "dynamic_spread"),
        "crest": scalar(values, "crest"),
        "width": width,
        "low_mono_share": scalar(values, "low_mono_share") if place == MIX else None,
    }
    return {dimension: value for dimension, value in read.items() if value is not None and not np.isnan(value)}


def own_quantiles(references: Iterable[MeasuredTrack], place: Place, identifier: str) -> Quantiles | None:
    """Return the quantiles of a scalar descriptor over the references that have it; None where none has."""
    known = numbers_of((told_values(track, place) for track in references), identifier)
    return quantiles(known) if known else None


def numbers_of(measured: Iterable[Values], identifier: str) -> list[float]:
    """Return a scalar descriptor of those that have it."""
    return [number for values in measured if (number := scalar(values, identifier)) is not None]


def _usual(prior: Prior, track: MeasuredTrack, place: Place, dimension: str) -> Quantiles | None:
    """Return the quantiles of finished songs in general from their mean and spread; None where nobody knows them."""
    if dimension in TONE:
        mean, sd = _broad_of(prior.ltas[place.role], BROAD[TONE.index(dimension)])
        bounds = (-np.inf, 0.0)  # no part is more than the whole
    else:
        found = prior.scalars.get(f"{place.role}/{dimension}")
        if found is None or (dimension == "crest" and separation_error(track, place) is not None):
            return None
        (mean, sd), bounds = found, REGISTRY[dimension].range
    ends = np.clip(mean + sd * np.array([-Z80, -Z50, 0.0, Z50, Z80]), *bounds)
    return Quantiles(*(float(end) for end in ends))


def _broad_of(spectrum: Gaussian, band: str) -> tuple[float, float]:
    """Return mean and standard deviation of a broad band in dB, given those of its 1/3-octave bands.

    The level of the sum is expanded around their means to the second order (the delta method): with w the bands' shares of the power,
    sd² = wᵀCw and the mean rises by ½ · ln 10 / 10 · (Σ wᵢCᵢᵢ − wᵀCw).
    """
    low, high = BROAD_HZ[band]
    inside = (low < CENTRES_HZ) & (high > CENTRES_HZ)
    power = 10 ** (spectrum.mean[inside] / 10)
    share, covariance = power / power.sum(), spectrum.covariance[np.ix_(inside, inside)]
    variance = float(share @ covariance @ share)
    bend = 0.5 * np.log(10) / 10 * (float(share @ np.diag(covariance)) - variance)
    return float(10 * np.log10(power.sum()) + bend), float(np.sqrt(variance))


def largest_first(stands: Iterable[Stand], stage: Stage) -> tuple[Stand, ...]:
    """Return the differences of an audible step or more, the largest first.

    How loud a mix is as a whole is made in mastering: before it is finished, that comes last.
    """
    told = [stand for stand in stands if stand.steps >= 1]
    return tuple(sorted(told, key=lambda stand: (stand.dimension == "lufs" and stage != "finished", -stand.steps)))


def by_place(stands: Iterable[Stand]) -> Mapping[tuple[Place, str], Stand]:
    """Return stands by place and dimension."""
    return {(stand.place, stand.dimension): stand for stand in stands}
