"""Equalizer moves: a sparse Gaussian estimate of few parametric bands, gated on evidence.

The deviation of a stem's LTAS from what is expected, ``d = x − μ``, is explained as natural variation ``N(0, Σ)`` plus a
constant (the LTAS is relative to the stem's own level) plus a sparse sum of parametric bands with gains ``g ~ N(0, τ²)``.
Bands are added one at a time while the posterior odds of "one more band" against "natural variation" pass a gate, averaged
over the dictionary of bands (so that trying many bands does not count as evidence); then all are refined together.
The correction is the inverse of the bands that were found.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Gaussian, Vector

GAIN_SD_DB = 5.0  # prior standard deviation of a fault's gain
PRIOR_ODDS = 0.05  # of one more band being wrong, before looking
GATE = 0.85  # posterior probability that a band must reach
MAX_BANDS = 4
MAX_GAIN_DB = 9.0
MIN_GAIN_DB = 1.0  # smaller moves are not worth a musician's time
AUDIBLE_RANGE_DB = 55.0  # bands further below the strongest than this are left out, unless the evidence is the same song
SAME_SONG_RANGE_DB = 90.0
_SUBBANDS = 10 ** (np.array([-0.4, -0.2, 0.0, 0.2, 0.4]) / 10)  # points inside a third-octave band, as factors of its centre


@dataclass(frozen=True)
class EqEstimate:
    """Correction bands with the uncertainty of their gains.

    Parameters
    ----------
    bands : tuple of Band
        The correction (already inverted), strongest evidence first.
    gain_sd_db : tuple of float
        Posterior standard deviation of each gain.
    probability : tuple of float
        Posterior probability that each band is needed and goes in the right direction.
    """

    bands: tuple[Band, ...]
    gain_sd_db: tuple[float, ...]
    probability: tuple[float, ...]


def band_response(band: Band, sample_rate_hz: int) -> Vector:
    """Return what a band does to each 1/3-octave value in dB, averaged inside the band, ``[shape=(31,)]``."""
    points = np.minimum(np.outer(CENTRES_HZ, _SUBBANDS).ravel(), 0.49 * sample_rate_hz)
    return np.asarray(response_db((band,), points, sample_rate_hz).reshape(CENTRES_HZ.size, -1).mean(axis=1), dtype=np.float64)


@functools.cache
def _dictionary(sample_rate_hz: int) -> tuple[tuple[Band, ...], Vector]:
    """Return candidate bands and their responses per dB, ``[shape=(n, 31)]``."""
    bands: list[Band] = []
    for frequency in 45.0 * 2 ** (np.arange(0, 50) / 6):  # 45 Hz – 13 kHz in sixths of an octave
        bands += [Band("bell", float(frequency), 6.0, q) for q in (0.5, 0.7, 1.0, 1.4, 2.0, 3.0)]
    bands += [Band("low_shelf", f, 6.0, 0.71) for f in (70.0, 100.0, 150.0, 220.0, 320.0)]
    bands += [Band("high_shelf", f, 6.0, 0.71) for f in (2000.0, 3000.0, 4500.0, 6500.0, 9000.0)]
    usable = tuple(b for b in bands if b.frequency_hz < 0.4 * sample_rate_hz)
    responses: Vector = np.array([band_response(b, sample_rate_hz) / b.gain_db for b in usable])
    responses.flags.writeable = False
    return usable, responses


def _precision(covariance: Vector) -> Vector:
    """Return the inverse covariance with a free constant projected out."""
    inverse = np.linalg.inv(covariance)
    ones = inverse.sum(axis=1)
    return np.asarray(inverse - np.outer(ones, ones) / ones.sum())


def _log_evidence(responses: Vector, precision: Vector, residual: Vector) -> tuple[Vector, Vector]:
    """Return log Bayes factor and posterior mean gain of each candidate, ``[shape=(n,)]`` each."""
    weighted = responses @ precision
    strength = np.einsum("nb,nb->n", weighted, responses)
    match = weighted @ residual
    shrunk = strength + 1 / GAIN_SD_DB**2
    return 0.5 * match**2 / shrunk - 0.5 * np.log(GAIN_SD_DB**2 * shrunk), match / shrunk


def _clashes(candidate: Band, gain: float, chosen: list[Band]) -> bool:
    """Tell whether a band would fight one that is already there: opposite signs within an octave."""
    return any(gain * b.gain_db < 0 and abs(np.log2(candidate.frequency_hz / b.frequency_hz)) < 1.0 for b in chosen)


def _refine(start: list[Band], deviation: Vector, precision: Vector, sample_rate_hz: int) -> tuple[list[Band], Vector]:
    """Fit gains, frequencies and Q of all bands together; return them and the posterior standard deviation of the gains."""
    from scipy.optimize import least_squares

    values, vectors = np.linalg.eigh(precision)
    whiten = np.sqrt(np.clip(values, 0, None))[:, None] * vectors.T
    shelves = np.array([b.type != "bell" for b in start])
    log_f0 = np.log2([b.frequency_hz for b in start])
    log_q0 = np.log2([b.q for b in start])

    def bands(parameters: Vector) -> list[Band]:
        gains, log_f, log_q = parameters.reshape(3, -1)
        return [
            replace(b, frequency_hz=float(2**f), gain_db=float(g), q=b.q if shelf else float(2**q))
            for b, g, f, q, shelf in zip(start, gains, log_f, log_q, shelves, strict=True)
        ]

    def residuals(parameters: Vector) -> Vector:
        gains, log_f, log_q = parameters.reshape(3, -1)
        model = sum((band_response(b, sample_rate_hz) for b in bands(parameters)), np.zeros(CENTRES_HZ.size))
        # Weak priors: half an octave on frequency, an octave on Q keep an ill-determined band where it was found.
        prior = [gains / GAIN_SD_DB, (log_f - log_f0) / 0.5, (log_q - log_q0) / 1.0]
        return np.concatenate([whiten @ (deviation - model), *prior])

    gains0 = np.array([b.gain_db for b in start])
    first = np.concatenate([gains0, log_f0, log_q0])
    low = np.concatenate([np.full(len(start), -15.0), log_f0 - 1, np.full(len(start), np.log2(0.3))])
    high = np.concatenate([np.full(len(start), 15.0), log_f0 + 1, np.full(len(start), np.log2(6.0))])
    found = least_squares(residuals, np.clip(first, low + 1e-6, high - 1e-6), bounds=(low, high), max_nfev=40)  # converges in about ten
    jacobian = np.asarray(found.jac, dtype=np.float64)
    covariance = np.linalg.pinv(jacobian.T @ jacobian)
    return bands(found.x), np.sqrt(np.diag(covariance)[: len(start)])


def estimate_eq(measured: Vector, expected: Gaussian, sample_rate_hz: int, same_song: bool = False) -> EqEstimate:
    """Estimate the correction that brings a stem's LTAS toward what is expected.

    Parameters
    ----------
    measured : np.ndarray [shape=(31,)]
        LTAS in dB.
    expected : Gaussian
    sample_rate_hz : int
        Of the stem: near Nyquist the filters' shapes depend on it.
    same_song : bool
        The expectation comes from the same song: bands far below the strongest still count.
    """
    reach = SAME_SONG_RANGE_DB if same_song else AUDIBLE_RANGE_DB
    heard = (measured > measured.max() - reach) & (expected.mean > expected.mean.max() - reach) & (0.45 * sample_rate_hz > CENTRES_HZ)
    covariance = expected.covariance.copy()
    # A band that is not heard may be anything: a huge variance leaves it out without changing shapes.
    covariance[~heard, :] = 0.0
    covariance[:, ~heard] = 0.0
    covariance[~heard, ~heard] = 1e6
    precision = _precision(covariance)
    deviation = np.where(heard, measured - expected.mean, 0.0)
    candidates, responses = _dictionary(sample_rate_hz)
    bands: list[Band] = []
    probabilities: list[float] = []
    gain_sd = np.zeros(0)
    while len(bands) < MAX_BANDS:
        model = sum((band_response(b, sample_rate_hz) for b in bands), np.zeros(CENTRES_HZ.size))
        log_factor, gains = _log_evidence(responses, precision, deviation - model)
        odds = PRIOR_ODDS * float(np.exp(np.clip(log_factor, None, 300)).mean())
        probability = odds / (1 + odds)
        if probability < GATE:
            break
        order = np.argsort(log_factor)[::-1]
        best = next((i for i in order if not _clashes(candidates[i], gains[i], bands)), None)
        if best is None or abs(gains[best]) < 0.5 * MIN_GAIN_DB:
            break
        bands, gain_sd = _refine([*bands, replace(candidates[best], gain_db=float(gains[best]))], deviation, precision, sample_rate_hz)
        probabilities.append(probability)
    return _correction(bands, gain_sd, probabilities)


def _correction(bands: list[Band], gain_sd: Vector, probabilities: list[float]) -> EqEstimate:
    """Invert the fault bands, keep what is worth making, strongest first."""
    from scipy.stats import norm

    kept: list[tuple[Band, float, float]] = []
    for band, sd, probability in zip(bands, gain_sd, probabilities, strict=True):
        if abs(band.gain_db) < MIN_GAIN_DB:
            continue
        gain = float(np.clip(-band.gain_db, -MAX_GAIN_DB, MAX_GAIN_DB))
        # A tenth of a dB and three digits of frequency: finer than anybody hears, as coarse as a DAW's display.
        rounded = Band(band.type, float(f"{band.frequency_hz:.3g}"), round(gain, 1), round(band.q, 2))
        kept.append((rounded, float(max(sd, 0.05)), probability * float(norm.cdf(abs(gain) / max(sd, 1e-6)))))
    kept.sort(key=lambda item: -abs(item[0].gain_db))
    return EqEstimate(tuple(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))


def eq_response(bands: tuple[Band, ...], sample_rate_hz: int) -> Vector:
    """Return what several bands together do to each 1/3-octave value in dB, ``[shape=(31,)]``."""
    return sum((band_response(b, sample_rate_hz) for b in bands), np.zeros(CENTRES_HZ.size))
