"""What the terminal shows: errors on one line, progress where somebody looks, tables."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from mixassistant.progress import Progress, silent

REDRAW_S = 0.1


def complain(message: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"mixassistant: {' '.join(message.split())}\n")


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
        line = "" if fraction >= 1 else f"{fraction:4.0%} {' '.join(stage.split())[:70]}"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    return show


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of text."""
    clean = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in clean) for i in range(len(clean[0]))] if clean else []
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in clean)
