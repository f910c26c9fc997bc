"""Songs that are added as references one after another: which one it is, how far they are together, how long they still take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.i18n import _
from mixassistant.names import readable
from mixassistant.progress import TimeLeft

if TYPE_CHECKING:
    from mixassistant.progress import Progress

Song = tuple[Path, bool]  # and whether its files are called the stems of one song
Efforts = Callable[[Sequence[Song]], list[float]]


@dataclass
class Songs:
    """What is added together, in order. The window's thread adds to it; the worker's asks.

    Parameters
    ----------
    known : list of (Path, bool)
    time_left : TimeLeft
        Of all of them.
    """

    known: list[Song] = field(default_factory=list)
    time_left: TimeLeft = field(default_factory=TimeLeft)
    _seconds: list[float] = field(default_factory=list)

    def add(self, path: Path, are_stems: bool) -> int:
        """Take one more; return its number, from 0."""
        self.known.append((path, are_stems))
        return len(self.known) - 1

    def step(self, number: int, efforts: Efforts, progress: Progress) -> Progress:
        """Return the progress of one song, told as that of all of them; `efforts` returns the seconds that songs take."""
        progress(self._told(number, _("looking at it")), self._share(number, 0.0))
        self._look(efforts)

        def report(stage: str, fraction: float) -> None:
            self._look(efforts)
            progress(self._told(number, stage), self._share(number, fraction))

        return report

    def _look(self, efforts: Efforts) -> None:
        """Find out how long songs take that are new: some come while others are measured already."""
        if new := self.known[len(self._seconds) :]:
            self._seconds += efforts(new)

    def _told(self, number: int, stage: str) -> str:
        name = readable(self.known[number][0].name)
        if len(self.known) == 1:
            return _("Reference {name}: {stage}").format(name=name, stage=stage)
        return _("Reference {number} of {count}, {name}: {stage}").format(number=number + 1, count=len(self.known), name=name, stage=stage)

    def _share(self, number: int, fraction: float) -> float:
        """Return how far all are, when one is so far."""
        done = sum(self._seconds[:number]) + sum(self._seconds[number : number + 1]) * fraction
        return done / (sum(self._seconds) or 1.0)
