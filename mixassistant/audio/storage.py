"""Where whole pieces of audio are kept: in memory for a few minutes of stems, in temporary files beyond.

An hour of stereo sound is more than a gigabyte, and a song with its stems, their sums and what moves make of them is many of that. What
is read and written from front to back needs no memory of its own: it is mapped from a file without a name, which the system writes out
where memory is short, and which is gone with the last array that shows it, whatever ends the program. Numbers are the same either way.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

BYTES = 4  # of a sample
USUAL, LASTING = Path("/tmp"), Path("/var/tmp")  # the second is on a disk where the first is memory, as on many Linux systems


@dataclass(frozen=True)
class StorageTuning:
    """How much audio is held in memory.

    Parameters
    ----------
    held_bytes : int
        All pieces together that live in memory: a song of four minutes with four stems, its sums and what is rendered of it. Files cost
        about a second for every gigabyte.
    smallest_bytes : int
        Pieces below are always in memory: excerpts, blocks, short sounds.
    first_blocks : int
        How many blocks like the first one get room before the announced length is believed.
    growth : float
        By how much the room grows where more comes than was announced.
    """

    held_bytes: int = 768 << 20
    smallest_bytes: int = 8 << 20
    first_blocks: int = 16
    growth: float = 1.5


STORAGE = StorageTuning()


class _Held:
    """How many bytes the pieces in memory have together."""

    def __init__(self) -> None:
        self.bytes = 0
        # A piece may be let go by the garbage collector in the middle of `take`, in the same thread.
        self._lock = threading.RLock()

    def take(self, size: int) -> bool:
        """Count a piece in, and return whether there is room for it."""
        with self._lock:
            if self.bytes + size > STORAGE.held_bytes:
                return False
            self.bytes += size
            return True

    def give(self, size: int) -> None:
        """Count a piece out."""
        with self._lock:
            self.bytes -= size


_HELD = _Held()


def blank(rows: int, columns: int) -> Samples:
    """Return zeros to be written over, ``[shape=(rows, columns)]``: in memory, or in a temporary file where there is much of it.

    Where the disk is full, it is in memory too.
    """
    shape, size = (rows, columns), BYTES * rows * columns
    if size < STORAGE.smallest_bytes:
        return np.zeros(shape, np.float32)
    if not _HELD.take(size):
        try:
            return _mapped(shape, size)
        except OSError:
            return np.zeros(shape, np.float32)
    try:
        found = np.zeros(shape, np.float32)
    except MemoryError:
        _HELD.give(size)
        raise
    weakref.finalize(found, _HELD.give, size)
    return found


def gathered(blocks: Iterable[Samples], length: int = 0) -> Samples:
    """Return blocks one after another as one array, ``[shape=(channels, samples)]``; without any, ``[shape=(1, 0)]``.

    Parameters
    ----------
    blocks : iterable of np.ndarray [shape=(channels, samples)], float32
        All of one channel count.
    length : int
        How many samples are to be expected: where that is right, nothing is copied twice. What a header says may be wrong.
    """
    whole, done = np.zeros((1, 0), np.float32), 0
    for block in blocks:
        stop = done + block.shape[1]
        if not done:
            whole = blank(block.shape[0], max(stop, min(length, STORAGE.first_blocks * stop)))
        elif stop > whole.shape[1]:
            larger = blank(whole.shape[0], max(stop, length if stop <= length else int(STORAGE.growth * stop)))
            larger[:, :done] = whole[:, :done]
            whole = larger
        whole[:, done:stop] = block
        done = stop
    if done == whole.shape[1]:
        return whole
    fitting = blank(whole.shape[0], done)
    fitting[:] = whole[:, :done]
    return fitting


def temporary_folder() -> Path:
    """Return the folder for files that may be large."""
    usual = Path(tempfile.gettempdir())
    return LASTING if usual == USUAL and os.access(LASTING, os.W_OK) else usual


def temporary_file() -> IO[bytes]:
    """Return a file for samples that is gone when it is closed and no array shows it any more.

    Raises
    ------
    OSError
        The temporary folder is full or cannot be written.
    """
    return tempfile.TemporaryFile(prefix="mixassistant-", suffix=".f32", dir=temporary_folder())


def _mapped(shape: tuple[int, int], size: int) -> Samples:
    """Return zeros that are a temporary file.

    Raises
    ------
    OSError
        The temporary folder is full or cannot be written.
    """
    with temporary_file() as file:
        _reserve(file, size)
        # Views of a memmap are memmaps, which are slower: a plain array of the same memory is shown.
        return np.asarray(np.memmap(file, np.float32, "r+", shape=shape))


def _reserve(file: IO[bytes], size: int) -> None:
    """Make a file as large as it will be: where the disk fills up later, writing into mapped memory would end the program."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    zeros = bytes(1 << 20)
    for start in range(0, size, len(zeros)):
        file.write(zeros[: size - start])
    file.flush()
