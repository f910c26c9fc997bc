"""Crops of real songs, checked one by one, and a run of them that is killed again and again.

    .venv/bin/python tests/benchmarks/crops.py SONGS --count 1000 --kills 100

SONGS is a folder of songs. Prints how many crops have the exact length, edges of −60 dBFS and less, and a start within 10 ms of a beat;
and whether a run that was killed so often has written, to the byte, what one that nobody disturbed did.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from mixassistant.audio.decode import SUFFIXES

EDGE_DBFS = -60.0
NEAR_S = 0.010


def command(songs: list[Path], output: Path, length: int) -> list[str]:
    """Return the words that crop songs."""
    words = [sys.executable, "-m", "mixassistant", "dataset", "crops", *map(str, songs), "--output", str(output)]
    return [*words, "--length", str(length), "--overlap", "50"]


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of every file in a folder's tree."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def check(folder: Path, length: int) -> dict[str, int]:
    """Count what holds of the crops in a folder."""
    found = {"crops": 0, "exact length": 0, "silent edges": 0, "on a beat": 0, "without a beat": 0}
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        info = json.loads((place / f"{place.name}.INFO").read_text(encoding="utf-8"))
        samples, _rate = soundfile.read(place / "full_mix.flac", dtype="float32", always_2d=True)
        edges = 20 * float(np.log10(max(float(np.abs(samples[[0, -1]]).max()), 1e-9)))
        found["crops"] += 1
        found["exact length"] += len(samples) == length
        found["silent edges"] += bool(edges <= EDGE_DBFS)
        found["without a beat"] += info["aligned"] == "none"
        found["on a beat"] += bool(info["aligned"] != "none" and abs(info["moved_samples"]) <= NEAR_S * info["sample_rate_hz"])
    return found


def killed(songs: list[Path], output: Path, length: int, kills: int, seed: int) -> int:
    """Crop songs in a run that is killed at most so often, at random moments, until all is there; return how often it was."""
    chance, left = random.Random(seed), kills
    while True:
        with subprocess.Popen(command(songs, output, length), stdout=subprocess.DEVNULL) as run:
            if left:
                before = len(list(output.glob("*"))) if output.is_dir() else 0
                end = time.monotonic() + 120
                # Most of a run is starting up: it is killed once it writes, so that kills hit what they are meant to.
                while run.poll() is None and time.monotonic() < end and len(list(output.glob("*"))) == before:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0, 0.1))
                if run.poll() is None:
                    run.kill()
                    left -= 1
                    continue
            if run.wait() == 0:
                return kills - left


def main() -> int:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--length", type=int, default=44_100)
    parser.add_argument("--seed", type=int, default=0)
    words = parser.parse_args()
    songs = sorted(path for path in words.songs.rglob("*") if path.suffix.lower() in SUFFIXES)
    with tempfile.TemporaryDirectory() as place:
        whole, disturbed = Path(place) / "whole", Path(place) / "disturbed"
        taken: list[Path] = []
        for song in songs:
            taken.append(song)
            subprocess.run(command([song], whole, words.length), stdout=subprocess.DEVNULL, check=False)
            if len(list(whole.glob("*"))) >= words.count:
                break
        print(f"{len(taken)} songs: {json.dumps(check(whole, words.length))}", flush=True)
        few = taken[:3]
        alone = Path(place) / "alone"
        subprocess.run(command(few, alone, words.length), stdout=subprocess.DEVNULL, check=True)
        count = killed(few, disturbed, words.length, words.kills, words.seed)
        same = digests(alone) == digests(disturbed)
        print(f"killed {count} times, {len(digests(alone))} files: {'equal' if same else 'DIFFERENT'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
