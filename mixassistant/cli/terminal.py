"""What the terminal shows: errors on one line, progress where somebody looks, tables."""

from __future__ import annotations

import math
import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Sequence

from mixassistant.errors import OutputError
from mixassistant.names import readable
from mixassistant.progress import Progress, TimeLeft, silent

REDRAW_S = 0.1
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")  # a file's name must not steer the terminal


def one_line(text: str) -> str:
    """Return text as one line without control characters."""
    return " ".join(readable(text).translate(_CONTROLS).split())


def plain(text: str) -> str:
    """Return a sentence for the terminal: true minus signs, spaces that can be searched for."""
    from mixassistant.report.wording import sentence

    return one_line(sentence(text)).replace("\u00a0", " ")


def say(text: str) -> None:
    """Write text to standard output, in place of the progress that may stand there.

    Raises
    ------
    OutputError
        The file that it goes to cannot be written.
    """
    if sys.stdout is None:
        raise OutputError("standard-output", "cannot write the output: there is no standard output", "send it to a file")
    if sys.stderr is not None and sys.stderr.isatty():
        _draw("")
    try:
        print(readable(text))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _output_error(error) from error


def complain(message: str) -> None:
    """Write one line to standard error, in place of the progress that may stand there."""
    if sys.stderr is None:
        return
    start = "\r\x1b[K" if sys.stderr.isatty() else ""
    try:
        sys.stderr.write(f"{start}mixassistant: {one_line(message)}\n")
        sys.stderr.flush()
    except OSError:
        # There is nobody left to tell; the exit code still does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def drop_output() -> None:
    """Throw away what could not be written to standard output: Python would try again, and complain, when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _output_error(error: OSError) -> OutputError:
    drop_output()
    reason = (error.strerror or str(error)).lower()
    return OutputError("standard-output", f"cannot write the output: {reason}", "free some space or send it elsewhere")


def flush_output() -> None:
    """Write all of standard output now, so that a reader that is gone or a full disk is met here and not at exit.

    Raises
    ------
    OutputError
        The file that it goes to cannot be written.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _output_error(error) from error


def terminal_progress() -> Progress:
    """Return progress that redraws one line of standard error, with the time left; silent where that is not a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return silent
    drawn_at = 0.0
    pace = TimeLeft()

    def show(stage: str, fraction: float) -> None:
        nonlocal drawn_at
        now = time.monotonic()
        left_s = pace.at(now, fraction)
        if fraction < 1 and now - drawn_at < REDRAW_S:
            return
        drawn_at = now
        left = _time_left(left_s)
        room = shutil.get_terminal_size().columns - 1 - 5 - len(left)
        _draw("" if fraction >= 1 else f"{fraction:4.0%} {_cut(one_line(stage), room)}{left}")

    return show


def _draw(line: str) -> None:
    try:
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
    except OSError:
        pass  # the terminal is gone; the work goes on


def _time_left(left_s: float | None) -> str:
    """Return how long the rest will take, to the precision that this has; empty where nothing is known yet."""
    if left_s is None:
        return ""
    if left_s < 55:
        return f", about {max(5 * math.ceil(left_s / 5), 5)} s left"
    minutes = math.ceil(left_s / 60)
    return f", about {minutes} min left" if minutes < 60 else f", about {minutes // 60} h {minutes % 60} min left"


def _cut(text: str, columns: int) -> str:
    """Return the beginning of a text that fits: a line that wraps could not be drawn over."""
    width = 0
    shown: list[str] = []
    for character in text:
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 0 if unicodedata.combining(character) else 1
        if width > columns:
            return "".join(shown[:-1]).rstrip() + "…" if shown else ""
        shown.append(character)
    return text


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of text."""
    clean = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in clean) for i in range(len(clean[0]))] if clean else []
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in clean)
