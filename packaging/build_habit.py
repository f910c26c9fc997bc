"""Make ``resources/habit.json`` and ``resources/habit.md`` again from finished sessions.

    .venv/bin/python packaging/build_habit.py ../shared/data/engineers --source "66 logged mixes …; 18 lead vocals …"

Only statistics are written, no audio and no names of songs. There is no randomness. The quality beside them is measured on each artist
by the habit of all the others.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from mixassistant.audio.write import write_bytes
from mixassistant.learning.learn import Learned, learn
from mixassistant.learning.quality import Quality, Share, held_out
from mixassistant.profiles.habit import DIMENSIONS, Changes, habit_to_json

METHOD = "packaging/build_habit.py; means shrunken toward 0 by their error over artists, covariances of Ledoit and Wolf"


def page(learned: Learned, found: list[Quality]) -> str:
    """Return what the statistics are and how well they tell what will be done, as Markdown."""
    habit = learned.habit
    lines = [
        "# What engineers do to raw tracks",
        "",
        "`habit.json` holds, for each role, mean and covariance of what engineers change from the raw tracks to the finished mix: its level",
        "relative to the power sum of the roles (LU), seven broad bands relative to its own level (dB), dynamic spread and crest factor (dB).",
        "Of width nothing is known: the raw tracks were mono.",
        "",
        f"Made from: {habit.provenance}.",
        "",
        "| role | " + " | ".join(DIMENSIONS[:-1]) + " |",
        "|---|" + "---|" * (len(DIMENSIONS) - 1),
        *(f"| {role} | " + " | ".join(_cells(changes)) + " |" for role, changes in habit.roles.items()),
        "",
        "Mean ± standard deviation between songs, and in brackets the songs that tell it.",
        "",
        "## Quality on artists that were left out",
        "",
        "The habit alone, without a look at references. Removed: share of the squared change; nearer: share of songs that it brings nearer to",
        "what was done; right: share of changes of 1 dB and more that go its way; each with a 90 % interval over artists.",
        "",
        "| role | kind | songs | artists | removed | nearer | right |",
        "|---|---|---|---|---|---|---|",
        *(f"| {q.role} | {q.kind} | {q.songs} | {q.artists} | {_text(q.removed, False)} | {_text(q.nearer)} | {_text(q.right)} |" for q in found),
        "",
    ]
    return "\n".join(lines)


def _cells(changes: Changes) -> list[str]:
    told = list(zip(changes.mean, np.sqrt(np.diag(changes.covariance)), changes.count, strict=True))
    return [f"{mean:+.1f} ± {sd:.1f} ({count:.0f})" for mean, sd, count in told[:-1]]


def _text(share: Share, percent: bool = True) -> str:
    if np.isnan(share.value):
        return "moves nothing"
    numbers = (share.value, share.low, share.high)
    return "{:.0%} ({:.0%}–{:.0%})".format(*numbers) if percent else "{:.2f} ({:.2f}–{:.2f})".format(*numbers)


def main() -> int:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="finished sessions, in the layouts that `mixassistant learn` reads")
    parser.add_argument("--source", required=True, help="what the sessions are and their licences: written beside the statistics")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parent.parent / "resources")
    words = parser.parse_args()
    learned = learn(words.folder, "engineers")
    habit = replace(learned.habit, provenance=f"{learned.habit.provenance.rpartition(' in ')[0]}: {words.source}; {METHOD}")
    learned = replace(learned, habit=habit)
    write_bytes(words.output / "habit.json", (json.dumps(habit_to_json(habit), ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    write_bytes(words.output / "habit.md", page(learned, held_out(learned.songs)).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
