"""`mixassistant references import` and `references wanted`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from mixassistant.audio.write import output_error
from mixassistant.cli.files import check_outputs
from mixassistant.cli.references import add_songs
from mixassistant.cli.terminal import one_line, say, table, terminal_progress
from mixassistant.library.importing import Plan, Wish, carry_out, is_liked, plan_import
from mixassistant.library.library import Library
from mixassistant.library.matching import Match
from mixassistant.library.playlists.entry import Entry
from mixassistant.library.wanted import write_wanted


def references_import(parsed: argparse.Namespace) -> int:
    """Match what a list likes with the files at hand; add those that are found, and keep a list of what is wanted."""
    wish = Wish(parsed.playlist, tuple(parsed.folder), tuple(parsed.lists), parsed.says)
    with Library(parsed.library) as library:
        if not parsed.dry_run:
            library.require_writable()
        plan = plan_import(library, wish, terminal_progress())
        _show(plan)
        if parsed.dry_run:
            return 0
        more = carry_out(library, plan)
        if more:
            say(f"{_songs(more)} more on the wanted list: mixassistant references wanted list")
        return 0 if parsed.only_list else _add(library, plan, parsed)


def _add(library: Library, plan: Plan, parsed: argparse.Namespace) -> int:
    code = 0
    for liked in (True, False):
        songs = [match.recording.path for match in plan.new if match.recording is not None and is_liked(match) is liked]
        if parsed.no_measure:
            for path in songs:
                library.references.add(path, liked=liked)
            if songs:
                say(f"Added {_songs(len(songs))}, to be measured with the first mix that is compared with them")
        elif songs:
            code = add_songs(library, songs, parsed, liked=liked) or code
    return code


def _show(plan: Plan) -> None:
    listed = plan.listed
    say(f"{one_line(listed.path.name)}: {listed.kind}, {_songs(len(listed.entries))}")
    for count, what in (
        (listed.damaged, "damaged, left out"),
        (plan.left_out, "neither liked nor chosen, left out"),
        (plan.again, "named more than once"),
    ):
        if count:
            say(f"{count} {what}")
    if plan.sure:
        say(f"\nFound: {len(plan.sure)}")
        say(table([["", *_matched(match)] for match in plan.sure]))
    if plan.kept:
        say(f"\nThe other way round in your library, which stays so (--like or --dislike changes it): {len(plan.kept)}")
        say(table([["", match.entry.shown_name] for match in plan.kept]))
    if plan.unsure:
        say(f"\nUnsure, not added: {len(plan.unsure)}")
        say(table([["", match.entry.shown_name, match.why, str(match.recording.path)] for match in plan.unsure if match.recording]))
    if plan.wanted:
        say(f"\nNot here, wanted: {len(plan.wanted)}")
        say(table([["", *_known(entry)] for entry in plan.wanted]))


def _matched(match: Match) -> list[str]:
    at = match.recording
    state = "" if at is None or at.reference is None else f"reference {at.reference}"
    return ["like" if is_liked(match) else "dislike", match.entry.shown_name, f"by {match.by}", state, str(at.path) if at else ""]


def _known(entry: Entry) -> list[str]:
    return [entry.shown_name, entry.album, str(entry.year or ""), entry.isrc]


def _songs(count: int) -> str:
    return f"{count} song{'' if count == 1 else 's'}"


def wanted_list(parsed: argparse.Namespace) -> int:
    """List the songs that are liked and not at hand."""
    with Library(parsed.library) as library:
        songs = library.wanted.all()
    if not songs:
        say("Nothing is wanted.")
        return 0
    rows: Sequence[Sequence[str]] = [["song", "album", "year", "ISRC", "wanted by"], *([*_known(s.entry), s.source] for s in songs)]
    say(table(rows))
    return 0


def wanted_export(parsed: argparse.Namespace) -> int:
    """Write the wanted songs as a table."""
    check_outputs([parsed.file], lambda file: None)
    with Library(parsed.library) as library:
        songs = library.wanted.all()
    try:
        with parsed.file.open("w", encoding="utf-8", newline="") as file:
            write_wanted(songs, file)
    except OSError as error:
        raise output_error(parsed.file, error) from error
    say(f"Wrote {_songs(len(songs))}")
    return 0


def wanted_clear(parsed: argparse.Namespace) -> int:
    """Empty the wanted list."""
    with Library(parsed.library) as library:
        gone = library.wanted.clear()
    say(f"{_songs(gone)} taken off the wanted list")
    return 0
