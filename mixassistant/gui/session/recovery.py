"""What was open when the program was killed: noted while a window is open, and offered at the next start (`notes` has the files)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.session.notes import Leftovers, Note, NoteFile, find_leftovers
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.progress import Progress

Keep = Callable[[str, Callable[["Progress"], Any], Callable[[Any], None] | None], None]


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
