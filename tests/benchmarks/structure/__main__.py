"""Print how well the structure of songs is found whose truth is known.

    PYTHONPATH=tests python -m benchmarks.structure contents SONGS
    PYTHONPATH=tests python -m benchmarks.structure contents SONGS --every 5 --each

SONGS is a folder that ``packaging/train_structure make`` has filled.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.structure.sections import sections_of_song
from benchmarks.structure.tables import QUESTIONS, by_style
from benchmarks.structure.truth import read_songs

ASKED = {**QUESTIONS, "sections": sections_of_song}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question", choices=sorted(ASKED))
    parser.add_argument("songs", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take every n-th song")
    parser.add_argument("--each", action="store_true", help="a line a song before the table")
    words = parser.parse_args()
    songs = list(read_songs(words.songs))[:: words.every]
    if not songs:
        print(f"no songs in {words.songs}", file=sys.stderr)
        return 3
    figures = []
    for song in songs:
        figures.append(ASKED[words.question](song))
        if words.each:
            named = ", ".join(f"{name} {value:.3g}" for name, value in figures[-1].items())
            print(f"{song.path.stem} {song.style}, {song.metre}, {song.key}: {named}", flush=True)
    print(by_style(songs, figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
