"""The finished sessions in a folder: what lies where, told by names alone; no audio is decoded.

These layouts are known, at any depth::

    SONG/raw/…       SONG/stems/…   SONG/mix.flac   SONG/METADATA.yaml     raw tracks beside produced stems, or the mix, or both
    SONG/dry.wav     SONG/wet.wav                                          one track before and after, in a folder named after its role
    SONG/…           SONG/mix.wav                                          raw tracks beside their final mix
    raw/tracks/SONG/…     raw/metadata/SONG_metadata.json                  the same, and what was set on each track
    mixes.json                                                             mixes that were logged fader by fader
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.decode import SUFFIXES
from mixassistant.errors import InputError
from mixassistant.learning.logged import is_log
from mixassistant.learning.metadata import EFFECTS_ENDING, INSTRUMENTS, Instruments, read_instruments
from mixassistant.stems.look import audio_files, display_names
from mixassistant.stems.names.purposes import is_mix_name
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import Role

DEEPEST = 6


@dataclass(frozen=True)
class Track:
    """A file, its name, and its role; `is_told`: its name or instrument tells the role, which is `other` else."""

    file: Path
    name: str
    role: Role
    is_told: bool = True


@dataclass(frozen=True)
class Session:
    """One finished song.

    Parameters
    ----------
    folder : Path
    song, artist : str
        The artist is the song itself where nobody is named.
    raw : tuple of Track
        As recorded.
    stems : tuple of Track
        As produced; may be empty.
    mix : Path or None
    effects : Path or None
        What was set on each track, in writing.
    """

    folder: Path
    song: str
    artist: str
    raw: tuple[Track, ...]
    stems: tuple[Track, ...]
    mix: Path | None
    effects: Path | None


def find_sessions(folder: Path) -> tuple[list[Session], list[Path]]:
    """Return the finished songs in a folder, and the logs of mixes.

    Raises
    ------
    InputError
        There is no such folder, or a file beside a song cannot be read.
    """
    if not folder.is_dir():
        raise InputError("no-folder", f"there is no folder “{folder}”", "give the folder that holds your finished songs")
    sessions: list[Session] = []
    logs: list[Path] = []
    _walk(folder, DEEPEST, sessions, logs)
    return sessions, logs


def _walk(folder: Path, depth: int, sessions: list[Session], logs: list[Path]) -> None:
    try:
        inside = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as error:
        raise InputError(
            "unreadable", f"cannot open the folder “{folder.name}”: {(error.strerror or '').lower()}", "check the path"
        ) from error
    logs += [file for file in inside if file.suffix.lower() == ".json" and is_log(file)]
    found = _session(folder, inside)
    if found is not None:
        sessions.append(found)
    elif depth > 0:
        for part in inside:
            if part.is_dir():
                _walk(part, depth - 1, sessions, logs)


def _session(folder: Path, inside: Sequence[Path]) -> Session | None:
    """Return the song that a folder is; ``None`` where it is none."""
    parts = {part.name.lower(): part for part in inside if part.is_dir()}
    files = [part for part in inside if part.suffix.lower() in SUFFIXES and part.is_file()]
    instruments = _instruments(folder)
    halves = {file.stem.lower(): file for file in files}
    if set(halves) == {"dry", "wet"}:
        role = next((told for name in (folder.name, folder.parent.name) if (told := role_from_name(name)) is not None), None)
        if role is None:
            raise InputError(
                "no-role", f"nothing tells what “{folder.name}” is", "put it into a folder named after its role, such as vocals"
            )
        artist, song = _called(folder.name)
        tracks = [(Track(halves[name], role, role),) for name in ("dry", "wet")]
        return Session(folder, song, artist, tracks[0], tracks[1], None, None)
    artist, song = _called(folder.name)
    artist = instruments.artist or artist
    raw = _tracks(audio_files(parts["raw"]), instruments) if "raw" in parts else ()
    if raw:
        stems = _tracks(audio_files(parts["stems"]), instruments) if "stems" in parts else ()
        whole = files[0] if len(files) == 1 else next((file for file in files if is_mix_name(file.stem)), None)
        return Session(folder, song, artist, raw, stems, whole, _effects(folder))
    whole = next((file for file in files if is_mix_name(file.stem)), None)
    written = _effects(folder)
    tracks_here = _tracks([file for file in files if file != whole], instruments)
    if tracks_here and (written is not None or (whole is not None and len(tracks_here) > 1)):
        return Session(folder, song, artist, tracks_here, (), whole, written)
    return None


def _instruments(folder: Path) -> Instruments:
    file = folder / INSTRUMENTS
    return read_instruments(file) if file.is_file() else Instruments("", {})


def _effects(folder: Path) -> Path | None:
    """Return the file on a song's effects: in the song's folder, or in ``metadata`` beside the ``tracks`` that hold it."""
    name = f"{folder.name}{EFFECTS_ENDING}"
    return next((file for file in (folder / name, folder.parent.parent / "metadata" / name) if file.is_file()), None)


def _tracks(files: Sequence[Path], instruments: Instruments) -> tuple[Track, ...]:
    told = [instruments.role_of(file) or role_from_name(name) for file, name in zip(files, display_names(files), strict=True)]
    return tuple(Track(file, file.stem, role or "other", role is not None) for file, role in zip(files, told, strict=True))


def _called(name: str) -> tuple[str, str]:
    """Return the artist and the song that a folder's name tells: ``"Artist_Song"``, ``"Artist - Song"``; a lone name is both."""
    for mark in (" - ", "_"):
        artist, found, song = name.partition(mark)
        if found and artist.strip() and song.strip():
            return artist.strip(), song.strip()
    return name, name
