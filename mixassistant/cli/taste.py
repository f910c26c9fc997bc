"""`mixassistant taste` and how far to go with each kind of move: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping

from mixassistant.advice.sentences.taste import follows_sentence, preference_sentence, way
from mixassistant.advice.suggestion import KINDS
from mixassistant.cli.blind_tests import tally_lines
from mixassistant.cli.terminal import say
from mixassistant.errors import UsageError
from mixassistant.library.library import Library
from mixassistant.profiles.taste import DIMENSIONS, answered, preferences

MOST_PERCENT = 150.0  # beyond it a suggestion is another one
NAMES = {"levels": "level", "width": "stereo", "compressor": "compression"}  # what people also call them


def strengths(words: Iterable[str], only: str) -> Mapping[str, float]:
    """Return how far to go with each kind, from ``"eq=50,levels=100"`` and from the one kind that is wanted alone.

    Raises
    ------
    UsageError
        A kind is unknown, or a number is not 0 to 150 per cent.
    """
    found = {} if not only else {kind: 1.0 if kind == _kind(only) else 0.0 for kind in KINDS}
    for word in (part for text in words for part in text.split(",") if part):
        name, _, percent = word.partition("=")
        try:
            value = float(percent.removesuffix("%"))
        except ValueError:
            value = -1.0
        if not 0.0 <= value <= MOST_PERCENT:
            raise UsageError("strength", f"“{word}” is no strength", f"write KIND=PERCENT with 0 to {MOST_PERCENT:.0f}, such as eq=50")
        if only and _kind(name) != _kind(only):
            raise UsageError("only", f"--only {only} leaves no room for --match {word}", "give one of them")
        found[_kind(name)] = value / 100
    return found


def _kind(name: str) -> str:
    kind = NAMES.get(name.strip().lower(), name.strip().lower())
    if kind not in KINDS:
        raise UsageError("unknown-kind", f"there is no kind of move “{name}”", f"use {', '.join(KINDS)}")
    return kind


def taste_show(parsed: argparse.Namespace) -> int:
    """Print what the user's answers have taught."""
    with Library(parsed.library) as library:
        known, tested = preferences(library.answers.all()), tally_lines(library)
    if not known:
        say("Nothing is known of your taste yet: accept or reject suggestions in the window.")
    for found in answered(known):
        say(f"{preference_sentence(found)} [{found.dimension}]")
    if follows := follows_sentence(known):
        say(follows)
    for line in tested:
        say(line)
    return 0


def taste_forget(parsed: argparse.Namespace) -> int:
    """Forget what was learned of one dimension, or of all."""
    with Library(parsed.library) as library:
        count = library.answers.forget(_dimension(parsed.dimension))
    say(f"Forgot {count} answer{'s' if count != 1 else ''}.")
    return 0


def taste_open(parsed: argparse.Namespace) -> int:
    """Open what rejections have closed of one dimension, or of all."""
    dimension = _dimension(parsed.dimension)
    with Library(parsed.library) as library:
        known = preferences(library.answers.all())
        library.answers.open(dimension)
    ways = [way(d, direction > 0) for d, found in known.items() if dimension in ("", d) for direction in found.closed]
    say(f"Opened again: {', '.join(ways)}." if ways else "Nothing was closed there.")
    return 0


def _dimension(name: str) -> str:
    if name and name not in DIMENSIONS:
        told = "use one that “mixassistant taste show” names, such as level/vocals"
        raise UsageError("unknown-dimension", f"there is no dimension “{name}”", told)
    return name
