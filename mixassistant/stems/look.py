"""What lies at a path, before it is opened: one mix, the stems of one song, whole songs.

Names and headers tell. Only where files end together and their names say nothing, a few seconds of them are listened to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from mixassistant.audio.decode import CONTAINER_SUFFIXES, SUFFIXES, FileInfo, probe
from mixassistant.errors import InputError
from mixassistant.stems.names.purposes import is_mix_name
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import Role
from mixassistant.stems.unnamed import Verdict, of_unnamed

Dropped = Literal["mix", "stems", "ni-stems", "mixes"]

NI_ENDING = ".stem.mp4"  # Native Instruments' stem format: the mix and four stems in one file
SAME_LENGTH_S = 2.0  # stems of one song may miss their silent tails, but most end together
MOST_ALIKE = 0.8  # share of files that end together, from which their sound is asked


def name_of(path: Path) -> str:
    """Return what a file or folder is called, also where it is given as ``.`` or ``..``."""
    return path.name if path.name not in ("", "..") else path.resolve().name or str(path.resolve())


def song_name(path: Path) -> str:
    """Return what the song at a path is called: its folder, or its file without what the format puts behind the name."""
    if path.is_dir():
        return name_of(path)
    return path.name[: -len(NI_ENDING)] if is_named_ni_stems(path) else path.stem


def is_named_ni_stems(path: Path) -> bool:
    """Tell whether a file is called like an NI stems file; whether it is one, only its streams tell (`kind_of`)."""
    return path.name.lower().endswith(NI_ENDING)


def audio_files(folder: Path) -> list[Path]:
    """Return the audio files right inside a folder, by name; hidden ones are left out.

    Raises
    ------
    InputError
        The folder is missing or cannot be read.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name.lower())
        # A link to nothing is kept, so that a stem that is gone is told where it is opened.
        return [p for p in entries if p.suffix.lower() in SUFFIXES and not p.name.startswith(".") and (p.is_file() or _is_broken(p))]
    except OSError as error:
        raise InputError(
            "unreadable", f"cannot open the folder “{name_of(folder)}”: {(error.strerror or '').lower()}", "check the path"
        ) from error
    except ValueError as error:  # a NUL, or half a character: no system has such a name
        raise InputError("missing", "there is no folder of that name", "check the path") from error


def _is_broken(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _shared_start(names: Sequence[str]) -> str:
    """Return the letters that all names begin with."""
    first, last = min(names), max(names)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))]


def display_names(files: Sequence[Path]) -> list[str]:
    """Return stem names without what all file names share at their ends (``"2.Lithium_Stem_KICK_mobile"`` → ``"KICK"``)."""
    names = [p.name[: -len(p.suffix)] for p in files]
    if len(names) > 1:
        start = _shared_start(names)
        start = start[: max((start.rfind(c) + 1 for c in " _-."), default=0)]
        end = _shared_start([n[::-1] for n in names])[::-1]
        cut = min((end.find(c) for c in " _-." if c in end), default=-1)
        end = end[cut:] if cut >= 0 else ""
        names = [n[len(start) : len(n) - len(end)].strip(" _-.") or n for n in names]
    # "kick.wav" and "kick.flac" are two stems, which the user must be able to tell apart.
    return [n if names.count(n) == 1 else p.name for n, p in zip(names, files, strict=True)]


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
    return _kind_of_folder(path)[0]


def _kind_of_folder(path: Path) -> tuple[Dropped, list[Path], _Likeness]:
    """Return what a folder is, the audio files in it, and what speaks for their being stems."""
    files = audio_files(path)
    if not files and not _folders(path):
        raise InputError(
            "no-audio",
            f"there is no audio in the folder “{name_of(path)}”",
            "put audio files into it (.wav, .aiff, .flac, .mp3, .m4a, .ogg …)",
        )
    likeness = _likeness(files)
    return ("stems" if likeness.is_clear else "mixes"), files, likeness


def _folders(path: Path) -> list[Path]:
    """Return the folders inside a folder that hold audio; what may not be looked into counts as empty."""

    def holds_audio(inside: Path) -> bool:
        try:
            return inside.is_dir() and bool(audio_files(inside))
        except (OSError, InputError):
            return False

    return sorted((p for p in path.iterdir() if not p.name.startswith(".") and holds_audio(p)), key=lambda p: p.name.lower())


@dataclass(frozen=True)
class _Likeness:
    """What speaks for files being the stems of one song.

    Parameters
    ----------
    count : int
    telling : float
        Share of names that tell a role.
    together : float
        Share of files that end together; NaN: no length is known.
    sound : str
        What they sound like (`mixassistant.stems.unnamed`), where names and lengths do not settle it.
    """

    count: int
    telling: float
    together: float
    sound: Verdict = "unsure"

    @property
    def is_clear(self) -> bool:
        """Whether they are stems: most names tell a role, and many files end together; or they sound so."""
        if self.sound == "stems":
            return True
        has_two = self.telling * self.count > 1.5
        if np.isnan(self.together):
            return has_two
        return (has_two and self.telling >= 0.5 and self.together >= 0.4) or (self.telling >= 0.3 and self.together >= 0.9)

    @property
    def is_possible(self) -> bool:
        """Whether they may be stems even so: two are called after instruments, or all end together."""
        return self.sound != "songs" and (self.telling * self.count >= 1.5 or self.together >= 0.9)


def _likeness(files: Sequence[Path]) -> _Likeness:
    """Return what speaks for stems; one file is none, and an NI stems file has its own inside."""
    if len(files) < 2 or any(is_named_ni_stems(p) for p in files):
        return _Likeness(len(files), 0.0, 0.0)
    telling = sum(role_from_name(n) is not None or is_mix_name(n) for n in display_names(files)) / len(files)
    infos: dict[Path, FileInfo] = {}
    for file in files:
        try:
            infos[file] = probe(file)
        except InputError:
            continue  # a damaged file is named when it is opened; it must not change what the folder is
    if not infos:
        return _Likeness(len(files), telling, float("nan"))
    middle = float(np.median([info.duration_s for info in infos.values()]))
    alike = {file: info for file, info in infos.items() if abs(info.duration_s - middle) <= SAME_LENGTH_S}
    found = _Likeness(len(files), telling, len(alike) / len(infos))
    # One of them may be the mix, with a tail of its own.
    return found if found.is_clear or found.together < MOST_ALIKE else replace(found, sound=of_unnamed([*alike], [*alike.values()]))


def find_mixes(folder: Path) -> list[Path]:
    """Return the songs of a folder of songs: its audio files, its sub-folders of stems, and the audio files of the others."""
    songs = audio_files(folder)
    for inside in _folders(folder):
        files = audio_files(inside)
        songs += [inside] if _likeness(files).is_clear else files
    return songs


def songs_at(path: Path) -> list[Path]:
    """Return the songs at a path: those of a folder of songs one by one, anything else as it is.

    Raises
    ------
    InputError
        There is nothing at `path`, or no audio in it.
    """
    return find_mixes(path) if kind_of(path) == "mixes" else [path]


@dataclass(frozen=True)
class Look:
    """What lies at a path.

    Parameters
    ----------
    kind : str
        ``"mix"``, ``"stems"``, ``"ni-stems"``: one song, which `open_song` opens at this path with these `roles`. ``"mixes"``: a folder
        of whole songs. ``"unsure"``: whole songs, or the stems of one: who has dropped them knows.
    songs : tuple of Path
        The songs that it holds, each to be opened by itself; the path itself where it is one song.
    roles : mapping of str to Role
        Corrections that make the files of a folder the stems of one song, where they may be that; empty: it needs none, or cannot be.
    """

    kind: Literal["mix", "stems", "ni-stems", "mixes", "unsure"]
    songs: tuple[Path, ...]
    roles: Mapping[str, Role] = field(default_factory=dict)

    @property
    def is_one_song(self) -> bool:
        """Whether `open_song` opens it."""
        return self.kind in ("mix", "stems", "ni-stems")


def look(path: Path, are_stems: bool = False) -> Look:
    """Tell what lies at a path, without opening it and without an error.

    What cannot be read counts as a mix: opening it says why.

    Parameters
    ----------
    path : Path
        A file or a folder.
    are_stems : bool
        The user calls it the stems of one song: it is that where it can be.
    """
    try:
        if not path.is_dir():
            return Look(kind_of(path), (path,))
        kind, files, likeness = _kind_of_folder(path)
        return Look(kind, (path,)) if kind != "mixes" else _look_into(path, files, likeness, are_stems)
    except (InputError, OSError):
        return Look("mix", (path,))


def _look_into(path: Path, files: Sequence[Path], likeness: _Likeness, are_stems: bool) -> Look:
    """Return what a folder holds whose files do not clearly look like stems."""
    songs = tuple(find_mixes(path))
    if len(songs) == 1 and songs[0].is_file():
        return Look("mix", songs)  # a folder around one mix is that mix
    names = [name for name in display_names(files) if not is_mix_name(name)] or [file.stem for file in files[:1]]
    roles = _one_role(names) if likeness.is_possible else _stem_roles(files) if are_stems else {}
    return Look("mixes" if not roles else "stems" if are_stems else "unsure", songs, roles)


def _stem_roles(files: Sequence[Path]) -> Mapping[str, Role]:
    """Return roles that make files the stems of one song, whatever they look like; empty: that cannot be."""
    names = [file.stem for file in files if not is_named_ni_stems(file) and not is_mix_name(file.stem)]
    return _one_role(names) if len(names) > 1 or any(role_from_name(name) is not None for name in names) else {}


def _one_role(names: Sequence[str]) -> dict[str, Role]:
    """Return the role of one stem: a single correction says that all files are the stems of one song."""
    first = next((name for name in names if role_from_name(name) is not None), names[0])
    return {first: role_from_name(first) or "other"}
