"""The `models` commands: what weights there are, installing, checking and removing them."""

from __future__ import annotations

import argparse

from mixassistant.cli.terminal import table, terminal_progress
from mixassistant.stems import weights


def models_list(parsed: argparse.Namespace) -> int:
    """List the separation models."""
    found = weights.list_installed()
    rows = [
        ["name", "installed", "size", "licence", "what it is"],
        ["embedded", "yes", "0 MB", "GPL-3.0-or-later", "built in, needs no weights, rough"],
    ]
    for name, model in weights.MODELS.items():
        rows.append([name, "yes" if found.get(name) else "no", f"{model.size_bytes / 1e6:.0f} MB", model.license, model.description])
    print(table(rows))
    return 0


def models_install(parsed: argparse.Namespace) -> int:
    """Install weights from a file."""
    done = weights.install(parsed.name, parsed.file, progress=terminal_progress())
    print(f"Installed {done.name}: SHA-256 {done.checksum}")
    return 0


def models_remove(parsed: argparse.Namespace) -> int:
    """Remove installed weights."""
    print(f"Removed {parsed.name}" if weights.remove(parsed.name) else f"{parsed.name} was not installed")
    return 0
