"""A mix on its way to the screen: its waveform comes before its analysis."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.worker import Job, Worker
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.progress import Progress

FIRST_LOOK_S = 1.5  # that an analysis waits for the waveform at most


@dataclass(eq=False)
class Opening:
    """A mix on its way to the screen by a job. Whether its waveform is there already; `first_look`: that, or never."""

    mix: OpenMix
    job: Job
    is_previewed: bool = False
    first_look: Event = field(default_factory=Event)


def after_first_look(opening: Opening, work: Callable[[Progress], Any], progress: Progress) -> Any:
    """Do the work as soon as there is a waveform to look at, or soon in any case: its heavy libraries would slow that down."""
    end = time.monotonic() + FIRST_LOOK_S
    while not opening.first_look.wait(0.05) and time.monotonic() < end:
        progress(_("Drawing the waveform"), 0.0)
    return work(progress)


def sketch(core: Core, worker: Worker, opening: Opening, path: Path, progress: Progress) -> None:
    """Show waveforms while a file is read; an error is the analysis's to tell. No session here: it must not die in this thread."""
    try:
        for preview in core.previews(path, progress):
            worker.shown.emit((opening, preview))
            opening.first_look.set()
    finally:
        opening.first_look.set()
