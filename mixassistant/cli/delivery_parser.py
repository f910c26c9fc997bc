"""The words of the commands that deliver: targets, masters, albums."""

from __future__ import annotations

import argparse

from mixassistant.cli.arguments import path, run_of

ALBUM = (
    "Measure mixes against each other: loudness, peaks and tone as one table, with those that stand out.",
    "Example: mixassistant album ~/Album --output album.html",
)
TARGETS = "List the services and standards that a mix can be delivered to."


def add_target(parser: argparse.ArgumentParser, text: str) -> None:
    """Give a command ``--target``."""
    parser.add_argument("--target", action="append", default=[], metavar="NAME", help=f"{text}; targets list shows them")


def add_master(parser: argparse.ArgumentParser) -> None:
    """Give a command ``--master`` and the targets that masters are made for."""
    parser.add_argument("--master", action="store_true", help="make the mix as loud as --target wants it, under its true-peak ceiling")
    add_target(parser, "where the master goes (spotify by default); repeatable: a file each")


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Give ``targets`` its actions."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="list them: loudness, true peak, what becomes of quieter mixes, source and date")
    listing.set_defaults(run=run_of("targets_list", "delivery"))


def add_album(parser: argparse.ArgumentParser) -> None:
    """Give ``album`` its words."""
    parser.add_argument("paths", metavar="PATH", type=path, nargs="+", help="mixes, or a folder of them")
    parser.add_argument("--output", type=path, action="append", default=[], metavar="FILE", help=".html .csv .md, repeatable")
    parser.set_defaults(run=run_of("album", "albums"))
