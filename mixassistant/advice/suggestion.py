"""`Move` and `Check`: what is suggested, with its evidence. The values that travel from advice to report, window and command line.

They hold no sentence: `mixassistant.advice.sentences` makes it from the value when it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, get_args

from mixassistant.advice.findings import Finding
from mixassistant.advice.held_back import HeldBack
from mixassistant.features.descriptor import REGISTRY
from mixassistant.processing.moves import Chain, gathered
from mixassistant.profiles.profile import Z80
from mixassistant.stems.place import Part, Place

HEARD_DB = 1.0  # of a difference to the middle of the references: less is no reason that a listener would give

Kind = Literal["eq", "level", "compression", "stereo", "masking"]
KINDS: tuple[str, ...] = get_args(Kind)
"""Kinds of moves, each with a strength of its own."""


Group = Literal["fault", "toward"]
"""Whether something is wrong, or a move goes a part of the way toward the references."""


EXACT = 4
"""Decimals of what is measured: rounded once more when it is shown, it has to be what every other place shows."""


class Basis(Protocol):
    """What evidence rests on: the names of references (the prior alone: none), and how tight it is."""

    @property
    def references(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def tier(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Evidence:
    """Why: a descriptor's measured value against the profile's range.

    Parameters
    ----------
    descriptor : str
        Id in the registry (``"ltas"`` for EQ, with `frequency_hz` saying where).
    measured, target, low, high : float
        In `unit`: this mix, the profile's centre and its 10–90 % range. For EQ they lie on the curves that are drawn.
    unit : str
    references : tuple of str
        Names of the references that this rests on (the prior alone: empty).
    tier : str
        ``"same song"``, ``"same session"``, ``"references"`` or ``"prior"``: the tightest evidence that was found.
    frequency_hz : float or None
        Where in the spectrum, for EQ.
    """

    descriptor: str
    measured: float
    target: float
    low: float
    high: float
    unit: str
    references: tuple[str, ...]
    tier: str
    frequency_hz: float | None = None

    @classmethod
    def of(
        cls, basis: Basis, descriptor: str, measured: float, target: float, ends: tuple[float, float],
        frequency_hz: float | None = None, decimals: int = EXACT,
    ) -> Evidence:  # fmt: skip
        """Return evidence with its numbers as exact as reports hold those of measurements: one quantity is one number everywhere.

        Parameters
        ----------
        basis : Basis
        descriptor : str
        measured, target : float
        ends : (float, float)
            Of the 10–90 % range: mostly `around` the target.
        frequency_hz : float, optional
        decimals : int
        """
        low, high = ends
        return cls(
            descriptor=descriptor,
            measured=round(measured, decimals),
            target=round(target, decimals),
            low=round(low, decimals),
            high=round(high, decimals),
            unit=REGISTRY[descriptor].unit,
            references=basis.references,
            tier=basis.tier,
            frequency_hz=None if frequency_hz is None else round(frequency_hz, 1),
        )


def around(mean: float, sd: float) -> tuple[float, float]:
    """Return the 10–90 % range of a normal spread."""
    return mean - Z80 * sd, mean + Z80 * sd


@dataclass(frozen=True)
class Target:
    """A place as people know it.

    Parameters
    ----------
    place : Place
    name : str
        The stem's name; the role's where it has many stems (their bus); ``"mix"``.
    stems : int
        How many stems the role has; 0 of the mix.
    """

    place: Place
    name: str
    stems: int = 1


@dataclass(frozen=True)
class Interval:
    """What holds the right amount with a probability of 90 % or more: of `Move.amount`, which it holds as well.

    Where a move is held back, or its user wants a part of it, the interval begins at what is suggested: `Facts` tell what the whole is.
    """

    low: float
    high: float
    unit: str = "dB"

    @classmethod
    def of(cls, low: float, high: float) -> Interval:
        """Return an interval in dB, as exact as it is told."""
        return cls(round(low, 2), round(high, 2))

    def holding(self, amount: float) -> Interval:
        """Return the interval, wide enough to hold an amount: what is suggested is never told to be outside of what may be right."""
        return replace(self, low=min(self.low, amount), high=max(self.high, amount))


@dataclass(frozen=True)
class Hidden:
    """A stem that another hides, and how much of it is still hidden after a cut, in per cent."""

    target: Target
    after_percent: float


@dataclass(frozen=True)
class Odds:
    """How often engineers went the way that a move goes, counted on songs that nothing was learned from.

    Parameters
    ----------
    right, of : int
        Cases that went this way, and all cases of this kind.
    kind : str
        Which cases: ``"level/vocals"``.
    source : str
        Where they were counted.
    """

    right: int
    of: int
    kind: str
    source: str

    @property
    def share(self) -> float:
        """Share of the cases that went this way, 0–1."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True)
class Toward:
    """Where a place stands among the references, of a move toward them.

    Parameters
    ----------
    dimension : str
        Of the standing: ``"level"``, ``"tone/presence"``, ``"dynamic_spread"``, ``"width"``.
    below, of : int
        References that measure less than this mix, and all that have this value; none: finished songs are what it is compared with.
    gap : float
        From the middle of the references to this mix, in the dimension's unit.
    why : str
        ``"place"``: the mix stands on the other side of their middle. ``"habit"``: engineers do this to raw tracks of the role on average.
        ``"own habit"``: the habit that was learned from the user's own songs does.
        ``"others"``: it makes up for what the other moves do to the mix.
    is_away : bool
        The mix lies beyond their middle already on the side that the move goes to.
    """

    dimension: str
    below: int
    of: int
    gap: float
    why: Literal["place", "habit", "own habit", "others"] = "place"
    is_away: bool = False

    @property
    def is_close(self) -> bool:
        """Tell whether the place stands at the middle for all that is heard, and the move goes there for no habit's sake."""
        return self.why == "place" and abs(self.gap) < HEARD_DB


@dataclass(frozen=True)
class Facts:
    """What is told of a move beside its chain and its evidence.

    Parameters
    ----------
    held_back : HeldBack, optional
        It stops at the most that is suggested at once.
    among : int
        Stems of the role, of which this one explains best why all of them together are off; 0: that was not the question.
    moment_by_moment : bool
        A compression that is known from how the level moves in another version of the take, and seen in no gap of loud and usual moments.
    sides_db : (float, float), optional
        Side over mid in the band whose width is changed: here and in the evidence.
    hidden : Hidden, optional
        What a cut makes room for.
    eases : Evidence, optional
        Of dynamics, for a gain on an over-compressed stem: to ease the compressor would mend the level as well.
    makes_up_sure : float, optional
        For a compressor whose make-up gain puts the level right as well: how sure the compression alone is.
    part : PartOf, optional
        The user wants another amount than the whole.
    is_hardly_heard : bool
        It is heard on its own, but hardly in the mix.
    toward : Toward, optional
        Where the place stands, of a move toward the references.
    shape_db : float, optional
        Of an equalizer: how far the spectrum lies off at that frequency when the rest of it is laid over what is expected. A boom in one
        place lowers all others relative to the stem's level, and may itself be seen there only in part.
    """

    held_back: HeldBack | None = None
    among: int = 0
    moment_by_moment: bool = False
    sides_db: tuple[float, float] | None = None
    hidden: Hidden | None = None
    eases: Evidence | None = None
    makes_up_sure: float | None = None
    part: PartOf | None = None
    is_hardly_heard: bool = False
    toward: Toward | None = None
    shape_db: float | None = None


@dataclass(frozen=True)
class PartOf:
    """How much of a move its user wants (1 is the whole), and the whole move."""

    strength: float
    whole: Move


@dataclass(frozen=True, kw_only=True)
class Move:
    """A change at one place.

    Parameters
    ----------
    id : str
        Stable for the same mix, place and kind: ``"bass-eq"``.
    kind : Kind
    target : Target
        Where.
    chain : Chain
        What is done there.
    evidence : Evidence
    confidence : float
        Probability, 0–1, that something is wrong there and the move in the right direction. Below one half, as told from other songs,
        it is likelier that the song is meant so: the move is worth a listen, and no more is claimed of it.
    interval : Interval
    predicted : float or None
        What the evidence's descriptor is predicted to be afterwards, where the kind predicts it by itself (compression, stereo, masking).
    facts : Facts
    group : Group
        A fault that was found, or a part of the way toward the references.
    odds : Odds or None
        Of a move toward the references.
    """

    id: str
    kind: Kind
    target: Target
    chain: Chain
    evidence: Evidence
    confidence: float
    interval: Interval
    predicted: float | None = None
    facts: Facts = Facts()
    group: Group = "fault"
    odds: Odds | None = None

    @property
    def place(self) -> Place:
        """Where the chain goes."""
        return self.target.place

    @property
    def role(self) -> Part:
        """The role of the place, or ``"mix"``."""
        return self.target.place.role

    @property
    def size_db(self) -> float:
        """How much is changed at most, in dB."""
        chain = self.chain
        if chain.compression is not None:
            return chain.compression.gain_reduction_db
        if chain.width:
            return abs(chain.width[0].change_db)
        return max([abs(band.gain_db) for band in chain.bands], default=abs(chain.gain_db))

    @property
    def amount(self) -> float:
        """What the interval is about: the first band's gain, a gain, a change of width or a gain reduction, in dB."""
        chain = self.chain
        if chain.compression is not None:
            return chain.compression.gain_reduction_db
        if chain.width:
            return chain.width[0].change_db
        return chain.bands[0].gain_db if chain.bands else chain.gain_db


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something worth checking that no move mends.

    Parameters
    ----------
    id : str
        Stable for the same mix, place and finding: ``"technical-clipping"``.
    target : Target
        Where.
    finding : Finding
        What was found, with its numbers.
    confidence : float
        Probability, 0–1, that it is there and not meant.
    evidence : Evidence or None
        None for what rests on the mix alone.
    also : tuple of Place
        Other stems in which the same was found.
    unit : str
        Of what would mend it; empty where that is no amount.
    """

    id: str
    target: Target
    finding: Finding
    confidence: float
    evidence: Evidence | None = None
    also: tuple[Place, ...] = ()
    unit: str = ""

    @property
    def role(self) -> Part:
        """The role of the place, or ``"mix"``."""
        return self.target.place.role


Suggestion = Move | Check


class Suggested:
    """What holds suggestions, first things first, and tells the moves among them apart."""

    suggestions: tuple[Suggestion, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves among the suggestions."""
        return tuple(s for s in self.suggestions if isinstance(s, Move))


def chains(moves: Iterable[Move]) -> dict[Place, Chain]:
    """Gather the moves of each place into one chain (EQ → compressor → width → gain)."""
    return gathered((move.place, move.chain) for move in moves)


@dataclass(frozen=True)
class Verification:
    """Proof by rendering: the descriptors that the moves are about, before, predicted and measured after.

    Parameters
    ----------
    distance_before, distance_after : float
        Mean distance to the profile over all compared descriptors, in standard deviations of the profile.
    before, predicted, measured : mapping
        ``"<role>/<descriptor>"`` (EQ: ``"<role>/ltas@<Hz>"``) to value in the descriptor's unit.
    ltas_after : mapping
        Role that was moved to its re-measured 1/3-octave LTAS after all moves, for the plots.
    dropped : tuple of Move
        Those that did not help when rendered and are therefore not suggested.
    """

    distance_before: float
    distance_after: float
    before: Mapping[str, float] = field(default_factory=dict)
    predicted: Mapping[str, float] = field(default_factory=dict)
    measured: Mapping[str, float] = field(default_factory=dict)
    ltas_after: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    dropped: tuple[Move, ...] = ()
