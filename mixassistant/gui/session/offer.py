"""A question that the window asks, with its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mixassistant.gui.wording import shortened
from mixassistant.i18n import _
from mixassistant.names import readable

SHOWN_LETTERS = 60  # of a folder's name in a question


@dataclass(frozen=True)
class Answer:
    """What a button says, and what follows."""

    text: str
    then: Callable[[], object]


@dataclass(frozen=True)
class Offer:
    """A question: what one button accepts and the last declines.

    `other`: a second answer. `no`: what declining is called where it is an answer too, which Esc gives as well; empty: the message is
    dismissed. `about`: what tells two questions of the same words apart. `is_of_song`: it is about the mix that is on the screen or was
    to come there, and ends when another one does.
    """

    question: str
    button: str
    accepted: Callable[[], object]
    declined: Callable[[], object]
    other: Answer | None = None
    no: str = ""
    about: object = None
    is_of_song: bool = False


def folder_question(ask: str, path: Path, name: str, count: int, are_songs: Callable[[], object], are_stems: Callable[[], object]) -> Offer:
    """Return the question whether the files of a folder are whole songs, the stems of one, or neither.

    Parameters
    ----------
    ask : str
        The question, with ``{name}`` and ``{count}`` of the files.
    path : Path
    name : str
        What tells the folder apart from others; see `folder_names`.
    count : int
    are_songs, are_stems : callable
        What follows.
    """
    text = ask.format(count=count, name=shortened(readable(name), SHOWN_LETTERS))
    return Offer(text, _("Whole songs"), are_songs, lambda: None, Answer(_("Stems of one song"), are_stems), _("Neither"), path)


def folder_names(paths: Sequence[Path]) -> Mapping[Path, str]:
    """Return what folders are called in questions that come together: those of one name with the folder around them."""
    count = Counter(path.name for path in paths)
    return {path: path.name if count[path.name] == 1 else f"{path.parent.name}/{path.name}" for path in paths}
