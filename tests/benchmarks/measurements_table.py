"""How long the table of all measurements takes for a song of forty stems: ``python tests/benchmarks/measurements_table.py``.

Everything here runs on the window's thread. A person waits for the first line once per analysis; for the others at every key or click.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent))

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sample_documents import make_profile, make_suggestions, make_verification
from window_driver import make_full_track

from mixassistant.analysis import Analysis, Request
from mixassistant.gui.background.result import Result
from mixassistant.gui.measurements.rows import rows_of
from mixassistant.gui.measurements.view import MeasurementsView

STEMS = 40
REPEATS = 7


def timed(name: str, work: Callable[[], object], before: Callable[[], object] = lambda: None) -> None:
    found = []
    for _ in range(REPEATS):
        before()
        QApplication.processEvents()
        start = time.perf_counter()
        work()
        QApplication.processEvents()
        found.append(1000 * (time.perf_counter() - start))
    sys.stdout.write(f"{name:44s} median {statistics.median(found):6.1f} ms, largest {max(found):6.1f} ms\n")


def main() -> None:
    app = QApplication.instance() or QApplication([])
    track = make_full_track(STEMS)
    song = None
    analysis = Analysis(
        Request(Path("song")), song, track, make_profile(), make_suggestions(), make_verification(), (), "", {}  # type: ignore[arg-type]
    )  # fmt: skip
    result = Result(analysis, {}, {})
    view = MeasurementsView()
    view.resize(1100, 500)
    view.show()
    timed(f"rows of {STEMS} stems", lambda: rows_of(result))
    timed("show an analysis", lambda: view.show_result(result))
    sys.stdout.write(f"{view.model.total} rows\n")
    for words in ("loudness", "315 hz", "tilt track", "zzz"):
        timed(f"search “{words}”", lambda words=words: view.search.setText(words), view.search.clear)  # type: ignore[misc]
    timed("clear the search", view.search.clear, lambda: view.search.setText("zzz"))
    for column in range(7):
        timed(f"sort by column {column}", lambda c=column: view.tree.sortByColumn(c, Qt.SortOrder.DescendingOrder),  # type: ignore[misc]
              lambda: view.tree.sortByColumn(-1, Qt.SortOrder.AscendingOrder))  # fmt: skip
    timed("open a list", lambda: view.tree.setExpanded(view.model.index(3, 0), True), view.tree.collapseAll)
    timed("scroll a page", lambda: view.tree.verticalScrollBar().setValue(view.tree.verticalScrollBar().value() + 20))
    timed("copy all", view.tree.copy_all)
    assert app is not None


if __name__ == "__main__":
    main()
