"""The recent mixes and projects, and what becomes of one whose file has gone."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress


class RecentMixes:
    """Opens recent mixes, if they are still there.

    Disks are asked in a thread, beside the window: one may be asleep, or at the end of a network.
    """

    def __init__(self, state: State, services: Services) -> None:
        self._state, self._services = state, services

    def find_missing(self, then: Callable[[frozenset[str]], None]) -> None:
        """Tell `then` which of them are gone."""
        self._services.read(_("Looking at the recent mixes"), partial(_missing, self._state.settings.recent), then)

    def open(self, path: str) -> None:
        """Open a mix as it was opened before, a folder as the stems of one song; one that is gone is told and forgotten."""
        then = partial(self._open, path, self._state.open_count)
        self._services.read(_("Looking at {name}").format(name=Path(path).name), partial(_kind, path), then)

    def _open(self, path: str, open_count: int, kind: str) -> None:
        services, settings = self._services, self._state.settings
        if kind and self._state.open_count != open_count:
            return  # something else was opened meanwhile
        if kind == "folder":
            services.open_stems(Path(path))
        elif kind == "file":
            services.open_mixes([Path(path)])
        else:
            fewer = settings.without_recent(path)
            services.change(recent=fewer.recent, opened=fewer.opened)
            told = _("“{name}” is not there any more, and was taken off the recent mixes")
            services.tell(told.format(name=Path(path).name), True)


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
