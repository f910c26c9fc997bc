"""What this computer has: devices, installed separators, and what our folders hold. Everything here is slow and runs in a worker."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from mixassistant import paths
from mixassistant.errors import MissingError
from mixassistant.progress import Progress

_ENTRY = re.compile(r"(\.unfinished-)?[0-9a-f]{40}")  # of the stems in the cache, see mixassistant.stems.separate
_UNITS = ("kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Engines:
    """What analyses can run on.

    Parameters
    ----------
    devices : tuple of str
        Names that `mixassistant.stems.device.pick_device` takes and that this computer has, without ``"auto"``.
    best : str
        The device that ``"auto"`` takes, in words that stand after “with”.
    models : tuple of str
        Separation models whose weights are installed.
    """

    devices: tuple[str, ...]
    best: str
    models: tuple[str, ...]


@dataclass(frozen=True)
class Folders:
    """How much the library's folder and the cache's hold, in bytes."""

    library_bytes: int
    cache_bytes: int


def find_engines(progress: Progress) -> Engines:
    """Return what analyses can run on; this imports torch."""
    from mixassistant.stems import weights
    from mixassistant.stems.device import DEVICES, describe_device, pick_device

    models = tuple(name for name, model in weights.MODELS.items() if model.kind == "separation" and weights.installed(name) is not None)
    devices = []
    for name in DEVICES:
        progress("", 0.5)
        try:
            devices.append(pick_device(name))
        except MissingError:
            continue
    best, *found = devices  # "auto" is the first of DEVICES
    return Engines(tuple(found), describe_device(best), models)


def measure_folders(progress: Progress) -> Folders:
    """Return how much our folders hold; what cannot be read counts nothing."""
    return Folders(_folder_bytes(paths.data_folder(), progress), _folder_bytes(paths.cache_folder(), progress))


def empty_cache(progress: Progress) -> Folders:
    """Delete the separated stems in the cache but for those that are being written, and return what our folders hold then.

    Whatever else lies in that folder is not ours and stays.
    """
    from mixassistant.stems.stem_files import GONE, is_in_use, remove_folder

    try:
        entries = sorted((paths.cache_folder() / "stems").iterdir())
    except OSError:
        entries = []
    for number, entry in enumerate(entries):
        progress("", number / len(entries))
        if entry.is_symlink() or not entry.is_dir():
            continue
        if entry.name.startswith(GONE):
            shutil.rmtree(entry, ignore_errors=True)
        elif _ENTRY.fullmatch(entry.name) and not is_in_use(entry):
            remove_folder(entry)
    shutil.rmtree(paths.cache_folder() / "drag", ignore_errors=True)  # files that were made to be dragged out of the window
    return measure_folders(progress)


def _folder_bytes(folder: Path, progress: Progress) -> int:
    total = 0
    for place, _folders, files in os.walk(folder):
        progress("", 0.5)
        for name in files:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - a Path for every file is slow
            except OSError:
                continue  # gone meanwhile
    return total


def size_text(count: int) -> str:
    """Return a number of bytes as file managers do: ``"0 kB"``, ``"1.4 GB"``."""
    size = count / 1000
    for unit in _UNITS:
        if size < 999.5 or unit == _UNITS[-1]:
            break
        size /= 1000
    return f"{size:.0f}\u00a0{unit}" if unit == "kB" or size >= 99.5 else f"{size:.1f}\u00a0{unit}"
