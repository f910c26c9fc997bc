"""Which of a role's stems causes its deviation: the move goes to that one and not to all.

A gain or a band on one stem shows in the sum of its role only where that stem is heard, by its share w of the power in each band:
the sum changes by ``10 log₁₀(1 + w (10^(c/10) − 1))`` for a correction of c dB. So one stem that is too loud bends the spectrum of
the sum in its own way, which an equalizer on the bus would only imitate. From the same song's other version every "this stem has that
gain" and "this stem has that band" is weighed against the moves of the bus, in spectrum and level together. Wider evidence cannot
tell causes apart: there the move goes to a stem only where that makes up nearly all that is heard at that place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.curves import MAX_GAIN_DB, MIN_GAIN_DB, band_response, eq_response, rounded
from mixassistant.advice.drafting import DRAFTING
from mixassistant.advice.eq import GAP, dictionary, gap_of
from mixassistant.advice.suggestion import Evidence, Facts, Interval, Kind, Move, around
from mixassistant.advice.target_names import target_at
from mixassistant.advice.verification import State, heard, nearest_band
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.profile import Z90, Gaussian, Vector
from mixassistant.profiles.separation_error import ltas_of
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Role


@dataclass(frozen=True)
class AttributionTuning:
    """What finding the stem that causes a deviation is set to.

    Parameters
    ----------
    level_sd_lu : float
        Standard deviation of what is known of a role's level: stems are not quite uncorrelated, and moves under 1 LU are not suggested.
    parameter_cost : float
        Natural log of the odds that one more free number has to bring.
    share_sd_db : float
        Standard deviation of a band of a role's sum: shares are measured on excerpts, and stems are not quite uncorrelated.
    prior_odds : float
        Of one stem, or the bus, being wrong, before looking.
    needed : float
        Posterior probability of one stem among all, the bus included.
    dominant : float
        Share of the power at a place, from which on wide evidence is taken to speak of one stem.
    """

    level_sd_lu: float = 0.5
    parameter_cost: float = 2.0
    share_sd_db: float = 0.3
    prior_odds: float = 0.05
    needed: float = 0.6
    dominant: float = 0.7


ATTRIBUTION = AttributionTuning()


GAINS_DB = np.arange(-12.0, 12.5, 1.0)


@dataclass(frozen=True)
class Cause:
    """A correction of one stem: a gain, or one band; how well it explains (a log density), and the sd of its gain in dB.

    The sd is that of the gain given the stem: of the gain of this very band, and of those of all other bands that explain it as well.
    """

    place: Place
    gain_db: float
    band: Band | None
    score: float
    sd_db: float


def attributed(drafts: Sequence[Move], track: MeasuredTrack, expectation: Expectation, before: State) -> list[Move]:
    """Return the drafts with EQ and levels of a bus given to the one stem that causes the deviation, where there is one.

    Parameters
    ----------
    drafts : sequence of Move
        EQ and level moves.
    track : MeasuredTrack
    expectation : Expectation
    before : State
        With the stems' shares.
    """
    result = list(drafts)
    for role in ROLES:
        places = [p for p in before.shares if p.role == role and p.stem != role and p not in expectation.ltas]
        bus = [m for m in result if m.place == Place(role) and m.kind in ("eq", "level")]
        if len(places) < 2 or Place(role) not in expectation.ltas:
            continue
        others = [m for m in result if m not in bus]
        if role in expectation.mean_spectra:
            found = _cause(bus, role, places, track, expectation, before)
            result = others + (bus if found is None else [_move(*found, track, expectation, before, len(places))])
        else:
            result = others + [_narrowed(m, places, track, before) for m in bus]
    return result


def _power(spectrum: Vector) -> Vector:
    return np.asarray(10 ** (np.nan_to_num(spectrum, nan=-200.0) / 10))


class _Role:
    """How well corrections explain one role's deviation in spectrum and level."""

    def __init__(self, bus: Sequence[Move], role: Role, track: MeasuredTrack, expectation: Expectation, before: State) -> None:
        expected, measured = expectation.ltas[Place(role)], before.spectra[Place(role), "ltas"]
        wider = Gaussian(expectation.mean_spectra[role], expected.covariance + ATTRIBUTION.share_sd_db**2 * np.eye(CENTRES_HZ.size))
        self.gap = gap_of(measured, wider, track.sample_rate_hz, GAP.same_song_range_db)
        # What the level move of the bus would take back is what was found to be wrong, with the other roles' faults known.
        self.level = -sum(m.chain.gain_db for m in bus if m.kind == "level")
        power = _power(measured) * 10 ** (k_weighting_db(CENTRES_HZ) / 10)
        self.weight = power / power.sum()

    def score(self, responses: Vector, gain_db: float = 0.0) -> Vector:
        """Return the log density of what corrections with these responses in dB leave, ``[shape=(...)]`` for ``[shape=(..., 31)]``."""
        left = self.gap.deviation + responses
        shape = np.einsum("...i,ij,...j->...", left, self.gap.precision, left)
        level = self.level + gain_db + 10 * np.log10((self.weight * 10 ** (responses / 10)).sum(axis=-1))
        return np.asarray(-0.5 * shape - 0.5 * (level / ATTRIBUTION.level_sd_lu) ** 2)


def _sum_response(share: Vector, correction_db: Vector) -> Vector:
    """Return what a correction of one stem does to the sum of its role in dB."""
    return np.asarray(10 * np.log10(np.maximum(1 + share * (10 ** (correction_db / 10) - 1), 1e-6)))


def _cause(
    bus: Sequence[Move], role: Role, places: Sequence[Place], track: MeasuredTrack, expectation: Expectation, before: State
) -> tuple[Cause, float] | None:
    """Return the stem that explains a role's deviation better than its bus and any other stem, and its posterior probability."""
    explained = _Role(bus, role, track, expectation, before)
    bands = tuple(band for m in bus for band in m.chain.bands)
    gain = sum(m.chain.gain_db for m in bus)
    cost = ATTRIBUTION.parameter_cost * (3 * len(bands) + (1 if gain else 0))
    # Nothing is wrong; the bus; each of the stems.
    nothing = float(explained.score(np.zeros(CENTRES_HZ.size)))
    whole = float(explained.score(eq_response(bands, track.sample_rate_hz), gain)) - cost + np.log(ATTRIBUTION.prior_odds)
    causes = [_best(explained, place, before.shares[place], track.sample_rate_hz) for place in places]
    scores = np.array([nothing, whole, *(cause.score + np.log(ATTRIBUTION.prior_odds) for cause in causes)])
    weights = np.exp(scores - scores.max())
    best = int(scores.argmax())
    probability = float(weights[best] / weights.sum())
    if best < 2 or probability < ATTRIBUTION.needed or abs(causes[best - 2].gain_db) < MIN_GAIN_DB:
        return None
    return causes[best - 2], probability


def _best(explained: _Role, place: Place, share: Vector, sample_rate_hz: int) -> Cause:
    """Return the gain or the band of one stem that explains most."""
    flat = np.ones(CENTRES_HZ.size)
    gains = explained.score(_sum_response(share, GAINS_DB[:, None] * flat)) - ATTRIBUTION.parameter_cost
    candidates, responses = dictionary(sample_rate_hz)
    tried = explained.score(_sum_response(share, GAINS_DB[:, None, None] * responses)) - 3 * ATTRIBUTION.parameter_cost
    if float(gains.max()) >= float(tried.max()):
        return _refine(explained, place, share, None, float(GAINS_DB[int(gains.argmax())]), sample_rate_hz)
    which_gain, which_band = np.unravel_index(int(tried.argmax()), tried.shape)
    found = _refine(explained, place, share, candidates[int(which_band)], float(GAINS_DB[int(which_gain)]), sample_rate_hz)
    return replace(found, sd_db=float(np.hypot(found.sd_db, _between_bands(tried))))


def _between_bands(scores: Vector) -> float:
    """Return how far the best gains of all bands spread in dB, each weighed by how well it explains; ``[shape=(gains, bands)]``."""
    best = scores.argmax(axis=0)
    inner = np.clip(best, 1, scores.shape[0] - 2)
    before, top, after = (scores[inner + step, np.arange(best.size)] for step in (-1, 0, 1))
    curved = np.minimum(before - 2 * top + after, -1e-9)
    gains = GAINS_DB[best] + np.where(best == inner, np.clip(0.5 * (before - after) / curved, -0.5, 0.5), 0.0)  # parabola through three
    peak = scores.max(axis=0)
    weights = np.exp(peak - peak.max())
    mean = float(weights @ gains / weights.sum())
    return float(np.sqrt(weights @ (gains - mean) ** 2 / weights.sum()))


def _refine(explained: _Role, place: Place, share: Vector, band: Band | None, gain_db: float, sample_rate_hz: int) -> Cause:
    """Search near a cause for the best one; the gain's standard deviation comes from the curvature there."""
    from scipy.optimize import minimize

    def made(x: Vector) -> Band | None:
        if band is None:
            return None
        return replace(band, gain_db=float(x[0]), frequency_hz=float(band.frequency_hz * 2 ** x[1]), q=float(band.q * 2 ** x[2]))

    def loss(x: Vector) -> float:
        own = made(x)
        correction = np.full(CENTRES_HZ.size, x[0]) if own is None else band_response(own, sample_rate_hz)
        far = 0.0 if own is None else (x[1] / 0.3) ** 2 + (x[2] / 0.7) ** 2  # no further than the dictionary's steps and a little
        return float(-explained.score(_sum_response(share, correction)) + 0.5 * far + 0.5 * max(abs(x[0]) - 15.0, 0.0) ** 2)

    start = np.array([gain_db]) if band is None else np.array([gain_db, 0.0, 0.0])
    found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.02, "maxfev": 250}).x
    step = np.zeros(found.size)
    step[0] = 0.2
    curvature = (loss(found + step) - 2 * loss(found) + loss(found - step)) / step[0] ** 2
    score = -loss(found) - ATTRIBUTION.parameter_cost * (1 if band is None else 3)
    return Cause(place, float(found[0]), made(found), score, float(1 / np.sqrt(max(curvature, 0.01))))


def _move(cause: Cause, probability: float, track: MeasuredTrack, expectation: Expectation, before: State, count: int) -> Move:
    """Return the move on the stem that causes a deviation; the evidence is the spectrum of its role where it shows most."""
    place = cause.place
    correction = np.full(CENTRES_HZ.size, cause.gain_db) if cause.band is None else band_response(cause.band, track.sample_rate_hz)
    expected, measured = next(s for role, s in expectation.mean_spectra.items() if role == place.role), before.spectra[place.bus, "ltas"]
    shown = np.abs(_sum_response(before.shares[place], correction)) * heard(expected) * heard(measured)
    band = int(shown.argmax())
    told = ltas_of(track, place.bus)  # before other moves
    half = Z90 * cause.sd_db
    gain = round(float(np.clip(cause.gain_db, -MAX_GAIN_DB, MAX_GAIN_DB)), 1)
    chain = Chain(gain_db=gain) if cause.band is None else Chain((rounded(cause.band, cause.gain_db),))
    kind: Kind = "eq" if chain.bands else "level"
    target = float(expected[band])
    return Move(
        id=f"{place}-{kind}",
        kind=kind,
        target=target_at(track, place),
        chain=chain,
        evidence=Evidence.of(
            expectation, "ltas", float((measured if told is None else told)[band]), target,
            around(target, float(expectation.ltas[place.bus].sd[band])),
            frequency_hz=float(CENTRES_HZ[band]),
        ),
        confidence=round(min(probability, DRAFTING.most_sure), 3),
        interval=Interval.of(cause.gain_db - half, cause.gain_db + half),
        facts=Facts(among=count),
    )  # fmt: skip


def _narrowed(move: Move, places: Sequence[Place], track: MeasuredTrack, before: State) -> Move:
    """Return a bus's move as one of the stem that is nearly all that is heard there, if there is one."""
    shares = {place: _share_there(move, before, place) for place in places}
    place, share = max(shares.items(), key=lambda item: item[1])
    if share < ATTRIBUTION.dominant:
        return move
    chain = move.chain
    gain = chain.bands[0].gain_db if chain.bands else chain.gain_db
    wanted = (10 ** (gain / 10) - 1 + share) / share  # the change of the stem's power that makes that change of the sum's
    if wanted <= 10 ** (-MAX_GAIN_DB / 10):
        return move
    own = float(np.clip(10 * np.log10(wanted), -MAX_GAIN_DB, MAX_GAIN_DB))
    ratio = own / gain
    bands = tuple(rounded(band, band.gain_db * ratio) for band in chain.bands)
    return replace(
        move,
        id=f"{place}-{move.kind}",
        target=target_at(track, place),
        chain=Chain(bands) if bands else Chain(gain_db=round(own, 1)),
        interval=Interval.of(move.interval.low * ratio, move.interval.high * ratio),
        facts=Facts(among=len(places)),
    )


def _share_there(move: Move, before: State, place: Place) -> float:
    """Return a stem's share in what a move is about: in the power where its band is, or in the loudness of the role."""
    share: Mapping[Place, Vector] = before.shares
    if move.chain.bands:
        return float(share[place][nearest_band(move.chain.bands[0].frequency_hz)])
    power = _power(before.spectra[move.place, "ltas"]) * 10 ** (k_weighting_db(CENTRES_HZ) / 10)
    return float((power * share[place]).sum() / power.sum())
