"""`mixassistant render`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.advice.rendering import render_song
from mixassistant.audio.write import write_audio
from mixassistant.cli.delivery import master_names, master_targets, write_masters
from mixassistant.cli.files import make_folder, rendered_names, spare
from mixassistant.cli.terminal import complain, plain, say, terminal_progress
from mixassistant.errors import InputError, UsageError
from mixassistant.names import file_name, same_file_key
from mixassistant.progress import part
from mixassistant.report.document import read_document
from mixassistant.report.moves import chains
from mixassistant.stems.drop import open_song
from mixassistant.stems.place import Place
from mixassistant.stems.replacing import replace_stems
from mixassistant.stems.separate import separation
from mixassistant.stems.separator import choose
from mixassistant.stems.stem import ROLES, Role, Song


def _check_unchanged(song: Song, path: Path, document: Mapping[str, Any]) -> None:
    """Refuse to put moves on what they were not made for."""
    if song.content_hash != document["mix"]["content_hash"]:
        raise InputError("song-changed", f"“{path}” is not what it was when the report was made", "analyze it again")


def _is_gone(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        pass  # forbidden, or no name that can be: opening it says what is wrong
    return False


def render(parsed: argparse.Namespace) -> int:
    """Apply a report's moves to its song and write the result."""
    targets = master_targets(parsed)
    document = read_document(parsed.report)
    source: Mapping[str, Any] = document["mix"].get("source", {})
    if not source.get("path"):
        raise InputError("no-source", f"“{parsed.report.name}” does not say where its mix is", "analyse the mix again")
    path, stems = Path(source["path"]), Path(source["stems"]) if source.get("stems") else None
    given = [path, *([stems] if stems else [])]
    for where in given:
        if _is_gone(where):
            again = "put it back, or analyze it again"
            raise InputError("song-gone", f"the song of “{parsed.report.name}” is no longer at “{where}”", again)
    folder = make_folder(parsed.output)
    progress = terminal_progress()
    try:
        # A replaced stem is the user's own, but does not come with the song.
        own = (s for s in document["stems"] if s["origin"] == "supplied" and s["role"] not in source.get("replacements", {}))
        roles: dict[str, Role] = {s["name"]: s["role"] for s in own}
        stream = source.get("stream")
        song = open_song(path, stems, roles, part(progress, 0.0, 0.4), stream=None if stream is None else stream - 1)
        separator = choose(source.get("separator") or "auto", "auto")
    except UsageError as error:  # not what the user wrote, but what the report says
        raise InputError(error.code, f"“{parsed.report.name}” does not fit its song: {error.message}", "analyze it again") from error
    # The song's own name, since a report comes from anywhere and what it calls the mix could lead out of the folder.
    moves = chains(document)
    names = rendered_names(tuple(moves))
    whole = file_name(song.name, ".wav")
    if same_file_key(whole) in {same_file_key(name) for name in (*(f"{role}.wav" for role in ROLES), *names.values())}:
        whole = file_name(f"{song.name} mix", ".wav")
    masters = master_names(song.name, targets)
    spare((folder / name for name in (whole, *(f"{role}.wav" for role in ROLES), *names.values(), *masters.values())), given)
    replacements = [(role, Path(file)) for role in ROLES if (file := source.get("replacements", {}).get(role))]
    if not replacements:
        _check_unchanged(song, path, document)
    named_roles = {(s["name"], s["role"]) for s in document["stems"]}
    separated = separation(song, separator, paths.cache_folder(), part(progress, 0.4, 0.8))
    song, residual = replace_stems(separated.song, separated.residual, replacements)
    _check_unchanged(song, path, document)
    if {(s.name, s.role) for s in song.stems} != named_roles:
        complain("the stems are not those of the report: the moves are applied by role")
        for place in (p for p in moves if p.stem and p not in {Place(s.role, s.name) for s in song.stems}):
            complain(f"the moves on the stem “{place.stem}” are left out: it is not there")
    rendered, total = render_song(song, moves, residual)
    written = {names[place]: rendered[place] for place in moves if place in rendered} | {whole: total}
    if not all(np.isfinite(audio.samples).all() for audio in written.values()):
        raise InputError("overflow", f"the moves of “{parsed.report.name}” are too large to be rendered", "analyze the mix again")
    # Moves can push peaks over full scale: float keeps them, and what to do about them is the user's choice.
    for name, audio in written.items():
        write_audio(audio, folder / name, "FLOAT")
    write_masters(total, masters, folder, part(progress, 0.9, 1.0))
    progress("Done", 1.0)
    moved = len(written) - 1
    say(f"{moved} moved stem{'s' if moved != 1 else ''} and the mix in {folder}")
    if any(s["origin"] == "supplied" for s in document["stems"]):
        for warning in (w for w in document["warnings"] if "do not add up" in w):
            say(f"Note: {plain(warning)}")
    return 0
