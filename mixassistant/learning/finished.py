"""The values of this room: `FinishedSong`, what was done to each role of one song, and `TrackSettings`, what was set on one of its tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from mixassistant.processing.moves import Band
from mixassistant.profiles.habit import DIMENSIONS
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import Role

Told = Literal["stems", "mix", "settings"]
"""By what a song tells what was done: produced stems beside the raw tracks; the final mix alone; what was set on each track."""


@dataclass(frozen=True)
class Reverb:
    """One reverb on a track; ``None`` where it is not told.

    Parameters
    ----------
    type : str
        As it is named, in lower case ("plate"); empty where it is not told.
    send_db : float or None
        Level of the send, or of what is mixed in, in dB.
    decay_s, pre_delay_s : float or None
    """

    type: str
    send_db: float | None = None
    decay_s: float | None = None
    pre_delay_s: float | None = None


@dataclass(frozen=True)
class Compressor:
    """Settings of a compressor as they are written down; ``None`` where they are not told.

    Parameters
    ----------
    threshold_db : float or None
        dBFS.
    ratio : float or None
        n:1.
    attack_s, release_s : float or None
    makeup_db : float or None
    """

    threshold_db: float | None = None
    ratio: float | None = None
    attack_s: float | None = None
    release_s: float | None = None
    makeup_db: float | None = None


@dataclass(frozen=True)
class TrackSettings:
    """What was set on one track.

    Parameters
    ----------
    name : str
    role : Role
    gain_db : float or None
        The fader; ``None``: not told.
    pan : float or None
        −1 (left) to 1 (right).
    bands : tuple of (Band, float)
        Equalizer bands and how many of each stand in series: a high pass of 24 dB an octave counts as two.
    compressors : tuple of Compressor
    reverbs : tuple of Reverb
    unknown : tuple of str
        Names of what was written down beside these, and is counted alone.
    """

    name: str
    role: Role
    gain_db: float | None = None
    pan: float | None = None
    bands: tuple[tuple[Band, float], ...] = ()
    compressors: tuple[Compressor, ...] = ()
    reverbs: tuple[Reverb, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FinishedSong:
    """What one engineer did to one song.

    Parameters
    ----------
    song, artist, engineer : str
        As they are called; empty where nobody is named.
    told : Told
        By what it tells.
    changes : mapping of Role to np.ndarray [shape=(d,)]
        Finished minus raw in the order of `DIMENSIONS`; NaN where it cannot be told.
    settings : tuple of TrackSettings
    notes : tuple of str
        Whole sentences on what was odd.
    """

    song: str
    artist: str
    engineer: str
    told: Told
    changes: Mapping[Role, Vector]
    settings: tuple[TrackSettings, ...] = field(default=())
    notes: tuple[str, ...] = ()


LEVEL = DIMENSIONS.index("level")
TONE = slice(DIMENSIONS.index("tone/sub"), DIMENSIONS.index("tone/brilliance") + 1)
SPREAD, CREST, WIDTH = (DIMENSIONS.index(name) for name in ("dynamic_spread", "crest", "width"))


def unknown_changes() -> Vector:
    """Return changes of which none is known, ``[shape=(d,)]``."""
    return np.full(len(DIMENSIONS), np.nan)


def frozen(changes: dict[Role, Vector]) -> Mapping[Role, Vector]:
    """Return changes that nobody writes into."""
    for values in changes.values():
        values.flags.writeable = False
    return MappingProxyType(changes)
