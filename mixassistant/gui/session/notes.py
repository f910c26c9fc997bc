"""Notes of what windows have open: one small file a window, which a crash leaves behind.

Each window has a note of its own in the data folder's ``sessions``, beside a lock that names its process (QLockFile: its id and name,
and the boot of the machine). A note without a living process is what a crash left behind; a window that is closed takes its note away.
Notes are read and written by the session's keeper, never by the window's thread.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile

from mixassistant import paths
from mixassistant.audio.write import write_bytes
from mixassistant.bounded_json import read_json
from mixassistant.errors import OutputError
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.i18n import _
from mixassistant.names import readable
from mixassistant.stems.stem import ROLES

if TYPE_CHECKING:
    from mixassistant.demo.folder import Comparison

VERSION = 1  # of the note's layout
NAMES = "[0-9]*.json"  # of notes, and of none that is being written
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Note:
    """What a window has open: its mix, the mixes of the queue that are not done, and the project file of its mix."""

    mix: OpenMix | None = None
    queue: tuple[Path, ...] = ()
    project: Path | None = None

    def document(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        made: dict[str, Any] = {"version": VERSION, "mix": None, "queue": [str(path) for path in self.queue]}
        if self.mix is not None:
            own = [[role, str(path)] for role, path in self.mix.replacements]
            path = None if self.mix.path is None else str(self.mix.path)
            made["mix"] = {
                "path": path,
                "separator": self.mix.separator,
                "replacements": own,
                "roles": dict(self.mix.roles),
                "comparison": self.mix.comparison,
                "stream": self.mix.stream,
            }
        if self.project is not None:
            made["project"] = str(self.project)
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
        project = None if found.get("project") is None else _path_of(found["project"])
        return cls(None if mix is None else _mix_of(mix), tuple(_path_of(entry) for entry in found["queue"]), project)


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
    stream = found.get("stream")  # as are these
    if not (stream is None or (type(stream) is int and stream >= 0)):
        raise ValueError("not a stream")
    path = None if found.get("path") is None else _path_of(found["path"])
    comparison: Comparison = "earlier" if found.get("comparison") == "earlier" else "others"
    return OpenMix(path, found["separator"], tuple(own), roles, comparison=comparison, stream=stream)


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
            project = self.note.project
            ask = ask.replace("{name}", self.note.mix.name if project is None else readable(project.stem))
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
        return Note.of_document(read_json(path))
    except (OSError, ValueError) as error:
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
    project = next((note.project for note in notes if note.mix is not None), None)
    return Leftovers(Note(first, queue, project), [(path, lock) for _written, path, lock, _note in found])
