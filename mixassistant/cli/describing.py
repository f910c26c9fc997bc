"""`mixassistant describe`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixassistant.audio.write import write_bytes
from mixassistant.cli.files import stream_of
from mixassistant.cli.terminal import plain, say, terminal_progress
from mixassistant.errors import InputError
from mixassistant.extraction.results import read_result
from mixassistant.features.measure import measure_song
from mixassistant.progress import part
from mixassistant.report.description import describe
from mixassistant.report.document import measurements_document, read_document
from mixassistant.stems.device import pick_device
from mixassistant.stems.drop import open_song


def describe_song(parsed: argparse.Namespace) -> int:
    """Print what a song is like, or write it into a file."""
    text = "\n\n".join(describe(_document(parsed), parsed.about))
    if parsed.output is None:
        say("\n\n".join(plain(paragraph) for paragraph in text.split("\n\n")))
    else:
        write_bytes(parsed.output, f"{text}\n".encode("utf-8", "backslashreplace"))
    return 0


def _document(parsed: argparse.Namespace) -> Mapping[str, Any]:
    """Return the document of a report or of a result of ``extract``, or of audio that is measured now."""
    path: Path = parsed.path
    if path.suffix.lower() == ".json":
        try:
            return read_document(path)
        except InputError as error:
            if error.code != "not-a-report":
                raise
            found = read_result(path)
            assert found is not None  # it was there a moment ago, or else no report could be read
            return found
    progress = terminal_progress()
    song = open_song(path, progress=part(progress, 0.0, 0.2), stream=stream_of(parsed))
    return measurements_document(measure_song(song, pick_device(parsed.device), part(progress, 0.2, 1.0)))
