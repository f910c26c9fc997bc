"""What the words of the command line are made of: paths, names, counts, and the function that a command runs."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path

DEVICES = ("auto", "cpu", "cuda", "mps")


def run_of(name: str, module: str = "commands") -> Callable[[argparse.Namespace], int]:
    """Return the command's function, imported when it runs: ``--help`` waits for nothing."""

    def run(parsed: argparse.Namespace) -> int:
        commands = importlib.import_module(f"mixassistant.cli.{module}")
        function: Callable[[argparse.Namespace], int] = getattr(commands, name)
        return function(parsed)

    return run


def positive(word: str) -> int:
    """Return a count of 1 or more.

    Raises
    ------
    ArgumentTypeError
        It is none.
    """
    try:
        number = int(word)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"“{word}” is no count of 1 or more")
    return number


def path(word: str) -> Path:
    """Return a path that is not empty.

    Raises
    ------
    ArgumentTypeError
        It is none.
    """
    if not word.strip():  # a variable of a shell that was never set would else be the folder that one is in
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(word)


def name(word: str) -> str:
    """Return a name that is not empty.

    Raises
    ------
    ArgumentTypeError
        It is none.
    """
    if not word.strip():
        raise argparse.ArgumentTypeError("the name is empty")
    return word


def add_library(parser: argparse.ArgumentParser) -> None:
    """Give a command ``--library``."""
    parser.add_argument("--library", type=path, metavar="FILE", help="library file (yours by default)")


def add_decisions(parser: argparse.ArgumentParser, undecided: str) -> None:
    """Give a command ``--accept``, ``--reject`` and ``--amount``, and ``--undecided`` with its text."""
    parser.add_argument("--accept", action="append", default=[], metavar="ID", help="accept a move, by its id; repeatable, remembered")
    parser.add_argument("--reject", action="append", default=[], metavar="ID", help="reject a move; repeatable, remembered")
    parser.add_argument(
        "--amount", action="append", default=[], metavar="ID=PERCENT", help="accept a move at 0 to 200 %% of it; repeatable, remembered"
    )
    parser.add_argument("--undecided", action="store_true", help=undecided)


def add_separation(parser: argparse.ArgumentParser) -> None:
    """Give a command ``--separator`` and ``--device``."""
    parser.add_argument("--separator", default="auto", metavar="NAME", help="auto, demucs or embedded")
    parser.add_argument("--device", choices=DEVICES, default="auto")


def add_stream(parser: argparse.ArgumentParser) -> None:
    """Give a command ``--stream``."""
    parser.add_argument("--stream", type=positive, metavar="N", help="the audio track of a file with several, 1 being the first")


def add_called(parser: argparse.ArgumentParser) -> None:
    """Give a command ``--as``."""
    parser.add_argument(
        "--as", dest="called", choices=("stems", "songs"), default="", help="what a folder holds: the stems of one song, or whole songs"
    )
