"""Bands on roles and on the mix, fitted together to how the roles' spectra deviate.

What was done to the mix is in every role's spectrum. Fitted one target at a time, a band on a stem is partly taken for one on the mix, and
what that does to the other stems for bands on them; fitted together, each settles where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.curves import band_response
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Vector

UNKNOWN = 1e6  # dB²: the variance of a band that is left out
STEP = 1e-4  # of a parameter, for the derivatives
WHOLE = "mix"  # the target that stands for what all roles have in common


@dataclass(frozen=True)
class EqFitTuning:
    """What the fit of bands to spectra is set to.

    Parameters
    ----------
    gain_sd_db : float
        Prior standard deviation of a fault's gain.
    frequency_sd_octaves, q_sd_octaves : float
        Prior standard deviations about where a band was found: weak ones, that keep an ill-determined band there.
    most_db : float
        Largest gain of a band that is fitted.
    too_faint_db : float
        A band with more noise of coding at 128 kbit/s than this may have been emptied by it: it lies 45 dB below the stem's strongest.
    """

    gain_sd_db: float = 5.0
    frequency_sd_octaves: float = 0.5
    q_sd_octaves: float = 1.0
    most_db: float = 15.0
    too_faint_db: float = 1.5


EQ_FIT = EqFitTuning()


def precision_of(covariance: Vector) -> Vector:
    """Return the inverse of a covariance with a free constant projected out."""
    inverse = np.linalg.inv(covariance)
    ones = inverse.sum(axis=1)
    return np.asarray(inverse - np.outer(ones, ones) / ones.sum())


@dataclass(frozen=True, eq=False)
class Gap:
    """How a spectrum deviates from what is expected.

    Parameters
    ----------
    deviation : np.ndarray [shape=(31,)]
        In dB.
    precision : np.ndarray [shape=(31, 31)]
        Inverse of the covariance, a free constant projected out.
    covariance : np.ndarray [shape=(31, 31)]
        Of the deviation in dB² where nothing was done; huge for bands that are left out.
    coded_db : np.ndarray [shape=(31,)]
        Standard deviation that lossy coding adds.
    density_db : float
        The same for compression.
    """

    deviation: Vector
    precision: Vector
    covariance: Vector
    coded_db: Vector
    density_db: float = 0.0

    def noisier(self, coding: float, density: float) -> Gap:
        """Return it with so much of the noise of coding, without bands that coding may have emptied, and so much of that of compression."""
        variance = (coding * self.coded_db) ** 2 + np.where((coding > 0) & (self.coded_db > EQ_FIT.too_faint_db), UNKNOWN, 0.0)
        covariance = self.covariance + np.diag(variance + (density * self.density_db) ** 2)
        return replace(self, covariance=covariance, precision=precision_of(covariance))


@dataclass(frozen=True)
class Fault:
    """A band that was put on a target, the standard deviation of its gain in dB, and the probability that there is one."""

    band: Band
    sd_db: float
    probability: float


class _Fit:
    """Parameters (gain in dB, log2 of frequency, log2 of Q) of bands, and what they leave, whitened."""

    def __init__(self, faults: Mapping[str, Sequence[Fault]], gaps: Mapping[str, Gap], targets: Sequence[str], rate: int) -> None:
        self.places = [(target, fault.band) for target in targets for fault in faults[target]]
        self.rate = rate
        roles = list(gaps) if WHOLE in targets else [role for role in gaps if role in targets]
        self.whiten: dict[str, Vector] = {}
        for role in roles:
            values, vectors = np.linalg.eigh(gaps[role].precision)
            self.whiten[role] = np.sqrt(np.clip(values, 0, None))[:, None] * vectors.T
        # What is fitted elsewhere, and stays.
        fixed = {t: sum(band_response(f.band, rate) for f in found) for t, found in faults.items() if t not in targets and found}
        self.deviations = {role: gaps[role].deviation - fixed.get(role, 0.0) - fixed.get(WHOLE, 0.0) for role in roles}
        self.start = np.array([v for _, b in self.places for v in (b.gain_db, np.log2(b.frequency_hz), np.log2(b.q))])
        self.prior_sd = np.tile([EQ_FIT.gain_sd_db, EQ_FIT.frequency_sd_octaves, EQ_FIT.q_sd_octaves], len(self.places))
        self.prior_mean = self.start * np.tile([0.0, 1.0, 1.0], len(self.places))

    def bands(self, parameters: Vector) -> list[Band]:
        return [self._band(place, parameters[3 * n : 3 * n + 3]) for n, (_, place) in enumerate(self.places)]

    @staticmethod
    def _band(band: Band, values: Vector) -> Band:
        gain, octave, q = (float(value) for value in values)
        return replace(band, gain_db=gain, frequency_hz=2**octave, q=band.q if band.type != "bell" else 2**q)

    def _rows(self, target: str, curve: Vector) -> Vector:
        """Return a curve on a target in terms of what is left, whitened."""
        none = np.zeros_like(curve)
        return np.concatenate([w @ (curve if target in (WHOLE, role) else none) for role, w in self.whiten.items()])

    def residuals(self, parameters: Vector) -> Vector:
        curves = [band_response(band, self.rate) for band in self.bands(parameters)]
        explained = {
            role: sum((c for c, (t, _) in zip(curves, self.places, strict=True) if t in (WHOLE, role)), np.zeros(d.size))
            for role, d in self.deviations.items()
        }
        left = [self.whiten[role] @ (deviation - explained[role]) for role, deviation in self.deviations.items()]
        return np.concatenate([*left, (parameters - self.prior_mean) / self.prior_sd])

    def jacobian(self, parameters: Vector) -> Vector:
        columns = []
        for n, (target, place) in enumerate(self.places):
            own = parameters[3 * n : 3 * n + 3]
            for step in np.eye(3) * STEP:
                up, down = (band_response(self._band(place, own + s), self.rate) for s in (step, -step))
                columns.append(-self._rows(target, (up - down) / (2 * STEP)))
        return np.vstack([np.array(columns).T, np.diag(1 / self.prior_sd)])


def fit_bands(faults: Mapping[str, Sequence[Fault]], gaps: Mapping[str, Gap], target: str, sample_rate_hz: int) -> dict[str, list[Fault]]:
    """Fit gains, frequencies and Q of a target's bands, and of all others that they have to do with.

    Parameters
    ----------
    faults : mapping of target to sequence of Fault
        The targets are the roles of the gaps and ``"mix"``.
    gaps : mapping of role to Gap
    target : str
        Whose bands have changed.
    sample_rate_hz : int
    """
    from scipy.optimize import least_squares

    found = {t: list(several) for t, several in faults.items()}
    # Roles have to do with each other only by what is on the mix.
    targets = [t for t, several in found.items() if several] if found.get(WHOLE) else [target]
    if not any(found[t] for t in targets):
        return found
    fit = _Fit(found, gaps, targets, sample_rate_hz)
    octaves, qs = fit.start[1::3], fit.start[2::3]
    low = np.column_stack([np.full(octaves.size, -EQ_FIT.most_db), octaves - 1, np.minimum(qs, np.log2(0.3))]).ravel()
    high = np.column_stack([np.full(octaves.size, EQ_FIT.most_db), octaves + 1, np.maximum(qs, np.log2(6.0))]).ravel()
    inside = np.clip(fit.start, low + 1e-6, high - 1e-6)
    best = least_squares(fit.residuals, inside, fit.jacobian, bounds=(low, high), max_nfev=40)  # converges in about ten
    jacobian = np.asarray(best.jac, dtype=np.float64)
    sds = np.sqrt(np.diag(np.linalg.pinv(jacobian.T @ jacobian)))[::3]
    bands = iter(zip(fit.bands(best.x), sds.tolist(), strict=True))
    for t in targets:
        found[t] = [replace(fault, band=band, sd_db=sd) for fault in found[t] for band, sd in [next(bands)]]
    return found
