"""One bad file stops nothing: whatever fails in reading or measuring it becomes an error that names the file, and is logged.

Decoders and readers of tags are other people's programs, and damaged files lead them where nobody has been: of 4,573 broken files 126
raised something that no list of exceptions had foreseen.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mixassistant.audio.faults import shown
from mixassistant.errors import InputError, MixAssistantError

UNFORESEEN = "unforeseen"  # the code of an error that no reader has expected
MOST_TOLD = 200  # characters of a library's own words
_log = logging.getLogger(__name__)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with one file, or the folder of one song, into an `InputError` that names it.

    This is the third place that catches every exception, beside the worker and the command line: those end a whole run, and a run over
    many files must go on behind one. Errors of ours pass as they are, cancelling among them.

    Raises
    ------
    InputError
        Something went wrong that nobody foresaw (code `UNFORESEEN`), or memory ran out.
    """
    try:
        yield
    except MixAssistantError:
        raise
    except MemoryError as error:
        raise InputError("too-large", f"{shown(path)} needs more memory than there is", "cut it into songs") from error
    except Exception as error:
        _log.exception("%s stopped what read or measured it", shown(path))
        told = " ".join(f"{type(error).__name__}: {error}".split())[:MOST_TOLD]
        raise InputError(
            UNFORESEEN, f"{shown(path)} cannot be read or measured ({told})", "it may be damaged: copy or export it again"
        ) from error
