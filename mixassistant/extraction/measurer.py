"""Measuring songs once: what the library remembers of the same content, stems and methods is not measured again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from mixassistant import paths
from mixassistant.features.measure import measure_song, methods_key
from mixassistant.features.track import MeasuredTrack
from mixassistant.library.library import Library
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.device import pick_device
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import Called
from mixassistant.stems.separate import separate_song
from mixassistant.stems.separator import Separator, choose
from mixassistant.stems.stem import Role, Song


@dataclass(frozen=True)
class Measurer:
    """Measures songs for one library.

    Parameters
    ----------
    library : Library
        Remembers what was measured.
    separator : Separator
        Makes the stems of songs that bring none.
    device : str
        Torch device.
    """

    library: Library
    separator: Separator
    device: str

    @classmethod
    def of(cls, library: Library, separator: str = "auto", device: str = "auto") -> Self:
        """Return one with a separator and a device by their names.

        Raises
        ------
        UsageError
            There is no such separator or device.
        MissingError
            The weights are not installed, or the device is not there.
        """
        return cls(library, choose(separator, device), pick_device(device))

    def measure(self, song: Song, progress: Progress = silent) -> MeasuredTrack:
        """Measure a song with its stems, or return what the library remembers of it."""
        known = self._known(song, song.origin)
        if known is not None:
            return known
        track = measure_song(song, self.device, progress)
        self.library.tracks.keep(track, self._method(song.origin), song.origin)
        return track

    def measure_file(
        self, path: Path, progress: Progress = silent, roles: Mapping[str, Role] | None = None, called: Called = ""
    ) -> MeasuredTrack:
        """Measure the song at a path, a folder being what it is called, separating it where it brings no stems of its own."""
        song = open_song(path, None, roles, part(progress, 0.0, 0.2), called=called)
        known = self._known(song, song.origin or self.separator.origin)
        if known is not None:
            return known
        separated = separate_song(song, self.separator, paths.cache_folder(), part(progress, 0.2, 0.7))
        return self.measure(separated, part(progress, 0.7, 1.0))

    def recall(self, content_hash: str) -> MeasuredTrack | None:
        """Return what was measured of a content whose file may be gone."""
        origins = ("supplied", self.separator.origin) if content_hash else ()
        return next((track for origin in origins if (track := self._find(content_hash, origin)) is not None), None)

    def _known(self, song: Song, origin: str) -> MeasuredTrack | None:
        """Return what is known of a song, under its name and tags of now: the same content may lie elsewhere too."""
        found = self._find(song.content_hash, origin)
        return None if found is None else replace(found, name=song.name, tags=song.tags, warnings=song.warnings)

    def _find(self, content_hash: str, origin: str) -> MeasuredTrack | None:
        return self.library.tracks.find(content_hash, self._method(origin), origin)

    def _method(self, origin: str) -> str:
        """Return what measurements depend on beside the content: the descriptors' versions, and the separator's where it made the stems."""
        return methods_key() if origin in ("", "supplied") else f"{methods_key()}+{self.separator.version}"
