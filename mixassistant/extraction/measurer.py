"""Measuring songs once: what the library remembers of the same content, stems and methods is not measured again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from mixassistant import paths
from mixassistant.audio.guarded import guarded
from mixassistant.extraction.pace import REMEMBERED_S, Effort, Extent, Pace, extent_of
from mixassistant.features.measure import is_told_by, measure_song, methods_key, with_sections
from mixassistant.features.track import MeasuredTrack, Section
from mixassistant.library.files import Held
from mixassistant.library.library import Library
from mixassistant.progress import Laps, Progress, shares, silent
from mixassistant.stems.device import pick_device
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import Called
from mixassistant.stems.separate import Separation, separation
from mixassistant.stems.separator import Separator, choose
from mixassistant.stems.stamp import Stamp, stamp
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
    pace : Pace
        How long work takes here.
    """

    library: Library
    separator: Separator
    device: str
    pace: Pace = field(default_factory=Pace)

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
        return cls(library, choose(separator, device), pick_device(device), Pace.kept_in(paths.cache_folder()))

    def effort(self, path: Path, stems: Path | None = None, called: Called = "") -> Effort:
        """Return what the song at a path will take, whether or not anything of it is remembered."""
        return self.pace.effort(extent_of(path, stems, called), self._separating)

    def effort_of_file(self, path: Path, called: Called = "") -> float:
        """Return the seconds that `measure_file` will take."""
        seen = stamp(path, None, called)
        if seen is not None and self.library.files.find(seen.path, seen.asked, seen.state) is not None:
            return REMEMBERED_S
        return self.effort(path, called=called).measured

    @property
    def _separating(self) -> str:
        """The kind of work that separating is: with this separator, on this device."""
        return f"separating {self.separator.origin}" + ("" if self.device == "cpu" else f" {self.device}")

    def open(
        self,
        path: Path,
        stems: Path | None = None,
        roles: Mapping[str, Role] | None = None,
        progress: Progress = silent,
        *,
        stream: int | None = None,
        called: Called = "",
    ) -> Song:
        """Open a song, as `mixassistant.stems.drop.open_song`."""
        laps = Laps()
        song = open_song(path, stems, roles, progress, stream=stream, called=called)
        laps.end("reading")
        self.pace.learn("reading", Extent(song.mix.duration_s, len(song.stems)).read_s, laps.timings["reading"])
        return song

    def separate(self, song: Song, progress: Progress = silent) -> Separation:
        """Return a song with stems, from the cache where they are kept."""
        laps = Laps()
        found = separation(song, self.separator, paths.cache_folder(), progress)
        laps.end("separating")
        if found.is_new:
            self.pace.learn(self._separating, song.mix.duration_s, laps.timings["separating"])
        return found

    def measure(self, song: Song, progress: Progress = silent, said: Sequence[Section] | None = None) -> MeasuredTrack:
        """Measure a song with its stems, or return what the library remembers of it.

        Parameters
        ----------
        song : Song
        progress : Progress
        said : sequence of Section, optional
            What the user says of its sections, which the library remembers; empty: those that are found are right.
        """
        known = self._known(song, song.origin)
        track = known if known is not None else self._measure(song, progress)
        sections = self.library.sections.said(song.content_hash, said)
        if (sections is not None or said is not None) and not is_told_by(sections or (), track):
            track = with_sections(track, song, sections or (), self.device, progress)
        if track is not known:
            self.library.tracks.keep(track, self._method(song.origin), song.origin)
        return track

    def _measure(self, song: Song, progress: Progress) -> MeasuredTrack:
        laps = Laps()
        track = measure_song(song, self.device, progress)
        laps.end("measuring")
        self.pace.learn("measuring", Extent(song.mix.duration_s, len(song.stems)).units_s, laps.timings["measuring"])
        self.pace.keep()
        return track

    def measure_file(
        self, path: Path, progress: Progress = silent, roles: Mapping[str, Role] | None = None, called: Called = ""
    ) -> MeasuredTrack:
        """Measure the song at a path, a folder being what it is called, separating it where it brings no stems of its own.

        What was measured, and looks the same on disk, is not opened again.

        Raises
        ------
        InputError
            It cannot be read; or anything else stops the measuring of this one song (see `guarded`).
        """
        seen = stamp(path, roles, called)
        remembered = self._remembered(seen) if seen is not None else None
        if remembered is not None:
            progress("", 1.0)
            return remembered
        with guarded(path):
            effort = self.effort(path, called=called)
            reading, separating, measuring = shares(progress, (effort.reading, effort.separating, effort.measuring))
            song = self.open(path, None, roles, reading, called=called)
            track = self._known(song, song.origin or self.separator.origin)
            if track is None:
                track = self.measure(self.separate(song, separating).song, measuring)
            # What has changed while it was read belongs to no state.
            if seen is not None and seen.is_settled and seen == stamp(path, roles, called):
                held = Held(song.content_hash, song.origin, song.name, song.tags, song.warnings)
                self.library.files.keep(seen.path, seen.asked, seen.state, held)
            return track

    def _remembered(self, seen: Stamp) -> MeasuredTrack | None:
        """Return what is known of a song that looks as it did when it was measured."""
        held = self.library.files.find(seen.path, seen.asked, seen.state)
        found = self._find(held.content_hash, held.origin or self.separator.origin) if held is not None else None
        if held is None or found is None:
            return None
        return replace(found, name=held.name, tags=held.tags, warnings=held.warnings)

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
