"""What this computer has: devices, installed separators, and what our folders hold. Everything here is slow and runs in a worker."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mixassistant import paths
from mixassistant.errors import MissingError
from mixassistant.progress import Progress
from mixassistant.stems.cache import Contents, clear, contents, set_limit


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
    """How much the library's folder holds in bytes, and what the cache holds."""

    library_bytes: int
    cache: Contents


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
    return Folders(_folder_bytes(paths.data_folder(), progress), contents(paths.cache_folder(), progress))


def empty_cache(progress: Progress) -> Folders:
    """Delete what the cache holds but for stems that are being written, and return what our folders hold then."""
    clear(paths.cache_folder(), progress)
    return measure_folders(progress)


def limit_cache(limit_bytes: int, progress: Progress) -> Folders:
    """Set how large the cache may grow, and return what our folders hold then."""
    set_limit(paths.cache_folder(), limit_bytes, progress)
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
