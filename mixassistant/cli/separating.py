"""`mixassistant separate`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mixassistant import paths
from mixassistant.audio.encodings import ENCODINGS, check_encoding, write_encoded
from mixassistant.cli.files import make_folder, songs_in, spare, stream_of
from mixassistant.cli.terminal import complain, one_line, plain, say, terminal_progress
from mixassistant.errors import InputError, UsageError
from mixassistant.names import file_names
from mixassistant.progress import Progress, part
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import song_name
from mixassistant.stems.separate import separation
from mixassistant.stems.separator import Separator, choose
from mixassistant.stems.stem import ROLES


def separate(parsed: argparse.Namespace) -> int:
    """Write the stems of mixes; of several, each into a folder of its own, and one that cannot be read does not stop the others."""
    suffix = check_encoding(parsed.format, parsed.bit_rate, parsed.quality).suffix
    separator = choose(parsed.separator, parsed.device)
    folder = make_folder(parsed.output)
    songs = songs_in(parsed.paths)
    if parsed.stream is not None and songs != parsed.paths:
        folder_given = next((path for path in parsed.paths if path not in songs), parsed.paths[0])
        raise UsageError("stream", f"“{folder_given.name}” is a folder, which has no tracks to choose from", "leave --stream out")
    progress = terminal_progress()
    if songs == parsed.paths and len(songs) == 1:
        spare((folder / f"{role}{suffix}" for role in ROLES), songs)
        warnings = _separate(songs[0], folder, separator, parsed, progress)
        say(f"Stems by {separator.origin} in {folder}")
        for warning in warnings:
            say(f"Note: {plain(warning)}")
        return 0
    failed: list[InputError] = []
    there = 0
    for index, (path, name) in enumerate(zip(songs, file_names([song_name(song) for song in songs], ""), strict=True)):
        own = folder / name
        if all((own / f"{role}{suffix}").exists() for role in ROLES):
            there += 1
            continue
        try:
            spare((own / f"{role}{suffix}" for role in ROLES), [path])
            warnings = _separate(path, own, separator, parsed, part(progress, index / len(songs), (index + 1) / len(songs)))
        except InputError as error:
            failed.append(error)
            complain(str(error))
            continue
        for warning in warnings:
            say(f"Note: {one_line(name)}: {plain(warning)}")
    progress("Done", 1.0)
    done = len(songs) - len(failed) - there
    say(f"{done} of {len(songs)} songs separated by {separator.origin} in {folder}" + (f", {there} were there already" if there else ""))
    return failed[0].exit_code if failed else 0


def _separate(path: Path, folder: Path, separator: Separator, parsed: argparse.Namespace, progress: Progress) -> Sequence[str]:
    """Write the stems of one mix; return whole sentences on what was odd about it."""
    song = open_song(path, None, None, part(progress, 0.0, 0.1), stream=stream_of(parsed))
    alone = replace(song, stems=())  # stems that it may bring are the user's already
    separated = separation(alone, separator, paths.cache_folder(), part(progress, 0.1, 0.95))
    make_folder(folder)
    for stem in separated.song.stems:
        write_encoded(stem.audio, folder / f"{stem.name}{ENCODINGS[parsed.format].suffix}", parsed.format, parsed.bit_rate, parsed.quality)
    progress("Done", 1.0)
    return separated.song.warnings
