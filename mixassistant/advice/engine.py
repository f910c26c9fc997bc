"""The engine: from a measured mix and its profile to suggestions that have been rendered and measured.

Of a finished mix, and against another version of the same song, faults are looked for. Of a mix that is not finished, against other songs,
a part of the way toward them is suggested (`toward`).

Order of thought, as in the chain: EQ of each role and of the mix, then dynamics, then the levels as they will be after EQ. The whole
set is rendered and measured; moves that do not help are dropped and the rest is rendered again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from mixassistant.advice.answers import Question
from mixassistant.advice.attribution import attributed
from mixassistant.advice.closed import apart
from mixassistant.advice.delivery import delivery_checks
from mixassistant.advice.drafting import compression_moves, eq_moves, level_moves
from mixassistant.advice.expectation_from_mixes import expectation_from_mixes
from mixassistant.advice.masking import masking_moves
from mixassistant.advice.proof import Ground, prove
from mixassistant.advice.rendering import Parts, excerpt, shares
from mixassistant.advice.rules import AFTER_PROOF, BEFORE_PROOF, Context, Draft, followed
from mixassistant.advice.section_levels import section_level_checks
from mixassistant.advice.stereo import stereo_moves
from mixassistant.advice.suggestion import Check, Suggested, Suggestion, Verification, chains
from mixassistant.advice.technical import comparison_checks, technical_checks
from mixassistant.advice.toward.moves import Way, toward_moves
from mixassistant.advice.verification import State, after_eq, after_width, state_of
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.expectation import Expectation, expect, with_unknown
from mixassistant.profiles.habit import Habit, load_habit
from mixassistant.profiles.presence import Missing, find_missing, without_missing
from mixassistant.profiles.profile import Profile
from mixassistant.profiles.stage import STAGE_ERRORS, Stage
from mixassistant.profiles.standing import Stand, by_place
from mixassistant.profiles.taste import Preference, with_taste
from mixassistant.progress import Progress, silent
from mixassistant.stems.place import MIX, Place
from mixassistant.stems.stem import Role


@dataclass(frozen=True)
class Advice(Suggested):
    """Suggestions, first things first, and the proof of the moves among them.

    `closed` is what moves would ask where the user has closed the way, `missing` what there is no advice on, and `ground` what the moves
    were proven on.
    """

    suggestions: tuple[Suggestion, ...]
    verification: Verification
    closed: tuple[Question, ...] = ()
    missing: tuple[Missing, ...] = ()
    ground: Ground | None = None


def advise(
    track: MeasuredTrack,
    profile: Profile,
    parts: Parts,
    device: str = "cpu",
    progress: Progress = silent,
    taste: Mapping[str, Preference] | None = None,
    strengths: Mapping[str, float] | None = None,
    stage: Stage = "finished",
    habit: Habit | None = None,
    stands: Sequence[Stand] = (),
    absent: Collection[Role] = (),
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
    stage : Stage
        Of a finished mix only faults are told; of one that is not, a part of the way toward the references is.
    habit : Habit, optional
        What its engineer does to raw tracks as a rule; the shipped habit by default.
    stands : sequence of Stand
        Where the mix stands among its references: what moves toward them tell.
    absent : collection of Role
        Roles that the song does not have, as its user says.
    """
    expected = expect(track, profile)
    missing = find_missing(track, absent)
    if expected.is_tight:  # a stem that was turned down to nothing is what another version of the song shows
        missing = tuple(item for item in missing if item.is_said)
    if missing:
        track = without_missing(track, missing)
        expected = expect(track, profile)
    expectation = with_taste(_where_it_plays(expected, track), taste or {})
    before = state_of(track, shares(parts))
    progress("Comparing with your references", 0.0)
    expectation = expectation_from_mixes(expectation, track, before, parts, device)
    expectation = replace(expectation, levels=with_unknown(before.levels, expectation.levels))
    context = Context(track, expectation, taste or {}, strengths or {})
    if stage == "finished" or expectation.is_tight:
        drafted = _drafted(track, profile, expectation, before, parts, device)
    else:
        way = Way(track, profile, expectation, before, STAGE_ERRORS[stage], habit or load_habit(), by_place(stands), taste or {})
        moments = excerpt(parts)  # a part of the way is found and proven in a minute of the song
        drafted = _drafted_toward(way, parts, moments, device, stage)
        parts = moments
    draft = followed(drafted, BEFORE_PROOF, context)
    allowed, closed = apart(draft.moves, context.taste)
    moves, verification = prove(allowed, track, expectation, before, parts, device, progress)
    told = followed(replace(draft, moves=moves), AFTER_PROOF, context)
    ground = Ground(track, expectation, before, parts.is_excerpt, device)
    return Advice((*told.moves, *told.checks), verification, closed, missing, ground)


def _where_it_plays(expectation: Expectation, track: MeasuredTrack) -> Expectation:
    """Return what is expected of the places that a mix has: at others, nothing can be shown."""

    def is_there(place: Place) -> bool:
        return place == MIX or place.role in track.roles

    return replace(
        expectation,
        ltas={place: expected for place, expected in expectation.ltas.items() if is_there(place)},
        dynamic_spread={place: expected for place, expected in expectation.dynamic_spread.items() if is_there(place)},
    )


def _drafted(track: MeasuredTrack, profile: Profile, expectation: Expectation, before: State, parts: Parts, device: str) -> Draft:
    """Return all moves and checks that the measurements ask for."""
    rate = track.sample_rate_hz
    moves = stereo_moves(track, profile, expectation, before)
    # The side channel is a part of the spectrum: what a change of width does to that is no matter for an equalizer.
    seen = after_width(before, track, chains(moves), rate)
    moves += eq_moves(track, expectation, seen)
    moves += level_moves(track, expectation, seen, after_eq(seen, chains(moves), rate), moves)
    moves = attributed(moves, track, expectation, seen)
    # What comes before a compressor in the chain: its own gain and width come after it.
    first = [move for move in moves if move.kind == "eq" or move.place.stem]
    compressions, checks = compression_moves(track, expectation, before, first, parts)
    moves += compressions
    moves += masking_moves(track, profile, expectation, parts, chains(moves), device)
    return Draft(tuple(moves), (*checks, *_checks(track, profile, expectation)))


def _drafted_toward(way: Way, parts: Parts, moments: Parts, device: str, stage: Stage) -> Draft:
    """Return what is a fault in any mix, and a part of the way toward the references.

    Of a rough mix the levels come first: which stem hides another is looked at when they are set.
    """
    track, profile, expectation = way.track, way.profile, way.expectation
    faults = [move for move in stereo_moves(track, profile, expectation, way.before) if move.evidence.descriptor == "low_mono_share"]
    moves = [*faults, *toward_moves(way, moments)]
    if stage != "rough":
        cuts = masking_moves(track, profile, expectation, parts, chains(moves), device)
        moves += [replace(cut, group="toward") for cut in cuts]
    return Draft(tuple(moves), tuple(_checks(track, profile, expectation)))


def _checks(track: MeasuredTrack, profile: Profile, expectation: Expectation) -> list[Check]:
    checks = [*technical_checks(track), *comparison_checks(expectation), *delivery_checks(track, profile, expectation)]
    # Another version of the song tells of each level better than any range of other songs.
    return checks if expectation.is_tight else [*checks, *section_level_checks(track, profile.references)]
