"""The demo on disk: a rough mix, songs by other artists to compare it with, and an earlier mix of it; each a folder of stems, made once.

A manifest remembers what was written. A song whose files are all there and unchanged is left alone, so that the second time is
quick; a song of which anything is missing, damaged or of an older version of the demo is made anew. Files are put in place
whole and the manifest after them: a cut-off leaves nothing that looks finished and is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mixassistant.audio.hashing import content_hash
from mixassistant.audio.write import output_error, write_audio, write_bytes
from mixassistant.bounded_json import read_json
from mixassistant.demo.song import NAMES, make_song
from mixassistant.errors import MixAssistantError
from mixassistant.profiles.stage import Stage
from mixassistant.progress import Progress, part, silent

VERSION = 2  # of the sound: raise it whenever a song comes out different
SCHEMA = "mixassistant.demo/1"
MANIFEST = "demo.json"
DEMO_NAME = "Demo song"
DEMO_STAGE: Stage = "rough"
EARLIER_NAME = "Demo song, earlier mix"
REFERENCES = "references"
DEMO_SEED = 31
REFERENCE_SEEDS: Mapping[str, int] = {
    # In other keys, tempi and sounds: none of them passes for another part of the demo song's session.
    "Paper lanterns": 3,
    "Northern window": 6,
    "Tin roof": 11,
    "Letters home": 12,
    "Slow ferry": 14,
}

Comparison = Literal["others", "earlier"]
"""What the demo song is compared with: songs by other artists, as most mixes are, or an earlier mix of it, the tightest evidence."""


@dataclass(frozen=True)
class DemoPaths:
    """Where the demo lies, as folders of stems: the rough mix, songs by other artists, and an earlier mix of the song, which was better."""

    mix: Path
    references: tuple[Path, ...]
    earlier: Path

    def compared_with(self, comparison: Comparison) -> tuple[Path, ...]:
        """Return the references of a comparison."""
        return self.references if comparison == "others" else (self.earlier,)


@dataclass(frozen=True)
class _Task:
    name: str
    seed: int
    faults: bool


def write_demo(folder: Path, progress: Progress = silent) -> DemoPaths:
    """Write the demo song, its references and its earlier mix below a folder, or only what is missing of them.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    progress : Progress

    Raises
    ------
    OutputError
        The disk is full or read-only, or there is no permission.
    Cancelled
        By `progress`; songs that were finished stay.
    """
    tasks = [_Task(DEMO_NAME, DEMO_SEED, faults=True), _Task(EARLIER_NAME, DEMO_SEED, faults=False)]
    tasks += [_Task(f"{REFERENCES}/{name}", seed, faults=False) for name, seed in REFERENCE_SEEDS.items()]
    known = _manifest(folder / MANIFEST)
    for number, task in enumerate(tasks):
        step = part(progress, number / len(tasks), (number + 1) / len(tasks), f"Making “{task.name.rpartition('/')[2]}”")
        step("", 0.0)
        if not _is_there(folder, known.get(task.name)):
            known[task.name] = _write_song(folder, task, step)
            manifest = {"schema": SCHEMA, "version": VERSION, "songs": known}
            write_bytes(folder / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
    progress("The demo is ready", 1.0)
    return DemoPaths(folder / DEMO_NAME, tuple(folder / REFERENCES / name for name in REFERENCE_SEEDS), folder / EARLIER_NAME)


def _manifest(path: Path) -> dict[str, dict[str, str]]:
    """Return the hash of every file of every song that was finished; nothing when the manifest is missing, damaged or older."""
    try:
        document = read_json(path)
        if document["schema"] != SCHEMA or document["version"] != VERSION:
            return {}
        return {str(song): {str(file): str(found) for file, found in files.items()} for song, files in document["songs"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # without a manifest that can be trusted everything is made anew


def _is_there(folder: Path, files: Mapping[str, str] | None) -> bool:
    """Tell whether all files of a song are as they were written."""
    if not files or len(files) != len(NAMES):
        return False
    try:
        return all((folder / file).is_file() and content_hash(folder / file) == known for file, known in files.items())
    except (OSError, MixAssistantError):
        return False


def _write_song(folder: Path, task: _Task, progress: Progress) -> dict[str, str]:
    """Make a song and write its stems; return their hashes by path below `folder`."""
    place = folder / task.name
    try:
        # First of all: whoever may not write here should not wait for a song.
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(place, error) from error
    song = make_song(task.seed, task.faults, progress=part(progress, 0.0, 0.95))
    written: dict[str, str] = {}
    for name, (_, audio) in song.items():
        path = place / f"{name}.wav"
        write_audio(audio, path)
        written[f"{task.name}/{name}.wav"] = content_hash(path)
        progress("", 0.95 + 0.05 * len(written) / len(song))
    return written
