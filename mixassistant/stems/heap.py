"""Memory of large tensors, used again instead of asked for again.

The C library of most Linux systems gets every block of more than 32 MB from the system and gives it back at once. The system clears
each page of it again: of Demucs' time on a processor that is 8 % in 16 bits and 13 % in 32 (one thread, AMD with AVX-512), at the
same peak.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# malloc.h of glibc
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4
NONE, ALL = 0, (1 << 31) - 1
USUAL_MAPS = 65_536
LARGEST_THRESHOLD = 32 << 20  # where the library's own, moving thresholds end after the first large tensors


@contextmanager
def memory_kept() -> Iterator[None]:
    """Keep freed memory for what comes next within ``with``; it is given back at the end. Other systems' libraries are left alone."""
    library = _glibc()
    if library is None:
        yield
        return
    library.mallopt(M_MMAP_MAX, NONE)
    library.mallopt(M_TRIM_THRESHOLD, ALL)
    try:
        yield
    finally:
        library.mallopt(M_MMAP_MAX, USUAL_MAPS)
        library.mallopt(M_MMAP_THRESHOLD, LARGEST_THRESHOLD)
        library.mallopt(M_TRIM_THRESHOLD, 2 * LARGEST_THRESHOLD)
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    # musl has neither.
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
