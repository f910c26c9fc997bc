"""``mixassistant``: no command, or files, opens the window; a command is a command line's."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def main(words: list[str] | None = None) -> int:
    """Run the program; return its exit code."""
    from mixassistant.cli import main as command_line

    return command_line(sys.argv[1:] if words is None else words, open_window)


def open_window(files: Sequence[Path], with_demo: bool) -> int:
    """Open the window on files, or on the demo song; return its exit code."""
    from mixassistant.gui.app import run

    return run(files, with_demo)


if __name__ == "__main__":
    sys.exit(main())
