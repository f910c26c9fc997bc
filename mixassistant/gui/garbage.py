"""Python's cyclic garbage collection, kept to the thread of the window.

The collector runs in whichever thread allocates when its time has come. What it finds may be a closed dialog that its own
callbacks kept alive: an object of Qt, which must die in the thread that it lives in, or the process ends in a segmentation fault.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500  # between looks at the collector's counters: a few thousand objects of rubbish, never a heap of it


class GarbageCollection(QObject):
    """Collects in the thread that it is made in, and stops every other thread from doing so, until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start(INTERVAL_MS)

    def collect_due(self) -> None:
        """Collect the oldest generation whose threshold (`gc.get_threshold`) has been passed: the younger ones go with it."""
        due = [age for age, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if 0 < limit < count]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        """Leave the collector as Python has it."""
        self._timer.stop()
        gc.enable()
