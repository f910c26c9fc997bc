"""Installing weights, from the network or from what the user has, and removing them."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from mixassistant.audio.write import output_error, write_atomically
from mixassistant.errors import InputError, MissingError, OutputError
from mixassistant.leftovers import clear_leftovers
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.download import Source, check_space, download
from mixassistant.stems.fetch import HTTPS, Network, Refused
from mixassistant.stems.weights.catalogue import Model, WeightsFile, known
from mixassistant.stems.weights.contents import look_inside
from mixassistant.stems.weights.record import Entry, record_path, write_record
from mixassistant.stems.weights.store import (
    CHUNK_BYTES,
    INCOMING,
    SUFFIXES,
    Installed,
    default_folder,
    hash_of,
    incoming_folder,
    installed_of,
    place_of,
    places_of,
    require_file,
)

DOWNLOADED = 0.95  # of the whole work, where the rest is looking inside

Arrived = dict[WeightsFile, tuple[Path, Entry]]


def install(
    name: str, file: Path | None = None, folder: Path | None = None, progress: Progress = silent, network: Network = HTTPS
) -> Installed:
    """Install a model's weights, by downloading them or from what the user has: whole, or not at all.

    A download that is cut off or cancelled is taken up again by the next call.

    Parameters
    ----------
    name : str
        Of a known model.
    file : Path, optional
        A ``.th`` or ``.safetensors`` checkpoint of Demucs, or for a model of several files one of them or the folder where they
        lie. Without one the weights are downloaded.
    folder : Path, optional
        Where to install it.
    progress : Progress
        Called at least every 200 ms while downloading; what it raises stops the download.
    network : Network

    Raises
    ------
    MissingError
        What was given is not there, or the source cannot be reached.
    InputError
        A file is not what it should be: not a model that yields the four roles, not of the published checksum.
    OutputError
        The folder cannot be written, or the disk is full.
    """
    model = known(name)
    folder = folder or default_folder()
    incoming = incoming_folder(model, folder)
    for left in (folder / INCOMING).glob("*"):
        clear_leftovers(left)  # half a copy that was killed: gigabytes that nobody would look for
    if file is None:
        arrived = _download(model, incoming, part(progress, 0.0, DOWNLOADED), network)
        try:
            for index, (place, (path, _)) in enumerate(arrived.items()):
                progress(f"Looking into {path.name}", DOWNLOADED + (1 - DOWNLOADED) * index / len(arrived))
                look_inside(path, place.name)
        except InputError:
            shutil.rmtree(incoming, ignore_errors=True)  # the same bytes would be no better the next time
            raise
    else:
        incoming = incoming.with_name(f"{name}.local")
        try:
            arrived = _take(model, file, incoming, progress)
        except BaseException:
            shutil.rmtree(incoming, ignore_errors=True)
            raise
    try:
        done = _put(model, folder, arrived)
    except OSError as error:
        raise output_error(folder, error) from error
    for left in (incoming, incoming_folder(model, folder)):
        shutil.rmtree(left, ignore_errors=True)
    with suppress(OSError):
        incoming.parent.rmdir()  # another model may be on its way
    progress(f"Installed {name}", 1.0)
    return done


def _download(model: Model, incoming: Path, progress: Progress, network: Network) -> Arrived:
    """Download every file that has not arrived yet."""
    arrived: Arrived = {}
    done = 0
    try:
        incoming.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(incoming, error) from error
    here = sum(path.stat().st_size for path in incoming.iterdir())
    check_space(incoming, model.name, model.size_bytes - here)  # before the first of several files, not before the last
    for file in model.files:
        target = incoming / file.name.rpartition("/")[2]
        step = part(progress, done / model.size_bytes, (done + file.size_bytes) / model.size_bytes)
        done += file.size_bytes
        if target.is_file() and (checksum := hash_of(target, step)).startswith(file.sha256):
            arrived[file] = target, Entry(file.name, checksum, target.stat().st_size, file.urls[0])
        elif (entry := _first_of(file, target, step, network)) is not None:
            arrived[file] = target, entry
    return arrived


def _first_of(file: WeightsFile, target: Path, progress: Progress, network: Network) -> Entry | None:
    """Download a file from the first address that has it; nothing where none has and it can be done without."""
    for url in file.urls:
        try:
            checksum = download(Source(url, file.size_bytes, file.sha256, file.hosts), target, progress, network)
            return Entry(file.name, checksum, target.stat().st_size, url)
        except Refused:
            if url == file.urls[-1] and file.is_required:
                raise
    return None


def _take(model: Model, given: Path, incoming: Path, progress: Progress) -> Arrived:
    """Look into what the user brought, and copy it."""
    matched = _match(model, given)
    for file, path in matched.items():
        progress(f"Checking {path.name}", 0.0)
        look_inside(path, file.name)
    arrived: Arrived = {}
    for index, (file, path) in enumerate(matched.items()):
        step = part(progress, 0.5 + 0.5 * index / len(matched), 0.5 + 0.5 * (index + 1) / len(matched), f"Installing {model.name}")
        name = file.name.rpartition(".")[0] + path.suffix
        target = incoming / name.rpartition("/")[2]
        checksum = _copy(path, target, step)
        arrived[file] = target, Entry(name, checksum, target.stat().st_size, "")
    return arrived


def _match(model: Model, given: Path) -> dict[WeightsFile, Path]:
    """Return which of the user's files is which of the model's."""
    if len(model.files) == 1 and not given.is_dir():
        if given.suffix not in SUFFIXES:
            raise InputError("not-weights", f"{given} is not a weights file", f"Its name must end in {' or '.join(SUFFIXES)}")
        return {model.files[0]: require_file(given)}
    if not given.exists():
        raise MissingError("no-weights", f"There is no {given}", f"{model.name} has {len(model.files)} files: give their folder")
    near = sorted(p for p in (given if given.is_dir() else given.parent).iterdir() if p.is_file())
    found = {}
    for file in model.files:
        names = {url.rpartition("/")[2] for url in file.urls} | {file.name.rpartition("/")[2]}
        if model.kind == "separation":  # either format, and under the name that the hub, or Demucs, or a store gives it
            names |= {name.rpartition(".")[0] + suffix for name in names for suffix in SUFFIXES}
            names |= {name.partition("-")[0] + suffix for name in names for suffix in SUFFIXES}
        path = next((p for p in near if p.name in names), None)
        if path is not None:
            found[file] = path
        elif file.is_required:
            where = given if given.is_dir() else given.parent
            raise MissingError("no-weights", f"There is no {file.urls[0].rpartition('/')[2]} in {where}", f"{model.name} needs it")
    return found


def _put(model: Model, folder: Path, arrived: Arrived) -> Installed:
    """Give the files their places; the record comes last and says that all are there."""
    record_path(folder, model.name).unlink(missing_ok=True)
    for file, (path, entry) in arrived.items():
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        if target.suffix in SUFFIXES:
            for other in SUFFIXES:
                if other != target.suffix and file.name.endswith(SUFFIXES):
                    target.with_suffix(other).unlink(missing_ok=True)
    entries = [entry for _, entry in arrived.values()]
    write_record(folder, model.name, entries)
    return installed_of(model, folder, places_of(model, folder), {entry.name: entry for entry in entries})


def remove(name: str, folder: Path | None = None) -> bool:
    """Delete a model's weights and what was downloaded of them; return whether there was anything.

    Raises
    ------
    OutputError
        They cannot be deleted.
    """
    folder = folder or default_folder()
    model = known(name)
    removed = False
    for file in model.files:
        while (path := place_of(file, folder)) is not None:
            _delete(path)
            removed = True
    _delete(record_path(folder, name))
    for left in (incoming_folder(model, folder), folder / INCOMING / f"{name}.local"):
        removed |= left.is_dir()
        shutil.rmtree(left, ignore_errors=True)
    for empty in (folder / INCOMING, folder / model.folder):
        with suppress(OSError):
            if empty != folder:
                empty.rmdir()  # unless something else is in it
    return removed


def _copy(source: Path, target: Path, progress: Progress) -> str:
    """Copy a file in one step as others see it; return its SHA-256."""
    digest = hashlib.sha256()

    def fill(temporary: Path) -> None:
        size = max(source.stat().st_size, 1)
        with source.open("rb") as old, temporary.open("wb") as new:
            while chunk := old.read(CHUNK_BYTES):
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
