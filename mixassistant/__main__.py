"""``mixassistant``: no command, or files, opens the window; a command is a command line's."""

from __future__ import annotations

import sys


def main(words: list[str] | None = None) -> int:
    """Run the program; return its exit code."""
    from mixassistant.cli import main as command_line

    return command_line(sys.argv[1:] if words is None else words)


if __name__ == "__main__":
    sys.exit(main())
