"""What runs on this machine, as /proc tells it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

WITHIN_S = 2.0  # what one process has started is gone after its end

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="reads processes from /proc")


def runs(process: int) -> bool:
    """Tell whether a process runs: neither has ended nor waits to be buried."""
    return bool(_status(process))


def children(parent: int) -> set[int]:
    """Return all that a process has started, and what these have."""
    parents = {int(p.name): int(_status(int(p.name)).get("PPid", 0)) for p in Path("/proc").iterdir() if p.name.isdecimal()}
    found: set[int] = set()
    while more := {child for child, above in parents.items() if above in {parent, *found}} - found:
        found |= more
    return found


def processor_s(process: int) -> float:
    """Return the processor time that a process has used, in s."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _status(process: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    return {} if found.get("State", "Z").strip().startswith(("Z", "X")) else found
