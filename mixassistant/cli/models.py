"""The `models` commands: what weights there are, installing, checking and removing them."""

from __future__ import annotations

import argparse
import sys

from mixassistant.cli.terminal import complain, one_line, say, table, terminal_progress
from mixassistant.errors import Cancelled, MixAssistantError, UsageError
from mixassistant.stems import weights
from mixassistant.stems.embedded import EmbeddedSeparator


def models_list(parsed: argparse.Namespace) -> int:
    """List the models: what each is for and whether it is installed."""
    rows = [
        ["name", "installed", "size", "licence", "for", "quality"],
        ["embedded", "built in", *_embedded(), "separation into drums, bass, vocals, other", "rough: its card is resources/separator.md"],
    ]
    for name, model in weights.MODELS.items():
        rows.append([name, weights.state(name).text, model.size, model.license, model.purpose, model.quality])
    say(table(rows))
    return 0


def _embedded() -> tuple[str, str]:
    """Return size and licence of what is built in."""
    separator = EmbeddedSeparator()
    if not separator.path.exists():
        return "0 MB", "GPL-3.0-or-later"
    return f"{separator.path.stat().st_size / 1e6:.0f} MB", separator.licence


def models_install(parsed: argparse.Namespace) -> int:
    """Install weights from the network, once the user agrees, or from a file."""
    model = weights.known(parsed.name)
    say(table([[f"{label}:", text] for label, text in (("model", model.name), *model.facts)]))
    sys.stdout.flush()
    if parsed.file is None and not parsed.yes:
        _ask(model)
    done = weights.install(parsed.name, parsed.file, progress=terminal_progress())
    note = "the published weights" if done.is_published else "not known to be the published weights"
    say(f"Installed {done.name}, {note}: SHA-256 {done.checksum}")
    return 0


def _ask(model: weights.Model) -> None:
    """Go on where the user agrees; a file of their own is agreement enough."""
    if not sys.stdin.isatty():
        raise UsageError("not-agreed", f"Nobody is there to agree to the download of {model.name}", "Add --yes, or give a file")
    try:
        answer = input("Install? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise Cancelled


def models_verify(parsed: argparse.Namespace) -> int:
    """Check installed weights against what was installed; one that is bad does not stop the others."""
    names = [weights.known(parsed.name).name] if parsed.name else [n for n in weights.MODELS if weights.installed(n)]
    if not names:
        say("No weights are installed: mixassistant models install NAME")
    failed: list[MixAssistantError] = []
    for name in names:
        try:
            done = weights.verify(name, progress=terminal_progress())
            say(f"{name}: {'the published weights' if done.is_published else 'as installed'}, SHA-256 {done.checksum}")
        except MixAssistantError as error:
            if isinstance(error, Cancelled):
                raise
            failed.append(error)
            complain(one_line(str(error)))
    return failed[0].exit_code if failed else 0


def models_remove(parsed: argparse.Namespace) -> int:
    """Remove installed weights, and what was downloaded of them."""
    say(f"Removed {parsed.name}" if weights.remove(parsed.name) else f"{parsed.name} was not installed")
    return 0
