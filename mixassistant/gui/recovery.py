"""What was open when the program was killed: noted in a small file while a window is open, and offered at the next start.

Each window has a note of its own in the data folder's ``sessions``, beside a lock that names its process (QLockFile: its id and name,
and the boot of the machine). A note without a living process is what a crash left behind; a window that is closed takes its note away.
Notes are read and written by the session's keeper, never by the window's thread.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject, Signal

from mixassistant import paths
from mixassistant.audio.write import write_bytes
from mixassistant.errors import OutputError
from mixassistant.i18n import _
from mixassistant.stems.stem import ROLES

if TYPE_CHECKING:
    from mixassistant.gui.session import Session
    from mixassistant.progress import Progress

VERSION = 1  # of the note's layout
NAMES = "[0-9]*.json"  # of notes, and of none that is being written
MAX_BYTES = 1 << 20  # of a note: thousands of queued mixes
_log = logging.getLogger(__name__)

Keep = Callable[[str, Callable[["Progress"], Any], Callable[[Any], None] | None], None]


@dataclass(frozen=True)
class OpenMix:
    """A mix as it was opened; no path: the demo song. An empty separator is the one of the settings; `roles` are the user's, by stem."""

    path: Path | None
    separator: str = ""
    replacements: tuple[tuple[Any, Path], ...] = ()
    roles: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What a person calls it."""
        return _("Demo song") if self.path is None else self.path.name

    def absolute(self) -> OpenMix:
        """Return it with paths that mean the same in every folder."""
        own = tuple((role, path.absolute()) for role, path in self.replacements)
        return OpenMix(self.path.absolute() if self.path is not None else None, self.separator, own, self.roles)


@dataclass(frozen=True)
class Note:
    """What a window has open: its mix, and the mixes of the queue that are not done."""

    mix: OpenMix | None = None
    queue: tuple[Path, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        made: dict[str, Any] = {"version": VERSION, "mix": None, "queue": [str(path) for path in self.queue]}
        if self.mix is not None:
            own = [[role, str(path)] for role, path in self.mix.replacements]
            path = None if self.mix.path is None else str(self.mix.path)
            made["mix"] = {"path": path, "separator": self.mix.separator, "replacements": own, "roles": dict(self.mix.roles)}
        return made

    @classmethod
    def of_document(cls, found: Any) -> Note:
        """Return the note that a document holds.

        Raises
        ------
        ValueError
            It is none, or a later version's.
        """
        if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("queue"), list):
            raise ValueError("not a note of this version")
        mix = found.get("mix")
        return cls(None if mix is None else _mix_of(mix), tuple(_path_of(entry) for entry in found["queue"]))


def _mix_of(found: Any) -> OpenMix:
    if not isinstance(found, dict) or not isinstance(found.get("separator"), str) or not isinstance(found.get("replacements"), list):
        raise ValueError("not a mix")
    own = []
    for entry in found["replacements"]:
        if not isinstance(entry, list) or len(entry) != 2 or entry[0] not in ROLES:
            raise ValueError("not a replacement")
        own.append((entry[0], _path_of(entry[1])))
    roles = found.get("roles", {})  # which notes of earlier lack
    if not isinstance(roles, dict) or not all(role in ROLES for role in roles.values()):
        raise ValueError("not roles")
    return OpenMix(None if found.get("path") is None else _path_of(found["path"]), found["separator"], tuple(own), roles)


def _path_of(found: Any) -> Path:
    if not isinstance(found, str) or not found or "\0" in found:
        raise ValueError("not a path")
    return Path(found)


def folder() -> Path:
    """Return where the notes are."""
    return paths.data_folder() / "sessions"


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # a window may be open for weeks: only the end of its process makes its lock stale
    return lock


class NoteFile:
    """The note of one window, for the keeper's thread alone."""

    def __init__(self) -> None:
        self.path = folder() / f"{os.getpid()}-{secrets.token_hex(4)}.json"
        self._lock: QLockFile | None = None

    def write(self, note: Note) -> None:
        """Write the note; that it could not be written costs the offer only, so nobody is told."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._lock is None:
                lock = _lock_of(self.path)
                if not lock.tryLock(0):  # without a lock another window would take this one for dead
                    _log.warning("The session cannot be noted: “%s” cannot be locked.", self.path)
                    return
                self._lock = lock
            write_bytes(self.path, (json.dumps(note.document(), indent=1) + "\n").encode())
        except (OSError, OutputError) as error:
            _log.warning("The session cannot be noted: %s", error)

    def remove(self) -> None:
        """Take the note away, and then its lock."""
        _remove(self.path)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("The note of a session cannot be removed: %s", error)


@dataclass
class Leftovers:
    """What sessions without an end left behind, newest first; their locks are held, so that no other window offers it too."""

    note: Note = field(default_factory=Note)
    held: list[tuple[Path, QLockFile]] = field(default_factory=list)

    @property
    def question(self) -> str:
        """What the user is asked; empty: nothing was left."""
        count = len(self.note.queue)
        if self.note.mix is None:
            ask = {0: "", 1: _("Analyse the mix that waited in the queue?")}.get(
                count, _("Analyse the {count} mixes that waited in the queue?")
            )
        else:
            more = {0: "", 1: _(", and the mix that waited in the queue")}.get(count, _(", and the {count} mixes that waited in the queue"))
            ask = _("Open “{name}” again") + more + "?"
            ask = ask.replace("{name}", self.note.mix.name)
        return _("Mix Assistant did not end as it should.") + " " + ask.replace("{count}", str(count)) if ask else ""

    def forget(self) -> None:
        """Take the notes away (in the keeper's thread)."""
        for path, lock in self.held:
            _remove(path)
            lock.unlock()
        self.held = []


def _read(path: Path) -> Note | None:
    """Return the note in a file; one that is damaged is logged, and None."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError("too large")
        return Note.of_document(json.loads(data))
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("What a session left in %s cannot be read and is ignored: %s", path, error)
        return None


def find_leftovers() -> Leftovers:
    """Return what sessions left whose process has gone.

    The newest one's mix is the one to open; the queues of all are put together, and the mixes of the older ones follow them.
    """
    found: list[tuple[float, Path, QLockFile, Note]] = []
    try:
        candidates = sorted(folder().glob(NAMES))
    except OSError as error:
        _log.warning("What sessions left behind cannot be listed: %s", error)
        return Leftovers()
    for path in candidates:
        lock = _lock_of(path)
        if not lock.tryLock(0):
            continue  # its window is open
        note = _read(path)
        if note is None:
            _remove(path)
            lock.unlock()
            continue
        try:
            written = path.stat().st_mtime
        except OSError:  # its window has just been closed
            lock.unlock()
            continue
        found.append((written, path, lock, note))
    found.sort(key=lambda entry: entry[0], reverse=True)
    notes = [note for _written, _path, _lock, note in found]
    mixes = [note.mix for note in notes if note.mix is not None]
    waited = [path for note in notes for path in note.queue] + [mix.path for mix in mixes[1:] if mix.path is not None]
    first = mixes[0] if mixes else None
    queue = tuple(path for path in dict.fromkeys(waited) if first is None or path != first.path)
    return Leftovers(Note(first, queue), [(path, lock) for _written, path, lock, _note in found])


class Recovery(QObject):
    """Notes what a session has open, and offers again what an earlier one had when it was killed.

    `found` brings the question (once, after `look`): answer it with `accept` or `decline`.

    Parameters
    ----------
    session : Session
    keep : callable
        Has something short done beside the work, in order: (name, work, what takes the result).
    """

    found = Signal(str)

    def __init__(self, session: Session, keep: Keep) -> None:
        super().__init__(session)
        self._session, self._keep = session, keep
        self._file = NoteFile()
        self._opening: OpenMix | None = None
        self._noted = Note()
        self._left = Leftovers()
        self._is_closed = False
        session.opening.connect(self._on_opening)
        session.analysed.connect(self._note)
        session.queue.changed.connect(self._note)

    # What is open

    def _on_opening(self, mix: OpenMix | None) -> None:
        """Note a mix that is on its way, or that none is any more."""
        self._opening = mix
        self._note()

    def _shown(self) -> OpenMix | None:
        session = self._session
        if session.result is None or session.source is None:
            return None
        request = session.result.analysis.request
        return OpenMix(None) if session.is_demo else OpenMix(session.source, request.separator, request.replacements, session.shown.roles)

    def _note(self) -> None:
        """Keep what is open now, where that has changed."""
        if self._is_closed:
            return
        mix = self._opening or self._shown()
        waits = tuple(entry.path.absolute() for entry in self._session.queue.entries if not entry.is_finished)
        note = Note(mix.absolute() if mix is not None else None, waits)
        if note != self._noted:
            self._noted = note
            file = self._file  # no object of Qt goes into the keeper's thread
            self._keep(_("Saving"), partial(_write, file, note), None)

    def close(self) -> None:
        """Take the note away: the session ends as it should. What was offered and not answered goes too."""
        if not self._is_closed:
            self._is_closed = True
            self._keep(_("Saving"), partial(_end, self._file, self._left), None)

    # What was open

    def look(self) -> None:
        """Look for what an earlier session left."""
        self._keep(_("Looking for the last session"), lambda progress: find_leftovers(), self._on_leftovers)

    def _on_leftovers(self, left: Leftovers) -> None:
        if self._is_closed:
            return
        self._left = left
        if left.question:
            self.found.emit(left.question)
        else:
            self.decline()

    def accept(self) -> None:
        """Open what was open, and queue what waited; its decisions and their amounts are in the library."""
        note, session = self._left.note, self._session
        if note.mix is not None:
            if note.mix.path is None:
                session.open_demo()
            else:
                session.open_mix(note.mix.path, note.mix.separator, note.mix.replacements, note.mix.roles)
        if note.queue:  # the mix that was on the screen comes back to it, not the first of the queue that is done
            session.folders.queue(note.queue, shows_first=note.mix is None)
        self.decline()

    def decline(self) -> None:
        """Forget what was left."""
        left, self._left = self._left, Leftovers()
        if left.held:
            self._keep(_("Saving"), partial(_forget, left), None)


def _write(file: NoteFile, note: Note, progress: Progress) -> None:
    if note == Note():
        file.remove()
    else:
        file.write(note)


def _forget(left: Leftovers, progress: Progress) -> None:
    left.forget()


def _end(file: NoteFile, left: Leftovers, progress: Progress) -> None:
    file.remove()
    left.forget()
