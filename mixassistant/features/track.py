"""`MeasuredTrack`: everything that is known about a mix or a reference once it has been measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import Values
from mixassistant.stems.stem import Role


@dataclass(frozen=True)
class MeasuredStem:
    """A stem's name, role, origin and measurements."""

    name: str
    role: Role
    origin: str
    values: Values


KINDS: tuple[str, ...] = ("intro", "verse", "chorus", "bridge", "instrumental", "outro")
"""What a section may be to a song."""


@dataclass(frozen=True)
class Section:
    """A stretch of a song, as it was found or as the user says.

    Parameters
    ----------
    start_s, end_s : float
        From the song's beginning; the sections of a song follow each other without gaps.
    letter : str
        Alike sections share one: ``"A"``, ``"B"``, …
    kind : str
        One of `KINDS`, or empty where nothing can be told.
    is_guess : bool
        Whether the kind is guessed, and not said by the user.
    """

    start_s: float
    end_s: float
    letter: str
    kind: str = ""
    is_guess: bool = True


@dataclass(frozen=True, eq=False)
class MeasuredSection(Section):
    """A section with what is measured of it.

    Parameters
    ----------
    values : Values
        Of the mix in this stretch: ``"lufs"`` and ``"ltas"``, defined as they are of the whole.
    levels : mapping of Role to float
        Loudness of the role's stems in this stretch relative to the other roles together there, in LU. Roles that do not play there are
        absent.
    """

    values: Values = field(default_factory=lambda: MappingProxyType({}))
    levels: Mapping[Role, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class MeasuredTrack:
    """A measured mix or reference.

    Parameters
    ----------
    name, content_hash, duration_s, sample_rate_hz, channels
        As of the `Song`.
    mix : Values
        Measurements of the mix.
    roles : mapping of Role to Values
        Measurements of the sum of each role's stems (the profile compares these).
    stems : tuple of MeasuredStem
        Each stem by itself. Where a role has one stem its values are the role's.
    tags : mapping
        Title, artist, album, genre where known.
    fingerprint : np.ndarray [shape=(8, frames)], float32
        Band levels over time of the mix, by which another version of the same song is recognised.
    warnings : tuple of str
        As of the `Song`, where it was opened for this, and what was odd about measuring it: they are not kept in the library.
    sections : tuple of MeasuredSection
        In the order of time; empty where no sections can be told.
    """

    name: str
    content_hash: str
    duration_s: float
    sample_rate_hz: int
    channels: int
    mix: Values
    roles: Mapping[Role, Values]
    stems: tuple[MeasuredStem, ...]
    tags: Mapping[str, str]
    fingerprint: NDArray[np.float32]
    warnings: tuple[str, ...] = ()
    sections: tuple[MeasuredSection, ...] = ()

    @property
    def origin(self) -> str:
        """Where the stems came from: ``demucs:…`` or ``embedded`` where any was separated, else ``supplied``; empty without stems."""
        return next((s.origin for s in self.stems if s.origin != "supplied"), "supplied" if self.stems else "")

    def origin_of(self, role: str) -> str:
        """Return where the stems of a role came from; empty where there are none."""
        own = [s.origin for s in self.stems if s.role == role]
        return next((origin for origin in own if origin != "supplied"), "supplied" if own else "")
