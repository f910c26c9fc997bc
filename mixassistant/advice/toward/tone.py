"""Tone toward the references: the posterior mean of what a spectrum is off by, as at most four broad bands.

What a spectrum is off by at a stage is smooth: a tilt, a low and a high shelf, wide bells. Of a difference to other songs only that part
is taken for an error which looks like one and which songs do not differ by anyway (Gaussian regression with a smooth prior; Wilson and
Fazenda 2016 on how mixes of one song differ in tone).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mixassistant.advice.curves import MIN_GAIN_DB, band_response, eq_response
from mixassistant.features.bands import BROAD_HZ, CENTRES_HZ
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Gaussian, Vector

RATE_HZ = 48_000  # at which smooth curves are drawn: what they are like hardly depends on it


@dataclass(frozen=True)
class TowardToneTuning:
    """What the estimate of tone toward the references is set to.

    Parameters
    ----------
    free_db : float
        Standard deviation of a constant: spectra are relative to their own level, and say nothing of it.
    rough_db : float
        Standard deviation of what is not smooth, in a band.
    heard_db, holds_db : float
        Bands further below the strongest of what is expected, and of the spectrum itself, do not count.
    loud_db, fading_db : float
        Bands within the first of the strongest are fitted in full, and down to the second below that less and less.
    fewest : int
        Bands that have to count.
    tempered : float
        Share of the evidence for the size of an error that counts: songs are less normal than their covariance says.
    most_bands : int
    least_band_db : float
        Of a band beside the main one.
    price_db2 : float
        What one more band has to take away of the mean squared difference to the curve.
    apart_octaves : float
        Between two bells.
    ridge : float
        Weight of the gains themselves: between two ways to one curve the gentler is taken.
    """

    free_db: float = 20.0
    rough_db: float = 0.3
    heard_db: float = 45.0
    holds_db: float = 50.0
    loud_db: float = 20.0
    fading_db: float = 25.0
    fewest: int = 8
    tempered: float = 0.5
    most_bands: int = 4
    least_band_db: float = 0.5
    price_db2: float = 0.04
    apart_octaves: float = 1.0
    ridge: float = 0.6


TOWARD_TONE = TowardToneTuning()

LOW_SHELVES_HZ = (56.0, 80.0, 120.0, 180.0, 260.0)
HIGH_SHELVES_HZ = (3000.0, 4500.0, 6500.0, 9000.0)
BELLS_HZ = tuple(float(f) for f in np.geomspace(100.0, 8000.0, 14))
SHELF_Q, BELL_QS = 0.7, (0.5, 1.0)


def _bands() -> tuple[tuple[Band, ...], ...]:
    """Return the broad bands of each kind: low shelves, high shelves, bells."""
    return (
        tuple(Band("low_shelf", f, 1.0, SHELF_Q) for f in LOW_SHELVES_HZ),
        tuple(Band("high_shelf", f, 1.0, SHELF_Q) for f in HIGH_SHELVES_HZ),
        tuple(Band("bell", f, 1.0, q) for f in BELLS_HZ for q in BELL_QS),
    )


@functools.cache
def smooth_errors() -> Vector:
    """Return the covariance of what a spectrum is off by where each smooth part has a standard deviation of 1 dB, ``[shape=(31, 31)]``.

    A tilt of 1 dB a decade, a low shelf, a high shelf and two bells, averaged over where they may lie.
    """
    tilt = np.log10(CENTRES_HZ / 1000.0)
    total = np.outer(tilt, tilt)
    for kind, count in zip(_bands(), (1, 1, 2), strict=True):
        responses = np.array([band_response(band, RATE_HZ) for band in kind])
        total = total + count * responses.T @ responses / len(kind)
    return np.asarray(total)


@dataclass(frozen=True, eq=False)
class ToneEstimate:
    """What should be added to a spectrum.

    Parameters
    ----------
    curve_db : np.ndarray [shape=(31,)]
    covariance : np.ndarray [shape=(31, 31)]
        Posterior, in dB².
    weights : np.ndarray [shape=(31,)]
        How much each band counts, by how loud it is; they sum up to 1, or are all 0 where nothing is known.
    """

    curve_db: Vector
    covariance: Vector
    weights: Vector


def smooth(broad_db: Vector) -> Vector:
    """Return values of the seven broad bands as a curve over 1/3-octave bands, ``[shape=(31,)]``."""
    middles = [np.log(np.sqrt(low * high)) for low, high in BROAD_HZ.values()]
    return np.asarray(np.interp(np.log(CENTRES_HZ), middles, broad_db))


def estimate_tone_toward(
    spectrum: Vector, expected: Gaussian, errors: Sequence[tuple[float, float]], habit_db: Vector | None = None
) -> ToneEstimate:
    """Estimate what should be added to a spectrum.

    Parameters
    ----------
    spectrum : np.ndarray [shape=(31,)]
        In dB relative to its own level; NaN where a file holds nothing.
    expected : Gaussian
        Of the next song's spectrum.
    errors : sequence of (float, float)
        Standard deviations in dB of each smooth part of what it is off by at the mix's stage, each with its probability: most mixes are off
        by little and some by much, and the spectrum itself tells which it is.
    habit_db : np.ndarray [shape=(31,)], optional
        What engineers add to raw tracks of this role as a rule.
    """
    counts = heard_bands(spectrum, expected.mean)
    usual = np.zeros(spectrum.size) if habit_db is None else habit_db
    if counts.sum() < TOWARD_TONE.fewest:
        return ToneEstimate(np.zeros(spectrum.size), np.zeros((spectrum.size, spectrum.size)), np.zeros(spectrum.size))
    seen = np.ix_(counts, counts)
    noise = expected.covariance[seen] + TOWARD_TONE.free_db**2
    # x − μ = e + what songs differ by, and e is −usual as a rule.
    gap = spectrum[counts] - expected.mean[counts] + usual[counts]
    curves, covariances, logs = [], [], []
    for sd_db, probability in errors:
        error = sd_db**2 * smooth_errors() + TOWARD_TONE.rough_db**2 * np.eye(spectrum.size)
        total = error[seen] + noise
        gain = np.linalg.solve(total, error[counts]).T
        curves.append(usual - gain @ gap)
        covariances.append(error - gain @ error[counts])
        misfit = float(gap @ np.linalg.solve(total, gap)) + float(np.linalg.slogdet(total)[1])
        logs.append(np.log(probability) - 0.5 * TOWARD_TONE.tempered * misfit)
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    curve = np.asarray(sum(w * c for w, c in zip(weights, curves, strict=True)))
    spread = [c + np.outer(m - curve, m - curve) for c, m in zip(covariances, curves, strict=True)]
    loud = np.clip(1.0 + (expected.mean - np.nanmax(expected.mean) + TOWARD_TONE.loud_db) / TOWARD_TONE.fading_db, 0.0, 1.0)
    heard = np.where(counts, np.nan_to_num(loud), 0.0)
    covariance = np.asarray(sum(w * c for w, c in zip(weights, spread, strict=True)))
    return ToneEstimate(curve, covariance, heard / max(float(heard.sum()), 1e-9))


def heard_bands(spectrum: Vector, expected: Vector) -> NDArray[np.bool_]:
    """Return which bands count: those that are heard in other songs, and in which this one holds anything that could be equalized."""
    known = ~(np.isnan(spectrum) | np.isnan(expected))
    if not known.any():
        return known
    loud = np.nan_to_num(expected, nan=-np.inf) > np.nanmax(expected) - TOWARD_TONE.heard_db
    holds = np.nan_to_num(spectrum, nan=-np.inf) > np.nanmax(spectrum) - TOWARD_TONE.holds_db
    return np.asarray(known & loud & holds)


def fit_broad_bands(found: ToneEstimate, most_db: float, sample_rate_hz: int) -> tuple[Band, ...]:
    """Return the at most four broad bands that come closest to a curve, but for a constant; what is heard most comes first.

    Parameters
    ----------
    found : ToneEstimate
    most_db : float
        Of each gain.
    sample_rate_hz : int
    """
    inside = CENTRES_HZ[found.weights > 0.0]
    low, high = (float(inside[0]), float(inside[-1])) if inside.size else (0.0, 0.0)
    # Where nothing that counts lies, nobody hears an equalizer.
    reach = {"low_shelf": (1.4 * low, high), "high_shelf": (low, high / 1.4), "bell": (low, high)}
    candidates = [band for kind in _bands() for band in kind if reach[band.type][0] <= band.frequency_hz <= reach[band.type][1]]
    if not candidates:
        return ()
    weights = found.weights

    def centred(curves: Vector) -> Vector:
        return np.asarray(curves - (curves * weights).sum(axis=-1, keepdims=True))

    responses = centred(np.array([band_response(band, sample_rate_hz) for band in candidates])) * np.sqrt(weights)
    wanted = centred(found.curve_db) * np.sqrt(weights)
    gram, match, whole = responses @ responses.T, responses @ wanted, float(wanted @ wanted)
    kinds = [[i for i, band in enumerate(candidates) if band.type == kind] for kind in ("low_shelf", "high_shelf", "bell")]
    best: tuple[float, list[int]] = whole, []
    for low_shelf in [[], *([i] for i in kinds[0])]:
        for high_shelf in [[], *([i] for i in kinds[1])]:
            chosen = [*low_shelf, *high_shelf]
            if chosen:
                best = min(best, (float(_cost(gram, match, whole, np.array([chosen]))[0]), chosen))
            while len(chosen) < TOWARD_TONE.most_bands:
                free = [i for i in kinds[2] if not any(_is_beside(candidates[i], candidates[other]) for other in chosen)]
                if not free:
                    break
                costs = _cost(gram, match, whole, np.array([[*chosen, i] for i in free]))
                chosen = [*chosen, free[int(costs.argmin())]]
                best = min(best, (float(costs.min()), chosen))
    chosen = best[1]
    gains = _gains(gram, match, np.array([chosen]))[0] if chosen else np.zeros(0)
    if chosen and np.abs(gains).max() > most_db:  # the others take up what one of them may not do
        from scipy.optimize import lsq_linear

        gains = lsq_linear(responses[chosen].T, wanted, bounds=(-most_db, most_db)).x
    bands = [replace(candidates[i], gain_db=round(float(g), 1)) for i, g in zip(chosen, gains, strict=True)]
    bands = [
        replace(band, frequency_hz=float(f"{band.frequency_hz:.2g}")) for band in bands if abs(band.gain_db) >= TOWARD_TONE.least_band_db
    ]
    # What is heard most comes first: the evidence speaks of it.
    ordered = tuple(sorted(bands, key=lambda band: -float(np.abs(band_response(band, sample_rate_hz)) @ weights)))
    return ordered if max((abs(band.gain_db) for band in ordered), default=0.0) >= MIN_GAIN_DB else ()


def _gains(gram: Vector, match: Vector, chosen: NDArray[np.intp]) -> Vector:
    """Return the gains of sets of bands that come closest to a curve, ``[shape=(sets, bands)]``, held back by the ridge."""
    ridge = TOWARD_TONE.ridge / CENTRES_HZ.size * np.eye(chosen.shape[1])
    return np.asarray(np.linalg.solve(gram[chosen[:, :, None], chosen[:, None, :]] + ridge, match[chosen][..., None])[..., 0])


def _cost(gram: Vector, match: Vector, whole: float, chosen: NDArray[np.intp]) -> Vector:
    """Return what sets of bands leave of a curve in dB², with the price of each band and of its gain, ``[shape=(sets,)]``."""
    # At the minimum of |w − gR|² + ridge |g|² it is |w|² − gᵀRw.
    return np.asarray(whole - (_gains(gram, match, chosen) * match[chosen]).sum(axis=1) + TOWARD_TONE.price_db2 * chosen.shape[1])


def _is_beside(one: Band, other: Band) -> bool:
    is_near = abs(np.log2(one.frequency_hz / other.frequency_hz)) < TOWARD_TONE.apart_octaves
    return bool(one.type == other.type and (one.type != "bell" or is_near))


def sure_of(found: ToneEstimate, bands: tuple[Band, ...], sample_rate_hz: int) -> tuple[float, float]:
    """Return mean and standard deviation in dB of how far the curve goes along the shape of bands: of the largest gain."""
    shape = eq_response(bands, sample_rate_hz)
    weights = found.weights
    shape = (shape - shape @ weights) * weights
    reach = float(shape @ (eq_response(bands, sample_rate_hz))) or 1.0
    main = bands[0].gain_db
    return main * float(shape @ found.curve_db) / reach, abs(main) * float(np.sqrt(shape @ found.covariance @ shape)) / reach
