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

from mixassistant.advice.eq import dictionary
from mixassistant.advice.mix_fit import MIX_FIT, Change, Mixes, refine
from mixassistant.features.fingerprint import COVERED, Fingerprint
from mixassistant.profiles.profile import Vector


@dataclass(frozen=True)
class MixRegressionTuning:
    """What the search for changes between two mixes is set to; costs are in nats.

    The gates were set on 20 songs that the embedded separator was not trained on, with one seed of planted faults.

    Parameters
    ----------
    level_odds, band_odds : float
        Of one more change being there, a level or a band, before looking.
    free_shape : float
        What it costs to choose frequency and Q, beside the dictionary: a level explains as well with less.
    alike : float
        By so much a band that does what a level would has to explain more: a separator leaves parts of a stem elsewhere. Of 15 bands that
        had less of a lead, 7 had been levels.
    free_mix : float
        What a band on the mix costs more: a stem that stands alone in an octave is like the mix there, and then it was the stem.
    least_odds : float
        Log odds that a change must reach: a posterior probability of 0.85.
    first_look : float
        Nats that the linear look may be too low by.
    most_tried : int
        Changes that are tried in full at a time, beside levels.
    most_changes : int
    mastering_bands : int
        Bands on the mix that are tried together, at most.
    trusted_db : float
        Misfit that may be left, as a root mean square: 98 % of what was a gain or an equalizer leave 0.62 and less.
    """

    level_odds: float = 0.06
    band_odds: float = 0.05
    free_shape: float = 14.0
    alike: float = 12.0
    free_mix: float = 14.0
    least_odds: float = 1.73
    first_look: float = 3.0
    most_tried: int = 3
    most_changes: int = 5
    mastering_bands: int = 4
    trusted_db: float = 0.75


MIX_REGRESSION = MixRegressionTuning()


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


def find_changes(
    powers: Vector, theirs: Fingerprint, roles: Sequence[str], sample_rate_hz: int, tuning: MixRegressionTuning = MIX_REGRESSION
) -> tuple[Change, ...] | None:
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
    tuning : MixRegressionTuning
    """
    mixes = Mixes(powers, theirs, roles, sample_rate_hz)
    none = _Found(*refine(mixes, (), mixes.usual_gap_db))
    found = _with_more(mixes, none, tuning)
    mastered = _mastered(mixes, none, tuning)
    if mastered.changes:
        found = max(found, _with_more(mixes, mastered, tuning), key=lambda one: one.log_odds)
    left = mixes.left(mixes.curves(found.changes), found.gain_db)
    return found.changes if left <= tuning.trusted_db**2 else None


def _with_more(mixes: Mixes, found: _Found, tuning: MixRegressionTuning) -> _Found:
    """Add changes one at a time, as long as each passes the gate."""
    while len(found.changes) < tuning.most_changes:
        best = _best(mixes, found, _candidates(mixes, found, tuning), tuning)
        if best is None or best.log_odds - found.log_odds < tuning.least_odds:
            break
        found = best
    return found


def _mastered(mixes: Mixes, found: _Found, tuning: MixRegressionTuning) -> _Found:
    """Add bands on the mix: whoever puts an equalizer on it mostly sets several, none of which explains much alone."""
    best = found
    for number in range(tuning.mastering_bands):
        bands = [tried for tried in _candidates(mixes, found, tuning, everything=True) if tried.change.target == "mix"]
        candidates = [replace(tried, cost=tried.cost - tuning.free_mix) if number else tried for tried in bands]
        more = _best(mixes, found, candidates, tuning)
        if more is None:
            break
        found = more
        if found.log_odds > best.log_odds + tuning.least_odds:
            best = found
    return best


def _best(mixes: Mixes, found: _Found, candidates: Iterable[_Candidate], tuning: MixRegressionTuning) -> _Found | None:
    """Return what is found with the candidate that explains most for its cost."""
    before = mixes.left(mixes.curves(found.changes), found.gain_db) + MIX_FIT.measuring_db**2
    best: tuple[_Found, _Candidate] | None = None
    best_level = found.log_odds + tuning.least_odds
    for candidate in candidates:
        changes, gain_db = refine(mixes, (*found.changes, candidate.change), found.gain_db)
        after = mixes.left(mixes.curves(changes), gain_db) + MIX_FIT.measuring_db**2
        log_odds = found.log_odds + 0.5 * MIX_FIT.independent * float(np.log(before / after)) - candidate.cost
        if candidate.change.band is None:
            best_level = max(best_level, log_odds)
        if best is None or log_odds > best[0].log_odds:
            best = _Found(changes, gain_db, log_odds), candidate
    if best is None:
        return None
    one, candidate = best
    is_rivalled = best_level > found.log_odds + tuning.least_odds and one.log_odds - best_level < tuning.alike * candidate.likeness**4
    if candidate.change.band is not None and is_rivalled:
        return replace(one, changes=(*one.changes[:-1], replace(one.changes[-1], is_clear=False)))
    return one


def _candidates(mixes: Mixes, so_far: _Found, tuning: MixRegressionTuning, everything: bool = False) -> Iterator[_Candidate]:
    """Yield the changes that are worth a try, or everything."""
    changes = so_far.changes
    look = mixes.look(mixes.curves(changes), so_far.gain_db)
    bands, responses = dictionary(mixes.rate)
    usable = np.array([MIX_FIT.lowest_hz < band.frequency_hz < MIX_FIT.highest_hz for band in bands])
    shapes = responses[:, COVERED]
    levelled = {change.target for change in changes if change.band is None}
    found: list[tuple[float, _Candidate]] = []
    for role in mixes.roles:
        if role not in levelled:
            factor, gain, occam = look.evidence(np.ones((1, shapes.shape[1])), mixes.rows(role))
            log_prior = float(np.log(tuning.level_odds))
            found.append((float(factor[0]) + log_prior, _Candidate(Change(role, _limited(gain[0])), float(occam[0]) - log_prior)))
    for target in (*mixes.roles, "mix"):
        factor, gain, occam = look.evidence(shapes, mixes.rows(target))
        factor = np.where(usable, factor, -np.inf)
        best = int(factor.argmax())
        mean = float(factor.max() + np.log(np.exp(factor - factor.max()).mean()))
        log_prior = float(np.log(tuning.band_odds))
        cost = float(occam[best]) - log_prior + tuning.free_shape + (tuning.free_mix if target == "mix" else 0.0)
        change = Change(target, 0.0, replace(bands[best], gain_db=_limited(gain[best])))
        likeness = max(look.likeness(shapes[best], mixes.rows(target), mixes.rows(role)) for role in mixes.roles)
        found.append((mean + log_prior, _Candidate(change, cost, likeness)))
    found.sort(key=lambda item: -item[0])
    for place, (log_odds, candidate) in enumerate(found):
        is_tried = place < tuning.most_tried or candidate.change.band is None
        if everything or (is_tried and log_odds >= tuning.least_odds - tuning.first_look):
            yield candidate


def _limited(gain_db: float) -> float:
    return float(np.clip(gain_db, -12.0, 12.0))
