"""Proof of a set of moves: it is rendered and measured, what does not help is dropped, and the rest is rendered again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.level import level_change
from mixassistant.advice.masking import MASKING
from mixassistant.advice.rendering import Parts, excerpt, is_moved, parts_of
from mixassistant.advice.suggestion import EXACT, Move, Verification, chains
from mixassistant.advice.verification import (
    Shown,
    State,
    after_eq,
    after_width,
    change_of_mix,
    change_of_mix_db,
    heard,
    measure_state,
    nearest_band,
    shaped,
)
from mixassistant.features.descriptor import vector
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Chain
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.separation_error import ltas_of, told_shift, told_values
from mixassistant.progress import Progress, silent
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import Song

OF_THEIR_OWN = ("stereo", "masking")  # kinds that are read off descriptors of their own


@dataclass(frozen=True)
class ProofTuning:
    """What a move has to bring when it is rendered.

    Parameters
    ----------
    tolerated : float
        Standard deviations of the profile, that a change of width or a cut for another stem may cost the rest.
    hardly_heard_db : float
        Of a change of the mix in its loudest-changed third of an octave: less is below what people tell apart in music.
    arrives : float
        Share of a gain toward the references by which the level has to change relative to the mix: the other moves change the mix as well.
    rounds : int
        Renderings at most: each round drops what did not help.
    """

    tolerated: float = 0.02
    hardly_heard_db: float = 0.3
    arrives: float = 0.25
    rounds: int = 6


PROOF = ProofTuning()


# By how much the descriptor has to come closer: points of a hidden share; dB of dynamic spread (of 23 planted compressions 22 gain 0.3 to
# 4.8; stems that are never quiet, and so are only turned down, 0.01 and 0.02).
LEAST_GAINED = {"masking": MASKING.worth, "compression": 0.25}


def _shown(move: Move, expectation: Expectation) -> Shown:
    """Return what a move is read off: its own descriptor; of a move of the mix, the first role's that it moves."""
    if move.kind in OF_THEIR_OWN:
        return Shown(MIX if move.kind == "masking" else move.place.bus, move.evidence.descriptor)
    if _is_of_the_mix(move):
        return Shown(MIX, move.evidence.descriptor, move.evidence.frequency_hz)
    return Shown(_shown_at(move, expectation), move.evidence.descriptor, move.evidence.frequency_hz)


def _is_of_the_mix(move: Move) -> bool:
    """Tell whether a move is read off the spectrum of the whole mix: toward the references, roles need not ask for the same."""
    return move.group == "toward" and move.place == MIX and move.kind == "eq"


def _shown_at(move: Move, expectation: Expectation) -> Place:
    """Return the place whose descriptor shows a move: a stem's own where that is expected to be something, else its role's."""
    if move.place == MIX:
        return next(place for place in expectation.ltas if place != MIX)
    return move.place if move.place in expectation.ltas else move.place.bus


def _is_cause(move: Move, expectation: Expectation) -> bool:
    """Tell whether a move on a stem is read off the sum of its role."""
    return bool(move.place.stem) and move.place not in expectation.ltas


def _helps(move: Move, before: State, after: State, expectation: Expectation) -> bool:
    """Tell whether a move's own descriptor came closer to what is expected."""
    if move.group == "toward" and (done := _goes_its_way(move, before, after, expectation)) is not None:
        return done
    # The whole curve, up to a constant: a band that mends one place must not spoil another.
    if move.kind == "eq" and not _is_of_the_mix(move) and not _is_cause(move, expectation):
        was, now = (_shape_error(move, state, expectation) for state in (before, after))
        return now < was
    shown, target = _shown(move, expectation), move.evidence.target
    if move.kind == "level" and not move.place.stem:  # people are told levels relative to the mix
        target = float(expectation.levels.mean[BUSES.index(move.place)])
    gained = abs(before.read(shown) - target) - abs(after.read(shown) - target)
    return gained >= LEAST_GAINED.get(move.kind, 0.0) and gained != 0.0


def _goes_its_way(move: Move, before: State, after: State, expectation: Expectation) -> bool | None:
    """Tell whether a move toward the references does what it is meant to; ``None``: what it is read off has to come closer, as of a fault.

    It goes a part of the way, and what engineers do as a rule may lie beyond the middle of the references.
    """
    shown = _shown(move, expectation)
    if move.kind == "level":
        return (after.read(shown) - before.read(shown)) * move.chain.gain_db >= PROOF.arrives * move.chain.gain_db**2
    if move.kind == "compression":
        return before.read(shown) - after.read(shown) >= LEAST_GAINED["compression"]
    # What an equalizer does to a role is known before it is rendered; what is asked is whether the set comes closer.
    return True if move.kind == "eq" and move.place != MIX else None


def _shape_error(move: Move, state: State, expectation: Expectation) -> float:
    """Return how far the shape of a target's spectrum is from what is expected in dB; of the mix: over all its roles."""
    errors = []
    for place in [p for p in expectation.ltas if p != MIX] if move.place == MIX else (_shown_at(move, expectation),):
        spectrum, expected = state.spectra.get((place, expectation.spectrum)), expectation.ltas.get(place)
        if spectrum is not None and expected is not None:
            gap = spectrum - expected.mean
            errors.append(float(np.nanstd(gap[heard(expected.mean)])))
    return float(np.mean(errors)) if errors else 0.0


def _predicted(move: Move, before: State, moves: tuple[Move, ...], expectation: Expectation, track: MeasuredTrack) -> float:
    """Predict a move's own descriptor after all moves, from the measurements alone."""
    rate, gathered = track.sample_rate_hz, chains(moves)
    predicted = after_eq(after_width(before, track, gathered, rate), gathered, rate)
    if move.kind == "level" and not move.place.stem:
        gains = np.array([sum(m.chain.gain_db for m in moves if m.kind == "level" and m.place == bus) for bus in BUSES])
        return float((predicted.levels + level_change(predicted.levels, gains))[BUSES.index(move.place)])
    if move.predicted is not None:
        return move.predicted
    if _is_of_the_mix(move):
        shown, whole = _shown(move, expectation), ltas_of(track, MIX, move.evidence.descriptor)
        assert shown.frequency_hz is not None and whole is not None  # its evidence was read off it
        return float(shaped(whole, change_of_mix(before, gathered, rate)[0])[nearest_band(shown.frequency_hz)])
    return predicted.read(_shown(move, expectation))


def _kept(
    drafts: tuple[Move, ...], track: MeasuredTrack, expectation: Expectation, before: State,
    parts: Parts, device: str, progress: Progress,
) -> tuple[tuple[Move, ...], State]:  # fmt: skip
    """Render and measure the set; drop what does not help, then the weakest while the whole does not: until all of it does."""
    kept = tuple(m for m in drafts if m.kind != "masking")
    after, distance = before, before.distance(expectation)
    for _ in range(PROOF.rounds):
        if not chains(kept):
            after = before
            break
        after = measure_state(track, before, parts, chains(kept), device, progress, _own(kept, expectation))
        useless = [m for m in kept if not _helps(m, before, after, expectation)]
        # Width is no part of that distance, and may cost a little of it.
        counted = [m for m in kept if m.kind not in OF_THEIR_OWN]
        # What engineers do as a rule may cost a little of the distance to these references.
        most = distance + (PROOF.tolerated if any(m.group == "toward" for m in counted) else 0.0)
        if not useless and counted and after.distance(expectation) >= most:
            useless = [min(counted, key=lambda m: m.confidence * m.size_db)]
        if not useless and not counted and after.distance(expectation) > distance + PROOF.tolerated:
            useless = [m for m in kept if m.kind in OF_THEIR_OWN]
        if not useless:
            break
        kept = tuple(m for m in kept if m not in useless)
    else:
        kept, after = (), before
    return _with_masking(kept, after, tuple(m for m in drafts if m.kind == "masking"), track, expectation, before, parts, device, progress)


def _with_masking(
    kept: tuple[Move, ...], after: State, cuts: tuple[Move, ...], track: MeasuredTrack, expectation: Expectation,
    before: State, parts: Parts, device: str, progress: Progress,
) -> tuple[tuple[Move, ...], State]:  # fmt: skip
    """Add the cuts that make room for another stem, as far as they do so and cost next to nothing of what the other moves reached."""
    for _ in range(PROOF.rounds):
        if not cuts:
            break
        tried = (*kept, *cuts)
        rendered = measure_state(track, before, parts, chains(tried), device, progress, _own(tried, expectation))
        useless = [m for m in cuts if not _helps(m, before, rendered, expectation)]
        if not useless and rendered.distance(expectation) > after.distance(expectation) + PROOF.tolerated:
            useless = [min(cuts, key=lambda m: m.confidence * m.size_db)]
        if not useless:
            return tried, rendered
        cuts = tuple(m for m in cuts if m not in useless)
    return kept, after


def _own(moves: tuple[Move, ...], expectation: Expectation) -> set[Shown]:
    return {_shown(m, expectation) for m in moves if m.kind in OF_THEIR_OWN or _is_of_the_mix(m)}


def _in_the_mix_db(move: Move, before: State, track: MeasuredTrack) -> float:
    """Return by how much a move changes the mix; that of a compressor or a width is not calculated, and taken as heard."""
    is_calculated = move.kind in ("eq", "level", "masking")
    return change_of_mix_db(before, chains((move,)), track.sample_rate_hz) if is_calculated else np.inf


def _ordered(moves: tuple[Move, ...], before: State, track: MeasuredTrack) -> tuple[Move, ...]:
    """Return faults first, and of each the surest and largest, for a musician may stop after one; what the mix hardly shows comes last."""
    found = []
    for move in moves:
        size, in_the_mix = move.size_db, _in_the_mix_db(move, before, track)
        if in_the_mix < PROOF.hardly_heard_db:
            move, size = replace(move, facts=replace(move.facts, is_hardly_heard=True)), min(in_the_mix, size)
        found.append(((move.group == "toward", -move.confidence * size), move))
    return tuple(move for _, move in sorted(found, key=lambda item: item[0]))


def _with_the_mix(before: State, moves: tuple[Move, ...], expectation: Expectation) -> State:
    """Return a state that knows what moves of the mix are read off."""
    of_the_mix = {_shown(m, expectation): m.evidence.measured for m in moves if _is_of_the_mix(m)}
    return replace(before, others={**before.others, **of_the_mix})


def prove(
    drafts: tuple[Move, ...], track: MeasuredTrack, expectation: Expectation, before: State,
    parts: Parts, device: str, progress: Progress,
) -> tuple[tuple[Move, ...], Verification]:  # fmt: skip
    """Return the moves that help when rendered, first things first, and the proof."""
    before = _with_the_mix(before, drafts, expectation)
    kept, after = _kept(drafts, track, expectation, before, parts, device, progress)
    dropped = tuple(m for m in drafts if m not in kept)
    return _ordered(kept, before, track), replace(_told(kept, before, after, track, expectation), dropped=dropped)


def _told(moves: tuple[Move, ...], before: State, after: State, track: MeasuredTrack, expectation: Expectation) -> Verification:
    """Return the proof of moves as it is told: levels relative to the mix, as everywhere."""
    read = {_shown(m, expectation): m for m in moves}
    gathered, shift = chains(moves), told_shift(track)

    def told(shown: Shown, value: float) -> float:
        is_of_a_role = shown.descriptor == "level" and not shown.place.stem
        return round(value + (shift if is_of_a_role else 0.0), EXACT)

    return Verification(
        distance_before=round(before.distance(expectation), 3),
        distance_after=round(after.distance(expectation), 3),
        before={str(shown): told(shown, before.read(shown)) for shown in read},
        predicted={str(shown): told(shown, _predicted(m, before, moves, expectation, track)) for shown, m in read.items()},
        measured={str(shown): told(shown, after.read(shown)) for shown in read},
        ltas_after={
            bus.role: tuple(float(v) for v in (now + np.nan_to_num(after.spectra[bus, "ltas"] - before.spectra[bus, "ltas"])).round(EXACT))
            for bus in BUSES
            if is_moved(bus, gathered) and (bus, "ltas") in before.spectra
            if (now := vector(told_values(track, bus), "ltas")) is not None
        },
    )


@dataclass(frozen=True, eq=False)
class Ground:
    """What the moves of a mix were proven on: others are proven on it in the same way.

    Parameters
    ----------
    track : MeasuredTrack
    expectation : Expectation
    before : State
    is_excerpt : bool
        In some moments of the song.
    device : str
    """

    track: MeasuredTrack
    expectation: Expectation
    before: State
    is_excerpt: bool
    device: str = "cpu"

    def prove(self, song: Song, moves: Iterable[tuple[Move, Chain]], progress: Progress = silent) -> Verification:
        """Return the proof of any set of moves, each with what it does as it was decided: rendered on the stems and measured.

        What a move predicts of itself is of what was suggested: of another amount there is no such prediction, and none is told.
        """
        told = tuple((move, replace(move, chain=chain)) for move, chain in moves)
        decided = tuple(move for _suggested, move in told)
        before = _with_the_mix(self.before, decided, self.expectation)
        parts = excerpt(parts_of(song)) if self.is_excerpt else parts_of(song)
        own = _own(decided, self.expectation)
        after = measure_state(self.track, before, parts, chains(decided), self.device, progress, own)
        proof = _told(decided, before, after, self.track, self.expectation)
        unknown = {str(_shown(m, self.expectation)) for s, m in told if s.chain != m.chain and s.predicted is not None}
        return replace(proof, predicted={key: value for key, value in proof.predicted.items() if key not in unknown})
