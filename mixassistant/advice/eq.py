"""Equalizer moves from tight evidence: a sparse Gaussian estimate of few parametric bands, gated on evidence.

The deviation of a stem's spectrum from what is expected, ``d = x − μ``, is explained as natural variation ``N(0, Σ)`` plus a
constant (spectra are relative to the stem's own level) plus a sparse sum of parametric bands with gains ``g ~ N(0, τ²)``. All
roles are looked at together, and the mix as a whole beside them: what all stems have in common was done to the mix. Bands are
added one at a time where the evidence is largest, while the posterior odds of "one more band" against "natural variation" pass a
gate, averaged over the dictionary of bands (so that trying many bands does not count as evidence), and all that have to do with each
other are fitted together (`eq_fit`). The correction is the inverse of the bands that were found.

Versions that differ by equalizers and gains alone agree to tenths of a dB. What bands do not explain as well as that was compressed,
limited or coded: then it is held against the noise that such processing leaves.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.curves import MAX_GAIN_DB, MIN_GAIN_DB, band_response, eq_response, rounded
from mixassistant.advice.eq_fit import EQ_FIT, UNKNOWN, WHOLE, Fault, Gap, fit_bands, precision_of
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Z90, Gaussian, Vector

UNHEARD = 1e-4  # dB⁻²: the precision of a band that is left out is 1e-6


@dataclass(frozen=True)
class GapTuning:
    """Which bands of a spectrum count, and how much noise lossy coding leaves in them.

    Parameters
    ----------
    audible_range_db, same_song_range_db : float
        Bands further below the strongest than this are left out; the second holds where the evidence is the same song.
    lowest_hz : float
        What lies deeper is felt at most, and differs between files of one recording.
    coded_db, coded_decade_db : float
        What an MP3 of 128 kbit/s does to the strongest band, and how far below it a band changes ten times as much: root mean square over
        32 stems. A limiter and 192 kbit/s leave a third of it.
    """

    audible_range_db: float = 55.0
    same_song_range_db: float = 90.0
    lowest_hz: float = 35.0
    coded_db: float = 0.1
    coded_decade_db: float = 38.0


GAP = GapTuning()


@dataclass(frozen=True)
class EqTuning:
    """What the estimate of equalizers between versions of a song is set to.

    Parameters
    ----------
    prior_odds : float
        Of one more band being wrong, before looking.
    gate : float
        Posterior probability that a band must reach.
    most_bands : int
        On one target.
    shape_error, shape_floor_db : float
        A recovered gain's standard deviation grows by this much per dB, from this floor: a spectrum in thirds of octaves cannot tell all
        of a band's shape. Set on 31 songs of the recovery benchmark.
    faint_db, fewest_faint : float, int
        A version is told to be coded by bands with more noise of coding than this, and by no fewer of them.
    coding_quantile, coding_normal : float
        Quantile of the size of what is left in these bands, and that quantile for a normal distribution.
    coded : float
        Share of the noise of coding above which a version was coded: equalizers and gains alone leave at most 0.05.
    heavy_tails : float
        By so much more noise is allowed for: bands fit a part of it, and what coding does to single bands is far from normal.
    unexplained : float
        Times the noise expected between versions, above which more was done than bands explain: bands fitted to what an equalizer did leave
        up to 0.66, to what a compressor did 0.86 and more (85 planted faults).
    half_explained : float
        Most that is claimed of bands there: of four bands by turns up and down they may be the wrong ones.
    same_place_octaves : float
        Two bands nearer to each other than this may be one.
    joined : float
        Misfit that joining them may cost: twice the nats that a band costs, its prior odds and some four for its freedom.
    at_bound : float
        Share of the largest gain from which on a second band is taken to help the first one out.
    expected_bands : float
        So many bands of a spectrum the expected noise is worth, beside what the fit is seen to leave.
    """

    prior_odds: float = 0.05
    gate: float = 0.85
    most_bands: int = 4
    shape_error: float = 0.012
    shape_floor_db: float = 0.03
    faint_db: float = 0.5
    fewest_faint: int = 8
    coding_quantile: float = 0.8
    coding_normal: float = 1.28
    coded: float = 0.08
    heavy_tails: float = 3.0
    unexplained: float = 0.75
    half_explained: float = 0.8
    same_place_octaves: float = 1 / 3
    joined: float = 14.0
    at_bound: float = 0.99
    expected_bands: float = 2.0


EQ = EqTuning()


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


def _log_evidence(responses: Vector, precision: Vector, residual: Vector) -> tuple[Vector, Vector]:
    """Return log Bayes factor and posterior mean gain of each candidate, ``[shape=(n,)]`` each."""
    weighted = responses @ precision
    strength = np.einsum("nb,nb->n", weighted, responses)
    match = weighted @ residual
    shrunk = strength + 1 / EQ_FIT.gain_sd_db**2
    return 0.5 * match**2 / shrunk - 0.5 * np.log(EQ_FIT.gain_sd_db**2 * shrunk), match / shrunk


def _clashes(candidate: Band, gain: float, chosen: list[Band]) -> bool:
    """Tell whether a band would fight one that is already there: opposite signs within an octave."""
    return any(gain * b.gain_db < 0 and abs(np.log2(candidate.frequency_hz / b.frequency_hz)) < 1.0 for b in chosen)


def gap_of(
    measured: Vector, expected: Gaussian, sample_rate_hz: int, reach_db: float = GAP.audible_range_db, density_db: float = 0.0
) -> Gap:
    """Return the deviation of a measured spectrum, with bands left out that are not heard or not known.

    Parameters
    ----------
    measured : np.ndarray [shape=(31,)]
        In dB; NaN where the file cannot hold a band.
    expected : Gaussian
    sample_rate_hz : int
    reach_db : float
        Bands further below the strongest are left out.
    density_db : float
        Noise that compression may have left in a band.
    """
    known = ~(np.isnan(measured) | np.isnan(expected.mean)) & (0.45 * sample_rate_hz > CENTRES_HZ) & (GAP.lowest_hz < CENTRES_HZ)
    # Of two spectra that are compared, the one that is cut off tells where to look in both.
    loudest = [float(np.max(s[known], initial=-np.inf)) for s in (measured, expected.mean)]
    heard = known.copy()
    for spectrum, most in zip((measured, expected.mean), loudest, strict=True):
        heard &= np.nan_to_num(spectrum, nan=-np.inf) > most - reach_db
    covariance = expected.covariance.copy()
    # A band that is not heard may be anything: a huge variance leaves it out without changing shapes.
    covariance[~heard, :] = 0.0
    covariance[:, ~heard] = 0.0
    covariance[~heard, ~heard] = UNKNOWN
    deviation = np.where(heard, np.nan_to_num(measured) - np.nan_to_num(expected.mean), 0.0)
    coded = np.where(heard, GAP.coded_db * 10 ** ((loudest[1] - np.nan_to_num(expected.mean)) / GAP.coded_decade_db), 0.0)
    return Gap(deviation, precision_of(covariance), covariance, coded, density_db)


def _together(gaps: Mapping[str, Gap]) -> tuple[Vector, Vector]:
    """Return the one deviation that all roles' deviations amount to for what was done to the mix as a whole, and its precision."""
    precision = sum((g.precision for g in gaps.values()), np.zeros((CENTRES_HZ.size,) * 2))
    pull = sum((g.precision @ g.deviation for g in gaps.values()), np.zeros(CENTRES_HZ.size))
    return np.asarray(np.linalg.lstsq(precision, pull, rcond=1e-9)[0], dtype=np.float64), precision


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
    faults, left = _explain(gaps, sample_rate_hz)
    coding = found if (found := _coding(left.values())) > EQ.coded else 0.0
    density = {role: float(noise_scale([gap.noisier(coding, 0.0)], _bands(faults[role])) > EQ.unexplained) for role, gap in left.items()}
    if coding or any(density.values()):
        gaps = {role: gap.noisier(EQ.heavy_tails * coding, density[role]) for role, gap in gaps.items()}
        faults, left = _explain(gaps, sample_rate_hz)
    scales = {t: noise_scale([left[role] for role in ((t,) if t in left else left)], _bands(faults[t])) for t in faults}
    sure = {t: EQ.half_explained if density.get(t) else 1.0 for t in faults}
    corrections = {t: _correction(found, scales[t], sample_rate_hz, sure[t]) for t, found in faults.items()}
    return {t: c for t, c in corrections.items() if c.bands}


def _coding(left: Iterable[Gap]) -> float:
    """Return how much of the noise of coding is in what bands leave: told where little plays, since bands fit no worse there."""
    known = []
    for gap in left:
        # Spectra are relative to their level: all of one may lie higher.
        heard = gap.coded_db > 0
        told = gap.coded_db > EQ.faint_db
        if told.any():
            known.append(np.abs(gap.deviation - np.median(gap.deviation[heard]))[told] / gap.coded_db[told])
    found = np.concatenate([*known, np.zeros(0)])
    return float(np.quantile(found, EQ.coding_quantile)) / EQ.coding_normal if found.size >= EQ.fewest_faint else 0.0


def _explain(gaps: Mapping[str, Gap], sample_rate_hz: int) -> tuple[dict[str, list[Fault]], dict[str, Gap]]:
    """Return the bands that explain the deviations of all roles, and what they leave."""
    candidates, responses = dictionary(sample_rate_hz)
    faults: dict[str, list[Fault]] = {target: [] for target in ([*gaps, WHOLE] if len(gaps) > 1 else gaps)}
    closed: set[str] = set()
    for _ in range(EQ.most_bands * len(faults)):
        if len(closed) == len(faults):
            break
        left = _left(gaps, faults, sample_rate_hz)
        found = {target: _log_evidence(responses, g.precision, g.deviation) for target, g in left.items()}
        if WHOLE in faults:
            deviation, precision = _together(left)
            found[WHOLE] = _log_evidence(responses, precision, deviation)
        odds = {t: EQ.prior_odds * float(np.exp(np.clip(f[0], None, 300)).mean()) for t, f in found.items() if t not in closed}
        target = max(odds, key=lambda t: odds[t])
        probability = odds[target] / (1 + odds[target])
        factor, gains = found[target]
        chosen = _bands(faults[target])
        best = next((i for i in np.argsort(factor)[::-1] if not _clashes(candidates[i], gains[i], chosen)), None)
        if probability < EQ.gate:
            break
        if best is None or abs(gains[best]) < 0.5 * MIN_GAIN_DB:
            closed.add(target)
            continue
        more = Fault(replace(candidates[best], gain_db=float(gains[best])), 0.0, probability)
        tried = _tidy(fit_bands({**faults, target: [*faults[target], more]}, gaps, target, sample_rate_hz), gaps, target, sample_rate_hz)
        is_at_odds = any(_clashes(b, b.gain_db, _bands(tried[target])) for b in _bands(tried[target]))
        if is_at_odds or len(tried[target]) <= len(faults[target]):  # fitted together, bands drift: into each other, or to nothing
            closed.add(target)
        else:
            faults = tried
        closed |= {t for t, bands in faults.items() if len(bands) >= EQ.most_bands}
    return faults, _left(gaps, faults, sample_rate_hz)


def _bands(faults: Sequence[Fault]) -> list[Band]:
    return [fault.band for fault in faults]


def _left(gaps: Mapping[str, Gap], faults: Mapping[str, Sequence[Fault]], sample_rate_hz: int) -> dict[str, Gap]:
    """Return what bands on the roles and on the mix leave of the deviations."""
    whole = eq_response(tuple(_bands(faults.get(WHOLE, ()))), sample_rate_hz)
    curves = {role: eq_response(tuple(_bands(faults[role])), sample_rate_hz) for role in gaps}
    return {role: replace(gap, deviation=gap.deviation - curves[role] - whole) for role, gap in gaps.items()}


def _tidy(faults: dict[str, list[Fault]], gaps: Mapping[str, Gap], target: str, sample_rate_hz: int) -> dict[str, list[Fault]]:
    """Drop bands that came to nothing when others were fitted with them, and join two that are one."""
    kept = {t: [f for f in found if abs(f.band.gain_db) >= 0.5 * MIN_GAIN_DB] for t, found in faults.items()}
    if kept != faults:
        faults = fit_bands(kept, gaps, target, sample_rate_hz)
    for t, found in faults.items():
        for one, other in itertools.combinations(found, 2):
            if not _is_one(one.band, other.band):
                continue
            stronger = max(one, other, key=lambda f: abs(f.band.gain_db))
            band = replace(stronger.band, gain_db=one.band.gain_db + other.band.gain_db)
            joined = [*(f for f in found if f not in (one, other)), replace(stronger, band=band)]
            tried = fit_bands({**faults, t: joined}, gaps, t, sample_rate_hz)
            after, before = (_misfit(_left(gaps, some, sample_rate_hz).values()) for some in (tried, faults))
            is_at_bound = abs(stronger.band.gain_db) > EQ.at_bound * EQ_FIT.most_db  # there a second one helps it out
            if after - before < EQ.joined or is_at_bound:
                return tried
    return faults


def _is_one(one: Band, other: Band) -> bool:
    """Tell whether two bands do the same in nearly the same place."""
    octaves = abs(np.log2(one.frequency_hz / other.frequency_hz))
    return bool(one.type == other.type and one.gain_db * other.gain_db > 0 and octaves < EQ.same_place_octaves)


def _misfit(left: Iterable[Gap]) -> float:
    return sum(float(gap.deviation @ gap.precision @ gap.deviation) for gap in left)


def noise_scale(left: Sequence[Gap], bands: Sequence[Band]) -> float:
    """Return by what factor the noise that is left by a fit differs from what was expected (scaled inverse chi-squared).

    Parameters
    ----------
    left : sequence of Gap
        What is left of the deviations.
    bands : sequence of Band
        That were fitted to them.
    """
    # Bands that are not heard have next to no precision; one degree of freedom went with the constant.
    known = sum(int((np.diag(gap.precision) > UNHEARD).sum()) - 1 for gap in left)
    free = known - sum(1 if band.type != "bell" else 3 for band in bands)
    misfit = _misfit(left)
    return float(np.sqrt((EQ.expected_bands + misfit) / (EQ.expected_bands + max(free, 0.0))))


def _correction(faults: Sequence[Fault], noise: float, sample_rate_hz: int, most_sure: float) -> EqEstimate:
    """Invert the fault bands, keep what is worth making, strongest first; no probability exceeds `most_sure`."""
    from scipy.stats import norm

    kept: list[tuple[Band, float, tuple[float, float]]] = []
    for fault in faults:
        band, sd = fault.band, noise * fault.sd_db
        if abs(band.gain_db) < MIN_GAIN_DB:
            continue
        sd = float(np.hypot(sd, EQ.shape_error * abs(band.gain_db) + EQ.shape_floor_db))
        interval = (-band.gain_db - Z90 * sd, -band.gain_db + Z90 * sd)
        kept.append((rounded(band, -band.gain_db), min(fault.probability * float(norm.cdf(abs(band.gain_db) / sd)), most_sure), interval))
    # Bands that pull together must not exceed together what one may.
    most = float(np.abs(eq_response(tuple(k[0] for k in kept), sample_rate_hz)).max(initial=0.0))
    if len(kept) > 1 and most > MAX_GAIN_DB:
        kept = [(rounded(band, band.gain_db * MAX_GAIN_DB / most), sure, found) for band, sure, found in kept]
    kept.sort(key=lambda item: -abs(item[0].gain_db))
    return EqEstimate(tuple(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))
