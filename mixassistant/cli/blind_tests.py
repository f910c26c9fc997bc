"""What was preferred in blind tests, for `mixassistant taste show` and `taste export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from mixassistant.audio.write import write_bytes
from mixassistant.cli.files import check_outputs
from mixassistant.cli.terminal import say
from mixassistant.errors import UsageError
from mixassistant.library.library import Library
from mixassistant.library.listening import Tally, tally_csv


def tally_lines(library: Library) -> list[str]:
    """Return what was preferred, a line for each kind, role and stage; none where nothing was tested."""
    found = library.blind_tests.tally()
    return ["In blind tests you preferred:", *(_line(tally) for tally in found)] if found else []


def _line(tally: Tally) -> str:
    low, high = tally.interval
    share = f" ({100 * low:.0f}–{100 * high:.0f} % of such rounds, 90 % interval)" if tally.decided else ""
    return (
        f"{tally.kind:<12} {tally.role:<7} {tally.stage:<9} the move {tally.for_move}, the mix as it was {tally.for_mix}, "
        f"no difference {tally.undecided}{share}"
    )


def _check_csv(path: Path) -> None:
    if path.suffix.lower() != ".csv":
        raise UsageError("suffix", f"“{path.name}” does not end in .csv", f"name it {path.stem}.csv")


def taste_export(parsed: argparse.Namespace) -> int:
    """Write what was preferred in blind tests as CSV."""
    check_outputs([parsed.file], _check_csv)
    with Library(parsed.library) as library:
        found = library.blind_tests.tally()
    write_bytes(parsed.file, tally_csv(found).encode())
    say(f"Wrote {parsed.file}: {sum(t.tests for t in found)} blind tests.")
    return 0
