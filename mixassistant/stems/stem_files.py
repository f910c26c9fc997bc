"""Stems on disk: one file per part, written from front to back, read as if they were in memory.

A stem of an hour is more than a gigabyte, and there are four: they are written as they are made and mapped into memory when
they are done. In a folder, files are ``<part>.npy`` with a journal of the finished blocks and their SHA-256, from which the work
goes on where it was cut off, by whatever; ``entry.json`` takes the journal's place when all is there. Without a folder they are
temporary, and gone with the last array that shows them.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.storage import temporary_file, temporary_folder
from mixassistant.audio.write import write_atomically
from mixassistant.bounded_json import parse_json, read_json
from mixassistant.progress import Progress
from mixassistant.stems.lock import lock

BYTES = 4  # of a sample
READ_BLOCK = 1 << 18  # samples per channel looked at together: 6 s at 44.1 kHz
JOURNAL = "journal.jsonl"
ENTRY = "entry.json"
LOCK = "lock"
GONE = ".gone-"  # what begins with it is being deleted
RESIDUAL = "residual"  # the part that the others leave out of the mix

Blocks = Mapping[str, Samples]


@dataclass(frozen=True)
class Shape:
    """What is stored.

    Parameters
    ----------
    parts : tuple of str
        File names without suffix.
    channels, length, sample_rate_hz : int
        Of every part.
    """

    parts: tuple[str, ...]
    channels: int
    length: int
    sample_rate_hz: int

    def as_json(self) -> dict[str, Any]:
        """Return a document of it."""
        return {"parts": list(self.parts), "channels": self.channels, "length": self.length, "sample_rate_hz": self.sample_rate_hz}


class StemFiles:
    """Parts of one shape, to be filled from their start.

    Parameters
    ----------
    shape : Shape
    folder : Path, optional
        Where to keep them, made if need be; what is there of the same shape and making is gone on with.
    making : mapping
        What else the samples depend on (JSON): stored parts of another making are written anew.
    resume : bool
        False to begin anew in any case.

    Raises
    ------
    BlockingIOError
        Another program is working in the folder.
    OSError
        It cannot be written or has too little room.
    """

    def __init__(self, shape: Shape, folder: Path | None = None, making: Mapping[str, Any] | None = None, *, resume: bool = True) -> None:
        self.shape = shape
        self.folder = folder
        self.done = 0
        """Samples that are there."""
        self.blocks: list[tuple[int, str]] = []
        self._arrays: dict[str, Samples] = {}
        self._files: dict[str, IO[bytes]] = {}
        self._open = ExitStack()
        self._journal: IO[bytes] | None = None
        self._offset = 0
        header = json.dumps(shape.as_json() | {"making": dict(making or {})}, sort_keys=True)
        if folder is None:
            self._open_temporary()
        else:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._open_in(folder, header, resume)
            except BaseException:
                self._open.close()
                raise

    @property
    def _bytes(self) -> int:
        return BYTES * self.shape.channels * self.shape.length

    def _open_temporary(self) -> None:
        needed = self._bytes * len(self.shape.parts)
        if needed == 0 or shutil.disk_usage(temporary_folder()).free < needed:
            self._arrays = {part: np.zeros((self.shape.channels, self.shape.length), np.float32) for part in self.shape.parts}
            return
        for part in self.shape.parts:
            file = self._open.enter_context(temporary_file())
            file.truncate(self._bytes)
            self._files[part] = file

    def _open_in(self, folder: Path, header: str, resume: bool) -> None:
        self._open.enter_context(lock(folder / LOCK))
        journal = folder / JOURNAL
        known = journal.read_bytes().splitlines() if journal.exists() else []
        is_same = resume and bool(known) and known[0] == header.encode()
        for part in self.shape.parts:
            path = folder / f"{part}.npy"
            is_same &= path.exists()
        missing = 0 if is_same else self._bytes * len(self.shape.parts)
        if shutil.disk_usage(folder).free < missing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        for part in self.shape.parts:
            file = self._open.enter_context((folder / f"{part}.npy").open("r+b" if is_same else "w+b"))
            if not is_same:
                layout = {"descr": "<f4", "fortran_order": False, "shape": (self.shape.channels, self.shape.length)}
                np.lib.format.write_array_header_1_0(file, layout)
                file.truncate(file.tell() + self._bytes)
                file.flush()
            self._offset = file.seek(0, 2) - self._bytes
            self._files[part] = file
        if self._offset <= 0:
            raise OSError("a part is cut off")
        if is_same:
            self._take(known[1:])
        lines = [header, *(json.dumps(block) for block in self.blocks)]
        journal.write_text("".join(f"{line}\n" for line in lines))
        self._journal = self._open.enter_context(journal.open("ab", buffering=0))

    def _take(self, lines: Sequence[bytes]) -> None:
        """Go on after the blocks in a journal, up to the first that is not what was written."""
        for line in lines:
            try:
                stop, digest = parse_json(line)
                if not self.done < stop <= self.shape.length or digest != _digest(self._read_all(self.done, stop)):
                    return
            except (ValueError, TypeError):
                return
            self.blocks.append((stop, digest))
            self.done = stop

    def append(self, blocks: Blocks) -> None:
        """Write the next samples of every part, ``[shape=(channels, samples)]`` each.

        Raises
        ------
        OSError
            The disk is full.
        """
        ordered = {part: np.ascontiguousarray(blocks[part], np.float32) for part in self.shape.parts}
        stop = self.done + next(iter(ordered.values())).shape[1]
        if stop == self.done:
            return
        for part, samples in ordered.items():
            if self._arrays:
                self._arrays[part][:, self.done : stop] = samples
                continue
            for channel, row in enumerate(samples):
                self._files[part].seek(self._offset + BYTES * (channel * self.shape.length + self.done))
                self._files[part].write(row.data)
            self._files[part].flush()
        if self._journal is not None:
            self.blocks.append((stop, _digest(list(ordered.values()))))
            self._journal.write(f"{json.dumps(self.blocks[-1])}\n".encode())
        self.done = stop

    def read(self, part: str, start: int, stop: int) -> Samples:
        """Return samples of a part ``[shape=(channels, samples)]``; beyond either end there are none."""
        start, stop = max(start, 0), min(stop, self.shape.length)
        if self._arrays:
            return self._arrays[part][:, start:stop]
        found = np.zeros((self.shape.channels, max(stop - start, 0)), np.float32)
        for channel, row in enumerate(found):
            self._files[part].seek(self._offset + BYTES * (channel * self.shape.length + start))
            self._files[part].readinto(row.data)  # type: ignore[attr-defined]
        return found

    def _read_all(self, start: int, stop: int) -> list[Samples]:
        return [self.read(part, start, stop) for part in self.shape.parts]

    def part(self, name: str) -> PartOfFiles:
        """Return a part as a source."""
        return PartOfFiles(self, name)

    def audio(self, part: str) -> Audio:
        """Return a whole part; temporary ones and sealed ones need no memory."""
        if self._arrays:
            return Audio(self._arrays[part], self.shape.sample_rate_hz)
        mapped = np.memmap(self._files[part], np.float32, "r", self._offset, (self.shape.channels, self.shape.length))
        return Audio(mapped, self.shape.sample_rate_hz)

    def seal(self, facts: Mapping[str, Any]) -> None:
        """Close the files of a folder, all written, and put ``entry.json`` in the journal's place.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        if self.folder is None or self.done != self.shape.length:
            raise ValueError("only whole parts in a folder can be sealed")
        self.close()
        document = json.dumps(self.shape.as_json() | {"blocks": self.blocks, "facts": dict(facts)})

        def fill(path: Path) -> None:
            path.write_text(document)

        # Not forced onto the disk, which would wait for gigabytes: what is not whole after a power cut is found by its checksums.
        write_atomically(self.folder / ENTRY, fill)
        for name in (JOURNAL, LOCK):
            (self.folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the files; what is in a folder stays, and another program may go on with it."""
        self._open.close()
        if self.folder is not None and not self.done:
            shutil.rmtree(self.folder, ignore_errors=True)

    def discard(self) -> None:
        """Close the files and delete their folder."""
        self.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


class PartOfFiles:
    """One part of `StemFiles` as a `mixassistant.audio.source.Source`."""

    def __init__(self, files: StemFiles, name: str) -> None:
        self._files, self._name = files, name
        self.sample_rate_hz = files.shape.sample_rate_hz
        self.channels = files.shape.channels
        self.length = files.shape.length

    @property
    def duration_s(self) -> float:
        """Duration in seconds."""
        return self.length / self.sample_rate_hz

    def read(self, start: int, stop: int) -> Samples:
        """Return the samples from `start` to before `stop`."""
        return self._files.read(self._name, start, stop)


def open_sealed(folder: Path, progress: Progress | None = None) -> tuple[dict[str, Audio], dict[str, Any]]:
    """Return the parts that were sealed in a folder, mapped into memory, and their facts.

    Parameters
    ----------
    folder : Path
    progress : Progress, optional
        Told of the check of every sample; without it they are not checked.

    Raises
    ------
    OSError, EOFError, ValueError, KeyError, TypeError
        They are not there, not whole, or not what was sealed.
    """
    document = read_json(folder / ENTRY)
    shape = Shape(tuple(document["parts"]), document["channels"], document["length"], document["sample_rate_hz"])
    parts = {}
    for part in shape.parts:
        if Path(part).name != part:
            raise ValueError("a part outside the folder")
        mapped = np.load(folder / f"{part}.npy", mmap_mode="r", allow_pickle=False)
        if mapped.dtype != np.float32 or mapped.shape != (shape.channels, shape.length):
            raise ValueError("not the shape that was sealed")
        parts[part] = Audio(mapped, shape.sample_rate_hz)
    if progress is not None:
        start = 0
        for stop, digest in document["blocks"]:
            progress("", start / shape.length)
            if stop <= start or digest != _digest([audio.read(start, stop) for audio in parts.values()]):
                raise ValueError("not the samples that were sealed")
            start = stop
        if start != shape.length:
            raise ValueError("blocks are missing")
    return parts, dict(document["facts"])


def _digest(samples: Sequence[Samples]) -> str:
    digest = hashlib.sha256()
    for block in samples:
        for row in block:
            digest.update(np.ascontiguousarray(row).data)
    return digest.hexdigest()


def energy(samples: Samples) -> float:
    """Return the sum of squares."""
    return float(np.sum(np.square(samples, dtype=np.float64)))


def residual_of(mix: Samples, stems: Mapping[str, Samples]) -> Samples:
    """Return what stems leave out of a mix, all of one shape."""
    total = np.sum(list(stems.values()), axis=0, dtype=np.float64)
    return np.asarray(mix - total, np.float32)


def is_in_use(folder: Path) -> bool:
    """Return whether a program is writing in a folder."""
    if not (folder / LOCK).exists():
        return False
    try:
        with lock(folder / LOCK):
            return False
    except OSError:
        return True


def remove_folder(folder: Path) -> None:
    """Delete a folder of parts, at once or not at all: where a system keeps mapped files, it stays for now."""
    gone = folder.with_name(f"{GONE}{folder.name}")
    with suppress(OSError):
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
