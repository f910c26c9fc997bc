"""The files that commands read and write: songs in folders, outputs that are checked before any work is done."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mixassistant.audio.write import output_error
from mixassistant.cli.terminal import complain
from mixassistant.errors import OutputError, UsageError
from mixassistant.leftovers import clear_leftovers
from mixassistant.names import file_names
from mixassistant.report.formats import check_format
from mixassistant.stems.folders.tree import name_of, walk
from mixassistant.stems.look import Called, look
from mixassistant.stems.place import Place


def songs_in(given: Iterable[Path], called: Called = "") -> list[Path]:
    """Return the songs that paths name: folders of songs and playlists are opened, everything else is one song.

    What was left out, and what a folder was taken for where that is not sure, goes to standard error.
    """
    songs: list[Path] = []
    for path in given:
        found = look(path, called)
        for note in found.notes:
            complain(note.removesuffix("."))
        if found.kind == "unsure":
            taken = f"the {len(found.songs)} files in “{name_of(path)}” are taken for whole songs"
            complain(f"{taken}: if they are the stems of one song, say --as stems (--as songs: they are songs)")
        songs += [path] if found.is_one_song and path.is_dir() and called else found.songs
    return songs


def stream_of(parsed: argparse.Namespace) -> int | None:
    """Return the audio stream that ``--stream`` names, from 0: people count tracks from 1."""
    return None if parsed.stream is None else parsed.stream - 1


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


def spare(
    targets: Iterable[Path],
    given: Iterable[Path],
    what: str = "one of the files of this song",
    hint: str = "choose another folder with --output",
) -> None:
    """Refuse to write over what the user gave: his own audio, since stems are often called what we would call ours, and reports."""
    own = [file for path in given for file in (walk(path).everything() if path.is_dir() else [path]) if file.exists()]
    for target in targets:
        if target.exists() and any(target.samefile(file) for file in own):
            raise UsageError("own-file", f"“{target}” is {what}", hint)


def rendered_names(places: Sequence[Place]) -> dict[Place, str]:
    """Return the names of the files of rendered roles, or of their stems: whatever a stem is called, a plain file name, each its own."""
    return dict(zip(places, file_names([str(place).replace("/", " ", 1) for place in places], ".wav"), strict=True))
