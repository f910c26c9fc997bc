"""Folders that are no single mix: whole songs go into the queue; where they may be the stems of one song, the user is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.errors import MixAssistantError
from mixassistant.gui.background.worker import Job
from mixassistant.gui.session.mix_queue import Do
from mixassistant.gui.session.offer import Answer, Offer
from mixassistant.gui.wording import shortened
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.backend import Core
    from mixassistant.progress import Progress

UNSURE = ("many-songs", "no-stem")  # errors of a folder that is to be looked into: it is no song, or what was found in it has changed
SHOWN_LETTERS = 60  # of a folder's name in a question


@dataclass(frozen=True)
class Hands:
    """What a session lends: `do` for the work, `queue` for mixes, `open` for a folder of stems, and `tell`.

    `queue` takes the mixes and whether the first that is done is shown; `wish` returns how often the user has opened something.
    """

    do: Do
    queue: Callable[[Sequence[Path], bool], None]
    open: Callable[[Path], None]
    tell: Callable[[str, bool], None]
    wish: Callable[[], int]


@dataclass(frozen=True)
class _Found:
    """What a folder holds: its songs, and the roles that make it the stems of one song (empty: it cannot be that)."""

    path: Path
    songs: tuple[Path, ...]
    roles: Mapping[str, Any]


class Folders(QObject):
    """Sorts out what a folder of several songs is.

    Signals: `asked` (an `Offer` with the question).
    """

    asked = Signal(object)

    def __init__(self, core: Core, hands: Hands, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._hands = core, hands
        self._meant: set[Path] = set()  # folders that were opened as stems: there is no need to ask
        self._stems: dict[Path, Mapping[str, Any]] = {}  # folders that the user has called stems, and the roles that say so
        self._chosen: dict[Path, Mapping[str, Any]] = {}  # what the user has said that each stem is

    def roles(self, path: Path) -> Mapping[str, Any]:
        """Return what makes a folder the stems of one song, where the user has called it so."""
        return self._stems.get(path, {})

    def chosen(self, path: Path) -> Mapping[str, Any]:
        """Return what the user has said that the stems of a mix are, by name."""
        return self._chosen.get(path, {})

    def choose(self, path: Path, roles: Mapping[str, Any]) -> None:
        """Remember what the stems of a mix are, which makes a folder one of stems."""
        if roles:
            self._meant.add(path)
        self._chosen[path] = roles

    def forget(self, path: Path, are_stems: bool = False) -> None:
        """Forget what a folder was called: it is opened anew, by somebody who may call it stems at once.

        What each of its stems is stays said, unless it was asked whether they are any.
        """
        if self._stems.pop(path, None):
            self._chosen.pop(path, None)
        self._meant.discard(path)
        if are_stems:
            self._meant.add(path)

    def sort_out(self, path: Path) -> None:
        """Queue the songs of a folder that was opened, or ask what they are; what was called stems stays that."""
        if self._stems.pop(path, None):
            self._meant.add(path)
        wish = self._hands.wish()
        work = partial(_look_into, self._core, path, path in self._meant)
        self._hands.do(Job(_("Looking at {name}").format(name=path.name), work), partial(self._found, wish), None)

    def queue(self, paths: Sequence[Path], shows_first: bool = True) -> None:
        """Queue what was opened together: mixes, and the songs of folders; what a folder may be besides is asked."""
        wish = self._hands.wish()
        if any(path.is_dir() for path in paths):
            job = Job(_("Looking at the folders"), partial(_look_at_all, self._core, tuple(paths)))
            self._hands.do(job, partial(self._found_several, wish, shows_first), None)
        else:
            self._hands.queue(paths, shows_first)

    def _is_newest(self, wish: int) -> bool:
        """Return whether nothing else was opened since: what comes late does not take the screen."""
        return self._hands.wish() == wish

    def _found(self, wish: int, found: _Found) -> None:
        path, is_newest = found.path, self._is_newest(wish)
        if found.roles and path in self._meant:
            if is_newest:
                self._open_stems(found)
        elif found.roles:
            self._ask(found, path.name, partial(self._open_stems, found))
        elif len(found.songs) == 1:
            if is_newest:
                self._hands.open(found.songs[0])
        else:
            told = _("“{name}” holds {count} whole songs: they are analysed one after another")
            self._hands.tell(told.format(name=path.name, count=len(found.songs)), False)
            self._hands.queue(found.songs, is_newest)

    def _found_several(self, wish: int, shows_first: bool, found: Sequence[_Found]) -> None:
        sure = [song for folder in found if not folder.roles for song in folder.songs]
        self._hands.queue(sure, shows_first and self._is_newest(wish))
        unsure = [folder for folder in found if folder.roles]
        names = Counter(folder.path.name for folder in unsure)
        for folder in unsure:
            path = folder.path
            name = path.name if names[path.name] == 1 else f"{path.parent.name}/{path.name}"
            self._ask(folder, name, partial(self._queue_stems, folder))

    def _ask(self, found: _Found, name: str, as_stems: Callable[[], None]) -> None:
        """Ask what a folder is; the answer is a wish of its own, the newest one."""
        ask = _("Are the {count} files in “{name}” whole songs, or the stems of one song?")
        text = ask.format(count=len(found.songs), name=shortened(name, SHOWN_LETTERS))
        offer = Offer(
            text, _("Whole songs"), partial(self._hands.queue, found.songs, True), lambda: None,
            Answer(_("Stems of one song"), as_stems), _("Neither"), found.path,
        )  # fmt: skip
        self.asked.emit(offer)

    def _open_stems(self, found: _Found) -> None:
        self._stems[found.path] = found.roles
        self._hands.open(found.path)

    def _queue_stems(self, found: _Found) -> None:
        """Queue a folder as one song: what was dropped with others does not take the place of one of them."""
        self._stems[found.path] = found.roles
        self._hands.queue([found.path], True)


def _look_into(core: Core, path: Path, are_stems: bool, progress: Progress) -> _Found:
    from mixassistant.stems.look import stem_roles

    found = core.look_into(path)
    return _Found(path, tuple(found.songs), found.roles or (stem_roles(path) if are_stems else {}))


def _look_at_all(core: Core, paths: Sequence[Path], progress: Progress) -> list[_Found]:
    found = []
    for index, path in enumerate(paths):
        progress(_("Looking at {name}").format(name=path.name), index / len(paths))
        try:
            songs = core.songs_in(path) if path.is_dir() else [path]
            is_one = songs == [path]
            found.append(_Found(path, tuple(songs), {} if is_one else core.look_into(path).roles))
        except MixAssistantError:  # its own analysis says why
            found.append(_Found(path, (path,), {}))
    return found
