"""The weights store: which models there are, which are installed, and installing one from a file.

Weights live in one folder, ``models`` in the user's data folder, as ``<model>.th`` or ``<model>.safetensors``. Nothing here
touches the network. A file is looked at before it is taken in: only tensors and plain values are read, nothing in it is run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from mixassistant import paths
from mixassistant.audio.write import output_error, write_atomically
from mixassistant.errors import InputError, MissingError, OutputError, UsageError
from mixassistant.progress import Progress, part, silent

SUFFIXES = (".safetensors", ".th")  # in the order of preference
CHUNK = 1 << 20


@dataclass(frozen=True)
class Model:
    """A model that can be installed.

    Parameters
    ----------
    name : str
        As the command line takes it.
    description : str
        What it is, and how good, for people.
    source : str
        Where its weights can be had.
    size_bytes : int
        Of the weights file, about.
    license : str
        Of the weights (SPDX).
    checksum : str
        How the SHA-256 (hex) of the published ``.th`` file begins.
    """

    name: str
    description: str
    source: str
    size_bytes: int
    license: str
    checksum: str


MODELS: Mapping[str, Model] = MappingProxyType(
    {
        model.name: model
        for model in (
            Model(
                "htdemucs",
                "Hybrid Transformer Demucs: drums, bass, vocals and other. Median SDR 9.0 dB on MUSDB-HQ, as published.",
                "https://dl.fbaipublicfiles.com/demucs/hybrid_transformer/955717e8-8726e21a.th",
                84_000_000,
                "MIT",
                "8726e21a",
            ),
            Model(
                "htdemucs_6s",
                "Hybrid Transformer Demucs with guitar and piano, which are added to other here. Experimental, as its authors say.",
                "https://dl.fbaipublicfiles.com/demucs/hybrid_transformer/5c90dfd2-34c22ccb.th",
                55_000_000,
                "MIT",
                "34c22ccb",
            ),
        )
    }
)


@dataclass(frozen=True)
class Installed:
    """A model's weights on this machine.

    Parameters
    ----------
    model : Model
    path : Path
    checksum : str
        SHA-256 of the file, hex.
    """

    model: Model
    path: Path
    checksum: str

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def is_published(self) -> bool:
        """Whether the file is known to be the one that the model's authors published."""
        return self.path.suffix == ".th" and self.checksum.startswith(self.model.checksum)


def default_folder() -> Path:
    """Return the folder where weights are installed unless another is given."""
    return paths.data_folder() / "models"


def known(name: str) -> Model:
    """Return a model by name.

    Raises
    ------
    UsageError
        There is no such model.
    """
    if name not in MODELS:
        raise UsageError("unknown-model", f"There is no model {name!r}", f"The models are {', '.join(MODELS)}")
    return MODELS[name]


def installed(name: str, folder: Path | None = None) -> Path | None:
    """Return the path of a model's weights, or ``None`` where they are not installed."""
    folder = folder or default_folder()
    candidates = (folder / f"{known(name).name}{suffix}" for suffix in SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)


def require(name: str, folder: Path | None = None) -> Path:
    """Return the path of a model's weights.

    Raises
    ------
    MissingError
        They are not installed.
    """
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
    return (
        f"Download {MODELS[name].source} and run: mixassistant models install {name} FILE; "
        "or use --separator embedded, which needs no weights"
    )


def install(name: str, file: Path | None = None, folder: Path | None = None, progress: Progress = silent) -> Installed:
    """Install a model's weights from a local file: whole, or not at all.

    Parameters
    ----------
    name : str
        Of a known model.
    file : Path, optional
        A ``.th`` or ``.safetensors`` checkpoint of Demucs. Without one there is nothing to install from: this version
        does not download.
    folder : Path, optional
        Where to install it.
    progress : Progress

    Raises
    ------
    MissingError
        No file was given, or it is not there.
    InputError
        The file does not hold a Demucs model, or not one that yields the four roles.
    OutputError
        The folder cannot be written.
    """
    from mixassistant.stems.demucs_model import load_network

    model = known(name)
    if file is None:
        raise MissingError("no-download", f"Downloading {name} is not part of this version", how_to_install(name))
    if file.suffix not in SUFFIXES:
        raise InputError("not-weights", f"{file} is not a weights file", f"Its name must end in {' or '.join(SUFFIXES)}")
    require_file(file)
    progress(f"Checking {file.name}", 0.0)
    load_network(file)
    target = (folder or default_folder()) / f"{name}{file.suffix}"
    checksum = _copy(file, target, part(progress, 0.5, 1.0, f"Installing {name}"))
    for other in SUFFIXES:
        if other != file.suffix:
            _delete(target.with_suffix(other))
    return Installed(model, target, checksum)


def list_installed(folder: Path | None = None) -> dict[str, Installed | None]:
    """Return every known model by name, with what is installed of it."""
    found = {name: installed(name, folder) for name in MODELS}
    return {name: Installed(MODELS[name], path, checksum_of(path)) if path else None for name, path in found.items()}


def remove(name: str, folder: Path | None = None) -> bool:
    """Delete a model's weights; return whether there were any.

    Raises
    ------
    OutputError
        They cannot be deleted.
    """
    known(name)
    removed = False
    while (path := installed(name, folder)) is not None:
        _delete(path)
        removed = True
    return removed


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file, hex.

    Raises
    ------
    InputError
        It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError("unreadable-weights", f"{path} cannot be read ({error.strerror})", "Check the file and its permissions") from error


def _copy(source: Path, target: Path, progress: Progress) -> str:
    """Copy a file in one step as others see it; return its SHA-256."""
    digest = hashlib.sha256()

    def fill(temporary: Path) -> None:
        size = max(source.stat().st_size, 1)
        with source.open("rb") as old, temporary.open("wb") as new:
            while chunk := old.read(CHUNK):
                digest.update(chunk)
                new.write(chunk)
                progress("", new.tell() / size)
            new.flush()
            os.fsync(new.fileno())

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(target, error) from error
    write_atomically(target, fill)
    return digest.hexdigest()


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError("cannot-remove", f"{path} cannot be deleted ({reason})", "Check the permissions of its folder") from error
