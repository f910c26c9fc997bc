"""`mixassistant extract`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from mixassistant.cli.files import check_outputs, make_folder, songs_in
from mixassistant.cli.terminal import complain, say, terminal_progress
from mixassistant.errors import UsageError
from mixassistant.extraction.batch import extract_all
from mixassistant.extraction.tables import check_table, write_table
from mixassistant.features.descriptor import REGISTRY
from mixassistant.stems.device import pick_device


def extract(parsed: argparse.Namespace) -> int:
    """Measure tracks; one that cannot be read does not stop the others."""
    only = _only(parsed.only)
    for table_file in parsed.table:
        check_table(table_file)
    folder = make_folder(parsed.output)  # the tables may lie in it
    check_outputs(parsed.table, check_table)
    outcomes = extract_all(songs_in(parsed.paths), folder, pick_device(parsed.device), only, parsed.processes, terminal_progress())
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    for error in failed:
        complain(str(error))
    done = [outcome.document for outcome in outcomes if outcome.document is not None]
    for table_file in parsed.table:
        write_table(table_file, done)
    say(f"{len(done)} of {len(outcomes)} tracks measured, in {folder}")
    return failed[0].exit_code if failed else 0


def _only(words: Iterable[str]) -> frozenset[str] | None:
    """Return the descriptors that ``--only`` names: ids, the names that older programs have for them, or whole families."""
    found: set[str] = set()
    for word in (w.strip() for words_ in words for w in words_.split(",")):
        named = {d.id for d in REGISTRY if word in (d.id, d.family, *d.aliases)}
        if not named:
            families = ", ".join(dict.fromkeys(d.family for d in REGISTRY))
            raise UsageError("unknown-descriptor", f"there is no descriptor “{word}”", f"name one of them, or a family: {families}")
        found |= named
    return frozenset(found) or None
