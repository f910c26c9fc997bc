"""Freed memory is used again while a network runs, and given back afterwards."""

from __future__ import annotations

import platform
import resource
import sys
from pathlib import Path

import numpy as np
import pytest

from mixassistant.stems import heap
from mixassistant.stems.heap import memory_kept

BYTES, TIMES = 64 << 20, 10
GLIBC = sys.platform == "linux" and platform.libc_ver()[0] == "glibc"


def faults_of_tensors() -> int:
    """Return how many pages the system has to clear while large blocks come and go."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(TIMES):
        np.empty(BYTES, np.uint8).fill(1)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not GLIBC, reason="only glibc asks the system for each large block")
def test_pages_are_cleared_once_and_given_back() -> None:
    before = resident_bytes()
    usual = faults_of_tensors()
    with memory_kept():
        kept = faults_of_tensors()
    assert kept < usual / 4 or usual < BYTES // resource.getpagesize()  # a system with huge pages has few faults either way
    assert resident_bytes() < before + BYTES // 2
    assert faults_of_tensors() == pytest.approx(usual, rel=0.2)


def test_other_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "_glibc", lambda: None)
    with memory_kept():
        pass


def test_memory_is_given_back_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class Library:
        def mallopt(self, option: int, value: int) -> None:
            told.append(f"{option} {value}")

        def malloc_trim(self, _kept: int) -> None:
            told.append("trim")

    monkeypatch.setattr(heap, "_glibc", Library)
    with pytest.raises(ZeroDivisionError), memory_kept():
        raise ZeroDivisionError
    assert told[-1] == "trim"
    assert told[2] == f"{heap.M_MMAP_MAX} {heap.USUAL_MAPS}"
