"""Progress and cancelling, as one callable.

The core calls ``progress(stage, fraction)`` at least every 200 ms of work. The callable may raise
`mixassistant.errors.Cancelled`, which ends the work. The core itself never prints.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


def shares(progress: Progress, weights: Sequence[float]) -> list[Progress]:
    """Split the progress of some work among its steps, in proportion to the time that each is expected to take."""
    total = sum(weights) or 1.0
    ends = [min(sum(weights[: index + 1]) / total, 1.0) for index in range(len(weights))]
    return [part(progress, start, end) for start, end in zip([0.0, *ends], ends, strict=False)]


class Tally:
    """How far some work is of which several pieces are done at once, by different threads.

    Parameters
    ----------
    weights : sequence of float
        What share of the time each piece is expected to take; in any unit.
    """

    def __init__(self, weights: Sequence[float]) -> None:
        self._weights = [*weights]
        self._done = [0.0] * len(self._weights)
        self._lock = threading.Lock()

    def put(self, index: int, fraction: float) -> None:
        """Note how far a piece is, 0 to 1; it never goes back."""
        with self._lock:
            self._done[index] = max(self._done[index], min(fraction, 1.0))

    @property
    def fraction(self) -> float:
        """How far all is, 0 to 1."""
        with self._lock:
            total = sum(self._weights)
            return sum(w * done for w, done in zip(self._weights, self._done, strict=True)) / total if total else 1.0


@dataclass(frozen=True)
class TimeLeftTuning:
    """When the pace of some work is known, and how fast that knowledge ages; judged by ``tests/benchmarks/time_left.py``.

    Parameters
    ----------
    least_s : float
        Seconds of work before which nothing is told.
    least_done : float
        Share of the work before which nothing is told.
    memory : float
        Share of the work after which what was seen of the pace counts 1/e: other programs come and go.
    leap : float
        What passes at so many times the usual pace was no work: it had been done before.
    least_leap : float
        Share of the work below which nothing is taken for a leap.
    """

    least_s: float = 3.0
    least_done: float = 0.05
    memory: float = 0.5
    leap: float = 8.0
    least_leap: float = 0.01


TIME_LEFT = TimeLeftTuning()


class TimeLeft:
    """How long some work will still take, told by its pace so far.

    Steps of the work are taken to last as long as their shares of it say. What is passed over, since it was done before, counts neither as
    time nor as work.
    """

    def __init__(self) -> None:
        self._last: tuple[float, float] | None = None  # when the fraction changed, and to what
        self._seconds = self._work = self._step = 0.0  # of the pace that is remembered, and the last change of the fraction
        self._seen_s = self._seen = 0.0

    def at(self, now_s: float, fraction: float) -> float | None:
        """Return the seconds that are left; None as long as nothing can be told.

        Parameters
        ----------
        now_s : float
            A clock that only goes forward, in seconds.
        fraction : float
            How far the work is, 0 to 1.
        """
        if self._last is None:
            self._last = now_s, fraction
        then, before = self._last
        waited, step = now_s - then, fraction - before
        if step < 0:  # there is more to do than was thought
            self._last, waited = (now_s, fraction), 0.0
        if step > 0 and waited > 0:
            self._last, waited = (now_s, fraction), 0.0
            if not self._is_leap(now_s - then, step):
                self._learn(now_s - then, step)
        if self._seen_s < TIME_LEFT.least_s or self._seen < TIME_LEFT.least_done:
            return None
        to_do = 1 - self._last[1]
        # Until the next change the clock runs down; where that takes longer than the last one did, the pace has slowed.
        return max(
            to_do * self._seconds / self._work - waited,
            (to_do - self._step) * (self._seconds + waited) / (self._work + self._step),
            0.0,
        )

    def _is_leap(self, seconds: float, step: float) -> bool:
        if step < TIME_LEFT.least_leap or not self._work:
            return False
        return step > TIME_LEFT.leap * seconds * self._work / self._seconds

    def _learn(self, seconds: float, step: float) -> None:
        kept = math.exp(-step / TIME_LEFT.memory)
        self._seconds, self._work, self._step = kept * self._seconds + seconds, kept * self._work + step, step
        self._seen_s, self._seen = self._seen_s + seconds, self._seen + step


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
