"""From estimates to moves: where, with what evidence, how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from mixassistant.advice.compression import CompressionEstimate, estimate_compression
from mixassistant.advice.compression_from_take import estimate_compression_from_take
from mixassistant.advice.curves import MAX_GAIN_DB, eq_response, shows_at_hz
from mixassistant.advice.eq import EQ, GAP, EqEstimate, estimate_eq, gap_of, noise_scale
from mixassistant.advice.eq_fit import Gap
from mixassistant.advice.eq_from_songs import estimate_eq_from_songs
from mixassistant.advice.findings import OverCompressed
from mixassistant.advice.held_back import HeldBack
from mixassistant.advice.level import LEVEL, MIN_GAIN_LU, estimate_levels, estimate_levels_from_songs
from mixassistant.advice.posterior import sure_of_direction
from mixassistant.advice.rendering import Parts, moved
from mixassistant.advice.suggestion import Check, Evidence, Facts, Interval, Move, around, chains
from mixassistant.advice.target_names import target_at
from mixassistant.advice.verification import State, heard, nearest_band
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import scalar
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.compressor import level_frames_db
from mixassistant.processing.moves import Chain, Compression
from mixassistant.profiles.expectation import Expectation, without_absent
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z90, Vector
from mixassistant.profiles.separation_error import ltas_of, measured_levels, told_shift
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES


@dataclass(frozen=True)
class DraftingTuning:
    """What estimates have to bring before they become moves.

    Parameters
    ----------
    most_sure : float
        Most that is claimed of any move.
    seen_db : float
        Of a gap between loud and usual moments: what is told has to be seen in the numbers.
    loud_range_db : float
        Below a stem's strongest band, where its level is made.
    least_heard_lu : float
        Relative to the mix: what is done to the dynamics of a quieter stem nobody hears.
    least_reduction_db : float
        Of gain on average: less is not worth anybody's time.
    seen_after_eq_db : float
        That dynamics must differ by beside an equalizer: none of 50 equalizers alone left so much, 14 of 14 compressors did.
    least_after_eq_db : float
        What an equalizer leaves of its fault was taken for up to 1.4 dB of compression in six of 120 cases.
    """

    most_sure: float = 0.99
    seen_db: float = 0.5
    loud_range_db: float = 30.0
    least_heard_lu: float = -30.0
    least_reduction_db: float = 1.0
    seen_after_eq_db: float = 1.0
    least_after_eq_db: float = 1.5


DRAFTING = DraftingTuning()


class Prior(NamedTuple):
    """What is taken for granted of wide evidence before looking.

    Songs have stems that hardly play, and are arranged as they are on purpose; that a stem has another level in one part of a song than in
    the next needs more explaining. Set so that fewer than one mix in twenty that nothing was done to get a move of over 2 dB: see
    .github/decisions/advice-from-wide-evidence.md.

    Parameters
    ----------
    level_freedom : float
        Degrees of freedom of Student's t by which levels spread.
    level_fault, tone_fault : float
        Probability that a level, and that the tone of a mix, is wrong.
    """

    level_freedom: float
    level_fault: float
    tone_fault: float


PRIORS = {"same session": Prior(10.0, 0.12, 0.07), "references": Prior(4.0, 0.07, 0.2), "prior": Prior(4.0, 0.07, 0.2)}


def eq_moves(track: MeasuredTrack, expectation: Expectation, before: State) -> list[Move]:
    """Suggest EQ for each role, or for the mix where all stems ask for the same."""
    rate, name = track.sample_rate_hz, expectation.spectrum
    reach = GAP.same_song_range_db if expectation.is_tight else GAP.audible_range_db
    measured: dict[Place, Vector] = {
        place: before.spectra[place, name] for place in expectation.ltas if place != MIX and (place, name) in before.spectra
    }
    noise = expectation.density_db
    gaps = {
        str(place): gap_of(spectrum, expectation.ltas[place], rate, reach, noise.get(place, 0.0)) for place, spectrum in measured.items()
    }
    whole_gap = None
    if (whole := ltas_of(track, MIX, name)) is not None:
        measured[MIX] = whole
        whole_gap = gap_of(whole, expectation.ltas[MIX], rate, reach) if MIX in expectation.ltas else None
    found = {Place.parse(key): estimate for key, estimate in _corrections(gaps, whole_gap, expectation, rate).items()}
    # Told is what was measured, before other moves.
    drawn = {place: spectrum for place in found if place in measured and (spectrum := ltas_of(track, place)) is not None}
    return [_eq_move(track, place, found[place], expectation, spectrum) for place, spectrum in drawn.items()]


def _corrections(gaps: Mapping[str, Gap], whole: Gap | None, expectation: Expectation, rate: int) -> dict[str, EqEstimate]:
    if not gaps:
        return {}
    if expectation.is_tight:
        return estimate_eq(gaps, rate)
    return estimate_eq_from_songs(gaps, whole, expectation.freedom, PRIORS[expectation.tier].tone_fault, rate)


def _eq_move(track: MeasuredTrack, place: Place, found: EqEstimate, expectation: Expectation, measured: Vector) -> Move:
    main, expected = found.bands[0], _drawn(expectation, place)
    # A shelf's evidence lies where it has its full gain, not at its midpoint; what a file cannot hold shows nothing.
    band = nearest_band(shows_at_hz(main), ~(np.isnan(measured) | np.isnan(expected)))
    centre, sd = float(expected[band]), float(expectation.ltas[place].sd[band])
    # A boom in one place lowers all others relative to the stem's level: its own size is what it is with that taken out.
    gap = measured - expected
    moved_all = float(np.nanmedian((gap + eq_response(found.bands, track.sample_rate_hz))[heard(expected)]))
    probability, low, high = _doubted(expectation, (place, "eq"), found.probability[0], *found.interval_db[0])
    return Move(
        id=f"{place}-eq",
        kind="eq",
        target=target_at(track, place),
        chain=Chain(found.bands),
        evidence=Evidence.of(expectation, "ltas", float(measured[band]), centre, around(centre, sd), frequency_hz=float(CENTRES_HZ[band])),
        confidence=round(min(probability, DRAFTING.most_sure), 3),
        interval=Interval.of(low, high),
        facts=Facts(held_back=HeldBack.of(main.gain_db, low, high, MAX_GAIN_DB), shape_db=round(float(gap[band]) - moved_all, 2)),
    )


def _drawn(expectation: Expectation, place: Place) -> Vector:
    """Return the mean of the spectrum that is drawn and told of a place, whichever is compared, ``[shape=(31,)]`` in dB.

    Between versions typical moments are compared, since compression leaves them; people see the mean over all of them.
    """
    if expectation.spectrum == "ltas":
        return expectation.ltas[place].mean
    known = None if place.stem else next((mean for role, mean in expectation.mean_spectra.items() if role == place.role), None)
    if known is None and expectation.version is not None:
        known = ltas_of(expectation.version, place)
    return expectation.ltas[place].mean if known is None else known


def _doubted(
    expectation: Expectation, what: tuple[Place, str], probability: float, low_db: float, high_db: float
) -> tuple[float, float, float]:
    """Return a gain's probability and 90 % interval with the doubt that the evidence leaves beside them."""
    if not expectation.doubt_db:
        return probability * expectation.trust, low_db, high_db
    # Where the same may have been done to another target, the doubt is not smaller for it.
    doubt = expectation.doubt_db.get(what, max(expectation.doubt_db.values()))
    middle, half = 0.5 * (low_db + high_db), float(np.hypot(0.5 * (high_db - low_db), Z90 * doubt))
    return min(probability, sure_of_direction(middle, half / Z90)) * expectation.trust, middle - half, middle + half


def level_moves(track: MeasuredTrack, expectation: Expectation, before: State, equalized: State, equalizers: Sequence[Move]) -> list[Move]:
    """Suggest gains for the levels as they will be after EQ; the evidence that is told is what was measured.

    A gain that is no more than what an equalizer at its limit leaves of a fault is no fault of the level.
    """
    expected = without_absent(before.levels, expectation.levels)
    left = _left_by_eq(track, expectation, equalized) if expectation.is_tight else {}
    agreement = _agreement(track, expectation, left)
    if expectation.is_tight:
        dense = [
            0.0 if _is_by_eq(place, expectation, before, equalized, left) else expectation.density_db.get(place, 0.0) for place in BUSES
        ]
        expected = replace(expected, covariance=expected.covariance + np.diag(np.square(dense)))
        found = estimate_levels(equalized.levels, expected, agreement)
    else:
        prior = PRIORS[expectation.tier]
        found = estimate_levels_from_songs(equalized.levels, expected, prior.level_freedom, prior.level_fault)
    # People are told levels relative to the mix; what is compared is relative to the stems' sum.
    told, shift = measured_levels(track), told_shift(track)
    moves = _stem_level_moves(track, expectation, before, equalized, agreement)
    named = {place.role for place in expectation.stem_levels}
    for estimate in found:
        place = next(place for place in BUSES if place.role == estimate.role)
        if place.role in named or place.role in expectation.left_out:  # its stems are known one by one, or not at all
            continue
        index = BUSES.index(place)
        centre, sd = float(expected.mean[index]) + shift, float(expected.sd[index])
        probability, low, high = _doubted(expectation, (place, "level"), estimate.probability, estimate.low_db, estimate.high_db)
        moves.append(
            Move(
                id=f"{place}-level",
                kind="level",
                target=target_at(track, place),
                chain=Chain(gain_db=estimate.gain_db),
                evidence=Evidence.of(expectation, "level", float(told[index]), centre, around(centre, sd)),
                confidence=round(min(probability, DRAFTING.most_sure), 3),
                interval=Interval.of(low, high),
                facts=Facts(held_back=HeldBack.of(estimate.gain_db, low, high, MAX_GAIN_DB)),
            )
        )
    return [move for move in moves if not _is_left_by_limited_eq(move, equalizers)]


def _is_left_by_limited_eq(level: Move, equalizers: Sequence[Move]) -> bool:
    """Tell whether a gain on a stem is no more than what an equalizer at its limit leaves of its fault."""
    limited = [m for m in equalizers if m.kind == "eq" and m.role in (level.role, "mix") and m.size_db >= MAX_GAIN_DB]
    return any(abs(level.chain.gain_db) <= abs(m.interval.low + m.interval.high) / 2 - MAX_GAIN_DB for m in limited)


def _left_by_eq(track: MeasuredTrack, expectation: Expectation, equalized: State) -> dict[Place, Gap]:
    """Return what the spectra of two versions still differ by after EQ, where they are loud: levels are made there."""
    spectra = {place: equalized.spectra.get((place, expectation.spectrum)) for place in expectation.ltas}
    return {p: gap_of(s, expectation.ltas[p], track.sample_rate_hz, DRAFTING.loud_range_db) for p, s in spectra.items() if s is not None}


def _is_by_eq(place: Place, expectation: Expectation, before: State, equalized: State, left: Mapping[Place, Gap]) -> bool:
    """Tell whether a role that differs in density does so for an equalizer's sake: then its level does not differ for it."""
    key = (place, expectation.spectrum)
    if place not in left or np.allclose(before.spectra[key], equalized.spectra[key], equal_nan=True):
        return False
    return noise_scale([left[place]], ()) <= EQ.unexplained


def _agreement(track: MeasuredTrack, expectation: Expectation, left: Mapping[Place, Gap]) -> float:
    """Return how the noise of levels between two versions compares with what is expected, told by what their spectra differ by."""
    version = expectation.version
    if version is None or expectation.doubt_db or not left:  # where the mixes tell, spectra agree by construction
        return 1.0
    scale = noise_scale(list(left.values()), ())
    # What one file cannot hold is in no spectrum that is compared, but in the levels.
    return scale if track.sample_rate_hz == version.sample_rate_hz else max(1.0, scale)


def _stem_level_moves(track: MeasuredTrack, expectation: Expectation, before: State, equalized: State, agreement: float) -> list[Move]:
    """Suggest the gains that bring single stems back to the level that they have in the other version."""
    moves = []
    for place, (mean, sd) in expectation.stem_levels.items():
        if place not in before.stem_levels:
            continue
        needed = mean - equalized.stem_levels[place]
        gain = round(float(np.clip(needed, -MAX_GAIN_DB, MAX_GAIN_DB)), 1)
        half = Z90 * float(np.hypot(agreement * sd, LEVEL.measuring_lu))
        if abs(gain) < max(MIN_GAIN_LU, 2 * half):
            continue
        moves.append(
            Move(
                id=f"{place}-level",
                kind="level",
                target=target_at(track, place),
                chain=Chain(gain_db=gain),
                evidence=Evidence.of(expectation, "level", before.stem_levels[place], mean, around(mean, sd)),
                confidence=DRAFTING.most_sure,
                interval=Interval.of(needed - half, needed + half),
                facts=Facts(held_back=HeldBack.of(gain, needed - half, needed + half, MAX_GAIN_DB)),
            )
        )
    return moves


def compression_moves(
    track: MeasuredTrack, expectation: Expectation, before: State, drafts: Sequence[Move], parts: Parts
) -> tuple[list[Move], list[Check]]:
    """Suggest compression, or say that a stem has too much of it.

    Not from another part of the same session: how it is arranged there says more about its dynamics than what was done to it. One song
    in six was given a compression of up to 8 dB in that way, and the error of the gain reduction hardly fell.
    """
    moves: list[Move] = []
    checks: list[Check] = []
    if expectation.tier == "same session":
        return moves, checks
    equalized = chains(drafts)
    # What an equalizer at its limit leaves of a fault changes dynamics as well, and is no compressor's.
    limited = {place for place, chain in equalized.items() if any(abs(band.gain_db) >= MAX_GAIN_DB for band in chain.bands)}
    for place in expectation.dynamic_spread:
        audio = parts.audio_at(place)
        touched = {other for other in equalized if other in (MIX, place) or other.bus == place}
        if audio is None or limited & {*touched, place.bus} or place not in before.dynamic_spread:
            continue
        if (heard_lu := scalar(values_of(track, place), "level")) is not None and heard_lu < DRAFTING.least_heard_lu:
            continue
        levels_db, hop_s = level_frames_db(audio)
        told = measured = before.dynamic_spread[place]
        if touched:  # EQ changes dynamics too: only what it leaves is a compressor's business
            spread = spread_of_levels(levels_db, hop_s)
            levels_db, hop_s = level_frames_db(moved(parts, place, equalized))
            corrected = spread_of_levels(levels_db, hop_s)
            measured += corrected - spread if corrected is not None and spread is not None else 0.0
        role = next(role for role in ROLES if role == place.role)
        if place in expectation.takes:
            found = estimate_compression_from_take(levels_db, hop_s, expectation.takes[place], role, measured)
        else:
            found = estimate_compression(levels_db, hop_s, measured, expectation.dynamic_spread[place], role)
        least = DRAFTING.least_after_eq_db if touched else DRAFTING.least_reduction_db
        if found is None:
            continue
        gap = measured - expectation.dynamic_spread[place][0]
        if found.compression is None:
            # Another part of a song is arranged otherwise; an equalizer on the stem may be why, and one on the mix for a little of it.
            if gap <= -(DRAFTING.seen_after_eq_db if touched else DRAFTING.seen_db) and touched <= {MIX} and expectation.is_tight:
                is_seen = told < expectation.dynamic_spread[place][0]  # without the equalizer as well
                checks.append(_too_dense(track, place, found, expectation, told if is_seen else measured))
        elif (gap >= DRAFTING.seen_db or place in expectation.takes) and found.compression.gain_reduction_db >= least:
            moves.append(_compression_move(track, place, found, found.compression, _of_dynamics(place, expectation, told), gap))
    return moves, checks


def _of_dynamics(place: Place, expectation: Expectation, measured: float) -> Evidence:
    mean, sd = expectation.dynamic_spread[place]
    return Evidence.of(expectation, "dynamic_spread", measured, mean, around(mean, sd))


def _too_dense(track: MeasuredTrack, place: Place, found: CompressionEstimate, expectation: Expectation, measured: float) -> Check:
    return Check(
        id=f"{place}-over-compressed",
        target=target_at(track, place),
        finding=OverCompressed(),
        confidence=round(min(found.probability, DRAFTING.most_sure), 3),
        evidence=_of_dynamics(place, expectation, measured),
        unit="dB",
    )


def _compression_move(
    track: MeasuredTrack, place: Place, found: CompressionEstimate, compression: Compression, evidence: Evidence, gap_db: float
) -> Move:
    """Return the move; `gap_db` is what the equalizer leaves of the gap, and the evidence what was measured before it."""
    return Move(
        id=f"{place}-compression",
        kind="compression",
        target=target_at(track, place),
        chain=Chain(compression=compression),
        evidence=evidence,
        confidence=round(min(found.probability, DRAFTING.most_sure), 3),
        interval=Interval.of(found.low_db, found.high_db),
        predicted=round(found.predicted_db, 2),
        facts=Facts(moment_by_moment=gap_db < DRAFTING.seen_db),
    )
