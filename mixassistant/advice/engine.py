"""The engine: from a measured mix and its profile to suggestions that have been rendered and measured.

Order of thought, as in the chain: EQ of each role, then the levels as they will be after EQ, then dynamics. The whole set is
rendered and measured; moves that do not help are dropped and the rest is rendered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.compression import estimate_compression
from mixassistant.advice.eq import EqEstimate, eq_response, estimate_eq
from mixassistant.advice.level import estimate_levels, level_change
from mixassistant.advice.suggestion import Evidence, Suggestion, Verification
from mixassistant.advice.technical import technical_suggestions
from mixassistant.advice.verification import State, chains, measure_state, nearest_band
from mixassistant.advice.words import compression_text, eq_text, level_text, over_compressed_text
from mixassistant.audio.audio import Audio
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import vector
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.chain import render
from mixassistant.processing.compressor import level_frames_db
from mixassistant.profiles.build import Z80
from mixassistant.profiles.compare import Expectation, expect
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Profile, Vector
from mixassistant.profiles.separation_error import levels_of, ltas_of, spread_of
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem import ROLES, Role

Z90 = 1.645  # half-width of a 90 % interval, in standard deviations
HEARD_DB = 55.0  # bands further below a stem's strongest do not count
ROUNDS = 3  # renderings at most: each round drops what did not help


@dataclass(frozen=True)
class Advice:
    """Suggestions by priority, and their proof."""

    suggestions: tuple[Suggestion, ...]
    verification: Verification


def advise(
    track: MeasuredTrack,
    profile: Profile,
    sums: Mapping[Role, Audio],
    residual: Audio | None = None,
    device: str = "cpu",
    progress: Progress = silent,
) -> Advice:
    """Suggest moves for a measured mix and prove them.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    sums : mapping of Role to Audio
        The sum of each role's stems.
    residual : Audio or None
        What the mix holds beyond its stems; stays as it is.
    device : str
        Torch device for measuring.
    """
    expectation = expect(track, profile)
    before = State(
        ltas={role: spectrum for role in sums if (spectrum := ltas_of(track, role)) is not None},
        levels=levels_of(track),
        dynamic_spread={role: spread for role in sums if (spread := spread_of(track, role)) is not None},
    )
    progress("Comparing with your references", 0.0)
    drafts = _eq_moves(track, expectation, before)
    predicted = _after_eq(before, drafts, track.sample_rate_hz)
    drafts += _compression_moves(track, expectation, before, drafts, sums)
    drafts += _level_moves(track, expectation, before, predicted)
    moves, verification = _prove(tuple(drafts), track, expectation, before, sums, residual, device, progress)
    warnings = technical_suggestions(track, first_priority=len(moves) + 1)
    return Advice(moves + warnings, verification)


def _target(track: MeasuredTrack, role: Role) -> str:
    """Return the stem's name, or the role's where it has several stems: then the move goes on their bus."""
    names = [stem.name for stem in track.stems if stem.role == role]
    return names[0] if len(names) == 1 else role


def _spoken(track: MeasuredTrack, role: Role) -> str:
    names = [stem.name for stem in track.stems if stem.role == role]
    if len(names) == 1:
        return f"the {role}" if names[0].lower() == role else f"“{names[0]}”"
    return f"the {role} bus ({len(names)} stems)"


def _eq_moves(track: MeasuredTrack, expectation: Expectation, before: State) -> list[Suggestion]:
    moves = []
    for role in ROLES:
        if role not in before.ltas or role not in expectation.ltas:
            continue
        measured, expected = before.ltas[role], expectation.ltas[role]
        found = estimate_eq(measured, expected, track.sample_rate_hz, same_song=expectation.tier == "same song")
        if found.bands:
            moves.append(_eq_suggestion(track, role, found, expectation, measured))
    return moves


def _eq_suggestion(track: MeasuredTrack, role: Role, found: EqEstimate, expectation: Expectation, measured: Vector) -> Suggestion:
    main = found.bands[0]
    # A shelf's evidence lies where it has its full gain, not at its midpoint.
    where = main.frequency_hz * {"low_shelf": 0.5, "high_shelf": 2.0}.get(main.type, 1.0)
    band = nearest_band(where)
    expected = expectation.ltas[role]
    spread = Z80 * float(expected.sd[band])
    centre = float(expected.mean[band])
    # A boom in one place lowers all others relative to the stem's level: what is told is the shape, with that taken out.
    gap = measured - expected.mean + eq_response(found.bands, track.sample_rate_hz)
    heard = expected.mean > expected.mean.max() - HEARD_DB
    measured = measured - float(np.median(gap[heard]))
    evidence = Evidence(
        descriptor="ltas", measured=round(float(measured[band]), 2), target=round(centre, 2), low=round(centre - spread, 2),
        high=round(centre + spread, 2), unit="dB", references=expectation.references, tier=expectation.tier,
        frequency_hz=round(float(CENTRES_HZ[band]), 1),
    )  # fmt: skip
    confidence = round(min(found.probability[0], 0.99), 3)
    half = Z90 * found.gain_sd_db[0]
    return Suggestion(
        id=f"{role}-eq", target=_target(track, role), role=role, kind="eq", evidence=evidence, confidence=confidence,
        low=round(main.gain_db - half, 2), high=round(main.gain_db + half, 2), unit="dB", priority=0,
        text=eq_text(_spoken(track, role), found.bands, evidence, confidence), bands=found.bands,
    )  # fmt: skip


def _after_eq(before: State, drafts: list[Suggestion], sample_rate_hz: int) -> State:
    """Predict LTAS and levels after the EQ moves, from the LTAS alone."""
    weight = 10 ** (k_weighting_db(CENTRES_HZ) / 10)
    gains = np.zeros(len(ROLES))
    ltas = dict(before.ltas)
    for draft in (d for d in drafts if d.kind == "eq"):
        response = eq_response(draft.bands, sample_rate_hz)
        power = 10 ** (before.ltas[draft.role] / 10)
        gains[[*ROLES].index(draft.role)] = 10 * np.log10((power * weight * 10 ** (response / 10)).sum() / (power * weight).sum())  # type: ignore[arg-type]
        ltas[draft.role] = before.ltas[draft.role] + response - 10 * np.log10((power * 10 ** (response / 10)).sum() / power.sum())
    return State(ltas, before.levels + level_change(before.levels, gains), before.dynamic_spread)


def _level_moves(track: MeasuredTrack, expectation: Expectation, before: State, equalized: State) -> list[Suggestion]:
    """Suggest gains for the levels as they will be after EQ; the evidence that is told is what was measured."""
    moves = []
    for move in estimate_levels(equalized.levels, expectation.levels):
        role: Role = next(r for r in ROLES if r == move.role)
        index = ROLES.index(role)
        centre, spread = float(expectation.levels.mean[index]), Z80 * float(expectation.levels.sd[index])
        evidence = Evidence(
            descriptor="level", measured=round(float(before.levels[index]), 2), target=round(centre, 2), low=round(centre - spread, 2),
            high=round(centre + spread, 2), unit="LU", references=expectation.references, tier=expectation.tier,
        )  # fmt: skip
        confidence = round(min(move.probability, 0.99), 3)
        moves.append(
            Suggestion(
                id=f"{role}-level", target=_target(track, role), role=role, kind="level", evidence=evidence, confidence=confidence,
                low=round(move.gain_db - Z90 * move.sd_db, 2), high=round(move.gain_db + Z90 * move.sd_db, 2), unit="dB", priority=0,
                text=level_text(_spoken(track, role), move.gain_db, evidence, confidence), gain_db=move.gain_db,
            )
        )  # fmt: skip
    return moves


def _compression_moves(
    track: MeasuredTrack, expectation: Expectation, before: State, drafts: list[Suggestion], sums: Mapping[Role, Audio]
) -> list[Suggestion]:
    moves = []
    equalized = chains(tuple(drafts))
    for role, audio in sums.items():
        if role not in before.dynamic_spread or role not in expectation.dynamic_spread:
            continue
        mean, sd = expectation.dynamic_spread[role]
        levels_db, hop_s = level_frames_db(audio)
        measured = before.dynamic_spread[role]
        if role in equalized:  # EQ changes dynamics too: only what it leaves is a compressor's business
            untouched = spread_of_levels(levels_db, hop_s)
            levels_db, hop_s = level_frames_db(render(audio, equalized[role]))
            corrected = spread_of_levels(levels_db, hop_s)
            measured += corrected - untouched if corrected is not None and untouched is not None else 0.0
        found = estimate_compression(levels_db, hop_s, measured, (mean, sd), role)
        if found is None:
            continue
        evidence = Evidence(
            descriptor="dynamic_spread", measured=round(measured, 2), target=round(mean, 2), low=round(mean - Z80 * sd, 2),
            high=round(mean + Z80 * sd, 2), unit="dB", references=expectation.references, tier=expectation.tier,
        )  # fmt: skip
        confidence = round(min(found.probability, 0.99), 3)
        spoken = _spoken(track, role)
        if found.compression is None:
            text, kind, name = over_compressed_text(spoken, evidence), "technical", "over-compressed"
        else:
            text, kind, name = compression_text(spoken, found.compression, evidence, confidence), "compression", "compression"
        moves.append(
            Suggestion(
                id=f"{role}-{name}", target=_target(track, role), role=role, kind=kind, evidence=evidence, confidence=confidence,  # type: ignore[arg-type]
                low=round(found.low_db, 2), high=round(found.high_db, 2), unit="dB", priority=0, text=text, compression=found.compression,
            )
        )  # fmt: skip
    return moves


def _key(move: Suggestion) -> str:
    """Return the verification key of a move's own descriptor."""
    assert move.evidence is not None
    place = f"@{move.evidence.frequency_hz:.0f}" if move.kind == "eq" else ""
    return f"{move.role}/{move.evidence.descriptor}{place}"


def _helps(move: Suggestion, before: State, after: State, expectation: Expectation) -> bool:
    """Tell whether a move's own descriptor came closer to what is expected."""
    if move.kind == "technical":
        return True
    if move.kind == "eq":  # the whole curve, up to a constant: a band that mends one place must not spoil another
        expected = expectation.ltas[move.role]
        gaps = [state.ltas[move.role] - expected.mean for state in (before, after)]
        heard = expected.mean > expected.mean.max() - HEARD_DB
        was, now = (float(np.std(gap[heard])) for gap in gaps)
        return now < was
    assert move.evidence is not None
    key = _key(move)
    return abs(after.read(key) - move.evidence.target) < abs(before.read(key) - move.evidence.target)


def _predicted(move: Suggestion, before: State, moves: tuple[Suggestion, ...], sample_rate_hz: int) -> float:
    """Predict a move's own descriptor after all moves, from the measurements alone."""
    after_eq = _after_eq(before, [m for m in moves if m.kind == "eq"], sample_rate_hz)
    if move.kind == "level":
        gains = np.array([sum(m.gain_db for m in moves if m.kind == "level" and m.role == role) for role in ROLES])
        return float((after_eq.levels + level_change(after_eq.levels, gains))[[*ROLES].index(move.role)])  # type: ignore[arg-type]
    if move.kind == "eq":
        return after_eq.read(_key(move))
    assert move.evidence is not None
    return min(move.evidence.high, before.read(_key(move)))


def _prove(
    drafts: tuple[Suggestion, ...], track: MeasuredTrack, expectation: Expectation, before: State,
    sums: Mapping[Role, Audio], residual: Audio | None, device: str, progress: Progress,
) -> tuple[tuple[Suggestion, ...], Verification]:  # fmt: skip
    """Render and measure the set; drop what does not help, until all of it does."""
    kept, dropped = drafts, []
    after = before
    for _ in range(ROUNDS):
        if not chains(kept):
            after = before
            break
        after = measure_state(before, sums, residual, chains(kept), device, progress)
        useless = [m for m in kept if not _helps(m, before, after, expectation)]
        if not useless:
            break
        dropped += useless
        kept = tuple(m for m in kept if m not in useless)
    else:
        dropped += [m for m in kept if m.kind != "technical"]
        kept, after = tuple(m for m in kept if m.kind == "technical"), before
    proven = [m for m in kept if m.kind != "technical"]
    # First what is surest and largest: a musician may stop after one.
    ordered = sorted(kept, key=lambda m: (m.kind == "technical", -m.confidence * _size(m)))
    keys = {_key(m): m for m in proven}
    verification = Verification(
        distance_before=round(before.distance(expectation), 3),
        distance_after=round(after.distance(expectation), 3),
        before={k: round(before.read(k), 2) for k in keys},
        predicted={k: round(_predicted(m, before, kept, track.sample_rate_hz), 2) for k, m in keys.items()},
        measured={k: round(after.read(k), 2) for k in keys},
        # As measured, a separator's bias included: the curve is drawn beside the measured one.
        ltas_after={
            role: tuple(float(v) for v in (raw + after.ltas[role] - before.ltas[role]).round(2))
            for role in chains(kept)
            if role in before.ltas and (raw := vector(values_of(track, role), "ltas")) is not None
        },
        dropped=tuple(f"Not shown, since it did not help when rendered: {m.text}" for m in dropped),
    )
    return tuple(replace(m, priority=i + 1) for i, m in enumerate(ordered)), verification


def _size(move: Suggestion) -> float:
    """Return how much a move changes, in dB."""
    if move.kind == "compression" and move.compression is not None:
        return move.compression.gain_reduction_db
    return max([abs(b.gain_db) for b in move.bands], default=abs(move.gain_db))
