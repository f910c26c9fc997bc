"""`MeasuredTrack`: everything that is known about a mix or a reference once it has been measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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

    @property
    def origin(self) -> str:
        """Where the stems came from: ``demucs:…`` or ``embedded`` where any was separated, else ``supplied``; empty without stems."""
        return next((s.origin for s in self.stems if s.origin != "supplied"), "supplied" if self.stems else "")

    def origin_of(self, role: str) -> str:
        """Return where the stems of a role came from; empty where there are none."""
        own = [s.origin for s in self.stems if s.role == role]
        return next((origin for origin in own if origin != "supplied"), "supplied" if own else "")
