"""Rules by which moves and checks make room for each other, so that one fact is told once and nothing unwanted is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mixassistant.advice.delivery import is_liked_so
from mixassistant.advice.findings import Limited, LimitedHarder, OverCompressed, SectionLevel, VoiceOff
from mixassistant.advice.suggestion import Check, Facts, Move, PartOf
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Chain, scaled
from mixassistant.profiles.expectation import Expectation
from mixassistant.profiles.taste import Preference

LEAST_DB = 0.5  # of a part of a move: less is not heard


@dataclass(frozen=True)
class Draft:
    """Moves and checks on the way to advice, each in their order."""

    moves: tuple[Move, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Context:
    """What rules look at beside the draft."""

    track: MeasuredTrack
    expectation: Expectation
    taste: Mapping[str, Preference]
    strengths: Mapping[str, float]


Rule = Callable[[Draft, Context], Draft]


def followed(draft: Draft, rules: tuple[Rule, ...], context: Context) -> Draft:
    """Return what rules make of a draft, one after the other."""
    for rule in rules:
        draft = rule(draft, context)
    return draft


def _without(draft: Draft, finding: type) -> Draft:
    return replace(draft, checks=tuple(check for check in draft.checks if not isinstance(check.finding, finding)))


def unwanted_voice(draft: Draft, context: Context) -> Draft:
    """Say nothing of the voice's level to a user who wants it so, or wants to hear of no levels.

    The same song's other version tells of the voice better than any range.
    """
    voices = [check for check in draft.checks if isinstance(check.finding, VoiceOff)]
    is_unwanted = context.expectation.is_tight or context.strengths.get("level") == 0.0
    if is_unwanted or any(is_liked_so(voice, context.taste) for voice in voices):
        return _without(draft, VoiceOff)
    return draft


def unwanted_section_levels(draft: Draft, context: Context) -> Draft:
    """Say nothing of levels in sections to a user who wants to hear of no levels."""
    return _without(draft, SectionLevel) if context.strengths.get("level") == 0.0 else draft


def limited_before_separated(draft: Draft, context: Context) -> Draft:
    """Call no separated stem over-compressed where the mix is limited: that is where its dynamics went."""
    is_limited = any(isinstance(check.finding, Limited | LimitedHarder) for check in draft.checks)
    return _without(draft, OverCompressed) if is_limited and context.track.origin != "supplied" else draft


def one_certainty(draft: Draft, _context: Context) -> Draft:
    """Give a move of the voice the certainty of the check that says the same, where that is surer: it is one fact."""
    voice = next((check for check in draft.checks if isinstance(check.finding, VoiceOff)), None)
    if voice is None:
        return draft
    moves = (
        replace(move, confidence=voice.confidence) if _says_the_same(move, voice) and voice.confidence > move.confidence else move
        for move in draft.moves
    )
    return replace(draft, moves=tuple(moves))


def _says_the_same(move: Move, voice: Check) -> bool:
    """Tell whether a move turns the voice the way that the check on its level asks for."""
    if voice.evidence is None or move.kind != "level" or move.role != "vocals":
        return False
    return bool(move.chain.gain_db * (voice.evidence.target - voice.evidence.measured) > 0)


def as_much_as_wanted(draft: Draft, context: Context) -> Draft:
    """Go as far with each kind of move as the user wants; leave out what comes to nothing then."""
    parts = (part_of(move, context.strengths.get(move.kind, 1.0)) for move in draft.moves)
    return replace(draft, moves=tuple(move for move in parts if move is not None))


def part_of(move: Move, strength: float) -> Move | None:
    """Return a move of which the user wants so much; ``None`` where that leaves nothing worth a move.

    The interval stays that of the whole, but for what it has to hold: it says what would be right, and not what is wanted of it.
    """
    if strength == 1.0:
        return move
    chain = scaled(move.chain, strength)
    rounded = replace(
        chain, bands=tuple(replace(band, gain_db=round(band.gain_db, 1)) for band in chain.bands), gain_db=round(chain.gain_db, 1)
    )
    if replace(move, chain=chain).size_db < LEAST_DB:
        return None
    predicted, measured = move.predicted, move.evidence.measured
    return replace(
        move,
        chain=rounded,
        predicted=None if predicted is None else measured + strength * (predicted - measured),
        facts=replace(move.facts, part=PartOf(strength, move)),
    )


def interval_with_its_move(draft: Draft, _context: Context) -> Draft:
    """Tell no move that lies outside of its own interval: one that is held back, or a part of it, widens that."""
    return replace(draft, moves=tuple(replace(move, interval=move.interval.holding(move.amount)) for move in draft.moves))


def one_remedy(draft: Draft, _context: Context) -> Draft:
    """Join what the same song's other version tells of a stem's compression with the move on its level: whoever does both does too much.

    Easing a compressor mends the level as well; a new one lowers it, so that a move on the level belongs to its make-up gain.
    """
    moves, checks = list(draft.moves), list(draft.checks)
    for level in [move for move in draft.moves if move.kind == "level" and move.evidence.tier == "same song"]:
        dense = next((c for c in checks if isinstance(c.finding, OverCompressed) and c.target.place == level.place), None)
        if dense is not None:
            moves[moves.index(level)] = replace(level, id=dense.id, facts=Facts(eases=dense.evidence))
            checks.remove(dense)
            continue
        other = next((move for move in moves if move.kind == "compression" and move.place == level.place), None)
        if other is None or other.chain.compression is None:
            continue
        compression = other.chain.compression
        one = replace(
            other,
            chain=Chain(compression=replace(compression, makeup_db=round(compression.makeup_db + level.chain.gain_db, 1))),
            confidence=min(other.confidence, level.confidence),
            facts=replace(other.facts, makes_up_sure=other.confidence),
        )
        moves[min(moves.index(level), moves.index(other))] = one
        moves = [move for move in moves if move is not level and move is not other]
    return Draft(tuple(moves), tuple(checks))


def voice_told_by_a_move(draft: Draft, _context: Context) -> Draft:
    """Leave out the check on the voice where a move says it already."""
    return _without(draft, VoiceOff) if any(move.kind == "level" and move.role == "vocals" for move in draft.moves) else draft


BEFORE_PROOF: tuple[Rule, ...] = (
    unwanted_voice,
    unwanted_section_levels,
    limited_before_separated,
    one_certainty,
    as_much_as_wanted,
    interval_with_its_move,
)
AFTER_PROOF: tuple[Rule, ...] = (one_remedy, voice_told_by_a_move)
