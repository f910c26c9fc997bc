"""Folders that are no single mix: whole songs go into the queue; where they may be the stems of one song, the user is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.audio.not_audio import is_playlist
from mixassistant.gui.background.worker import Job
from mixassistant.gui.session.offer import folder_names, folder_question
from mixassistant.gui.session.open_mix import Called
from mixassistant.gui.session.stopping import Halted
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress
    from mixassistant.stems.look import Look


def may_hold_several(path: Path) -> bool:
    """Tell whether there is a folder or a playlist at a path; what cannot be looked at is none, and opening it says why."""
    try:
        return path.is_dir() or is_playlist(path)
    except OSError:
        return False


class Folders(QObject):
    """Sorts out what a folder of several songs is, and remembers what the user has called it and its stems.

    Signals: `asked` (an `Offer` with the question) and `sorted_out` (mixes for the queue, and whether the first that is done is shown).
    """

    asked = Signal(object)
    sorted_out = Signal(object, bool)

    def __init__(self, core: Core, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._state, self._services = core, state, services
        self._called: dict[Path, Called] = {}  # folders that the user has called stems
        self._chosen: dict[Path, Mapping[str, Any]] = {}  # what the user has said that each stem is
        self._looked_at: list[tuple[tuple[Path, ...], bool]] = []  # drops of several, and whether the first that is done is shown

    def called(self, path: Path) -> Called:
        """Return what the user has called a folder."""
        return self._called.get(path, Called())

    def chosen(self, path: Path) -> Mapping[str, Any]:
        """Return what the user has said that the stems of a mix are, by name."""
        return self._chosen.get(path, {})

    def choose(self, path: Path, roles: Mapping[str, Any]) -> None:
        """Remember what the stems of a mix are, which makes a folder one of stems."""
        if roles:
            self._called.setdefault(path, Called(True))
        self._chosen[path] = roles

    def call_stems(self, path: Path, roles: Mapping[str, Any]) -> None:
        """Remember that a folder holds the stems of one song, and the roles that make it that."""
        self._called[path] = Called(True, roles)

    def forget(self, path: Path, are_stems: bool = False) -> None:
        """Forget what a folder was called: it is opened anew, by somebody who may call it stems at once.

        What each of its stems is stays said, unless it was asked whether they are any.
        """
        if self._called.pop(path, Called()).roles:
            self._chosen.pop(path, None)
        if are_stems:
            self._called[path] = Called(True)

    def sort_out(self, path: Path, found: Look, is_newest: bool) -> None:
        """Queue the songs of a folder that was opened, or ask what they are; `is_newest`: nothing was opened since."""
        if found.kind == "unsure":
            self._ask(path, found, path.name, partial(self._open_stems, path, found))
        elif len(found.songs) == 1:
            self._tell(*found.notes)
            if is_newest:
                self._services.open_mix(found.songs[0])
        else:
            told = _("“{name}” holds {count} whole songs: they are analysed one after another")
            self._tell(told.format(name=path.name, count=len(found.songs)), *found.notes)
            self.sorted_out.emit(found.songs, is_newest)

    def _tell(self, *sentences: str) -> None:
        """Tell what is done, and what was left out of a playlist."""
        if sentences:
            self._services.tell(". ".join(sentence.removesuffix(".") for sentence in sentences), False)

    def queue(self, paths: Sequence[Path], shows_first: bool = True) -> None:
        """Queue what was opened together: mixes, and the songs of folders; what a folder may be besides is asked."""
        if any(may_hold_several(path) for path in paths):
            job = Job(_("Looking at the folders"), partial(_look_at_all, self._core, tuple(paths)))
            drop = (tuple(paths), shows_first)
            self._looked_at.append(drop)
            then, ended = partial(self._on_looked, self._state.open_count, shows_first), partial(self._on_end, drop)
            self._services.do(job, then, ended)
        else:
            self.sorted_out.emit(paths, shows_first)

    def _on_end(self, drop: tuple[tuple[Path, ...], bool], _report: object) -> None:
        self._looked_at.remove(drop)

    def halted(self) -> list[Halted]:
        """Return what is only looked at as yet."""
        told = _("the look at {count} folders and mixes")
        return [Halted(told.format(count=len(drop[0])), partial(self.queue, *drop)) for drop in self._looked_at]

    def _on_looked(self, open_count: int, shows_first: bool, looked: Sequence[tuple[Path, Look]]) -> None:
        self._tell(*(note for _path, found in looked for note in found.notes))
        sure = [song for _path, found in looked if found.kind != "unsure" for song in found.songs]
        # What comes late does not take the place of what was opened since.
        self.sorted_out.emit(sure, shows_first and open_count == self._state.open_count)
        unsure = [(path, found) for path, found in looked if found.kind == "unsure"]
        names = folder_names([path for path, _found in unsure])
        for path, found in unsure:
            self._ask(path, found, names[path], partial(self._queue_stems, path, found))

    def _ask(self, path: Path, found: Look, name: str, as_stems: Callable[[], None]) -> None:
        """Ask what a folder is; the answer is a wish of its own, the newest one."""
        ask = _("Are the {count} files in “{name}” whole songs, or the stems of one song?")
        as_songs = partial(self.sorted_out.emit, found.songs, True)
        self.asked.emit(folder_question(ask, path, name, len(found.songs), as_songs, as_stems))

    def _open_stems(self, path: Path, found: Look) -> None:
        self.call_stems(path, found.roles)
        self._services.open_mix(path)

    def _queue_stems(self, path: Path, found: Look) -> None:
        """Queue a folder as one song: what was dropped with others does not take the place of one of them."""
        self.call_stems(path, found.roles)
        self.sorted_out.emit([path], True)


def _look_at_all(core: Core, paths: Sequence[Path], progress: Progress) -> list[tuple[Path, Look]]:
    looked = []
    for index, path in enumerate(paths):
        progress(_("Looking at {name}").format(name=path.name), index / len(paths))
        looked.append((path, core.look(path)))
    return looked
