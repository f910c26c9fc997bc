"""Taste: what a user's answers say of how they want their mixes, beside what their references measure.

Each answer to a suggestion is a choice between two mixes: as it is, and moved. A dimension of taste (the level of a role, a broad band
of its spectrum, its density, its width) has an unknown offset θ from what the profile expects, ``θ ~ N(0, τ²)``. Of a suggested move of
g dB the gain in closeness to the user's own target is ``g² + 2gδ``, where δ is what θ is beyond the offset that was assumed when it was
suggested; it is accepted with probability ``σ((|g| + 2 sgn(g) δ) / s)`` (a random-utility choice model: McFadden 1974). An accepted
amount other than the whole says where θ lies: ``(a − 1) g``.

Not every answer is such a choice. A move that is hardly heard is waved away as not worth the trouble by somebody who agrees with its
direction, and one that is wrong for this very song is refused whatever the taste. So an answer is a choice with the probability that
the move is heard (a psychometric function of its size) and right (its confidence); otherwise it is mostly no, and says nothing (a lapse
rate: Wichmann and Hill 2001).

Of a move that is only known to some doubt, part of what an answer says is of this song and not of taste: the doubt widens the logistic
and the amount. What is expected of a mix is moved by the mean of θ, less what it would be by chance (`followed_db`).

An answer to a move of several bands is one answer: its likelihood is raised, for each broad band, to the band's share of what the move
does (of the squared gains), and the shares add up to one.

Who wants less treble on the vocals probably wants less on the drums, by a part. So tone, density and width of a place are what all
places have in common and what is the place's own, ``θ = c + r``. Levels have nothing in common: all louder is no louder. What answers
said before dimensions had places (`EARLIER`) is where c starts.

Rejected twice or so and never accepted, a direction is closed: no move goes there until the user opens it again.

Posteriors are computed on a grid, exactly; taking an answer back takes all that it said back.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.profile import Gaussian, Vector, relative_levels
from mixassistant.stems.place import PARTS, Part, Place
from mixassistant.stems.stem import ROLES

REGIONS_HZ: Mapping[str, tuple[float, float]] = {
    "low": (20.0, 150.0), "low-mid": (150.0, 700.0), "high-mid": (700.0, 3500.0), "high": (3500.0, 20_000.0)
}  # fmt: skip
"""Regions of the spectrum in Hz, of which answers told before there were broad bands."""
EARLIER: tuple[str, ...] = (*(f"tone/{region}" for region in REGIONS_HZ), "density", "width")
"""Dimensions of all roles together, of which earlier versions asked; no answer is about them any more."""
DIMENSIONS: tuple[str, ...] = (
    *(f"level/{role}" for role in ROLES),
    *(f"tone/{part}/{band}" for part in PARTS for band in BROAD),
    *(f"density/{role}" for role in ROLES),
    *(f"width/{part}" for part in PARTS),
    *EARLIER,
)
Direction = Literal[-1, 1]
_GRID = np.arange(-10.0, 10.01, 0.1)


@dataclass(frozen=True)
class TasteTuning:
    """How much an answer says of a user's taste.

    Parameters
    ----------
    offset_sd_db : float
        Prior standard deviation of an offset: as much as stems' levels differ between mixes of one song by several engineers.
    noise_db : float
        Scale of the logistic: what a person hears of a move, and how steadily they choose.
    amount_sd_db : float
        Standard deviation of an amount that was set by ear.
    heard_db : float
        Move that every other listener hears: just noticeable steps of level are 0.5 to 1 dB (Zwicker and Fastl 1999, section 7.2).
    heard_slope : float
        Of the psychometric function, a Weibull in dB: 5 % hear 0.4 dB, 99 % hear 1.5 dB.
    lapses_refuse : float
        Share of refusals among answers to what is not heard or wrong: a move is work, and nothing is gained by it.
    shared_share : float
        Share of the variance of an offset that places have in common. Of 66 logged mixes of nine songs, what one engineer's EQ of a broad
        band is beside that of the others of the same song correlates between two roles by 0.20 (0.33 without the bass).
    least_db : float
        The least move that is suggested toward the references; a direction is closed where even that would go away from what is wanted.
    chance : float
        Times the variance that the mean of an offset has by chance: it has to be beyond that before advice follows it.
        Simulated listeners without a taste then lose 1.2 ± 0.5 % by answers to 20 rough mixes, ones with a strong taste win 8 to 10 %.
    closing_answers : float
        Rejections, counted by their shares, that it takes at least to close a direction: one may have other reasons.
    closing_odds : float
        That the user's own target lies the other way, against that it does not: from there on a direction is closed. Two clear rejections
        are enough; three of moves whose right amount is known to 2.5 dB. Of 36 directions that a simulated listener without a taste is
        asked, 0.1 are closed after 20 mixes.
    """

    offset_sd_db: float = 2.0
    noise_db: float = 1.0
    amount_sd_db: float = 1.0
    heard_db: float = 0.9
    heard_slope: float = 4.0
    lapses_refuse: float = 0.8
    shared_share: float = 0.25
    least_db: float = 1.0
    chance: float = 2.0
    closing_answers: float = 1.5
    closing_odds: float = 4.0


TASTE = TasteTuning()


@dataclass(frozen=True)
class Answer:
    """One answer, or what it says of one dimension.

    Parameters
    ----------
    dimension : str
        One of `DIMENSIONS`.
    move_db : float
        What was suggested, positive for more of the dimension: louder, more of the region, denser, wider.
    offset_db : float
        The offset that was assumed then.
    accepted : bool
    amount : float
        Times the suggestion, as it was accepted; 1 where nobody touched it.
    confidence : float
        Of the suggestion, 0–1.
    share : float
        Of the answer that is about this dimension, 0–1.
    doubt_db : float
        Standard deviation of the right amount of the suggestion, as it was known then: songs differ, whatever their user's taste.
    may_close : bool
        Whether it counts toward closing its direction: until the direction was opened again.
    """

    dimension: str
    move_db: float
    offset_db: float
    accepted: bool
    amount: float = 1.0
    confidence: float = 1.0
    share: float = 1.0
    doubt_db: float = 0.0
    may_close: bool = True


@dataclass(frozen=True)
class Preference:
    """What is known of one dimension.

    Parameters
    ----------
    dimension : str
    offset_db, sd_db : float
        Mean and standard deviation of its offset.
    answers : int
        How many were about it; 0: it follows from what was answered at other places.
    closed : tuple of Direction
        Directions in which no move goes: 1 for more of the dimension, −1 for less.
    follows : float
        Of one without answers, the share of the offset that advice follows: as of those that it follows from.
    """

    dimension: str
    offset_db: float
    sd_db: float
    answers: int
    closed: tuple[Direction, ...] = ()
    follows: float = 1.0


def _log_likelihood(answer: Answer) -> Vector:
    """Return the log likelihood of an answer for each offset of the grid."""
    beyond = _GRID - answer.offset_db
    scale = np.hypot(TASTE.noise_db, np.sqrt(np.pi / 2) * answer.doubt_db)  # a logistic of noise, and a normal of doubt (MacKay 1992)
    benefit = (abs(answer.move_db) + 2 * np.sign(answer.move_db) * beyond) / scale
    chosen = np.exp(-np.logaddexp(0.0, -benefit if answer.accepted else benefit))
    telling = answer.confidence * (1 - 2.0 ** -((abs(answer.move_db) / TASTE.heard_db) ** TASTE.heard_slope))
    lapse = 1 - TASTE.lapses_refuse if answer.accepted else TASTE.lapses_refuse
    log = np.log(telling * chosen + (1 - telling) * lapse)
    if answer.accepted and answer.amount != 1.0:
        sd = np.hypot(TASTE.amount_sd_db, answer.doubt_db)
        log = log - 0.5 * ((beyond - (answer.amount - 1) * answer.move_db) / sd) ** 2
    return np.asarray(answer.share * log)


def _of_answers(answers: Iterable[Answer]) -> Vector:
    return np.asarray(sum((_log_likelihood(answer) for answer in answers), np.zeros(_GRID.size)))


def _normal(sd: float, mean: float = 0.0) -> Vector:
    """Return the log density of each offset of the grid, but for a constant."""
    return np.asarray(-0.5 * ((_GRID - mean) / sd) ** 2)


def _weights(log: Vector) -> Vector:
    weight = np.exp(log - log.max())
    return np.asarray(weight / weight.sum())


def preferences(answers: Iterable[Answer]) -> dict[str, Preference]:
    """Return what answers say of each dimension that they are about, and of the same at other places; unknown dimensions are left out."""
    given: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.dimension in DIMENSIONS:
            given.setdefault(answer.dimension, []).append(answer)
    alone = [d for d in given if d.startswith("level/") or d in EARLIER]
    found = {d: _preference(d, given[d], _weights(_of_answers(given[d]) + _normal(TASTE.offset_sd_db))) for d in alone}
    for dimensions, start in _families():
        start_db = sum((share * found[d].offset_db for d, share in start.items() if d in found), 0.0)
        if any(d in given for d in (*dimensions, *start)):
            found |= _in_common(dimensions, given, start_db)
    return {d: found[d] for d in DIMENSIONS if d in found}


@functools.cache
def _families() -> tuple[tuple[tuple[str, ...], Mapping[str, float]], ...]:
    """Return dimensions that have something in common, each family with the earlier dimensions that it starts from and their shares."""
    tones = [(tuple(f"tone/{part}/{band}" for part in PARTS), _regions_of(band)) for band in BROAD]
    density, width = tuple(f"density/{role}" for role in ROLES), tuple(f"width/{part}" for part in PARTS)
    return *tones, (density, {"density": 1.0}), (width, {"width": 1.0})


def _regions_of(band: str) -> dict[str, float]:
    """Return which share of a broad band, in octaves of what is heard, lies in each region that earlier answers told of."""
    low, high = (float(np.clip(edge, 20.0, 20_000.0)) for edge in BROAD_HZ[band])
    inside = {r: np.log2(max(min(high, above) / max(low, below), 1.0)) for r, (below, above) in REGIONS_HZ.items()}
    return {f"tone/{region}": float(octaves / np.log2(high / low)) for region, octaves in inside.items() if octaves > 0}


def _in_common(dimensions: tuple[str, ...], given: Mapping[str, Sequence[Answer]], start_db: float) -> dict[str, Preference]:
    """Return what is known of dimensions whose offsets are ``θ = c + r``: of each, from its own answers and from those of the others.

    With ``M_p(c) = ∫ L_p(c + r) N(r) dr`` of the answers at place p, what the others say there is ``N(c) Π_q≠p M_q(c)``.
    """
    told = {d: _of_answers(given[d]) for d in dimensions if d in given}
    of_common = {d: _spread(log) for d, log in told.items()}
    shared = _normal(TASTE.offset_sd_db * TASTE.shared_share**0.5, start_db)
    common = shared + sum(of_common.values(), np.zeros(_GRID.size))
    found = {}
    for dimension in dimensions:
        log = told.get(dimension, 0.0) + _spread(common - of_common.get(dimension, 0.0))
        found[dimension] = _preference(dimension, given.get(dimension, ()), _weights(log))
    learned = sum(abs(found[d].offset_db) for d in told)
    follows = sum(abs(followed_db(found[d])) for d in told) / learned if learned else 1.0
    return {d: p if p.answers else replace(p, follows=follows) for d, p in found.items()}


@functools.cache
def _own() -> Vector:
    """Return the density of a place's own component between each two offsets of the grid, but for a constant, ``[shape=(n, n)]``."""
    own_sd = TASTE.offset_sd_db * (1 - TASTE.shared_share) ** 0.5
    return np.asarray(np.exp(-0.5 * ((_GRID[:, None] - _GRID) / own_sd) ** 2))


def _spread(log: Vector) -> Vector:
    """Return a log density with a place's own component added to it, or taken from it."""
    return np.asarray(np.log(_own() @ np.exp(log - log.max()) + np.finfo(float).tiny))


def _preference(dimension: str, answers: Sequence[Answer], weight: Vector) -> Preference:
    mean = float(weight @ _GRID)
    closed = () if dimension in EARLIER else _closed(answers)
    return Preference(dimension, mean, float(np.sqrt(weight @ (_GRID - mean) ** 2)), len(answers), closed)


def _closed(answers: Sequence[Answer]) -> tuple[Direction, ...]:
    """Return the directions that answers close: each by its own rejections, where nothing was ever accepted in it."""
    directions: tuple[Direction, Direction] = (-1, 1)
    return tuple(d for d in directions if _closes([a for a in answers if a.move_db * d > 0], d))


def _closes(answers: Sequence[Answer], direction: Direction) -> bool:
    rejected = [a for a in answers if a.may_close and not a.accepted]
    if any(a.accepted for a in answers) or sum(a.share for a in rejected) < TASTE.closing_answers:
        return False
    weight = _weights(_of_answers(rejected) + _normal(TASTE.offset_sd_db))
    other_way = float(weight[direction * _GRID < -TASTE.least_db / 2].sum())
    return other_way >= TASTE.closing_odds * (1 - other_way)


def asked_at(place: Place, dimension: str) -> tuple[str, Direction] | None:
    """Return the dimension of taste that a dimension of the standing is at a place, and its sign; ``None`` where taste has none.

    Parameters
    ----------
    place : Place
        A stem is asked about as its role is.
    dimension : str
        ``"level"``, ``"tone/<broad band>"``, ``"dynamic_spread"`` (less of it is denser), ``"width"``.
    """
    subject, _, band = dimension.partition("/")
    if subject == "dynamic_spread":
        name, sign = f"density/{place.role}", -1
    else:
        name, sign = f"{subject}/{place.role}" + (f"/{band}" if band else ""), 1
    return (name, 1 if sign > 0 else -1) if name in DIMENSIONS else None


def followed_db(found: Preference) -> float:
    """Return how much of an offset advice follows: its mean m, less what that would be by chance for a user without a taste.

    ``m (1 − k v / m²)``, or 0 where that is negative (James and Stein 1961), with ``v = sd² (1 − sd²/τ²)``, the variance that the mean of a
    normal posterior has if the offset is 0. Songs differ by more than tastes do, so that few answers say little. What follows from answers
    at other places is followed as they are, and what was learned before dimensions had places as it was then.
    """
    if not found.answers or found.dimension in EARLIER or found.offset_db == 0.0:
        return found.follows * found.offset_db
    chance = TASTE.chance * found.sd_db**2 * max(1 - (found.sd_db / TASTE.offset_sd_db) ** 2, 0.0)
    return found.offset_db * max(1 - chance / found.offset_db**2, 0.0)


def offset_of(known: Mapping[str, Preference], place: Place, dimension: str) -> float:
    """Return by how many dB the user wants more of a dimension of the standing at a place than the references have, as advice follows it.

    Where a song of this kind is expected at μ, the user's own target is expected at μ plus this.

    Parameters
    ----------
    known : mapping
        From `preferences`.
    place, dimension
        As for `asked_at`.
    """
    asked = asked_at(place, dimension)
    return 0.0 if asked is None or asked[0] not in known else asked[1] * followed_db(known[asked[0]])


def is_closed(known: Mapping[str, Preference], place: Place, dimension: str, sign: float) -> bool:
    """Tell whether the user has closed a direction: no move goes there, whatever its size.

    Parameters
    ----------
    known, place, dimension
        As for `offset_of`.
    sign : float
        Above 0 for moves to more of the dimension, below 0 to less.
    """
    asked = asked_at(place, dimension)
    return asked is not None and asked[0] in known and (1 if sign * asked[1] > 0 else -1) in known[asked[0]].closed


def answered(known: Mapping[str, Preference]) -> tuple[Preference, ...]:
    """Return what rests on answers to the very dimension: place by place, what is about all roles last."""

    def place(found: Preference) -> int:
        return len(PARTS) if found.dimension in EARLIER else PARTS.index(found.dimension.split("/")[1])

    return tuple(sorted((found for found in known.values() if found.answers), key=place))


@functools.cache
def _band_weights() -> Mapping[str, Vector]:
    """Return how much each 1/3-octave band belongs to each broad band, fading over half an octave, ``[shape=(31,)]`` each."""

    def above(edge: float) -> Vector:
        return np.asarray(1 / (1 + np.exp(-np.log2(CENTRES_HZ / edge) / 0.12)))

    first, last = BROAD[0], BROAD[-1]
    return {
        band: np.asarray((1.0 if band == first else above(low)) * (1.0 if band == last else 1 - above(high)))
        for band, (low, high) in BROAD_HZ.items()
    }


def tone_curve(known: Mapping[str, Preference], part: Part) -> Vector:
    """Return the offset of a place's spectrum in dB per 1/3-octave band, ``[shape=(31,)]``."""
    offsets = {band: offset_of(known, Place(part), f"tone/{band}") for band in BROAD}
    return np.asarray(sum((offset * _band_weights()[band] for band, offset in offsets.items()), np.zeros(CENTRES_HZ.size)))


def with_taste(expectation: Expectation, known: Mapping[str, Preference]) -> Expectation:
    """Return what a mix is expected to measure, moved toward what its user has shown to like.

    The same song's other version is what the user chose to compare with, and stays as it is.
    """
    if expectation.is_tight or not known:
        return expectation
    levels = np.array([offset_of(known, Place(role), "level") for role in ROLES])
    return replace(
        expectation,
        ltas={place: replace(g, mean=g.mean + tone_curve(known, place.role)) for place, g in expectation.ltas.items()},
        levels=Gaussian(relative_levels(expectation.levels.mean + levels), expectation.levels.covariance),
        # Compression by x dB brings loud and usual moments about x dB closer together.
        dynamic_spread={
            place: (mean + offset_of(known, place, "dynamic_spread"), sd) for place, (mean, sd) in expectation.dynamic_spread.items()
        },
    )
