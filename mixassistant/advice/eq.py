"""Equalizer moves from tight evidence: a sparse Gaussian estimate of few parametric bands, gated on evidence.

The deviation of a stem's spectrum from what is expected, ``d = x − μ``, is explained as natural variation ``N(0, Σ)`` plus a
constant (spectra are relative to the stem's own level) plus a sparse sum of parametric bands with gains ``g ~ N(0, τ²)``. All
roles are looked at together, and the mix as a whole beside them: what all stems have in common was done to the mix. Bands are
added one at a time where the evidence is largest, while the posterior odds of "one more band" against "natural variation" pass a
gate, averaged over the dictionary of bands (so that trying many bands does not count as evidence); then those of a target are
refined together. The correction is the inverse of the bands that were found.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.curves import band_response, eq_response, rounded
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Z90, Gaussian, Vector

GAIN_SD_DB = 5.0  # prior standard deviation of a fault's gain
PRIOR_ODDS = 0.05  # of one more band being wrong, before looking
GATE = 0.85  # posterior probability that a band must reach
MAX_BANDS = 4
MIN_GAIN_DB = 1.0  # smaller moves are not worth a musician's time
AUDIBLE_RANGE_DB = 55.0  # bands further below the strongest than this are left out, unless the evidence is the same song
SAME_SONG_RANGE_DB = 90.0
# Standard deviation of a recovered gain: what a spectrum in thirds of octaves cannot tell of a band's shape grows with its gain.
SHAPE_ERROR, SHAPE_FLOOR_DB = 0.012, 0.03  # set on 31 songs of the recovery benchmark
UNHEARD = 1e-4  # dB⁻²: the precision of a band that is left out is 1e-6
EXPECTED = 2.0  # so many bands of a spectrum the expected noise is worth, beside what is seen to be left by the fit


@dataclass(frozen=True)
class EqEstimate:
    """Correction bands with the uncertainty of their gains.

    Parameters
    ----------
    bands : tuple of Band
        The correction (already inverted), strongest evidence first.
    probability : tuple of float
        Posterior probability that each band is needed and goes in the right direction.
    interval_db : tuple of (float, float)
        90 % interval of each gain, before it was limited to ±9 dB.
    """

    bands: tuple[Band, ...]
    probability: tuple[float, ...]
    interval_db: tuple[tuple[float, float], ...]


@functools.cache
def dictionary(sample_rate_hz: int) -> tuple[tuple[Band, ...], Vector]:
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


@dataclass(frozen=True, eq=False)
class Gap:
    """How a spectrum deviates from what is expected: `deviation` in dB and its `precision`, a free constant projected out."""

    deviation: Vector
    precision: Vector


def gap_of(measured: Vector, expected: Gaussian, sample_rate_hz: int, reach_db: float = AUDIBLE_RANGE_DB) -> Gap:
    """Return the deviation of a measured spectrum, with bands left out that are not heard or not known.

    Parameters
    ----------
    measured : np.ndarray [shape=(31,)]
        In dB; NaN where the file cannot hold a band.
    expected : Gaussian
    sample_rate_hz : int
    reach_db : float
        Bands further below the strongest are left out.
    """
    known = ~(np.isnan(measured) | np.isnan(expected.mean)) & (0.45 * sample_rate_hz > CENTRES_HZ)
    # Of two spectra that are compared, the one that is cut off tells where to look in both.
    loudest = [float(np.max(s[known], initial=-np.inf)) for s in (measured, expected.mean)]
    heard = known.copy()
    for spectrum, most in zip((measured, expected.mean), loudest, strict=True):
        heard &= np.nan_to_num(spectrum, nan=-np.inf) > most - reach_db
    covariance = expected.covariance.copy()
    # A band that is not heard may be anything: a huge variance leaves it out without changing shapes.
    covariance[~heard, :] = 0.0
    covariance[:, ~heard] = 0.0
    covariance[~heard, ~heard] = 1e6
    return Gap(np.where(heard, np.nan_to_num(measured) - np.nan_to_num(expected.mean), 0.0), _precision(covariance))


def _together(gaps: Mapping[str, Gap]) -> Gap:
    """Return the one deviation that all roles' deviations amount to for what was done to the mix as a whole."""
    precision = sum((g.precision for g in gaps.values()), np.zeros((CENTRES_HZ.size,) * 2))
    pull = sum((g.precision @ g.deviation for g in gaps.values()), np.zeros(CENTRES_HZ.size))
    return Gap(np.asarray(np.linalg.lstsq(precision, pull, rcond=1e-9)[0], dtype=np.float64), precision)


def estimate_eq(gaps: Mapping[str, Gap], sample_rate_hz: int) -> dict[str, EqEstimate]:
    """Estimate the corrections that bring stems to what is expected.

    Parameters
    ----------
    gaps : mapping of Role to Gap
    sample_rate_hz : int
        Of the song: near Nyquist the filters' shapes depend on it.

    Returns
    -------
    dict
        Role, or ``"mix"`` for what the stems have in common, to its correction; targets that need none are left out.
    """
    candidates, responses = dictionary(sample_rate_hz)
    targets = [*gaps, "mix"] if len(gaps) > 1 else [*gaps]
    faults: dict[str, list[Band]] = {target: [] for target in targets}
    sds: dict[str, Vector] = dict.fromkeys(targets, np.zeros(0))
    probabilities: dict[str, list[float]] = {target: [] for target in targets}

    def curve(target: str) -> Vector:
        return eq_response(tuple(faults.get(target, ())), sample_rate_hz)

    def without(role: str, *explained: str) -> Gap:
        return replace(gaps[role], deviation=gaps[role].deviation - sum((curve(t) for t in explained), np.zeros(CENTRES_HZ.size)))

    while True:
        found = {role: _log_evidence(responses, g.precision, g.deviation) for role in gaps for g in [without(role, role, "mix")]}
        if "mix" in targets:
            whole = _together({role: without(role, role, "mix") for role in gaps})
            found["mix"] = _log_evidence(responses, whole.precision, whole.deviation)
        open_targets = [t for t in found if len(faults[t]) < MAX_BANDS]
        odds = {t: PRIOR_ODDS * float(np.exp(np.clip(found[t][0], None, 300)).mean()) for t in open_targets}
        if not odds:
            break
        target = max(odds, key=lambda t: odds[t])
        probability = odds[target] / (1 + odds[target])
        factor, gains = found[target]
        chosen = faults[target]
        best = next((i for i in np.argsort(factor)[::-1] if not _clashes(candidates[i], gains[i], chosen)), None)
        if probability < GATE or best is None or abs(gains[best]) < 0.5 * MIN_GAIN_DB:
            break
        gap = _together({r: without(r, r) for r in gaps}) if target == "mix" else without(target, "mix")
        start = [*chosen, replace(candidates[best], gain_db=float(gains[best]))]
        faults[target], sds[target] = _refine(start, gap.deviation, gap.precision, sample_rate_hz)
        probabilities[target].append(probability)
    left = {role: without(role, role, "mix") for role in gaps}
    scales = {t: _noise_scale([left[role] for role in ((t,) if t in left else left)], faults[t]) for t in targets}
    corrections = {t: _correction(faults[t], sds[t] * scales[t], probabilities[t]) for t in targets}
    return {t: c for t, c in corrections.items() if c.bands}


def _noise_scale(left: Sequence[Gap], bands: Sequence[Band]) -> float:
    """Return by what factor the noise that is left by a fit differs from what was expected (scaled inverse chi-squared)."""
    # Bands that are not heard have next to no precision; one degree of freedom went with the constant.
    known = sum(int((np.diag(gap.precision) > UNHEARD).sum()) - 1 for gap in left)
    free = known - sum(1 if band.type != "bell" else 3 for band in bands)
    misfit = sum(float(gap.deviation @ gap.precision @ gap.deviation) for gap in left)
    return float(np.sqrt((EXPECTED + misfit) / (EXPECTED + max(free, 0.0))))


def _correction(bands: list[Band], gain_sd: Vector, probabilities: list[float]) -> EqEstimate:
    """Invert the fault bands, keep what is worth making, strongest first."""
    from scipy.stats import norm

    kept: list[tuple[Band, float, tuple[float, float]]] = []
    for band, sd, probability in zip(bands, gain_sd, probabilities, strict=True):
        if abs(band.gain_db) < MIN_GAIN_DB:
            continue
        sd = float(np.hypot(sd, SHAPE_ERROR * abs(band.gain_db) + SHAPE_FLOOR_DB))
        interval = (-band.gain_db - Z90 * sd, -band.gain_db + Z90 * sd)
        kept.append((rounded(band, -band.gain_db), probability * float(norm.cdf(abs(band.gain_db) / sd)), interval))
    kept.sort(key=lambda item: -abs(item[0].gain_db))
    return EqEstimate(tuple(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))
