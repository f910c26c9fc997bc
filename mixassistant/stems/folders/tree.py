"""The audio files under a folder, each once: hidden ones and the insides of other programs' projects are left out, links followed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.decode import SUFFIXES, FileInfo, probe
from mixassistant.audio.not_audio import is_package, refusal
from mixassistant.errors import InputError

PACKAGES = frozenset({".app", ".bundle", ".photoslibrary", ".imovielibrary", ".fcpbundle"})  # folders that a system shows as one file
MOST_DEEP = 24  # folders inside each other: no collection is deeper

Identity = tuple[int, int]
Infos = Mapping[Path, FileInfo]
"""What the headers of files say; a damaged file is missing: it is named when it is opened."""


@dataclass(frozen=True)
class Node:
    """A folder with audio somewhere in it, or the folder that was asked for.

    Parameters
    ----------
    path : Path
    files : tuple of Path
        The audio files right inside, by name.
    inside : tuple of Node
        The folders in it that hold audio, by name.
    """

    path: Path
    files: tuple[Path, ...]
    inside: tuple[Node, ...] = ()

    def everything(self) -> Iterator[Path]:
        """Yield the audio files of the whole tree, those of a folder before those of its sub-folders."""
        yield from self.files
        for node in self.inside:
            yield from node.everything()


def infos_of(files: Iterable[Path]) -> dict[Path, FileInfo]:
    """Return what the headers of files say, without those that cannot be read."""
    infos = {}
    for file in files:
        try:
            infos[file] = probe(file)
        except InputError:
            continue
    return infos


def name_of(path: Path) -> str:
    """Return what a file or folder is called, also where it is given as ``.`` or ``..``."""
    return path.name if path.name not in ("", "..") else path.resolve().name or str(path.resolve())


def walk(folder: Path) -> Node:
    """Return the tree of a folder.

    A link to a folder is followed unless it leads to one that was met already, and a file that several links name counts once. What may
    not be looked into counts as empty.

    Raises
    ------
    InputError
        The folder itself is missing or cannot be read.
    """
    files, folders = _listed(folder)
    met = {_identity(folder)}
    found = Node(folder, tuple(files), tuple(_inside(folders, met, 1)))
    links = [file for file in found.everything() if file.is_symlink()]
    return _without(found, _again(links, found)) if links else found


def audio_files(folder: Path) -> list[Path]:
    """Return the audio files right inside a folder, by name; hidden ones are left out.

    Raises
    ------
    InputError
        The folder is missing or cannot be read.
    """
    return _listed(folder)[0]


def _listed(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the audio files and the folders right inside a folder, by name."""
    try:
        seen = sorted((p for p in folder.iterdir() if not p.name.startswith(".")), key=lambda p: p.name.lower())
        # A link to nothing is kept, so that a stem that is gone is told where it is opened.
        files = [p for p in seen if p.suffix.lower() in SUFFIXES and (p.is_file() or _is_broken(p))]
    except OSError as error:
        raise refusal(folder) or InputError(
            "unreadable", f"cannot open the folder “{name_of(folder)}”: {(error.strerror or '').lower()}", "check the path"
        ) from error
    except ValueError as error:  # a NUL, or half a character: no system has such a name
        raise InputError("missing", "there is no folder of that name", "check the path") from error
    return files, [p for p in seen if p.suffix.lower() not in PACKAGES and _is_folder(p) and not is_package(p)]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # may not be looked at
        return False


def _is_broken(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _inside(folders: list[Path], met: set[Identity], depth: int) -> Iterator[Node]:
    for folder in folders:
        try:
            identity = _identity(folder)
            if depth > MOST_DEEP or identity in met:
                continue
            met.add(identity)
            files, deeper = _listed(folder)
        except (InputError, OSError):
            continue
        node = Node(folder, tuple(files), tuple(_inside(deeper, met, depth + 1)))
        if node.files or node.inside:
            yield node


def _identity(path: Path) -> Identity:
    """Return what is the same of a folder under all its names."""
    found = path.stat()
    return found.st_dev, found.st_ino or hash(path.resolve())  # some systems number nothing


def _again(links: list[Path], found: Node) -> set[Path]:
    """Return the links to files that the tree holds under another name."""
    here = {file.resolve() for file in found.everything() if not file.is_symlink()}
    again = set()
    for link in links:
        target = link.resolve()
        if target in here and not _is_broken(link):
            again.add(link)
        here.add(target)
    return again


def _without(node: Node, files: set[Path]) -> Node:
    return Node(node.path, tuple(f for f in node.files if f not in files), tuple(_without(inside, files) for inside in node.inside))
