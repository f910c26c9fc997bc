"""How long opening, separating and measuring a song will take: what it is, times what the same took on this computer before.

The seconds that each kind of work took for each second of audio are kept in the cache folder. They decide nothing but how progress is
shared among the steps, and so how truly the time that is left is told.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mixassistant.audio.decode import probe
from mixassistant.audio.not_audio import is_playlist
from mixassistant.audio.write import write_bytes
from mixassistant.bounded_json import read_json
from mixassistant.errors import InputError, OutputError
from mixassistant.stems.look import Called, find_mixes, kind_of, song_in
from mixassistant.stems.playlists import only_entry
from mixassistant.stems.stem import ROLES

FILE = "pace.json"
LEAST_S, MOST_S = 1e-6, 1e3  # of work for a second of audio; what is kept beyond is damaged
SHORT_S = 0.05  # of work: what took less says nothing
NEWEST = 0.3  # weight of what was seen last: other programs are busy in fits
MIX_UNITS = 3.0  # of a mix, where a stem is one: networks hear it as well
REMEMBERED_S = 0.02  # for a song that the library remembers
USUAL_S = 240.0  # of a song that tells no length
# In seconds of work for a second of audio, on two cores of 2024; what a separator takes is known least.
USUAL: Mapping[str, float] = {"reading": 0.001, "separating": 1.0, "separating embedded": 0.09, "measuring": 0.02, "advising": 0.0006}
ADVISING_S = 3000.0  # of audio that advising takes as long for as for what does not depend on its length
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Extent:
    """How much audio there is of a song.

    Parameters
    ----------
    duration_s : float
        Of the song, in seconds.
    stems : int
        How many it brings along; 0: they have to be separated.
    """

    duration_s: float
    stems: int = 0

    @property
    def read_s(self) -> float:
        """Seconds of audio in all its files."""
        return self.duration_s * max(self.stems, 1)

    @property
    def units_s(self) -> float:
        """Seconds of audio to measure; of several stems of a role their sum is measured too."""
        stems = self.stems or len(ROLES)
        sums = len(ROLES) if stems > len(ROLES) else 0
        return self.duration_s * (MIX_UNITS + stems + sums)

    @property
    def advised_s(self) -> float:
        """Seconds of audio that advice is given on."""
        return ADVISING_S + self.duration_s * (1 + (self.stems or len(ROLES)))


def extent_of(path: Path, stems: Path | None = None, called: Called = "") -> Extent:
    """Return how much audio there is of a song, by its headers; a guess where it cannot be opened, since opening it says why."""
    try:
        if is_playlist(path):
            return extent_of(only_entry(path), stems, called)
        kind = "stems" if called == "stems" else kind_of(path)
        if kind == "mixes":
            return extent_of(find_mixes(path)[0])
        if kind == "mix" and stems is None:
            return Extent(probe(path).duration_s)
        if kind == "ni-stems":
            return Extent(probe(path).duration_s, len(ROLES))
        tracks = song_in(stems or path).tracks
        return Extent(max(probe(file).duration_s for track in tracks for file in track.files), len(tracks))
    except (InputError, OSError, ValueError, IndexError):
        return Extent(USUAL_S)


@dataclass(frozen=True)
class Effort:
    """What a song will take, in seconds: to be read, separated and measured, and advised on."""

    reading: float
    separating: float
    measuring: float
    advising: float

    @property
    def measured(self) -> float:
        """Until it is measured."""
        return self.reading + self.separating + self.measuring


class Pace:
    """Seconds of work for a second of audio, by the kind of work.

    Parameters
    ----------
    seen : mapping of str to float
        What was seen on this computer.
    path : Path, optional
        Where that is kept; without one it is not.
    """

    def __init__(self, seen: Mapping[str, float] | None = None, path: Path | None = None) -> None:
        self._seen = {**(seen or {})}
        self._path = path

    @classmethod
    def kept_in(cls, folder: Path) -> Self:
        """Return what a folder keeps; what is damaged there counts as nothing."""
        path = folder / FILE
        try:
            found = read_json(path)
        except (OSError, ValueError):
            return cls({}, path)
        entries = found.items() if isinstance(found, dict) else ()
        return cls({kind: float(s) for kind, s in entries if isinstance(s, int | float) and LEAST_S <= s <= MOST_S}, path)

    def seconds(self, kind: str, audio_s: float) -> float:
        """Return how long some work on so much audio will take; of a kind that was never seen, as long as its first word says."""
        rate = self._seen.get(kind) or USUAL.get(kind) or USUAL[kind.split()[0]]
        return rate * audio_s

    def learn(self, kind: str, audio_s: float, seconds: float) -> None:
        """Remember how long some work took."""
        if audio_s <= 0 or seconds < SHORT_S:
            return
        rate = min(max(seconds / audio_s, LEAST_S), MOST_S)
        before = self._seen.get(kind) or USUAL.get(kind, rate)  # of a separator that was never seen nothing is known
        self._seen[kind] = before * (rate / before) ** NEWEST

    def keep(self) -> None:
        """Write down what was seen; where that cannot be, it is forgotten."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self._path, (json.dumps(self._seen, indent=1, sort_keys=True) + "\n").encode())
        except (OSError, OutputError) as error:
            _log.info("How long work takes is not remembered: %s", error)

    def effort(self, extent: Extent, separating: str) -> Effort:
        """Return what a song will take.

        Parameters
        ----------
        extent : Extent
        separating : str
            The kind of work that separating is.
        """
        return Effort(
            self.seconds("reading", extent.read_s),
            0.0 if extent.stems else self.seconds(separating, extent.duration_s),
            self.seconds("measuring", extent.units_s),
            self.seconds("advising", extent.advised_s),
        )
