"""From estimates to suggestions: which target, what evidence, how sure, in what words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import erf, sqrt

import numpy as np

from mixassistant.advice.compression import CompressionEstimate, estimate_compression
from mixassistant.advice.compression_from_take import estimate_compression_from_take
from mixassistant.advice.curves import MAX_GAIN_DB, eq_response
from mixassistant.advice.eq import EQ, GAP, EqEstimate, estimate_eq, gap_of, noise_scale
from mixassistant.advice.eq_fit import Gap
from mixassistant.advice.eq_from_songs import estimate_eq_from_songs
from mixassistant.advice.level import LEVEL, MIN_GAIN_LU, estimate_levels, estimate_levels_from_songs
from mixassistant.advice.places import spoken, target_of
from mixassistant.advice.rendering import Parts, chains, moved, role_of
from mixassistant.advice.suggestion import Evidence, Suggestion
from mixassistant.advice.verification import State, heard, nearest_band
from mixassistant.advice.words import SEEN_DB, compression_text, eq_text, level_text, over_compressed_text
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import scalar
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.compressor import level_frames_db
from mixassistant.profiles.expectation import Expectation, without_absent
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z80, Z90, Vector
from mixassistant.profiles.separation_error import ltas_of, measured_levels
from mixassistant.stems.stem import ROLES, Role

MOST_SURE = 0.99
# Degrees of freedom, and the probability of a fault before looking. Songs have stems that hardly play, and are arranged as they are
# on purpose; that a stem has another level in one part of a song than in the next needs more explaining. Set so that fewer than one mix in
# twenty that nothing was done to get a move of over 2 dB: see .github/decisions/advice-from-wide-evidence.md.
LEVELS = {"same session": (10.0, 0.12), "references": (4.0, 0.07), "prior": (4.0, 0.07)}
TONE = {"same session": 0.07, "references": 0.2, "prior": 0.2}  # the same probability for the tone of a mix
LOUD_RANGE_DB = 30.0  # below a stem's strongest band, where its level is made
LEAST_HEARD_LU = -30.0  # relative to the mix: what is done to the dynamics of a quieter stem nobody hears
LEAST_REDUCTION_DB = 1.0  # of gain on average: less is not worth anybody's time
# That dynamics must differ by beside an equalizer: none of 50 equalizers alone left so much, 14 of 14 compressors did.
SEEN_AFTER_EQ_DB = 1.0
LEAST_AFTER_EQ_DB = 1.5  # what an equalizer leaves of its fault was taken for up to 1.4 dB of compression in six of 120 cases
SHELF_REACH = {"low_shelf": 0.5, "high_shelf": 2.0}  # where a shelf has its full gain, times its midpoint


def eq_moves(track: MeasuredTrack, expectation: Expectation, before: State) -> list[Suggestion]:
    """Suggest EQ for each role, or for the mix where all stems ask for the same."""
    rate, name = track.sample_rate_hz, expectation.spectrum
    reach = GAP.same_song_range_db if expectation.is_tight else GAP.audible_range_db
    spectra: dict[str, Vector] = {p: before.spectra[p, name] for p in expectation.ltas if p != "mix" and (p, name) in before.spectra}
    noise = expectation.density_db
    gaps = {role: gap_of(spectrum, expectation.ltas[role], rate, reach, noise.get(role, 0.0)) for role, spectrum in spectra.items()}
    whole = ltas_of(track, "mix", name)
    whole_gap = gap_of(whole, expectation.ltas["mix"], rate, reach) if whole is not None and "mix" in expectation.ltas else None
    found = _corrections(gaps, whole_gap, expectation, rate)
    measured = {**spectra, **({"mix": whole} if whole is not None else {})}
    return [
        _eq_suggestion(track, target, estimate, expectation, measured[target]) for target, estimate in found.items() if target in measured
    ]


def _corrections(gaps: Mapping[str, Gap], whole: Gap | None, expectation: Expectation, rate: int) -> dict[str, EqEstimate]:
    if not gaps:
        return {}
    if expectation.is_tight:
        return estimate_eq(gaps, rate)
    return estimate_eq_from_songs(gaps, whole, expectation.freedom, TONE[expectation.tier], rate)


def _eq_suggestion(track: MeasuredTrack, target: str, found: EqEstimate, expectation: Expectation, measured: Vector) -> Suggestion:
    main, expected = found.bands[0], expectation.ltas[target]
    # A shelf's evidence lies where it has its full gain, not at its midpoint; what a file cannot hold shows nothing.
    band = nearest_band(main.frequency_hz * SHELF_REACH.get(main.type, 1.0), ~(np.isnan(measured) | np.isnan(expected.mean)))
    spread, centre = Z80 * float(expected.sd[band]), float(expected.mean[band])
    # A boom in one place lowers all others relative to the stem's level: what is told is the shape, with that taken out.
    gap = measured - expected.mean + eq_response(found.bands, track.sample_rate_hz)
    told = measured - float(np.nanmedian(gap[heard(expected.mean)]))
    evidence = Evidence(
        descriptor=expectation.spectrum, measured=round(float(told[band]), 2), target=round(centre, 2), low=round(centre - spread, 2),
        high=round(centre + spread, 2), unit="dB", references=expectation.references, tier=expectation.tier,
        frequency_hz=round(float(CENTRES_HZ[band]), 1),
    )  # fmt: skip
    probability, low, high = _doubted(expectation, (target, "eq"), found.probability[0], *found.interval_db[0])
    confidence = round(min(probability, MOST_SURE), 3)
    return Suggestion(
        id=f"{target}-eq", target="mix" if target == "mix" else target_of(track, target), role=role_of(target), kind="eq",  # type: ignore[arg-type]
        stem=target.partition("/")[2], evidence=evidence,
        confidence=confidence, low=round(low, 2), high=round(high, 2), unit="dB", priority=0,
        text=eq_text(spoken(track, target), found.bands, evidence, confidence, (low, high)), bands=found.bands,
    )  # fmt: skip


def _doubted(
    expectation: Expectation, place: tuple[str, str], probability: float, low_db: float, high_db: float
) -> tuple[float, float, float]:
    """Return a gain's probability and 90 % interval with the doubt that the evidence leaves beside them."""
    if not expectation.doubt_db:
        return probability * expectation.trust, low_db, high_db
    # Where the same may have been done to another target, the doubt is not smaller for it.
    doubt = expectation.doubt_db.get(place, max(expectation.doubt_db.values()))
    middle, half = 0.5 * (low_db + high_db), float(np.hypot(0.5 * (high_db - low_db), Z90 * doubt))
    direction = 0.5 * (1 + erf(abs(middle) / (half / Z90) / sqrt(2)))
    return min(probability, direction) * expectation.trust, middle - half, middle + half


def level_moves(track: MeasuredTrack, expectation: Expectation, before: State, equalized: State) -> list[Suggestion]:
    """Suggest gains for the levels as they will be after EQ; the evidence that is told is what was measured."""
    expected = without_absent(before.levels, expectation.levels)
    left = _left_by_eq(track, expectation, equalized) if expectation.is_tight else {}
    agreement = _agreement(track, expectation, left)
    if expectation.is_tight:
        dense = [0.0 if _is_by_eq(role, expectation, before, equalized, left) else expectation.density_db.get(role, 0.0) for role in ROLES]
        expected = replace(expected, covariance=expected.covariance + np.diag(np.square(dense)))
        found = estimate_levels(equalized.levels, expected, agreement)
    else:
        found = estimate_levels_from_songs(equalized.levels, expected, *LEVELS[expectation.tier])
    # People are told levels relative to the mix; what is compared is relative to the stems' sum.
    told = measured_levels(track)
    shift = float(np.nanmedian(told - before.levels)) if not np.isnan(told).all() else 0.0
    moves = _stem_level_moves(track, expectation, before, equalized, agreement)
    named = {role_of(place) for place in expectation.stem_levels}
    for move in found:
        role: Role = next(r for r in ROLES if r == move.role)
        if role in named or role in expectation.left_out:  # its stems are known one by one, or not at all
            continue
        index = ROLES.index(role)
        centre, spread = float(expected.mean[index]) + shift, Z80 * float(expected.sd[index])
        evidence = Evidence(
            descriptor="level",
            measured=round(float(before.levels[index]) + shift, 2),
            target=round(centre, 2),
            low=round(centre - spread, 2),
            high=round(centre + spread, 2),
            unit="LU",
            references=expectation.references,
            tier=expectation.tier,
        )
        probability, low, high = _doubted(expectation, (role, "level"), move.probability, move.low_db, move.high_db)
        confidence = round(min(probability, MOST_SURE), 3)
        moves.append(
            Suggestion(
                id=f"{role}-level", target=target_of(track, role), role=role, kind="level", evidence=evidence, confidence=confidence,
                low=round(low, 2), high=round(high, 2), unit="dB", priority=0,
                text=level_text(spoken(track, role), move.gain_db, evidence, confidence, (low, high)), gain_db=move.gain_db,
            )
        )  # fmt: skip
    return moves


def _left_by_eq(track: MeasuredTrack, expectation: Expectation, equalized: State) -> dict[str, Gap]:
    """Return what the spectra of two versions still differ by after EQ, where they are loud: levels are made there."""
    spectra = {place: equalized.spectra.get((place, expectation.spectrum)) for place in expectation.ltas}
    return {p: gap_of(s, expectation.ltas[p], track.sample_rate_hz, LOUD_RANGE_DB) for p, s in spectra.items() if s is not None}


def _is_by_eq(role: str, expectation: Expectation, before: State, equalized: State, left: Mapping[str, Gap]) -> bool:
    """Tell whether a role that differs in density does so for an equalizer's sake: then its level does not differ for it."""
    place = (role, expectation.spectrum)
    if role not in left or np.allclose(before.spectra[place], equalized.spectra[place], equal_nan=True):
        return False
    return noise_scale([left[role]], ()) <= EQ.unexplained


def _agreement(track: MeasuredTrack, expectation: Expectation, left: Mapping[str, Gap]) -> float:
    """Return how the noise of levels between two versions compares with what is expected, told by what their spectra differ by."""
    version = expectation.version
    if version is None or expectation.doubt_db or not left:  # where the mixes tell, spectra agree by construction
        return 1.0
    scale = noise_scale(list(left.values()), ())
    # What one file cannot hold is in no spectrum that is compared, but in the levels.
    return scale if track.sample_rate_hz == version.sample_rate_hz else max(1.0, scale)


def _stem_level_moves(
    track: MeasuredTrack, expectation: Expectation, before: State, equalized: State, agreement: float
) -> list[Suggestion]:
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
        evidence = Evidence(
            descriptor="level", measured=round(before.stem_levels[place], 2), target=round(mean, 2), low=round(mean - Z80 * sd, 2),
            high=round(mean + Z80 * sd, 2), unit="LU", references=expectation.references, tier=expectation.tier,
        )  # fmt: skip
        role, _, stem = place.partition("/")
        moves.append(
            Suggestion(
                id=f"{place}-level", target=stem, role=role, stem=stem, kind="level", evidence=evidence, confidence=MOST_SURE,  # type: ignore[arg-type]
                low=round(needed - half, 2), high=round(needed + half, 2), unit="dB", priority=0,
                text=level_text(spoken(track, place), gain, evidence, MOST_SURE, (needed - half, needed + half)), gain_db=gain,
            )
        )  # fmt: skip
    return moves


def compression_moves(
    track: MeasuredTrack, expectation: Expectation, before: State, drafts: list[Suggestion], parts: Parts
) -> list[Suggestion]:
    """Suggest compression, or say that a stem has too much of it.

    Not from another part of the same session: how it is arranged there says more about its dynamics than what was done to it. One song
    in six was given a compression of up to 8 dB in that way, and the error of the gain reduction hardly fell.
    """
    moves: list[Suggestion] = []
    if expectation.tier == "same session":
        return moves
    equalized = chains(tuple(drafts))
    # What an equalizer at its limit leaves of a fault changes dynamics as well, and is no compressor's.
    limited = {target for target, chain in equalized.items() if any(abs(band.gain_db) >= MAX_GAIN_DB for band in chain.bands)}
    for place in expectation.dynamic_spread:
        role, audio = role_of(place), parts.stems.get(place) or parts.sums.get(place)  # type: ignore[call-overload]
        touched = {other for other in equalized if other in ("mix", place) or role_of(other) == place}
        if audio is None or limited & {*touched, role} or place not in before.dynamic_spread:
            continue
        if (heard_lu := scalar(values_of(track, place), "level")) is not None and heard_lu < LEAST_HEARD_LU:
            continue
        levels_db, hop_s = level_frames_db(audio)
        measured = before.dynamic_spread[place]
        if touched:  # EQ changes dynamics too: only what it leaves is a compressor's business
            spread = spread_of_levels(levels_db, hop_s)
            levels_db, hop_s = level_frames_db(moved(parts, place, equalized))
            corrected = spread_of_levels(levels_db, hop_s)
            measured += corrected - spread if corrected is not None and spread is not None else 0.0
        if place in expectation.takes:
            found = estimate_compression_from_take(levels_db, hop_s, expectation.takes[place], role, measured)  # type: ignore[arg-type]
        else:
            found = estimate_compression(levels_db, hop_s, measured, expectation.dynamic_spread[place], role)  # type: ignore[arg-type]
        least = LEAST_AFTER_EQ_DB if touched else LEAST_REDUCTION_DB
        if found is None:
            continue
        gap = measured - expectation.dynamic_spread[place][0]
        if found.compression is None:
            # Another part of a song is arranged otherwise; an equalizer on the stem may be why, and one on the mix for a little of it.
            is_told = gap <= -(SEEN_AFTER_EQ_DB if touched else SEEN_DB) and touched <= {"mix"} and expectation.is_tight
        else:
            is_told = (gap >= SEEN_DB or place in expectation.takes) and found.compression.gain_reduction_db >= least
        if is_told:
            moves.append(_compression_suggestion(track, place, found, expectation, measured))
    return moves


def _compression_suggestion(
    track: MeasuredTrack, place: str, found: CompressionEstimate, expectation: Expectation, measured: float
) -> Suggestion:
    mean, sd = expectation.dynamic_spread[place]
    evidence = Evidence(
        descriptor="dynamic_spread", measured=round(measured, 2), target=round(mean, 2), low=round(mean - Z80 * sd, 2),
        high=round(mean + Z80 * sd, 2), unit="dB", references=expectation.references, tier=expectation.tier,
    )  # fmt: skip
    confidence = round(min(found.probability, MOST_SURE), 3)
    called = spoken(track, place)
    if found.compression is None:
        text, kind, name = over_compressed_text(called, evidence), "technical", "over-compressed"
    else:
        text, kind, name = compression_text(called, found.compression, evidence, confidence), "compression", "compression"
    return Suggestion(
        id=f"{place}-{name}", target=target_of(track, place), role=role_of(place), stem=place.partition("/")[2], kind=kind,  # type: ignore[arg-type]
        evidence=evidence, confidence=confidence,
        low=round(found.low_db, 2), high=round(found.high_db, 2), unit="dB", priority=0, text=text, compression=found.compression,
        predicted=round(found.predicted_db, 2),
    )  # fmt: skip
