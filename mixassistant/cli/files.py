"""The files that commands read and write: songs in folders, outputs that are checked before any work is done."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from mixassistant.audio.write import output_error
from mixassistant.errors import OutputError, UsageError
from mixassistant.leftovers import clear_leftovers
from mixassistant.report.formats import check_format
from mixassistant.stems.look import audio_files, look
from mixassistant.stems.place import Place


def songs_in(given: Iterable[Path]) -> list[Path]:
    """Return the songs that paths name: folders of songs are opened, everything else is one song."""
    return [song for path in given for song in look(path).songs]


def make_folder(path: Path) -> Path:
    """Make an output folder before any work is done; what killed runs left of unfinished files in it goes."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError
        clear_leftovers(path)
    except OSError as error:
        raise OutputError("no-folder", f"cannot write into “{path}”", "choose another folder with --output") from error
    return path


def check_outputs(files: Iterable[Path], check: Callable[[Path], object] = check_format) -> None:
    """Refuse outputs that could not be written, before any work is done."""
    for file in files:
        check(file)
        try:
            if not file.parent.is_dir():
                raise OutputError("no-folder", f"cannot write “{file}”: its folder does not exist", "create it or choose another")
            if file.is_dir() or not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
                raise OutputError("read-only", f"cannot write “{file}”", "choose another place")
        except OSError as error:
            raise output_error(file, error) from error


def spare(targets: Iterable[Path], given: Iterable[Path]) -> None:
    """Refuse to write over the user's own audio: stems are often called what we would call ours."""
    own = [file for path in given for file in (audio_files(path) if path.is_dir() else [path]) if file.exists()]
    for target in targets:
        if target.exists() and any(target.samefile(file) for file in own):
            raise UsageError("own-file", f"“{target}” is one of the files of this song", "choose another folder with --output")


def file_name(place: Place) -> str:
    """Return the name of the file of a rendered role, or of one of its stems: whatever a stem is called, a plain file name."""
    return re.sub(r"[^\w .()&+,-]", "_", str(place).replace("/", " ", 1)).strip(" .") + ".wav"
