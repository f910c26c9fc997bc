"""What was done to the stems between two mixes of one performance, told by the mixes, for stems that a separator made.

A separator's stems of two mixes differ by more than what was done: turn the drums up and it finds more of them in the other stems,
or less. But the stems of one mix, each with its own gain and equalizer, have to sum to the other mix at every moment; a separator that
returns what it expects of each stem makes that regression unbiased (Berkson's model). So the other mix's levels per octave and moment
(its fingerprint) are explained by this mix's stems, their cross-spectra included, and as few changes as the evidence asks for: the
level of a stem, a band on a stem, or a band on the mix. Changes are added one at a time where they explain most; the size of what is
left unexplained is unknown (what the separator got wrong grows with what was done), so that the evidence is that of Student's t.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.curves import band_response
from mixassistant.advice.eq import dictionary
from mixassistant.features.fingerprint import BANDS_PER_ROW, COVERED, ROWS, Fingerprint, octaves
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Vector

INDEPENDENT = 50.0  # so many levels, of however many, say something of their own
MEASURING_DB = 0.03  # of a level: where less is left, nothing more is told by it
ROBUST_DB = 0.5  # beyond this, misfit counts by its size and no more by its square
RANGE_DB = 40.0  # below an octave's loud moments: quieter ones say nothing
QUIET_OCTAVE_DB = 50.0  # nor does an octave that far below the loudest
DOMINANCE = 8.0  # power of a stem's share by which a moment counts for it: where it stands alone the separator is right
SHRINK_DB = 5.0  # prior standard deviation of a change
LEVEL_ODDS, BAND_ODDS = 0.06, 0.05  # of one more change, before looking
# What frequency and Q are chosen from, in nats, over the dictionary: a level explains as well with less.
FREE_SHAPE = 14.0
# By so much a band that does what a level would has to explain more: a separator leaves parts of a stem elsewhere. Of 15 bands that had
# less of a lead, 7 had been levels.
ALIKE = 12.0
FREE_MIX = 14.0  # a stem that stands alone in an octave is like the mix there: then it was the stem
LEAST_ODDS = 1.73  # in nats, that a change must reach: a posterior probability of 0.85
MASTERING_BANDS = 4
FIRST_LOOK = 3.0  # nats that the linear look may be too low by
TRIED = 3  # changes that are tried in full at a time, beside levels
MOST_CHANGES = 5
MOST_DB = 15.0  # of a change
LOWEST_HZ, HIGHEST_HZ, WIDEST_Q, NARROWEST_Q = 40.0, 13_000.0, 0.45, 6.0
TRUSTED_DB = 0.75  # misfit that may be left, as a root mean square: 98 % of what was a gain or an equalizer leave 0.62 and less


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


class _Mixes:
    """A mix's stems and the other mix, moment by moment."""

    def __init__(self, powers: Vector, theirs_db: Fingerprint, roles: Sequence[str], sample_rate_hz: int) -> None:
        self.roles, self.rate = roles, sample_rate_hz
        self.powers = powers[:, :, COVERED]
        self.theirs_db = theirs_db.astype(np.float64)
        rows = octaves(self.powers)
        ours, theirs = rows.sum(axis=(0, 1)), 10 ** (self.theirs_db / 10)
        loud = np.maximum(np.quantile(ours, 0.95, axis=1, keepdims=True), 1e-12)
        heard = (ours > loud * 10 ** (-RANGE_DB / 10)) | (
            theirs > np.quantile(theirs, 0.95, axis=1, keepdims=True) * 10 ** (-RANGE_DB / 10)
        )
        counts = heard & (loud > loud.max() * 10 ** (-QUIET_OCTAVE_DB / 10))
        own = np.einsum("rrot->rot", rows)
        weight = (own / np.maximum(own.sum(axis=0), 1e-12)) ** DOMINANCE * counts
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

    def look(self, curves: Vector, gain_db: float) -> _Look:
        """Return how the misfit falls with small changes."""
        parts, mixed = self._changed(curves)
        gap = self._gap_db(mixed, gain_db)
        share = np.clip(parts.reshape(len(parts), ROWS, BANDS_PER_ROW, -1) / mixed[None, :, None], -0.5, 1.5)
        weight = self.weight / np.sqrt(1 + (gap / ROBUST_DB) ** 2)
        return _Look(
            strength=np.einsum("roit,sojt,ot->rsoij", share, share, weight, optimize=True),
            match=np.einsum("roit,ot,ot->roi", share, gap, weight, optimize=True).reshape(len(parts), -1),
            common=np.einsum("roit,ot->roi", share, weight, optimize=True).reshape(len(parts), -1),
            total=float(weight.sum()),
            offset=float((weight * gap).sum()),
            left=float((self.weight * _robust(gap)).sum()),
        )


def _robust(gap: Vector) -> Vector:
    return np.asarray(2 * ROBUST_DB**2 * (np.sqrt(1 + (gap / ROBUST_DB) ** 2) - 1))


@dataclass(frozen=True, eq=False)
class _Look:
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
        total = self.left + MEASURING_DB**2
        explained = np.minimum(match**2 / strength, 0.999 * self.left)
        occam = 0.5 * np.log(SHRINK_DB**2 * strength * INDEPENDENT / total + 1)
        return -0.5 * INDEPENDENT * np.log(1 - explained / total) - occam, match / strength, occam

    def likeness(self, shape: Vector, rows: slice, level: slice) -> float:
        """Return the correlation, 0 to 1, of what a shape, ``[shape=(24,)]`` per dB, does with what a stem's level does."""

        def inner(one: Vector, first: slice, other: Vector, second: slice) -> float:
            both = np.einsum("oi,roij,oj->", one, self.strength[first, second].sum(axis=1), other, optimize=True)
            return float(both - (self.common[first] @ one.ravel()).sum() * (self.common[second] @ other.ravel()).sum() / self.total)

        band, flat = shape.reshape(ROWS, BANDS_PER_ROW), np.ones((ROWS, BANDS_PER_ROW))
        size = inner(band, rows, band, rows) * inner(flat, level, flat, level)
        return min(abs(inner(band, rows, flat, level)) / float(np.sqrt(size)), 1.0) if size > 1e-12 else 0.0


@dataclass(frozen=True)
class _Found:
    """Changes that were fitted, the gain in dB that the mixes differ by beside them, and their log odds against none, in nats."""

    changes: tuple[Change, ...]
    gain_db: float
    log_odds: float = 0.0


@dataclass(frozen=True)
class _Candidate:
    """A change, what it costs in nats (its prior and its freedom), and how much it does what a level does, 0 to 1."""

    change: Change
    cost: float
    likeness: float = 0.0


def changes_between(powers: Vector, theirs: Fingerprint, roles: Sequence[str], sample_rate_hz: int) -> tuple[Change, ...] | None:
    """Find what was done to this mix's stems to make the other mix of them; ``None`` when that does not explain it.

    Parameters
    ----------
    powers : np.ndarray [shape=(stems, stems, 31, frames)]
        What `mixassistant.features.cross_powers.cross_powers` returns for the stems.
    theirs : np.ndarray [shape=(8, frames)]
        The other mix's fingerprint in the same moments.
    roles : sequence of str
        Names of the stems.
    sample_rate_hz : int
        Of the song: near Nyquist the filters' shapes depend on it.
    """
    mixes = _Mixes(powers, theirs, roles, sample_rate_hz)
    none = _Found(*_refined(mixes, (), mixes.usual_gap_db))
    found = _with_more(mixes, none)
    mastered = _mastered(mixes, none)
    if mastered.changes:
        found = max(found, _with_more(mixes, mastered), key=lambda one: one.log_odds)
    left = mixes.left(mixes.curves(found.changes), found.gain_db)
    return found.changes if left <= TRUSTED_DB**2 else None


def _with_more(mixes: _Mixes, found: _Found) -> _Found:
    """Add changes one at a time, as long as each passes the gate."""
    while len(found.changes) < MOST_CHANGES:
        best = _best(mixes, found, _candidates(mixes, found))
        if best is None or best.log_odds - found.log_odds < LEAST_ODDS:
            break
        found = best
    return found


def _mastered(mixes: _Mixes, found: _Found) -> _Found:
    """Add bands on the mix: whoever puts an equalizer on it mostly sets several, none of which explains much alone."""
    best = found
    for number in range(MASTERING_BANDS):
        bands = [tried for tried in _candidates(mixes, found, everything=True) if tried.change.target == "mix"]
        candidates = [replace(tried, cost=tried.cost - FREE_MIX) if number else tried for tried in bands]
        more = _best(mixes, found, candidates)
        if more is None:
            break
        found = more
        if found.log_odds > best.log_odds + LEAST_ODDS:
            best = found
    return best


def _best(mixes: _Mixes, found: _Found, candidates: Iterable[_Candidate]) -> _Found | None:
    """Return what is found with the candidate that explains most for its cost."""
    before = mixes.left(mixes.curves(found.changes), found.gain_db) + MEASURING_DB**2
    best: tuple[_Found, _Candidate] | None = None
    best_level = found.log_odds + LEAST_ODDS
    for candidate in candidates:
        changes, gain_db = _refined(mixes, (*found.changes, candidate.change), found.gain_db)
        after = mixes.left(mixes.curves(changes), gain_db) + MEASURING_DB**2
        log_odds = found.log_odds + 0.5 * INDEPENDENT * float(np.log(before / after)) - candidate.cost
        if candidate.change.band is None:
            best_level = max(best_level, log_odds)
        if best is None or log_odds > best[0].log_odds:
            best = _Found(changes, gain_db, log_odds), candidate
    if best is None:
        return None
    one, candidate = best
    is_rivalled = best_level > found.log_odds + LEAST_ODDS and one.log_odds - best_level < ALIKE * candidate.likeness**4
    if candidate.change.band is not None and is_rivalled:
        return replace(one, changes=(*one.changes[:-1], replace(one.changes[-1], is_clear=False)))
    return one


def _candidates(mixes: _Mixes, so_far: _Found, everything: bool = False) -> Iterator[_Candidate]:
    """Yield the changes that are worth a try, or everything."""
    changes = so_far.changes
    look = mixes.look(mixes.curves(changes), so_far.gain_db)
    bands, responses = dictionary(mixes.rate)
    usable = np.array([LOWEST_HZ < band.frequency_hz < HIGHEST_HZ for band in bands])
    shapes = responses[:, COVERED]
    levelled = {change.target for change in changes if change.band is None}
    found: list[tuple[float, _Candidate]] = []
    for role in mixes.roles:
        if role not in levelled:
            factor, gain, occam = look.evidence(np.ones((1, shapes.shape[1])), mixes.rows(role))
            log_prior = float(np.log(LEVEL_ODDS))
            found.append((float(factor[0]) + log_prior, _Candidate(Change(role, _limited(gain[0])), float(occam[0]) - log_prior)))
    for target in (*mixes.roles, "mix"):
        factor, gain, occam = look.evidence(shapes, mixes.rows(target))
        factor = np.where(usable, factor, -np.inf)
        best = int(factor.argmax())
        mean = float(factor.max() + np.log(np.exp(factor - factor.max()).mean()))
        log_prior = float(np.log(BAND_ODDS))
        cost = float(occam[best]) - log_prior + FREE_SHAPE + (FREE_MIX if target == "mix" else 0.0)
        change = Change(target, 0.0, replace(bands[best], gain_db=_limited(gain[best])))
        likeness = max(look.likeness(shapes[best], mixes.rows(target), mixes.rows(role)) for role in mixes.roles)
        found.append((mean + log_prior, _Candidate(change, cost, likeness)))
    found.sort(key=lambda item: -item[0])
    for place, (log_odds, candidate) in enumerate(found):
        if everything or (log_odds >= LEAST_ODDS - FIRST_LOOK and (place < TRIED or candidate.change.band is None)):
            yield candidate


def _limited(gain_db: float) -> float:
    return float(np.clip(gain_db, -12.0, 12.0))


def _refined(mixes: _Mixes, changes: tuple[Change, ...], gain_db: float) -> tuple[tuple[Change, ...], float]:
    """Fit gains, frequencies and Q of all changes together, and the gain that the mixes differ by."""
    from scipy.optimize import least_squares

    start, low, high = [gain_db], [-40.0], [40.0]
    places = []  # of the changes' gains
    for change in changes:
        band = change.band
        places.append(len(start))
        start.append(change.size_db)
        low.append(-MOST_DB)
        high.append(MOST_DB)
        if band is not None:
            octave = float(np.log2(band.frequency_hz))
            start.append(octave)
            low.append(octave - 0.5)
            high.append(octave + 0.5)
            if band.type == "bell":
                start.append(float(np.log2(band.q)))
                low.append(float(np.log2(WIDEST_Q)))
                high.append(float(np.log2(NARROWEST_Q)))
    counts = mixes.weight > 1e-3 / mixes.weight.size
    root = np.sqrt(mixes.weight[counts])
    scale = np.sqrt((mixes.left(mixes.curves(changes), gain_db) + MEASURING_DB**2) / INDEPENDENT)

    def built(values: Vector) -> tuple[Change, ...]:
        numbers = iter(values[1:].tolist())
        found = []
        for change in changes:
            gain = next(numbers)
            if change.band is None:
                found.append(replace(change, gain_db=gain))
                continue
            frequency = float(np.clip(2 ** next(numbers), LOWEST_HZ, HIGHEST_HZ))
            q = 2 ** next(numbers) if change.band.type == "bell" else change.band.q
            found.append(replace(change, band=replace(change.band, gain_db=gain, frequency_hz=frequency, q=q)))
        return tuple(found)

    def misfit(values: Vector) -> Vector:
        changed = built(values)
        gap = mixes.gap_db(mixes.curves(changed), float(values[0]))[counts]
        sizes = np.array([change.size_db for change in changed])
        return np.concatenate([np.sign(gap) * np.sqrt(_robust(gap)) * root, sizes / SHRINK_DB * scale])

    bounds = (np.array(low), np.array(high))
    inside = np.clip(np.array(start), bounds[0] + 1e-6, bounds[1] - 1e-6)
    fitted = least_squares(misfit, inside, bounds=bounds, max_nfev=15, diff_step=[1e-3])
    jacobian = np.asarray(fitted.jac, dtype=np.float64)
    found = built(fitted.x)
    left = mixes.left(mixes.curves(found), float(fitted.x[0])) + MEASURING_DB**2
    variances = np.maximum(np.diag(np.linalg.pinv(jacobian.T @ jacobian)), 0.0)
    sds = np.sqrt(variances * left / INDEPENDENT)
    return tuple(replace(change, sd_db=float(sds[place])) for change, place in zip(found, places, strict=True)), float(fitted.x[0])
