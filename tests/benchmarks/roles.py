"""How many tracks are heard as what they are, and whether their folder is taken for the stems of one song.

    python tests/benchmarks/roles.py FOLDER…

FOLDER holds songs, each a folder of tracks (``raw`` or the like inside it, or the tracks themselves), or is such a song itself. What each
track is, a METADATA.yaml of MedleyDB's layout tells, or else the track's own name; both are hidden from hearing. Tracks that neither tells,
and silent ones, are counted apart. The shipped statistics were taken from MUSDB18's training part, four songs of MDB Drums and two CC0
multitracks: what those reach without themselves is in resources/roles.json under ``quality`` and printed first.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixassistant import paths
from mixassistant.audio.decode import decode
from mixassistant.stems.hearing import hear
from mixassistant.stems.look import audio_files, display_names, look
from mixassistant.stems.names.purposes import is_mix_name
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import ROLES, Heard, Role

SOUNDS = (("singer", "vocals"), ("vocal", "vocals"), ("rapper", "vocals"), ("choir", "vocals"))


@dataclass(frozen=True)
class Track:
    """A track, what it is, and what is heard."""

    name: str
    role: Role
    heard: Heard


def written_roles(folder: Path) -> dict[str, Role]:
    """Return the role of each file by a METADATA.yaml in the folder or above it: ``"RAW_01_01"`` to role."""
    for place in (folder, folder.parent):
        file = place / "METADATA.yaml"
        if file.is_file():
            found = re.findall(r"filename: (\S+)\s+instrument: (.+)", file.read_text("utf-8"))
            return {key: _role_of(what) for name, what in found for key in (Path(name).stem, Path(name).stem.split("_", 2)[-1])}
    return {}


def _role_of(instrument: str) -> Role:
    word = next((role for part, role in SOUNDS if part in instrument), None)
    return next((role for role in ROLES if role == word), None) or role_from_name(instrument) or "other"


def songs(folder: Path) -> list[Path]:
    """Return the folders of tracks at a path: itself, or those inside it, of a song the raw tracks alone."""
    if audio_files(folder) and not (folder / "METADATA.yaml").is_file():
        return [folder]
    raw = [inside for inside in sorted(folder.iterdir()) if inside.is_dir() and inside.name.lower() == "raw"]
    return raw or [song for inside in sorted(folder.iterdir()) if inside.is_dir() for song in songs(inside)]


def heard_in(folder: Path) -> tuple[list[Track], int]:
    """Return what is heard in the tracks of a song, and how many of them nothing tells of."""
    files, written = audio_files(folder), written_roles(folder)
    found, untold = [], 0
    for file, name in zip(files, display_names(files), strict=True):
        if is_mix_name(name):
            continue
        role, heard = written.get(file.stem) or role_from_name(name), hear(decode(file))
        if role is None or heard is None:
            untold += 1
        else:
            found.append(Track(name, role, heard))
    return found, untold


def look_without_names(folder: Path) -> str:
    """Return what the folder is taken for when its files are numbered and nothing else."""
    with tempfile.TemporaryDirectory() as place:
        for index, file in enumerate(f for f in audio_files(folder) if not is_mix_name(f.stem)):
            (Path(place) / f"{index + 1:02d}{file.suffix}").symlink_to(file.resolve())
        return look(Path(place)).kind


def share(tracks: list[Track], seed: int = 0) -> str:
    """Return the share that is right with its 90 % interval (drawn again by track)."""
    right = np.array([track.heard.role == track.role for track in tracks])
    draws = np.random.default_rng(seed).choice(right, (2000, right.size)).mean(axis=1)
    low, high = np.quantile(draws, [0.05, 0.95])
    return f"{right.sum()}/{right.size} = {right.mean():.0%} ({low:.0%}–{high:.0%})"


def main() -> int:
    """Print a line for each song, what was heard wrongly, and the sums."""
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    print("Shipped statistics:", json.loads(paths.resource("roles.json").read_text("utf-8"))["quality"])
    for given in map(Path, sys.argv[1:]):
        everything: list[Track] = []
        kinds: Counter[str] = Counter()
        for folder in songs(given):
            tracks, untold = heard_in(folder)
            kind = look_without_names(folder)
            kinds[kind] += 1
            everything += tracks
            name = folder.parent.name if folder.name.lower() == "raw" else folder.name
            print(f"{name}: {share(tracks) if tracks else '–'}; {untold} of which nothing tells; without names: {kind}")
            for track in tracks:
                if track.heard.role != track.role:
                    print(f"    {track.name} is {track.role}, heard as {track.heard.role} ({track.heard.probability:.2f})")
        if everything:
            guesses = [track for track in everything if track.heard.is_guess]
            print(f"{given}: {share(everything)}; without names: {dict(kinds)}")
            print(f"    sure: {share([t for t in everything if not t.heard.is_guess])}; guesses: {share(guesses) if guesses else 'none'}")
            for role in ROLES:
                own = [track for track in everything if track.role == role]
                print(f"    {role}: {share(own) if own else '–'}; heard as {dict(Counter(track.heard.role for track in own))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
