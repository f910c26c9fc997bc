"""`mixassistant render`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.advice.decision import Decisions
from mixassistant.advice.exporting import LEAST_OVER_DB, Exported, exported_text, over_full_scale_db
from mixassistant.advice.rendering import render_song
from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.cli.decisions import given
from mixassistant.cli.delivery import master_names, master_targets, write_masters
from mixassistant.cli.files import make_folder, rendered_names, spare
from mixassistant.cli.terminal import complain, plain, say, terminal_progress
from mixassistant.errors import InputError, UsageError
from mixassistant.library.library import Library
from mixassistant.names import file_name, same_file_key
from mixassistant.progress import Progress, part
from mixassistant.report.decided import moves_of
from mixassistant.report.document import Document, read_document
from mixassistant.report.moves import chains, decisions_of
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


def _is_same_folder(folder: Path, other: Path) -> bool:
    try:
        return other.is_dir() and folder.samefile(other)
    except (OSError, ValueError):  # no name that can be: opening it says what is wrong
        return False


def _is_gone(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        pass  # forbidden, or no name that can be: opening it says what is wrong
    return False


@dataclass(frozen=True)
class Choice:
    """Which moves of a report are applied: the accepted ones by `decisions`, or all of them (None); and that in words."""

    decisions: Decisions | None
    told: str


def _chosen(document: Document, parsed: argparse.Namespace) -> Choice:
    """Return which moves are applied, and keep the decisions that were given.

    Those that are given go before those of the report, and these before what was decided on the mix since then. Where nothing was decided,
    or nothing is to be heeded, all moves are applied.
    """
    wanted, known = given(parsed), [move["id"] for move in moves_of(document)]
    content = document["mix"]["content_hash"]
    before, told = ({}, "") if parsed.undecided else (decisions_of(document), "as the report says")
    if not before and not parsed.undecided:
        with Library(parsed.library) as library:
            kept = library.answers.decisions(content)
        before, told = {name: decision for name, decision in kept.items() if name in known}, "as you decided on this mix"
    now = wanted.on(known, before)
    if now:
        with Library(parsed.library) as library:
            if library.is_read_only:
                complain("the library cannot be written: what you decide is not remembered")
            for name, decision in () if library.is_read_only else now.items():
                library.answers.change(content, name, decision)
    decisions = {**before, **now}
    if not decisions:
        return Choice(None, "all moves as suggested")
    count = sum(decision.accepted for decision in decisions.values())
    return Choice(decisions, f"{count} of {len(known)} moves accepted, {'as given' if now else told}")


def _source(document: Document, report: Path) -> tuple[Path, Path | None]:
    """Return where the mix and the stems of a report lie.

    Raises
    ------
    InputError
        The report does not say so, or they are no longer there.
    """
    source: Mapping[str, Any] = document["mix"].get("source", {})
    if not source.get("path"):
        raise InputError("no-source", f"“{report.name}” does not say where its mix is", "analyse the mix again")
    path, stems = Path(source["path"]), Path(source["stems"]) if source.get("stems") else None
    for where in [path, *([stems] if stems else [])]:
        if _is_gone(where):
            raise InputError("song-gone", f"the song of “{report.name}” is no longer at “{where}”", "put it back, or analyze it again")
    return path, stems


def _open(document: Document, report: Path, progress: Progress) -> tuple[Song, Audio | None]:
    """Return the song of a report with its stems as they were analysed, and what the mix holds beyond them."""
    path, stems = _source(document, report)
    source: Mapping[str, Any] = document["mix"]["source"]
    try:
        # A replaced stem is the user's own, but does not come with the song.
        own = (s for s in document["stems"] if s["origin"] == "supplied" and s["role"] not in source.get("replacements", {}))
        roles: dict[str, Role] = {s["name"]: s["role"] for s in own}
        stream = source.get("stream")
        song = open_song(path, stems, roles, part(progress, 0.0, 0.5), stream=None if stream is None else stream - 1)
        separator = choose(source.get("separator") or "auto", "auto")
    except UsageError as error:  # not what the user wrote, but what the report says
        raise InputError(error.code, f"“{report.name}” does not fit its song: {error.message}", "analyze it again") from error
    replacements = [(role, Path(file)) for role in ROLES if (file := source.get("replacements", {}).get(role))]
    if not replacements:
        _check_unchanged(song, path, document)
    separated = separation(song, separator, paths.cache_folder(), part(progress, 0.5, 1.0))
    song, residual = replace_stems(separated.song, separated.residual, replacements)
    _check_unchanged(song, path, document)
    return song, residual


def _names(moves: Collection[Place], song_name: str) -> tuple[str, dict[Place, str]]:
    """Return what the mix and the moved stems are written as."""
    names = rendered_names(tuple(moves))
    # The song's own name, since a report comes from anywhere and what it calls the mix could lead out of the folder.
    whole = file_name(song_name, ".wav")
    if same_file_key(whole) in {same_file_key(name) for name in (*(f"{role}.wav" for role in ROLES), *names.values())}:
        whole = file_name(f"{song_name} mix", ".wav")
    return whole, names


def render(parsed: argparse.Namespace) -> int:
    """Apply a report's moves to its song and write the result."""
    targets = master_targets(parsed)
    document = read_document(parsed.report)
    given_files = [where for where in _source(document, parsed.report) if where is not None]
    choice = _chosen(document, parsed)
    folder = make_folder(parsed.output)
    if any(_is_same_folder(folder, where) for where in given_files):  # the song would have more stems from then on
        raise UsageError("own-folder", f"“{folder}” is the folder of this song's stems", "choose another folder with --output")
    progress = terminal_progress()
    moves = chains(document, choice.decisions)
    song, residual = _open(document, parsed.report, part(progress, 0.0, 0.8))
    whole, names = _names(moves, song.name)
    masters = master_names(song.name, targets)
    every = (whole, *(f"{role}.wav" for role in ROLES), *names.values(), *masters.values())
    spare((folder / name for name in every), given_files)
    if {(s.name, s.role) for s in song.stems} != {(s["name"], s["role"]) for s in document["stems"]}:
        complain("the stems are not those of the report: the moves are applied by role")
        for place in (p for p in moves if p.stem and p not in {Place(s.role, s.name) for s in song.stems}):
            complain(f"the moves on the stem “{place.stem}” are left out: it is not there")
    rendered, total = render_song(song, moves, residual)
    written = {names[place]: rendered[place] for place in moves if place in rendered} | {whole: total}
    if not all(np.isfinite(audio.samples).all() for audio in written.values()):
        raise InputError("overflow", f"the moves of “{parsed.report.name}” are too large to be rendered", "analyze the mix again")
    # Moves can push peaks over full scale: float keeps them, and what to do about them is the user's choice.
    over = {}
    for name, audio in written.items():
        write_audio(audio, folder / name, "FLOAT")
        if (peak_db := over_full_scale_db(audio)) > LEAST_OVER_DB:
            over[name] = peak_db
    write_masters(total, masters, folder, part(progress, 0.9, 1.0))
    progress("Done", 1.0)
    moved = len(written) - 1
    say(f"{moved} moved stem{'s' if moved != 1 else ''} and the mix in {folder} ({choice.told})")
    if note := exported_text(Exported(tuple(over.items()))):
        say(f"Note: {plain(note)}")
    if any(s["origin"] == "supplied" for s in document["stems"]):
        for warning in (w for w in document["warnings"] if "do not add up" in w):
            say(f"Note: {plain(warning)}")
    return 0
