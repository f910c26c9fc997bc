"""Gathering the references that a mix is compared with: opened, separated where they bring no stems, measured or remembered.

It stands here and not among the profiles, which are made of measured tracks and know neither files nor the library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mixassistant.audio.not_audio import is_playlist
from mixassistant.errors import InputError
from mixassistant.extraction.measurer import Measurer
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Profile
from mixassistant.progress import Progress, part, shares, silent
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import Called, songs_at
from mixassistant.stems.playlists import notes_on
from mixassistant.stems.stem import Song

Tracks = tuple[MeasuredTrack, ...]


@dataclass(frozen=True)
class Wanted:
    """What a mix is to be compared with.

    Parameters
    ----------
    references : tuple of Path
        Liked ones: mixes, ``.stem.mp4`` files, folders of one song's stems, or folders of these. Empty: the library's.
    disliked : tuple of Path
        The same that `references` may be; without `references` and `profile`: the library's disliked ones.
    profile : str
        Name of a profile in the library; empty for `references`, or all liked ones.
    """

    references: tuple[Path, ...] = ()
    disliked: tuple[Path, ...] = ()
    profile: str = ""


@dataclass(frozen=True)
class References:
    """The references that a mix is compared with, measured.

    Parameters
    ----------
    liked, disliked : tuple of MeasuredTrack
        Each content once.
    weights : mapping of str to float
        Content hash of a reference to how many songs it counts as; 1 where absent.
    warnings : tuple of str
        Whole sentences on those that are left out, and why.
    """

    liked: Tracks = ()
    disliked: Tracks = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def without(self, track: MeasuredTrack) -> References:
        """Return them without the mix itself.

        It agrees with itself in everything: as a liked reference it would hide what the others say, as a disliked one it would push
        the targets to the far side of the liked ones, whatever it sounds like.
        """
        kinds = (("your", self.liked), ("the disliked", self.disliked))
        kept = [tuple(song for song in songs if song.content_hash != track.content_hash) for _, songs in kinds]
        told = tuple(
            f"The mix itself is among {whose} references: it was left out there."
            for (whose, songs), others in zip(kinds, kept, strict=True)
            if len(others) < len(songs)
        )
        return replace(self, liked=kept[0], disliked=kept[1], warnings=(*self.warnings, *told))

    def without_contradictions(self) -> References:
        """Return them without disliked ones that are liked too."""
        liked = {song.content_hash for song in self.liked}
        both = dict.fromkeys(f"“{song.name}”" for song in self.disliked if song.content_hash in liked)
        if not both:
            return self
        told = f"{', '.join(both)} {'is' if len(both) == 1 else 'are'} liked and disliked at once: only the liking counts."
        kept = tuple(song for song in self.disliked if song.content_hash not in liked)
        return replace(self, disliked=kept, warnings=(*self.warnings, told))

    def profile(self, name: str = "") -> Profile:
        """Return what they have in common, as the profile of a name."""
        called = name or ("your references" if self.liked else "factory")
        return build_profile(called, self.liked, load_prior(), self.weights, self.disliked)


def gather(wanted: Wanted, measurer: Measurer, progress: Progress = silent, found: Sources | None = None) -> References:
    """Measure the references that are wanted; one that cannot be read becomes a warning.

    Parameters
    ----------
    wanted : Wanted
    measurer : Measurer
    progress : Progress
    found : Sources, optional
        Where they were found already.

    Raises
    ------
    InputError
        None of them can be read, or the only one that was named.
    MissingError
        There is no profile of that name.
    """
    found = found or find_sources(wanted, measurer)
    likes, dislikes = shares(progress, [sum(file.seconds for file in files) for files in (found.liked, found.disliked)])
    liked, warnings = _measured(found.liked, bool(wanted.references), measurer, likes)
    disliked, unread = _disliked(wanted, found.disliked, measurer, dislikes)
    weights = {} if wanted.references else measurer.library.references.weights()
    return References(liked, disliked, weights, (*_notes(wanted.references), *warnings, *unread))


def find_sources(wanted: Wanted, measurer: Measurer) -> Sources:
    """Return the files of the references that are wanted.

    Raises
    ------
    InputError
        There is nothing at one of the paths, or no audio in it.
    MissingError
        There is no profile of that name.
    """
    if wanted.references:
        liked = _songs(wanted.references)
    else:
        library = measurer.library
        kept = library.profiles.references_of(wanted.profile) if wanted.profile else library.references.all()
        liked = [_File(row.path, row.content_hash) for row in kept if row.liked]

    def timed(files: Sequence[_File]) -> tuple[_File, ...]:
        return tuple(replace(file, seconds=measurer.effort_of_file(file.path, file.called)) for file in files)

    return Sources(timed(liked), timed(_songs(wanted.disliked)))


def _disliked(wanted: Wanted, files: Sequence[_File], measurer: Measurer, progress: Progress) -> tuple[Tracks, tuple[str, ...]]:
    """Return the disliked references that are named, measured, else what the library remembers of its own; and warnings."""
    if wanted.disliked:
        tracks, warnings = _measured(files, True, measurer, progress)
        return tracks, (*_notes(wanted.disliked), *warnings)
    rows = measurer.library.references.all(liked=False)
    if not (wanted.references or wanted.profile):
        return tuple(track for row in rows if (track := measurer.recall(row.content_hash)) is not None), ()
    if not rows:
        return (), ()
    count = "1 song is disliked" if len(rows) == 1 else f"{len(rows)} songs are disliked"
    whose = "a profile" if wanted.profile else "references given for this mix"
    return (), (f"{count} in your library; that counts where a mix is compared with all liked references, and not with {whose}.",)


@dataclass(frozen=True)
class _File:
    """A song to measure, the content that the library knows it by (empty: none), and how long it will take."""

    path: Path
    content_hash: str = ""
    seconds: float = 0.0

    @property
    def called(self) -> Called:
        """What it is called: only of the library it is known whether a folder was one song."""
        return _called(self.path) if self.content_hash else ""


@dataclass(frozen=True)
class Sources:
    """Where the references lie that are wanted: liked ones, and disliked ones that were named."""

    liked: tuple[_File, ...]
    disliked: tuple[_File, ...]

    @property
    def seconds(self) -> float:
        """How long measuring them will take."""
        return sum(file.seconds for file in (*self.liked, *self.disliked))


def open_kept(path: Path, progress: Progress = silent) -> Song:
    """Open what the library keeps as a reference.

    Raises
    ------
    InputError
        As `mixassistant.stems.drop.open_song`.
    """
    return open_song(path, progress=progress, called=_called(path))


def _called(path: Path) -> Called:
    """Return what a reference of the library is called: a folder that it keeps was one song, or was called so, when it was added."""
    return "stems" if path.is_dir() else ""


def _songs(given: Sequence[Path]) -> list[_File]:
    """Return the songs that paths name, those in folders of songs and in playlists one by one."""
    named = (song for path in given for song in (songs_at(path) if path.is_dir() or is_playlist(path) else [path]))
    return [_File(song) for song in named]


def _notes(given: Sequence[Path]) -> tuple[str, ...]:
    return tuple(note for path in given for note in notes_on(path))


def _measured(files: Sequence[_File], is_named: bool, measurer: Measurer, progress: Progress) -> tuple[Tracks, tuple[str, ...]]:
    """Measure songs; one that was named for this analysis alone must be readable where it is the only one."""
    tracks: dict[str, MeasuredTrack] = {}  # by content: what is named twice is liked once
    warnings: list[str] = []
    steps = shares(progress, [file.seconds for file in files])
    for number, (file, step) in enumerate(zip(files, steps, strict=True), 1):
        which = f"Measuring reference {number} of {len(files)}, {file.path.name}"
        try:
            track = measurer.measure_file(file.path, part(step, 0.0, 1.0, which), called=file.called)
        except InputError as error:
            known = measurer.recall(file.content_hash)
            if known is None:
                if is_named and len(files) == 1:
                    raise
                warnings.append(f"The reference {file.path.name} was left out: {error}.")
                continue
            track = known
            warnings.append(f"The file of the reference {file.path.name} is gone; what was measured of it is used.")
        if is_named:  # what was odd about one of the library was told when it was added
            warnings += [f"The reference {track.name}: {told}" for told in track.warnings]
        tracks[track.content_hash] = track
    if files and not tracks:
        raise InputError("no-references", "none of the references could be read", "; ".join(warnings))
    return tuple(tracks.values()), tuple(warnings)
