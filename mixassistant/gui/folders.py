"""Folders that are no single mix: whole songs go into the queue; where they may be the stems of one song, the user is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.queue import Do
from mixassistant.gui.worker import Job
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.core import Core
    from mixassistant.stems.drop import Folder


@dataclass(frozen=True)
class Hands:
    """What a session lends: `do` for the work, `queue` for mixes, `open` for a folder of stems, and `tell`."""

    do: Do
    queue: Callable[[Sequence[Path]], None]
    open: Callable[[Path], None]
    tell: Callable[[str, bool], None]


class Folders(QObject):
    """Sorts out what a folder of several songs is.

    Signals: `asked` (a question, what takes the songs, what takes the stems).
    """

    asked = Signal(str, object, object)

    def __init__(self, core: Core, hands: Hands, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._hands = core, hands
        self.meant: set[Path] = set()  # folders that were opened as stems: there is no need to ask
        self._stems: dict[Path, Mapping[str, Any]] = {}  # folders that the user has called stems, and the roles that say so

    def roles(self, path: Path) -> Mapping[str, Any]:
        """Return what makes a folder the stems of one song, where the user has called it so."""
        return self._stems.get(path, {})

    def sort_out(self, path: Path) -> None:
        """Queue the songs of a folder, or ask what they are."""
        job = Job(_("Looking at {name}").format(name=path.name), lambda progress: self._core.look_into(path))
        self._hands.do(job, partial(self._found, path), None)

    def _found(self, path: Path, folder: Folder) -> None:
        if folder.roles and path in self.meant:
            self._take_stems(path, folder)
        elif folder.roles:
            ask = _("Are the {count} files in “{name}” whole songs, or the stems of one song?")
            text = ask.format(count=len(folder.songs), name=path.name)
            self.asked.emit(text, partial(self._hands.queue, folder.songs), partial(self._take_stems, path, folder))
        elif len(folder.songs) == 1:
            self._hands.open(folder.songs[0])
        else:
            told = _("“{name}” holds {count} whole songs: they are analysed one after another")
            self._hands.tell(told.format(name=path.name, count=len(folder.songs)), False)
            self._hands.queue(folder.songs)

    def _take_stems(self, path: Path, folder: Folder) -> None:
        self._stems[path] = folder.roles
        self._hands.open(path)
