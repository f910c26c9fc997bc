"""Print how good advice toward the references is.

    PYTHONPATH=tests python -m benchmarks.toward levels ENGINEERS/mixes.json
    PYTHONPATH=tests python -m benchmarks.toward vocals ENGINEERS/vocals
    PYTHONPATH=tests python -m benchmarks.toward planted SONGS [--separated]
    PYTHONPATH=tests python -m benchmarks.toward finished SONGS [--every 4]
    PYTHONPATH=tests python -m benchmarks.toward sessions ENGINEERS/songs --references SONGS
    PYTHONPATH=tests python -m benchmarks.toward odds ENGINEERS SONGS --output resources/odds.json

ENGINEERS and SONGS are folders laid out as the modules say. All tables: 90 % intervals, clustered by song (of vocals: by artist); who
is advised is left out of what is learned.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.toward import finished, levels, odds, planted, sessions, vocals
from benchmarks.toward.scores import table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("levels", "vocals", "planted", "finished", "sessions", "odds"):
        command = commands.add_parser(name)
        command.add_argument("path", type=Path)
        if name == "planted":
            command.add_argument("--separated", action="store_true", help="through the embedded separator, on songs kept from its training")
        if name == "finished":
            command.add_argument("--every", type=int, default=1, help="take every n-th song")
        if name == "sessions":
            command.add_argument("--references", type=Path, required=True)
        if name == "odds":
            command.add_argument("songs", type=Path)
            command.add_argument("--output", type=Path, required=True)
    words = parser.parse_args()
    if words.command == "levels":
        for question in ("engineers", "raw"):
            print(table(levels.cases(words.path, question), f"## Levels: {question}"))
    elif words.command == "vocals":
        found = vocals.read(words.path)
        print(table(vocals.tone_cases(found), "## Vocals, raw to produced: tone in seven bands"))
        print(table(vocals.dynamics_cases(found), "## Vocals, raw to produced: dynamics"))
    elif words.command == "planted":
        for title, some in planted.tables(words.path, words.separated):
            print(table(some, title))
    elif words.command == "finished":
        print(finished.table(finished.counts(words.path, words.every)))
    elif words.command == "sessions":
        print(sessions.table(sessions.results(words.path, words.references)))
    else:
        odds.write(words.path, words.songs, words.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
