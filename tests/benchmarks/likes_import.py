"""How many songs of noisy lists are found among the files at hand, how many falsely, and how long it takes.

    python tests/benchmarks/likes_import.py [SHARED]

Each seed makes a library and a list of 2,000 entries over it (see `noisy_lists`); artists and titles of MUSDB18's list are among them where
SHARED, the folder with music that is never committed, has it. The thresholds of `matching` were set on the seeds of `SETTING`; the figures
that count are those of the others. Beside it stand two simpler ways: artist and title the same but for capitals, and the best ratio of
difflib, at several ratios from which on two names are taken for one.
"""

from __future__ import annotations

import difflib
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import soundfile

sys.path.insert(0, str(Path(__file__).parent.parent))

from noisy_lists import Case, Maker, Score, real_names, score

from mixassistant.library.library import Library
from mixassistant.library.matching import Matcher, Recording
from mixassistant.library.playlists.entry import Entry
from signals import noise

SETTING, HELD_OUT = (1, 11), (2, 3, 4, 5)
SONGS, ENTRIES = 3000, 2000
RATIOS = (0.8, 0.85, 0.9, 0.95)
DIFFLIB_ENTRIES = 300  # it compares each with all

Find = Callable[[Entry], Path | None]


def exactly(library: list[Recording]) -> Find:
    """Return how entries are found by the same artist and title, but for capitals."""
    by_name = {(r.artist.casefold(), r.title.casefold()): r.path for r in reversed(library)}
    return lambda entry: by_name.get((entry.artist.casefold(), entry.title.casefold()))


def by_ratio(library: list[Recording], least: float) -> Find:
    """Return how entries are found by the best ratio of difflib."""
    names = {f"{r.artist} {r.title}".casefold(): r.path for r in reversed(library)}

    def find(entry: Entry) -> Path | None:
        best = difflib.get_close_matches(f"{entry.artist} {entry.title}".casefold(), names, 1, least)
        return names[best[0]] if best else None

    return find


def counted(find: Find, cases: list[Case]) -> Score:
    """Return how a simpler way does."""
    found = [(find(case.entry), case.meant) for case in cases]
    right = sum(path is not None and path in meant for path, meant in found)
    false = sum(path is not None and path not in meant for path, meant in found)
    return Score(len(cases), sum(bool(meant) for _path, meant in found), right, false, 0)


def told(name: str, reached: Score, seconds: float) -> str:
    """Return a row of the table."""
    each = 1e3 * seconds / reached.entries
    return f"| {name} | {reached.recall:6.1%} | {reached.false_share:6.2%} | {reached.unsure / reached.entries:6.1%} | {each:7.2f} |"


def quality(known: list[tuple[str, str]]) -> None:
    """Print what is found of each seed's list."""
    print("| list | found | false | unsure | ms an entry |\n|---|---|---|---|---|")
    for seed in (*SETTING, *HELD_OUT):
        maker = Maker(seed, known)
        library = maker.library(SONGS)
        cases = maker.cases(library, ENTRIES)
        kind = "set on" if seed in SETTING else "held out"
        matcher = Matcher(library)
        start = time.process_time()
        reached = score(matcher, cases)
        print(told(f"seed {seed} ({kind}), {len(library)} recordings", reached, time.process_time() - start))
        if seed == HELD_OUT[0]:
            bare = [replace(case, entry=replace(case.entry, isrc="", recording_mbid="")) for case in cases]
            start = time.process_time()
            print(told(f"seed {seed}, without identifiers", score(matcher, bare), time.process_time() - start))
            start = time.process_time()
            print(told(f"seed {seed}, exactly", counted(exactly(library), cases), time.process_time() - start))
            for least in RATIOS:
                start = time.process_time()
                few = counted(by_ratio(library, least), cases[:DIFFLIB_ENTRIES])
                print(told(f"seed {seed}, difflib ≥ {least} ({DIFFLIB_ENTRIES} entries)", few, time.process_time() - start))


def size(known: list[tuple[str, str]]) -> None:
    """Print how long 50,000 entries take against 10,000 recordings."""
    print("\n| entries | recordings | index, s | matching, s |\n|---|---|---|---|")
    for entries, songs in ((5_000, 7_300), (50_000, 730), (50_000, 7_300)):
        maker = Maker(21, known)
        library = maker.library(songs)
        cases = maker.cases(library[:2000], 1000)
        start = time.process_time()
        matcher = Matcher(library)
        index_s, start = time.process_time() - start, time.process_time()
        for number in range(entries):
            matcher.match(cases[number % len(cases)].entry)
        print(f"| {entries} | {len(library)} | {index_s:.2f} | {time.process_time() - start:.1f} |")


def tags(count: int = 1000) -> None:
    """Print how long it takes to read the tags of files, and to read them again."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.flac" for number in range(count)]
        for number, file in enumerate(files):
            with soundfile.SoundFile(file, "w", 44100, 2) as out:
                out.title, out.artist, out.album = f"Song {number}", "Somebody", "Album"
                out.write(noise(0, duration_s=0.2).samples.T)
        with Library(Path(folder) / "library.sqlite3") as library:
            for what in ("read", "remembered"):
                start = time.perf_counter()
                library.recordings.of_files(files)
                print(f"Tags of a file, {what}: {1e3 * (time.perf_counter() - start) / count:.2f} ms")


if __name__ == "__main__":
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data")
    names = real_names(shared)
    print(f"{len(names)} real names")
    quality(names)
    size(names)
    tags()
