"""`Place`: where something is measured or moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mixassistant.stems.stem import ROLES, Role

Part = Literal["mix"] | Role
PARTS: tuple[Part, ...] = ("mix", *ROLES)


@dataclass(frozen=True)
class Place:
    """The mix, a role, or one stem of a role.

    Parameters
    ----------
    role : Part
        ``"mix"`` or a Role.
    stem : str
        The stem's name, where the role has several and this one is meant. Empty for the mix, and for a role: its only stem, or the bus of
        all its stems.
    """

    role: Part
    stem: str = ""

    def __str__(self) -> str:
        """Return ``"mix"``, ``"drums"`` or ``"drums/KICK"``: the form that `parse` reads."""
        return f"{self.role}/{self.stem}" if self.stem else self.role

    @classmethod
    def parse(cls, key: str) -> Place:
        """Return the place that a text names.

        Raises
        ------
        ValueError
            It begins with no role.
        """
        role, _, stem = key.partition("/")
        part = next((part for part in PARTS if part == role), None)
        if part is None:
            raise ValueError(f"“{key}” begins with no role")
        return cls(part, stem)

    @property
    def bus(self) -> Place:
        """The place that all stems of this role flow into; of a role or the mix, itself."""
        return Place(self.role)


MIX = Place("mix")
BUSES: tuple[Place, ...] = tuple(Place(role) for role in ROLES)
"""The roles as wholes, in their order."""
