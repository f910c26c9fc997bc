"""The recent mixes, and what becomes of one whose file has gone."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.progress import Progress

Read = Callable[[str, Callable[["Progress"], Any], Callable[[Any], None]], None]


class RecentMixes:
    """Opens recent mixes, if they are still there.

    Disks are asked by what `read` does, beside the window: one may be asleep, or at the end of a network.
    """

    def __init__(self, session: Session, read: Read) -> None:
        self._session, self._read = session, read

    def find_missing(self, then: Callable[[frozenset[str]], None]) -> None:
        """Tell `then` which of them are gone."""
        self._read(_("Looking at the recent mixes"), partial(_missing, self._session.settings.recent), then)

    def open(self, path: str) -> None:
        """Open a mix as it was opened before, a folder as the stems of one song; one that is gone is told and forgotten."""
        then = partial(self._open, path, self._session.wishes)
        self._read(_("Looking at {name}").format(name=Path(path).name), partial(_kind, path), then)

    def _open(self, path: str, wishes: int, kind: str) -> None:
        session = self._session
        if kind and session.wishes != wishes:
            return  # something else was opened meanwhile
        if kind == "folder":
            session.open_stems(Path(path))
        elif kind == "file":
            session.open_mixes([Path(path)])
        else:
            session.change(recent=tuple(other for other in session.settings.recent if other != path))
            told = _("“{name}” is not there any more, and was taken off the recent mixes")
            session.told.emit(told.format(name=Path(path).name), True)


def _missing(recent: Iterable[str], progress: Progress) -> frozenset[str]:
    return frozenset(path for path in recent if not _kind(path, progress))


def _kind(path: str, progress: Progress) -> str:
    """Return ``"file"`` or ``"folder"``; empty: it is gone. What may not be looked at is a file, whose analysis says why."""
    try:
        return "folder" if stat.S_ISDIR(Path(path).stat().st_mode) else "file"
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError):
        return "file"
