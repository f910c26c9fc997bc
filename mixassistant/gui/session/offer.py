"""A question that the window asks, with its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What a button says, and what follows."""

    text: str
    then: Callable[[], object]


@dataclass(frozen=True)
class Offer:
    """A question: what one button accepts and the last declines.

    `other`: a second answer. `no`: what declining is called where it is an answer too, which Esc gives as well; empty: the message is
    dismissed. `about`: what tells two questions of the same words apart.
    """

    question: str
    button: str
    accepted: Callable[[], object]
    declined: Callable[[], object]
    other: Answer | None = None
    no: str = ""
    about: object = None
