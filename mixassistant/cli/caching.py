"""The `cache` commands: what the cache holds, emptying it, how large it may grow."""

from __future__ import annotations

import argparse

from mixassistant import paths
from mixassistant.cli.terminal import plain, say, table, terminal_progress
from mixassistant.stems.cache import Contents, clear, contents, parsed_size, set_limit, size_text


def cache_show(parsed: argparse.Namespace) -> int:
    """Show where the cache is, what it holds, and how large it may grow."""
    _show(contents(paths.cache_folder(), terminal_progress()))
    return 0


def cache_clear(parsed: argparse.Namespace) -> int:
    """Empty the cache but for stems that are being written."""
    folder = paths.cache_folder()
    before = contents(folder).bytes
    left = clear(folder, terminal_progress())
    say(plain(f"Freed {size_text(before - left.bytes)}"))
    return 0


def cache_limit(parsed: argparse.Namespace) -> int:
    """Set how large the cache may grow; what was unused for longest goes at once where it is larger."""
    _show(set_limit(paths.cache_folder(), parsed_size(parsed.size), terminal_progress()))
    return 0


def _show(found: Contents) -> None:
    songs = "1 song" if found.songs == 1 else f"{found.songs} songs"
    made = "1 file" if found.made == 1 else f"{found.made} files"
    rows = [
        ["folder", str(paths.cache_folder())],
        ["separated stems", f"{size_text(found.stems_bytes)}, of {songs}"],
        ["made to be dragged out", f"{size_text(found.made_bytes)}, {made}"],
        ["together", f"{size_text(found.bytes)} of {size_text(found.limit_bytes)} at most"],
    ]
    say(table([[cell.replace("\u00a0", " ") for cell in row] for row in rows]))
