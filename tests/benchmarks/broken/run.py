"""Breaking files and measuring them, in a process that may be stopped: what became of each."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from benchmarks.broken.mutations import broken
from benchmarks.broken.whole import formats, suffix_of, write_whole
from mixassistant.errors import MixAssistantError

TIME_S = 20.0
MEMORY_BYTES = 1 << 30
START_S = 180.0  # for a process that imports all that measuring needs, on a busy machine
MEASURED = frozenset({"lufs", "true_peak"})
OUTCOMES = ("measured", "refused", "unforeseen", "other", "hang", "memory")


@dataclass(frozen=True)
class Case:
    """One broken file and what became of it.

    Parameters
    ----------
    number : int
        Seed of its own: with the run's it makes the same file again.
    format : str
    what : str
        What befell it.
    outcome : str
        Of `OUTCOMES`: measured; refused by an error of a reader of ours; unforeseen: refused by the guard around all readers, since none
        had expected it; other: a traceback, or the end of the process; hang; memory.
    told : str
        The error's words.
    seconds : float
    """

    number: int
    format: str
    what: str
    outcome: str
    told: str
    seconds: float


def make_case(number: int, seed: int, whole: dict[str, bytes], folder: Path) -> tuple[Path, str, str]:
    """Write a broken file; return it, its format and what befell it."""
    random = np.random.default_rng((seed, number))
    names = [*whole]
    name, other = names[number % len(names)], names[int(random.integers(len(names)))]
    data, what = broken(whole[name], whole[other], random)
    suffix = suffix_of(name if random.random() < 0.9 else other)
    path = folder / f"case {number}{suffix}"
    path.write_bytes(data)
    return path, name, what


def _serve(pipe: Connection, memory_bytes: int) -> None:
    """Measure files whose paths come through a pipe, and say what became of each."""
    import faulthandler
    import logging
    import resource

    from mixassistant.extraction.batch import extract_all
    from mixassistant.stems.look import look

    faulthandler.disable()
    logging.disable(logging.CRITICAL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what decoders in C print of damaged files
    pipe.send("ready")
    # Address space is what a system bounds; what is mapped already (libraries) is not the file's.
    if Path("/proc/self/statm").exists():
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + memory_bytes, resource.RLIM_INFINITY))
    while (path := pipe.recv()) is not None:
        try:
            for song in look(path).songs:
                (outcome,) = extract_all([song], path.parent / "results", only=MEASURED, processes=1)
                if outcome.error is not None:
                    raise outcome.error
            answer = ("measured", "")
        except MixAssistantError as error:
            kind = {"unforeseen": "unforeseen", "too-large": "memory"}.get(error.code, "refused")
            answer = (kind if error.exit_code == 3 else "other", str(error))
        except MemoryError as error:
            answer = ("memory", repr(error))
        except BaseException as error:  # noqa: BLE001 - it is what is looked for
            answer = ("other", repr(error))
        pipe.send(answer)


class _Server:
    """A process that measures, begun anew after a file that ended or stopped it."""

    def __init__(self, memory_bytes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory_bytes), daemon=True)
        self._process.start()
        theirs.close()
        if not self._pipe.poll(START_S) or self._pipe.recv() != "ready":
            raise RuntimeError("the process that measures did not start")

    def measure(self, path: Path, time_s: float) -> tuple[str, str]:
        """Measure a file; return the outcome and the words of an error."""
        self._pipe.send(path)
        try:
            if not self._pipe.poll(time_s):
                return "hang", f"more than {time_s:.0f} s"
            outcome, told = self._pipe.recv()
        except EOFError:
            self._process.join()
            return "other", f"the process ended with {self._process.exitcode}"
        return outcome, told

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def run(seed: int, count: int, folder: Path, first: int = 0, until_s: float = float("inf")) -> Iterator[Case]:
    """Break and measure so many files, one after the other.

    Parameters
    ----------
    seed : int
    count : int
    folder : Path
        Where the files go; those that were neither measured nor refused stay.
    first : int
        Number of the first case.
    until_s : float
        Of `time.monotonic`, after which no more is begun.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = {name: write_whole(name, folder).read_bytes() for name in formats()}
    server = _Server(MEMORY_BYTES)
    try:
        for number in range(first, first + count):
            if time.monotonic() > until_s:
                return
            path, name, what = make_case(number, seed, whole, folder)
            begun = time.monotonic()
            outcome, told = server.measure(path, TIME_S)
            yield Case(number, name, what, outcome, told, time.monotonic() - begun)
            if outcome in ("measured", "refused"):
                path.unlink()
            if outcome in ("other", "hang", "memory"):
                server.end()
                server = _Server(MEMORY_BYTES)
    finally:
        server.end()


def table(cases: list[Case]) -> str:
    """Return how many cases of each format came to what."""
    counts = Counter((case.format, case.outcome) for case in cases)
    names = sorted({case.format for case in cases})
    rows = [["format", *OUTCOMES, "slowest, s"]]
    for name in [*names, "all"]:
        own = [case for case in cases if name in (case.format, "all")]
        numbers = [sum(counts[case_format, outcome] for case_format in ([name] if name != "all" else names)) for outcome in OUTCOMES]
        rows.append([name, *map(str, numbers), f"{max(case.seconds for case in own):.1f}"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
