"""Run the recovery benchmark on songs with true stems and print its table.

    PYTHONPATH=tests python -m benchmarks.recovery SONGS --results FILE.jsonl [--tiers paired unpaired] [--every 4]

SONGS is a folder of ``ARTIST - TITLE.stem.mp4``, such as MUSDB18's. Results are appended to FILE, one case a line; what is there
already is not computed again, so that a run may be cut off at any time. Separated stems are tried on the songs that the
embedded separator was not trained on.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.recovery.run import Setting, records
from benchmarks.recovery.table import table

TIERS = ("paired", "sections", "unpaired")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("songs", type=Path)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--tiers", nargs="+", choices=TIERS, default=list(TIERS))
    parser.add_argument("--stems", nargs="+", choices=("true", "separated"), default=["true", "separated"])
    parser.add_argument("--kinds", nargs="+", default=[])
    parser.add_argument("--methods", nargs="+", default=[])
    parser.add_argument("--every", type=int, default=1, help="take every n-th song")
    parser.add_argument("--part", type=int, default=0, help="which of the n to begin with")
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    words.results.parent.mkdir(parents=True, exist_ok=True)
    for tier in words.tiers:
        for stems in words.stems:
            setting = Setting(tier, stems, words.seed, frozenset(words.kinds), frozenset(words.methods), words.every, words.part)
            for record in records(words.songs, setting, words.results):
                print(f"{record['tier']} {record['stems']} {record['song']} {record['fault']} {record['method']}", file=sys.stderr)
    print(table([json.loads(line) for line in words.results.read_text("utf-8").splitlines()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
