"""What the words of the command line are made of: paths, names, counts, and the function that a command runs."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path


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
