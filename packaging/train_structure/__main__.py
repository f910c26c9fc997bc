"""Make songs whose beats, metre, tempo, key, chords and sections are known.

    .venv/bin/python packaging/train_structure make /tmp/structure smoke 4
    .venv/bin/python packaging/train_structure make /tmp/structure train 700
    .venv/bin/python packaging/train_structure clicks /tmp/structure/smoke/0000.flac

Needs the Debian packages mma, libfluidsynth3, fluid-soundfont-gm, musescore-general-soundfont, timgm6mb-soundfont, opl3-soundfont,
avldrums.lv2-soundfont and hydrogen-drumkits; README.md has their licences. Songs that are there already are left.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

SECONDS = {"smoke": (40.0, 50.0), "train": (40.0, 56.0), "valid": (40.0, 56.0), "held": (58.0, 75.0)}


def make(folder: Path, set_name: str, first: int, count: int) -> None:
    """Make songs `first` … `count` − 1 of a set."""
    import soundfile
    from song import RATE_HZ, make_song

    target = folder / set_name
    target.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for number in range(first, count):
        path = target / f"{number:04d}.flac"
        if path.with_suffix(".json").exists():
            continue
        song = make_song(set_name, number, SECONDS[set_name])
        unfinished = path.with_suffix(".part")
        soundfile.write(unfinished, song.sound.T, RATE_HZ, "PCM_16", format="FLAC")
        unfinished.replace(path)
        # The truth is written last: who reads it finds the sound complete.
        unfinished.write_text(json.dumps(song.truth, ensure_ascii=False), encoding="utf-8")
        unfinished.replace(path.with_suffix(".json"))
        print(f"{set_name} {number:04d} {song.truth['style']}: {time.monotonic() - began:.0f} s", flush=True)


def main() -> int:
    """Run one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    making = steps.add_parser("make", help="songs of a set")
    making.add_argument("folder", type=Path)
    making.add_argument("set", choices=sorted(SECONDS))
    making.add_argument("count", type=int)
    making.add_argument("--first", type=int, default=0)
    clicking = steps.add_parser("clicks", help="songs with clicks on their beats, to listen to")
    clicking.add_argument("songs", type=Path, nargs="+")
    checking = steps.add_parser("check", help="how far onsets lie from the beats of the truth")
    checking.add_argument("songs", type=Path, nargs="+")
    words = parser.parse_args()
    if words.step == "make":
        make(words.folder, words.set, words.first, words.count)
        return 0
    from proof import add_clicks, onset_errors

    for path in words.songs:
        if words.step == "clicks":
            print(add_clicks(path))
        else:
            print(path, onset_errors(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
