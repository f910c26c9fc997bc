"""What the terminal shows: errors on one line, progress where somebody looks, tables."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from mixassistant.errors import OutputError
from mixassistant.progress import Progress, silent

REDRAW_S = 0.1
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")  # a file's name must not steer the terminal


def one_line(text: str) -> str:
    """Return text as one line without control characters."""
    return " ".join(text.translate(_CONTROLS).split())


def complain(message: str) -> None:
    """Write one line to standard error, in place of the progress that may stand there."""
    start = "\r\x1b[K" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{start}mixassistant: {one_line(message)}\n")


def drop_output() -> None:
    """Throw away what could not be written to standard output: Python would try again, and complain, when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def flush_output() -> None:
    """Write all of standard output now, so that a reader that is gone or a full disk is met here and not at exit.

    Raises
    ------
    OutputError
        The file that it goes to cannot be written.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        reason = (error.strerror or str(error)).lower()
        raise OutputError("standard-output", f"cannot write the output: {reason}", "free some space or send it elsewhere") from error


def terminal_progress() -> Progress:
    """Return progress that redraws one line of standard error; silent where that is not a terminal."""
    if not sys.stderr.isatty():
        return silent
    drawn_at = 0.0

    def show(stage: str, fraction: float) -> None:
        nonlocal drawn_at
        now = time.monotonic()
        if fraction < 1 and now - drawn_at < REDRAW_S:
            return
        drawn_at = now
        line = "" if fraction >= 1 else f"{fraction:4.0%} {one_line(stage)[:70]}"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    return show


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of text."""
    clean = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in clean) for i in range(len(clean[0]))] if clean else []
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in clean)
