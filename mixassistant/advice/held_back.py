"""What holds a move back: there is a most that is suggested at once."""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign


@dataclass(frozen=True)
class HeldBack:
    """A gain whose interval lies beyond the most that is suggested at once: what it takes, and that most."""

    needed_db: float
    most_db: float

    @classmethod
    def of(cls, gain_db: float, low_db: float, high_db: float, most_db: float) -> HeldBack | None:
        """Return what a gain would take, where it is the most that is suggested and all of its interval lies beyond that."""
        if abs(gain_db) < most_db or min(copysign(edge, edge * gain_db) for edge in (low_db, high_db)) <= abs(gain_db):
            return None
        return cls((low_db + high_db) / 2, most_db)
