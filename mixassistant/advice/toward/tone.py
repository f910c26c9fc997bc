"""Tone toward the references: the posterior mean of what a spectrum is off by, as at most four broad bands.

What a spectrum is off by at a stage is smooth: a tilt, a low and a high shelf, wide bells. Of a difference to other songs only that part
is taken for an error which looks like one and which songs do not differ by anyway (Gaussian regression with a smooth prior; Wilson and
Fazenda 2016 on how mixes of one song differ in tone).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np

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
    heard_db : float
        Bands further below the strongest of what is expected do not count.
    most_bands : int
    least_gain : float
        Share of what is left of a curve that one more band has to take away.
    ridge : float
        Weight of the gains themselves: between two ways to one curve the gentler is taken.
    """

    free_db: float = 20.0
    rough_db: float = 0.3
    heard_db: float = 45.0
    most_bands: int = 4
    least_gain: float = 0.12
    ridge: float = 0.3


TOWARD_TONE = TowardToneTuning()

LOW_SHELVES_HZ = (80.0, 120.0, 180.0, 260.0)
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
    """The curve that should be added to a spectrum in dB, ``[shape=(31,)]``, its posterior covariance, and which bands count."""

    curve_db: Vector
    covariance: Vector
    counts: Vector


def smooth(broad_db: Vector) -> Vector:
    """Return values of the seven broad bands as a curve over 1/3-octave bands, ``[shape=(31,)]``."""
    middles = [np.log(np.sqrt(low * high)) for low, high in BROAD_HZ.values()]
    return np.asarray(np.interp(np.log(CENTRES_HZ), middles, broad_db))


def estimate_tone_toward(spectrum: Vector, expected: Gaussian, error_sd_db: float, habit_db: Vector | None = None) -> ToneEstimate:
    """Estimate what should be added to a spectrum.

    Parameters
    ----------
    spectrum : np.ndarray [shape=(31,)]
        In dB relative to its own level; NaN where a file holds nothing.
    expected : Gaussian
        Of the next song's spectrum.
    error_sd_db : float
        Standard deviation of each smooth part of what it is off by at the mix's stage.
    habit_db : np.ndarray [shape=(31,)], optional
        What engineers add to raw tracks of this role as a rule.
    """
    known = ~(np.isnan(spectrum) | np.isnan(expected.mean))
    counts = known & (np.nan_to_num(expected.mean, nan=-np.inf) > np.nanmax(expected.mean) - TOWARD_TONE.heard_db)
    usual = np.zeros(spectrum.size) if habit_db is None else habit_db
    errors = error_sd_db**2 * smooth_errors() + TOWARD_TONE.rough_db**2 * np.eye(spectrum.size)
    seen = np.ix_(counts, counts)
    noise = expected.covariance[seen] + TOWARD_TONE.free_db**2
    gain = np.linalg.solve(errors[seen] + noise, errors[counts]).T
    # x − μ = e + what songs differ by, and e is −usual as a rule.
    gap = spectrum[counts] - expected.mean[counts] + usual[counts]
    curve = usual - gain @ gap
    return ToneEstimate(np.asarray(curve), np.asarray(errors - gain @ errors[counts]), counts)


def fit_broad_bands(found: ToneEstimate, most_db: float, sample_rate_hz: int) -> tuple[Band, ...]:
    """Return the at most four broad bands that come closest to a curve, but for a constant; strongest first.

    Parameters
    ----------
    found : ToneEstimate
    most_db : float
        Of each gain.
    sample_rate_hz : int
    """
    candidates = [band for kind in _bands() for band in kind if band.frequency_hz < 0.4 * sample_rate_hz]
    weights = found.counts / max(int(found.counts.sum()), 1)

    def centred(curves: Vector) -> Vector:
        return np.asarray(curves - (curves * weights).sum(axis=-1, keepdims=True))

    responses = centred(np.array([band_response(band, sample_rate_hz) for band in candidates])) * np.sqrt(weights)
    wanted = centred(found.curve_db) * np.sqrt(weights)
    chosen: list[int] = []
    gains = np.zeros(0)
    left = float(wanted @ wanted)
    while len(chosen) < TOWARD_TONE.most_bands:
        best: tuple[float, int, Vector] | None = None
        for index in range(len(candidates)):
            if index in chosen:
                continue
            basis = responses[[*chosen, index]]
            # The ridge is in the unit of the whole: an error of so many dB² a band against so large gains.
            trial = np.linalg.solve(basis @ basis.T + TOWARD_TONE.ridge / 31 * np.eye(len(basis)), basis @ wanted)
            rest = wanted - trial @ basis
            misfit = float(rest @ rest)
            if best is None or misfit < best[0]:
                best = misfit, index, trial
        if best is None or best[0] > (1 - TOWARD_TONE.least_gain) * left or np.abs(best[2]).min() < 0.5 * MIN_GAIN_DB:
            break
        left, gains = best[0], best[2]
        chosen.append(best[1])
    if chosen and np.abs(gains).max() > most_db:  # the others take up what one of them may not do
        from scipy.optimize import lsq_linear

        gains = lsq_linear(responses[chosen].T, wanted, bounds=(-most_db, most_db)).x
    bands = [replace(candidates[i], gain_db=round(float(g), 1)) for i, g in zip(chosen, gains, strict=True)]
    bands = [replace(band, frequency_hz=float(f"{band.frequency_hz:.2g}")) for band in bands if abs(band.gain_db) >= 0.5 * MIN_GAIN_DB]
    ordered = tuple(sorted(bands, key=lambda band: -abs(band.gain_db)))
    return ordered if ordered and abs(ordered[0].gain_db) >= MIN_GAIN_DB else ()


def sure_of(found: ToneEstimate, bands: tuple[Band, ...], sample_rate_hz: int) -> tuple[float, float]:
    """Return mean and standard deviation in dB of how far the curve goes along the shape of bands: of the largest gain."""
    shape = eq_response(bands, sample_rate_hz)
    weights = found.counts / max(int(found.counts.sum()), 1)
    shape = (shape - shape @ weights) * weights
    reach = float(shape @ (eq_response(bands, sample_rate_hz))) or 1.0
    main = bands[0].gain_db
    return main * float(shape @ found.curve_db) / reach, abs(main) * float(np.sqrt(shape @ found.covariance @ shape)) / reach
