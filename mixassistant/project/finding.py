"""Finding the audio of a project again by its content, where it does not lie where it lay."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from mixassistant.audio.hashing import content_hash
from mixassistant.errors import InputError
from mixassistant.progress import Progress, silent
from mixassistant.project.project import Audio, Project
from mixassistant.stems.folders.tree import walk

MOST_DEEP = 4  # folders below the project's own that are looked into
MOST_ENTRIES = 20_000  # of them all: a project in a home folder must not have a whole disk read
MOST_READ = 24  # files of the right size whose content is read


def identity(path: Path, progress: Progress = silent) -> str:
    """Return what audio at a path is known by: SHA-256 of a file, of a folder over its audio files.

    Raises
    ------
    InputError
        It cannot be read.
    """
    return content_hash(*(walk(path).everything() if path.is_dir() else (path,)), progress=progress)


def known(path: Path, progress: Progress = silent) -> Audio:
    """Return audio with what it is known by; what cannot be read is known by its place alone."""
    try:
        size = 0 if path.is_dir() else path.stat().st_size
        return Audio(path.absolute(), identity(path, progress), size)
    except (OSError, InputError):
        return Audio(path.absolute())


def find_audio(audio: Audio, folder: Path, places: Iterable[Path] = (), progress: Progress = silent) -> Path | None:
    """Return where the audio of a project lies: where it lay, in the project's folder or below, or where the library knows it.

    What lies where it lay is it, whatever it holds by now: a new bounce is often written over the old one. Elsewhere its content tells it.

    Parameters
    ----------
    audio : Audio
    folder : Path
        Where the project file lies.
    places : iterable of Path
        Where such content has been seen.
    progress : callable

    Returns
    -------
    Path or None
        None: it is nowhere.
    """
    if is_there(audio.path):
        return audio.path
    if not audio.content_hash:
        return None
    read = 0
    for candidate in _candidates(audio, folder, places):
        progress(f"Looking for {audio.path.name}", min(read / MOST_READ, 0.99))
        read += 1
        if read > MOST_READ:
            break
        try:
            if identity(candidate, progress) == audio.content_hash:
                return candidate
        except InputError:
            continue
    return None


def _candidates(audio: Audio, folder: Path, places: Iterable[Path]) -> Iterator[Path]:
    """Yield what may be it, the likeliest first: what is called the same, then files as large; a folder by its name alone."""
    seen = [path for path in _below(folder) if path.name == audio.path.name or _size(path) == audio.size_bytes > 0]
    yield from sorted(seen, key=lambda path: path.name != audio.path.name)
    yield from (path for path in places if is_there(path))


def _below(folder: Path) -> Iterator[Path]:
    """Yield files and folders in a folder and below, the nearest first; links to folders are not followed."""
    waiting = deque([(folder, 0)])
    count = 0
    while waiting:
        place, depth = waiting.popleft()
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            count += 1
            if count > MOST_ENTRIES:
                return
            if entry.name.startswith("."):
                continue
            yield Path(entry.path)
            if depth < MOST_DEEP and _is_folder(entry):
                waiting.append((Path(entry.path), depth + 1))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else -1
    except OSError:
        return -1


def is_there(path: Path) -> bool:
    """Tell whether something lies at a path; at one that no system would take, nothing does."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def missing_audio(project: Project, path: Path) -> InputError:
    """Return what is told where the mix of a project is nowhere."""
    name = project.mix.audio.path.name if project.mix.audio is not None else ""
    return InputError(
        "missing-audio", f"the mix “{name}” of the project “{path.name}” is neither where it was nor beside the project",
        "put it back, or say where it is",
    )  # fmt: skip
