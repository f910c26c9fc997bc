"""Whether a song on disk is still what it was, told by sizes and times alone: nothing is opened.

The times of some disks are coarse (two seconds on FAT), so a file that was written a moment ago may change once more without showing
it: such a song has no stamp that can be trusted.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.not_audio import is_playlist
from mixassistant.stems.folders.pairs import partner
from mixassistant.stems.look import Called
from mixassistant.stems.stem import Role

READING = "1"  # raised when files are read, or folders understood, otherwise than before: what was remembered then counts no more
COARSEST_S = 2.0  # seconds: the coarsest clock of a disk, FAT's


@dataclass(frozen=True)
class Stamp:
    """What a song on disk looked like from outside.

    Parameters
    ----------
    path : Path
        Resolved.
    asked : str
        How it was opened: what the user calls the folder, and the roles that they gave.
    state : str
        A digest (SHA-256, hex) of names, sizes and times of all that lies there, and of `READING`.
    is_settled : bool
        Whether the last change was long enough ago to show in the times if it had gone on.
    """

    path: Path
    asked: str
    state: str
    is_settled: bool


def stamp(path: Path, roles: Mapping[str, Role] | None = None, called: Called = "") -> Stamp | None:
    """Return the stamp of a song; None where there is nothing, or a playlist, whose songs lie elsewhere."""
    asked = repr((called, sorted((roles or {}).items())))
    digest, newest_s, now_s = hashlib.sha256(f"{READING} {asked}".encode(errors="surrogatepass")), 0.0, time.time()
    try:
        if is_playlist(path):
            return None
        pair = partner(path) if path.is_file() else None  # its other side beside it is told among the warnings
        digest.update(os.fsencode(f"{pair.files if pair else ''}"))
        for name, found in _all_of(path):
            # Windows has the time of making where others have that of the last change of the entry: either shows another file.
            times = (found.st_mtime_ns, found.st_ctime_ns)
            digest.update(os.fsencode(f"\n{name}\0{found.st_size} {times}"))
            newest_s = max(newest_s, *(each / 1e9 for each in times))
        return Stamp(path.resolve(), asked, digest.hexdigest(), newest_s < now_s - COARSEST_S)
    except (OSError, ValueError):
        return None


def _all_of(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield names and states of a file, or of everything under a folder, links followed once."""
    if not path.is_dir():
        yield "", path.stat()
        return
    met: set[str] = set()
    for folder, inside, files in os.walk(path, followlinks=True):
        real = os.path.realpath(folder)
        if real in met:
            inside.clear()
            continue
        met.add(real)
        inside.sort()
        for name in sorted(files):
            place = Path(folder, name)
            try:
                yield os.path.relpath(place, path), place.stat()
            except FileNotFoundError:  # a link to nothing
                yield os.path.relpath(place, path), place.lstat()
