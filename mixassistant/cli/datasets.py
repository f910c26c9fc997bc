"""`mixassistant dataset`: parse, call, print."""

from __future__ import annotations

import argparse
from pathlib import Path

from mixassistant.cli.files import make_folder, songs_in
from mixassistant.cli.terminal import complain, one_line, plain, say, terminal_progress
from mixassistant.dataset.crops import Made, Wish, crop_song
from mixassistant.dataset.organise import Plan, carry_out, plan_of, undo
from mixassistant.errors import InputError
from mixassistant.progress import Progress, part
from mixassistant.stems.device import pick_device
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import song_name

SHOWN = 20  # steps of a plan on the terminal; all of them with --all


def organise(parsed: argparse.Namespace) -> int:
    """Show how loose files are put in order, and do it where that is asked for."""
    progress = terminal_progress()
    plan = plan_of(parsed.folder, parsed.output, part(progress, 0.0, 0.5 if parsed.apply else 1.0))
    for line in _steps(plan, parsed.all):
        say(line)
    done = "copied" if parsed.copy else "moved"
    if not parsed.apply:
        say(f"{_songs(plan.songs)} would be {done} into {plan.folder}: nothing is done yet, add --apply to do it")
        return 0
    file = carry_out(plan, parsed.copy, part(progress, 0.5, 1.0))
    say(f"{_songs(plan.songs)} {done} into {plan.folder}; to take it back: mixassistant dataset undo “{file}”")
    return 0


def _songs(count: int) -> str:
    return f"{count} song{'s' if count != 1 else ''}"


def _steps(plan: Plan, are_all: bool) -> list[str]:
    lines = [one_line(f"{step.source.name} -> {step.target.relative_to(plan.folder)}") for step in plan.steps]
    hidden = 0 if are_all else len(lines) - SHOWN
    return [*lines[:SHOWN], f"… and {hidden} more (--all shows them)"] if hidden > 0 else lines


def undo_order(parsed: argparse.Namespace) -> int:
    """Take an order back."""
    undone = undo(parsed.file, terminal_progress())
    for told in undone.left:
        complain(plain(told).removesuffix("."))
    say(f"{undone.count} file{'s' if undone.count != 1 else ''} as before" + (f", {len(undone.left)} left" if undone.left else ""))
    return 0


def crops(parsed: argparse.Namespace) -> int:
    """Cut songs into crops; one that cannot be read does not stop the others."""
    wish = Wish(parsed.length, parsed.sequential, parsed.overlap / 100, parsed.div4, parsed.format)
    folder = make_folder(parsed.output)
    songs = songs_in(parsed.paths)
    device, progress = pick_device(parsed.device), terminal_progress()
    failed: list[InputError] = []
    written = there = 0
    for index, path in enumerate(songs):
        step = part(progress, index / len(songs), (index + 1) / len(songs))
        try:
            made = _crop(path, folder, wish, device, step)
        except InputError as error:
            failed.append(error)
            name = one_line(song_name(path))
            complain(str(error) if name in error.message else f"{name}: {error}")  # in a dataset all files are called alike
            continue
        written, there = written + made.written, there + made.there
        if not made.count:
            say(f"Note: {one_line(song_name(path))}: no crop of {wish.length} samples fits, or all of it is silent")
    progress("Done", 1.0)
    say(f"{written} crop{'s' if written != 1 else ''} written in {folder}" + (f", {there} were there already" if there else ""))
    return failed[0].exit_code if failed else 0


def _crop(path: Path, folder: Path, wish: Wish, device: str, progress: Progress) -> Made:
    song = open_song(path, progress=part(progress, 0.0, 0.3))
    return crop_song(song, path, folder, wish, device, part(progress, 0.3, 1.0))
