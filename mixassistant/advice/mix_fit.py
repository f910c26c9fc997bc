"""A mix's stems with changes, fitted to another mix of the same performance, moment by moment and octave by octave.

What is left unexplained is heavy-tailed and of unknown size (what the separator got wrong grows with what was done), so that misfit
is robust and evidence that of Student's t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.curves import band_response
from mixassistant.features.fingerprint import BANDS_PER_ROW, COVERED, ROWS, Fingerprint, octaves
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Vector


@dataclass(frozen=True)
class MixFitTuning:
    """What the fit of one mix's stems to another mix is set to.

    Parameters
    ----------
    independent : float
        So many levels, of however many, say something of their own.
    measuring_db : float
        Standard deviation of a level: where less is left, nothing more is told by it.
    robust_db : float
        Beyond this, misfit counts by its size and no more by its square.
    range_db : float
        Moments so far below an octave's loud ones say nothing.
    quiet_octave_db : float
        Nor does an octave so far below the loudest.
    dominance : float
        Power of a stem's share by which a moment counts for it: where it stands alone the separator is right.
    gain_sd_db : float
        Prior standard deviation of a change.
    most_db : float
        Largest change.
    lowest_hz, highest_hz, widest_q, narrowest_q : float
        Between which bands are fitted.
    """

    independent: float = 50.0
    measuring_db: float = 0.03
    robust_db: float = 0.5
    range_db: float = 40.0
    quiet_octave_db: float = 50.0
    dominance: float = 8.0
    gain_sd_db: float = 5.0
    most_db: float = 15.0
    lowest_hz: float = 40.0
    highest_hz: float = 13_000.0
    widest_q: float = 0.45
    narrowest_q: float = 6.0


MIX_FIT = MixFitTuning()


@dataclass(frozen=True)
class Change:
    """What turns this mix into the other one, or a part of it.

    Parameters
    ----------
    target : str
        Role or ``"mix"``.
    gain_db : float
        Of the stem; 0 where it is a band.
    band : Band, optional
    sd_db : float
        Standard deviation of the gain in dB.
    is_clear : bool
        Whether it is this that was done, and not something alike that explains the mixes nearly as well.
    """

    target: str
    gain_db: float
    band: Band | None = None
    sd_db: float = 0.0
    is_clear: bool = True

    @property
    def size_db(self) -> float:
        """Gain of the stem or the band."""
        return self.gain_db if self.band is None else self.band.gain_db

    def response(self, sample_rate_hz: int) -> Vector:
        """Return what it does to each known band in dB, ``[shape=(24,)]``."""
        if self.band is None:
            return np.full(BANDS_PER_ROW * ROWS, self.gain_db)
        return band_response(self.band, sample_rate_hz)[COVERED]


class Mixes:
    """A mix's stems and the other mix, moment by moment."""

    def __init__(self, powers: Vector, theirs_db: Fingerprint, roles: Sequence[str], sample_rate_hz: int) -> None:
        self.roles, self.rate = roles, sample_rate_hz
        self.powers = powers[:, :, COVERED]
        self.theirs_db = theirs_db.astype(np.float64)
        rows = octaves(self.powers)
        ours, theirs = rows.sum(axis=(0, 1)), 10 ** (self.theirs_db / 10)
        loud = np.maximum(np.quantile(ours, 0.95, axis=1, keepdims=True), 1e-12)
        heard = (ours > loud * 10 ** (-MIX_FIT.range_db / 10)) | (
            theirs > np.quantile(theirs, 0.95, axis=1, keepdims=True) * 10 ** (-MIX_FIT.range_db / 10)
        )
        counts = heard & (loud > loud.max() * 10 ** (-MIX_FIT.quiet_octave_db / 10))
        own = np.einsum("rrot->rot", rows)
        weight = (own / np.maximum(own.sum(axis=0), 1e-12)) ** MIX_FIT.dominance * counts
        whole = weight.sum(axis=(1, 2), keepdims=True)
        weight = (weight / np.maximum(whole, 1e-3 * whole.max() + 1e-12)).sum(axis=0)
        self.weight = weight / max(float(weight.sum()), 1e-12)

    def curves(self, changes: Sequence[Change]) -> Vector:
        """Return what changes do to each stem, ``[shape=(stems, 24)]`` in dB."""
        found = np.zeros(self.powers.shape[1:3])
        for change in changes:
            found[self.rows(change.target)] += change.response(self.rate)
        return found

    def rows(self, target: str) -> slice:
        """Return which of the stems a target is."""
        index = [*self.roles].index(target) if target != "mix" else 0
        return slice(index, index + 1) if target != "mix" else slice(None)

    def _changed(self, curves: Vector) -> tuple[Vector, Vector]:
        """Return each stem's part in the changed mix per band, and that mix per octave."""
        gains = 10 ** (curves / 20)
        sums = np.einsum("sb,rsbt->rbt", gains, self.powers)
        parts = gains[:, :, None] * sums
        return parts, np.maximum(octaves(parts.sum(axis=0)), 1e-12)

    @property
    def usual_gap_db(self) -> float:
        """By how much the other mix is louder."""
        gap = self.theirs_db - 10 * np.log10(self._changed(self.curves(()))[1])
        return float(np.median(gap[self.weight > 0])) if (self.weight > 0).any() else 0.0

    def gap_db(self, curves: Vector, gain_db: float) -> Vector:
        """Return by how much the other mix is louder than the changed one, ``[shape=(8, moments)]``."""
        return self._gap_db(self._changed(curves)[1], gain_db)

    def _gap_db(self, mixed: Vector, gain_db: float) -> Vector:
        return np.asarray(np.clip(self.theirs_db - 10 * np.log10(mixed) - gain_db, -30.0, 30.0))

    def left(self, curves: Vector, gain_db: float) -> float:
        """Return the mean square misfit in dB²."""
        return float((self.weight * _robust(self.gap_db(curves, gain_db))).sum())

    def look(self, curves: Vector, gain_db: float) -> Look:
        """Return how the misfit falls with small changes."""
        parts, mixed = self._changed(curves)
        gap = self._gap_db(mixed, gain_db)
        share = np.clip(parts.reshape(len(parts), ROWS, BANDS_PER_ROW, -1) / mixed[None, :, None], -0.5, 1.5)
        weight = self.weight / np.sqrt(1 + (gap / MIX_FIT.robust_db) ** 2)
        return Look(
            strength=np.einsum("roit,sojt,ot->rsoij", share, share, weight, optimize=True),
            match=np.einsum("roit,ot,ot->roi", share, gap, weight, optimize=True).reshape(len(parts), -1),
            common=np.einsum("roit,ot->roi", share, weight, optimize=True).reshape(len(parts), -1),
            total=float(weight.sum()),
            offset=float((weight * gap).sum()),
            left=float((self.weight * _robust(gap)).sum()),
        )


def _robust(gap: Vector) -> Vector:
    return np.asarray(2 * MIX_FIT.robust_db**2 * (np.sqrt(1 + (gap / MIX_FIT.robust_db) ** 2) - 1))


@dataclass(frozen=True, eq=False)
class Look:
    """Second and first derivatives of the misfit by each stem's bands, and by a gain that all have in common."""

    strength: Vector
    match: Vector
    common: Vector
    total: float
    offset: float
    left: float

    def evidence(self, shapes: Vector, rows: slice) -> tuple[Vector, Vector, Vector]:
        """Return what changes with these shapes, ``[shape=(n, 24)]`` per dB, on some stems tell.

        Their log Bayes factors, their gains in dB, and what in the factors is the cost of the gains' freedom, in nats.
        """
        blocks = self.strength[rows, rows].sum(axis=(0, 1))
        parts = shapes.reshape(-1, ROWS, BANDS_PER_ROW)
        common = shapes @ self.common[rows].sum(axis=0)
        strength = np.einsum("noi,oij,noj->n", parts, blocks, parts, optimize=True) - common**2 / self.total
        match = shapes @ self.match[rows].sum(axis=0) - common * self.offset / self.total
        strength = np.maximum(strength, 1e-9)
        total = self.left + MIX_FIT.measuring_db**2
        explained = np.minimum(match**2 / strength, 0.999 * self.left)
        occam = 0.5 * np.log(MIX_FIT.gain_sd_db**2 * strength * MIX_FIT.independent / total + 1)
        return -0.5 * MIX_FIT.independent * np.log(1 - explained / total) - occam, match / strength, occam

    def likeness(self, shape: Vector, rows: slice, level: slice) -> float:
        """Return the correlation, 0 to 1, of what a shape, ``[shape=(24,)]`` per dB, does with what a stem's level does."""

        def inner(one: Vector, first: slice, other: Vector, second: slice) -> float:
            both = np.einsum("oi,roij,oj->", one, self.strength[first, second].sum(axis=1), other, optimize=True)
            return float(both - (self.common[first] @ one.ravel()).sum() * (self.common[second] @ other.ravel()).sum() / self.total)

        band, flat = shape.reshape(ROWS, BANDS_PER_ROW), np.ones((ROWS, BANDS_PER_ROW))
        size = inner(band, rows, band, rows) * inner(flat, level, flat, level)
        return min(abs(inner(band, rows, flat, level)) / float(np.sqrt(size)), 1.0) if size > 1e-12 else 0.0


def refine(mixes: Mixes, changes: tuple[Change, ...], gain_db: float) -> tuple[tuple[Change, ...], float]:
    """Fit gains, frequencies and Q of all changes together, and the gain that the mixes differ by."""
    from scipy.optimize import least_squares

    start, low, high = [gain_db], [-40.0], [40.0]
    places = []  # of the changes' gains
    for change in changes:
        band = change.band
        places.append(len(start))
        start.append(change.size_db)
        low.append(-MIX_FIT.most_db)
        high.append(MIX_FIT.most_db)
        if band is not None:
            octave = float(np.log2(band.frequency_hz))
            start.append(octave)
            low.append(octave - 0.5)
            high.append(octave + 0.5)
            if band.type == "bell":
                start.append(float(np.log2(band.q)))
                low.append(float(np.log2(MIX_FIT.widest_q)))
                high.append(float(np.log2(MIX_FIT.narrowest_q)))
    counts = mixes.weight > 1e-3 / mixes.weight.size
    root = np.sqrt(mixes.weight[counts])
    scale = np.sqrt((mixes.left(mixes.curves(changes), gain_db) + MIX_FIT.measuring_db**2) / MIX_FIT.independent)

    def built(values: Vector) -> tuple[Change, ...]:
        numbers = iter(values[1:].tolist())
        found = []
        for change in changes:
            gain = next(numbers)
            if change.band is None:
                found.append(replace(change, gain_db=gain))
                continue
            frequency = float(np.clip(2 ** next(numbers), MIX_FIT.lowest_hz, MIX_FIT.highest_hz))
            q = 2 ** next(numbers) if change.band.type == "bell" else change.band.q
            found.append(replace(change, band=replace(change.band, gain_db=gain, frequency_hz=frequency, q=q)))
        return tuple(found)

    def misfit(values: Vector) -> Vector:
        changed = built(values)
        gap = mixes.gap_db(mixes.curves(changed), float(values[0]))[counts]
        sizes = np.array([change.size_db for change in changed])
        return np.concatenate([np.sign(gap) * np.sqrt(_robust(gap)) * root, sizes / MIX_FIT.gain_sd_db * scale])

    bounds = (np.array(low), np.array(high))
    inside = np.clip(np.array(start), bounds[0] + 1e-6, bounds[1] - 1e-6)
    fitted = least_squares(misfit, inside, bounds=bounds, max_nfev=15, diff_step=[1e-3])
    jacobian = np.asarray(fitted.jac, dtype=np.float64)
    found = built(fitted.x)
    left = mixes.left(mixes.curves(found), float(fitted.x[0])) + MIX_FIT.measuring_db**2
    variances = np.maximum(np.diag(np.linalg.pinv(jacobian.T @ jacobian)), 0.0)
    sds = np.sqrt(variances * left / MIX_FIT.independent)
    return tuple(replace(change, sd_db=float(sds[place])) for change, place in zip(found, places, strict=True)), float(fitted.x[0])
