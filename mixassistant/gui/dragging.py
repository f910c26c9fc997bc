"""Files that leave the window: the report and the stems, dragged into a DAW or a folder, or copied to the clipboard.

A drag can only carry a file that is there, and the window must not wait for one: pressing the button begins to make it, in a worker,
in the cache; the drag carries it as soon as it is there.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from mixassistant import paths
from mixassistant.errors import OutputError
from mixassistant.gui.drops import OWN_FILE
from mixassistant.gui.worker import Failed, Job, Progressed, Report, Succeeded, Worker
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Suggestion
    from mixassistant.audio.audio import Audio
    from mixassistant.gui.session import Session
    from mixassistant.progress import Progress
    from mixassistant.stems.stem import Song, Stem

KEPT_BYTES = 4_000_000_000  # of files made for dragging: a program may still read them from here, so the newest stay for long
LONGEST = 120  # characters of a file's name
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in a name on one of the systems


def folder() -> Path:
    """Return where files are made for dragging."""
    return paths.cache_folder() / "drag"


def file_name(name: str, suffix: str) -> str:
    """Return a name that every system takes as a plain file's."""
    plain = _FORBIDDEN.sub("-", name)[:LONGEST].strip(" .")
    return (plain or _("Stem")) + suffix


@dataclass(frozen=True, eq=False)
class Item:
    """A file that can be dragged: where it will be, and how to make it there (in a worker)."""

    path: Path
    make: Callable[[Path, Progress], None]


def _item(name: str, suffix: str, identity: tuple[Any, ...], make: Callable[[Path, Progress], None]) -> Item:
    """Return an item in a folder of its own, the same for the same `identity`."""
    key = hashlib.sha256(repr(identity).encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return Item(folder() / key / file_name(name, suffix), make)


def report_item(session: Session) -> Item | None:
    """Return the report on the mix that is shown."""
    if session.result is None:
        return None
    analysis, core = session.result.analysis, session.core
    identity = ("report", analysis.track.content_hash, analysis.created)

    def make(path: Path, progress: Progress) -> None:
        progress(_("Writing the report"), 0.1)
        core.export(analysis.document(), path)

    return _item(_("{name} report").format(name=analysis.track.name), ".html", identity, make)


def stem_item(session: Session, name: str, suffix: str, subtype: str, is_moved: bool) -> Item | None:
    """Return a stem of the mix that is shown as a file, as it is or with the moves that were accepted for it."""
    if session.result is None:
        return None
    analysis, core = session.result.analysis, session.core
    song = analysis.song
    stem = next((s for s in song.stems if s.name == name), None)
    if stem is None:
        return None
    accepted = tuple((s, session.amounts.get(s.id, 1.0)) for s in analysis.suggestions if session.decisions.get(s.id)) if is_moved else ()
    chosen = tuple((s.id, amount) for s, amount in accepted)
    identity = ("stem", analysis.track.content_hash, analysis.created, name, suffix, subtype, is_moved, chosen)

    def make(path: Path, progress: Progress) -> None:
        written = replace(stem, audio=with_moves(song, stem, accepted)) if accepted else stem
        core.export_stems(replace(song, stems=(written,)), {name: path}, subtype, progress)

    return _item(_("{name} with moves").format(name=name) if is_moved else name, suffix, identity, make)


def with_moves(song: Song, stem: Stem, accepted: tuple[tuple[Suggestion, float], ...]) -> Audio:
    """Return a stem after its own accepted moves, each at its amount.

    What is done to the bus of several stems, or to the mix, is for the bus and the mix: it is left out.
    """
    from mixassistant.advice.audition import scaled
    from mixassistant.advice.rendering import chains
    from mixassistant.processing.chain import render
    from mixassistant.processing.moves import Chain

    is_alone = sum(other.role == stem.role for other in song.stems) == 1
    amounted = []
    for suggestion, amount in accepted:
        chain = scaled(suggestion, amount)
        width = chain.width[0] if chain.width else None
        amounted.append(replace(suggestion, bands=chain.bands, compression=chain.compression, gain_db=chain.gain_db, width=width))
    moves = chains(amounted)
    return render(stem.audio, moves.get(stem.role if is_alone else f"{stem.role}/{stem.name}", Chain()))


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
    _make_room(item.path.parent)
    item.make(item.path, progress)


def _make_room(kept: Path) -> None:
    """Delete the oldest files that were made for dragging, where they have become too many."""
    found: list[tuple[float, int, Path]] = []
    for entry in folder().iterdir():
        if entry.is_dir() and not entry.is_symlink() and entry != kept:
            try:
                found.append((entry.stat().st_mtime, sum(file.stat().st_size for file in entry.iterdir()), entry))
            except OSError:
                continue  # gone meanwhile
    held = 0
    for _made, size, entry in sorted(found, reverse=True):
        held += size
        if held > KEPT_BYTES:
            shutil.rmtree(entry, ignore_errors=True)


class DragSource(QObject):
    """Lets a file be dragged from a widget, and copied with the keyboard while the focus is in it.

    Parameters
    ----------
    widget : QWidget
        Of a button, a click copies the file too.
    item : callable
        Returns the file; None: there is none now.
    files : DragFiles
    """

    def __init__(self, widget: QWidget, item: Callable[[], Item | None], files: DragFiles) -> None:
        super().__init__(widget)
        self._widget, self._item, self._files = widget, item, files
        self._pressed: QPoint | None = None
        self._pressed_item: Item | None = None
        self._is_late = False  # the file was not there when the pointer moved, and that was told
        widget.installEventFilter(self)
        widget.setCursor(Qt.CursorShape.OpenHandCursor)
        shortcut = QShortcut(QKeySequence("Ctrl+C"), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._copy)
        if isinstance(widget, QAbstractButton):
            widget.clicked.connect(self._copy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer from the press on."""
        if not isinstance(event, QMouseEvent) or watched is not self._widget or not self._widget.isEnabled():
            return False
        is_button = isinstance(self._widget, QAbstractButton)
        if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            return self._press(event.position().toPoint()) and not is_button  # a button still goes down
        if event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            return self._move(event.position().toPoint()) or not is_button
        if event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            if self._is_late:  # it was a drag, not a click
                self._is_late = False
                self._lift()
                return True
        return False

    def _press(self, place: QPoint) -> bool:
        item = self._item()
        self._pressed, self._pressed_item, self._is_late = (place if item is not None else None), item, False
        if item is None:
            return False
        self._files.prepare(item)
        return True

    def _move(self, place: QPoint) -> bool:
        """Begin the drag when the pointer has gone far enough; return whether it has."""
        item, start = self._pressed_item, self._pressed
        if item is None or start is None or (place - start).manhattanLength() < QApplication.startDragDistance():
            return False
        if self._files.is_there(item):
            self._pressed, self._is_late = None, False
            self._lift()
            self._files.pulled.emit(item.path)
        elif not self._is_late:
            self._is_late = True
            files, name = self._files, item.path.name
            files.tell(_("“{name}” is being written: drag it again in a moment").format(name=name), False)
            ready = _("“{name}” is ready to be dragged").format(name=name)
            files.prepare(item, lambda: files.tell(ready, False))
        return True

    def _lift(self) -> None:
        if isinstance(self._widget, QAbstractButton):
            self._widget.setDown(False)

    def _copy(self) -> None:
        item = self._item()
        if item is not None and self._widget.isEnabled():
            self._files.copy(item)


class ReportHandle(QPushButton):
    """The report as a file, dragged from this button or from the title of the mix; a click copies it."""

    def __init__(self, session: Session, title: QLabel) -> None:
        super().__init__(_("Report"))
        self.setToolTip(
            _("Drag the report from here or from the title into a folder or another program; a click or Ctrl+C copies it as a file")
        )
        self.setAccessibleName(_("Report as a file: drag or copy"))
        self.setEnabled(False)
        files = session.drag_files

        def item() -> Item | None:
            return report_item(session) if self.isEnabled() else None

        self.sources = (DragSource(self, item, files), DragSource(title, item, files))
