"""Masking moves: a cut of at most 3 dB on the stem that hides another, where it can spare the sound and the other cannot.

Some masking is in every mix. A stem counts as hidden only where more of it is hidden than in nearly all the references (or in the same
song's other version). Then every cut on every other stem is tried on the measured spectra over time: taken is the one that brings most
of the hidden stem back for what it takes from the masker (after Hafezi and Reiss 2015). Separated stems leak into each other, and
that is no masking: for them nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixassistant.advice.curves import band_response, rounded
from mixassistant.advice.rendering import Parts, spectra_over_time
from mixassistant.advice.suggestion import Evidence, Facts, Hidden, Interval, Move, around
from mixassistant.advice.target_names import target_at
from mixassistant.features.descriptor import scalar
from mixassistant.features.masking import Power, excitation, hidden, loudness_of, masked_share
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.profile import Z80, Profile
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Role

HEARD_ROLES: tuple[Role, ...] = ("vocals", "bass")  # what a mix must not lose; the rest may lie behind
MASKERS: tuple[Role, ...] = ("drums", "bass", "other")  # never the voice


@dataclass(frozen=True)
class MaskingTuning:
    """What a stem is called hidden by, and what a cut that brings it back may cost.

    Parameters
    ----------
    mended : float
        Share of what is hidden beyond the usual, that a cut has to bring back.
    most_db : float
        Of a cut: masking is mended by moving a little out of the way.
    most_from_songs_db : float
        The same where other songs are the evidence: an arrangement may want it so.
    cut_q : float
        Of a cut: one octave.
    score : float
        Standard deviations of the references above their median: of 94 finished songs that were left out, one.
    repeat : float
        Percentage points: more than this another mix of the same song differs in.
    unusual : float
        Percentage points above what is usual, from which on it is heard.
    worth : float
        Percentage points that a cut has to bring back; 3 dB in an octave bring 1 to 5 on finished songs.
    spare : float
        Per cent of its own loudness that the masker may lose; such a cut costs 2 to 5.
    price : float
        Percentage points of the hidden stem that one per cent of the masker is worth.
    """

    mended: float = 0.15
    most_db: float = 3.0
    most_from_songs_db: float = 2.0
    cut_q: float = 1.4
    score: float = 3.0
    repeat: float = 4.0
    unusual: float = 3.0
    worth: float = 1.0
    spare: float = 5.0
    price: float = 0.25


MASKING = MaskingTuning()


CENTRES = tuple(float(f) for f in (125, 200, 315, 500, 800, 1250, 2000, 3150, 5000, 8000))  # Hz


def hidden_role(track: MeasuredTrack, profile: Profile, expectation: Expectation) -> tuple[Role, float, Evidence] | None:
    """Return the role that is hidden more than is usual, how far beyond in standard deviations, and the evidence; or None."""
    if track.origin != "supplied" or sum(role in track.roles for role in ROLES) < 2:
        return None
    same = expectation.version
    # Another part of the song, or a version with other stems, hides other stems, and whether its levels are off nobody can tell there.
    if not expectation.is_in_step or (same is not None and set(same.roles) != set(track.roles)):
        return None
    # What the role was called there: of other stems it tells nothing.
    there = next((r.roles for r in profile.references if same is not None and r.content_hash == same.content_hash), {})
    found: list[tuple[float, Role, Evidence]] = []
    for role in HEARD_ROLES:
        name = f"masked_{role}"
        measured, target = scalar(track.mix, name), profile.targets.get(f"mix/{name}")
        if measured is None or (same is not None and there.get(role) is not same.roles.get(role)):
            continue
        centre, spread = None, 0.0
        if same is not None:
            centre, spread = scalar(same.mix, name), MASKING.repeat / MASKING.score
        elif target is not None and isinstance(target.median, float) and isinstance(target.high, float):
            centre, spread = target.median, (target.high - target.median) / Z80
        if centre is None or spread <= 0:
            continue
        score = (measured - centre) / spread
        if score >= MASKING.score and measured - centre >= MASKING.unusual:
            low, high = around(centre, spread)
            evidence = Evidence.of(expectation, name, measured, centre, (max(low, 0.0), high), decimals=1)
            found.append((score, role, evidence))
    if not found:
        return None
    score, role, evidence = max(found, key=lambda item: item[0])
    return role, score, evidence


def masking_moves(
    track: MeasuredTrack, profile: Profile, expectation: Expectation, parts: Parts, earlier: Mapping[Place, Chain], device: str = "cpu"
) -> list[Move]:
    """Suggest the one cut that brings back a stem that is hidden by the others more than is usual.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    expectation : Expectation
    parts : Parts
    earlier : mapping of place to Chain
        Moves that were suggested before: a stem that they bring back is not hidden any more.
    device : str
        Torch device.
    """
    found = hidden_role(track, profile, expectation)
    if found is None:
        return []
    role, score, evidence = found
    powers = spectra_over_time(parts, earlier, device)
    if role not in powers or len(powers) < 2:
        return []
    now = 100 * masked_share(role, powers)
    if now - evidence.target < MASKING.unusual:
        return []
    most_db = MASKING.most_db if expectation.is_tight else MASKING.most_from_songs_db
    best = _best_cut(role, powers, track.sample_rate_hz, now - evidence.target, most_db)
    if best is None:
        return []
    masker, band, after = best
    from scipy.stats import norm

    return [
        Move(
            id=f"{masker}-masking-{role}",
            kind="masking",
            target=target_at(track, Place(masker)),
            chain=Chain((band,)),
            evidence=evidence,
            confidence=round(min(float(norm.cdf(score - 1.0)), 0.95), 3),
            interval=Interval(-most_db, 0.0),
            predicted=round(after, 2),
            facts=Facts(hidden=Hidden(target_at(track, Place(role)), after)),
        )
    ]


def _best_cut(
    role: str, powers: Mapping[str, Power], sample_rate_hz: int, wanted: float, most_db: float
) -> tuple[Role, Band, float] | None:
    """Return the masker, the cut and the hidden share in per cent after it."""
    own = loudness_of(powers[role])
    whole = own.sum()
    now = 100 * masked_share(role, powers)
    best: tuple[float, Role, Band, float] | None = None
    for masker in (other for other in MASKERS if other != role and other in powers):
        rest = np.sum([power for other, power in powers.items() if other not in (role, masker)], axis=0) if len(powers) > 2 else 0.0
        theirs = loudness_of(powers[masker])
        for frequency in CENTRES:
            if frequency > 0.4 * sample_rate_hz:
                continue
            for gain in (-0.5 * most_db, -most_db):
                band = rounded(Band("bell", frequency, gain, MASKING.cut_q), gain)
                response = 10 ** (band_response(band, sample_rate_hz) / 10)
                cut = powers[masker] * response[:, None]
                after = 100 * float((own * hidden(powers[role], excitation(cut + rest))).sum() / whole)
                lost = 100 * float(1 - loudness_of(cut).sum() / theirs.sum())
                gained = now - after
                if gained < max(MASKING.worth, MASKING.mended * wanted) or lost > MASKING.spare or gained > wanted + MASKING.worth:
                    continue
                worth = gained - MASKING.price * lost
                if best is None or worth > best[0]:
                    best = (worth, masker, band, after)
    return None if best is None else best[1:]
