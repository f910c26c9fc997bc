"""`mixassistant extract`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from mixassistant.cli.files import check_outputs, make_folder, songs_in, stream_of
from mixassistant.cli.terminal import complain, plain, say, terminal_progress
from mixassistant.errors import InputError, MixAssistantError, OutputError, UsageError
from mixassistant.extraction.batch import Outcome, extract_all
from mixassistant.extraction.info import write_info
from mixassistant.extraction.tables import check_table, write_table
from mixassistant.features.descriptor import REGISTRY
from mixassistant.stems.device import pick_device
from mixassistant.stems.look import Called


def extract(parsed: argparse.Namespace) -> int:
    """Measure tracks; one that cannot be read does not stop the others."""
    only = _only(parsed.only)
    for table_file in parsed.table:
        check_table(table_file)
    folder = make_folder(parsed.output)  # the tables may lie in it
    check_outputs(parsed.table, check_table)
    songs = songs_in(parsed.paths, parsed.called)
    device, progress = pick_device(parsed.device), terminal_progress()
    # Called songs, the folders among them are what they look like: it is the folder around them that was meant.
    called: Called = "stems" if parsed.called == "stems" else ""
    outcomes = extract_all(songs, folder, device, only, parsed.processes, progress, stream=stream_of(parsed), called=called)
    for outcome in outcomes:
        for told in (outcome.document or {}).get("warnings", ()):
            say(f"Note: {outcome.song.name}: {plain(told)}")
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    for error in failed:
        complain(str(error))
    if parsed.info:
        failed += _write_infos(outcomes)
    done = [outcome.document for outcome in outcomes if outcome.document is not None]
    for table_file in parsed.table:
        write_table(table_file, done)
    say(f"{len(done)} of {len(outcomes)} tracks measured, in {folder}")
    return failed[0].exit_code if failed else 0


def _write_infos(outcomes: Iterable[Outcome]) -> list[MixAssistantError]:
    """Write an ``.INFO`` beside each song that was measured; one that cannot be written does not stop the others."""
    failed: list[MixAssistantError] = []
    for outcome in outcomes:
        if outcome.document is not None:
            try:
                write_info(outcome.song, outcome.document)
            except (InputError, OutputError) as error:
                complain(str(error))
                failed.append(error)
    return failed


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
