"""Where a mix and its roles lie among the references: facts, and no verdict."""

from __future__ import annotations

from dataclasses import dataclass

from mixassistant.stems.place import Place


@dataclass(frozen=True)
class Stand:
    """Where one place lies in one dimension.

    Parameters
    ----------
    place : Place
    dimension : str
        A descriptor's id (``"lufs"``, ``"level"``, ``"dynamic_spread"``, ``"crest"``, ``"width"``, ``"low_mono_share"``), or
        ``"tone/<broad band>"``.
    value : float
        In `unit`.
    unit : str
    rank : int
        References that measure less than this mix.
    of : int
        References that have this value; 0: it is held against finished songs in general, which have no rank.
    middle_half : (float, float)
        Between which the middle half of the references lies: their quartiles.
    range : (float, float)
        Their 10–90 % range; the least and the most of them where they are few.
    middle : float
        Their median.
    outside_by : float
        How far beyond that range the value lies: above it positive, below it negative, inside 0.
    steps : float
        How far from the middle half, in audible steps of the descriptor: by which one difference is called larger than another.
    """

    place: Place
    dimension: str
    value: float
    unit: str
    rank: int
    of: int
    middle_half: tuple[float, float]
    range: tuple[float, float]
    middle: float
    outside_by: float
    steps: float
