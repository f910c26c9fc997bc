"""Songs that are to become references and are not yet: what was added together, and what begins again where it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mixassistant.gui.session.added_songs import Songs
from mixassistant.gui.session.stopping import Halted, quoted
from mixassistant.i18n import _

Add = Callable[[Sequence[Path], str], None]
AddStems = Callable[[Path, str], None]


@dataclass
class Batch:
    """References that were added together.

    Parameters
    ----------
    profile : str
        Where they go; empty: among the liked ones alone.
    left, added : int
        Jobs that are still to end, and songs added.
    is_stopped, has_refused : bool
        Whether the user has cancelled, and whether one could not be read.
    songs : Songs
        What is measured, and how long it takes.
    notes : list of str
        What was left out of playlists.
    remarks : dict
        Names of those whose files were odd, by number, with whole sentences on that.
    """

    profile: str
    left: int = 0
    added: int = 0
    is_stopped: bool = False
    has_refused: bool = False
    songs: Songs = field(default_factory=Songs)
    notes: list[str] = field(default_factory=list)
    remarks: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Wanted:
    """A song, the profile that it goes into (empty: none), and whether the user has called its folder the stems of one song."""

    path: Path
    profile: str
    are_stems: bool


class WantedReferences:
    """Those whose jobs have not ended."""

    def __init__(self) -> None:
        self._songs: list[Wanted] = []

    def begin(self, path: Path, profile: str, are_stems: bool = False) -> Wanted:
        """Take note of a song whose job begins."""
        song = Wanted(path, profile, are_stems)
        self._songs.append(song)
        return song

    def end(self, song: Wanted) -> None:
        """Forget a song whose job has ended."""
        self._songs.remove(song)

    def halted(self, add: Add, add_stems: AddStems) -> list[Halted]:
        """Return them as one piece of work, which these two begin again."""
        songs = tuple(self._songs)
        if not songs:
            return []
        told = _("the adding of {count} references").format(count=len(songs))
        if len(songs) == 1:
            told = _("the adding of {name}").format(name=quoted(songs[0].path.name))
        return [Halted(told, partial(_add_again, songs, add, add_stems))]


def _add_again(songs: Sequence[Wanted], add: Add, add_stems: AddStems) -> None:
    for profile in dict.fromkeys(song.profile for song in songs):
        paths = [song.path for song in songs if song.profile == profile and not song.are_stems]
        if paths:
            add(paths, profile)
    for song in songs:
        if song.are_stems:
            add_stems(song.path, song.profile)
