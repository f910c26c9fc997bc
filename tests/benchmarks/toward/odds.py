"""The odds that moves print: counted on songs whose artist nothing was learned from, and written to ``resources/odds.json``.

Of levels, and of tone and dynamics of vocals, how often engineers went the same way. Of the tone of other places nobody has logged enough:
there it is how often such moves went back the right way on finished songs that were put off on purpose, and the sentence says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.toward import levels, planted, vocals
from benchmarks.toward.scores import LEAST_DB, Case, sums
from mixassistant.stems.stem import ROLES

PLANTED_DB = 4.0


def write(engineers: Path, songs: Path, output: Path) -> None:
    """Count the odds and write them."""
    document = {
        "provenance": (
            "tests/benchmarks/toward (odds). Levels: 65 logged mixes of 9 songs (MixologyDB, MIT), the artist left out; moves of a rough "
            "mix from the raw tracks, and of one in progress from an engineer's own mix. Vocals: 18 before and after production "
            "(diffvox-demo, from MedleyDB, CC BY-NC-SA 4.0), the artist left out. Planted: 94 finished songs (MUSDB18 previews, training "
            "part) put off by 4 dB, the artist left out"
        ),
        "odds": dict(sorted(_count(engineers, songs).items())),
    }
    output.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _count(engineers: Path, songs: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    logged = [
        *(c for c in levels.by_role(engineers / "mixes.json", "raw", "ours, rough, as told")),
        *(c for c in levels.by_role(engineers / "mixes.json", "engineers", "ours, in progress, as told")),
    ]
    for role in ROLES:
        ways = [move * before < 0 for name, move, before in logged if name == role and abs(move) >= LEAST_DB]
        found[f"level/{role}"] = {"right": int(np.sum(ways)), "of": len(ways), "source": "engineers"}
    read = vocals.read(engineers / "vocals")
    found["tone/vocals"] = _entry(vocals.tone_cases(read), "ours, rough, as told", "engineers")
    found["dynamics/vocals"] = _entry(vocals.dynamics_cases(read), "ours, rough, as told", "engineers")
    measured = planted.Songs(sorted(songs.glob("*.stem.mp4")))
    for target in ("mix", "drums", "other"):
        found[f"tone/{target}"] = _entry(planted.tone_cases(measured, target, PLANTED_DB), "ours, rough", "planted")
    return found


def _entry(cases: Iterable[Case], method: str, source: str) -> dict[str, Any]:
    counted = sums([case for case in cases if case.method == method])
    return {"right": int(counted.right.sum()), "of": int(counted.moves.sum()), "source": source}
