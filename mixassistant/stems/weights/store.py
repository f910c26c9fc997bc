"""What is installed, where, and whether it still is what was installed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mixassistant import paths
from mixassistant.errors import InputError, MissingError, UsageError
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.weights.catalogue import MODELS, Model, WeightsFile, known, megabytes
from mixassistant.stems.weights.record import Entry, read_record

SUFFIXES = (".safetensors", ".th")  # of a checkpoint of Demucs, in the order of preference
CHUNK_BYTES = 1 << 20
INCOMING = ".incoming"  # folder of downloads that are not whole yet


@dataclass(frozen=True)
class InstalledFile:
    """One file on this machine.

    Parameters
    ----------
    file : WeightsFile
    path : Path
    checksum : str
        SHA-256, hex.
    size_bytes : int
    source : str
        The address that it was downloaded from; empty where the user brought it.
    """

    file: WeightsFile
    path: Path
    checksum: str
    size_bytes: int
    source: str

    @property
    def is_published(self) -> bool:
        """Whether it is known to be the file that the model's authors published."""
        return self.file.is_published(self.checksum)


@dataclass(frozen=True)
class Installed:
    """A model's weights on this machine.

    Parameters
    ----------
    model : Model
    path : Path
        The file, or the folder where there are several.
    files : tuple of InstalledFile
    """

    model: Model
    path: Path
    files: tuple[InstalledFile, ...]

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, hex; of the checksums of all, one after the other, where there are several."""
        return _joined([file.checksum for file in self.files])

    @property
    def is_published(self) -> bool:
        """Whether every file of which a checksum is known is the published one, and there is such a file."""
        checked = [file for file in self.files if file.file.sha256]
        return bool(checked) and all(file.is_published for file in checked)


@dataclass(frozen=True)
class State:
    """How a model stands on this machine, told without reading its files.

    Parameters
    ----------
    model : Model
    kind : {"absent", "partial", "installed", "verified", "changed"}
        ``partial``: a download was left; ``installed``: it is there, of unknown origin or without a checksum to meet;
        ``verified``: it met its checksum when it was installed; ``changed``: it is not what was installed.
    downloaded_bytes : int
        Of a download that was left.
    """

    model: Model
    kind: Literal["absent", "partial", "installed", "verified", "changed"]
    downloaded_bytes: int = 0

    @property
    def text(self) -> str:
        """For people."""
        done = f"{megabytes(self.downloaded_bytes)} of {self.model.size} downloaded"
        texts = {
            "absent": "no",
            "partial": done,
            "installed": "yes",
            "verified": "yes, verified",
            "changed": "changed since: install it again",
        }
        return texts[self.kind]


def default_folder() -> Path:
    """Return the folder where weights are installed unless another is given."""
    return paths.data_folder() / "models"


def place_of(file: WeightsFile, folder: Path) -> Path | None:
    """Return where a file is installed: a checkpoint of Demucs in either format."""
    target = folder / file.name
    candidates = [target.with_suffix(suffix) for suffix in SUFFIXES] if target.suffix in SUFFIXES else [target]
    return next((path for path in candidates if path.is_file()), None)


def places_of(model: Model, folder: Path) -> dict[WeightsFile, Path]:
    """Return the files that are installed; none where one that the model needs is not."""
    found = {file: place_of(file, folder) for file in model.files}
    if any(path is None and file.is_required for file, path in found.items()):
        return {}
    return {file: path for file, path in found.items() if path is not None}


def _whole(model: Model, places: dict[WeightsFile, Path], folder: Path) -> Path:
    return next(iter(places.values())) if len(model.files) == 1 else folder / model.folder


def installed(name: str, folder: Path | None = None) -> Path | None:
    """Return the path of a model's weights, or ``None`` where they are not installed, or not all of them.

    The file, or the folder of a model of several files: `parts` lists those of a bag of networks.
    """
    folder = folder or default_folder()
    model = known(name)
    places = places_of(model, folder)
    return _whole(model, places, folder) if places else None


def parts(path: Path) -> tuple[Path, ...]:
    """Return the checkpoints at a path: the file itself, or those of a bag's folder in the bag's order."""
    if not path.is_dir():
        return (path,)
    bag = MODELS.get(path.name)
    if bag and bag.is_bag and (places := places_of(bag, path.parent)):
        return tuple(places.values())
    return tuple(sorted(file for file in path.iterdir() if file.suffix in SUFFIXES))


def require(name: str, folder: Path | None = None) -> Path:
    """Return the path of a separation model's weights, as `installed` does.

    Raises
    ------
    MissingError
        They are not installed.
    UsageError
        There is no such separation model.
    """
    if known(name).kind != "separation":
        names = ", ".join(model.name for model in MODELS.values() if model.kind == "separation")
        raise UsageError("unknown-model", f"{name} does not separate", f"The separation models are {names}")
    path = installed(name, folder)
    if path is None:
        raise MissingError("no-weights", f"The weights of {name} are not installed in {folder or default_folder()}", how_to_install(name))
    return path


def require_file(path: Path) -> Path:
    """Return a path if a file is there.

    Raises
    ------
    MissingError
        There is none.
    """
    if not path.is_file():
        raise MissingError(
            "no-weights", f"There is no weights file {path}", "Check the path, or use --separator embedded, which needs none"
        )
    return path


def how_to_install(name: str) -> str:
    """Return the hint for weights that are not there."""
    hint = f"Run: mixassistant models install {name}"
    return f"{hint}; or use --separator embedded, which needs no weights" if MODELS[name].kind == "separation" else hint


def state(name: str, folder: Path | None = None) -> State:
    """Return how a model stands: quick, since nothing is read but names, sizes and the record."""
    folder = folder or default_folder()
    model = known(name)
    places = places_of(model, folder)
    if not places:
        size = sum(
            file.stat().st_size for file in incoming_folder(model, folder).glob("*") if not file.name.endswith((".part.json", ".lock"))
        )
        return State(model, "partial", size) if size else State(model, "absent")
    record = read_record(folder, name)
    entries = {path: record.get(path.relative_to(folder).as_posix()) for path in places.values()}
    if record and any(entry is None or entry.size_bytes != path.stat().st_size for path, entry in entries.items()):
        return State(model, "changed")
    return State(model, "verified" if record and installed_of(model, folder, places, record).is_published else "installed")


def list_installed(folder: Path | None = None) -> dict[str, Installed | None]:
    """Return every known model by name, with what is installed of it; files without a record are read for their checksum."""
    folder = folder or default_folder()
    found = {name: places_of(model, folder) for name, model in MODELS.items()}
    return {n: installed_of(MODELS[n], folder, places, read_record(folder, n)) if places else None for n, places in found.items()}


def installed_of(model: Model, folder: Path, places: dict[WeightsFile, Path], record: dict[str, Entry]) -> Installed:
    """Return what is installed, with the checksums of the record; a file without an entry is read for its own."""
    files = []
    for file, path in places.items():
        entry = record.get(path.relative_to(folder).as_posix())
        checksum = entry.sha256 if entry else checksum_of(path)
        size = path.stat().st_size
        files.append(InstalledFile(file, path, checksum, size, entry.source if entry else ""))
    return Installed(model, _whole(model, places, folder), tuple(files))


def verify(name: str, folder: Path | None = None, progress: Progress = silent) -> Installed:
    """Read a model's weights again and compare them with what was recorded when they were installed.

    Weights without a record (from an older version, or put there by hand) pass if they are published ones.

    Raises
    ------
    MissingError
        They are not installed.
    InputError
        They are not what was installed, or nothing is known to compare them with.
    """
    folder = folder or default_folder()
    model = known(name)
    places = places_of(model, folder)
    if not places:
        raise MissingError("no-weights", f"The weights of {name} are not installed in {folder}", how_to_install(name))
    record = read_record(folder, name)
    fresh: dict[str, Entry] = {}
    for index, (file, path) in enumerate(places.items()):
        step = part(progress, index / len(places), (index + 1) / len(places), f"Checking {path.name}")
        checksum = hash_of(path, step)
        key = path.relative_to(folder).as_posix()
        entry = record.get(key)
        if entry and entry.sha256 != checksum:
            raise InputError("changed-weights", f"{path} is not what was installed", how_to_install(name))
        if not entry and not file.is_published(checksum) and path.suffix != ".json":
            raise InputError(
                "unknown-weights", f"{path} was not installed by this program and is not a published file", how_to_install(name)
            )
        fresh[key] = Entry(key, checksum, path.stat().st_size, entry.source if entry else "")
    return installed_of(model, folder, places, fresh)


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file, hex; of a bag's folder, that of its files' checksums one after the other.

    Raises
    ------
    InputError
        It cannot be read.
    """
    return _joined([hash_of(file, silent) for file in parts(path)])


def _joined(checksums: list[str]) -> str:
    return checksums[0] if len(checksums) == 1 else hashlib.sha256("".join(checksums).encode()).hexdigest()


def hash_of(path: Path, progress: Progress) -> str:
    """Return the SHA-256 of one file, hex, with progress."""
    digest = hashlib.sha256()
    try:
        size = max(path.stat().st_size, 1)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                progress(f"Checking {path.name}", file.tell() / size)
    except OSError as error:
        raise InputError("unreadable-weights", f"{path} cannot be read ({error.strerror})", "Check the file and its permissions") from error
    return digest.hexdigest()


def incoming_folder(model: Model, folder: Path) -> Path:
    """Return where the files of a download wait until all of them are there."""
    return folder / INCOMING / model.name
