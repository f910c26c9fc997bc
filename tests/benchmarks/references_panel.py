"""How long the references panel takes with ten thousand references: ``python tests/benchmarks/references_panel.py``.

Everything here runs on the window's thread, but for what says that it does not. The search is also told as a multiple of the plainest
filter that Python has, timed in the same run: a machine's speed cancels out of it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from sample_documents import make_profile, make_track

from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.listing import read_listing
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.library.summary import LAYOUT, SHOWN, closeness, summarise

COUNT = 10_000
REPEATS = 15
FRAME_MS = 1000 / 60
ADJECTIVES = [
    "Night", "Golden", "Broken", "Silent", "Electric", "Paper", "Velvet", "Distant",
    "Burning", "Hollow", "Neon", "Crystal", "Lonely", "Wild", "Slow", "Über",
]  # fmt: skip
NOUNS = [
    "Drive", "River", "Machine", "Garden", "Signal", "Mirror", "Ocean", "Summer",
    "Letter", "Engine", "Shadow", "Parade", "Harbour", "Motel", "Café", "Winter",
]  # fmt: skip
ARTISTS = [
    "The Examples", "Beyond Glass", "Mira Sol", "Kite & Anchor", "Lowlight",
    "Émile Noir", "North Pier", "Ada Vale", "Cassette Club", "Oskar Rhein",
]  # fmt: skip
GENRES = ["Rock", "Techno", "Hip-hop", "House", "Folk", "Jazz", "Metal", "Soul"]
LABELS = ["live", "loud", "warm", "master-ready", "female-vocals", "club"]


def fill_library(path: Path, count: int, folder: Path = Path("/music"), missing: int = 0) -> None:
    """Put references into a library as if they had been measured; files are made for all but the first `missing` when asked."""
    rng = np.random.default_rng(1)
    Library(path).close()
    base = summarise(make_track())
    rows, summaries = [], []
    for number in range(count):
        title = f"{ADJECTIVES[rng.integers(16)]} {NOUNS[rng.integers(16)]}"
        tags = {"title": title, "artist": ARTISTS[rng.integers(10)], "genre": GENRES[rng.integers(8)], "album": f"Album {number // 12}"}
        labels = [str(label) for label in rng.choice(LABELS, rng.integers(0, 3), replace=False)]
        file = folder / f"{number:05d} {title}.wav"
        if number >= missing and folder.is_dir():
            file.touch()
        content = f"{number:064x}"
        rows.append(
            (
                str(file),
                title,
                content,
                -1 if number % 9 == 8 else 1,
                json.dumps(tags),
                "2026-01-01T00:00:00+00:00",
                json.dumps(labels),
                number,
            )
        )
        numbers = (base + rng.normal(0, 1.6, base.size)).astype("<f4")
        numbers[: len(SHOWN)] = rng.uniform(70, 176), rng.integers(24)
        summaries.append((content, "embedded", LAYOUT, numbers.tobytes()))
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO track_references (path, name, content_hash, liked, tags, added, labels, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.executemany("INSERT INTO summaries VALUES (?, ?, ?, ?)", summaries)
    connection.close()


def milliseconds(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> list[float]:
    found = []
    for _ in range(REPEATS):
        before()
        QApplication.processEvents()
        start = time.perf_counter()
        work()
        QApplication.processEvents()
        found.append(1000 * (time.perf_counter() - start))
    return found


def told(name: str, found: list[float], more: str = "") -> None:
    sys.stdout.write(f"{name:58s} median {statistics.median(found):7.2f} ms, largest {max(found):7.2f} ms{more}\n")


def wait_for(condition: Callable[[], bool], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if time.monotonic() > end:
            raise TimeoutError


def plain_filter(names: list[str], word: str) -> list[str]:
    return [name for name in names if word in name.lower()]


def search(window: MainWindow) -> None:
    panel, rows = window.references, window.session.reference_jobs.rows
    names = [row.searched.replace("\n", " ") for row in rows]
    for typed in ("n", "ni", "nig", "night dri", "beyond glass", "#warm techno", "cafe", "zzzz"):
        took = milliseconds(lambda typed=typed: panel.search.setText(typed), panel.search.clear)  # type: ignore[misc]
        plain = milliseconds(lambda typed=typed: plain_filter(names, typed))  # type: ignore[misc]
        ratio = statistics.median(took) / statistics.median(plain)
        told(f"search “{typed}”, {panel.list.model().rowCount()} found, painted", took, f", {ratio:.1f} times a plain filter")
    told("clear the search", milliseconds(panel.search.clear, lambda: panel.search.setText("zzzz")))


def everything_else(window: MainWindow) -> None:
    panel, jobs = window.references, window.session.reference_jobs
    listing = jobs.listing
    assert listing is not None
    for order in ("title", "loudness", "tempo", "closest"):
        told(f"order by {order}", milliseconds(lambda order=order: panel._want(order=order), lambda: panel._want(order="own")))  # type: ignore[misc]
    panel._want(order="own")
    told("show a new listing of the same references", milliseconds(panel.refresh))
    told("select all", milliseconds(panel.list.selectAll, panel.list.clearSelection))
    panel.list.clearSelection()
    bar = panel.list.verticalScrollBar()
    steps = iter(range(1, 10_000))
    found = milliseconds(lambda: bar.setValue(37 * next(steps)))
    told("scroll by less than a row and paint", found, f"; a frame is {FRAME_MS:.1f} ms")
    told("scroll by a page and paint", milliseconds(lambda: bar.setValue(bar.value() + panel.list.viewport().height())))
    told("jump to a random place and paint", milliseconds(lambda: bar.setValue((104_729 * next(steps)) % max(bar.maximum(), 1))))
    track, profile = make_track(), make_profile()
    told("closeness of all (in a worker)", milliseconds(lambda: closeness(track, profile, listing.numbers)))


def main() -> None:
    app: Any = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        for name in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"MIXASSISTANT_{name}"] = folder
        music, file = Path(folder) / "music", Path(folder) / "library.sqlite3"
        music.mkdir()
        fill_library(file, COUNT, music)
        with Library(file) as library:
            told(f"read {COUNT} references (in a worker)", milliseconds(lambda: read_listing(library)))
            tracemalloc.start()
            kept = read_listing(library)
            size, _peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            sys.stdout.write(f"a listing of {len(kept.rows)} holds {size / 1e6:.1f} MB, {size / len(kept.rows):.0f} bytes a reference\n")
            del kept
        window = make_window(Core(file))
        window.resize(1440, 900)
        window.show()
        window.session.reference_jobs.list()
        wait_for(lambda: len(window.session.reference_jobs.references) == COUNT)
        window.session.reference_jobs.closeness = np.linspace(0, 1, COUNT)
        window.references.refresh()
        search(window)
        everything_else(window)
        window.close()
        window.session.wait()
    assert app is not None


if __name__ == "__main__":
    main()
