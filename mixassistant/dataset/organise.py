"""Putting loose audio files in order: ``Artist - Album - Title/full_mix.ext``, each song in a folder of its own.

Nothing is moved before all of it is known: the plan is made first and can be looked at. Before the first file moves, the whole plan is
written beside the folders as an undo file, so that whatever ends the program, every file is either where it was or where that file says.
Files of the same name beside a song that are not audio (lyrics, covers, descriptors) go with it.
"""

from __future__ import annotations

import datetime
import errno
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mixassistant.audio.decode import SUFFIXES
from mixassistant.audio.write import output_error, write_bytes
from mixassistant.bounded_json import LARGE, read_json
from mixassistant.dataset.naming import name_of_song
from mixassistant.errors import InputError
from mixassistant.leftovers import temporary_beside
from mixassistant.names import file_name, readable, same_file_key
from mixassistant.progress import Progress, silent
from mixassistant.stems.folders.tree import audio_files
from mixassistant.stems.look import FULL_MIX

SCHEMA = "mixassistant.organised/1"
UNDO_NAME = "organised {stamp}.json"


@dataclass(frozen=True)
class Step:
    """One file, from where it is to where it goes."""

    source: Path
    target: Path


@dataclass(frozen=True)
class Plan:
    """What is going to be done: a step a file, in order, songs before what goes with them.

    Parameters
    ----------
    folder : Path
        Where the songs' folders are made.
    steps : tuple of Step
    songs : int
        How many of the steps are songs.
    """

    folder: Path
    steps: tuple[Step, ...]
    songs: int


def plan_of(folder: Path, output: Path | None = None, progress: Progress = silent) -> Plan:
    """Return how the audio files right inside a folder are put in order; nothing is done.

    Two songs of one name are numbered, ``Name``, ``Name (2)``; so is one whose folder is there already.

    Parameters
    ----------
    folder : Path
    output : Path, optional
        Where the songs' folders are made; by default where the files are.
    progress : Progress

    Raises
    ------
    InputError
        The folder cannot be read, or there is no loose audio file in it.
    """
    files = [file for file in audio_files(folder) if file.is_file()]
    if not files:
        raise InputError("no-audio", f"there is no loose audio file in “{folder}”", "give the folder that the songs lie in")
    into = folder if output is None else output
    taken = {same_file_key(entry.name) for entry in into.iterdir()} if into.is_dir() else set()
    beside = _beside(folder, files)
    steps: list[Step] = []
    for index, file in enumerate(files):
        progress(f"Looking at {readable(file.name)}", index / len(files))
        place = into / _untaken(name_of_song(file).folder, taken)
        steps.append(Step(file, place / f"{FULL_MIX}{file.suffix.lower()}"))
        steps += [Step(other, place / f"{place.name}{other.name[len(file.stem) :]}") for other in beside.get(file, ())]
    progress("Done", 1.0)
    return Plan(into, tuple(steps), len(files))


def _untaken(name: str, taken: set[str]) -> str:
    plain, number = file_name(name, ""), 1
    made = plain
    while same_file_key(made) in taken:
        number += 1
        made = file_name(f"{name} ({number})", "")
    taken.add(same_file_key(made))
    return made


def _beside(folder: Path, files: Sequence[Path]) -> dict[Path, list[Path]]:
    """Return the files that go with each song: same name, another suffix, no audio; of one name, those of the first song."""
    first = {file.stem: file for file in reversed(files)}
    found: dict[Path, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        if entry.is_file() and not entry.name.startswith(".") and entry.suffix.lower() not in SUFFIXES and entry.stem in first:
            found.setdefault(first[entry.stem], []).append(entry)
    return found


def carry_out(plan: Plan, is_copy: bool = False, progress: Progress = silent) -> Path:
    """Move, or copy, the files of a plan; return the undo file.

    Parameters
    ----------
    plan : Plan
    is_copy : bool
        The files stay where they are as well.
    progress : Progress
        May raise `Cancelled` between two files.

    Raises
    ------
    OutputError
        A file cannot be moved. What was moved before is in the undo file.
    """
    try:
        plan.folder.mkdir(parents=True, exist_ok=True)
        undo = _undo_file(plan.folder)
        write_bytes(undo, _written(plan, is_copy))
        for index, step in enumerate(plan.steps):
            progress(f"{'Copying' if is_copy else 'Moving'} {readable(step.source.name)}", index / len(plan.steps))
            step.target.parent.mkdir(exist_ok=True)
            (_copy if is_copy else _move)(step.source, step.target)
    except OSError as error:
        raise output_error(plan.folder, error) from error
    progress("Done", 1.0)
    return undo


def _undo_file(folder: Path) -> Path:
    stamp = datetime.datetime.now().strftime("%Y-%m-%d %H%M%S")
    made, number = folder / UNDO_NAME.format(stamp=stamp), 1
    while made.exists():
        number += 1
        made = folder / UNDO_NAME.format(stamp=f"{stamp} ({number})")
    return made


def _written(plan: Plan, is_copy: bool) -> bytes:
    steps = [{"from": str(step.source.absolute()), "to": str(step.target.absolute())} for step in plan.steps]
    document = {"schema": SCHEMA, "copied": is_copy, "steps": steps}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def _move(source: Path, target: Path) -> None:
    """Move a file to a place where nothing is; between two disks the copy is whole before the original goes."""
    _check_free(target)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, target)
        source.unlink()


def _check_free(target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, f"“{target.name}” is there already")


def _copy(source: Path, target: Path) -> None:
    _check_free(target)
    with temporary_beside(target) as temporary:
        shutil.copy2(source, temporary)
        temporary.replace(target)


@dataclass(frozen=True)
class Undone:
    """What came of taking an order back: how many files are where they were, and whole sentences on those that are not."""

    count: int
    left: tuple[str, ...]


def undo(file: Path, progress: Progress = silent) -> Undone:
    """Put the files back that an undo file tells of; folders that are empty then go, and the undo file once all is as it was.

    A file that has changed its place since, or whose old place is taken, stays where it is, and is told. Copies are deleted only where
    they hold what the original holds.

    Raises
    ------
    InputError
        The file is no undo file.
    OutputError
        A file cannot be moved.
    """
    steps, are_copies = _read(file)
    count, left = 0, []
    for index, step in enumerate(reversed(steps)):
        progress(f"Putting back {readable(step.source.name)}", index / max(len(steps), 1))
        try:
            told = _take_copy_away(step) if are_copies else _put_back(step)
        except OSError as error:
            raise output_error(step.source, error) from error
        if told:
            left.append(told)
        else:
            count += 1
    _remove_empty({step.target.parent for step in steps})
    if not left:
        file.unlink(missing_ok=True)
    progress("Done", 1.0)
    return Undone(count, tuple(left))


def _put_back(step: Step) -> str:
    if not os.path.lexists(step.target):
        return "" if os.path.lexists(step.source) else f"“{readable(step.target.name)}” is not in “{step.target.parent}” any more."
    if os.path.lexists(step.source):
        return f"“{step.source}” is there already, so “{step.target}” stays where it is."
    step.source.parent.mkdir(parents=True, exist_ok=True)
    _move(step.target, step.source)
    return ""


def _take_copy_away(step: Step) -> str:
    if not os.path.lexists(step.target):
        return ""
    if not step.source.is_file() or not _are_equal(step.source, step.target):
        return f"“{step.target}” is not what “{step.source}” is, so it stays."
    step.target.unlink()
    return ""


def _are_equal(one: Path, other: Path) -> bool:
    from mixassistant.audio.hashing import content_hash

    return one.stat().st_size == other.stat().st_size and content_hash(one) == content_hash(other)


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:  # there is something in it, or it has gone
            continue


def _read(file: Path) -> tuple[list[Step], bool]:
    again = "give the file that “dataset organise” wrote"
    try:
        found: Any = read_json(file, LARGE)
    except OSError as error:
        raise InputError("unreadable", f"cannot read “{file}” ({(error.strerror or str(error)).lower()})", again) from error
    except ValueError as error:
        raise InputError("not-an-undo-file", f"“{file.name}” is no undo file", again) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or not isinstance(found.get("steps"), list):
        raise InputError("not-an-undo-file", f"“{file.name}” is no undo file", again)
    steps = []
    for entry in found["steps"]:
        if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) and entry[key] for key in ("from", "to")):
            raise InputError("not-an-undo-file", f"“{file.name}” is damaged", again)
        steps.append(Step(Path(entry["from"]), Path(entry["to"])))
    return steps, found.get("copied") is True
