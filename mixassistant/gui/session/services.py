"""What a session lends its helpers: they know this, the state, and neither each other nor their owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from mixassistant.demo.folder import Comparison
    from mixassistant.gui.background.worker import Job, Progressed, Report
    from mixassistant.profiles.stage import Stage
    from mixassistant.progress import Progress

Then = Callable[[Any], None]
OWN_STREAM = -1  # of a mix: what its file itself says, whatever was chosen before


class Do(Protocol):
    """Have a job done that can be cancelled: `then` gets its result, `ended` its last report however it ends, `on_way` its progress."""

    def __call__(
        self,
        job: Job,
        then: Then | None = None,
        ended: Callable[[Report], None] | None = None,
        on_way: Callable[[Progressed], None] | None = None,
    ) -> None: ...


class Keep(Protocol):
    """Have something short done beside the work, in order; it is never cancelled."""

    def __call__(self, name: str, work: Callable[[Progress], Any], then: Then | None = None) -> None: ...


class Read(Protocol):
    """Have something read beside the work and what is kept; what is read anew in a lane supersedes what was asked before."""

    def __call__(self, name: str, work: Callable[[Progress], Any], then: Then, lane: str = "") -> None: ...


class OpenOne(Protocol):
    """Analyse a mix: separator, files in place of stems, roles, stage, roles that it lacks, stream, sections (None: as chosen before)."""

    def __call__(
        self,
        path: Path,
        separator: str = "",
        replacements: tuple[tuple[Any, Path], ...] = (),
        roles: Mapping[str, Any] | None = None,
        stage: Stage | None = None,
        absent: tuple[Any, ...] | None = None,
        stream: int | None = None,
        sections: tuple[Any, ...] | None = None,
    ) -> None: ...


class OpenDemo(Protocol):
    """Make the demo song and analyse it, by what it is compared with and at a stage (None: the rough mix that it is)."""

    def __call__(self, comparison: Comparison = "others", stage: Stage | None = None) -> None: ...


@dataclass(frozen=True)
class Services:
    """What may be asked of a session.

    Parameters
    ----------
    do, keep, read : callable
        Have work done; see `Do`, `Keep` and `Read`.
    tell : callable
        Show a message: (text, whether it is an error).
    change : callable
        Change settings, by name, and keep them.
    open_mix, open_mixes, open_stems, open_demo : callable
        Open one mix; what was dropped together; a folder that is called the stems of one song; the demo song, by what it is compared with.
    compare_again : callable
        Analyse what is open against the references as they are now.
    analysis_of : callable
        Return the work of analysing a song of the queue.
    """

    do: Do
    keep: Keep
    read: Read
    tell: Callable[[str, bool], None]
    change: Callable[..., None]
    open_mix: OpenOne
    open_mixes: Callable[[Sequence[Path]], None]
    open_stems: Callable[[Path], None]
    open_demo: OpenDemo
    compare_again: Callable[[], None]
    analysis_of: Callable[[Path], Callable[[Progress], Any]]
