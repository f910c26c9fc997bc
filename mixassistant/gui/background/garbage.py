"""Python's cyclic garbage collection, kept to the thread of the window.

The collector runs in whichever thread allocates when its time has come. What it finds may be a closed dialog that its own
callbacks kept alive: an object of Qt, which must die in the thread that it lives in, or the process ends in a segmentation fault.

Looking through everything takes as long as there is of it: 0.2 s when torch and its like are loaded, which stay for good. So whatever is
there when a library has just been loaded is not looked at again (`gc.freeze`); what goes out of use is freed all the same, but for
cycles of that moment.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 100  # between looks at the collector's counters: a few thousand objects of rubbish, never a heap of it
MANY = 20  # modules: so many more than before are a library


class GarbageCollection(QObject):
    """Collects in the thread that it is made in, and stops every other thread from doing so, until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._modules = len(sys.modules)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start(INTERVAL_MS)

    def collect_due(self) -> None:
        """Collect the oldest generation whose threshold (`gc.get_threshold`) has been passed: the younger ones go with it."""
        if len(sys.modules) - self._modules >= MANY:
            self._modules = len(sys.modules)
            gc.freeze()
            return
        due = [age for age, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if 0 < limit < count]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        """Leave the collector as Python has it."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
