"""The files that an extraction writes: where a track's result goes, what of it still holds, and merging what is new into it.

A result is never thrown away. What is in the file and not of ours (another program's descriptors, another version's) stays; a file
that cannot be understood is left alone, and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixassistant.audio.write import output_error, write_bytes
from mixassistant.bounded_json import LARGE, read_json
from mixassistant.errors import InputError, OutputError
from mixassistant.features.descriptor import REGISTRY
from mixassistant.features.measure import methods
from mixassistant.names import file_name, same_file_key
from mixassistant.report.document import MEASUREMENTS_SCHEMA, dumps
from mixassistant.stems.look import Called

LOCK_S = 60.0  # how long to wait for another program that is writing the same file

Document = dict[str, Any]


def read_result(path: Path) -> Document | None:
    """Return what an earlier extraction wrote; ``None`` where there is no file.

    Raises
    ------
    InputError
        The file is not a result of ours: it is left alone.
    """
    try:
        found = read_json(path, LARGE)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _foreign(path) from error
    if not (
        isinstance(found, dict)
        and found.get("schema") == MEASUREMENTS_SCHEMA
        and isinstance(found.get("mix"), dict)
        and isinstance(found["mix"].get("measurements"), dict)
        and isinstance(found.get("methods", {}), dict)
        and all(isinstance(s, dict) and isinstance(s.get("measurements"), dict) for s in found.get("stems", []))
    ):
        raise _foreign(path)
    return found


def _foreign(path: Path) -> InputError:
    return InputError(
        "not-a-result", f"“{path.name}” in the output folder is not a result of this program", "move it away or choose another"
    )


def content_of(document: Mapping[str, Any]) -> object:
    """Return the hash of the files that a result was measured from."""
    source = document["mix"].get("source")
    return (source.get("content") if isinstance(source, Mapping) else None) or document["mix"].get("content_hash")


def outdated(document: Mapping[str, Any] | None, content_hash: str, wanted: Iterable[str]) -> frozenset[str]:
    """Return which of the wanted descriptors an earlier result does not hold for this content and today's methods."""
    ids = frozenset(wanted)
    if document is None or content_of(document) != content_hash:
        return ids
    known, today = document.get("methods", {}), methods()
    return frozenset(i for i in ids if known.get(i) != today[i])


def merge(old: Mapping[str, Any] | None, new: Document) -> Document:
    """Return `new` with everything of `old`, of the same content, that `new` does not say itself."""
    if old is None or content_of(old) != content_of(new):
        return new
    stems = {stem.get("name"): stem for stem in old.get("stems", [])}
    held = {key: value for key, value in old.items() if key != "warnings"}  # what was odd is told of the files as they are now
    merged = {**held, **new, "methods": {**old.get("methods", {}), **new["methods"]}, "mix": _merged(old["mix"], new["mix"])}
    if "stems" in new:
        merged["stems"] = [_merged(stems.get(stem["name"], {}), stem) for stem in new["stems"]]
    return merged


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    together = {**old.get("measurements", {}), **new["measurements"]}
    order = [i for i in REGISTRY.descriptors if i in together]
    return {**old, **new, "measurements": {i: together[i] for i in (*order, *(i for i in together if i not in REGISTRY.descriptors))}}


def write_result(path: Path, new: Document) -> Document:
    """Merge a result into its file, in one step as others see it; return what the file holds now.

    Raises
    ------
    InputError
        The file there is not a result of ours.
    OutputError
        It cannot be written, or another program keeps it locked.
    """
    from filelock import FileLock, Timeout

    lock = path.with_name(f".{path.name}.lock")
    try:
        with FileLock(lock, timeout=LOCK_S):
            document = merge(read_result(path), new)
            write_bytes(path, dumps(document))
            lock.unlink(missing_ok=True)
    except Timeout as error:
        raise OutputError("locked", f"another program keeps “{path.name}” locked", "end it and try again") from error
    except OSError as error:
        raise output_error(path, error) from error
    return document


@dataclass(frozen=True)
class Place:
    """Where a track's result goes.

    Parameters
    ----------
    song : Path
        The mix, the ``.stem.mp4`` or the folder of stems.
    result : Path
    content_hash : str
        SHA-256 (hex) of the files that it is read from, and of the stream where one was chosen.
    stream : int, optional
        The audio stream of a file with several, from 0.
    called : str
        What the user says that a folder is.
    """

    song: Path
    result: Path
    content_hash: str
    stream: int | None = None
    called: Called = ""


class Places:
    """Finds a file name for every track, so that two tracks never share one and a track finds its own again.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # "Song" and "song" are two files here and one on other disks.
        self._there = {same_file_key(path.stem): path for path in folder.glob("*.json")}
        self._taken: dict[str, tuple[Path, str]] = {}

    def find(self, song: Path, name: str, content_hash: str) -> Place:
        """Return the place of a track.

        ``Name.json``, or ``Name (2).json`` and so on where that belongs to a different track. A file of the same name that was
        read from the same path is this track's own, in an earlier state.

        Raises
        ------
        InputError
            A file of that name is not a result of ours.
        """
        number = 1
        plain = file_name(name, "")
        while True:
            stem = plain if number == 1 else f"{plain} ({number})"
            key = same_file_key(stem)
            if key in self._taken:
                path, content = self._taken[key]
                free = content == content_hash  # one song in two places has one result
            else:
                path = self._there.get(key, self._folder / f"{stem}.json")
                there = read_result(path)
                free = there is None or content_hash == content_of(there) or self._is_of(there, song)
            if free:
                self._taken[key] = (path, content_hash)
                return Place(song, path, content_hash)
            number += 1

    @staticmethod
    def _is_of(document: Mapping[str, Any], song: Path) -> bool:
        source = document["mix"].get("source")
        return isinstance(source, Mapping) and source.get("path") == str(song.resolve())
