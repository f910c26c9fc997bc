"""The command line: parse, call, print. The contract is in the README; nothing here measures or decides."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from mixassistant.errors import Cancelled, MixAssistantError

BUG = 1  # exit code of an error that is ours
CANCELLED = 130


def main(words: Sequence[str], open_window: Callable[[Sequence[Path], bool], int]) -> int:
    """Run one command; return its exit code: 0 done, 2 usage, 3 input, 4 missing, 5 output, 130 cancelled, 1 a bug of ours."""
    from mixassistant.cli.parser import build_parser, with_default_command

    parsed = build_parser().parse_args(with_default_command(words))
    parsed.open_window = open_window  # the window is no room of the command line: the program hands it in
    from mixassistant.cli.terminal import complain, drop_output, flush_output
    from mixassistant.logs import start_logging

    start_logging(parsed.debug)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name or a sign that this terminal cannot show is no error
    try:
        code = int(parsed.run(parsed) or 0)
        flush_output()
        return code
    except MixAssistantError as error:
        if parsed.debug:
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
        if parsed.debug:
            traceback.print_exc()
        complain(f"unexpected {type(error).__name__}: {error}: this is a bug of ours, run it again with --debug and report it")
        return BUG
