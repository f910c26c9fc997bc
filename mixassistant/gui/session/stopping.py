"""Work that the user has stopped: it is told, and begins again where they ask for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mixassistant.gui.session.offer import Offer
from mixassistant.gui.wording import shortened
from mixassistant.i18n import _
from mixassistant.names import readable

SHOWN_LETTERS = 60  # of a name


@dataclass(frozen=True)
class Halted:
    """A piece of work that is about to be stopped: what it is, as a part of a sentence, and what begins it again.

    `is_of_song`: it was to bring a mix to the screen, and is over when another one is opened.
    """

    what: str
    again: Callable[[], object]
    is_of_song: bool = False


def quoted(name: str) -> str:
    """Return a name as it stands in a sentence."""
    return f"“{shortened(readable(name), SHOWN_LETTERS)}”"


def stopped_offer(halted: Sequence[Halted]) -> Offer:
    """Return what is told of work that was stopped, with a button that begins all of it again."""

    def again() -> None:
        for piece in halted:
            piece.again()

    told = _("Stopped: {what}").format(what=", ".join(piece.what for piece in halted))
    return Offer(told, _("Start again"), again, lambda: None, is_of_song=all(piece.is_of_song for piece in halted))
