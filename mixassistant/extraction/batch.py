"""Extracting from many tracks: in parallel processes, each result written as soon as it is there.

Whatever stops the run (Ctrl-C, a power cut), what was written stays and the next run goes on from there. A track that cannot be
measured, even one that ends its process, leaves the others alone.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mixassistant.audio.guarded import guarded
from mixassistant.audio.hashing import content_hash
from mixassistant.errors import InputError, MixAssistantError
from mixassistant.extraction.results import Place, Places
from mixassistant.extraction.track import extract_track
from mixassistant.lifeline import end_with_pool
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.drop import stream_words
from mixassistant.stems.look import Called, files_of, song_name

POLL_S = 0.1
MEMORY_PER_PROCESS = 2 << 30  # bytes: four stems of a long song
HASHING_SHARE = 0.02  # of the progress


@dataclass(frozen=True)
class Outcome:
    """What became of a track: the result's document, or why there is none.

    Parameters
    ----------
    song : Path
    result : Path or None
    document : dict or None
    error : MixAssistantError or None
    """

    song: Path
    result: Path | None = None
    document: dict[str, Any] | None = None
    error: MixAssistantError | None = None


def processes_for(tracks: int) -> int:
    """Return how many processes to run: as many as there are tracks, processors, and memory for."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on this system
        memory = 8 << 30
    return max(1, min(tracks, os.cpu_count() or 1, memory // MEMORY_PER_PROCESS))


def extract_all(
    songs: Sequence[Path],
    folder: Path,
    device: str = "cpu",
    only: frozenset[str] | None = None,
    processes: int | None = None,
    progress: Progress = silent,
    *,
    stream: int | None = None,
    called: Called = "",
) -> list[Outcome]:
    """Measure tracks and write one result each.

    Parameters
    ----------
    songs : sequence of Path
        Mixes, ``.stem.mp4`` files, folders of one song's stems.
    folder : Path
        Where the results go.
    device : str
        Torch device; on a graphics card one process does all.
    only : frozenset of str, optional
        Ids to measure; all by default.
    processes : int, optional
        How many at once; by default as many as processors and memory allow. 1: in this process.
    progress : Progress
        Its stage says how many are done and how long the rest will take.
    stream : int, optional
        The audio stream of files with several that is the mix, from 0.
    called : str
        What the user says that the folders among the tracks are.

    Returns
    -------
    list of Outcome
        In the order of `songs`.

    Raises
    ------
    Cancelled
        `progress` raised it. What was written stays.
    """
    outcomes: dict[int, Outcome] = {}
    places: dict[int, Place] = {}
    names = Places(folder)
    for index, song in enumerate(songs):
        progress(f"Looking at {song.name}", HASHING_SHARE * index / len(songs))
        try:
            known: Called = called if song.is_dir() else ""
            with guarded(song):
                hashed = content_hash(*files_of(song), extra=stream_words(stream))
                places[index] = replace(names.find(song, song_name(song, stream), hashed), stream=stream, called=known)
        except MixAssistantError as error:
            outcomes[index] = Outcome(song, error=error)
    count = processes or (processes_for(len(places)) if device == "cpu" else 1)
    report = part(progress, HASHING_SHARE, 1.0)
    found = _alone(places, device, only, report) if count == 1 else _together(places, device, only, count, report)
    outcomes.update(found)
    progress("Done", 1.0)
    return [outcomes[index] for index in range(len(songs))]


def _alone(places: dict[int, Place], device: str, only: frozenset[str] | None, progress: Progress) -> Iterable[tuple[int, Outcome]]:
    clock = _Clock(len(places))
    for done, (index, place) in enumerate(places.items()):
        step = part(progress, done / len(places), (done + 1) / len(places), clock.stage(done, place.song.name))
        yield index, _one(place, device, only, step)


def _one(place: Place, device: str, only: frozenset[str] | None, progress: Progress = silent) -> Outcome:
    try:
        with guarded(place.song):
            return Outcome(place.song, place.result, extract_track(place, device, only, progress))
    except MixAssistantError as error:
        if error.code == "cancelled":
            raise
        return Outcome(place.song, error=error)


def _start(threads: int) -> None:
    """Prepare a process: its share of the processors, and an end without a traceback or half a file when the user stops the run."""
    import signal
    import sys

    end_with_pool()  # before the slow import: the run may be killed while its processes start
    import torch

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    torch.set_num_threads(threads)


def _work(place: Place, device: str, only: frozenset[str] | None) -> Outcome:
    try:
        return _one(place, device, only)
    except SystemExit:
        # Everything has been tidied up on the way here; the pool would hand out the next track.
        os._exit(1)


def _together(
    places: dict[int, Place], device: str, only: frozenset[str] | None, count: int, progress: Progress
) -> Iterator[tuple[int, Outcome]]:
    clock = _Clock(len(places))
    waiting = list(places.items())
    again: list[tuple[int, Place]] = []
    done = 0
    while waiting or again:
        # A track that was there when a process died goes again, by itself: then it is known which one it was.
        batch, size = (waiting, count) if waiting else ([again.pop(0)], 1)
        waiting = []
        pool = ProcessPoolExecutor(size, multiprocessing.get_context("spawn"), _start, (max(1, (os.cpu_count() or 1) // size),))
        running: dict[Future[Outcome], tuple[int, Place]] = {}
        try:
            running = {pool.submit(_work, place, device, only): (index, place) for index, place in batch}
            while running:
                progress(clock.stage(done), done / len(places))
                ready, _ = wait(running, POLL_S, FIRST_COMPLETED)
                for future in ready:
                    index, place = running.pop(future)
                    try:
                        outcome = future.result()
                    except BrokenProcessPool:
                        if size > 1:
                            again.append((index, place))
                            continue
                        outcome = Outcome(place.song, error=_crashed(place.song))
                    done += 1
                    yield index, outcome
        except BaseException:
            for process in list(getattr(pool, "_processes", {}).values()):
                process.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _crashed(song: Path) -> MixAssistantError:
    return InputError("crashed", f"measuring “{song.name}” ended its process", "it may need more memory than there is: try it alone")


class _Clock:
    """Says how many tracks are done and how long the others will take."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._start = time.monotonic()

    def stage(self, done: int, name: str = "") -> str:
        """Return words for the progress."""
        words = f"Measuring {name} ({done + 1} of {self._total})" if name else f"Measured {done} of {self._total}"
        if not done:
            return words
        left = (time.monotonic() - self._start) / done * (self._total - done)
        return f"{words}, {_duration(left)} left"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
