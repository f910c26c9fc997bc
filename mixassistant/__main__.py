"""``mixassistant``: no command, or files, opens the window; a command is a command line's."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # not imported: every import is a moment in which an interrupt would end in a traceback
    from collections.abc import Sequence
    from pathlib import Path


def main(words: list[str] | None = None) -> int:
    """Run the program; return its exit code."""
    try:
        from mixassistant.cli import main as command_line

        return command_line(sys.argv[1:] if words is None else words, open_window)
    except KeyboardInterrupt:  # before the command line was there to see it
        sys.stderr.write("mixassistant: Cancelled\n")
        return 130


def open_window(files: Sequence[Path], with_demo: bool) -> int:
    """Open the window on files, or on the demo song; return its exit code."""
    from mixassistant.gui.app import run

    return run(files, with_demo)


if __name__ == "__main__":
    sys.exit(main())
