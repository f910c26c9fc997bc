"""Progress and cancelling, as one callable.

The core calls ``progress(stage, fraction)`` at least every 200 ms of work. The callable may raise
`mixassistant.errors.Cancelled`, which ends the work. The core itself never prints.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str, float], None]
"""``progress(stage, fraction)``: a whole phrase for people ("Measuring drums") and a fraction from 0 to 1."""


def silent(stage: str, fraction: float) -> None:
    """Ignore progress and never cancel."""


def part(progress: Progress, start: float, end: float, stage: str = "") -> Progress:
    """Map the progress of a part of the work onto ``start…end`` of the whole.

    Parameters
    ----------
    progress : Progress
        Progress of the whole.
    start, end : float
        Where the part lies in the whole, 0 to 1.
    stage : str
        When given, replaces the stage that the part names.
    """

    def report(name: str, fraction: float) -> None:
        progress(stage or name, start + (end - start) * min(max(fraction, 0.0), 1.0))

    return report


class Laps:
    """How long each stage of some work took, in seconds of wall time, in `timings`."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}
        self._begun = time.perf_counter()

    def end(self, stage: str) -> None:
        """Note that a stage has ended; the next begins."""
        now = time.perf_counter()
        self.timings[stage] = round(now - self._begun, 2)
        self._begun = now
