"""What lies at a path, before it is opened: one mix, the stems of one song, whole songs.

Names and headers tell. Only where files end together and their names say nothing, a few seconds of them are listened to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from mixassistant.audio.decode import CONTAINER_SUFFIXES, probe
from mixassistant.audio.not_audio import is_playlist, project_in, refusal, refusal_within
from mixassistant.audio.streams import NI_ENDINGS
from mixassistant.errors import InputError
from mixassistant.names import readable
from mixassistant.stems.folders.songs import OneSong, as_one_song, may_be_one, one_song, songs_inside
from mixassistant.stems.folders.tracks import Track
from mixassistant.stems.folders.tree import Node, name_of, walk
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.playlists import entries
from mixassistant.stems.stem import Role

FULL_MIX = "full_mix"
"""What the file of a whole song is called in a dataset, where its folder has the song's name."""
Dropped = Literal["mix", "stems", "ni-stems", "mixes"]
Called = Literal["", "stems", "songs"]
"""What the user says that a folder is: the stems of one song, or whole songs; empty: nothing."""


def song_name(path: Path, stream: int | None = None) -> str:
    """Return what the song at a path is called: its folder, or its file without what the format puts behind the name.

    A file that is called `FULL_MIX`, as in a dataset, has the name of its folder.

    An audio stream (from 0) that was chosen out of several is told beside it, counted from 1 as people do.
    """
    if path.is_dir():
        return readable(name_of(path))
    ending = next((ending for ending in NI_ENDINGS if path.name.lower().endswith(ending)), path.suffix)
    name = readable(path.name[: len(path.name) - len(ending)])
    if name == FULL_MIX:
        name = readable(name_of(path.absolute().parent))
    return name if stream is None else f"{name} (track {stream + 1})"


def kind_of(path: Path) -> Dropped:
    """Tell what was dropped.

    Raises
    ------
    InputError
        There is nothing at `path`, or no audio in it.
    """
    try:
        path.stat()
    except OSError as error:  # missing, a name too long, no permission on the way
        why = "" if isinstance(error, FileNotFoundError) else f" ({(error.strerror or '').lower()})"
        raise InputError("missing", f"there is no file or folder “{path.name[:80]}”{why}", "check the path") from error
    except ValueError as error:  # a NUL, or half a character: no system has such a name
        raise InputError("missing", "there is no file or folder of that name", "check the path") from error
    if path.is_file():
        return "ni-stems" if path.suffix.lower() in CONTAINER_SUFFIXES and probe(path).is_ni_stems else "mix"
    if not path.is_dir():
        raise InputError("not-a-file", f"“{path.name}” is neither a file nor a folder", "give an audio file or a folder")
    return "stems" if one_song(_walked(path)) is not None else "mixes"


def _walked(folder: Path) -> Node:
    """Return the tree of a folder that holds audio.

    Raises
    ------
    InputError
        It holds none, or cannot be read.
    """
    if (told := refusal(folder)) is not None:
        raise told
    node = walk(folder)
    if not node.files and not node.inside:
        raise InputError(
            "no-audio",
            f"there is no audio in the folder “{name_of(folder)}”",
            refusal_within(sorted(folder.iterdir())) or "put audio files into it (.wav, .aiff, .flac, .mp3, .m4a, .ogg …)",
        )
    return node


def song_in(folder: Path) -> OneSong:
    """Return a folder as one song: as what it is, or as that because the user says so.

    Raises
    ------
    InputError
        It holds no audio, or cannot be read.
    """
    node = _walked(folder)
    return one_song(node) or as_one_song(node)


def files_of(path: Path) -> list[Path]:
    """Return the audio files of a song: itself, or those of its folder that belong to it.

    Raises
    ------
    InputError
        A folder holds no audio, or cannot be read.
    """
    return [*song_in(path).files] if path.is_dir() else [path]


def find_mixes(folder: Path) -> list[Path]:
    """Return the songs of a folder of songs: audio files of its whole tree, and folders of stems."""
    return [*songs_inside(walk(folder))]


def songs_at(path: Path) -> list[Path]:
    """Return the songs at a path: those of a folder of songs or of a playlist one by one, anything else as it is.

    Raises
    ------
    InputError
        There is nothing at `path`, or no audio in it.
    """
    if is_playlist(path):
        return list(entries(path).files)
    return find_mixes(path) if kind_of(path) == "mixes" else [path]


@dataclass(frozen=True)
class Look:
    """What lies at a path.

    Parameters
    ----------
    kind : str
        ``"mix"``, ``"stems"``, ``"ni-stems"``: one song, which `open_song` opens at this path with these `roles`. ``"mixes"``: a folder
        or a playlist of whole songs. ``"unsure"``: whole songs, or the stems of one: who has dropped them knows.
    songs : tuple of Path
        The songs that it holds, each to be opened by itself; the path itself where it is one song.
    roles : mapping of str to Role
        Corrections that make the files of a folder the stems of one song, where they may be that; empty: it needs none, or cannot be.
    notes : tuple of str
        Whole sentences on what was left out, such as entries of a playlist that are not on this disk, or taken for what it hardly is.
    """

    kind: Literal["mix", "stems", "ni-stems", "mixes", "unsure"]
    songs: tuple[Path, ...]
    roles: Mapping[str, Role] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def is_one_song(self) -> bool:
        """Whether `open_song` opens it."""
        return self.kind in ("mix", "stems", "ni-stems")


def look(path: Path, called: Called = "") -> Look:
    """Tell what lies at a path, without opening it and without an error.

    What cannot be read counts as a mix: opening it says why.

    Parameters
    ----------
    path : Path
        A file or a folder.
    called : str
        What the user calls a folder: the stems of one song, which it is then where it can be, or whole songs.
    """
    try:
        if is_playlist(path):
            listed = entries(path)
            return Look("mixes", listed.files, notes=listed.notes)
        if not path.is_dir():
            return Look(kind_of(path), (path,))
        node = _walked(path)
        if called == "songs":
            return Look("mixes", tuple(songs_inside(node)))
        if one_song(node) is not None:
            return Look("stems", (path,))
        found = _look_into(node, called == "stems")
        return found if found.is_one_song else replace(found, notes=_clips(path))
    except (InputError, OSError):
        return Look("mix", (path,))


def _clips(folder: Path) -> tuple[str, ...]:
    """Tell of songs that are the clips of a DAW's project."""
    project = project_in(folder)
    return (f"“{name_of(folder)}” holds the clips of a project, which are taken for whole songs: {project}.",) if project else ()


def _look_into(node: Node, are_stems: bool) -> Look:
    """Return what a folder holds whose files do not clearly look like stems."""
    songs = tuple(songs_inside(node))
    if len(songs) == 1 and songs[0].is_file():
        return Look("mix", songs)  # a folder around one mix is that mix
    if len(songs) == 1:
        return Look("mixes", songs)
    song = as_one_song(node)
    holds_songs = any(found.is_dir() for found in songs)  # folders of stems: a loose file beside them is no stem
    is_likely = song.likeness.is_possible and not holds_songs
    is_possible = may_be_one(node) and (is_likely or (are_stems and _may_be_stems(song)))
    roles = _one_role(song.tracks) if is_possible else {}
    return Look("mixes" if not roles else "stems" if are_stems else "unsure", songs, roles)


def _may_be_stems(song: OneSong) -> bool:
    """Tell whether files can be stems if the user says so: not all of them are mixes."""
    stems = [track for track in song.tracks if track.purpose is None]
    return len(stems) > 1 or any(track.role is not None for track in stems)


def _one_role(tracks: Sequence[Track]) -> dict[str, Role]:
    """Return the role of one stem: a single correction says that all files are the stems of one song."""
    stems = [track for track in tracks if track.purpose is None] or [*tracks[:1]]
    first = next((track for track in stems if track.role is not None), stems[0])
    return {first.name: first.role or role_from_name(first.name) or "other"}
