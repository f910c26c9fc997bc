"""Equalizer moves from wide evidence: what other songs, or other bars of this one, let one say of a stem's tone.

Songs differ from one another by as much as faults do, so that the likeliest fault is often the wrong one. What is suggested is
therefore the mean over all that may have happened: nothing, or one band of any frequency, width and gain on any stem or on the
whole mix, each weighted by its posterior probability. Where the evidence points everywhere a little, that mean is nearly flat and
nothing is said; where it points to one place, the move there is as large as is known.

Deviations spread by Student's t (songs have odd moments). What was done to the mix shows in every stem, and its evidence is their
sum, tempered since stems of one song are not independent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.curves import MIN_GAIN_DB, eq_response, rounded
from mixassistant.advice.eq import EqEstimate, dictionary
from mixassistant.advice.eq_fit import EQ_FIT, Gap
from mixassistant.advice.posterior import interval
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Vector


@dataclass(frozen=True)
class EqFromSongsTuning:
    """What the estimate of equalizers from wide evidence is set to.

    Parameters
    ----------
    stems_share : float
        Of the stems' summed log evidence, what counts for a fault of the mix: stems are not independent.
    mix_share : float
        Of the log evidence of the mix's own spectrum, what counts beside it.
    gate : float
        Posterior probability that a move goes in the right direction: below it, it is likelier that it does not.
    most_moves : int
        Moves that are suggested at most.
    step_db, steps : float, int
        Gains are tried in such steps, so many of them up and down.
    """

    stems_share: float = 0.7
    mix_share: float = 0.3
    gate: float = 0.5
    most_moves: int = 3
    step_db: float = 1.0
    steps: int = 12

    @property
    def gains_db(self) -> Vector:
        """Gains that are tried."""
        return self.step_db * np.array([n for n in range(-self.steps, self.steps + 1) if n], dtype=np.float64)


EQ_FROM_SONGS = EqFromSongsTuning()
GAINS_DB = EQ_FROM_SONGS.gains_db


def _log_evidence(gap: Gap, responses: Vector, freedom: float) -> Vector:
    """Return the log Bayes factor of each band with each gain against no band, ``[shape=(bands, gains)]``."""
    weighted = responses @ gap.precision
    strength = np.einsum("kb,kb->k", weighted, responses)[:, None]
    match = (weighted @ gap.deviation)[:, None]
    whole = float(gap.deviation @ gap.precision @ gap.deviation)
    left = whole - 2 * match * GAINS_DB + strength * GAINS_DB**2
    dimensions = int((np.diag(gap.precision) > 1e-5).sum()) - 1  # bands that are heard, but for the free constant
    return np.asarray(-0.5 * (freedom + dimensions) * (np.log1p(left / freedom) - np.log1p(whole / freedom)))


def estimate_eq_from_songs(
    gaps: Mapping[str, Gap], whole: Gap | None, freedom: float, fault_prior: float, sample_rate_hz: int
) -> dict[str, EqEstimate]:
    """Estimate corrections from wide evidence.

    Parameters
    ----------
    gaps : mapping of Role to Gap
    whole : Gap or None
        The mix's own.
    freedom : float
        Degrees of freedom of Student's t.
    fault_prior : float
        Probability that anything is wrong with the tone, before looking.
    sample_rate_hz : int

    Returns
    -------
    dict
        Role or ``"mix"`` to its correction; targets without one are left out.
    """
    found: dict[str, EqEstimate] = {}
    left, left_whole = dict(gaps), whole
    for _ in range(min(EQ_FROM_SONGS.most_moves, len(gaps))):
        move = _one(left, left_whole, freedom, fault_prior, sample_rate_hz)
        if move is None or move[0] in found or move[1].probability[0] < EQ_FROM_SONGS.gate:
            break
        target, estimate = move
        found[target] = estimate
        undone = eq_response(estimate.bands, sample_rate_hz)
        for role in [target] if target in gaps else [*gaps]:
            left[role] = replace(left[role], deviation=left[role].deviation + undone)
        if left_whole is not None and target == "mix":
            left_whole = replace(left_whole, deviation=left_whole.deviation + undone)
    return found


def _one(
    gaps: Mapping[str, Gap], whole: Gap | None, freedom: float, fault_prior: float, sample_rate_hz: int
) -> tuple[str, EqEstimate] | None:
    """Return the target and the correction of the one fault that the evidence points to, if it points anywhere."""
    candidates, responses = dictionary(sample_rate_hz)
    evidence = {role: _log_evidence(gap, responses, freedom) for role, gap in gaps.items()}
    if len(gaps) > 1:
        evidence["mix"] = EQ_FROM_SONGS.stems_share * np.sum([*evidence.values()], axis=0)
        if whole is not None:
            evidence["mix"] = evidence["mix"] + EQ_FROM_SONGS.mix_share * _log_evidence(whole, responses, freedom)
    slab = np.exp(-0.5 * (GAINS_DB / EQ_FIT.gain_sd_db) ** 2)
    prior = np.log(fault_prior / (len(evidence) * len(candidates))) + np.log(slab / slab.sum())
    logs = {target: factor + prior for target, factor in evidence.items()}
    most = max(float(np.log(1 - fault_prior)), *(float(log.max()) for log in logs.values()))
    weights = {target: np.exp(log - most) for target, log in logs.items()}
    total = sum(float(w.sum()) for w in weights.values()) + float(np.exp(np.log(1 - fault_prior) - most))
    best: tuple[float, str, Band] | None = None
    squares = (responses**2).sum(axis=1)
    for target, weight in weights.items():
        mean = ((weight @ GAINS_DB) / total) @ responses
        match = responses @ mean
        index = int((match**2 / squares).argmax())
        gain = float(match[index] / squares[index])
        if abs(gain) >= MIN_GAIN_DB and (best is None or abs(gain) > abs(best[0])):
            best = (gain, target, candidates[index])
    if best is None:
        return None
    gain, target, band = best
    centre = int(np.abs(responses[candidates.index(band)]).argmax())
    values = -responses[:, centre, None] * GAINS_DB  # what each possible fault would have one do there
    share = weights[target] / total
    low, high = interval(values.ravel(), share.ravel(), 1.0 - float(share.sum()))
    right = float(share[values * -gain > 0].sum())
    return target, EqEstimate((rounded(band, -gain),), (right,), ((low - EQ_FROM_SONGS.step_db / 2, high + EQ_FROM_SONGS.step_db / 2),))
