"""The engine: from a measured mix and its profile to suggestions that have been rendered and measured.

Order of thought, as in the chain: EQ of each role and of the mix, then dynamics, then the levels as they will be after EQ. The whole
set is rendered and measured; moves that do not help are dropped and the rest is rendered again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.audition import at_strength
from mixassistant.advice.curves import MAX_GAIN_DB
from mixassistant.advice.delivery import VOICE_CHECK, delivery_suggestions, is_liked_so, told_once
from mixassistant.advice.drafting import compression_moves, eq_moves, level_moves
from mixassistant.advice.expectation_from_mixes import expectation_from_mixes
from mixassistant.advice.level import level_change
from mixassistant.advice.masking import WORTH, masking_moves
from mixassistant.advice.places import spoken
from mixassistant.advice.rendering import Parts, chains, is_moved, place_of, shares
from mixassistant.advice.stereo import stereo_moves
from mixassistant.advice.suggestion import Suggestion, Verification
from mixassistant.advice.technical import sorting_suggestions, technical_suggestions
from mixassistant.advice.verification import State, after_eq, after_width, change_of_mix_db, heard, measure_state, state_of
from mixassistant.advice.which_stem import on_the_stems_that_cause_it
from mixassistant.advice.words import eased_or_turned_text, hardly_heard_text, made_up_text
from mixassistant.features.descriptor import vector
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.expectation import Expectation, expect, with_unknown
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Profile
from mixassistant.profiles.taste import Preference, with_taste
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem import ROLES

OF_THEIR_OWN = ("stereo", "masking")  # kinds that are read off descriptors of their own
TOLERATED = 0.02  # standard deviations of the profile, that a change of width or a cut for another stem may cost the rest
# By how much the descriptor has to come closer: points of a hidden share; dB of dynamic spread (of 23 planted compressions 22 gain 0.3 to
# 4.8; stems that are never quiet, and so are only turned down, 0.01 and 0.02).
LEAST_GAINED = {"masking": WORTH, "compression": 0.25}
HARDLY_HEARD_DB = 0.3  # of a change of the mix in its loudest-changed third of an octave: less is below what people tell apart in music
ROUNDS = 6  # renderings at most: each round drops what did not help


@dataclass(frozen=True)
class Advice:
    """Suggestions by priority, and their proof."""

    suggestions: tuple[Suggestion, ...]
    verification: Verification


def advise(
    track: MeasuredTrack,
    profile: Profile,
    parts: Parts,
    device: str = "cpu",
    progress: Progress = silent,
    taste: Mapping[str, Preference] | None = None,
    strengths: Mapping[str, float] | None = None,
) -> Advice:
    """Suggest moves for a measured mix and prove them.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    parts : Parts
        The sum of each role's stems, and the single stems of roles that have several.
    device : str
        Torch device for measuring.
    progress : Progress
    taste : mapping of dimension to Preference, optional
        What the user's answers have taught (`mixassistant.profiles.taste`).
    strengths : mapping of kind to float, optional
        How far to go with each kind of move, 0 (not at all) to 1.5; 1 where absent.
    """
    expectation = with_taste(expect(track, profile), taste or {})
    before = state_of(track, shares(parts))
    progress("Comparing with your references", 0.0)
    expectation = expectation_from_mixes(expectation, track, before, parts, device)
    expectation = replace(expectation, levels=with_unknown(before.levels, expectation.levels))
    drafts = stereo_moves(track, profile, expectation, before)
    # The side channel is a part of the spectrum: what a change of width does to that is no matter for an equalizer.
    seen = after_width(before, track, chains(drafts), track.sample_rate_hz)
    drafts += eq_moves(track, expectation, seen)
    levels = level_moves(track, expectation, seen, after_eq(seen, chains(drafts), track.sample_rate_hz))
    drafts += [move for move in levels if not _is_left_by_eq(move, drafts)]
    drafts = on_the_stems_that_cause_it(drafts, track, expectation, seen)
    # What comes before a compressor in the chain: its own gain and width come after it.
    first = [m for m in drafts if m.kind == "eq" or m.stem]
    drafts += compression_moves(track, expectation, before, first, parts)
    drafts += masking_moves(track, profile, expectation, parts, chains(drafts), device)
    checks = technical_suggestions(track, 1) + sorting_suggestions(expectation, 1) + delivery_suggestions(track, profile, expectation, 1)
    # The same song's other version tells of the voice better than any range; who wants to hear of no levels does not want that either.
    unwanted = expectation.is_tight or (strengths or {}).get("level") == 0.0
    checks = tuple(s for s in checks if s.id != VOICE_CHECK or not (unwanted or is_liked_so(s, taste or {})))
    drafts = told_once(drafts, checks, track)
    drafts = [done for draft in drafts if (done := at_strength(draft, (strengths or {}).get(draft.kind, 1.0))) is not None]
    moves, verification = _prove(tuple(drafts), track, expectation, before, parts, device, progress)
    moves = _one_remedy(moves, track)
    # A level move says it already.
    if any(m.kind == "level" and m.role == "vocals" for m in moves):
        checks = tuple(s for s in checks if s.id != VOICE_CHECK)
    return Advice(moves + tuple(replace(s, priority=len(moves) + 1 + i) for i, s in enumerate(checks)), verification)


def _is_left_by_eq(level: Suggestion, drafts: list[Suggestion]) -> bool:
    """Tell whether a gain on a stem is no more than what an equalizer at its limit leaves of its fault."""
    for eq in [m for m in drafts if m.kind == "eq" and m.role in (level.role, "mix")]:
        if max(abs(band.gain_db) for band in eq.bands) >= MAX_GAIN_DB and abs(level.gain_db) <= abs(eq.low + eq.high) / 2 - MAX_GAIN_DB:
            return True
    return False


def _one_remedy(moves: tuple[Suggestion, ...], track: MeasuredTrack) -> tuple[Suggestion, ...]:
    """Join what the same song's other version tells of a stem's compression with the move on its level: whoever does both does too much.

    Easing a compressor mends the level as well; a new one lowers it, so that a move on the level belongs to its make-up gain.
    """
    joined = list(moves)
    for level in [m for m in moves if m.kind == "level" and m.evidence is not None and m.evidence.tier == "same song"]:
        place = place_of(level)
        for other in [m for m in joined if m.id in (f"{place}-over-compressed", f"{place}-compression") and m.evidence is not None]:
            if other.compression is None:
                text = eased_or_turned_text(spoken(track, place), other.evidence, level.gain_db, level.confidence)  # type: ignore[arg-type]
                one = replace(level, id=other.id, text=text)
            else:
                made_up = replace(other.compression, makeup_db=round(other.compression.makeup_db + level.gain_db, 1))
                text = made_up_text(other.text, made_up.makeup_db)
                one = replace(other, compression=made_up, text=text, confidence=min(other.confidence, level.confidence))
            joined[min(joined.index(level), joined.index(other))] = one
            joined = [m for m in joined if m is not level and m is not other]
    return tuple(replace(m, priority=i + 1) for i, m in enumerate(joined))


def _key(move: Suggestion, expectation: Expectation) -> str:
    """Return the verification key of a move's own descriptor; a move of the mix is read off the first role that it moves."""
    assert move.evidence is not None
    place = f"@{move.evidence.frequency_hz:.0f}" if move.evidence.frequency_hz else ""
    if move.kind in OF_THEIR_OWN:
        return f"{'mix' if move.kind == 'masking' else move.role}/{move.evidence.descriptor}"
    return f"{_shown_at(move, expectation)}/{move.evidence.descriptor}{place}"


def _shown_at(move: Suggestion, expectation: Expectation) -> str:
    """Return the place whose descriptor shows a move: a stem's own where that is expected to be something, else its role's."""
    if move.role == "mix":
        return next(place for place in expectation.ltas if place != "mix")
    return place_of(move) if place_of(move) in expectation.ltas else move.role


def _is_cause(move: Suggestion, expectation: Expectation) -> bool:
    """Tell whether a move on a stem is read off the sum of its role."""
    return bool(move.stem) and place_of(move) not in expectation.ltas


def _helps(move: Suggestion, before: State, after: State, expectation: Expectation) -> bool:
    """Tell whether a move's own descriptor came closer to what is expected."""
    if move.kind == "technical":
        return True
    if move.kind == "eq" and not _is_cause(
        move, expectation
    ):  # the whole curve, up to a constant: a band that mends one place must not spoil another
        was, now = (_shape_error(move, state, expectation) for state in (before, after))
        return now < was
    assert move.evidence is not None
    key = _key(move, expectation)
    target = move.evidence.target
    if move.kind == "level" and not move.stem:  # people are told levels relative to the mix
        target = float(expectation.levels.mean[[*ROLES].index(move.role)])  # type: ignore[arg-type]
    gained = abs(before.read(key) - target) - abs(after.read(key) - target)
    return gained >= LEAST_GAINED.get(move.kind, 0.0) and gained != 0.0


def _shape_error(move: Suggestion, state: State, expectation: Expectation) -> float:
    """Return how far the shape of a target's spectrum is from what is expected in dB; of the mix: over all its roles."""
    errors = []
    for place in [p for p in expectation.ltas if p != "mix"] if move.role == "mix" else (_shown_at(move, expectation),):
        spectrum, expected = state.spectra.get((place, expectation.spectrum)), expectation.ltas.get(place)
        if spectrum is not None and expected is not None:
            gap = spectrum - expected.mean
            errors.append(float(np.nanstd(gap[heard(expected.mean)])))
    return float(np.mean(errors)) if errors else 0.0


def _predicted(move: Suggestion, before: State, moves: tuple[Suggestion, ...], expectation: Expectation, track: MeasuredTrack) -> float:
    """Predict a move's own descriptor after all moves, from the measurements alone."""
    rate, gathered = track.sample_rate_hz, chains(moves)
    predicted = after_eq(after_width(before, track, gathered, rate), gathered, rate)
    if move.kind == "level" and not move.stem:
        gains = np.array([sum(m.gain_db for m in moves if m.kind == "level" and m.role == role and not m.stem) for role in ROLES])
        return float((predicted.levels + level_change(predicted.levels, gains))[[*ROLES].index(move.role)])  # type: ignore[arg-type]
    if move.predicted is not None:
        return move.predicted
    return predicted.read(_key(move, expectation))


def _size(move: Suggestion) -> float:
    """Return how much a move changes, in dB."""
    if move.kind == "compression" and move.compression is not None:
        return move.compression.gain_reduction_db
    if move.width is not None:
        return abs(move.width.change_db)
    return max([abs(b.gain_db) for b in move.bands], default=abs(move.gain_db))


def _kept(
    drafts: tuple[Suggestion, ...], track: MeasuredTrack, expectation: Expectation, before: State,
    parts: Parts, device: str, progress: Progress,
) -> tuple[tuple[Suggestion, ...], State]:  # fmt: skip
    """Render and measure the set; drop what does not help, then the weakest while the whole does not: until all of it does."""
    kept = tuple(m for m in drafts if m.kind != "masking")
    after, distance = before, before.distance(expectation)
    for _ in range(ROUNDS):
        if not chains(kept):
            after = before
            break
        after = measure_state(track, before, parts, chains(kept), device, progress, _own_keys(kept, expectation))
        useless = [m for m in kept if not _helps(m, before, after, expectation)]
        # Width is no part of that distance, and may cost a little of it.
        counted = [m for m in kept if m.kind not in ("technical", *OF_THEIR_OWN)]
        if not useless and counted and after.distance(expectation) >= distance:
            useless = [min(counted, key=lambda m: m.confidence * _size(m))]
        if not useless and not counted and after.distance(expectation) > distance + TOLERATED:
            useless = [m for m in kept if m.kind in OF_THEIR_OWN]
        if not useless:
            break
        kept = tuple(m for m in kept if m not in useless)
    else:
        kept, after = tuple(m for m in kept if m.kind == "technical"), before
    return _with_masking(kept, after, tuple(m for m in drafts if m.kind == "masking"), track, expectation, before, parts, device, progress)


def _with_masking(
    kept: tuple[Suggestion, ...], after: State, cuts: tuple[Suggestion, ...], track: MeasuredTrack, expectation: Expectation,
    before: State, parts: Parts, device: str, progress: Progress,
) -> tuple[tuple[Suggestion, ...], State]:  # fmt: skip
    """Add the cuts that make room for another stem, as far as they do so and cost next to nothing of what the other moves reached."""
    for _ in range(ROUNDS):
        if not cuts:
            break
        tried = (*kept, *cuts)
        rendered = measure_state(track, before, parts, chains(tried), device, progress, _own_keys(tried, expectation))
        useless = [m for m in cuts if not _helps(m, before, rendered, expectation)]
        if not useless and rendered.distance(expectation) > after.distance(expectation) + TOLERATED:
            useless = [min(cuts, key=lambda m: m.confidence * _size(m))]
        if not useless:
            return tried, rendered
        cuts = tuple(m for m in cuts if m not in useless)
    return kept, after


def _own_keys(moves: tuple[Suggestion, ...], expectation: Expectation) -> set[str]:
    return {_key(m, expectation) for m in moves if m.kind in OF_THEIR_OWN}


def _in_the_mix_db(move: Suggestion, before: State, track: MeasuredTrack) -> float:
    """Return by how much a move changes the mix; that of a compressor or a width is not calculated, and taken as heard."""
    is_calculated = move.kind in ("eq", "level", "masking")
    return change_of_mix_db(before, chains((move,)), track.sample_rate_hz) if is_calculated else np.inf


def _ordered(moves: tuple[Suggestion, ...], before: State, track: MeasuredTrack) -> list[Suggestion]:
    """Return the surest and largest first, for a musician may stop after one; moves that the mix hardly shows say so and come last."""
    found = []
    for move in moves:
        size, in_the_mix = _size(move), _in_the_mix_db(move, before, track)
        if in_the_mix < HARDLY_HEARD_DB:
            move, size = replace(move, text=hardly_heard_text(move.text)), min(in_the_mix, size)
        found.append((move.kind == "technical", -move.confidence * size, move))
    return [move for *_, move in sorted(found, key=lambda item: item[:2])]


def _prove(
    drafts: tuple[Suggestion, ...], track: MeasuredTrack, expectation: Expectation, before: State,
    parts: Parts, device: str, progress: Progress,
) -> tuple[tuple[Suggestion, ...], Verification]:  # fmt: skip
    """Return the moves that help when rendered, by priority, and the proof."""
    kept, after = _kept(drafts, track, expectation, before, parts, device, progress)
    dropped = [m for m in drafts if m not in kept]
    proven = [m for m in kept if m.kind != "technical"]
    ordered = _ordered(kept, before, track)
    keys = {_key(m, expectation): m for m in proven}
    moves = chains(kept)
    verification = Verification(
        distance_before=round(before.distance(expectation), 3),
        distance_after=round(after.distance(expectation), 3),
        before={k: round(before.read(k), 2) for k in keys},
        predicted={k: round(_predicted(m, before, kept, expectation, track), 2) for k, m in keys.items()},
        measured={k: round(after.read(k), 2) for k in keys},
        # As measured, a separator's bias included: the curve is drawn beside the measured one.
        ltas_after={
            role: tuple(float(v) for v in (raw + np.nan_to_num(after.spectra[role, "ltas"] - before.spectra[role, "ltas"])).round(2))
            for role in ROLES
            if is_moved(role, moves) and (role, "ltas") in before.spectra
            if (raw := vector(values_of(track, role), "ltas")) is not None
        },
        dropped=tuple(f"Not shown, since it did not help when rendered: {m.text}" for m in dropped),
    )
    return tuple(replace(m, priority=i + 1) for i, m in enumerate(ordered)), verification
