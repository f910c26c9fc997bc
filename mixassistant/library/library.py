"""`Library`: what the program knows of its user's music: tracks, references, profiles, habits, wanted songs, what they said of mixes."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from mixassistant.library.absences import Absences
from mixassistant.library.answers import Answers
from mixassistant.library.faults import read_only
from mixassistant.library.files import Files
from mixassistant.library.habits import Habits
from mixassistant.library.listening import BlindTests
from mixassistant.library.profiles import NamedProfile, Profiles
from mixassistant.library.recordings import Recordings
from mixassistant.library.references import Description, Reference, References
from mixassistant.library.sections import SaidSections
from mixassistant.library.stages import Stages
from mixassistant.library.store import Store, default_path
from mixassistant.library.tracks import Tracks
from mixassistant.library.wanted import Wanted

__all__ = ["Description", "Library", "NamedProfile", "Reference", "default_path"]


class Library:
    """The library of one user: its parts, over one connection to its file. Close it, or use it in a ``with`` statement.

    Parameters
    ----------
    path : Path or None
        The file, made when absent; None for the user's own.

    Raises
    ------
    OutputError
        The file is no library, is damaged, was written by a newer version, or is not there and cannot be made.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._store = Store(path)
        self.path = self._store.path
        self.tracks = Tracks(self._store)
        self.files = Files(self._store)
        self.wanted = Wanted(self._store)
        self.recordings = Recordings(self._store)
        self.references = References(self._store, self.wanted)
        self.profiles = Profiles(self._store)
        self.answers = Answers(self._store)
        self.habits = Habits(self._store)
        self.stages = Stages(self._store)
        self.blind_tests = BlindTests(self._store)
        self.absences = Absences(self._store)
        self.sections = SaidSections(self._store)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def is_read_only(self) -> bool:
        """Whether it lies in a place that cannot be written: it is read, and every change raises an `OutputError`."""
        return self._store.is_read_only

    def require_writable(self) -> None:
        """Refuse a library that cannot be written, before the work whose result it is to keep.

        Raises
        ------
        OutputError
            It cannot.
        """
        if self.is_read_only:
            raise read_only(self.path)

    def close(self) -> None:
        """Close the connection."""
        self._store.close()
