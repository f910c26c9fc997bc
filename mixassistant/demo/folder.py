"""The demo on disk: a folder of stems to drop, and folders of reference songs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.hashing import content_hash
from mixassistant.audio.write import output_error, write_audio, write_bytes
from mixassistant.demo.song import NAMES, make_song
from mixassistant.progress import Progress, silent

VERSION = 1  # raised when the songs sound different
DEMO_SEED = 7
REFERENCE_SEEDS = (11, 12, 13, 14, 15)


@dataclass(frozen=True)
class DemoPaths:
    """Where the demo is: a folder of stems, and one folder of stems per reference."""

    mix: Path
    references: tuple[Path, ...]


def write_demo(folder: Path, progress: Progress = silent) -> DemoPaths:
    """Write the demo song and its references; what is already there and whole is left as it is.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    songs = {folder / "Demo song": (DEMO_SEED, True)}
    songs |= {folder / "references" / f"Reference {i + 1}": (seed, False) for i, seed in enumerate(REFERENCE_SEEDS)}
    for index, (place, (seed, faults)) in enumerate(songs.items()):
        progress(f"Making {place.name}", index / len(songs))
        _write_song(place, seed, faults)
    made = list(songs)
    return DemoPaths(made[0], tuple(made[1:]))


def _write_song(folder: Path, seed: int, faults: bool) -> None:
    manifest = folder / ".song.json"
    files = [folder / f"{name}.wav" for name in NAMES.values()]
    if manifest.is_file() and all(f.is_file() for f in files):
        try:
            known = json.loads(manifest.read_text("utf-8"))
            if known == {"version": VERSION, "seed": seed, "content": content_hash(*files)}:
                return
        except ValueError:
            pass  # a damaged manifest: the song is made again
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error
    for name, (_, audio) in make_song(seed, faults).items():
        write_audio(audio, folder / f"{name}.wav", "PCM_24")
    write_bytes(manifest, json.dumps({"version": VERSION, "seed": seed, "content": content_hash(*files)}).encode())
