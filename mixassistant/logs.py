"""Where the program writes what happened: a rotating file in the user's data folder, and standard error on request."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler

from mixassistant import paths
from mixassistant.names import readable

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MAX_BYTES = 1_000_000
KEPT = 3
NAME = "mixassistant"  # of our own handler: others may listen to the same records


class _Lines(logging.Formatter):
    """Lines that can be written whatever bytes the names in them are."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as text."""
        return readable(super().format(record))


class _QuietFile(RotatingFileHandler):
    """A log file that never adds to a user's trouble: a record that cannot be written is dropped."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Drop the record: the disk may be full or read-only, and the command has its own error to tell."""


def start_logging(debug: bool = False) -> None:
    """Log the package's records to a file, with `debug` to standard error too; a folder that cannot be written costs the file only."""
    root = logging.getLogger("mixassistant")
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    if any(handler.name == NAME for handler in root.handlers):
        return
    root.propagate = False
    try:
        folder = paths.data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _QuietFile(
            folder / "mixassistant.log",
            maxBytes=MAX_BYTES,
            backupCount=KEPT,
            encoding="utf-8",
            delay=True,
        )
    except OSError:
        handler = logging.NullHandler()
    handler.name = NAME
    handler.setFormatter(_Lines(FORMAT))
    root.addHandler(handler)
    if debug:
        visible = logging.StreamHandler(sys.stderr)
        visible.setFormatter(_Lines(FORMAT))
        root.addHandler(visible)
