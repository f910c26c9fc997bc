"""``PYTHONPATH=tests python -m benchmarks.broken [--count 10000] [--seed 1]``: broken files through `extract`, and what became of them.

Each is looked at and measured in a process of its own, which may take 20 s and a gigabyte. With ``--first N --count 1`` and the seed of
a run one of its cases is made again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.broken.run import Case, run, table

TOLD_EVERY = 500


def main() -> int:
    """Run; 1 where anything but measuring and refusing came of a file."""
    parser = argparse.ArgumentParser(prog="benchmarks.broken", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end after so long, with fewer cases")
    parser.add_argument("--folder", type=Path, help="where the files that stopped something are kept")
    parsed = parser.parse_args()
    folder = parsed.folder or Path(tempfile.mkdtemp(prefix="mixassistant-broken-"))
    cases: list[Case] = []
    for case in run(parsed.seed, parsed.count, folder, parsed.first, time.monotonic() + 60 * parsed.minutes):
        cases.append(case)
        if case.outcome not in ("measured", "refused"):
            print(f"{case.number} {case.format} {case.what}: {case.outcome}: {case.told}", flush=True)
        if len(cases) % TOLD_EVERY == 0:
            print(f"{len(cases)} of {parsed.count}", file=sys.stderr, flush=True)
    print(f"\nseed {parsed.seed}, {len(cases)} files, numbers from {parsed.first}; files that stopped something: {folder}\n{table(cases)}")
    return int(any(case.outcome not in ("measured", "refused") for case in cases))


if __name__ == "__main__":
    raise SystemExit(main())
