"""Files that leave the window: the report and the stems, dragged into a DAW or a folder, or copied to the clipboard.

A drag can only carry a file that is there, and the window must not wait for one: pressing the button begins to make it, in a worker,
in the cache; the drag carries it as soon as it is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication

from mixassistant import paths
from mixassistant.errors import OutputError
from mixassistant.gui.background.worker import Failed, Job, Progressed, Report, Succeeded, Worker
from mixassistant.i18n import _
from mixassistant.names import file_name
from mixassistant.stems.cache import MADE, make_room

if TYPE_CHECKING:
    from mixassistant.progress import Progress


def folder() -> Path:
    """Return where files are made for dragging."""
    return paths.cache_folder() / MADE


@dataclass(frozen=True, eq=False)
class Item:
    """A file that can be dragged: where it will be, and how to make it there (in a worker)."""

    path: Path
    make: Callable[[Path, Progress], None]


def cached_item(name: str, suffix: str, identity: tuple[Any, ...], make: Callable[[Path, Progress], None]) -> Item:
    """Return an item in a folder of its own, the same for the same `identity`."""
    key = hashlib.sha256(repr(identity).encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return Item(folder() / key / file_name(name, suffix, _("Stem")), make)


class DragFiles(QObject):
    """Makes the files, each once, in a thread of its own: a drag must not wait for an analysis.

    Parameters
    ----------
    tell : callable
        Shows a message: (text, whether it is an error).
    parent : QObject

    `pulled` with a path begins a drag of that file.
    """

    pulled = Signal(object)

    def __init__(self, tell: Callable[[str, bool], None], parent: QObject) -> None:
        super().__init__(parent)
        self.tell = tell
        # Not within the widget's own mouse event: a drag runs a loop of its own, in which an analysis may replace that widget.
        self.pulled.connect(self._drag, Qt.ConnectionType.QueuedConnection)
        self.worker = Worker()
        self.worker.reported.connect(self._on_report)
        self._waiting: dict[int, tuple[Path, list[Callable[[], None]]]] = {}

    def close(self) -> None:
        """Make no more files."""
        self.worker.cancel()
        self.worker.finish()

    def is_there(self, item: Item) -> bool:
        """Return whether a file has been made."""
        return item.path.is_file()

    def prepare(self, item: Item, then: Callable[[], None] | None = None) -> None:
        """Make a file where it is not there; `then` follows when it is, at once if it was."""
        if self.is_there(item):
            if then is not None:
                then()
            return
        waiting = next((calls for path, calls in self._waiting.values() if path == item.path), None)
        if waiting is None:
            job = self.worker.submit(Job(_("Writing {name}").format(name=item.path.name), partial(_make, item)))
            waiting = []
            self._waiting[job.ticket] = (item.path, waiting)
        if then is not None:
            waiting.append(then)

    def copy(self, item: Item) -> None:
        """Put a file on the clipboard, as soon as it is there."""
        if not self.is_there(item):
            self.tell(_("“{name}” is being written, and is copied then").format(name=item.path.name), False)
        self.prepare(item, partial(self._copy, item.path))

    def _copy(self, path: Path) -> None:
        made = as_mime(path)
        # Files, Nemo and Caja paste files only from this; a drag does without.
        made.setData("x-special/gnome-copied-files", b"copy\n" + made.urls()[0].toEncoded().data())
        QGuiApplication.clipboard().setMimeData(made)
        self.tell(_("“{name}” is on the clipboard as a file: paste it where you want it").format(name=path.name), False)

    def _drag(self, path: Path) -> None:
        drag = QDrag(self)
        drag.setMimeData(as_mime(path))
        drag.exec(Qt.DropAction.CopyAction)  # never a move: the file is the cache's

    def _on_report(self, report: Report) -> None:
        if isinstance(report, Progressed):
            return
        _path, waiting = self._waiting.pop(report.job.ticket)
        if isinstance(report, Succeeded):
            for then in waiting:
                then()
        elif isinstance(report, Failed):
            self.tell(str(report.error), True)


def as_mime(path: Path) -> QMimeData:
    """Return a file as drags and the clipboard carry it, marked as ours: our own window does not take it for a mix."""
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path))])
    made.setData(OWN_FILE, b"1")
    return made


def _make(item: Item, progress: Progress) -> None:
    try:
        item.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = f"cannot make the folder “{item.path.parent}”"
        raise OutputError("cache-folder", told, "free some space, or check its permissions") from error
    item.make(item.path, progress)
    make_room(paths.cache_folder(), item.path.parent)


OWN_FILE = "application/x-mixassistant-file"  # marks what is dragged out of our own window
