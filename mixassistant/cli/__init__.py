"""The command line: parse, call, print. The contract is in the README; nothing here measures or decides."""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from mixassistant.errors import Cancelled, InputError, MixAssistantError

BUG = 1  # exit code of an error that is ours
CANCELLED = 130


def main(words: Sequence[str], open_window: Callable[[Sequence[Path], bool], int]) -> int:
    """Run one command; return its exit code: 0 done, 2 usage, 3 input, 4 missing, 5 output, 130 cancelled, 1 a bug of ours."""
    from mixassistant.cli.terminal import complain, drop_output, flush_output

    debug = "--debug" in words
    try:
        _open_closed_streams()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a name or a sign that this terminal cannot show is no error
        code = _run(words, open_window)
        flush_output()
        return code
    except MixAssistantError as error:
        if debug:
            traceback.print_exc()
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        complain(str(Cancelled()))
        return CANCELLED
    except BrokenPipeError:
        # The reader (`| head`) has seen enough. Python would complain again when it flushes at exit.
        drop_output()
        return 0
    except Exception as error:
        logging.getLogger(__name__).exception("Unexpected error in %s", " ".join(str(Path(w).name) for w in words))
        if debug:
            traceback.print_exc()
        complain(f"unexpected {type(error).__name__}: {error}: this is a bug of ours, run it again with --debug and report it")
        return BUG


def _run(words: Sequence[str], open_window: Callable[[Sequence[Path], bool], int]) -> int:
    from mixassistant.cli.parser import build_parser, with_default_command
    from mixassistant.cli.terminal import flush_output
    from mixassistant.logs import start_logging

    try:
        parsed = build_parser().parse_args(with_default_command(words))
    except SystemExit:
        flush_output()  # the help, which may go to a full disk
        raise
    try:
        Path.cwd()
    except OSError as error:  # libraries in C end the program without a word
        raise InputError("no-folder", "the folder that you are in is gone", "change to another") from error
    parsed.open_window = open_window  # the window is no room of the command line: the program hands it in
    start_logging(parsed.debug)
    _log_warnings()
    return int(parsed.run(parsed) or 0)


def _log_warnings() -> None:
    """Send what libraries warn programmers of where the program writes what happened, with ``--debug`` to the terminal too."""
    logging.captureWarnings(True)
    logger = logging.getLogger("py.warnings")
    logger.propagate = False
    logger.handlers = list(logging.getLogger("mixassistant").handlers)


def _open_closed_streams() -> None:
    """Open the standard streams that the caller has closed on nothing: the next file opened would take their place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
