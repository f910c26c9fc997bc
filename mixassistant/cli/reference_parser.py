"""The words of `references` and `profile`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from mixassistant.cli.arguments import add_called, add_library, add_separation, run_of
from mixassistant.cli.arguments import name as name_word
from mixassistant.cli.arguments import path as path_word
from mixassistant.cli.arguments import positive as positive_word

KEYS = "number, path, name or title"


def add_references(parser: argparse.ArgumentParser) -> None:
    """Give ``references`` its actions."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add liked mixes, stem folders, folders of mixes, or playlists (.m3u .m3u8 .pls .xspf .cue)")
    add.add_argument("paths", metavar="PATH", type=path_word, nargs="+")
    add_called(add)
    add_separation(add)
    add_library(add)
    add.set_defaults(run=run_of("references_add", "references"))
    _importing(actions)
    listing = actions.add_parser("list", help="list the references: number, title, genre, tags, songs that each counts as, profiles, path")
    listing.add_argument("--profile", default="", metavar="NAME", help="those of a profile, in its order")
    listing.add_argument("--tag", default="", metavar="TAG,…", help="those that have all of these tags")
    add_library(listing)
    listing.set_defaults(run=run_of("references_list", "references"))

    def change(name: str, text: str, first: str = "", kind: Callable[[str], object] = str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=text)
        if first:
            action.add_argument(first, metavar=first.upper(), type=kind)
        _chosen(action, "+")
        add_library(action)
        action.set_defaults(run=run_of(f"references_{name}", "references"))
        return action

    change("remove", "forget references; the files stay")
    change("like", "mark as liked")
    change("dislike", "mark as disliked")
    change("weigh", "let references count as several songs, or less than one", "songs")
    change("genre", "say of which genre they are; an empty word: what the file says", "genre")
    change("tag", "put tags on references: one, or several parted by commas", "tags")
    change("untag", "take tags off references", "tags")
    move = change("move", "put references at a place in the list, 1 being the first", "place", positive_word)
    move.add_argument("--profile", default="", metavar="NAME", help="in the order of this profile")
    title = actions.add_parser("title", help="call a reference otherwise; without a title: as its file is called")
    title.add_argument("reference", metavar="REFERENCE", help=KEYS)
    title.add_argument("title", metavar="TITLE", nargs="?", default="")
    add_library(title)
    title.set_defaults(run=run_of("references_title", "references"))


def _importing(actions: Any) -> None:
    text = "Add the songs of a playlist, of likes or of a collection that are at hand, and keep a list of those that are wanted."
    importing = actions.add_parser(
        "import",
        help="match a playlist, likes or a collection with files at hand",
        description=f"{text} It reads M3U, PLS and XSPF playlists, iTunes or Music and Rekordbox as XML, Exportify and Last.fm as CSV, the "
        "files of a Spotify account, ListenBrainz feedback and listens; nothing is asked online. Example: mixassistant references import "
        "YourLibrary.json --folder ~/Music",
    )
    importing.add_argument("playlist", metavar="PLAYLIST", type=path_word)
    importing.add_argument("--folder", type=path_word, action="append", default=[], metavar="DIR", help="where your files are; repeatable")
    importing.add_argument(
        "--playlist", dest="lists", type=name_word, action="append", default=[], metavar="NAME", help="a playlist inside of it; repeatable"
    )
    says = importing.add_mutually_exclusive_group()
    says.add_argument("--like", dest="says", action="store_const", const="liked", default="", help="like all of it, a history too")
    says.add_argument("--dislike", dest="says", action="store_const", const="disliked", help="dislike all of it")
    importing.add_argument("--only-list", action="store_true", help="keep the wanted list, and add no reference")
    importing.add_argument("--dry-run", action="store_true", help="change nothing")
    importing.add_argument("--no-measure", action="store_true", help="measure later, with the first mix that is compared")
    add_separation(importing)
    add_library(importing)
    importing.set_defaults(run=run_of("references_import", "importing"))
    wanted = actions.add_parser("wanted", help="songs that you like and have no file of").add_subparsers(metavar="ACTION", required=True)
    for name, help_text in (("list", "list them"), ("export", "write them as a table"), ("clear", "forget them")):
        action = wanted.add_parser(name, help=help_text)
        if name == "export":
            action.add_argument("file", metavar="FILE.csv", type=path_word)
        add_library(action)
        action.set_defaults(run=run_of(f"wanted_{name}", "importing"))


def _chosen(parser: argparse.ArgumentParser, count: str) -> None:
    parser.add_argument("references", metavar="REFERENCE", nargs=count, help=KEYS)


def add_profiles(parser: argparse.ArgumentParser) -> None:
    """Give ``profile`` its actions."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="list the profiles")
    add_library(listing)
    listing.set_defaults(run=run_of("profile_list", "profiles"))
    show = actions.add_parser("show", help="show what a profile measures")
    show.add_argument("name", metavar="NAME", nargs="?", default="")
    add_library(show)
    add_separation(show)
    show.set_defaults(run=run_of("profile_show", "profiles"))

    def change(name: str, text: str, references: str = "") -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=text)
        action.add_argument("name", metavar="NAME", type=name_word)
        if references:
            _chosen(action, references)
        add_library(action)
        action.set_defaults(run=run_of(f"profile_{name.replace('-', '_')}", "profiles"))
        return action

    change("create", "name a set of references; all liked ones by default", "*")
    change("add", "put references at the end of a profile", "+")
    change("take-out", "take references out of a profile; they stay in the library", "+")
    change("rename", "give a profile another name").add_argument("new", metavar="NEW", type=name_word)
    change("delete", "forget a profile; its references stay in the library")
    use = actions.add_parser(
        "use", help="choose what mixes are compared with unless another is named; without a name: all liked references"
    )
    use.add_argument("name", metavar="NAME", nargs="?", default="")
    add_library(use)
    use.set_defaults(run=run_of("profile_use", "profiles"))
