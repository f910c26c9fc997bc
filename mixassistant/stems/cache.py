"""The cache folder: what is in it, how large it may grow, and how it is made smaller.

It holds separated stems (``stems/<key>``, see `mixassistant.stems.separate`) and files that were made to be dragged into other programs
(``drag/<key>``). Together they stay below the limit that the user has set; what was unused for longest goes first. Whatever else lies
there is not ours and stays.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.write import write_bytes
from mixassistant.bounded_json import read_json
from mixassistant.errors import OutputError, UsageError
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem_files import GONE, is_in_use, remove_folder

STEMS, MADE = "stems", "drag"
LIMIT_FILE = "limit.json"
USUAL_LIMIT_BYTES = 4_000_000_000  # the stems of some ten songs of four minutes
LEAST_LIMIT_BYTES = 100_000_000  # less would not hold one song
ABANDONED_S = 7 * 24 * 3600  # nobody goes on with an unfinished entry this old
READ_S = 3600  # for so long a file that was made to be dragged may still be read by another program
_UNITS = ("kB", "MB", "GB", "TB")
_ENTRY = re.compile(r"(\.unfinished-)?[0-9a-f]{40}")
_MADE = re.compile(r"[0-9a-f]{20}")


@dataclass(frozen=True)
class Contents:
    """What the cache holds.

    Parameters
    ----------
    stems_bytes, songs : int
        Separated stems, and of how many songs.
    made_bytes, made : int
        Files that were made to be dragged into other programs.
    limit_bytes : int
        How large all of it may grow.
    """

    stems_bytes: int = 0
    songs: int = 0
    made_bytes: int = 0
    made: int = 0
    limit_bytes: int = USUAL_LIMIT_BYTES

    @property
    def bytes(self) -> int:
        """All of it."""
        return self.stems_bytes + self.made_bytes


@dataclass(frozen=True, order=True)
class _Entry:
    used_s: float
    folder: Path
    size: int
    are_stems: bool

    @property
    def may_go(self) -> bool:
        """Whether nobody works with it just now."""
        if self.are_stems:
            return not is_in_use(self.folder)
        return time.time() - self.used_s > READ_S


def contents(cache: Path, progress: Progress = silent) -> Contents:
    """Return what a cache folder holds; what cannot be read counts nothing."""
    found = _entries(cache, progress)
    stems, made = ([entry for entry in found if entry.are_stems is are_stems] for are_stems in (True, False))
    return Contents(sum(e.size for e in stems), len(stems), sum(e.size for e in made), len(made), limit_of(cache))


def limit_of(cache: Path) -> int:
    """Return how large a cache may grow, in bytes."""
    try:
        found = read_json(cache / LIMIT_FILE)
        return max(int(found["bytes"]), LEAST_LIMIT_BYTES)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return USUAL_LIMIT_BYTES


def set_limit(cache: Path, limit_bytes: int, progress: Progress = silent) -> Contents:
    """Set how large a cache may grow, make it that small, and return what it holds then.

    Raises
    ------
    UsageError
        It is less than one song needs.
    OutputError
        The folder cannot be written.
    """
    if limit_bytes < LEAST_LIMIT_BYTES:
        raise UsageError("small-cache", f"{size_text(limit_bytes)} hold no song", f"give {size_text(LEAST_LIMIT_BYTES)} or more")
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError("cache-folder", f"cannot make the folder “{cache}”", "check its permissions") from error
    write_bytes(cache / LIMIT_FILE, json.dumps({"bytes": limit_bytes}).encode())
    make_room(cache, progress=progress)
    return contents(cache, progress)


def make_room(cache: Path, kept: Path | None = None, limit_bytes: int | None = None, progress: Progress = silent) -> None:
    """Delete what was unused for longest until the rest fits, and unfinished stems that nobody went on with.

    Parameters
    ----------
    cache : Path
    kept : Path, optional
        An entry that stays in any case: what was made just now.
    limit_bytes : int, optional
        By default what the cache is set to.
    progress : Progress
    """
    limit = limit_of(cache) if limit_bytes is None else limit_bytes
    entries = _entries(cache, progress)
    total = sum(entry.size for entry in entries)
    for entry in sorted(entries):
        is_abandoned = entry.folder.name.startswith(".") and time.time() - entry.used_s > ABANDONED_S
        if (total > limit or is_abandoned) and entry.folder != kept and entry.may_go:
            progress("", 0.5)
            _remove(entry)
            total -= entry.size


def clear(cache: Path, progress: Progress = silent) -> Contents:
    """Delete all but stems that are being written, and return what is left. The limit stays."""
    found = _entries(cache, progress)
    for number, entry in enumerate(found):
        progress("", number / len(found))
        if not entry.are_stems or entry.may_go:
            _remove(entry)
    return contents(cache, progress)


def _remove(entry: _Entry) -> None:
    if entry.are_stems:
        remove_folder(entry.folder)
    else:
        shutil.rmtree(entry.folder, ignore_errors=True)


def _entries(cache: Path, progress: Progress) -> list[_Entry]:
    """Return our own entries; what was being deleted when a program ended is deleted."""
    found: list[_Entry] = []
    for name, pattern in ((STEMS, _ENTRY), (MADE, _MADE)):
        try:
            folders = sorted((cache / name).iterdir())
        except OSError:
            continue
        for folder in folders:
            progress("", 0.5)
            if folder.is_symlink() or not folder.is_dir():
                continue
            if folder.name.startswith(GONE):
                shutil.rmtree(folder, ignore_errors=True)
            elif pattern.fullmatch(folder.name):
                try:
                    size = sum(file.lstat().st_size for file in folder.iterdir())
                    found.append(_Entry(folder.stat().st_mtime, folder, size, name == STEMS))
                except OSError:
                    continue  # gone meanwhile
    return found


def size_text(count: int) -> str:
    """Return a number of bytes as file managers do: ``"0 kB"``, ``"1.4 GB"``."""
    size = count / 1000
    for unit in _UNITS:
        if size < 999.5 or unit == _UNITS[-1]:
            break
        size /= 1000
    return f"{size:.0f}\u00a0{unit}" if unit == "kB" or size >= 99.5 else f"{size:.1f}\u00a0{unit}"


def parsed_size(text: str) -> int:
    """Return the bytes that a text like ``"2 GB"``, ``"500MB"`` or ``"1.5"`` (gigabytes) says.

    Raises
    ------
    UsageError
        It says no size.
    """
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*([kmgt]i?b?)?\s*", text, re.IGNORECASE)
    if found is None:
        raise UsageError("no-size", f"“{text}” is no size", "give it like 2 GB or 500 MB")
    unit = (found[2] or "g").lower()
    power = 1 + "kmgt".index(unit[0])
    return round(float(found[1].replace(",", ".")) * float(1024 if "i" in unit else 1000) ** power)
