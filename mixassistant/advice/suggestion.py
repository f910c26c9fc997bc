"""`Suggestion`: one move with its evidence. The values that travel from advice to report, window and command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mixassistant.processing.moves import Band, Compression, Width
from mixassistant.stems.stem import Role

Kind = Literal["eq", "level", "compression", "stereo", "masking", "technical"]
Target = Literal["mix"] | Role


@dataclass(frozen=True)
class Evidence:
    """Why: a descriptor's measured value against the profile's range.

    Parameters
    ----------
    descriptor : str
        Id in the registry (``"ltas"`` for EQ, with `frequency_hz` saying where).
    measured, target, low, high : float
        In `unit`: this mix, the profile's centre and its 10–90 % range. For EQ the shape is compared: a constant that the moves
        themselves explain is taken out of `measured`.
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


@dataclass(frozen=True)
class Suggestion:
    """One move.

    Parameters
    ----------
    id : str
        Stable for the same mix, target and kind: ``"bass-eq"``.
    target : str
        The stem's name, the role's name when the role has many stems (a bus), or ``"mix"``.
    role : Target
    kind : Kind
    bands, gain_db, compression, width
        The move; exactly the one of `kind` is set (masking sets bands; technical warnings set none).
    evidence : Evidence or None
        None for warnings that rest on the mix alone.
    confidence : float
        Probability, 0–1, that something is wrong there and the move in the right direction. Below one half, as told from other songs,
        it is likelier that the song is meant so: the move is worth a listen, and no more is claimed of it.
    low, high : float
        90 % interval of the move's main parameter (the largest band's gain, the level's gain, the gain reduction), in `unit`.
    unit : str
    priority : int
        1 is first.
    text : str
        One plain sentence: what, how much, where, on which stem, why, how sure.
    stem : str
        The stem, where the move is for one of several of its role; empty for a role's only stem, a bus or the mix.
    predicted : float or None
        What the evidence's descriptor is predicted to be afterwards, where the kind predicts it by itself (stereo, masking).
    """

    id: str
    target: str
    role: Target
    kind: Kind
    evidence: Evidence | None
    confidence: float
    low: float
    high: float
    unit: str
    priority: int
    text: str
    bands: tuple[Band, ...] = ()
    gain_db: float = 0.0
    compression: Compression | None = None
    width: Width | None = None
    stem: str = ""
    predicted: float | None = None


@dataclass(frozen=True)
class Verification:
    """Proof by rendering: the descriptors that the suggestions move, before, predicted and measured after.

    Parameters
    ----------
    distance_before, distance_after : float
        Mean distance to the profile over all compared descriptors, in standard deviations of the profile.
    before, predicted, measured : mapping
        ``"<role>/<descriptor>"`` (EQ: ``"<role>/ltas@<Hz>"``) to value in the descriptor's unit.
    ltas_after : mapping
        Role that was moved to its re-measured 1/3-octave LTAS after all moves, for the plots.
    dropped : tuple of str
        Whole sentences on suggestions that did not help when rendered and are therefore not shown.
    """

    distance_before: float
    distance_after: float
    before: Mapping[str, float] = field(default_factory=dict)
    predicted: Mapping[str, float] = field(default_factory=dict)
    measured: Mapping[str, float] = field(default_factory=dict)
    ltas_after: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
