"""Taste: what a user's answers say of how they want their mixes, beside what their references measure.

Each answer to a suggestion is a choice between two mixes: as it is, and moved. A dimension of taste (the level of a role, a region of
the spectrum, density, width) has an unknown offset θ from what the profile expects, ``θ ~ N(0, τ²)``. Of a suggested move of g dB the
gain in closeness to the user's own target is ``g² + 2gδ``, where δ is what θ is beyond the offset that was assumed when it was
suggested; it is accepted with probability ``σ((|g| + 2 sgn(g) δ) / s)`` (a random-utility choice model: McFadden 1974). An accepted
amount other than the whole says where θ lies: ``(a − 1) g``.

Not every answer is such a choice. A move that is hardly heard is waved away as not worth the trouble by somebody who agrees with its
direction, and one that is wrong for this very song is refused whatever the taste. So an answer is a choice with the probability that
the move is heard (a psychometric function of its size) and right (its confidence); otherwise it is mostly no, and says nothing (a lapse
rate: Wichmann and Hill 2001).

Posteriors are computed on a grid, exactly; taking an answer back takes all that it said back.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.features.bands import CENTRES_HZ
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.profile import Gaussian, Vector, relative_levels
from mixassistant.stems.stem import ROLES

REGIONS_HZ: Mapping[str, tuple[float, float]] = {
    "low": (20.0, 150.0), "low-mid": (150.0, 700.0), "high-mid": (700.0, 3500.0), "high": (3500.0, 20_000.0)
}  # fmt: skip
"""Regions of the spectrum in Hz, as engineers speak of them."""
DIMENSIONS: tuple[str, ...] = (*(f"level/{role}" for role in ROLES), *(f"tone/{region}" for region in REGIONS_HZ), "density", "width")
_GRID = np.arange(-8.0, 8.01, 0.1)


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
    """

    offset_sd_db: float = 2.0
    noise_db: float = 1.0
    amount_sd_db: float = 1.0
    heard_db: float = 0.9
    heard_slope: float = 4.0
    lapses_refuse: float = 0.8


TASTE = TasteTuning()


@dataclass(frozen=True)
class Answer:
    """One answer.

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
    """

    dimension: str
    move_db: float
    offset_db: float
    accepted: bool
    amount: float = 1.0
    confidence: float = 1.0


@dataclass(frozen=True)
class Preference:
    """What is known of one dimension: mean and standard deviation of its offset in dB, and on how many answers it rests."""

    dimension: str
    offset_db: float
    sd_db: float
    answers: int


def _log_likelihood(answer: Answer) -> Vector:
    """Return the log likelihood of an answer for each offset of the grid."""
    beyond = _GRID - answer.offset_db
    benefit = (abs(answer.move_db) + 2 * np.sign(answer.move_db) * beyond) / TASTE.noise_db
    chosen = np.exp(-np.logaddexp(0.0, -benefit if answer.accepted else benefit))
    telling = answer.confidence * (1 - 2.0 ** -((abs(answer.move_db) / TASTE.heard_db) ** TASTE.heard_slope))
    lapse = 1 - TASTE.lapses_refuse if answer.accepted else TASTE.lapses_refuse
    log = np.log(telling * chosen + (1 - telling) * lapse)
    if answer.accepted and answer.amount != 1.0:
        log = log - 0.5 * ((beyond - (answer.amount - 1) * answer.move_db) / TASTE.amount_sd_db) ** 2
    return np.asarray(log)


def preferences(answers: Iterable[Answer]) -> dict[str, Preference]:
    """Return what answers say of each dimension that they are about; those of unknown dimensions are left out."""
    by_dimension: dict[str, list[Answer]] = {}
    for answer in answers:
        if answer.dimension in DIMENSIONS:
            by_dimension.setdefault(answer.dimension, []).append(answer)
    return {dimension: _preference(dimension, given) for dimension, given in by_dimension.items()}


def _preference(dimension: str, answers: Sequence[Answer]) -> Preference:
    log = sum((_log_likelihood(a) for a in answers), -0.5 * (_GRID / TASTE.offset_sd_db) ** 2)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float(weight @ _GRID)
    return Preference(dimension, mean, float(np.sqrt(weight @ (_GRID - mean) ** 2)), len(answers))


@functools.cache
def _region_weights() -> Mapping[str, Vector]:
    """Return how much each 1/3-octave band belongs to each region, fading over half an octave, ``[shape=(31,)]`` each."""

    def above(edge: float) -> Vector:
        return np.asarray(1 / (1 + np.exp(-np.log2(CENTRES_HZ / edge) / 0.12)))

    return {
        region: np.asarray((above(low) if low > 20 else 1.0) * (1 - above(high) if high < 20_000 else 1.0))
        for region, (low, high) in REGIONS_HZ.items()
    }


def tone_curve(known: Mapping[str, Preference]) -> Vector:
    """Return the offset of the spectrum in dB per 1/3-octave band, ``[shape=(31,)]``."""
    curves = [known[f"tone/{r}"].offset_db * weight for r, weight in _region_weights().items() if f"tone/{r}" in known]
    return np.asarray(sum(curves, np.zeros(CENTRES_HZ.size)))


def region_of(frequency_hz: float) -> str:
    """Return the region that a frequency belongs to."""
    return next((r for r, (low, high) in REGIONS_HZ.items() if low <= frequency_hz < high), "low" if frequency_hz < 150 else "high")


def with_taste(expectation: Expectation, known: Mapping[str, Preference]) -> Expectation:
    """Return what a mix is expected to measure, moved toward what its user has shown to like.

    The same song's other version is what the user chose to compare with, and stays as it is.
    """
    if expectation.is_tight or not known:
        return expectation
    levels = np.array([known[f"level/{r}"].offset_db if f"level/{r}" in known else 0.0 for r in ROLES])
    curve = tone_curve(known)
    ltas = {target: replace(g, mean=g.mean + curve) for target, g in expectation.ltas.items()}
    denser = known["density"].offset_db if "density" in known else 0.0
    return replace(
        expectation,
        ltas=ltas,
        levels=Gaussian(relative_levels(expectation.levels.mean + levels), expectation.levels.covariance),
        # Compression by x dB brings loud and usual moments about x dB closer together.
        dynamic_spread={place: (mean - denser, sd) for place, (mean, sd) in expectation.dynamic_spread.items()},
    )
