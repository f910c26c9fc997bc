"""What was open when the program was killed: noted while a window is open, and offered at the next start (`notes` has the files)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.session.notes import Leftovers, Note, NoteFile, find_leftovers
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress


class Recovery(QObject):
    """Notes what a session has open, and offers again what an earlier one had when it was killed.

    `found` brings the question (once, after `look`): answer it with `accept` or `decline`. `withdrawn` brings it when what it asks about
    was opened otherwise. `requeued` brings what waited, and whether
    the first of it that is done is shown; `resumed` a project file and the mix of it that is opened again.
    """

    found = Signal(str)
    withdrawn = Signal(str)
    requeued = Signal(object, bool)
    resumed = Signal(object, object)

    def __init__(self, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._services = state, services
        self._file = NoteFile()
        self._waiting: tuple[Path, ...] = ()
        self._project: Path | None = None
        self._noted = Note()
        self._left = Leftovers()
        self._is_closed = False
        state.opening.connect(self._note)
        state.analysed.connect(self._note)

    # What is open

    def note_waiting(self, paths: Sequence[Path]) -> None:
        """Note what waits in the queue now."""
        self._waiting = tuple(path.absolute() for path in paths)
        self._note()

    def note_project(self, path: Path | None) -> None:
        """Note the project file of the mix that is shown."""
        self._project = None if path is None else path.absolute()
        self._note()

    def _shown(self) -> OpenMix | None:
        state = self._state
        if state.result is None or state.source is None:
            return None
        request = state.result.analysis.request
        if state.is_demo:
            return OpenMix(None, comparison=state.shown.comparison)
        return OpenMix(state.source, request.separator, request.replacements, state.shown.roles, stream=state.shown.stream)

    def _note(self, _opening: OpenMix | None = None) -> None:
        """Keep what is open now, where that has changed."""
        if self._is_closed:
            return
        mix = self._state.coming or self._shown()
        if mix is not None:
            self._withdraw(mix.absolute())
        note = Note(mix.absolute() if mix is not None else None, self._waiting, self._project if mix is not None else None)
        if note != self._noted:
            self._noted = note
            file = self._file  # no object of Qt goes into the keeper's thread
            self._services.keep(_("Saving"), partial(_write, file, note))

    def _withdraw(self, mix: OpenMix) -> None:
        """Ask no more whether a mix is to be opened again that its user has opened meanwhile."""
        left = self._left
        if left.note.mix is not None and mix.path is not None and left.note.mix.path == mix.path and not left.note.queue:
            self.decline()
            self.withdrawn.emit(left.question)

    def close(self) -> None:
        """Take the note away: the session ends as it should. What was offered and not answered goes too."""
        if not self._is_closed:
            self._is_closed = True
            self._services.keep(_("Saving"), partial(_end, self._file, self._left))

    # What was open

    def look(self) -> None:
        """Look for what an earlier session left."""
        self._services.keep(_("Looking for the last session"), lambda progress: find_leftovers(), self._on_leftovers)

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
        note, services = self._left.note, self._services
        if note.mix is not None:
            if note.mix.path is None:
                services.open_demo(note.mix.comparison)
            else:
                if note.project is not None:
                    self.resumed.emit(note.project, note.mix.path)
                services.open_mix(note.mix.path, note.mix.separator, note.mix.replacements, note.mix.roles, stream=note.mix.stream)
        if note.queue:  # the mix that was on the screen comes back to it, not the first of the queue that is done
            self.requeued.emit(note.queue, note.mix is None)
        self.decline()

    def decline(self) -> None:
        """Forget what was left."""
        left, self._left = self._left, Leftovers()
        if left.held:
            self._services.keep(_("Saving"), partial(_forget, left))


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
